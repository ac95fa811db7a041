#pragma once
#include "glioscope/widgets/Availability.h"

#include <QFrame>

#include <optional>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace glio::widgets {

class ActionButton;
class IconButton;
class Section;

/// Longest by across of the enhancing part.
struct Measurement {
    QString what; ///< "Enhancing, longest by across"
    double longestMm = 0, acrossMm = 0;
    QString where; ///< "T1c, axial 97"
};
struct RulerRow {
    int id = 0;
    QString text; ///< "12.4 mm, axial 97"
};

/// Measurements [measureSection].
class MeasurePanel final : public QFrame {
    Q_OBJECT
public:
    explicit MeasurePanel(QWidget *parent = nullptr);
    void setMeasurement(const std::optional<Measurement> &measurement, const Availability &availability = {});
    void setRulers(const std::vector<RulerRow> &rulers);

signals:
    void goWished(); ///< show the slice it was measured on
    void addRulerWished();
    void rulerWished(int id);
    void rulerRemoveWished(int id);

private:
    Section *m_section;
    QLabel *m_what, *m_size, *m_where;
    QWidget *m_rows;
    QVBoxLayout *m_rulers;
    std::vector<QWidget *> m_rulerRows;
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
