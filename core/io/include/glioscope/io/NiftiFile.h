#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/io/VoxelType.h"
#include "glioscope/volume/Volume.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace glio::io {

// NIfTI-1 and -2 without ITK: .nii, .nii.gz, .hdr/.img and .hdr/.img.gz (name either of the two), either byte order.
// Nothing a header claims is believed before it is compared with the file's size, so a damaged file costs a sentence,
// never memory. All errors carry a sentence: the file, the reason, what to do. Thread: any.

enum class Placement { None, Spacing, Qform, Sform }; ///< where the position in space came from

struct NiftiHeader {
    int version = 1; ///< 1 or 2; 0 for Analyze 7.5 (a .hdr without the NIfTI mark)
    bool bigEndian = false, compressed = false;
    std::filesystem::path voxelFile; ///< the file itself, or the .img beside a .hdr
    std::int64_t voxelOffset = 0;    ///< bytes before the first voxel, after decompression
    VoxelType type = VoxelType::Unknown;
    std::int64_t volumes = 1; ///< product of the dimensions after the third
    Geometry geometry;        ///< LPS mm, whatever unit the file uses
    Placement placement = Placement::None;
    double slope = 1, intercept = 0; ///< value = raw * slope + intercept
    std::string description;         ///< text field of 80 bytes
    std::string intentName;
    /// False when the file gives neither sform nor qform: position and patient axes are then assumed, not known.
    bool orientationStated() const { return placement == Placement::Sform || placement == Placement::Qform; }
};

/// Rules: sform when its code is above 0 and it is a usable matrix, else qform when its code is above 0, else the
/// spacing alone with the axes taken as L, P, S (as ITK does). Errors: Io (missing, empty, not NIfTI, shorter than it
/// claims), Unsupported, Geometry.
Result<NiftiHeader> readNiftiHeader(const std::filesystem::path &path);

/// One volume as float, scaled by slope and intercept; NaN and infinities are kept. Multi-threaded.
/// Errors: as above; Unsupported for colour and complex voxels; InvalidArgument when there is no such volume;
/// OutOfMemory when this machine cannot hold it.
Result<ImageVolume> readNifti(const std::filesystem::path &path, std::int64_t volume = 0);

/// A mask: the scaled values must be whole numbers 0..255. Errors: as above; InvalidArgument when they are not.
Result<LabelVolume> readNiftiLabels(const std::filesystem::path &path, std::int64_t volume = 0);

/// All volumes of a 4D uint8 file, as `writeNifti` of a series wrote them (probabilities).
Result<std::vector<LabelVolume>> readNiftiSeries(const std::filesystem::path &path);

struct NiftiWriteOptions {
    std::string description; ///< cut at 79 bytes
    int compression = 4;     ///< 1 fast … 9 small, for names that end in .gz
};

/// Written beside `path`, read back, compared in world space and voxel for voxel, then renamed over `path`: on any
/// error the old file is untouched. Names: .nii or .nii.gz. sform and qform both carry the position (qform only when
/// the axes are at right angles). Errors: Io, DiskFull, InvalidArgument (name, empty series, series on different
/// grids), Internal (what was read back differs).
Result<void> writeNifti(const std::filesystem::path &path, const ImageVolume &image,
                        const NiftiWriteOptions &options = {});
Result<void> writeNifti(const std::filesystem::path &path, const LabelVolume &mask,
                        const NiftiWriteOptions &options = {});
/// 4D, one volume an entry.
Result<void> writeNifti(const std::filesystem::path &path, std::span<const LabelVolume> series,
                        const NiftiWriteOptions &options = {});
Result<void> writeNifti(const std::filesystem::path &path, std::span<const ImageVolume> series,
                        const NiftiWriteOptions &options = {});

/// ".nii", ".nii.gz", ".hdr", ".img", ".hdr.gz", ".img.gz", by the name alone.
bool hasNiftiName(const std::filesystem::path &path);

} // namespace glio::io
