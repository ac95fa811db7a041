#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Error.h"
#include "glioscope/io/CaseFiles.h"
#include "glioscope/io/VoxelType.h"
#include "glioscope/volume/Volume.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace glio::io {

// Images and masks from and to files: NIfTI-1/2, NRRD, .seg.nrrd, MHA and MHD; DICOM series for reading. Headers and
// plain or packed voxels are read by code of ours that checks every claim; voxels written as text and compressed DICOM
// go through ITK, which stays inside this module. All errors carry one sentence: the file, the reason, what to do.
// Thread: any. Codes: Io, Unsupported, Geometry, InvalidArgument, OutOfMemory, DiskFull.

struct ReadOptions {
    std::int64_t volumeIndex = 0; ///< of a 4D file
};

/// One volume as float in the file's units (slope and intercept applied, NaN kept). A folder with one DICOM series is
/// read as that series.
Result<ImageVolume> readImage(const std::filesystem::path &path, const ReadOptions &options = {});

/// Several files at once, in parallel; entry n belongs to paths[n], and one bad file does not spoil the others.
std::vector<Result<ImageVolume>> readImages(std::span<const std::filesystem::path> paths);

/// A mask. InvalidArgument when its values are not whole numbers 0..255.
Result<LabelVolume> readLabels(const std::filesystem::path &path);

/// All volumes of a 4D uint8 file (probabilities as bytes).
Result<std::vector<LabelVolume>> readSeries(const std::filesystem::path &path);

/// The scheme that a file states: "scheme=ID" in its description, glioscope_scheme in a .seg.nrrd, "scheme" in a
/// report.json beside it; "" when none does.
std::string statedScheme(const std::filesystem::path &path);

/// What the values of `mask` (read from `path`) may mean; see detectScheme.
SchemeDetection detectSchemeOf(const std::filesystem::path &path, const LabelVolume &mask);

struct WriteOptions {
    std::string description; ///< free text, where the format has room
    std::string schemeId;    ///< of a mask; written into the file ("scheme=ID"), segments named by it in .seg.nrrd
};

/// Written beside `path`, read back, compared in world space and voxel for voxel, then renamed over: on any error the
/// old file is untouched. Format by name: .nii .nii.gz .nrrd .seg.nrrd .mha .mhd (with .raw beside it).
/// Errors: InvalidArgument for other names.
Result<void> writeImage(const std::filesystem::path &path, const ImageVolume &image, const WriteOptions &options = {});
Result<void> writeLabels(const std::filesystem::path &path, const LabelVolume &mask, const WriteOptions &options = {});
/// 4D, one volume an entry, all on one grid; .nii or .nii.gz.
Result<void> writeSeries(const std::filesystem::path &path, std::span<const LabelVolume> series,
                         const WriteOptions &options = {});
Result<void> writeSeries(const std::filesystem::path &path, std::span<const ImageVolume> series,
                         const WriteOptions &options = {});

} // namespace glio::io
