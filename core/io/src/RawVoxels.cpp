#include "RawVoxels.h"

#include "Convert.h"
#include "Text.h"

#include <bit>
#include <cstring>
#include <new>

namespace glio::io {

Result<FileHeader> readTextHeader(const std::filesystem::path &path, Format format)
{
    return format == Format::Nrrd ? readNrrdHeader(path) : readMetaHeader(path);
}

Result<RawVoxels> readRaw(const std::filesystem::path &path, Format format)
{
    auto header = readTextHeader(path, format);
    if (!header) return std::unexpected(header.error());
    if (header->colour) return std::unexpected(refusedType(VoxelType::Rgb24, path));
    const bool byItk = header->encoding == FileHeader::Encoding::Text;
    auto bytes = byItk ? readVoxelsWithItk(path, *header) : readVoxelBytes(path, *header);
    if (!bytes) return std::unexpected(bytes.error());
    const bool foreign = header->bigEndian == (std::endian::native == std::endian::little);
    return RawVoxels{std::move(*header), std::move(*bytes), foreign && !byItk};
}

Result<std::span<const std::byte>> volumeOf(const RawVoxels &raw, std::int64_t volume, Bytes &room,
                                            const std::filesystem::path &path)
{
    const auto &header = raw.header;
    if (volume < 0 || volume >= header.volumes)
        return fail(Errc::InvalidArgument,
                    text(quoted(path), " has ", header.volumes, " volumes, so there is no number ", volume,
                         ". Volumes are counted from 0."));
    const auto count = std::size_t(header.geometry.voxelCount());
    const auto bytes = voxelBytes(header.type);
    if (!header.interleaved || header.volumes == 1)
        return raw.bytes.span().subspan(std::size_t(volume) * count * bytes, count * bytes);
    if (!room.resize(count * bytes)) throw std::bad_alloc();
    const auto step = std::size_t(header.volumes) * bytes;
    const std::byte *from = raw.bytes.data() + std::size_t(volume) * bytes;
    for (std::size_t n = 0; n < count; ++n)
        std::memcpy(room.data() + n * bytes, from + n * step, bytes);
    return room.span();
}

} // namespace glio::io
