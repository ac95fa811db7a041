#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/data/CaseStore.h"

namespace glio::data {

/// The patient behind a case's name, in capitals with hyphens: "BraTS-PED-00021-001" -> "BRATS-PED-00021",
/// "TCGA_DU_7294_19890104" -> "TCGA-DU-7294"; any other name stands for itself.
std::string patientOf(const std::string &caseName);

/// Two cases that must not lie on both sides of a split.
struct Leak {
    std::string first, second; ///< names of the cases
    bool samePatient = false;  ///< by name
    bool sameVoxels = false;   ///< an image or a mask of both holds the same values, whatever the files are called
    std::string sentence() const;
};

/// Every pair out of `one` and `other` that shows the same patient or the same voxels. Reads all files once.
/// Errors: those of the readers; Cancelled.
Result<std::vector<Leak>> findLeaks(std::span<const CaseEntry> one, std::span<const CaseEntry> other,
                                    const ProgressSink &progress = {});

/// InvalidArgument with the names of the first pairs when there are any leaks; what the two sides are called goes into
/// the sentence: "training", "validation".
Result<void> refuseLeaks(std::span<const CaseEntry> one, const std::string &oneSide, std::span<const CaseEntry> other,
                         const std::string &otherSide, const ProgressSink &progress = {});

} // namespace glio::data
