#pragma once
#include "model/CaseStore.h"

#include <QImage>

#include <filesystem>
#include <optional>
#include <vector>

namespace glio::app {

/// Snapshots of everything that a save needs, so that it can run on a worker thread.
struct SaveJob {
    CaseRecord record;
    LabelMap mask;
    std::optional<LabelVolume> modelMask; ///< what the model said, beside what hands made of it
    std::string schemeId;
    std::optional<Probabilities> probabilities; ///< first look
    std::optional<Probabilities> band;          ///< mean over the looks
    Places places;
    std::vector<PlaceState> placeStates;
    QImage picture; ///< of the views, for the report; may be null
};

/// Longest diameter and the longest one across it (at right angles, within 5 degrees) of a label on one axial slice:
/// the slice with the largest product's longest diameter. Thread: any.
struct Diameter {
    double longestMm = 0, acrossMm = 0;
    PointMm where; ///< middle of the longest
};
std::optional<Diameter> longestByAcross(const LabelMap &mask, const std::vector<Label> &labels);

/// FOLDER/{labels,model,probabilities,band}.nii.gz, each written beside, read back, compared, then renamed over;
/// report.json. Errors: those of io::writeLabels. Used for the case store and for *Save results*.
Result<void> writeResult(const SaveJob &job, const std::filesystem::path &folder);
/// report.json alone, with the keys that the command line promises.
Result<void> writeReportJson(const SaveJob &job, const std::filesystem::path &file);
/// A page to read: index.html with views.png beside it and report.json. Errors: Io, DiskFull.
Result<void> writeReportPage(const SaveJob &job, const std::filesystem::path &folder);
/// The mask alone, in the format of its name. The scheme goes into the file and into NAME's report.json beside it when
/// `withReport`.
Result<void> exportMask(const SaveJob &job, const std::filesystem::path &file);

} // namespace glio::app
