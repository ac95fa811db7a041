#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/io/CaseFiles.h"
#include "glioscope/volume/Volume.h"

#include <array>
#include <optional>

namespace glio::io {

/// Patients that exist only as numbered colour slices with a black-and-white mask beside each, as the TCGA low-grade
/// gliomas of Buda et al. 2019 are published: FOLDER/PATIENT/PATIENT_N.tif, channels pre-contrast T1, FLAIR,
/// post-contrast T1, and PATIENT_N_mask.tif. No spacing is stored.
struct SliceStackOptions {
    double inPlaneMm = 1.0;     ///< pixel size
    double heightMm = 140;      ///< what all slices of a patient cover together, from which their distance follows
    double sameChannelGrey = 2; ///< mean difference (of 255) below which a channel is a copy of FLAIR, thus missing
};

struct StackedCase {
    std::string name;
    std::array<std::optional<ImageVolume>, 4> sequences; ///< in the order of kModelSequences; T2 is never there
    LabelVolume mask;                                    ///< scheme lgg
    std::vector<std::int64_t> slices;                    ///< the numbers in the file names, ascending
};

/// One patient's folder. Rows run from front to back, slices from feet to head; left and right are not known (the first
/// column is taken as the patient's right). Errors: Io (no slices, a mask missing, a damaged picture), InvalidArgument
/// (sizes differ, a gap in the numbers, not colour).
Result<StackedCase> stackSlices(const std::filesystem::path &folder, const SliceStackOptions &options = {});

/// Folders below `root` that hold such slices, by name.
std::vector<std::filesystem::path> findSliceFolders(const std::filesystem::path &root);

/// OUT/NAME/NAME-{t1n,t1c,t2f,seg}.nii.gz. Errors: Io, DiskFull.
Result<std::filesystem::path> writeStackedCase(const StackedCase &stacked, const std::filesystem::path &out);

} // namespace glio::io
