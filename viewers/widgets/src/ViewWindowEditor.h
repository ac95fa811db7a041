#pragma once
#include <QFrame>

class QDoubleSpinBox;

namespace glio::widgets {

/// The small window/level editor that opens at a view's corner figures.
class ViewWindowEditor final : public QFrame {
    Q_OBJECT
public:
    explicit ViewWindowEditor(QWidget *parent);
    /// Shows width and level; emits nothing. `step` is one arrow press.
    void setValues(double level, double width);

signals:
    void changeWished(double levelChange, double widthChange);
    void autoWished();
    void resetWished();

private:
    QDoubleSpinBox *m_width, *m_level;
    double m_shownWidth = 1, m_shownLevel = 0;
};

} // namespace glio::widgets
