#pragma once
#include "glioscope/base/Random.h"
#include "glioscope/volume/Volume.h"

#include <map>
#include <string>
#include <vector>

namespace glio::phantom {

/// What a scanner and a resampling to the working grid do to one ideal sequence. 0 or empty: nothing of the kind.
struct Degradation {
    double biasDeviation = 0; ///< of the log field, three cells across
    double gamma = 1;
    double blurVoxels = 0;
    double sliceMm = 0; ///< thickness; 0: as the grid
    int sliceAxis = 2;
    double slicePhase = 0; ///< 0..1 of a slice
    std::array<double, 3> shiftVoxels{0, 0, 0};
    double noise = 0;      ///< relative to the deviation inside the head
    double noiseGrain = 0; ///< sigma in voxels: noise that was resampled
    double ghost = 0;      ///< strength of the copies that movement during the scan leaves along `ghostAxis`; 0: none
    int ghostAxis = 1, ghosts = 2; ///< phase-encoding axis; copies lie at 1/ghosts of the field from each other
    double ghostPhase = 0;         ///< 0..1: where the copies stand between adding and taking away
    std::uint64_t noiseKey = 0, fieldKey = 0;
};

/// One for each of four sequences; thick slices are shared by all half of the time.
std::array<Degradation, 4> drawDegradations(CounterRandom &random, bool calm, const Spacing3 &spacing, bool withHead);

/// In place. `inside` (0..1) keeps the background of stripped images from bleeding in; with a head, noise also fills
/// the air and stays positive. Multi-threaded, deterministic.
void degrade(std::vector<float> &image, const Geometry &grid, const std::vector<float> &inside, bool withHead,
             const Degradation &how);

} // namespace glio::phantom
