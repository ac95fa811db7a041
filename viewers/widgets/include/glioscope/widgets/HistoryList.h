#pragma once
#include <QFrame>
#include <QImage>

#include <vector>

class QLabel;
class QListView;
class QModelIndex;

namespace glio::widgets {

class HistoryModel;
class Section;

/// A row of the history: a step, or a heading above the steps of a day or session.
struct HistoryRow {
    enum class Kind { Step, Heading };
    Kind kind = Kind::Step;
    qint64 id = 0;         ///< of the step, not 0
    QString icon;          ///< "brush"
    QString text, detail;  ///< "Paint Enhancing", "8.0 mm ball"; a heading has text alone: "Yesterday"
    QString time;          ///< "10:42"
    bool undone = false;   ///< faded; can be done again
    bool current = false;  ///< tinted; where the mask stands now
    QImage thumbnail{};    ///< square, shown 40 px wide; null: the icon alone
    bool pictured = false; ///< a thumbnail comes later: the row has its height from the start
};

/// History [historyList]: newest on top. A click or Enter on a step asks to go there. Rows are drawn, not made of
/// widgets: thousands are no load. Takes what height its parent leaves; stands in the panel and in a dock alike.
class HistoryList final : public QFrame {
    Q_OBJECT
public:
    explicit HistoryList(QWidget *parent = nullptr);
    /// Shows the rows in this order. The list stays where it was scrolled to unless another step is current now.
    void setRows(std::vector<HistoryRow> rows);
    /// Undo and redo without new rows: `id` becomes current, the steps above it are undone. 0: all are undone.
    void setCurrent(qint64 id);
    void setThumbnail(qint64 id, const QImage &image); ///< arrives later than the row
    void setNote(const QString &text);                 ///< "31 steps, 4.2 MB"
    std::vector<qint64> shownSteps() const;            ///< of the rows that are seen, from the top; none while hidden
    QListView *view() const { return m_view; }

signals:
    void goWished(qint64 id);
    void shownChanged(); ///< other rows are seen: scrolled, resized, shown, other rows

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void go(const QModelIndex &index);
    void showCurrent();
    Section *m_section;
    HistoryModel *m_model;
    QListView *m_view;
    QLabel *m_empty;
    qint64 m_shown = 0; ///< the current step that was scrolled to
};

} // namespace glio::widgets
