#include "glioscope/widgets/SliceSlider.h"

#include "glioscope/widgets/Theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace glio::widgets {

SliceSlider::SliceSlider(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&Theme::instance(), &Theme::themeChanged, this, [this] {
        updateGeometry();
        update();
    });
}

QSize SliceSlider::sizeHint() const { return {Theme::px(24), Theme::px(120)}; }

void SliceSlider::setAxis(render::SliceAxis axis)
{
    m_axis = std::move(axis);
    update();
}

void SliceSlider::setSlice(int slice)
{
    if (slice == m_slice) return;
    m_slice = slice;
    setAccessibleDescription(description(slice));
    update();
}

void SliceSlider::setPlaneName(const QString &name)
{
    m_planeName = name;
    setAccessibleName(tr("%1 slices").arg(name));
}

double SliceSlider::yOfSlice(int slice) const
{
    if (m_axis.count < 1) return height() / 2.0;
    const double room = height() - 2.0 * Theme::px(4);
    const int fromTop = m_axis.topIsLast ? m_axis.count - 1 - slice : slice;
    return Theme::px(4) + (fromTop + 0.5) * room / m_axis.count;
}

int SliceSlider::sliceAtY(double y) const
{
    if (m_axis.count < 1) return 0;
    const double room = height() - 2.0 * Theme::px(4);
    const int fromTop =
        std::clamp(int(std::floor((y - Theme::px(4)) * m_axis.count / std::max(1.0, room))), 0, m_axis.count - 1);
    return m_axis.topIsLast ? m_axis.count - 1 - fromTop : fromTop;
}

double SliceSlider::doubtOpacity(int slice) const
{
    if (slice < 0 || slice >= int(m_axis.doubtMm2.size())) return 0;
    const double most = *std::ranges::max_element(m_axis.doubtMm2), here = m_axis.doubtMm2[std::size_t(slice)];
    return here > 0 && most > 0 ? 0.35 + 0.65 * here / most : 0;
}

QString SliceSlider::description(int slice) const
{
    QStringList parts;
    const auto n = std::size_t(slice);
    if (n < m_axis.areaMm2.size()) {
        const double mm2 = std::accumulate(m_axis.areaMm2[n].begin(), m_axis.areaMm2[n].end(), 0.0);
        if (mm2 > 0) parts << tr("tumour %1 cm²").arg(mm2 / 100, 0, 'f', 1);
    }
    if (n < m_axis.openPlaces.size() && m_axis.openPlaces[n] > 0)
        parts << tr("%n place(s) to check", nullptr, m_axis.openPlaces[n]);
    if (n < m_axis.edited.size() && m_axis.edited[n]) parts << tr("edited");
    QString text = tr("%1 %2.").arg(m_planeName).arg(slice + 1);
    if (parts.isEmpty()) return text;
    QString facts = parts.join(QStringLiteral(", "));
    facts[0] = facts[0].toUpper();
    return text + QLatin1Char(' ') + facts + QLatin1Char('.');
}

void SliceSlider::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::color(Token::Bg1));
    painter.fillRect(0, 0, 1, height(), Theme::color(Token::Line));
    if (m_axis.count < 1) return;
    const double left = Theme::px(3), lane = Theme::px(11);
    const double doubtLeft = left + lane + Theme::px(2), doubtWidth = Theme::px(3);
    const double editLeft = doubtLeft + doubtWidth + Theme::px(1), editWidth = Theme::px(2);
    double most = 0;
    for (const auto &slice : m_axis.areaMm2)
        most = std::max(most, std::accumulate(slice.begin(), slice.end(), 0.0));
    painter.setRenderHint(QPainter::Antialiasing);
    const double room = height() - 2.0 * Theme::px(4), thick = room / m_axis.count;
    const QColor doubt(0xB9, 0xA5, 0xFF);
    for (int slice = 0; slice < m_axis.count; ++slice) {
        const auto n = std::size_t(slice);
        // Whole pixels: halves would leave seams between the bars.
        const double y = std::round(yOfSlice(slice) - thick / 2);
        const double high = std::max(1.0, std::round(yOfSlice(slice) + thick / 2) - y);
        if (n < m_axis.areaMm2.size() && most > 0) {
            double x = left;
            for (std::size_t label = 0; label < m_axis.colours.size(); ++label) {
                const double width = lane * m_axis.areaMm2[n][label] / most;
                if (width <= 0) continue;
                const Rgb &c = m_axis.colours[label];
                painter.fillRect(QRectF(x, y, width, high), QColor(c.r, c.g, c.b));
                x += width;
            }
        }
        if (const double opacity = doubtOpacity(slice); opacity > 0) {
            QColor colour = doubt;
            colour.setAlphaF(float(opacity));
            painter.fillRect(QRectF(doubtLeft, y, doubtWidth, high), colour);
        }
        if (n < m_axis.edited.size() && m_axis.edited[n])
            painter.fillRect(QRectF(editLeft, y, editWidth, high), Theme::color(Token::T1));
    }
    // Handle: 21 x 3 on a gap of 7, so that it stands out from the bars.
    const double y = yOfSlice(std::clamp(m_slice, 0, m_axis.count - 1));
    painter.fillRect(QRectF(1, y - Theme::px(3.5), width() - 1, Theme::px(7)), Theme::color(Token::Bg1));
    painter.fillRect(QRectF(Theme::px(2), std::round(y - Theme::px(1.5)), Theme::px(21), Theme::px(3)),
                     Theme::color(Token::T1));
}

void SliceSlider::scrub(double y)
{
    const int slice = sliceAtY(y);
    if (m_axis.count > 0 && slice != m_slice) emit sliceWished(slice);
}

void SliceSlider::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton) scrub(event->position().y());
}

void SliceSlider::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & Qt::LeftButton) scrub(event->position().y());
}

void SliceSlider::wheelEvent(QWheelEvent *event)
{
    const QPoint delta = event->angleDelta();
    m_wheelRest += (delta.y() != 0 ? delta.y() : delta.x()) / 120.0;
    const int steps = int(m_wheelRest);
    m_wheelRest -= steps;
    if (steps) emit sliceStepWished(event->modifiers() & Qt::ShiftModifier ? 5 * steps : steps);
    event->accept();
}

void SliceSlider::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_PageUp:
    case Qt::Key_Up:
        emit sliceStepWished(1);
        break;
    case Qt::Key_PageDown:
    case Qt::Key_Down:
        emit sliceStepWished(-1);
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool SliceSlider::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && m_axis.count > 0) {
        const auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), description(sliceAtY(help->pos().y())), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace glio::widgets
