#pragma once
#include <QFocusFrame>

namespace glio::widgets {

/// 2 px accent ring, 2 px outside the focused control, so that nothing moves on focus. It shows only after a key moved
/// the focus (Tab, Backtab, shortcut), as desktop conventions have it. Make one per window.
class FocusRing final : public QFocusFrame {
    Q_OBJECT
public:
    explicit FocusRing(QWidget *window);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void follow(QWidget *old, QWidget *now);
    bool m_byKey = false;
};

} // namespace glio::widgets
