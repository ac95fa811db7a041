#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Error.h"
#include "glioscope/io/MaskFile.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace glio::io {

// Saving a mask so that what lies on the disk is known to be what was on the screen. Thread: any.

struct SaveOptions {
    std::string description;
    SegmentStatus status = SegmentStatus::InProgress; ///< of .seg.nrrd
    /// Of .seg.nrrd: names, colours and terms to write in place of the scheme's, as a file that was opened had them.
    std::vector<MaskSegment> segments;
    /// Called with the finished new file before it is read back; tests damage it here.
    std::function<void(const std::filesystem::path &)> beforeReadBack;
};

struct SaveReport {
    std::filesystem::path path;
    std::string sha256; ///< of the file, 64 digits
    std::uint64_t bytes = 0;
    std::map<Label, std::int64_t> voxels; ///< by label: the scheme's, also when 0, and others that occur; no background
    std::vector<std::string> remarks;     ///< sentences: values that the scheme does not have
};

/// Reads `file` as readMask does and compares: same size, all eight corners within 1e-3 mm in the world, every voxel
/// equal, the scheme stated. `name` is what sentences call it. Errors: those of readMask; Internal, with what differs.
Result<void> verifyMask(const std::filesystem::path &file, const LabelVolume &labels, const LabelScheme &scheme,
                        const std::filesystem::path &name);

/// Writes into a hidden folder beside `path`, verifies, and only then renames over `path`: on any error the old file is
/// as it was and nothing is left beside it. Format by name: .nii .nii.gz .nrrd .seg.nrrd .mha.
/// Errors: Io, DiskFull, OutOfMemory; InvalidArgument (another name, a folder, a scheme id that cannot be written);
/// Internal when what was read back differs.
Result<SaveReport> saveMask(const std::filesystem::path &path, const LabelVolume &labels, const LabelScheme &scheme,
                            const SaveOptions &options = {});

} // namespace glio::io
