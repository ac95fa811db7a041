#include "Bytes.h"
#include "Convert.h"
#include "Text.h"

#include "glioscope/io/NiftiFile.h"

#include <bit>
#include <cstring>
#include <new>

namespace glio::io {
namespace {
struct Voxels {
    Bytes bytes;
    bool swapBytes = false;
};

/// Raw bytes of `count` volumes from number `first`.
Result<Voxels> rawVoxels(const std::filesystem::path &path, const NiftiHeader &header, std::int64_t first,
                         std::int64_t count)
{
    if (!isScalar(header.type)) return std::unexpected(refusedType(header.type, path));
    if (first < 0 || first >= header.volumes)
        return fail(Errc::InvalidArgument,
                    text(quoted(path), " has ", header.volumes, " volumes, so there is no number ", first,
                         ". Volumes are counted from 0."));
    std::uint64_t volume = 0, begin = 0, length = 0;
    const bool overflow =
        __builtin_mul_overflow(std::uint64_t(header.geometry.voxelCount()), voxelBytes(header.type), &volume) ||
        __builtin_mul_overflow(volume, std::uint64_t(first), &begin) ||
        __builtin_mul_overflow(volume, std::uint64_t(count), &length) ||
        __builtin_add_overflow(begin, std::uint64_t(header.voxelOffset), &begin);
    if (overflow) return fail(Errc::Io, text(quoted(path), " is damaged: it claims more bytes than can be counted."));
    auto bytes = readRange(header.voxelFile, begin, length);
    if (!bytes) return std::unexpected(bytes.error());
    return Voxels{std::move(*bytes), header.bigEndian == (std::endian::native == std::endian::little)};
}

std::unexpected<Error> noMemory(const std::filesystem::path &path)
{
    return fail(Errc::OutOfMemory,
                text(quoted(path), " needs more memory than is free. Close other programs or use a smaller file."));
}
} // namespace

Result<ImageVolume> readNifti(const std::filesystem::path &path, std::int64_t volume)
try {
    const auto header = readNiftiHeader(path);
    if (!header) return std::unexpected(header.error());
    const auto raw = rawVoxels(path, *header, volume, 1);
    if (!raw) return std::unexpected(raw.error());
    if (auto room = askForMemory(std::uint64_t(header->geometry.voxelCount()) * 4, path); !room)
        return std::unexpected(room.error());
    ImageVolume image(header->geometry);
    const auto done = convertToFloat(raw->bytes.span(), header->type, raw->swapBytes, header->slope, header->intercept,
                                     image.edit(), path);
    if (!done) return std::unexpected(done.error());
    return image;
} catch (const std::bad_alloc &) {
    return noMemory(path);
}

Result<LabelVolume> readNiftiLabels(const std::filesystem::path &path, std::int64_t volume)
try {
    const auto header = readNiftiHeader(path);
    if (!header) return std::unexpected(header.error());
    const auto raw = rawVoxels(path, *header, volume, 1);
    if (!raw) return std::unexpected(raw.error());
    LabelVolume mask(header->geometry);
    const auto done = convertToLabels(raw->bytes.span(), header->type, raw->swapBytes, header->slope, header->intercept,
                                      mask.edit(), path);
    if (!done) return std::unexpected(done.error());
    return mask;
} catch (const std::bad_alloc &) {
    return noMemory(path);
}

Result<std::vector<LabelVolume>> readNiftiSeries(const std::filesystem::path &path)
try {
    const auto header = readNiftiHeader(path);
    if (!header) return std::unexpected(header.error());
    const auto raw = rawVoxels(path, *header, 0, header->volumes);
    if (!raw) return std::unexpected(raw.error());
    const auto volumeBytes = std::size_t(header->geometry.voxelCount()) * voxelBytes(header->type);
    std::vector<LabelVolume> series;
    for (std::int64_t n = 0; n < header->volumes; ++n) {
        LabelVolume part(header->geometry);
        const auto done =
            convertToLabels(raw->bytes.span().subspan(std::size_t(n) * volumeBytes, volumeBytes), header->type,
                            raw->swapBytes, header->slope, header->intercept, part.edit(), path);
        if (!done) return std::unexpected(done.error());
        series.push_back(std::move(part));
    }
    return series;
} catch (const std::bad_alloc &) {
    return noMemory(path);
}

} // namespace glio::io
