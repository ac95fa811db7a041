#include "model/CaseFiles.h"

#include "model/Journal.h"

#include <algorithm>

namespace glio::app {

namespace fs = std::filesystem;
using project::SeriesState;

namespace {

/// Without a hash a name has to do, in a folder that the reader pointed at.
fs::path findByName(const fs::path &name, const std::vector<fs::path> &folders)
{
    for (const fs::path &folder : folders) {
        std::error_code error;
        fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error), end;
        for (; !error && at != end; at.increment(error))
            if (at->path().filename() == name) return at->path();
    }
    return {};
}

} // namespace

CheckedFiles checkFiles(const std::vector<fs::path> &images, const std::optional<CaseRecord> &stored,
                        const Journal &journal, const FileChoices &choices)
{
    CheckedFiles checked;
    const auto rows =
        stored ? journal.seriesOf(stored->id) : Result<std::vector<project::Series>>(std::vector<project::Series>{});
    const fs::path home = journal.writtenFolder();
    for (const fs::path &image : images) {
        if (choices.leaveOut.contains(image)) continue;
        const auto take = [&](const fs::path &where) {
            checked.images.push_back(where);
            checked.was.push_back(image);
            if (where != image) checked.moved.push_back(where);
        };
        FileTrouble trouble{.path = image};
        if (stored) {
            const auto known = std::ranges::find(stored->files, image, &CaseRecord::File::path);
            if (known != stored->files.end()) trouble.sequence = known->sequence;
        }
        std::error_code error;
        const auto row = rows ? std::ranges::find(*rows, image, &project::Series::absolute)
                              : std::vector<project::Series>::const_iterator();
        if (!rows || row == rows->end()) {
            const fs::path found = fs::exists(image, error) ? image : findByName(image.filename(), choices.folders);
            if (found.empty())
                checked.troubles.push_back(trouble);
            else
                take(found);
            continue;
        }
        if (choices.use.contains(image) && fs::exists(image, error)) {
            take(image);
            continue;
        }
        const auto located = project::locateSeries(home, *row, choices.folders);
        if (located && (located->state == SeriesState::AsRecorded || located->state == SeriesState::Moved)) {
            // Where it was asked for comes first: a copy beside the project is no move.
            take(project::looksUnchanged(*row, image) ? image : located->path);
            continue;
        }
        if (located) trouble.state = located->state;
        checked.troubles.push_back(trouble);
    }
    return checked;
}

std::vector<project::Series> describeFiles(const CaseRecord &record, const std::vector<project::Series> &known,
                                           const fs::path &projectFolder)
{
    std::vector<project::Series> rows;
    for (const CaseRecord::File &file : record.files) {
        const std::string sequence(sequenceId(file.sequence));
        const auto row = std::ranges::find(known, file.path, &project::Series::absolute);
        if (row != known.end() && project::looksUnchanged(*row, file.path)) {
            rows.push_back(*row);
            rows.back().sequence = sequence;
        } else if (auto described = project::describeSeries(projectFolder, file.path, sequence)) {
            rows.push_back(std::move(*described));
        }
    }
    return rows;
}

} // namespace glio::app
