#pragma once
#include <filesystem>

namespace glio {

/// Folders by XDG, named `glioscope`; not created. Environment: XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_CACHE_HOME, HOME.
std::filesystem::path dataHome();
std::filesystem::path configHome();
std::filesystem::path cacheHome();

/// Where `models/`, `labelschemes/`, `themes/` … lie: $GLIO_RESOURCES, else `share/glioscope` beside the program's
/// `bin`, else the source tree that the program was built from.
std::filesystem::path resourceDir();

} // namespace glio
