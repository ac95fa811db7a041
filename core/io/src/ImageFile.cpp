#include "glioscope/io/ImageFile.h"

#include "Convert.h"
#include "RawVoxels.h"
#include "Text.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/io/Describe.h"
#include "glioscope/io/NiftiFile.h"

#include <nlohmann/json.hpp>

#include <array>
#include <new>

namespace glio::io {
namespace {
std::unexpected<Error> noMemory(const std::filesystem::path &path)
{
    return fail(Errc::OutOfMemory,
                text(quoted(path), " needs more memory than is free. Close other programs or use a smaller file."));
}
std::unexpected<Error> oneSlice(const std::filesystem::path &path)
{
    return fail(Errc::Unsupported,
                text(quoted(path), " is one DICOM file of a series. Open the folder that holds the whole series."));
}

/// "Segment3_LabelValue" -> its value; nothing when it is missing or no number.
std::optional<std::int64_t> segmentNumber(const FileHeader &header, int segment, const char *what)
{
    const auto found = header.keys.find(text("Segment", segment, "_", what));
    std::vector<std::int64_t> value;
    if (found == header.keys.end() || !wholeNumbers(found->second, value)) return std::nullopt;
    return value.front();
}

/// Slicer keeps segments that overlap in layers, each a volume. One mask can hold them when no two share a voxel or a
/// value.
Result<LabelVolume> flattenLayers(const RawVoxels &raw, const std::filesystem::path &path)
{
    const auto refuse = [&](const char *why) {
        return fail(Errc::InvalidArgument,
                    text(quoted(path), " cannot become one mask: ", why,
                         " Export the segments as one labelmap from the program that made them."));
    };
    LabelVolume mask(raw.header.geometry);
    const auto target = mask.edit();
    std::vector<std::uint8_t> layer(target.size());
    std::array<bool, 256> used{};
    Bytes room;
    for (std::int64_t number = 0; number < raw.header.volumes; ++number) {
        const auto voxels = volumeOf(raw, number, room, path);
        if (!voxels) return std::unexpected(voxels.error());
        const auto done = convertToLabels(*voxels, raw.header.type, raw.swapBytes, 1, 0, layer, path);
        if (!done) return std::unexpected(done.error());
        for (int segment = 0; raw.header.keys.contains(text("Segment", segment, "_ID")); ++segment) {
            if (segmentNumber(raw.header, segment, "Layer").value_or(0) != number) continue;
            const auto value = segmentNumber(raw.header, segment, "LabelValue").value_or(1);
            if (value < 1 || value > 255 || used[std::size_t(value)])
                return refuse("two of its segments have the same value.");
            used[std::size_t(value)] = true;
        }
        for (std::size_t n = 0; n < target.size(); ++n) {
            if (layer[n] == 0) continue;
            if (target[n] != 0) return refuse("its segments overlap.");
            target[n] = layer[n];
        }
    }
    return mask;
}

std::string schemeInText(std::string_view words)
{
    constexpr std::string_view key = "scheme=";
    const auto at = words.find(key);
    if (at == std::string_view::npos) return {};
    std::string id;
    for (const char c : words.substr(at + key.size())) {
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-') break;
        id.push_back(c);
    }
    return findLabelScheme(id) ? id : std::string();
}
std::string schemeInJson(const std::filesystem::path &path)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return {};
    const auto content = readFile(path, 8 << 20);
    if (!content) return {};
    const auto json = nlohmann::json::parse(*content, nullptr, false);
    for (const char *key : {"scheme", "label_scheme"})
        if (json.is_object() && json.contains(key) && json[key].is_string()) {
            const auto id = json[key].get<std::string>();
            if (findLabelScheme(id)) return id;
        }
    return {};
}
} // namespace

Result<ImageVolume> readImage(const std::filesystem::path &path, const ReadOptions &options)
try {
    const auto format = formatOf(path);
    if (!format) return std::unexpected(format.error());
    if (*format == Format::Nifti) return readNifti(path, options.volumeIndex);
    if (*format == Format::DicomFile) return oneSlice(path);
    if (*format == Format::DicomFolder) {
        const auto series = listDicomSeries(path);
        if (!series) return std::unexpected(series.error());
        if (series->size() != 1)
            return fail(Errc::InvalidArgument,
                        text(quoted(path), " holds ", series->size(),
                             " DICOM series. Choose one of them, or put it into a folder of its own."));
        return readDicomSeries(series->front());
    }
    const auto raw = readRaw(path, *format);
    if (!raw) return std::unexpected(raw.error());
    Bytes room;
    const auto voxels = volumeOf(*raw, options.volumeIndex, room, path);
    if (!voxels) return std::unexpected(voxels.error());
    ImageVolume image(raw->header.geometry);
    if (auto done = convertToFloat(*voxels, raw->header.type, raw->swapBytes, 1, 0, image.edit(), path); !done)
        return std::unexpected(done.error());
    return image;
} catch (const std::bad_alloc &) {
    return noMemory(path);
}

std::vector<Result<ImageVolume>> readImages(std::span<const std::filesystem::path> paths)
{
    std::vector<Result<ImageVolume>> images(paths.size());
    parallelFor(0, std::int64_t(paths.size()), 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto n = begin; n < end; ++n)
            images[std::size_t(n)] = readImage(paths[std::size_t(n)]);
    });
    return images;
}

Result<LabelVolume> readLabels(const std::filesystem::path &path)
try {
    const auto format = formatOf(path);
    if (!format) return std::unexpected(format.error());
    const auto tooMany = [&](std::int64_t volumes) {
        return fail(Errc::InvalidArgument, text(quoted(path), " holds ", volumes,
                                                " volumes, and a mask is one. Choose the file with the labels."));
    };
    if (*format == Format::Nifti) {
        const auto header = readNiftiHeader(path);
        if (!header) return std::unexpected(header.error());
        if (header->volumes > 1) return tooMany(header->volumes);
        return readNiftiLabels(path);
    }
    if (*format == Format::DicomFile || *format == Format::DicomFolder)
        return fail(Errc::Unsupported,
                    text(quoted(path), " is DICOM, and masks are read from NIfTI, NRRD and MHA files."));
    const auto raw = readRaw(path, *format);
    if (!raw) return std::unexpected(raw.error());
    if (raw->header.volumes > 1)
        return raw->header.keys.contains("Segment0_ID") ? flattenLayers(*raw, path) : tooMany(raw->header.volumes);
    LabelVolume mask(raw->header.geometry);
    if (auto done = convertToLabels(raw->bytes.span(), raw->header.type, raw->swapBytes, 1, 0, mask.edit(), path);
        !done)
        return std::unexpected(done.error());
    return mask;
} catch (const std::bad_alloc &) {
    return noMemory(path);
}

Result<std::vector<LabelVolume>> readSeries(const std::filesystem::path &path)
try {
    const auto format = formatOf(path);
    if (!format) return std::unexpected(format.error());
    if (*format == Format::Nifti) return readNiftiSeries(path);
    if (*format == Format::DicomFile || *format == Format::DicomFolder) return oneSlice(path);
    const auto raw = readRaw(path, *format);
    if (!raw) return std::unexpected(raw.error());
    std::vector<LabelVolume> series;
    for (std::int64_t n = 0; n < raw->header.volumes; ++n) {
        Bytes room;
        const auto voxels = volumeOf(*raw, n, room, path);
        if (!voxels) return std::unexpected(voxels.error());
        LabelVolume part(raw->header.geometry);
        if (auto done = convertToLabels(*voxels, raw->header.type, raw->swapBytes, 1, 0, part.edit(), path); !done)
            return std::unexpected(done.error());
        series.push_back(std::move(part));
    }
    return series;
} catch (const std::bad_alloc &) {
    return noMemory(path);
}

std::string statedScheme(const std::filesystem::path &path)
{
    std::string found;
    if (const auto format = formatOf(path)) {
        if (*format == Format::Nifti) {
            if (const auto header = readNiftiHeader(path)) found = schemeInText(header->description);
        } else if (*format == Format::Nrrd || *format == Format::Meta) {
            if (const auto header = readTextHeader(path, *format)) {
                found = schemeInText(header->description);
                if (const auto key = header->keys.find("glioscope_scheme");
                    key != header->keys.end() && findLabelScheme(key->second))
                    found = key->second;
            }
        }
    }
    if (!found.empty()) return found;
    const std::string name = path.filename().string();
    const std::string stem = name.substr(0, name.find('.'));
    found = schemeInJson(path.parent_path() / (stem + ".json"));
    // The report speaks for the mask that was written with it, not for others in that folder.
    if (found.empty() && stem == "labels") found = schemeInJson(path.parent_path() / "report.json");
    return found;
}

SchemeDetection detectSchemeOf(const std::filesystem::path &path, const LabelVolume &mask)
{
    const auto stated = statedScheme(path);
    const auto values = labelsPresent(mask);
    std::error_code ignored;
    const auto whole = std::filesystem::absolute(path, ignored);
    return detectScheme(values, ignored ? path : whole, stated.empty() ? std::string() : "scheme=" + stated,
                        mask.size());
}

} // namespace glio::io
