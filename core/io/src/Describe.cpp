#include "glioscope/io/Describe.h"

#include "Convert.h"
#include "DicomRead.h"
#include "FileHeader.h"
#include "Text.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/io/NiftiFile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <mutex>

namespace glio::io {
namespace {
struct Range {
    float low = std::numeric_limits<float>::infinity(), high = -std::numeric_limits<float>::infinity();
    std::int64_t notFinite = 0;
    bool whole = true; ///< whole numbers 0..255 only, but for the rounding of a scale factor
};
Range rangeOf(std::span<const float> voxels)
{
    Range all;
    std::mutex guard;
    parallelFor(0, std::int64_t(voxels.size()), 1 << 18, [&](std::int64_t begin, std::int64_t end) {
        Range part;
        for (auto n = begin; n < end; ++n) {
            const float v = voxels[std::size_t(n)];
            if (!std::isfinite(v)) {
                ++part.notFinite;
                continue;
            }
            part.low = std::min(part.low, v);
            part.high = std::max(part.high, v);
            part.whole = part.whole && v > -0.5f && v < 255.5f && std::abs(v - std::nearbyint(v)) <= 1e-3f;
        }
        const std::scoped_lock lock(guard);
        all.low = std::min(all.low, part.low);
        all.high = std::max(all.high, part.high);
        all.notFinite += part.notFinite;
        all.whole = all.whole && part.whole;
    });
    return all;
}

/// What a header says, of whatever format.
Result<ImageInfo> headerInfo(const std::filesystem::path &path, Format format)
{
    ImageInfo info;
    if (format == Format::Nifti) {
        const auto header = readNiftiHeader(path);
        if (!header) return std::unexpected(header.error());
        info.format = header->version == 0 ? "Analyze 7.5" : text("NIfTI-", header->version);
        info.type = header->type;
        info.geometry = header->geometry;
        info.volumes = header->volumes;
        info.orientationStated = header->orientationStated();
        info.bigEndian = header->bigEndian;
        info.compressed = header->compressed;
        info.slope = header->slope;
        info.intercept = header->intercept;
        info.description = header->description;
        return info;
    }
    const auto header = format == Format::Nrrd ? readNrrdHeader(path) : readMetaHeader(path);
    if (!header) return std::unexpected(header.error());
    info.format = format == Format::Nrrd ? "NRRD" : "MetaImage";
    info.type = header->colour ? VoxelType::Rgb24 : header->type;
    info.geometry = header->geometry;
    info.volumes = header->colour ? 1 : header->volumes;
    info.orientationStated = header->orientationStated;
    info.bigEndian = header->bigEndian;
    info.compressed = header->compressed;
    info.description = header->description;
    return info;
}

void noteGeometry(ImageInfo &info)
{
    if (!info.orientationStated)
        info.notes.push_back(
            "The file does not say where it lies in the patient; left and right are assumed, not known.");
    if (info.geometry.isSheared()) info.notes.push_back("Its axes are not at right angles.");
    const auto &s = info.geometry.spacing();
    if (const double thickest = std::max({s[0], s[1], s[2]}), thinnest = std::min({s[0], s[1], s[2]});
        thickest > 20 || thinnest < 0.05)
        info.notes.push_back(
            text("Its voxels of ", s[0], " x ", s[1], " x ", s[2], " mm are unusual; the unit may be wrong."));
}

Result<ImageInfo> describeFolder(const std::filesystem::path &path)
{
    auto series = listDicomSeries(path);
    if (!series) return std::unexpected(series.error());
    ImageInfo info;
    info.path = path;
    info.kind = FileKind::DicomFolder;
    info.format = "DICOM";
    info.guess.reason = "A folder is no single sequence.";
    info.series = std::move(*series);
    return info;
}
} // namespace

std::string_view fileKindName(FileKind kind)
{
    switch (kind) {
    case FileKind::Image:
        return "image";
    case FileKind::Mask:
        return "mask";
    case FileKind::Series:
        return "series";
    case FileKind::Colour:
        return "colour";
    case FileKind::Complex:
        return "complex";
    case FileKind::DicomFolder:
        break;
    }
    return "dicom";
}

bool isDicomFile(const std::filesystem::path &path)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return false; // a pipe would wait for ever
    std::ifstream file(path, std::ios::binary);
    std::array<char, 132> head{};
    return file.read(head.data(), head.size()) && std::string_view(head.data() + 128, 4) == "DICM";
}

bool isDicomFolder(const std::filesystem::path &folder)
{
    std::error_code error;
    int looked = 0;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end && looked < 100;
         at.increment(error), ++looked)
        if (isDicomFile(at->path())) return true;
    return false;
}

Result<ImageInfo> describe(const std::filesystem::path &path, const DescribeOptions &options)
{
    const auto format = formatOf(path);
    if (!format) return std::unexpected(format.error());
    if (*format == Format::DicomFolder) return describeFolder(path);
    if (*format == Format::DicomFile)
        return fail(Errc::Unsupported,
                    text(quoted(path), " is one DICOM file of a series. Name the folder that holds the whole series."));
    auto described = headerInfo(path, *format);
    if (!described) return described;
    ImageInfo &info = *described;
    info.path = path;
    info.guess = guessSequence(path);
    noteGeometry(info);
    if (info.type == VoxelType::Rgb24 || info.type == VoxelType::Rgba32 || !isScalar(info.type)) {
        info.kind =
            info.type == VoxelType::Rgb24 || info.type == VoxelType::Rgba32 ? FileKind::Colour : FileKind::Complex;
        info.notes.push_back(refusedType(info.type, path).message);
        return described;
    }
    if (info.volumes > 1) info.kind = FileKind::Series;
    if (!options.withData) {
        if (info.guess.isMask && info.volumes == 1) info.kind = FileKind::Mask;
        return described;
    }

    const auto image = readImage(path);
    if (!image) return std::unexpected(image.error());
    const Range range = rangeOf(image->voxels());
    info.notFinite = range.notFinite;
    info.hasRange = range.low <= range.high;
    if (info.hasRange) {
        info.minimum = range.low;
        info.maximum = range.high;
        if (range.low == range.high) info.notes.push_back(text("Every voxel has the value ", range.low, "."));
    }
    if (range.notFinite > 0) info.notes.push_back(text(range.notFinite, " voxels are not numbers."));
    if (info.volumes > 1) {
        info.notes.push_back(text("It holds ", info.volumes, " volumes; the range is that of the first."));
        return described;
    }
    if (!range.whole || range.notFinite > 0) return described;
    if (!info.guess.isMask && (info.guess.sequence != Sequence::Other || range.high > 8)) return described;
    const auto mask = readLabels(path);
    if (!mask) return described;
    info.kind = FileKind::Mask;
    info.labels = labelsPresent(*mask);
    info.scheme = detectSchemeOf(path, *mask);
    return described;
}

} // namespace glio::io
