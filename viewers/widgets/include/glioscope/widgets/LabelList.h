#pragma once
#include "glioscope/annotation/LabelScheme.h"

#include <QColor>
#include <QFrame>

#include <map>
#include <optional>
#include <vector>

class QLabel;
class QSpacerItem;
class QVBoxLayout;

namespace glio::widgets {

class Section;
class LabelRowWidget;

/// One label of the scheme as the list shows it.
struct LabelRow {
    QString id, name, shortName; ///< "ET", "Enhancing tumour", "ET"
    QColor colour;
    LabelPattern pattern = LabelPattern::None;
    std::optional<double> ml; ///< none: not measured yet, drawn as a dash
    bool visible = true, locked = false;
    QString key; ///< "Alt 1"
};
/// A union of labels below the line.
struct CompositeRow {
    QString id, name, members; ///< "TC", "Tumour core", "ET + NET + CC"
    std::optional<double> ml;
    bool strong = false; ///< the whole tumour
};

/// Regions [regionList] in Review, Labels [labelList] in Correct: swatch, name, short name, mL, eye, lock, key.
/// Children are named NAME.<id>, NAME.<id>.swatch, NAME.<id>.eye, NAME.<id>.lock.
class LabelList final : public QFrame {
    Q_OBJECT
public:
    LabelList(const QString &objectName, const QString &title, QWidget *parent = nullptr);
    void setRows(const std::vector<LabelRow> &labels, const std::vector<CompositeRow> &composites);
    void setVolumes(const std::map<QString, double> &mlById); ///< cheap; called while a slider moves
    void setVisibleLabel(const QString &id, bool visible);
    void setLocked(const QString &id, bool locked);
    void setActive(const QString &id); ///< tinted row in Correct; empty: none
    void flashLock(const QString &id); ///< a stroke was blocked
    /// Shown instead of rows while there is no mask; empty shows the rows.
    void setEmptyText(const QString &text);
    void showEdit(const QString &key); ///< a button in the title row, [NAME.edit], asks for the labels' editor
    void addBelow(QWidget *row); ///< takes it; stands under the rows, 8 px further out than the title on both sides
    /// 285 wide: what is only a help leaves when there is no room for it.
    QSize minimumSizeHint() const override;

signals:
    void visibleWished(const QString &id, bool visible);
    void lockedWished(const QString &id, bool locked);
    void colourWished(const QString &id);
    void editWished();
    void hovered(const QString &id); ///< "" when the pointer leaves
    void centreWished(const QString &id);
    void activeWished(const QString &id);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitColumns();
    Section *m_section;
    QVBoxLayout *m_rows;
    QLabel *m_empty, *m_unit;
    QWidget *m_line = nullptr;
    std::vector<LabelRowWidget *> m_labels;
    std::map<QString, QLabel *> m_compositeValues;
    std::vector<QWidget *> m_compositeRows;
    std::vector<QSpacerItem *> m_compositeRooms;
    QSpacerItem *m_headerRoom;
    class IconButton *m_edit = nullptr;
};

} // namespace glio::widgets
