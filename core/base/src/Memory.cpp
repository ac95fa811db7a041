#include "glioscope/base/Memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace glio {
namespace {

std::int64_t field(const char *file, const std::string &name) // "Name:  123 kB" in /proc files, in bytes; -1 if absent
{
    std::ifstream stream(file);
    for (std::string word; stream >> word;)
        if (word == name) {
            std::int64_t kilobytes = 0;
            if (stream >> kilobytes) return kilobytes * 1024;
        }
    return -1;
}

std::int64_t number(const std::string &file) // -1 if absent or "max"
{
    std::ifstream stream(file);
    std::int64_t value = -1;
    return stream >> value ? value : -1;
}

/// Room below the memory limit of this process's cgroup (version 2), or -1 without one.
std::int64_t cgroupRoom()
{
    std::ifstream stream("/proc/self/cgroup");
    std::int64_t room = -1;
    for (std::string line; std::getline(stream, line);) {
        if (!line.starts_with("0::")) continue;
        for (std::string path = line.substr(3); !path.empty(); path.erase(path.find_last_of('/'))) {
            const std::string folder = "/sys/fs/cgroup" + path;
            const std::int64_t limit = number(folder + "/memory.max"), used = number(folder + "/memory.current");
            if (limit >= 0 && used >= 0) room = room < 0 ? limit - used : std::min(room, limit - used);
            if (path == "/") break;
        }
    }
    return room;
}

} // namespace

std::int64_t availableMemoryBytes()
{
    std::int64_t bytes = std::max<std::int64_t>(0, field("/proc/meminfo", "MemAvailable:"));
    if (const std::int64_t room = cgroupRoom(); room >= 0) bytes = std::min(bytes, room);
    return bytes;
}

std::int64_t peakResidentBytes() { return std::max<std::int64_t>(0, field("/proc/self/status", "VmHWM:")); }
std::int64_t residentBytes() { return std::max<std::int64_t>(0, field("/proc/self/status", "VmRSS:")); }

} // namespace glio
