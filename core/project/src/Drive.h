#pragma once
#include "glioscope/project/ProjectTypes.h"

namespace glio::project {

/// Whether SQLite's write-ahead log works on a file system with this `statfs` f_type: it needs memory that all users
/// of the file share, which network and FUSE drives do not give.
Journal journalForFileSystem(std::uint32_t type);

/// For the drive that `folder` lies on; what cannot be asked counts as a network drive.
Journal journalForFolder(const std::filesystem::path &folder);

/// Flushes a folder's own entries to the disk, so that a new file's name survives a power cut.
void syncFolder(const std::filesystem::path &folder);

} // namespace glio::project
