#include "glioscope/widgets/BandPanel.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QWheelEvent>

#include <cmath>

namespace glio::widgets {
namespace {
constexpr double lowest = 0.02, highest = 0.98;
constexpr int barCount = 60;
double snapped(double p) { return std::clamp(std::round(p * 100) / 100, lowest, highest); }
} // namespace

// --- BandSlider ------------------------------------------------------------------------------------------------------
BandSlider::BandSlider(QWidget *parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Tighter or wider border"));
    setToolTip(tr("Tighter and wider  ({, })\nDouble-click goes back to the mask."));
}

void BandSlider::setThreshold(double p)
{
    m_threshold = std::clamp(p, lowest, highest);
    setAccessibleDescription(tr("Position %1 of 100 from tighter to wider").arg(std::lround(100 * (1 - m_threshold))));
    update();
}

void BandSlider::setLines(double inner, double outer)
{
    m_inner = inner;
    m_outer = outer;
    update();
}

void BandSlider::setHistogram(const std::array<std::int64_t, 256> &counts)
{
    // Bar n holds the voxels whose probability lies under its stretch of the slider; 0 and 255 are decided and left
    // out.
    std::vector<double> sums(barCount, 0.0);
    for (int q = 1; q < 255; ++q) {
        const double position = (highest - q / 255.0) / (highest - lowest);
        const int bar = static_cast<int>(position * barCount);
        if (bar >= 0 && bar < barCount) sums[bar] += static_cast<double>(counts[q]);
    }
    const double most = *std::max_element(sums.begin(), sums.end());
    m_bars.assign(barCount, 0.0f);
    for (int n = 0; n < barCount && most > 0; ++n)
        m_bars[n] = sums[n] > 0 ? static_cast<float>(std::max(0.06, std::sqrt(sums[n] / most))) : 0.0f;
    update();
}

void BandSlider::setBarColour(const QColor &colour)
{
    m_colour = colour;
    update();
}

QSize BandSlider::sizeHint() const { return {Theme::px(304), Theme::px(50)}; }
QSize BandSlider::minimumSizeHint() const { return {Theme::px(160), Theme::px(50)}; }

double BandSlider::toX(double p) const
{
    const double edge = Theme::px(7);
    return edge + (width() - 2 * edge) * (highest - p) / (highest - lowest);
}

double BandSlider::fromX(double x) const
{
    const double edge = Theme::px(7);
    return highest - (highest - lowest) * std::clamp((x - edge) / std::max(1.0, width() - 2 * edge), 0.0, 1.0);
}

void BandSlider::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled()) painter.setOpacity(0.42);
    const double edge = Theme::px(7), trackY = Theme::px(38), baseY = Theme::px(32), tall = Theme::px(26),
                 here = toX(m_threshold);
    const QColor bars = m_colour.isValid() ? m_colour : Theme::color(Token::Ac);
    const double step = (width() - 2 * edge) / barCount;
    painter.setPen(Qt::NoPen);
    for (std::size_t n = 0; n < m_bars.size(); ++n) {
        if (m_bars[n] <= 0) continue;
        QColor colour = bars;
        const double left = edge + n * step;
        colour.setAlphaF(left + step / 2 <= here ? 0.85f : 0.30f);
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(left + 0.5, baseY - tall * m_bars[n], step - 1, tall * m_bars[n]), 1, 1);
    }
    const double trackTall = Theme::px(4);
    painter.setBrush(Theme::color(Token::Bg4));
    painter.drawRoundedRect(
        QRectF(edge - trackTall / 2, trackY - trackTall / 2, width() - 2 * edge + trackTall, trackTall), 2, 2);
    painter.setBrush(Theme::color(isEnabled() ? Token::Ac : Token::Line3));
    painter.drawRoundedRect(
        QRectF(edge - trackTall / 2, trackY - trackTall / 2, here - edge + trackTall / 2, trackTall), 2, 2);
    QPen tick(Theme::color(Token::T3), 1);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(tick);
    const auto upright = [&](double x, double from, double to) {
        painter.drawLine(QPointF(std::round(x), from), QPointF(std::round(x), to));
    };
    upright(toX(m_inner), trackY - Theme::px(5), trackY + Theme::px(5));
    tick.setDashPattern({2, 2});
    painter.setPen(tick);
    upright(toX(m_outer), trackY - Theme::px(5), trackY + Theme::px(6));
    painter.setPen(Theme::color(Token::T1));
    upright(here, Theme::px(2), trackY - Theme::px(4));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::color(Token::Bg1));
    painter.drawEllipse(QPointF(here, trackY), Theme::px(10), Theme::px(10));
    painter.setBrush(Theme::color(isEnabled() ? Token::T1 : Token::Line3));
    painter.drawEllipse(QPointF(here, trackY), Theme::px(7), Theme::px(7));
    if (hasFocus()) {
        painter.setPen(QPen(Theme::color(Token::Ac), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QPointF(here, trackY), Theme::px(9), Theme::px(9));
    }
}

void BandSlider::wish(double p)
{
    p = snapped(p);
    if (std::abs(p - m_threshold) < 1e-9) return;
    setThreshold(p);
    emit moved(p);
}

void BandSlider::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) return;
    m_dragging = true;
    wish(fromX(event->position().x()));
}

void BandSlider::mouseMoveEvent(QMouseEvent *event)
{
    if (m_dragging) wish(fromX(event->position().x()));
}

void BandSlider::mouseReleaseEvent(QMouseEvent *)
{
    if (!std::exchange(m_dragging, false)) return;
    emit released(m_threshold);
}

void BandSlider::mouseDoubleClickEvent(QMouseEvent *)
{
    m_dragging = false;
    wish(0.5);
    emit released(m_threshold);
}

void BandSlider::keyPressEvent(QKeyEvent *event)
{
    double step = 0; // towards wider
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Up:
        step = 0.01;
        break;
    case Qt::Key_Left:
    case Qt::Key_Down:
        step = -0.01;
        break;
    case Qt::Key_PageUp:
        step = 0.10;
        break;
    case Qt::Key_PageDown:
        step = -0.10;
        break;
    case Qt::Key_Home:
        step = -1;
        break;
    case Qt::Key_End:
        step = 1;
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    wish(m_threshold - step);
    emit released(m_threshold);
}

void BandSlider::wheelEvent(QWheelEvent *event)
{
    if (!hasFocus()) { // a panel that scrolls under the pointer must not change a mask
        event->ignore();
        return;
    }
    wish(m_threshold - (event->angleDelta().y() > 0 ? 0.01 : -0.01));
    emit released(m_threshold);
}

// --- BandPanel -------------------------------------------------------------------------------------------------------
/// A short solid or dashed line in the region's colour: the key to the lines in the views.
class LineKey final : public QWidget {
public:
    LineKey(Qt::PenStyle style, QWidget *parent) : QWidget(parent), m_style(style) {}
    void setColour(const QColor &colour)
    {
        m_colour = colour;
        update();
    }
    QSize sizeHint() const override { return {Theme::px(20), Theme::px(16)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        QPen pen(m_colour, Theme::px(2));
        if (m_style == Qt::DashLine) pen.setDashPattern({2.5, 1.5});
        pen.setCapStyle(Qt::FlatCap);
        painter.setPen(pen);
        painter.drawLine(QPointF(0, height() / 2.0), QPointF(Theme::px(20), height() / 2.0));
    }

private:
    Qt::PenStyle m_style;
    QColor m_colour;
};

BandPanel::BandPanel(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Confidence band"), this))
{
    setObjectName(QStringLiteral("bandSection"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    m_enabled = new Switch(tr("Confidence band"), m_section);
    m_enabled->setObjectName(QStringLiteral("bandEnabled"));
    m_enabled->setToolTip(tr("Show or hide the confidence band  (W)"));
    m_heatMap = new IconButton(QStringLiteral("droplet"), tr("Heat map of doubt"), {}, 28, 16, m_section);
    m_heatMap->setObjectName(QStringLiteral("heatMap"));
    m_heatMap->setCheckable(true);
    m_heatMap->setToolTip(tr("Heat map: colour every point by how sure the model is"));
    m_section->header()->addWidget(m_heatMap);
    m_section->header()->addWidget(m_enabled);
    m_content = new QWidget(m_section);
    m_section->body()->addWidget(m_content);
    auto *body = new QVBoxLayout(m_content);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(0);

    m_region = new QComboBox(m_content);
    m_region->setObjectName(QStringLiteral("bandRegion"));
    m_region->setAccessibleName(tr("Region of the band"));
    m_region->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_region->setMinimumContentsLength(8);
    auto *row = new QHBoxLayout;
    row->setSpacing(Theme::px(8));
    auto *name = makeLabel(tr("Region"), "muted", m_content);
    name->setFixedWidth(Theme::px(74));
    row->addWidget(name);
    row->addWidget(m_region, 1);
    body->addLayout(row);

    m_slider = new BandSlider(m_content);
    m_slider->setObjectName(QStringLiteral("bandThreshold"));
    body->addSpacing(Theme::px(8));
    body->addWidget(m_slider);
    auto *ends = new QHBoxLayout;
    ends->setContentsMargins(0, Theme::px(2), 0, 0);
    ends->addWidget(makeLabel(tr("Tighter"), "hint", m_content));
    ends->addStretch(1);
    ends->addWidget(makeLabel(tr("Wider"), "hint", m_content));
    body->addLayout(ends);

    auto *cells = new QFrame(m_content);
    cells->setProperty("kind", "cells");
    auto *grid = new QHBoxLayout(cells);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(0);
    const QString titles[] = {tr("Inner line"), tr("Mask now"), tr("Outer line")};
    const char *names[] = {"bandInnerMl", "bandNowMl", "bandOuterMl"};
    for (int n = 0; n < 3; ++n) {
        if (n > 0) {
            auto *line = new QFrame(cells);
            line->setProperty("kind", "line");
            line->setFixedWidth(1);
            grid->addWidget(line);
        }
        auto *cell = new QVBoxLayout;
        cell->setContentsMargins(Theme::px(10), Theme::px(6), Theme::px(8), Theme::px(6));
        cell->setSpacing(Theme::px(1));
        cell->addWidget(makeLabel(titles[n], "note", cells));
        m_volumes[n] = withFigures(makeLabel({}, "strong", cells));
        m_volumes[n]->setObjectName(QLatin1String(names[n]));
        cell->addWidget(m_volumes[n]);
        grid->addLayout(cell, 1);
    }
    body->addSpacing(Theme::px(8));
    body->addWidget(cells);

    body->addSpacing(Theme::px(8));
    const auto addKey = [&](Qt::PenStyle style, LineKey *&key, QLabel *&text) {
        auto *line = new QHBoxLayout;
        line->setSpacing(Theme::px(6));
        key = new LineKey(style, m_content);
        key->setFixedWidth(Theme::px(20));
        text = makeLabel({}, "hint", m_content, true);
        line->addWidget(key, 0, Qt::AlignTop);
        line->addWidget(text, 1);
        body->addLayout(line);
        body->addSpacing(Theme::px(2));
    };
    addKey(Qt::SolidLine, m_insideKey, m_insideText);
    addKey(Qt::DashLine, m_outsideKey, m_outsideText);

    auto *acts = new QHBoxLayout;
    acts->setContentsMargins(0, Theme::px(6), 0, 0);
    acts->setSpacing(Theme::px(8));
    m_apply = new ActionButton(tr("Make this the mask"), QStringLiteral("check"), {}, m_content);
    m_apply->setObjectName(QStringLiteral("bandApply"));
    m_reset = new ActionButton(tr("Back"), QStringLiteral("rotate-ccw"), {}, m_content);
    m_reset->setObjectName(QStringLiteral("bandReset"));
    m_reset->setToolTip(tr("Back to the mask as it is"));
    acts->addWidget(m_apply, 1);
    acts->addWidget(m_reset);
    body->addLayout(acts);

    connect(m_enabled, &Switch::clicked, this, &BandPanel::bandEnabledWished);
    connect(m_region, &QComboBox::activated, this,
            [this](int index) { emit regionWished(m_region->itemData(index).toString()); });
    connect(m_slider, &BandSlider::moved, this, &BandPanel::thresholdMoved);
    connect(m_slider, &BandSlider::released, this, &BandPanel::thresholdReleased);
    connect(m_apply, &QPushButton::clicked, this, &BandPanel::applyWished);
    connect(m_reset, &QPushButton::clicked, this, &BandPanel::resetWished);
    connect(m_heatMap, &QToolButton::clicked, this, &BandPanel::heatMapWished);
    setVolumes({}, {}, {});
    setLooks(1);
    setApplyVisible(false);
    showColour();
}

void BandPanel::setAvailability(const Availability &availability)
{
    m_content->setVisible(availability.available);
    applyAvailability(m_enabled, availability);
    applyAvailability(m_heatMap, availability);
    m_section->setReason(availability.available ? QString() : availability.reason);
}

void BandPanel::setBandEnabled(bool on) { m_enabled->setChecked(on); }

void BandPanel::setRegions(const std::vector<BandRegion> &regions)
{
    const QSignalBlocker quiet(m_region);
    const QString current = m_region->currentData().toString();
    m_regions = regions;
    m_region->clear();
    for (const BandRegion &region : regions)
        m_region->addItem(region.name, region.id);
    setRegion(current.isEmpty() && !regions.empty() ? regions.front().id : current);
}

void BandPanel::setRegion(const QString &id)
{
    const QSignalBlocker quiet(m_region);
    m_region->setCurrentIndex(std::max(0, m_region->findData(id)));
    showColour();
}

void BandPanel::showColour()
{
    QColor colour = Theme::color(Token::Ac);
    for (const BandRegion &region : m_regions)
        if (region.id == m_region->currentData().toString()) colour = region.colour;
    m_slider->setBarColour(colour);
    m_insideKey->setColour(colour);
    m_outsideKey->setColour(colour);
}

void BandPanel::setHistogram(const std::array<std::int64_t, 256> &counts) { m_slider->setHistogram(counts); }

void BandPanel::setThreshold(double p) { m_slider->setThreshold(p); }

void BandPanel::setLines(double inner, double outer) { m_slider->setLines(inner, outer); }

void BandPanel::setVolumes(std::optional<double> innerMl, std::optional<double> nowMl, std::optional<double> outerMl)
{
    const std::optional<double> values[] = {innerMl, nowMl, outerMl};
    for (int n = 0; n < 3; ++n)
        m_volumes[n]->setText(values[n] ? tr("%1 mL").arg(oneDecimal(*values[n])) : QStringLiteral("–"));
}

void BandPanel::setApplyVisible(bool visible)
{
    m_apply->setVisible(visible);
    m_reset->setVisible(visible);
}

void BandPanel::setApplyAvailability(const Availability &availability) { applyAvailability(m_apply, availability); }

void BandPanel::setHeatMap(bool on) { m_heatMap->setChecked(on); }

void BandPanel::setLooks(int looks)
{
    m_insideText->setText(looks > 1 ? tr("Inside: nearly every look says tumour.")
                                    : tr("Inside: the model hardly wavers."));
    m_outsideText->setText(looks > 1 ? tr("Outside: hardly any look does.") : tr("Outside: it hardly sees tumour."));
}

} // namespace glio::widgets
