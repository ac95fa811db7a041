#include "Drive.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace glio::project {

Journal journalForFileSystem(std::uint32_t type)
{
    // From Linux' magic.h and the file systems' own sources; not all of them are in every system's header.
    constexpr std::array<std::uint32_t, 12> network{
        0x6969,     // NFS
        0x517B,     // SMB
        0xFF534D42, // CIFS
        0xFE534D42, // SMB2
        0x65735546, // FUSE: sshfs, ntfs-3g, rclone
        0x73757245, // Coda
        0x5346414F, // AFS
        0x6B414653, // AFS of the kernel
        0x01021997, // 9p: folders of a virtual machine's host
        0x00C36400, // Ceph
        0x0BD00BD0, // Lustre
        0x786F4256, // VirtualBox' shared folders
    };
    return std::ranges::find(network, type) != network.end() ? Journal::Truncate : Journal::WriteAhead;
}

Journal journalForFolder(const std::filesystem::path &folder)
{
    struct statfs facts{};
    if (statfs(folder.c_str(), &facts) != 0) return Journal::Truncate;
    return journalForFileSystem(std::uint32_t(facts.f_type));
}

void syncFolder(const std::filesystem::path &folder)
{
    if (const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); directory >= 0) {
        fsync(directory); // some network drives refuse it, and need it not
        ::close(directory);
    }
}

} // namespace glio::project
