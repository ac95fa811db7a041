#include "CorrectParts.h"

#include "glioscope/widgets/Theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QWheelEvent>

#include <cmath>

namespace glio::widgets {
namespace {
constexpr int positions = 1000;
constexpr QChar minusSign(0x2212);

class WheelGuard final : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::Wheel || static_cast<QWidget *>(watched)->hasFocus()) return false;
        event->ignore();
        return true;
    }
};
} // namespace

void letWheelPass(QWidget *control) { control->installEventFilter(new WheelGuard(control)); }

// --- NumberBox -------------------------------------------------------------------------------------------------------
NumberBox::NumberBox(QWidget *parent) : QDoubleSpinBox(parent)
{
    setLocale(QLocale::c());
    setDecimals(1);
    setSingleStep(0.1);
    setKeyboardTracking(false);
    setButtonSymbols(QAbstractSpinBox::NoButtons);
    setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setFocusPolicy(Qt::StrongFocus);
    setFixedHeight(Theme::px(28)); // as high as a combo box
    QFont figures = font();
    figures.setFeature("tnum", 1);
    setFont(figures);
}

void NumberBox::setSigned(bool on)
{
    m_signed = on;
    const QSignalBlocker quiet(this);
    setValue(value());
    lineEdit()->setText(textFromValue(value()) + suffix());
}

QString NumberBox::textFromValue(double value) const
{
    QString text = QString::number(value, 'f', decimals());
    if (text.startsWith(QLatin1Char('-'))) text.replace(0, 1, minusSign);
    if (text.startsWith(minusSign) && text.mid(1).toDouble() == 0) text.remove(0, 1);
    return m_signed && value > 0 ? QLatin1Char('+') + text : text;
}

double NumberBox::valueFromText(const QString &text) const
{
    QString plain = text;
    plain.remove(suffix()).replace(minusSign, QLatin1Char('-')).replace(QLatin1Char(','), QLatin1Char('.'));
    return plain.trimmed().toDouble();
}

QValidator::State NumberBox::validate(QString &text, int &at) const
{
    // The base class knows neither the minus sign of print nor a comma; it checks a text of the same length.
    QString plain = text;
    plain.replace(minusSign, QLatin1Char('-')).replace(QLatin1Char(','), QLatin1Char('.'));
    const QString number = plain.left(plain.size() - (plain.endsWith(suffix()) ? suffix().size() : 0)).trimmed();
    if (number == QLatin1String("+") && maximum() > 0) return QValidator::Intermediate;
    if (number.startsWith(QLatin1Char('+'))) {
        bool isNumber = false;
        const double value = number.toDouble(&isNumber);
        if (!isNumber) return QValidator::Invalid;
        return value >= minimum() && value <= maximum() ? QValidator::Acceptable : QValidator::Intermediate;
    }
    return QDoubleSpinBox::validate(plain, at);
}

void NumberBox::wheelEvent(QWheelEvent *event)
{
    if (hasFocus())
        QDoubleSpinBox::wheelEvent(event);
    else
        event->ignore();
}

// --- LogSlider -------------------------------------------------------------------------------------------------------
LogSlider::LogSlider(double lowest, double highest, double leastStep, QWidget *parent)
    : QSlider(Qt::Horizontal, parent), m_lowest(lowest), m_highest(highest), m_leastStep(leastStep), m_value(lowest)
{
    setRange(0, positions);
    connect(this, &QSlider::valueChanged, this,
            [this](int at) { wish(m_lowest * std::pow(m_highest / m_lowest, at / double(positions))); });
}

void LogSlider::setShown(double value)
{
    m_value = std::clamp(value, m_lowest, m_highest);
    const QSignalBlocker quiet(this);
    setValue(static_cast<int>(std::lround(positions * std::log(m_value / m_lowest) / std::log(m_highest / m_lowest))));
}

void LogSlider::wish(double value)
{
    value = std::clamp(std::round(value / m_leastStep) * m_leastStep, m_lowest, m_highest);
    if (std::abs(value - m_value) < m_leastStep * 0.01) return;
    m_value = value;
    emit wished(value);
}

void LogSlider::keyPressEvent(QKeyEvent *event)
{
    const double step = std::max(m_leastStep, 0.05 * m_value);
    double to = m_value;
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Up:
        to += step;
        break;
    case Qt::Key_Left:
    case Qt::Key_Down:
        to -= step;
        break;
    case Qt::Key_PageUp:
        to = std::max(to * 1.5, to + 10 * m_leastStep);
        break;
    case Qt::Key_PageDown:
        to = std::min(to / 1.5, to - 10 * m_leastStep);
        break;
    case Qt::Key_Home:
        to = m_lowest;
        break;
    case Qt::Key_End:
        to = m_highest;
        break;
    default:
        QSlider::keyPressEvent(event);
        return;
    }
    wish(to);
    setShown(m_value);
}

void LogSlider::wheelEvent(QWheelEvent *event)
{
    if (!hasFocus()) {
        event->ignore();
        return;
    }
    wish(m_value + (event->angleDelta().y() > 0 ? 1 : -1) * std::max(m_leastStep, 0.05 * m_value));
    setShown(m_value);
}

void CalmSlider::wheelEvent(QWheelEvent *event)
{
    if (hasFocus())
        QSlider::wheelEvent(event);
    else
        event->ignore();
}

} // namespace glio::widgets
