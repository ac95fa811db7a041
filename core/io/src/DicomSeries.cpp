#include "Bytes.h"
#include "DicomFile.h"
#include "DicomRead.h"
#include "Text.h"

#include "glioscope/io/Describe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <new>

namespace glio::io {
namespace {
namespace fs = std::filesystem;

struct Slice {
    DicomFile file;
    double along = 0; ///< mm along the normal, or the instance number where there is no position
};

PointMm vec(const std::vector<double> &v, std::size_t at) { return {v[at], v[at + 1], v[at + 2]}; }
bool hasPosition(const DicomFile &f)
{
    return f.decimals(tags::kPosition).size() == 3 && f.decimals(tags::kOrientation).size() == 6;
}

/// Slices that belong into one volume: one series, one size, one orientation (scouts hold three).
std::string groupKey(const DicomFile &f)
{
    std::string key = text(f.text(tags::kSeriesUid), '|', f.number(tags::kRows).value_or(0), 'x',
                           f.number(tags::kColumns).value_or(0));
    for (const double v : f.decimals(tags::kOrientation))
        key += text('|', std::lround(v * 1000));
    return key;
}

void sortSlices(std::vector<Slice> &slices)
{
    for (auto &slice : slices) {
        if (hasPosition(slice.file)) {
            const auto o = slice.file.decimals(tags::kOrientation);
            slice.along = dot(vec(slice.file.decimals(tags::kPosition), 0), cross(vec(o, 0), vec(o, 3)));
        } else if (const auto n = slice.file.decimals(tags::kInstanceNumber); !n.empty()) {
            slice.along = n[0];
        }
    }
    std::stable_sort(slices.begin(), slices.end(), [](const Slice &a, const Slice &b) { return a.along < b.along; });
}

/// Middle gap between neighbours; 0 when there is but one slice or no positions.
double sliceGap(const std::vector<Slice> &slices)
{
    std::vector<double> gaps;
    for (std::size_t n = 1; n < slices.size(); ++n)
        if (hasPosition(slices[n].file)) gaps.push_back(slices[n].along - slices[n - 1].along);
    if (gaps.empty()) return 0;
    std::nth_element(gaps.begin(), gaps.begin() + std::ptrdiff_t(gaps.size() / 2), gaps.end());
    return gaps[gaps.size() / 2];
}

Spacing3 spacingOf(const std::vector<Slice> &slices)
{
    const DicomFile &f = slices.front().file;
    const auto inPlane = f.decimals(tags::kPixelSpacing); // between rows, then between columns
    Spacing3 spacing{1, 1, sliceGap(slices)};
    if (inPlane.size() == 2) spacing = {inPlane[1], inPlane[0], spacing[2]};
    for (const auto tag : {tags::kSpacingBetweenSlices, tags::kSliceThickness})
        if (const auto v = f.decimals(tag); !(spacing[2] > 0) && !v.empty()) spacing[2] = std::abs(v[0]);
    for (double &s : spacing)
        if (!(s > 0) || !std::isfinite(s)) s = 1;
    return spacing;
}

std::vector<std::vector<Slice>> grouped(std::vector<DicomFile> files)
{
    std::map<std::string, std::vector<Slice>> groups;
    for (auto &file : files)
        if (file.hasPixels && file.number(tags::kRows).value_or(0) > 0 && file.number(tags::kColumns).value_or(0) > 0)
            groups[groupKey(file)].push_back({std::move(file)});
    std::vector<std::vector<Slice>> list;
    for (auto &[key, slices] : groups) {
        sortSlices(slices);
        list.push_back(std::move(slices));
    }
    return list;
}

DicomSeries describeSeries(const std::vector<Slice> &slices)
{
    DicomSeries series;
    const DicomFile &f = slices.front().file;
    series.uid = f.text(tags::kSeriesUid);
    series.description = f.text(tags::kSeriesDescription);
    series.modality = f.text(tags::kModality);
    series.date = f.text(tags::kStudyDate);
    if (const auto n = f.decimals(tags::kSeriesNumber); !n.empty() && std::abs(n[0]) < 1e9) series.number = int(n[0]);
    for (const auto &slice : slices)
        series.files.push_back(slice.file.path);
    const auto frames = f.decimals(tags::kFrames);
    const auto depth = slices.size() == 1 && !frames.empty() && frames[0] >= 1 && frames[0] < 1e6
                           ? std::int64_t(frames[0])
                           : std::int64_t(slices.size());
    series.size = {*f.number(tags::kColumns), *f.number(tags::kRows), depth};
    series.spacing = spacingOf(slices);
    series.guess = guessSequenceFromText(series.description + " " + f.text(tags::kProtocolName));
    if (series.guess.sequence == Sequence::T1 && !f.text(tags::kContrastAgent).empty())
        series.guess = {Sequence::T1c, "The description says T1 and a contrast agent is named.", true, false};
    return series;
}

/// Where the slices lie; the third axis runs from the first to the last slice, so that a tilted gantry stays tilted.
Result<Geometry> geometryOf(const std::vector<Slice> &slices)
{
    const DicomFile &first = slices.front().file, &last = slices.back().file;
    const Size3 size{*first.number(tags::kColumns), *first.number(tags::kRows), std::int64_t(slices.size())};
    Spacing3 spacing = spacingOf(slices);
    if (!hasPosition(first)) return Geometry::make(size, spacing);
    const auto o = first.decimals(tags::kOrientation);
    const PointMm i = vec(o, 0), j = vec(o, 3), origin = vec(first.decimals(tags::kPosition), 0);
    PointMm k = cross(i, j);
    if (slices.size() > 1 && hasPosition(last)) {
        k = (1.0 / double(slices.size() - 1)) * (vec(last.decimals(tags::kPosition), 0) - origin);
        const double gap = sliceGap(slices);
        for (std::size_t n = 1; n < slices.size(); ++n)
            if (std::abs(slices[n].along - slices[n - 1].along - gap) > 0.25 * gap + 1e-3)
                return fail(Errc::Geometry,
                            "its slices are not evenly spaced, so one may be missing or belong to another series.");
        spacing[2] = std::sqrt(dot(k, k));
        if (!(spacing[2] > 0)) return fail(Errc::Geometry, "its slices lie in one place, so they are no volume.");
        k = (1.0 / spacing[2]) * k;
    }
    return Geometry::make(size, spacing, origin, {i.x, j.x, k.x, i.y, j.y, k.y, i.z, j.z, k.z});
}

/// Plain pixels of one slice: slope and intercept of that slice, only the bits that are said to be stored.
Result<void> readPlainSlice(const DicomFile &f, std::span<float> to)
{
    const int bits = f.number(tags::kBitsAllocated).value_or(0), stored = f.number(tags::kBitsStored).value_or(bits);
    if ((bits != 8 && bits != 16) || stored < 1 || stored > bits || f.number(tags::kSamples).value_or(1) != 1)
        return fail(Errc::Unsupported,
                    text(quoted(f.path), " is no grey image of 8 or 16 bits. Export the series as plain grey slices."));
    const std::size_t bytes = std::size_t(bits) / 8;
    if (f.pixelBytes < to.size() * bytes)
        return fail(Errc::Io, text(quoted(f.path),
                                   " is damaged: it holds fewer pixels than it claims. Copy or export it again."));
    const auto raw = readFileRange(f.path, f.pixelOffset, to.size() * bytes);
    if (!raw) return std::unexpected(raw.error());
    const auto slopes = f.decimals(tags::kSlope), intercepts = f.decimals(tags::kIntercept);
    const double slope = slopes.empty() || slopes[0] == 0 ? 1 : slopes[0],
                 intercept = intercepts.empty() ? 0 : intercepts[0];
    const bool isSigned = f.number(tags::kSigned).value_or(0) == 1;
    const std::uint32_t mask = (1u << stored) - 1, sign = 1u << (stored - 1);
    for (std::size_t n = 0; n < to.size(); ++n) {
        std::uint32_t v = std::to_integer<std::uint32_t>(raw->data()[n * bytes]);
        if (bytes == 2) v |= std::to_integer<std::uint32_t>(raw->data()[n * 2 + 1]) << 8;
        v &= mask;
        const std::int32_t value = isSigned && (v & sign) ? std::int32_t(v) - std::int32_t(mask) - 1 : std::int32_t(v);
        to[n] = float(value * slope + intercept);
    }
    return {};
}
} // namespace

Result<std::vector<DicomSeries>> listDicomSeries(const fs::path &folder)
{
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (std::error_code ignored; at->is_regular_file(ignored)) paths.push_back(at->path());
    if (error)
        return fail(Errc::Io,
                    text(quoted(folder), " cannot be read: ", error.message(), ". Check the rights of the folder."));
    std::sort(paths.begin(), paths.end());
    std::vector<DicomFile> files;
    std::optional<Error> firstError;
    for (const auto &path : paths) {
        auto file = readDicomFile(path);
        if (file)
            files.push_back(std::move(*file));
        else if (!firstError && isDicomFile(path))
            firstError = file.error();
    }
    std::vector<DicomSeries> all;
    for (const auto &slices : grouped(std::move(files)))
        all.push_back(describeSeries(slices));
    if (all.empty() && firstError) return std::unexpected(*firstError);
    if (all.empty())
        return fail(Errc::InvalidArgument,
                    text(quoted(folder),
                         " holds no DICOM file with an image. Choose the folder with the series, or an image file."));
    std::stable_sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.number < b.number; });
    return all;
}

Result<ImageVolume> readDicomSeries(const DicomSeries &series)
try {
    if (series.files.empty()) return fail(Errc::InvalidArgument, "The DICOM series has no files. Choose another one.");
    std::vector<DicomFile> files;
    bool plain = true;
    for (const auto &path : series.files) {
        auto file = readDicomFile(path);
        if (!file) return std::unexpected(file.error());
        const auto frames = file->decimals(tags::kFrames);
        plain = plain && !file->encapsulated && (frames.empty() || frames[0] == 1);
        files.push_back(std::move(*file));
    }
    const auto groups = grouped(std::move(files));
    const auto &first = series.files.front();
    if (groups.size() != 1 || groups.front().size() != series.files.size())
        return fail(Errc::Geometry,
                    text(quoted(first),
                         " belongs to a series whose slices do not make one volume. Choose one series of one size."));
    if (!plain) return readDicomWithItk(series); // compressed, or many frames in a file
    const auto &slices = groups.front();
    const auto geometry = geometryOf(slices);
    if (!geometry)
        return fail(Errc::Geometry,
                    text(quoted(first), " belongs to a series without a usable grid: ", geometry.error().message));
    const auto sliceVoxels = std::size_t(geometry->size()[0] * geometry->size()[1]);
    for (const auto &slice : slices) // asked before anything is allocated for what the headers claim
        if (slice.file.pixelBytes < sliceVoxels)
            return fail(Errc::Io, text(quoted(slice.file.path),
                                       " is damaged: it holds fewer pixels than it claims. Copy or export it again."));
    if (auto room = askForMemory(std::uint64_t(geometry->voxelCount()) * 4, first); !room)
        return std::unexpected(room.error());
    ImageVolume image(*geometry);
    const auto voxels = image.edit();
    for (std::size_t n = 0; n < slices.size(); ++n)
        if (auto done = readPlainSlice(slices[n].file, voxels.subspan(n * sliceVoxels, sliceVoxels)); !done)
            return std::unexpected(done.error());
    return image;
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory, "The DICOM series needs more memory than is free. Close other programs.");
}

} // namespace glio::io
