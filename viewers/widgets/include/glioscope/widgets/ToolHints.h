#pragma once
#include <QAbstractButton>
#include <QWidget>

#include <vector>

namespace glio::widgets {

/// A key or mouse button and what it does: "Left", "paint"; "Shift", "+ wheel size".
struct ToolHint {
    QString key, text;
};

/// [toolHints]: bar at the bottom centre of the widget it lies over: key caps and words in turn, and [toolHintsClose].
/// Where the room is short the last hints are left out. It remembers nothing: who hears closed() keeps the bar away.
class ToolHints final : public QWidget {
    Q_OBJECT
public:
    explicit ToolHints(QWidget *over);
    void setHints(const QString &toolId, const std::vector<ToolHint> &hints); ///< none hides the bar
    QString toolId() const { return m_toolId; }
    int shownCount() const { return m_shown; } ///< hints that fit
    QSize sizeHint() const override;

signals:
    void closed(const QString &toolId); ///< by its button; it hides itself

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();
    int widthOf(int count) const;
    QAbstractButton *m_close;
    QString m_toolId;
    std::vector<ToolHint> m_hints;
    int m_shown = 0;
};

} // namespace glio::widgets
