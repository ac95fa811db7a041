#pragma once
#include <QFrame>
#include <QPointer>

class QLabel;

namespace glio::widgets {

/// [coachMark]: a small card beside a control with an arrow at it. Esc closes it, "Skip the tour" ends all.
class CoachMark final : public QFrame {
    Q_OBJECT
public:
    explicit CoachMark(QWidget *window);
    void pointAt(QWidget *target, const QString &title, const QString &text, int step, int of);
    void dismiss();

signals:
    void closed();
    void skipTourWished();

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();
    QPointer<QWidget> m_target;
    QLabel *m_title, *m_text, *m_step;
    int m_arrowY = 0;
    bool m_arrowRight = true;
};

} // namespace glio::widgets
