#pragma once
#include <QWidget>

namespace glio::widgets {

class HistoryList;

/// [historyDock]: the history in a window of its own that stays above the main one and may lie anywhere, also on
/// another screen. Its list is [historyDock.list]. Closed it keeps size and place.
class HistoryDock final : public QWidget {
    Q_OBJECT
public:
    explicit HistoryDock(QWidget *window);
    HistoryList *list() const { return m_list; }

signals:
    void placed(); ///< moved, resized or closed: where it is may be kept

protected:
    void moveEvent(QMoveEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void nameIt();
    HistoryList *m_list;
};

} // namespace glio::widgets
