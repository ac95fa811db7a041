#pragma once
#include "Bytes.h"

#include "glioscope/base/Error.h"
#include "glioscope/io/VoxelType.h"
#include "glioscope/volume/Geometry.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace glio::io {

enum class Format { Nifti, Nrrd, Meta, DicomFile, DicomFolder };

/// By the content, whatever the name. Errors: Io (missing, empty, a folder without DICOM), Unsupported (known by
/// nothing).
Result<Format> formatOf(const std::filesystem::path &path);

/// What an NRRD or MetaImage header says, checked against the size of the file that holds the voxels.
struct FileHeader {
    Format format = Format::Nrrd;
    VoxelType type = VoxelType::Unknown;
    std::int64_t volumes = 1;
    bool interleaved = false; ///< the values of a voxel's volumes lie side by side
    bool colour = false;
    Geometry geometry;
    bool orientationStated = false, bigEndian = false, compressed = false;
    std::string description;
    std::map<std::string, std::string> keys; ///< of NRRD's key:=value lines
    std::uint64_t voxelBytesTotal = 0;
    enum class Encoding { Raw, Packed, Text } encoding = Encoding::Raw;
    std::filesystem::path voxelFile;
    std::uint64_t voxelOffset = 0; ///< where the raw or packed voxels begin in that file
    std::uint64_t skip = 0;        ///< bytes to leave out after unpacking
    std::uint64_t packedSize = 0;  ///< 0: up to the end of the file
};

/// Errors: Io (damaged, shorter than claimed), Unsupported, Geometry; each a sentence.
Result<FileHeader> readNrrdHeader(const std::filesystem::path &path);
Result<FileHeader> readMetaHeader(const std::filesystem::path &path);

/// All voxels of a file in raw or packed form, as they lie there. Ours, because MetaIO gives back whatever was in
/// memory when packed voxels are damaged. Errors: Io, OutOfMemory.
Result<Bytes> readVoxelBytes(const std::filesystem::path &path, const FileHeader &header);

/// All voxels of a file of any encoding, in this machine's byte order, by ITK; the way for voxels written as text.
/// Call only after the header was checked. Errors: Io, Unsupported (this build has no ITK), OutOfMemory.
Result<Bytes> readVoxelsWithItk(const std::filesystem::path &path, const FileHeader &header);

// --- text headers: what NRRD and MetaImage share ---

/// The text before the voxels: `end` is the offset of the first byte after it.
struct HeaderText {
    std::vector<std::string> lines;
    std::uint64_t end = 0, fileSize = 0;
};
/// Reads lines until `isLast` says so for one (that line is included). Errors: Io when none of the first 1 MB is the
/// last.
Result<HeaderText> readHeaderText(const std::filesystem::path &path, bool (*isLast)(const std::string &line));

std::string trimmed(std::string_view text);
std::string lowerCase(std::string_view text);
std::vector<std::string> words(std::string_view text);
/// All words as numbers; false when one is none.
bool numbers(std::string_view text, std::vector<double> &out);
bool wholeNumbers(std::string_view text, std::vector<std::int64_t> &out);

/// The voxels' file, size and start against what the header claims. `encoding`: "raw", "gzip", "text", "hex".
/// Errors: Io, as a sentence.
Result<void> checkVoxelBytes(const std::filesystem::path &path, const std::filesystem::path &voxelFile,
                             std::uint64_t offset, std::uint64_t voxels, VoxelType type, std::string_view encoding);

} // namespace glio::io
