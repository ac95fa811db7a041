#include "ProjectPrivate.h"

#include "glioscope/base/AtomicFile.h"

#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/vfs.h>
#include <unistd.h>

namespace glio::project {

JournalMode journalModeFor(const std::filesystem::path &folder)
{
    struct statfs info{};
    if (::statfs(folder.c_str(), &info) != 0) return JournalMode::Truncate;
    switch (static_cast<unsigned long>(info.f_type) & 0xFFFFFFFFul) { // statfs(2)
    case 0x6969:                                                      // NFS
    case 0x517B:                                                      // SMB
    case 0xFF534D42:                                                  // CIFS
    case 0xFE534D42:                                                  // SMB2
    case 0x65735546:                                                  // FUSE: sshfs and the like
    case 0x01021997:                                                  // 9P
    case 0x5346414F:                                                  // AFS
    case 0x00C36400:                                                  // Ceph
        return JournalMode::Truncate;
    default:
        return JournalMode::Wal;
    }
}

ProjectLock::~ProjectLock()
{
    if (m_descriptor >= 0) ::close(m_descriptor);
}

Result<std::optional<Holder>> ProjectLock::take(const std::filesystem::path &file, const std::string &reader)
{
    m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        return fail(Errc::Io, "The project " + file.parent_path().string() +
                                  " cannot be opened for writing: " + std::strerror(errno) + ".");
    struct flock whole{};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (::fcntl(m_descriptor, F_OFD_SETLK, &whole) != 0) {
        Holder holder;
        if (const auto text = readFile(file, 1 << 16)) {
            const auto json = nlohmann::json::parse(*text, nullptr, false);
            if (json.is_object()) {
                holder.reader = json.value("reader", "");
                holder.host = json.value("host", "");
                holder.pid = json.value("pid", std::int64_t{0});
                holder.sinceMs = json.value("since", std::int64_t{0});
            }
        }
        ::close(m_descriptor);
        m_descriptor = -1;
        return holder;
    }
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    const std::string text =
        nlohmann::json{{"reader", reader}, {"host", host}, {"pid", ::getpid()}, {"since", now}}.dump() + "\n";
    // Who it is helps people; the lock itself does not depend on it.
    if (::ftruncate(m_descriptor, 0) != 0 || ::pwrite(m_descriptor, text.data(), text.size(), 0) < 0)
        return std::optional<Holder>{};
    return std::optional<Holder>{};
}

} // namespace glio::project
