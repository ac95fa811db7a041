#pragma once
#include "glioscope/base/Error.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace glio {

/// Writes beside `path`, syncs, then renames over it: readers see the old file or the whole new one.
/// Errors: Io, DiskFull; the old file is then untouched and nothing is left beside it. Thread: any.
Result<void> writeFileAtomically(const std::filesystem::path &path, std::span<const std::byte> bytes);
Result<void> writeFileAtomically(const std::filesystem::path &path, std::string_view text);

/// The whole file. Errors: Io (missing, unreadable, larger than `limitBytes`).
Result<std::string> readFile(const std::filesystem::path &path, std::size_t limitBytes = std::size_t{1} << 30);

/// A name beside `path` for a temporary file: `.NAME.<pid>-<n>.part`; the same folder, so that rename is atomic.
std::filesystem::path partPath(const std::filesystem::path &path);

/// Flushes a finished `part` to disk and renames it over `path`. Errors: Io, DiskFull; `part` is then removed.
Result<void> commitPart(const std::filesystem::path &part, const std::filesystem::path &path);

} // namespace glio
