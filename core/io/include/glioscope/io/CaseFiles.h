#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/volume/Sequence.h"

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace glio::io {

/// What a file's name (and a sidecar JSON beside it) says that it shows. Always changeable by the user.
struct SequenceGuess {
    Sequence sequence = Sequence::Other;
    std::string reason;   ///< an English sentence: "The name ends in -t1c, as BraTS 2023 and later writes it."
    bool certain = false; ///< a naming that has one meaning; false means: ask or show the reason
    bool isMask = false;  ///< the name says that it is a segmentation; `sequence` is then Other
};

/// Looks at the name from its end, then at its folder's, then at `NAME.json` beside it (BIDS: SeriesDescription,
/// ProtocolName, ContrastBolusAgent). Knows BraTS naming of all years (algorithms.md B.2). Thread: any; reads at most
/// the sidecar, up to 1 MB.
SequenceGuess guessSequence(const std::filesystem::path &path);
/// The same from a free text, such as a DICOM SeriesDescription.
SequenceGuess guessSequenceFromText(std::string_view text);

/// The files of one patient at one time.
struct CaseFiles {
    std::string name; ///< what the files' names have in common, else the folder's
    std::filesystem::path folder;
    std::map<Sequence, std::filesystem::path> sequences; ///< at most one file each; never Other
    std::map<Sequence, SequenceGuess> guesses;           ///< why
    std::optional<std::filesystem::path> mask;
    std::vector<std::filesystem::path> others; ///< images that got no place (second T1, brain masks …)
    std::optional<std::filesystem::path> file(Sequence sequence) const;
};

/// Names of files that can hold an image: .nii .nii.gz .hdr .img(.gz) .nrrd .nhdr .mha .mhd .
bool hasImageName(const std::filesystem::path &path);

/// One case from a list of files. Of two files for one sequence the surer guess wins, then the shorter name.
CaseFiles sortCase(std::span<const std::filesystem::path> files);

/// The case that lies in a folder (its own files, not those of folders below). Errors: Io when the folder cannot be
/// read; InvalidArgument when no file in it looks like a sequence (the sentence says what was looked for).
Result<CaseFiles> findCase(const std::filesystem::path &folder);

/// Every folder at or below `root` that holds a case, sorted by name; depth at most 4. For training and evaluation.
Result<std::vector<CaseFiles>> findCases(const std::filesystem::path &root);

} // namespace glio::io
