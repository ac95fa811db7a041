#pragma once
#include "glioscope/base/Error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace glio::protocol {

/// Where voxels lie: file descriptor `fd` of process `pid`, opened by the other side as /proc/<pid>/fd/<fd>.
/// The part meant is [offset, offset + bytes).
struct MemoryRef {
    std::int64_t pid = 0;
    int fd = -1;
    std::int64_t bytes = 0;
    std::int64_t offset = 0;
    friend bool operator==(const MemoryRef &, const MemoryRef &) = default;
};

/// A memory file that this process owns (memfd_create): nameless, sealed against shrinking and growing, so that
/// nobody's mapping of it can ever fault, and gone with its last user, also after kill -9. Pages take memory only once
/// written. Closed on exec. Thread: any; the bytes are shared with whoever mapped the file.
class SharedMemory {
public:
    /// `name` shows in /proc only. Errors: InvalidArgument (bytes < 1), OutOfMemory, Io.
    static Result<SharedMemory> create(const std::string &name, std::int64_t bytes);

    std::span<std::byte> bytes() const;
    template <class T> std::span<T> as() const
    {
        return {reinterpret_cast<T *>(bytes().data()), bytes().size() / sizeof(T)};
    }
    MemoryRef ref() const;                                               ///< the whole file
    Result<MemoryRef> ref(std::int64_t offset, std::int64_t size) const; ///< a part. Errors: InvalidArgument

private:
    struct File;
    explicit SharedMemory(std::shared_ptr<const File> file) : m_file(std::move(file)) {}
    std::shared_ptr<const File> m_file; // copies share the file; unmapped and closed with the last one
};

enum class MemoryAccess { Read, ReadWrite };

/// Another process's memory file, mapped here.
class MappedMemory {
public:
    /// Errors: InvalidArgument (numbers that make no sense, a part outside the file, no memory file, not sealed against
    /// shrinking), Io (the process or the descriptor is not there or may not be opened), OutOfMemory.
    static Result<MappedMemory> open(const MemoryRef &ref, MemoryAccess access);

    std::span<const std::byte> bytes() const;
    /// Only for ReadWrite.
    std::span<std::byte> edit() const;

private:
    struct Mapping;
    explicit MappedMemory(std::shared_ptr<const Mapping> mapping) : m_mapping(std::move(mapping)) {}
    std::shared_ptr<const Mapping> m_mapping;
};

} // namespace glio::protocol
