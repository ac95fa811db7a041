#pragma once
#include "glioscope/widgets/Availability.h"

#include <QFrame>

#include <map>
#include <optional>
#include <vector>

class QGridLayout;
class QLabel;
class QProgressBar;

namespace glio::widgets {

class ActionButton;
class NumberBox;
class ReasonLine;
class Section;
class SmartAreaRow;
class SmartRangeRow;
class SmartToolButton;
class SnakeRow;

/// The one number of a tool.
struct SmartValue {
    QString name, unit; ///< "Radius", "mm"
    double lowest = 0, highest = 0, step = 0.1, usual = 0;
    bool isSigned = false; ///< shown with a plus sign above zero
};
/// An entry of a tool's menu.
struct SmartChoice {
    QString id, text; ///< "largest", "Keep the largest"
};

/// Smart tools [smartTools]: a grid of buttons [smart.<id>] and below it a strip [smartOptions] for the tool at hand:
/// its one value [smartValue], what the preview would change [smartPreview], [smartApply] and [smartDrop].
/// Ids: grow, points, between, smooth, islands, margin, fill, scissors, mirror, combine, copy, propagate, snake,
/// border, hollow, scribbles, range. Border and range have a row of where they work, range and snake one of their own
/// (SmartToolRows.h). Some open a menu; their wish names the entry: largest, small, delete, relabel, split, holes; add,
/// subtract, intersect; next, previous; regions, edges, model;
/// shell, core; images, model. The entries of border are the regions, told
/// by setChoices. In the strip Enter applies and Esc drops. An unknown id changes nothing.
class SmartToolsPanel final : public QFrame {
    Q_OBJECT
public:
    explicit SmartToolsPanel(QWidget *parent = nullptr);
    /// Marks the button and shows the strip with the tool's usual value; "" hides it. `choice`: the menu's entry.
    void setTool(const QString &id, const QString &choice = {});
    QString tool() const { return m_tool; }
    void setValueKind(const std::optional<SmartValue> &value); ///< instead of the tool's own; none hides the box
    void setValue(double value);
    void setPreview(const QString &text); ///< "Adds 3.2 mL."; empty: the tool's own hint
    void setProgress(double share);       ///< [smartProgress] of the work under way, 0..1; below 0: none
    SmartAreaRow *area() const { return m_area; }
    SmartRangeRow *range() const { return m_range; }
    SnakeRow *snake() const { return m_snake; }
    void setApplyAvailability(const Availability &availability);
    void setToolAvailability(const QString &id, const Availability &availability);
    void setKey(const QString &id, const QString &key);
    void setChoices(const QString &id, const std::vector<SmartChoice> &choices); ///< none: a plain button
    QSize minimumSizeHint() const override;

signals:
    void toolWished(const QString &id, const QString &choice); ///< choice "" for tools without a menu
    void valueWished(double value);
    void applyWished();
    void dropWished();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeStrip();
    void showReasons();
    void showTitle();
    void showStrip();
    Section *m_section;
    QGridLayout *m_grid;
    std::map<QString, SmartToolButton *> m_buttons;
    std::map<QString, Availability> m_off;
    std::map<QString, std::vector<SmartChoice>> m_choices;
    QFrame *m_strip;
    QWidget *m_stripRoom;
    QLabel *m_title, *m_valueName, *m_preview;
    NumberBox *m_value;
    ActionButton *m_apply, *m_drop;
    ReasonLine *m_reason, *m_applyReason;
    SmartAreaRow *m_area;
    SmartRangeRow *m_range;
    SnakeRow *m_snake;
    QProgressBar *m_progress;
    QString m_tool, m_choice;
};

} // namespace glio::widgets
