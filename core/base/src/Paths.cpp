#include "glioscope/base/Paths.h"

#include <cstdlib>

namespace glio {
namespace {

std::filesystem::path xdg(const char *variable, const char *fallback)
{
    // The XDG base directory specification: a relative value is to be ignored.
    if (const char *value = std::getenv(variable); value && *value == '/')
        return std::filesystem::path(value) / "glioscope";
    const char *home = std::getenv("HOME");
    return std::filesystem::path(home && *home ? home : "/tmp") / fallback / "glioscope";
}

} // namespace

std::filesystem::path dataHome() { return xdg("XDG_DATA_HOME", ".local/share"); }
std::filesystem::path configHome() { return xdg("XDG_CONFIG_HOME", ".config"); }
std::filesystem::path cacheHome() { return xdg("XDG_CACHE_HOME", ".cache"); }

std::filesystem::path resourceDir()
{
    if (const char *value = std::getenv("GLIO_RESOURCES"); value && *value) return value;
    std::error_code code;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", code);
    if (!code) {
        const auto installed = program.parent_path().parent_path() / "share" / "glioscope";
        if (std::filesystem::is_directory(installed, code)) return installed;
    }
    return GLIO_SOURCE_RESOURCES;
}

} // namespace glio
