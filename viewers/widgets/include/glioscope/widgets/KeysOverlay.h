#pragma once
#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace glio::widgets {

struct KeyRow {
    QStringList keys; ///< {"Ctrl", "Z"} are one chord; alternatives are rows of their own
    QString act;
    QString id{};         ///< of the binding, for Preferences; "" where it cannot be changed
    bool changed = false; ///< not as the preset has it
};
struct KeyGroup {
    QString title; ///< "This mode", "Views" …; the first one is of the current mode
    std::vector<KeyRow> rows;
};

/// [keysOverlay]: dims its window and shows a card of 880 x 600 with the keys; search field focused; `?` or Esc closes.
class KeysOverlay final : public QWidget {
    Q_OBJECT
public:
    explicit KeysOverlay(QWidget *window);
    void setPreset(const QString &name);
    void setGroups(const std::vector<KeyGroup> &groups);
    void open();

signals:
    void changeKeysWished();
    void closed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void rebuild();
    void dismiss();
    std::vector<KeyGroup> m_groups;
    QWidget *m_card, *m_content = nullptr;
    QLineEdit *m_search;
    QLabel *m_preset;
    class QScrollArea *m_scroll;
};

} // namespace glio::widgets
