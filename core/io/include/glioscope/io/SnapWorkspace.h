#pragma once
#include "glioscope/io/LabelFile.h"

#include <filesystem>
#include <string>
#include <vector>

namespace glio::io {

enum class SnapRole { Main, Overlay, Segmentation, Other };

/// One image of an ITK-SNAP workspace.
struct SnapLayer {
    std::filesystem::path path; ///< where the file is, or was looked for when it is missing
    SnapRole role = SnapRole::Other;
    std::string roleText; ///< as written
    std::string nickname;
    std::vector<std::string> tags;
    bool found = false;
    bool moved = false; ///< found beside the workspace, not at the path that was written
    std::string remark; ///< a sentence when the file is missing
};

struct SnapWorkspace {
    std::vector<SnapLayer> layers;      ///< in the workspace's order
    std::vector<LabelFileEntry> labels; ///< the label table; empty when there is none
    std::vector<std::string> remarks;   ///< sentences: entries of the table that were left out
};

/// Reads a workspace (.itksnap, field.md 3.8); nothing else is opened. A moved project is found as ITK-SNAP does it:
/// each path is taken relative to the folder that the workspace was saved in and looked for from the folder where it
/// is now; when nothing is there, the written path stands. Windows' paths are understood. Thread: any.
/// Errors: Io (missing, over 16 MB, no registry, damaged: with the line), InvalidArgument (a registry without layers).
Result<SnapWorkspace> readSnapWorkspace(const std::filesystem::path &path);

} // namespace glio::io
