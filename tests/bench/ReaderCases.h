#pragma once
#include "SimulatedReader.h"

#include "glioscope/base/Error.h"

#include <cstdint>
#include <filesystem>

namespace glio::bench {

/// A folder with a case's sequences and its true mask, and the mask to correct.
struct CasePaths {
    std::filesystem::path folder;
    std::optional<std::filesystem::path> truth; ///< else the folder's mask
    std::filesystem::path prediction;           ///< probabilities.nii.gz beside it is read when there
    std::string scheme;                         ///< of the truth; empty: found out
};
/// Errors: Io, InvalidArgument (no mask, no scheme fits, no image), Geometry (masks on different grids).
Result<ReaderCase> readCase(const CasePaths &paths);

/// What was done to a truth to give a mask that needs correcting. Not a model: its errors are made.
struct Degrading {
    double borderMm = 4;          ///< most that smooth noise shifts the borders of tumour and core, either way
    double noiseMm = 20;          ///< from one value of the noise to the next
    double spoilShare = 0.4;      ///< radius of the false island and of the missed part, of the radius of a ball of
                                  ///< the tumour's volume; kept within 4 and 10 mm
    double islandDistanceMm = 20; ///< the island's middle lies at least so far outside the tumour, inside the brain
};
/// `truth` in brats-ped-2024; `brain`: above 0 inside. The island is core within oedema. Same seed, same mask.
LabelVolume degraded(const LabelVolume &truth, const ImageVolume &brain, std::uint64_t seed, const Degrading &how = {});

/// A procedural head of another person for every seed with a phantom tumour, cut round the tumour, and its truth
/// degraded. Errors: those of makePhantom.
Result<ReaderCase> phantomCase(std::uint64_t seed, Size3 size, double spacingMm);

} // namespace glio::bench
