#include "Bytes.h"
#include "Text.h"

#include "glioscope/base/Memory.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <new>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#ifdef GLIO_WITH_LIBDEFLATE
#include <libdeflate.h>
#endif

namespace glio::io {
namespace {
constexpr std::uint64_t kDensest = 1032; // deflate cannot pack better than this many bytes into one
constexpr std::uint64_t kOneCallBytes = std::uint64_t{1} << 30;

class File {
public:
    explicit File(const std::filesystem::path &path, int flags, int mode = 0)
        : m_fd(::open(path.c_str(), flags | O_CLOEXEC, mode))
    {
    }
    ~File()
    {
        if (m_fd >= 0) ::close(m_fd);
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;
    bool isOpen() const { return m_fd >= 0; }
    int fd() const { return m_fd; }
    int close()
    {
        const int fd = m_fd;
        m_fd = -1;
        return ::close(fd);
    }

    /// Bytes read: fewer than asked at the end of the file, -1 on an error.
    std::int64_t readAt(std::byte *to, std::uint64_t length, std::uint64_t offset) const
    {
        std::uint64_t done = 0;
        while (done < length) {
            const auto n =
                ::pread(m_fd, to + done, std::min<std::uint64_t>(length - done, 1u << 30), off_t(offset + done));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return -1;
            if (n == 0) break;
            done += std::uint64_t(n);
        }
        return std::int64_t(done);
    }

private:
    int m_fd;
};

std::unexpected<Error> unreadable(const std::filesystem::path &path)
{
    const char *why = std::strerror(errno);
    return fail(Errc::Io, text(quoted(path), " cannot be read: ", why, ". Check the path and the rights of the file."));
}
std::unexpected<Error> noMemory(const std::filesystem::path &path, std::uint64_t bytes)
{
    return fail(Errc::OutOfMemory, text(quoted(path), " needs ", bytesText(bytes),
                                        " of memory, more than is free. Close other programs or use a smaller file."));
}
std::unexpected<Error> tooShort(const std::filesystem::path &path, std::uint64_t need, std::uint64_t have)
{
    return fail(Errc::Io,
                text(quoted(path), " is shorter than its header claims: ", bytesText(need), " are needed and ",
                     bytesText(have), " are there. It may have been cut off; copy or download it again."));
}

/// A zlib stream that is closed on every way out.
struct Inflater {
    z_stream stream{};
    bool ready = false;
    Inflater() { ready = inflateInit2(&stream, 15 + 32) == Z_OK; } // +32: zlib or gzip, by the stream's own mark
    ~Inflater()
    {
        if (ready) inflateEnd(&stream);
    }
    Inflater(const Inflater &) = delete;
    Inflater &operator=(const Inflater &) = delete;
};
} // namespace

bool Bytes::resize(std::size_t size)
{
    void *grown = std::realloc(m_memory.get(), std::max<std::size_t>(size + m_begin, 1));
    if (!grown) return false;
    (void)m_memory.release();
    m_memory.reset(grown);
    m_size = size;
    return true;
}

void Bytes::trim(std::size_t begin, std::size_t size)
{
    m_begin += begin;
    m_size = size;
}

Result<std::uint64_t> plainFileSize(const std::filesystem::path &path)
{
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return unreadable(path);
    if (S_ISDIR(info.st_mode))
        return fail(Errc::Io, text(quoted(path), " is a folder where a file is needed. Name a file in it."));
    if (!S_ISREG(info.st_mode)) // opening a pipe would wait for ever
        return fail(Errc::Io, text(quoted(path), " is not a plain file. Copy its content into one."));
    if (info.st_size == 0) return fail(Errc::Io, text(quoted(path), " is empty (0 bytes). Copy or download it again."));
    return std::uint64_t(info.st_size);
}

Result<bool> isGzip(const std::filesystem::path &path)
{
    if (const auto size = plainFileSize(path); !size) return std::unexpected(size.error());
    const File file(path, O_RDONLY);
    if (!file.isOpen()) return unreadable(path);
    std::array<std::byte, 2> mark{};
    if (file.readAt(mark.data(), 2, 0) < 0) return unreadable(path);
    return mark[0] == std::byte{0x1f} && mark[1] == std::byte{0x8b};
}

Result<void> askForMemory(std::uint64_t bytes, const std::filesystem::path &path)
{
    const auto free = availableMemoryBytes();
    if (free > 0 && bytes > std::uint64_t(free)) return noMemory(path, bytes);
    return {};
}

Result<Bytes> readHead(const std::filesystem::path &path, std::size_t length)
{
    const auto packed = isGzip(path);
    if (!packed) return std::unexpected(packed.error());
    const File file(path, O_RDONLY);
    if (!file.isOpen()) return unreadable(path);
    Bytes head;
    if (!head.resize(length)) return noMemory(path, length);
    if (!*packed) {
        const auto n = file.readAt(head.data(), length, 0);
        if (n < 0) return unreadable(path);
        head.trim(0, std::size_t(n));
        return head;
    }
    Inflater inflater;
    if (!inflater.ready) return noMemory(path, 1 << 16);
    inflater.stream.next_out = reinterpret_cast<Bytef *>(head.data());
    inflater.stream.avail_out = uInt(length);
    std::array<std::byte, 16384> piece;
    std::uint64_t at = 0;
    int status = Z_OK;
    while (status == Z_OK && inflater.stream.avail_out > 0) {
        const auto n = file.readAt(piece.data(), piece.size(), at);
        if (n < 0) return unreadable(path);
        if (n == 0) break;
        at += std::uint64_t(n);
        inflater.stream.next_in = reinterpret_cast<Bytef *>(piece.data());
        inflater.stream.avail_in = uInt(n);
        status = inflate(&inflater.stream, Z_NO_FLUSH);
        if (status == Z_BUF_ERROR) status = Z_OK;
    }
    if (status == Z_MEM_ERROR) return noMemory(path, 1 << 16);
    const std::size_t got = length - inflater.stream.avail_out;
    if (status != Z_OK && status != Z_STREAM_END && got == 0)
        return fail(Errc::Io, text(quoted(path),
                                   " looks compressed (gzip) but cannot be decompressed. Copy or download it again."));
    head.trim(0, got);
    return head;
}

Result<Bytes> inflateBytes(std::span<const std::byte> packed, std::uint64_t offset, std::uint64_t length,
                           const std::filesystem::path &nameForErrors)
{
    const std::uint64_t total = offset + length;
    if (total / kDensest > packed.size() + 64) return tooShort(nameForErrors, total, packed.size());
    Bytes out;
#ifdef GLIO_WITH_LIBDEFLATE
    // The size stored at the end agrees with what the header claims: one call inflates the whole, twice zlib's speed.
    if (packed.size() >= 18 && packed[0] == std::byte{0x1f} && total <= kOneCallBytes) {
        std::uint32_t stored = 0;
        std::memcpy(&stored, packed.data() + packed.size() - 4, 4); // little-endian, as this machine
        if (stored >= total && stored - total <= (1u << 20)) {
            if (!out.resize(stored)) return noMemory(nameForErrors, stored);
            libdeflate_decompressor *engine = libdeflate_alloc_decompressor();
            if (!engine) return noMemory(nameForErrors, 1 << 16);
            std::size_t got = 0;
            const auto result =
                libdeflate_gzip_decompress(engine, packed.data(), packed.size(), out.data(), out.size(), &got);
            libdeflate_free_decompressor(engine);
            if (result == LIBDEFLATE_SUCCESS && got >= total) {
                out.trim(offset, length);
                return out;
            }
        }
    }
#endif
    // Piece by piece: more than one gzip member, a part of a long 4D file, or damage that is to be named.
    Inflater inflater;
    if (!inflater.ready) return noMemory(nameForErrors, 1 << 16);
    auto &stream = inflater.stream;
    std::array<std::byte, 1 << 16> skipped;
    std::uint64_t produced = 0, consumed = 0;
    std::size_t room = 0;
    out = Bytes{};
    bool ended = false;
    const auto damaged = [&](std::uint64_t good) {
        return fail(Errc::Io, text(quoted(nameForErrors), " is damaged: its compressed data is wrong after ",
                                   bytesText(good), " of ", bytesText(total), ". Copy or download it again."));
    };
    const auto feed = [&] {
        if (stream.avail_in > 0 || consumed == packed.size()) return;
        const auto n = std::min<std::uint64_t>(packed.size() - consumed, 1u << 30);
        stream.next_in = const_cast<Bytef *>(reinterpret_cast<const Bytef *>(packed.data() + consumed));
        stream.avail_in = uInt(n);
        consumed += n;
    };
    while (produced < total) {
        feed();
        std::uint64_t ask = 0;
        if (produced < offset) {
            ask = std::min<std::uint64_t>(offset - produced, skipped.size());
            stream.next_out = reinterpret_cast<Bytef *>(skipped.data());
        } else {
            const std::uint64_t at = produced - offset;
            if (at == room) { // grows with what really comes out, not with what was claimed
                room = std::size_t(
                    std::min<std::uint64_t>(length, std::max<std::uint64_t>(1u << 20, 2 * std::uint64_t(room))));
                if (!out.resize(room)) return noMemory(nameForErrors, room);
            }
            ask = std::min<std::uint64_t>(room - at, 1u << 30);
            stream.next_out = reinterpret_cast<Bytef *>(out.data() + at);
        }
        stream.avail_out = uInt(ask);
        const int status = inflate(&stream, Z_NO_FLUSH);
        const std::uint64_t gained = ask - stream.avail_out;
        produced += gained;
        if (status == Z_MEM_ERROR) return noMemory(nameForErrors, 1 << 16);
        if (status == Z_STREAM_END && produced < total) {
            if ((stream.avail_in == 0 && consumed == packed.size()) || inflateReset(&stream) != Z_OK)
                return tooShort(nameForErrors, total, produced);
            continue; // the next member
        }
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return damaged(produced);
        if (gained == 0 && stream.avail_in == 0 && consumed == packed.size())
            return tooShort(nameForErrors, total, produced);
        ended = status == Z_STREAM_END;
    }
    // The check sum stands at the end: a little further, if the range ends near it, as it does for a whole file.
    for (std::size_t n = 0; n < 16 && !ended; ++n) {
        feed();
        stream.next_out = reinterpret_cast<Bytef *>(skipped.data());
        stream.avail_out = uInt(skipped.size());
        const int status = inflate(&stream, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END) return damaged(produced); // wrong, or no end at all
        ended = status == Z_STREAM_END;
    }
    return out;
}

Result<Bytes> readFileRange(const std::filesystem::path &path, std::uint64_t offset, std::uint64_t length)
{
    const auto size = plainFileSize(path);
    if (!size) return std::unexpected(size.error());
    std::uint64_t total = 0;
    if (__builtin_add_overflow(offset, length, &total) || total > *size)
        return tooShort(path, std::max(total, length), *size);
    if (const auto room = askForMemory(length, path); !room) return std::unexpected(room.error());
    const File file(path, O_RDONLY);
    if (!file.isOpen()) return unreadable(path);
    Bytes bytes;
    if (!bytes.resize(length)) return noMemory(path, length);
    const auto got = file.readAt(bytes.data(), length, offset);
    if (got < 0) return unreadable(path);
    if (std::uint64_t(got) < length) return tooShort(path, length, std::uint64_t(got));
    return bytes;
}

Result<Bytes> readRange(const std::filesystem::path &path, std::uint64_t offset, std::uint64_t length)
{
    const auto packed = isGzip(path);
    if (!packed) return std::unexpected(packed.error());
    if (!*packed) return readFileRange(path, offset, length);
    const auto size = plainFileSize(path);
    if (!size) return std::unexpected(size.error());
    std::uint64_t total = 0;
    if (__builtin_add_overflow(offset, length, &total) || total / kDensest > *size + 64)
        return tooShort(path, std::max(total, length), *size);
    if (const auto room = askForMemory(length, path); !room) return std::unexpected(room.error());
    const auto bytes = readFileRange(path, 0, *size);
    if (!bytes) return std::unexpected(bytes.error());
    return inflateBytes(bytes->span(), offset, length, path);
}

Result<Bytes> packBytes(std::span<const std::byte> plain, int level, Packing packing)
{
    Bytes out;
#ifdef GLIO_WITH_LIBDEFLATE
    libdeflate_compressor *engine = libdeflate_alloc_compressor(std::clamp(level, 1, 12));
    if (!engine) return fail(Errc::OutOfMemory, "There is not enough memory to compress the file.");
    const bool gzip = packing == Packing::Gzip;
    const std::size_t bound = gzip ? libdeflate_gzip_compress_bound(engine, plain.size())
                                   : libdeflate_zlib_compress_bound(engine, plain.size());
    std::size_t size = 0;
    if (out.resize(bound))
        size = gzip ? libdeflate_gzip_compress(engine, plain.data(), plain.size(), out.data(), bound)
                    : libdeflate_zlib_compress(engine, plain.data(), plain.size(), out.data(), bound);
    libdeflate_free_compressor(engine);
    if (size == 0) return fail(Errc::OutOfMemory, "There is not enough memory to compress the file.");
    out.trim(0, size);
#else
    z_stream stream{};
    if (deflateInit2(&stream, std::clamp(level, 1, 9), Z_DEFLATED, packing == Packing::Gzip ? 15 + 16 : 15, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return fail(Errc::OutOfMemory, "There is not enough memory to compress the file.");
    std::size_t done = 0, taken = 0;
    int status = Z_OK;
    while (status == Z_OK) {
        const auto piece = std::min<std::size_t>(plain.size() - taken, 1u << 30);
        if (!out.resize(done + deflateBound(&stream, uLong(piece)) + 64)) break;
        stream.next_in = const_cast<Bytef *>(reinterpret_cast<const Bytef *>(plain.data() + taken));
        stream.avail_in = uInt(piece);
        stream.next_out = reinterpret_cast<Bytef *>(out.data() + done);
        stream.avail_out = uInt(std::min<std::size_t>(out.size() - done, std::numeric_limits<uInt>::max()));
        const auto room = stream.avail_out;
        status = deflate(&stream, taken + piece == plain.size() ? Z_FINISH : Z_NO_FLUSH);
        done += room - stream.avail_out;
        taken += piece - stream.avail_in;
    }
    deflateEnd(&stream);
    if (status != Z_STREAM_END) return fail(Errc::OutOfMemory, "There is not enough memory to compress the file.");
    out.trim(0, done);
#endif
    return out;
}

Result<void> writeNewFile(const std::filesystem::path &path, std::span<const std::byte> first,
                          std::span<const std::byte> second)
{
    File file(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    const auto failed = [&](int code) {
        ::unlink(path.c_str());
        if (code == ENOSPC || code == EDQUOT)
            return fail(Errc::DiskFull,
                        text(quoted(path.parent_path()), " has no room left for ",
                             bytesText(first.size() + second.size()), ". Free some space and save again."));
        return fail(Errc::Io, text(quoted(path), " cannot be written: ", std::strerror(code),
                                   ". Choose another folder or change its rights."));
    };
    if (!file.isOpen()) {
        const int code = errno;
        return fail(code == ENOSPC || code == EDQUOT ? Errc::DiskFull : Errc::Io,
                    text("No file can be made in ", quoted(path.has_parent_path() ? path.parent_path() : "."), ": ",
                         std::strerror(code), ". Choose another folder or change its rights."));
    }
    for (const auto bytes : {first, second}) {
        std::size_t done = 0;
        while (done < bytes.size()) {
            const auto n =
                ::write(file.fd(), bytes.data() + done, std::min<std::size_t>(bytes.size() - done, 1u << 30));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return failed(n < 0 ? errno : EIO);
            done += std::size_t(n);
        }
    }
    if (file.close() != 0) return failed(errno);
    return {};
}

} // namespace glio::io
