#pragma once
#include <QFrame>

#include <vector>

class QHBoxLayout;
class QLabel;

namespace glio::widgets {

/// Icon on a tinted square, a title, a sentence, at most two acts; centred in its room (first start, driver too old …).
/// Buttons are named NAME.<action id>, NAME being the object name given.
class EmptyState final : public QFrame {
    Q_OBJECT
public:
    struct Action {
        QString id, text, icon;
        bool primary = false;
    };
    EmptyState(const QString &objectName, QWidget *parent = nullptr);
    void set(const QString &icon, const QString &title, const QString &text, const std::vector<Action> &actions);

signals:
    void actionWished(const QString &id);

private:
    QLabel *m_icon, *m_title, *m_text;
    QHBoxLayout *m_actions;
    std::vector<QWidget *> m_buttons;
};

} // namespace glio::widgets
