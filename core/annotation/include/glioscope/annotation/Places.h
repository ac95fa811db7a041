#pragma once
#include "glioscope/annotation/Probabilities.h"
#include "glioscope/base/Progress.h"

namespace glio {

/// A doubtful place: connected voxels whose whole-tumour (or label) probability lies between the band's lines and that
/// survive an opening of 1.5 mm, so that the thin rim all round is no place.
struct Place {
    int id = 0; ///< 1-based rank by volume at stake
    Index3 start{};
    Size3 size{};               ///< box on the probabilities' grid
    PointMm centre;             ///< a voxel of the place near its centroid, LPS mm
    double volumeMl = 0;        ///< undecided volume
    double atStakeMl = 0;       ///< outer minus inner volume there
    double extentMm = 0;        ///< longest side of the box in mm
    std::string labelA, labelB; ///< ids of the two labels the model hesitates between; "" = normal tissue
    double meanProbability = 0; ///< of the region in the place
    std::string side; ///< "left", "right" or "midline" (within 5 mm of the head's middle), from geometry alone
};
struct Places {
    std::vector<Place> list; ///< by volume at stake, at most 30
    int smallCount = 0;      ///< the rest (below 0.05 ml or over 30)
    double smallMl = 0;
    Volume<std::uint8_t> map; ///< place id per voxel, 0 = none
};
struct PlaceOptions {
    double inner = 0.90, outer = 0.10; ///< band lines
    double openingMm = 1.5, longestMm = 30, smallestMl = 0.05;
    int most = 30;
};

/// ui.md 4.4. Hesitation is looked for in the whole tumour's border and between core and rest inside it.
/// Errors: InvalidArgument (empty probabilities), Cancelled. Cost: the box of undecided voxels.
Result<Places> findPlaces(const Probabilities &probabilities, const PlaceOptions &options = {},
                          const ProgressSink &progress = {});

} // namespace glio
