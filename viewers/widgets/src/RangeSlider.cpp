#include "glioscope/widgets/RangeSlider.h"

#include "glioscope/widgets/Theme.h"

#include <QAccessibleWidget>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace glio::widgets {
namespace {
constexpr std::size_t mostBars = 48;

/// What a screen reader hears: a slider whose value is that of the handle at hand.
class RangeSliderAccess final : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    explicit RangeSliderAccess(RangeSlider *slider) : QAccessibleWidget(slider, QAccessible::Slider), m_slider(slider)
    {
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::ValueInterface) return static_cast<QAccessibleValueInterface *>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    QString text(QAccessible::Text what) const override
    {
        return what == QAccessible::Value ? m_slider->valueText(currentValue().toDouble())
                                          : QAccessibleWidget::text(what);
    }
    QVariant currentValue() const override { return isLow() ? m_slider->low() : m_slider->high(); }
    QVariant minimumValue() const override { return isLow() ? m_slider->lowest() : m_slider->low(); }
    QVariant maximumValue() const override { return isLow() ? m_slider->high() : m_slider->highest(); }
    QVariant minimumStepSize() const override { return m_slider->step(); }
    void setCurrentValue(const QVariant &value) override { m_slider->moveHandle(m_slider->handle(), value.toDouble()); }

private:
    bool isLow() const { return m_slider->handle() == RangeSlider::Handle::Low; }
    RangeSlider *m_slider;
};

QAccessibleInterface *makeAccess(const QString &name, QObject *object)
{
    auto *slider = name == QLatin1String("glio::widgets::RangeSlider") ? qobject_cast<RangeSlider *>(object) : nullptr;
    return slider ? new RangeSliderAccess(slider) : nullptr;
}
} // namespace

RangeSlider::RangeSlider(QWidget *parent) : QWidget(parent)
{
    static const bool known = [] {
        QAccessible::installFactory(makeAccess);
        return true;
    }();
    Q_UNUSED(known);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    say();
}

void RangeSlider::setLimits(double lowest, double highest, double step)
{
    if (!(highest > lowest) || !(step > 0)) return;
    m_lowest = lowest;
    m_highest = highest;
    m_step = step;
    setRange(m_low, m_high);
}

void RangeSlider::setRange(double low, double high)
{
    if (low > high) std::swap(low, high);
    m_low = snapped(low);
    m_high = std::max(m_low, snapped(high));
    say();
    update();
}

void RangeSlider::setHandle(Handle handle)
{
    m_handle = handle;
    say();
    update();
}

void RangeSlider::setHistogram(const std::vector<std::int64_t> &counts)
{
    const std::size_t bars = std::min(mostBars, counts.size());
    std::vector<double> sums(bars, 0.0);
    for (std::size_t n = 0; n < counts.size(); ++n)
        sums[n * bars / counts.size()] += static_cast<double>(counts[n]);
    const double most = sums.empty() ? 0.0 : *std::max_element(sums.begin(), sums.end());
    m_bars.assign(most > 0 ? bars : 0, 0.0f);
    for (std::size_t n = 0; n < m_bars.size(); ++n)
        m_bars[n] = sums[n] > 0 ? static_cast<float>(std::max(0.06, std::sqrt(sums[n] / most))) : 0.0f;
    updateGeometry();
    update();
}

QString RangeSlider::valueText(double value) const
{
    const int decimals = m_step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(m_step) - 1e-9));
    return QString::number(value, 'f', decimals).replace(QLatin1Char('-'), QChar(0x2212));
}

void RangeSlider::say()
{
    const bool low = m_handle == Handle::Low;
    setAccessibleName(low ? tr("Lowest intensity") : tr("Highest intensity"));
    setAccessibleDescription(tr("Intensities from %1 to %2").arg(valueText(m_low), valueText(m_high)));
    setToolTip(tr("Only intensities from %1 to %2 are painted").arg(valueText(m_low), valueText(m_high)));
    QAccessibleValueChangeEvent said(this, low ? m_low : m_high);
    QAccessible::updateAccessibility(&said);
}

QSize RangeSlider::sizeHint() const { return {Theme::px(142), Theme::px(m_bars.empty() ? 28 : 44)}; }
QSize RangeSlider::minimumSizeHint() const { return {Theme::px(72), sizeHint().height()}; }
int RangeSlider::trackY() const { return height() - Theme::px(14); }

double RangeSlider::snapped(double value) const
{
    const double stepped = m_lowest + std::round((value - m_lowest) / m_step) * m_step;
    return std::clamp(stepped, m_lowest, m_highest);
}

double RangeSlider::toX(double value) const
{
    const double edge = Theme::px(8);
    return edge + (width() - 2 * edge) * (value - m_lowest) / (m_highest - m_lowest);
}

double RangeSlider::fromX(double x) const
{
    const double edge = Theme::px(8);
    return m_lowest + (m_highest - m_lowest) * std::clamp((x - edge) / std::max(1.0, width() - 2 * edge), 0.0, 1.0);
}

void RangeSlider::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled()) painter.setOpacity(0.42);
    const double edge = Theme::px(8), y = trackY(), from = toX(m_low), to = toX(m_high), baseY = y - Theme::px(6),
                 tall = std::max(0.0, baseY - Theme::px(1)), track = Theme::px(4);
    const double step = m_bars.empty() ? 0.0 : (width() - 2 * edge) / static_cast<double>(m_bars.size());
    painter.setPen(Qt::NoPen);
    for (std::size_t n = 0; n < m_bars.size(); ++n) {
        const double left = edge + static_cast<double>(n) * step, middle = left + step / 2;
        const bool inside = middle >= from && middle <= to;
        QColor colour = Theme::color(inside ? Token::Ac : Token::T3);
        colour.setAlphaF(inside ? 0.85f : 0.40f);
        painter.setBrush(colour);
        painter.drawRect(QRectF(left, baseY - tall * m_bars[n], std::max(1.0, step - 0.6), tall * m_bars[n]));
    }
    painter.setBrush(Theme::color(Token::Bg4));
    painter.drawRoundedRect(QRectF(edge - track / 2, y - track / 2, width() - 2 * edge + track, track), track / 2,
                            track / 2);
    painter.setBrush(Theme::color(isEnabled() ? Token::Ac : Token::Line3));
    painter.drawRect(QRectF(from, y - track / 2, to - from, track));
    const auto drawHandle = [&](Handle handle, double x) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(Theme::color(Token::Bg1));
        painter.drawEllipse(QPointF(x, y), Theme::px(9), Theme::px(9));
        painter.setBrush(Theme::color(isEnabled() ? Token::T1 : Token::Line3));
        painter.drawEllipse(QPointF(x, y), Theme::px(7), Theme::px(7));
        if (!hasFocus() || handle != m_handle) return;
        painter.setPen(QPen(Theme::color(Token::Ac), Theme::px(2)));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QPointF(x, y), Theme::px(7), Theme::px(7));
    };
    // The handle at hand lies on top where they meet.
    if (m_handle == Handle::Low) drawHandle(Handle::High, to);
    drawHandle(Handle::Low, from);
    if (m_handle == Handle::High) drawHandle(Handle::High, to);
}

void RangeSlider::moveHandle(Handle handle, double value)
{
    m_handle = handle;
    const double before = handle == Handle::Low ? m_low : m_high;
    const double after = handle == Handle::Low ? std::min(snapped(value), m_high) : std::max(snapped(value), m_low);
    (handle == Handle::Low ? m_low : m_high) = after;
    say();
    update();
    if (std::abs(after - before) > m_step * 1e-6) emit moved(m_low, m_high);
}

void RangeSlider::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) return;
    const double x = event->position().x(), toLow = std::abs(x - toX(m_low)), toHigh = std::abs(x - toX(m_high));
    if (std::abs(toLow - toHigh) > 1e-9)
        m_handle = toLow < toHigh ? Handle::Low : Handle::High;
    else
        m_handle = x < toX(m_low) || m_low >= m_highest ? Handle::Low : Handle::High; // they meet: the one with room
    m_dragging = true;
    moveHandle(m_handle, fromX(x));
}

void RangeSlider::mouseMoveEvent(QMouseEvent *event)
{
    if (m_dragging) moveHandle(m_handle, fromX(event->position().x()));
}

void RangeSlider::mouseReleaseEvent(QMouseEvent *)
{
    if (std::exchange(m_dragging, false)) emit released(m_low, m_high);
}

void RangeSlider::keyPressEvent(QKeyEvent *event)
{
    const double here = m_handle == Handle::Low ? m_low : m_high;
    double to = here;
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Up:
        to += m_step;
        break;
    case Qt::Key_Left:
    case Qt::Key_Down:
        to -= m_step;
        break;
    case Qt::Key_PageUp:
        to += 10 * m_step;
        break;
    case Qt::Key_PageDown:
        to -= 10 * m_step;
        break;
    case Qt::Key_Home:
        to = m_lowest;
        break;
    case Qt::Key_End:
        to = m_highest;
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    moveHandle(m_handle, to);
    emit released(m_low, m_high);
}

void RangeSlider::wheelEvent(QWheelEvent *event)
{
    if (!hasFocus()) { // a panel that scrolls under the pointer must not change the brush
        event->ignore();
        return;
    }
    moveHandle(m_handle, (m_handle == Handle::Low ? m_low : m_high) + (event->angleDelta().y() > 0 ? m_step : -m_step));
    emit released(m_low, m_high);
}

void RangeSlider::focusInEvent(QFocusEvent *event)
{
    if (event->reason() == Qt::TabFocusReason) setHandle(Handle::Low);
    if (event->reason() == Qt::BacktabFocusReason) setHandle(Handle::High);
    QWidget::focusInEvent(event);
}

bool RangeSlider::focusNextPrevChild(bool next)
{
    if (next == (m_handle == Handle::Low) && hasFocus()) {
        setHandle(next ? Handle::High : Handle::Low);
        return true;
    }
    return QWidget::focusNextPrevChild(next);
}

} // namespace glio::widgets
