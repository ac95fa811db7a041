#pragma once
#include "model/CaseStore.h"

#include "glioscope/project/SeriesFiles.h"

#include <set>

namespace glio::app {
class Journal;

/// An image of a case that is not what it was, or not where it was; the reader says what becomes of it.
struct FileTrouble {
    std::filesystem::path path; ///< where it was
    Sequence sequence = Sequence::Other;
    project::SeriesState state = project::SeriesState::Missing; ///< Changed or Missing
};

/// What the reader said about them.
struct FileChoices {
    std::vector<std::filesystem::path> folders; ///< to look in, by content
    std::set<std::filesystem::path> use;        ///< changed, and to be used as it is now
    std::set<std::filesystem::path> leaveOut;
};

struct CheckedFiles {
    std::vector<std::filesystem::path> images, was; ///< where each lies now, and where it was recorded
    std::vector<std::filesystem::path> moved;       ///< those found elsewhere, where they lie now
    std::vector<FileTrouble> troubles;              ///< not empty: ask first
};

/// Looks for each image: where it was, beside the project, then by content in the folders of `choices`. An image that
/// was never recorded is taken as it is. Thread: a worker; reads files whose time has changed.
CheckedFiles checkFiles(const std::vector<std::filesystem::path> &images, const std::optional<CaseRecord> &stored,
                        const Journal &journal, const FileChoices &choices);

/// Rows for the project, of the images as they are now; what is known and looks unchanged is not read again.
/// Thread: a worker.
std::vector<project::Series> describeFiles(const CaseRecord &record, const std::vector<project::Series> &known,
                                           const std::filesystem::path &projectFolder);

} // namespace glio::app
