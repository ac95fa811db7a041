#pragma once
#include "glioscope/widgets/Availability.h"

#include <QFrame>

#include <optional>
#include <vector>

class QLabel;
class QListWidget;

namespace glio::widgets {

class ActionButton;
class IconButton;
class Section;

/// Longest by across of the enhancing part.
struct Measurement {
    QString what; ///< "Enhancing, longest by across"
    double longestMm = 0, acrossMm = 0;
    QString where;       ///< "T1c, axial 97"
    QString note = {};   ///< several lesions and their sum; why it does not count
    bool edited = false; ///< a reader moved an end
};
/// A ruler or an angle in the list.
struct MeasureRow {
    int id = 0;
    QString icon, name, value, where; ///< "ruler", "Ruler 1", "12.4 mm", "axial 97"
};

/// Measurements [measureSection]: the diameters, and the list [measureList] of what was drawn. In the list Enter goes
/// there, Space takes the next end, Ctrl and the arrows move it, Delete removes.
class MeasurePanel final : public QFrame {
    Q_OBJECT
public:
    explicit MeasurePanel(QWidget *parent = nullptr);
    void setMeasurement(const std::optional<Measurement> &measurement, const Availability &availability = {});
    void setMeasures(const std::vector<MeasureRow> &rows, int chosen); ///< `chosen`: id, 0 for none

signals:
    void goWished(); ///< show the slice it was measured on
    void proposeWished();
    void addRulerWished();
    void addAngleWished();
    void measureWished(int id); ///< go there
    void measureChosen(int id);
    void removeWished(int id);
    void nextEndWished(int id);
    void nudgeWished(int id, int right, int up); ///< the chosen end, in voxels of the picture

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    int chosenId() const;
    Section *m_section;
    QLabel *m_what, *m_size, *m_where, *m_note, *m_edited;
    QWidget *m_rows;
    ActionButton *m_propose;
    IconButton *m_go, *m_remove;
    QListWidget *m_list;
};

/// Places to check [placesSection]: [startDoubts], [startCorrect].
class PlacesSection final : public QFrame {
    Q_OBJECT
public:
    explicit PlacesSection(QWidget *parent = nullptr);
    /// `largestOpenMl`: how far the largest open place could move the volume.
    void setSummary(int open, int total, double atStakeMl, double largestOpenMl);
    void setLooking(int look, int of); ///< "Looking again, 2 of 4"; 0, 0 ends it
    void setDoubtsAvailability(const Availability &availability);
    void setCorrectAvailability(const Availability &availability);
    QWidget *startButton() const; ///< the second coach mark points here

signals:
    void startDoubtsWished();
    void startCorrectWished();

private:
    Section *m_section;
    ActionButton *m_start, *m_correct;
    QLabel *m_text;
};

} // namespace glio::widgets
