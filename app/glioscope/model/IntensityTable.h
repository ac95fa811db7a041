#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/measure/Intensities.h"
#include "glioscope/volume/Sequence.h"

#include <string>
#include <vector>

namespace glio::app {

/// A sequence as the table takes it: a snapshot, cheap to copy.
struct NamedImage {
    Sequence sequence = Sequence::Other;
    std::string name; ///< "T1c", or the file's name
    ImageVolume image;
};

/// Intensities of every region that the mask holds, in every sequence. Thread: any.
struct IntensityTable {
    std::vector<std::string> sequences;
    struct Row {
        std::string id, name; ///< of the region, untranslated
        std::vector<measure::IntensityStatistics> bySequence;
    };
    std::vector<Row> rows;
};
IntensityTable intensityTable(const LabelMap &mask, const LabelScheme &scheme, const std::vector<NamedImage> &images);

/// One line a region and sequence, columns separated by tabs, a heading first; figures with a decimal point.
std::string toTabs(const IntensityTable &table);

/// "312", "4.56", "0.123": three figures or more, as a reader wants them.
std::string intensityText(double value);

} // namespace glio::app
