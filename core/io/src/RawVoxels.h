#pragma once
#include "FileHeader.h"

namespace glio::io {

/// An NRRD or MetaImage file as it lies there: header checked, voxels unpacked.
struct RawVoxels {
    FileHeader header;
    Bytes bytes;
    bool swapBytes = false; ///< the voxels' byte order is not this machine's
};

/// The header of an NRRD or MetaImage file. Errors: those of readNrrdHeader and readMetaHeader.
Result<FileHeader> readTextHeader(const std::filesystem::path &path, Format format);

/// Errors: those of the header and of the voxels; Unsupported for colour.
Result<RawVoxels> readRaw(const std::filesystem::path &path, Format format);

/// The bytes of one volume, side by side; where the file interleaves its volumes, taken apart into `room` first.
/// Errors: InvalidArgument when there is no such volume.
Result<std::span<const std::byte>> volumeOf(const RawVoxels &raw, std::int64_t volume, Bytes &room,
                                            const std::filesystem::path &path);

} // namespace glio::io
