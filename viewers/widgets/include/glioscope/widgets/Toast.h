#pragma once
#include <QFrame>

#include <functional>

class QLabel;
class QTimer;

namespace glio::widgets {

class ActionButton;

enum class Tone { Plain, Ok, Warn, Error, Doubt };

/// [toast]: a short line over the lower middle of its parent; stays 6 s, longer while the pointer is on it; errors
/// stay.
class Toast final : public QFrame {
    Q_OBJECT
public:
    explicit Toast(QWidget *over);
    /// "Segmented. 14 places to check." + "Show". A new one replaces the old one.
    void show(const QString &text, Tone tone = Tone::Plain, const QString &action = {});
    /// The button does `act` instead of emitting `actionWished`.
    void show(const QString &text, Tone tone, const QString &action, std::function<void()> act);
    using QFrame::show;
    void dismiss();

signals:
    void actionWished(); ///< [toastAction]

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void place();
    QLabel *m_icon, *m_text;
    ActionButton *m_action;
    class IconButton *m_close;
    QTimer *m_timer;
    std::function<void()> m_act;
};

} // namespace glio::widgets
