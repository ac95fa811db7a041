#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Error.h"
#include "glioscope/volume/Volume.h"

#include <string>
#include <vector>

namespace glio::io {

// Does a mask lie on the case's grid, and if not, how does it differ? Nothing here changes a mask unasked: the window
// shows the sentence and resamples when the user says so. Thread: any.

enum class GridRelation {
    Same,                ///< size, and all corners within 0.01 mm
    OtherOrder,          ///< the same voxels in the world, axes stored in another order or direction: nothing is lost
    Part,                ///< voxels coincide, one grid is a cut-out of the other or reaches beyond it
    SameBoxOtherSpacing, ///< the same box, other voxels
    Shifted,             ///< the same grid, moved by `shiftMm`
    Rotated,             ///< the same grid, turned by `degrees`
    Mirrored,            ///< the same grid, its world mirrored at `mirroredAxes`: left and right may be exchanged
    Elsewhere            ///< none of these; `overlap` says how much of the mask's box lies in the image's
};

struct GridComparison {
    GridRelation relation = GridRelation::Same;
    double shiftMm = 0;                 ///< between the boxes' centres
    double degrees = 0;                 ///< between the axes, 0..180, stored order left out
    std::array<bool, 3> mirroredAxes{}; ///< left-right, front-back, foot-head
    double overlap = 1;                 ///< share of the mask's box inside the image's, 0..1; sampled at 32^3 points
    std::string sentence;               ///< for the clinician: what it is and what to do
};
GridComparison compareGrids(const Geometry &mask, const Geometry &image);

struct LabelKept {
    Label label = 0;
    double beforeMm3 = 0, afterMm3 = 0;
    double share = 0; ///< of the label's voxels, those at whose place the new mask has the same label; 0..1
};
struct ResampledMask {
    LabelVolume labels;
    std::vector<LabelKept> kept; ///< of the labels that occur, ascending
};
/// Nearest voxel through the world, 0 outside the mask's grid. Errors: OutOfMemory.
Result<ResampledMask> resampleMaskTo(const LabelVolume &mask, const Geometry &grid);

} // namespace glio::io
