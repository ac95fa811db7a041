#include "Bytes.h"
#include "SegmentFields.h"
#include "Text.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/io/NiftiFile.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <type_traits>

namespace glio::io {
namespace {
namespace fs = std::filesystem;

struct PartFile {
    fs::path path;
    ~PartFile()
    {
        std::error_code ignored;
        fs::remove(path, ignored);
    }
};

/// Enough digits to give the same double again.
std::string number(double value)
{
    std::array<char, 32> digits;
    const int length = std::snprintf(digits.data(), digits.size(), "%.17g", value);
    return {digits.data(), std::size_t(length)};
}

/// Text fields are lines: no line ends in them.
std::string oneLine(std::string value)
{
    std::replace_if(value.begin(), value.end(), [](unsigned char c) { return c < 32; }, ' ');
    return value;
}

std::string nrrdHeader(const Geometry &g, bool isFloat, const WriteOptions &options)
{
    std::ostringstream out;
    out << "NRRD0005\n";
    if (!options.description.empty()) out << "content: " << oneLine(options.description) << '\n';
    out << "type: " << (isFloat ? "float" : "uint8")
        << "\ndimension: 3\nspace: left-posterior-superior\nsizes: " << g.size()[0] << ' ' << g.size()[1] << ' '
        << g.size()[2] << "\nspace directions:";
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto along = [&](std::size_t row) { return number(g.direction()[3 * row + axis] * g.spacing()[axis]); };
        out << " (" << along(0) << ',' << along(1) << ',' << along(2) << ')';
    }
    out << "\nkinds: domain domain domain\n";
    if (isFloat) out << "endian: little\n";
    out << "encoding: gzip\nspace origin: (" << number(g.origin().x) << ',' << number(g.origin().y) << ','
        << number(g.origin().z) << ")\n";
    if (!options.schemeId.empty()) out << "glioscope_scheme:=" << escaped(options.schemeId) << '\n';
    return std::move(out).str();
}

std::string metaHeader(const Geometry &g, bool isFloat, const WriteOptions &options, const std::string &dataFile,
                       std::size_t packedSize)
{
    std::ostringstream out;
    std::string comment = oneLine(options.description); // the scheme first: a long text is cut at its end
    if (!options.schemeId.empty()) comment = "scheme=" + options.schemeId + (comment.empty() ? "" : " ") + comment;
    out << "ObjectType = Image\nNDims = 3\n";
    if (!comment.empty()) out << "Comment = " << comment.substr(0, 200) << '\n'; // MetaIO's buffer for it is small
    out << "BinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = " << (packedSize ? "True" : "False")
        << '\n';
    if (packedSize) out << "CompressedDataSize = " << packedSize << '\n';
    out << "TransformMatrix =";
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (std::size_t row = 0; row < 3; ++row)
            out << ' ' << number(g.direction()[3 * row + axis]);
    out << "\nOffset = " << number(g.origin().x) << ' ' << number(g.origin().y) << ' ' << number(g.origin().z)
        << "\nCenterOfRotation = 0 0 0\nAnatomicalOrientation = " << g.orientation()
        << "\nElementSpacing = " << number(g.spacing()[0]) << ' ' << number(g.spacing()[1]) << ' '
        << number(g.spacing()[2]) << "\nDimSize = " << g.size()[0] << ' ' << g.size()[1] << ' ' << g.size()[2]
        << "\nElementType = " << (isFloat ? "MET_FLOAT" : "MET_UCHAR") << "\nElementDataFile = " << dataFile << '\n';
    return std::move(out).str();
}

Result<void> checkSame(const fs::path &written, const fs::path &path, const ImageVolume &image)
{
    const auto back = readImage(written);
    if (!back) return std::unexpected(back.error());
    if (back->geometry().sameGrid(image.geometry(), 1e-3) &&
        std::memcmp(back->data(), image.data(), image.voxels().size_bytes()) == 0)
        return {};
    return fail(
        Errc::Internal,
        text(quoted(path),
             " was not saved: what was read back differs from what was written. The old file is untouched. Save "
             "again, to another disk if it happens twice."));
}
Result<void> checkSame(const fs::path &written, const fs::path &path, const LabelVolume &mask)
{
    const auto back = readLabels(written);
    if (!back) return std::unexpected(back.error());
    if (back->geometry().sameGrid(mask.geometry(), 1e-3) &&
        std::memcmp(back->data(), mask.data(), mask.voxels().size_bytes()) == 0)
        return {};
    return fail(
        Errc::Internal,
        text(quoted(path),
             " was not saved: what was read back differs from what was written. The old file is untouched. Save "
             "again, to another disk if it happens twice."));
}

std::span<const std::byte> bytesOf(const std::string &value) { return std::as_bytes(std::span(value)); }

NiftiWriteOptions niftiOptions(const WriteOptions &options)
{
    std::string description = options.description;
    if (!options.schemeId.empty())
        description = "scheme=" + options.schemeId + (description.empty() ? "" : " " + description);
    return {.description = description};
}

template <class V>
Result<void> writeText(const fs::path &path, const V &volume, const std::string &header,
                       std::span<const std::byte> voxels)
{
    const PartFile part{partPath(path)};
    if (auto done = writeNewFile(part.path, bytesOf(header), voxels); !done) return done;
    if (auto same = checkSame(part.path, path, volume); !same) return same;
    return commitPart(part.path, path);
}

template <class V> Result<void> writeNrrd(const fs::path &path, const V &volume, const std::string &header)
{
    const auto packed = packBytes(std::as_bytes(volume.voxels()), 4);
    if (!packed) return std::unexpected(packed.error());
    return writeText(path, volume, header + "\n", packed->span());
}

/// .mhd and the .raw beside it. The voxels are renamed first, so that the header never names what is not there.
template <class V>
Result<void> writeMhd(const fs::path &path, const V &volume, bool isFloat, const WriteOptions &options)
{
    fs::path raw = path;
    raw.replace_extension(".raw");
    const PartFile rawPart{partPath(raw)}, headerPart{partPath(path)}, finalPart{partPath(path)};
    const auto voxels = std::as_bytes(volume.voxels());
    if (auto done = writeNewFile(rawPart.path, voxels); !done) return done;
    const auto &g = volume.geometry();
    if (auto done = writeNewFile(headerPart.path,
                                 bytesOf(metaHeader(g, isFloat, options, rawPart.path.filename().string(), 0)));
        !done)
        return done;
    if (auto same = checkSame(headerPart.path, path, volume); !same) return same;
    if (auto done = writeNewFile(finalPart.path, bytesOf(metaHeader(g, isFloat, options, raw.filename().string(), 0)));
        !done)
        return done;
    if (auto done = commitPart(rawPart.path, raw); !done) return done;
    return commitPart(finalPart.path, path);
}

template <class V> Result<void> write(const fs::path &path, const V &volume, const WriteOptions &options)
try {
    constexpr bool isFloat = std::is_same_v<typename V::Value, float>;
    std::string name = path.filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    if (name.ends_with(".nii") || name.ends_with(".nii.gz")) {
        return writeNifti(path, volume, niftiOptions(options));
    }
    const auto &g = volume.geometry();
    const auto voxels = std::as_bytes(volume.voxels());
    if (name.ends_with(".mhd")) return writeMhd(path, volume, isFloat, options);
    if (name.ends_with(".mha")) {
        const auto packed = packBytes(voxels, 4, Packing::Zlib);
        if (!packed) return std::unexpected(packed.error());
        return writeText(path, volume, metaHeader(g, isFloat, options, "LOCAL", packed->size()), packed->span());
    }
    if (name.ends_with(".nrrd")) {
        std::string lines;
        if constexpr (!isFloat)
            if (name.ends_with(".seg.nrrd")) {
                const auto *scheme = findLabelScheme(options.schemeId);
                lines = segmentLines(volume, scheme ? segmentsOf(*scheme) : std::vector<MaskSegment>{}, {0, 0, 0});
            }
        return writeNrrd(path, volume, nrrdHeader(g, isFloat, options) + lines);
    }
    return fail(Errc::InvalidArgument,
                text(quoted(path),
                     " has an ending that cannot be written. Use .nii.gz, .nii, .nrrd, .seg.nrrd, .mha or .mhd."));
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory,
                text("There is not enough memory to write ", quoted(path), ". Nothing was changed."));
}

} // namespace

Result<void> writeImage(const fs::path &path, const ImageVolume &image, const WriteOptions &options)
{
    return write(path, image, options);
}
Result<void> writeLabels(const fs::path &path, const LabelVolume &mask, const WriteOptions &options)
{
    return write(path, mask, options);
}
Result<void> writeNrrdWithLines(const fs::path &path, const LabelVolume &mask, const std::string &description,
                                const std::string &schemeId, const std::string &lines)
try {
    const WriteOptions options{.description = description, .schemeId = schemeId};
    return writeNrrd(path, mask, nrrdHeader(mask.geometry(), false, options) + lines);
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory,
                text("There is not enough memory to write ", quoted(path), ". Nothing was changed."));
}
Result<void> writeSeries(const fs::path &path, std::span<const LabelVolume> series, const WriteOptions &options)
{
    return writeNifti(path, series, niftiOptions(options));
}
Result<void> writeSeries(const fs::path &path, std::span<const ImageVolume> series, const WriteOptions &options)
{
    return writeNifti(path, series, niftiOptions(options));
}

} // namespace glio::io
