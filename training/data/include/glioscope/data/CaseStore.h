#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/data/TrainingCase.h"
#include "glioscope/io/CaseFiles.h"

#include <mutex>
#include <optional>

namespace glio::data {

/// The labelled cases of a folder in BraTS names of any year, with their files' label scheme known.
struct CaseEntry {
    io::CaseFiles files;
    std::string schemeId;
};

/// Finds them. `scheme` names the scheme of all masks; empty: each mask's own is detected, and where that is ambiguous
/// the whole folder is refused with the candidates named. Cases without a mask are left out.
/// Errors: Io; InvalidArgument (no case, no mask, a scheme that is unknown or ambiguous).
Result<std::vector<CaseEntry>> findTrainingCases(const std::filesystem::path &folder, const std::string &scheme);

/// The same, only the cases that the list `part` ("train", "val") of the JSON file `split` names, by case or folder; an
/// empty `split` takes them all. Errors: also InvalidArgument when there is no such list, or it names none of them.
Result<std::vector<CaseEntry>> findTrainingCases(const std::filesystem::path &folder, const std::string &scheme,
                                                 const std::filesystem::path &split, const std::string &part);

/// Every case of a folder, with or without a mask, its scheme left open: enough to compare patients and voxels.
/// Errors: Io; InvalidArgument (no case).
Result<std::vector<CaseEntry>> findAnyCases(const std::filesystem::path &folder);

/// Reads a case's files and converts its mask. Errors: those of the readers, of convertLabels and of prepareCase.
Result<TrainingCase> readTrainingCase(const CaseEntry &entry, double spacingMm);

/// Prepared cases of one spacing: made once, written to `cacheDir` (empty: nothing is written), the latest kept in
/// memory up to `memoryBytes`. Thread: any.
class CaseStore {
public:
    CaseStore(std::vector<CaseEntry> entries, double spacingMm, std::filesystem::path cacheDir,
              std::int64_t memoryBytes);

    std::size_t count() const { return m_entries.size(); }
    const std::string &name(std::size_t n) const { return m_entries[n].files.name; }
    /// Errors: those of readTrainingCase; a damaged cache file is made anew.
    Result<CasePointer> get(std::size_t n);

private:
    std::filesystem::path cacheFile(std::size_t n) const;
    std::vector<CaseEntry> m_entries;
    double m_spacingMm;
    std::filesystem::path m_cacheDir;
    std::int64_t m_memoryBytes, m_used = 0;
    std::mutex m_mutex;
    std::vector<CasePointer> m_kept;
    std::vector<std::uint64_t> m_lastUse;
    std::uint64_t m_clock = 0;
};

} // namespace glio::data
