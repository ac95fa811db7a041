#pragma once
#include "TumourPlan.h"

#include <span>
#include <vector>

namespace glio::phantom {

/// Mass effect of one focus: what lies at p came from `source(p)`, so anatomy is pressed outward around the centre.
/// A negative amount pulls inward (used for wide ventricles).
struct Push {
    PointMm centre;
    double amount = 0, sigmaMm = 20;
};
PointMm pushedSource(std::span<const Push> pushes, PointMm p);

/// Fractions of one focus on a grid of its own, in the anatomy's frame after mass effect.
struct TumourMap {
    /// Fractions sum to at most 1; the rest is anatomy. `fade` is how strong the oedema is; `texture` four noise
    /// fields.
    struct Voxel {
        float enhancing = 0, solid = 0, necrosis = 0, cyst = 0, oedema = 0, fade = 0;
        std::array<float, 4> texture{};
        float sum() const { return enhancing + solid + necrosis + cyst + oedema; }
    };
    PointMm low;
    Size3 size{1, 1, 1};
    double pitchMm = 1;
    std::vector<Voxel> voxels;
    TumourLook look;

    /// Trilinear; false (and untouched `out`) outside or where there is nothing.
    bool at(const PointMm &p, Voxel &out) const;
};

/// Mass effect that belongs to a plan.
Push pushOf(const TumourPlan &plan);

/// Grows (or places) the plan's tumour in the anatomy. `spacingMm` is the target's: the map's own grid is finer.
TumourMap growTumour(CounterRandom &random, const Anatomy &anatomy, const TumourPlan &plan,
                     std::span<const Push> pushes, double spacingMm);

} // namespace glio::phantom
