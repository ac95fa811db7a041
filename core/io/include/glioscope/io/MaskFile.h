#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Error.h"
#include "glioscope/volume/Volume.h"
#include "glioscope/volume/VoxelBox.h"

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace glio::io {

// Masks with what their files say about their labels; above all 3D Slicer's .seg.nrrd (field.md 3.10). Texts from files
// are data: kept as they are, bounded by the header's 1 MB. Thread: any.

/// Slicer's seven parts, joined by "~" in the file: "context~category~type~type modifier~anatomic context~region~region
/// modifier"; codes are "scheme^value^meaning", all three empty where nothing is said.
struct Terminology {
    std::string context;
    CodedTerm category, type, typeModifier;
    std::string anatomicContext;
    CodedTerm region, regionModifier;
};
/// Nothing when the text has fewer than three parts or a code does not have three.
std::optional<Terminology> parseTerminology(std::string_view text);
std::string terminologyText(const Terminology &terms);

enum class SegmentStatus { NotStarted, InProgress, Completed, Flagged };

/// One label of a mask, as its file describes it.
struct MaskSegment {
    Label value = 0; ///< in MaskFile::labels; 1..255, each once
    std::string id, name;
    std::optional<std::array<double, 3>> colour; ///< red, green, blue, 0..1
    std::optional<SegmentStatus> status;
    std::optional<Terminology> terminology;
    std::map<std::string, std::string> tags; ///< all of the file's tags, status and terminology too
    std::optional<std::array<std::int64_t, 6>>
        extent;                            ///< as the file states it: first and last i, j, k; last < first: empty
    std::int64_t layer = 0, fileValue = 0; ///< where the voxels were in the file
    std::string region;                    ///< proposed id (RegionProposal.h); "" when nothing fits
    std::int64_t voxels = 0;               ///< in MaskFile::labels
    std::int64_t coveredVoxels = 0;        ///< lost to later segments that overlap it
};

struct MaskFile {
    LabelVolume labels;
    std::vector<MaskSegment> segments; ///< in the file's order, empty ones too; values that no segment names come last
    std::string schemeId;              ///< as the file or a sidecar states it, known here or not; "" when none does
    std::string description;
    std::vector<std::string> remarks; ///< sentences: overlaps, renumbered values, fields that could not be used
};

/// NIfTI, NRRD, .seg.nrrd, MHA and MHD. Rule for segments that overlap: the later segment of the file wins. Rule for
/// values: a segment keeps its value where no earlier one has it, else it gets the smallest that is free; each change
/// is a remark. For files that only hold values, segments are those of the stated scheme and the values that occur.
/// Errors: those of readLabels; InvalidArgument also for more than 255 segments.
Result<MaskFile> readMask(const std::filesystem::path &path);

/// The segments that a scheme stands for: names, colours (palette Distinct), terms; status as given.
std::vector<MaskSegment> segmentsOf(const LabelScheme &scheme, SegmentStatus status = SegmentStatus::InProgress);

struct SegNrrdOptions {
    std::string description;
    std::string schemeId;                  ///< written as glioscope_scheme
    Index3 referenceExtentOffset{0, 0, 0}; ///< of this grid in the image's, in voxels
};

/// One layer, LPS, gzip, true extents. Segments without voxels are kept; a value that no segment names gets one named
/// "Label N". `path` must end in .nrrd. Read back, compared, renamed over, as writeLabels does. Errors: those of
/// writeLabels; InvalidArgument for a segment of value 0 or two of one value.
Result<void> writeSegNrrd(const std::filesystem::path &path, const LabelVolume &labels,
                          std::span<const MaskSegment> segments, const SegNrrdOptions &options = {});
/// With the scheme's segments and id.
Result<void> writeSegNrrd(const std::filesystem::path &path, const LabelVolume &labels, const LabelScheme &scheme,
                          const SegNrrdOptions &options = {});

} // namespace glio::io
