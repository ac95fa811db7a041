#include "ProjectLock.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace glio::project {
namespace {

std::optional<Holder> holderIn(int file)
{
    std::array<char, 4096> text{};
    const ssize_t length = pread(file, text.data(), text.size(), 0);
    if (length <= 0) return {};
    const auto json = nlohmann::json::parse(text.data(), text.data() + length, nullptr, false);
    if (!json.is_object()) return {};
    try {
        return Holder{json.value("reader", ""), json.value("host", ""), json.value("pid", std::int64_t{0}),
                      json.value("sinceMs", std::int64_t{0})};
    } catch (const nlohmann::json::exception &) {
        return {}; // right shape, wrong kinds: someone else's file
    }
}

bool isSame(int file, const std::filesystem::path &path)
{
    struct stat held{}, named{};
    return fstat(file, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

void write(int file, const Holder &us)
{
    const nlohmann::json json{{"reader", us.reader}, {"host", us.host}, {"pid", us.pid}, {"sinceMs", us.sinceMs}};
    const std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    // On a full disk the name is missing from the file; the lock itself holds all the same.
    if (ftruncate(file, 0) != 0 || pwrite(file, text.data(), text.size(), 0) < 0) return;
}

} // namespace

ProjectLock::Outcome ProjectLock::take(const std::filesystem::path &folder, const Holder &us)
{
    const auto path = folder / "project.lock";
    for (int tries = 0; tries < 20; ++tries) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (file < 0)
            return {nullptr,
                    {},
                    folder.string() + ": nothing can be written in this folder (" + std::strerror(errno) +
                        "), so the project is open for reading only."};
        struct flock whole{};
        whole.l_type = F_WRLCK;
        whole.l_whence = SEEK_SET;
        if (fcntl(file, F_OFD_SETLK, &whole) == 0) {
            if (isSame(file, path)) {
                write(file, us);
                return {std::unique_ptr<ProjectLock>(new ProjectLock(file, path)), {}, {}};
            }
            ::close(file); // replaced between opening and locking
            continue;
        }
        const int number = errno;
        const auto holder = number == EAGAIN || number == EACCES ? holderIn(file) : std::nullopt;
        ::close(file);
        if (number != EAGAIN && number != EACCES)
            return {nullptr,
                    {},
                    folder.string() + ": this drive cannot say whether someone else has the project open (" +
                        std::strerror(number) + "), so it is open for reading only."};
        if (holder)
            return {nullptr, holder,
                    folder.string() + ": the project is open " + holderText(*holder) +
                        ", so it is open for reading only here."};
        std::this_thread::sleep_for(std::chrono::milliseconds(5)); // locked, the name not yet written
    }
    return {nullptr, {}, folder.string() + ": the project is open elsewhere, so it is open for reading only here."};
}

ProjectLock::~ProjectLock()
{
    if (ftruncate(m_file, 0) != 0) { // a stale name does no harm: without the lock nobody reads it
    }
    ::close(m_file);
}

bool ProjectLock::isInPlace() const { return isSame(m_file, m_path); }

std::string holderText(const Holder &holder)
{
    const std::time_t seconds = holder.sinceMs / 1000;
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 32> since{};
    std::strftime(since.data(), since.size(), "%Y-%m-%d %H:%M", &local);
    return "by " + (holder.reader.empty() ? "someone" : holder.reader) + " on " +
           (holder.host.empty() ? "an unknown computer" : holder.host) + " since " + since.data();
}

std::string hostName()
{
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

} // namespace glio::project
