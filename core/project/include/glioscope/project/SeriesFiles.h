#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/project/ProjectTypes.h"

#include <span>

namespace glio::project {

// What Project::describe and Project::locate do, without a project at hand: reading and hashing images must not hold
// up whoever writes. `projectFolder`: what relative paths start from. Thread: any.

/// What a row holds about a file, or about a folder of files: reads all of it. Errors: Io.
Result<Series> describeSeries(const std::filesystem::path &projectFolder, const std::filesystem::path &path,
                              const std::string &sequence);
/// See Project::locate. Errors: Internal.
Result<LocatedSeries> locateSeries(const std::filesystem::path &projectFolder, const Series &series,
                                   std::span<const std::filesystem::path> folders = {});
/// Size and time are the recorded ones, so the content was not read again.
bool looksUnchanged(const Series &series, const std::filesystem::path &path);

} // namespace glio::project
