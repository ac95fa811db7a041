#pragma once
#include "model/CaseFiles.h"
#include "model/CaseStore.h"
#include "model/Journal.h"

#include "glioscope/render/VolumeState.h"

#include <QImage>

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace glio::app {

/// A file that was not taken and the sentence that says why.
struct LoadProblem {
    std::filesystem::path path;
    Error error;
};

/// Everything that opening a case needs, made on a worker thread.
struct LoadedCase {
    CaseRecord record; ///< the stored one when the case was open before, else a new one
    std::vector<Series> series;
    std::vector<QImage> thumbnails; ///< one per series, kThumbnailWidth x kThumbnailHeight, black around
    std::optional<LabelVolume> mask;
    std::filesystem::path maskFile;
    SchemeDetection maskScheme;
    std::optional<LiveMask> live;     ///< stored probabilities of an earlier Segment
    std::optional<LiveMask> bandLive; ///< the mean over the looks
    std::optional<KeptMask> kept;     ///< mask and history from the journal
    render::SurfacesPtr surfaces;     ///< of head and mask, where there was time to make them ahead
    std::vector<LoadProblem> problems;
    std::vector<FileTrouble> troubles; ///< not empty: nothing else is here until the reader has said what to do
    std::vector<std::filesystem::path> moved;
    bool orientationStated = true;
};

inline constexpr int kThumbnailWidth = 118, kThumbnailHeight = 124;

/// Files or one folder (a folder's own images; a DICOM folder is one series). A mask among them is read as the mask.
/// `cancelled` is looked at between steps. Errors: InvalidArgument (nothing that is an image), Io, Cancelled; files
/// that cannot be read are `problems` as long as one image can. Thread: a worker.
Result<LoadedCase> loadCase(const std::vector<std::filesystem::path> &paths, const CaseStore &store,
                            const std::atomic<bool> &cancelled, const Journal *journal = nullptr,
                            const FileChoices &choices = {});
/// A case of the store, with its stored result.
Result<LoadedCase> loadStored(const CaseRecord &record, const CaseStore &store, const std::atomic<bool> &cancelled,
                              const Journal *journal = nullptr, const FileChoices &choices = {});

/// One image to add to an open case.
struct LoadedSeries {
    Series series;
    QImage thumbnail;
};
Result<LoadedSeries> loadSeries(const std::filesystem::path &path);

/// A mask file with what its values may mean.
struct LoadedMask {
    LabelVolume mask;
    std::filesystem::path file;
    SchemeDetection scheme;
    std::vector<std::string> remarks; ///< overlapping segments, renumbered values
};
Result<LoadedMask> loadMask(const std::filesystem::path &path);

/// True when the name (or, unclear, the values) says segmentation.
bool looksLikeMask(const std::filesystem::path &path);

/// Axial slice above the middle of a series (headLow and headHigh known), the head filling the frame.
QImage makeThumbnail(const Series &series, int width, int height);

} // namespace glio::app
