#pragma once
#include "glioscope/annotation/LabelMap.h"
#include "glioscope/annotation/LabelScheme.h"

#include <optional>
#include <string>
#include <vector>

namespace glio::metrics {

/// Connected voxels (by faces) where two masks of one case say different things.
struct Disagreement {
    int id = 0; ///< 1-based rank by volume
    VoxelBox box;
    PointMm centre; ///< the disputed voxel nearest to its centre of mass, LPS mm
    double volumeMl = 0;
    Label first = 0, second = 0; ///< what most of its voxels are in the first mask and, there, in the second
};
struct Disagreements {
    std::vector<Disagreement> list; ///< largest first, at most 255
    int smallCount = 0;             ///< the rest: below the smallest volume, or beyond 255
    double smallMl = 0;
    LabelMap map;           ///< id per voxel, 0: agreed or in the rest
    double agreedShare = 1; ///< of the voxels that either mask labels; 1 when neither does
    double disputedMl = 0;  ///< of all, the rest too
};

/// Where `first` and `second` differ. Errors: Geometry (grids differ). Thread: any. Cost: the box that holds both.
Result<Disagreements> findDisagreements(const LabelMap &first, const LabelMap &second, double smallestMl = 0.02);

/// One row of an inter-reader table: a region as two readers of one case have it.
struct ReaderPair {
    std::string caseName, firstMask, firstReader, secondMask, secondReader;
    std::string region;
    double firstMl = 0, secondMl = 0;
    std::optional<double> dice, nsd; ///< none where neither mask has the region
    std::optional<double> hd95Mm;    ///< none where one mask or both have none of it
    double agreedShare = 1;          ///< of the whole case, not of the region
};
/// Comma-separated, one header line, RFC 4180 quoting, decimal points; a value that does not exist is empty.
std::string readerTableCsv(const std::vector<ReaderPair> &rows);

} // namespace glio::metrics
