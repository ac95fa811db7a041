#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/metrics/Disagreements.h"
#include "glioscope/metrics/RegionMetrics.h"
#include "glioscope/project/ProjectTypes.h"

#include <map>
#include <string>
#include <vector>

namespace glio::app {
class Journal;

/// Two masks of one case: how alike each region is, and the places where they differ.
struct MaskComparison {
    std::vector<metrics::RegionMetrics> regions; ///< reference: the first mask; surface Dice at 1 mm
    metrics::Disagreements places;
};
/// Both on one grid and in `scheme`. Errors: Geometry, Cancelled. Thread: any. Cost: about a second at 1 mm.
Result<MaskComparison> compareTwoMasks(const LabelMap &first, const LabelMap &second, const LabelScheme &scheme,
                                       const ProgressSink &progress = {});

/// A mask as tables and the history call it, in English.
std::string maskName(const project::MaskRow &row);

/// Each pair of masks of each case, by region.
struct ReaderTable {
    std::vector<metrics::ReaderPair> rows;
    int cases = 0, pairs = 0;
    std::vector<std::string> leftOut; ///< one sentence for each case or pair that could not be compared
};
/// `cases`: those to read. `atHand`: masks by id that are newer than what was written. A case that is being read blind
/// is left out. Errors: Io (the project cannot be read), Cancelled. Thread: any.
Result<ReaderTable> readerTable(const Journal &journal, const std::vector<project::CaseRow> &cases,
                                const std::map<std::string, LabelMap> &atHand, const ProgressSink &progress = {});

} // namespace glio::app
