#pragma once
#include <QDoubleSpinBox>
#include <QSlider>

namespace glio::widgets {

/// A number with its unit, typed or stepped by keys; the wheel scrolls the panel unless the box has the focus.
class NumberBox final : public QDoubleSpinBox {
    Q_OBJECT
public:
    explicit NumberBox(QWidget *parent = nullptr);
    void setSigned(bool on); ///< "+2.0": a plus sign where the number is above zero
    QString textFromValue(double value) const override;
    double valueFromText(const QString &text) const override;
    QValidator::State validate(QString &text, int &at) const override;

protected:
    void wheelEvent(QWheelEvent *event) override;

private:
    bool m_signed = false;
};

/// A slider whose positions are the logarithm of the value. Arrows move 5 %, at least `leastStep`; PgUp/PgDn by half.
class LogSlider final : public QSlider {
    Q_OBJECT
public:
    LogSlider(double lowest, double highest, double leastStep, QWidget *parent = nullptr);
    void setShown(double value); ///< shows it; emits nothing
    double shown() const { return m_value; }

signals:
    void wished(double value); ///< on a multiple of leastStep, only when that is another one than before

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void wish(double value);
    double m_lowest, m_highest, m_leastStep, m_value;
};

/// A slider that lets the wheel scroll the panel unless it has the focus.
class CalmSlider final : public QSlider {
    Q_OBJECT
public:
    using QSlider::QSlider;

protected:
    void wheelEvent(QWheelEvent *event) override;
};

/// Keeps the wheel from changing `control` while it has no focus: the panel scrolls instead.
void letWheelPass(QWidget *control);

} // namespace glio::widgets
