#pragma once
#include "model/CaseStore.h"
#include "model/KeyPictures.h"
#include "model/Measures.h"
#include "model/Provenance.h"

#include <QImage>

#include <filesystem>
#include <optional>
#include <vector>

namespace glio::app {

/// Snapshots of everything that a save needs, so that it can run on a worker thread.
struct SaveJob {
    CaseRecord record;
    LabelMap mask;
    MaskSource source; ///< of this mask; the record's own is that of the model's answer
    std::vector<ProvenanceShare> provenance;
    QString maskReader;                   ///< who began it
    std::optional<LabelVolume> modelMask; ///< what the model said, beside what hands made of it
    std::string schemeId;
    const LabelScheme *labels = nullptr; ///< schemeId's with the reader's own names and colours; null: as shipped
    const LabelScheme *scheme() const { return labels ? labels : findLabelScheme(schemeId); } ///< null: unknown
    std::optional<Probabilities> probabilities;                                               ///< first look
    std::optional<Probabilities> band;                                                        ///< mean over the looks
    Places places;
    std::vector<PlaceState> placeStates;
    CaseMeasures measures;
    RanoReading diameters;                        ///< as shown: proposed, or edited
    std::map<std::string, double> draftVolumesMl; ///< of the first draft; empty: unknown
    ReportImages images;                          ///< empty unless pictures are wanted
    QString reader, notes, signedText;            ///< notes and signature as the reader wrote them; may be empty
    QDateTime made;
    QImage picture; ///< of the views, for the report; may be null
};

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
