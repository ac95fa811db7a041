#include "glioscope/protocol/SharedMemory.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace glio::protocol {
namespace {

Errc meaning(int number) { return number == ENOMEM || number == ENOSPC ? Errc::OutOfMemory : Errc::Io; }

std::string reason(int number) { return std::strerror(number); } // NOLINT: glibc's is safe for known numbers

std::string pathOf(const MemoryRef &ref)
{
    return "/proc/" + std::to_string(ref.pid) + "/fd/" + std::to_string(ref.fd);
}

} // namespace

struct SharedMemory::File {
    int fd = -1;
    std::byte *data = nullptr;
    std::size_t size = 0;
    ~File()
    {
        if (data) munmap(data, size);
        if (fd >= 0) close(fd);
    }
};

Result<SharedMemory> SharedMemory::create(const std::string &name, std::int64_t bytes)
{
    if (bytes < 1) return fail(Errc::InvalidArgument, "A memory file needs at least one byte.");
    auto file = std::make_shared<File>();
    file->fd = memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file->fd < 0) return fail(meaning(errno), "A memory file could not be made: " + reason(errno) + ".");
    if (ftruncate(file->fd, bytes) != 0)
        return fail(meaning(errno) == Errc::Io && errno == EFBIG ? Errc::OutOfMemory : meaning(errno),
                    "A memory file of " + std::to_string(bytes) + " bytes could not be made: " + reason(errno) + ".");
    if (fcntl(file->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return fail(Errc::Io, "A memory file could not be sealed: " + reason(errno) + ".");
    void *data = mmap(nullptr, std::size_t(bytes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file->fd, 0);
    if (data == MAP_FAILED)
        return fail(meaning(errno),
                    "A memory file of " + std::to_string(bytes) + " bytes could not be mapped: " + reason(errno) + ".");
    file->data = static_cast<std::byte *>(data);
    file->size = std::size_t(bytes);
    return SharedMemory(std::move(file));
}

std::span<std::byte> SharedMemory::bytes() const { return {m_file->data, m_file->size}; }

MemoryRef SharedMemory::ref() const { return {getpid(), m_file->fd, std::int64_t(m_file->size), 0}; }

Result<MemoryRef> SharedMemory::ref(std::int64_t offset, std::int64_t size) const
{
    const auto all = std::int64_t(m_file->size);
    if (offset < 0 || size < 1 || offset > all || size > all - offset)
        return fail(Errc::InvalidArgument, "The part lies outside the memory file.");
    return MemoryRef{getpid(), m_file->fd, size, offset};
}

struct MappedMemory::Mapping {
    void *base = nullptr;
    std::size_t mapped = 0;
    std::byte *data = nullptr;
    std::size_t size = 0;
    ~Mapping()
    {
        if (base) munmap(base, mapped);
    }
};

Result<MappedMemory> MappedMemory::open(const MemoryRef &ref, MemoryAccess access)
{
    if (ref.pid < 1 || ref.fd < 0 || ref.bytes < 1 || ref.offset < 0 || ref.offset > INT64_MAX - ref.bytes)
        return fail(Errc::InvalidArgument, "The memory file's numbers make no sense.");
    const std::string path = pathOf(ref);
    // Looked at before it is opened: opening a pipe or a device of that process would block or do something.
    struct stat status{};
    if (stat(path.c_str(), &status) != 0)
        return fail(Errc::Io, "The memory file " + path + " is not there: " + reason(errno) + ".");
    if (!S_ISREG(status.st_mode)) return fail(Errc::InvalidArgument, path + " is not a memory file.");
    const bool writes = access == MemoryAccess::ReadWrite;
    const int fd = ::open(path.c_str(), (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return fail(Errc::Io, "The memory file " + path + " could not be opened: " + reason(errno) + ".");
    struct Closer {
        int fd;
        ~Closer() { close(fd); } // a mapping outlives its descriptor
    } const closer{fd};

    const int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0) return fail(Errc::InvalidArgument, path + " is not a memory file.");
    if (!(seals & F_SEAL_SHRINK))
        return fail(Errc::InvalidArgument, "The memory file " + path + " is not sealed against shrinking.");
    if (fstat(fd, &status) != 0) return fail(Errc::Io, "The size of " + path + " is unknown: " + reason(errno) + ".");
    if (ref.offset + ref.bytes > status.st_size)
        return fail(Errc::InvalidArgument, "The memory file " + path + " has " + std::to_string(status.st_size) +
                                               " bytes; " + std::to_string(ref.offset + ref.bytes) + " are named.");

    const std::int64_t page = sysconf(_SC_PAGESIZE);
    const std::int64_t begin = ref.offset / page * page;
    const auto mapped = std::size_t(ref.offset + ref.bytes - begin);
    void *base =
        mmap(nullptr, mapped, writes ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, begin);
    if (base == MAP_FAILED)
        return fail(meaning(errno), "The memory file " + path + " could not be mapped: " + reason(errno) + ".");
    auto mapping = std::make_shared<Mapping>();
    mapping->base = base;
    mapping->mapped = mapped;
    mapping->data = static_cast<std::byte *>(base) + (ref.offset - begin);
    mapping->size = std::size_t(ref.bytes);
    return MappedMemory(std::move(mapping));
}

std::span<const std::byte> MappedMemory::bytes() const { return {m_mapping->data, m_mapping->size}; }
std::span<std::byte> MappedMemory::edit() const { return {m_mapping->data, m_mapping->size}; }

} // namespace glio::protocol
