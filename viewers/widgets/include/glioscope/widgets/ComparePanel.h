#pragma once
#include "glioscope/widgets/Availability.h"
#include "glioscope/widgets/JobCard.h"

#include <QFrame>

#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QListView;
class QMenu;
class QStandardItemModel;
class QTableWidget;
class QVBoxLayout;

namespace glio::widgets {

class ActionButton;
class IconButton;
class ReasonLine;
class Section;
class Switch;

struct CompareChoice {
    QString id, text; ///< "Ann: second reading"
};
/// A region as two masks have it; "–" where there is no value.
struct CompareFigures {
    QString id, name; ///< "ET", "Enhancing tumour"
    QString dice, hd95, nsd, mine, theirs;
    QString note; ///< why a value does not exist
};
/// A place where the two masks differ.
struct CompareRow {
    int id = 0;
    QString says;  ///< "Oedema here, normal there"
    QString where; ///< "Left, axial 90 to 104"
    double ml = 0;
    bool kept = false; ///< settled: mine stays
};

/// Compare with another mask [compareSection]: which one [compareWith], [compareTable], what the views show of it
/// [compareDisputed] [compareContours], the places where they differ [compareList] with [keepMine] and [takeTheirs],
/// [adjudicate], [readerTable]. In the list Enter goes there, K keeps, Shift+K takes.
class ComparePanel final : public QFrame {
    Q_OBJECT
public:
    explicit ComparePanel(QWidget *parent = nullptr);
    void setOpen(bool open);
    bool isOpen() const;
    void setAvailability(const Availability &availability); ///< of comparing at all
    void setMasks(const std::vector<CompareChoice> &masks, const QString &current);
    /// `summary`: one sentence or two under the table. Stale figures stay, in grey.
    void setFigures(const std::vector<CompareFigures> &rows, const QString &summary);
    void setStale(bool stale);
    void setShown(bool disputed, bool contours);
    void setPlaces(const std::vector<CompareRow> &rows, int active, const QString &progress, const QString &rest);
    void setActAvailability(const Availability &availability); ///< Keep mine, Take theirs
    void setAdjudicateAvailability(const Availability &availability);
    void setTableAvailability(const Availability &availability);
    void setJob(const std::optional<JobView> &job); ///< the table that is being made
    int activePlace() const;                        ///< the list's current row; 0: none

signals:
    void opened();
    void withWished(const QString &id); ///< empty: none
    void disputedWished(bool on);
    void contoursWished(bool on);
    void placeWished(int id);
    void keepWished(int id);
    void takeWished(int id);
    void adjudicateWished();
    void caseTableWished();
    void projectTableWished();
    void stopTableWished();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeFigures();
    void makePlaces();
    void makeActs();
    void tint();
    Section *m_section;
    IconButton *m_fold;
    QWidget *m_content, *m_compared;
    QComboBox *m_with;
    QTableWidget *m_table;
    QLabel *m_units, *m_summary, *m_progress, *m_rest;
    Switch *m_disputed, *m_contours;
    QListView *m_list;
    QStandardItemModel *m_places;
    ReasonLine *m_actReason;
    ActionButton *m_keep, *m_take, *m_adjudicate, *m_readers;
    JobCard *m_job;
    bool m_stale = false;
};

} // namespace glio::widgets
