#pragma once
#include "model/CaseReport.h"
#include "model/KeyPictures.h"

#include <QColor>
#include <QString>
#include <QStringList>

#include <vector>

namespace glio::app {

/// A table as a reader sees it: whole texts; the first column is a name, the others are figures.
struct SummaryTable {
    QStringList heading;
    std::vector<QStringList> rows;
};

/// Everything that a case report says, in the reader's language; the page and the PDF show the same texts.
struct CaseSummary {
    QString title;  ///< the case's pseudonym
    QString notice; ///< "Research use only. Not for diagnosis."
    QString madeBy; ///< program and version, time
    std::vector<std::pair<QString, QString>> facts;
    QStringList warnings;     ///< unusual case, expected Dice, diameters not at right angles
    SummaryTable volumes;     ///< region, mL, change from the draft
    SummaryTable diameters;   ///< lesion, longest, across, product, slice
    QString diametersNote;    ///< sum, rule, source
    SummaryTable measures;    ///< rulers and angles
    SummaryTable intensities; ///< region, then one column a sequence
    QString notes;            ///< what the reader wrote; may be empty
    std::vector<KeyPicture> pictures;
    std::vector<std::pair<QString, QColor>> outlines; ///< what the colours in the pictures mean
};

/// Thread: any, on a snapshot. Cost: the intensities and six pictures, about a second for 240 x 240 x 155 voxels.
CaseSummary summarise(const SaveJob &job);

} // namespace glio::app
