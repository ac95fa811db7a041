#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/volume/VoxelBox.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace glio::project {

// Ids of cases, masks and steps are texts that the caller chooses (newId()), so that a job can name what an earlier,
// still waiting one makes. Times are UTC milliseconds since 1970.

/// 32 random hexadecimal digits. Thread: any.
std::string newId();
std::int64_t nowMs();

enum class IfMissing { Fail, Create };
enum class Access { Write, Read };
/// How a commit reaches the disk. By drive: a write-ahead log on local drives; on network drives, where SQLite's log
/// does not work, a rollback journal that is cut to nothing. Both wait for the disk (synchronous=FULL).
enum class Journal { ByDrive, WriteAhead, Truncate };

struct ProjectOptions {
    std::string reader; ///< who works here; shown to whoever finds the project open
    IfMissing ifMissing = IfMissing::Fail;
    Access access = Access::Write;
    Journal journal = Journal::ByDrive;
};

/// Who has the project open for writing.
struct Holder {
    std::string reader, host;
    std::int64_t pid = 0, sinceMs = 0;
    friend bool operator==(const Holder &, const Holder &) = default;
};

struct CaseRow {
    std::string id, name;
    std::string json;           ///< the caller's own
    std::int64_t updatedMs = 0; ///< set by putCase
    friend bool operator==(const CaseRow &, const CaseRow &) = default;
};

enum class SeriesForm { File, Folder }; ///< a folder's files, not those in folders below, such as a DICOM series

/// An image that a case was read from, and how to know it again.
struct Series {
    std::string sequence; ///< "T1", "T1CE" … as the caller names them
    SeriesForm form = SeriesForm::File;
    std::filesystem::path relative; ///< from the project's folder; empty where there is no way
    std::filesystem::path absolute;
    std::string sha256;          ///< of the file; of a folder: over names, sizes and hashes of its files
    std::int64_t bytes = 0;      ///< of the file, or of all of the folder's
    std::int64_t modifiedNs = 0; ///< the file's own clock, newest of a folder's; only ever compared for equality
    friend bool operator==(const Series &, const Series &) = default;
};

enum class SeriesState {
    AsRecorded, ///< at its relative or absolute path, with the recorded content
    Moved,      ///< elsewhere, found by its hash
    Changed,    ///< present, but with another content: not to be used without asking
    Missing
};
enum class FoundBy { Nothing, RelativePath, AbsolutePath, Hash };
struct LocatedSeries {
    SeriesState state = SeriesState::Missing;
    FoundBy by = FoundBy::Nothing;
    std::filesystem::path path; ///< empty when missing
    Series refreshed;           ///< the row to put next, with today's paths and time; as given when Changed or Missing
    std::string sentence;       ///< how it was found, or what is wrong and what to do
};

enum class MaskKind { Model, Mine, Reader, Import };

struct MaskRow {
    std::string id, caseId, name;
    MaskKind kind = MaskKind::Mine;
    std::string schemeId, reader;
    Geometry geometry;
    std::int64_t madeMs = 0; ///< 0: now
};

/// One act on a mask. What it changed lies in its StepBlobs.
struct Step {
    int number = 0; ///< 1..n in order. In append: the number expected, or 0 for the next
    std::string id; ///< of this step alone, so that writing it twice writes it once; empty: made by append
    std::string act;
    Label label = 0;
    double sizeMm = 0;
    std::string text, reader;
    std::int64_t madeMs = 0; ///< 0: now
    std::int64_t changedVoxels = 0;
    double changeMl = 0;
    VoxelBox box;
    std::string stateJson; ///< change of state, the caller's own
    friend bool operator==(const Step &, const Step &) = default;
};

/// Opaque bytes: LabelDelta::encoded() of the labels and of where each voxel came from.
struct StepBlobs {
    std::string labels, provenance;
    friend bool operator==(const StepBlobs &, const StepBlobs &) = default;
};

struct SnapshotBlock {
    int map = 0; ///< 0 labels, 1 provenance
    std::int64_t block = 0;
    std::string bytes;
    friend bool operator==(const SnapshotBlock &, const SnapshotBlock &) = default;
};
/// A mask as it was after step `position`.
struct Snapshot {
    int position = 0;
    std::vector<SnapshotBlock> blocks;
};

struct ReaderRow {
    std::string name;
    std::int64_t firstMs = 0, lastMs = 0; ///< opened the project for writing
};

/// What a copy of a damaged project could not take along.
struct CopyReport {
    std::int64_t rowsLost = 0;       ///< at least this many; 0: everything is there
    std::vector<std::string> tables; ///< that have lost some
};

} // namespace glio::project
