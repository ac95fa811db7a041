#pragma once
#include "glioscope/widgets/Toast.h"

#include <QFrame>

#include <vector>

class QHBoxLayout;
class QLabel;
class QProgressBar;

namespace glio::widgets {

/// What happened, what is safe, what can be done (ui.md section 6).
struct BannerMessage {
    QString id; ///< the state: "engineLost", "leftRightUnknown" …; actionWished gives it back
    Tone tone = Tone::Warn;
    QString icon;  ///< icon name; empty: by tone
    QString title; ///< "The engine stopped and is starting again"
    QString text;  ///< "Your mask is safe. You can go on drawing."
    struct Action {
        QString id, text;
        bool primary = false;
    };
    std::vector<Action> actions; ///< at most two
    double progress = -1;        ///< 0..1 draws a thin bar; below 0 none
    bool closable = true;
};

/// [banner] over the top of the views, for states that pass. Messages with other ids stack in the order they came;
/// the newest is shown and the older come back when it is cleared. Buttons are named banner.<action id>.
class Banner final : public QFrame {
    Q_OBJECT
public:
    explicit Banner(QWidget *over);
    void setMessage(const BannerMessage &message); ///< adds it, or replaces the one with the same id
    void clear(const QString &id);
    bool isShowing(const QString &id) const;

signals:
    void actionWished(const QString &messageId, const QString &actionId);
    void closed(const QString &messageId);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void rebuild();
    void place();
    std::vector<BannerMessage> m_messages;
    QLabel *m_icon, *m_title, *m_text;
    QHBoxLayout *m_actions;
    std::vector<QWidget *> m_buttons;
    QProgressBar *m_bar;
    class IconButton *m_close;
};

} // namespace glio::widgets
