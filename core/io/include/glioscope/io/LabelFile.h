#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Error.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace glio::io {

// ITK-SNAP's label description files (field.md 3.7): a line a label, `IDX R G B A VIS MSH "NAME"`. Thread: any.

struct LabelFileEntry {
    int value = 0; ///< 0..65535; 0 is "Clear Label"
    Rgb colour;
    double alpha = 1; ///< 0..1; 1 is opaque, although the file's own header calls it transparency
    bool visible = true, mesh = true;
    std::string name;
    std::string region; ///< proposed id (RegionProposal.h); not in the file
};

struct LabelFile {
    std::vector<LabelFileEntry> entries; ///< in the file's order, each value once (of two lines the later one counts)
    std::vector<std::string> remarks;    ///< a sentence for each line that was left out, with its number
};

/// Lines may end in CR LF, be parted by any blanks, lack the header and the quotes; a name runs from the first quote to
/// the last. Wrong lines are left out and told. Errors: Io (missing, over 4 MB), InvalidArgument when no line is right.
Result<LabelFile> readLabelFile(const std::filesystem::path &path);
Result<LabelFile> parseLabelFile(std::string_view text, const std::filesystem::path &nameForErrors);

/// With ITK-SNAP's header; "Clear Label" is put first when `entries` has no value 0. ITK-SNAP ends a name at its first
/// quote, so quotes inside become apostrophes and line ends blanks.
std::string labelFileText(std::span<const LabelFileEntry> entries);
/// Beside and renamed over. Errors: Io, DiskFull; InvalidArgument for values, alphas outside their range or twice.
Result<void> writeLabelFile(const std::filesystem::path &path, std::span<const LabelFileEntry> entries);

/// A scheme's labels as entries.
std::vector<LabelFileEntry> labelFileEntries(const LabelScheme &scheme);

} // namespace glio::io
