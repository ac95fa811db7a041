#pragma once
#include "glioscope/base/Error.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <span>

namespace glio::io {

/// Memory that is not filled with zeros first.
class Bytes {
public:
    Bytes() = default;
    std::byte *data() { return static_cast<std::byte *>(m_memory.get()) + m_begin; }
    const std::byte *data() const { return static_cast<const std::byte *>(m_memory.get()) + m_begin; }
    std::size_t size() const { return m_size; }
    std::span<const std::byte> span() const { return {data(), m_size}; }

    /// Gives room for `size` bytes; what was there stays. False when there is no memory.
    bool resize(std::size_t size);
    /// Leaves out bytes at the front and cuts to `size`.
    void trim(std::size_t begin, std::size_t size);

private:
    struct Free {
        void operator()(void *p) const { std::free(p); }
    };
    std::unique_ptr<void, Free> m_memory;
    std::size_t m_begin = 0, m_size = 0;
};

/// Size of a plain file. Errors: Io for what is missing, a folder, a pipe or a device, not readable, or empty.
Result<std::uint64_t> plainFileSize(const std::filesystem::path &path);

/// True when the file starts with the gzip mark, whatever its name.
Result<bool> isGzip(const std::filesystem::path &path);

/// The first `length` bytes after decompression; fewer when the content is shorter.
Result<Bytes> readHead(const std::filesystem::path &path, std::size_t length);

/// Bytes offset … offset + length of the content after decompression. Refused before anything is allocated when the
/// file is too short for it (a gzip file: when even the densest deflate stream could not hold it), and when the
/// machine's memory is. Errors: Io, OutOfMemory.
Result<Bytes> readRange(const std::filesystem::path &path, std::uint64_t offset, std::uint64_t length);

/// The same for bytes as they lie in the file, never decompressed.
Result<Bytes> readFileRange(const std::filesystem::path &path, std::uint64_t offset, std::uint64_t length);

/// Bytes offset … offset + length of zlib's or gzip's stream in memory, its check sum compared where the range ends
/// near the end. Errors: Io when it is damaged or holds fewer than `length` bytes.
Result<Bytes> inflateBytes(std::span<const std::byte> packed, std::uint64_t offset, std::uint64_t length,
                           const std::filesystem::path &nameForErrors);

enum class Packing { Gzip, Zlib };
/// One gzip member, or one zlib stream. `level` 1..9. Errors: OutOfMemory.
Result<Bytes> packBytes(std::span<const std::byte> plain, int level, Packing packing = Packing::Gzip);

/// A new file with these bytes. Errors: Io, DiskFull; nothing is left behind then.
Result<void> writeNewFile(const std::filesystem::path &path, std::span<const std::byte> first,
                          std::span<const std::byte> second = {});

/// Errors: OutOfMemory, with a sentence, when `bytes` more would not fit into this machine's memory.
Result<void> askForMemory(std::uint64_t bytes, const std::filesystem::path &path);

} // namespace glio::io
