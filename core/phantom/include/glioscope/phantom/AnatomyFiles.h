#pragma once
#include "glioscope/phantom/Phantom.h"

#include <filesystem>

namespace glio::phantom {

/// Colin27 from a folder that holds `ch2.nii.gz` and `ch2bet.nii.gz` (Debian: mricron-data). Errors: Io,
/// InvalidArgument.
Result<AnatomyPointer> readColin27(const std::filesystem::path &folder);
/// The first of the usual folders that has both files; empty when none has.
std::filesystem::path findColin27();

/// Every anatomy in `folder`: Colin27 as above, or subfolders and files as real backgrounds (t1/t1c/t2/flair.nii.gz)
/// and tissue maps (a name with "tissue", values 0..3). `seed` names the procedural heads used when there is nothing
/// else.
Result<std::vector<AnatomyPointer>> readAnatomies(const std::filesystem::path &folder);

/// Label maps of a folder (searched through) as shapes in brats-ped-2024. Errors: Io, InvalidArgument (no label map, or
/// one whose scheme cannot be known).
Result<std::vector<Shape>> readShapes(const std::filesystem::path &folder);

/// Writes FOLDER/GlioPhantom-NNNNN-000/GlioPhantom-NNNNN-000-{t1n,t1c,t2w,t2f,seg}.nii.gz. Errors: Io, DiskFull.
Result<std::filesystem::path> writeCase(const PhantomCase &phantom, const std::filesystem::path &folder, int number);

} // namespace glio::phantom
