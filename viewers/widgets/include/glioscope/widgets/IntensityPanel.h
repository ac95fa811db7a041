#pragma once
#include "glioscope/widgets/Availability.h"

#include <QFrame>
#include <QStringList>

#include <vector>

class QTableWidget;

namespace glio::widgets {

class ActionButton;
class IconButton;
class Section;

/// Intensities of each region in each sequence, ready to show: whole texts, rows by region.
struct IntensityTexts {
    QStringList sequences; ///< "T1c" …
    struct Row {
        QString id, name;                       ///< "ET", "Enhancing tumour"
        QStringList means, deviations, medians; ///< "312", one a sequence; an empty text where the region is empty
    };
    std::vector<Row> rows;
};

/// Intensities [intensitySection], folded at first: [intensityTable] and [copyIntensities].
class IntensityPanel final : public QFrame {
    Q_OBJECT
public:
    explicit IntensityPanel(QWidget *parent = nullptr);
    void setTexts(const IntensityTexts &texts);
    void setAvailability(const Availability &availability);
    bool isOpen() const; ///< unfolded: its numbers are wanted
    void setOpen(bool open);

signals:
    void opened(); ///< its numbers are wanted now
    void copyWished();

private:
    Section *m_section;
    QTableWidget *m_table;
    ActionButton *m_copy;
    IconButton *m_fold;
};

} // namespace glio::widgets
