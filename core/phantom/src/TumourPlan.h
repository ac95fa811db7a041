#pragma once
#include "glioscope/base/Random.h"
#include "glioscope/phantom/Phantom.h"

#include <string>

namespace glio::phantom {

/// Signal of each tissue relative to white matter = 1, by sequence (T1, T1c, T2, FLAIR).
using Signals = std::array<float, 4>;

struct TumourLook {
    Signals oedema, solid, necrosis, cyst, enhancing;
    float oedemaKeep = 0.15f;                    ///< share of the anatomy that shows through oedema
    float solidKeep = 0;                         ///< the same through infiltrating solid tumour
    std::array<std::array<float, 4>, 4> texture; ///< [sequence][noise field] relative deviation
    float softnessVoxels = 0.5f;
};

/// One focus: where, how large, what of.
struct TumourPlan {
    std::string kind;
    PointMm centre;            ///< LPS mm, in the anatomy's frame
    double coreMl = 10;        ///< ET + NET + CC
    double oedemaRatio = 0;    ///< oedema volume / core volume
    double enhancingShare = 0; ///< of the core, after cysts
    double cystShare = 0;      ///< of the core
    double necrosisShare = 0;  ///< of what is neither cyst nor enhancing (labelled NET)
    double rim = 0.5, nodule = 0.5,
           mural = 0;                       ///< what the enhancing part likes: a shell, islands, one nodule at the wall
    double rimDepthMm = 1;                  ///< how far under the surface the shell lies
    double roughness = 0.5;                 ///< deviation of log speed of growth: 0 round, 0.8 ragged
    double greySpeed = 0.8, csfSpeed = 0.3; ///< growth relative to white matter
    int seeds = 1;                          ///< lobes it grows from
    double push = 0.2;                      ///< mass effect, 0..0.45
    const Shape *shape = nullptr;           ///< a real label map instead of growth
    bool ownPlace = false;                  ///< the shape lies where it was found, so it is turned but a little
    bool mirrored = false;                  ///< left to right, for shapes
    TumourLook look;
};

/// Draws the tumours of one case: none, one, or several foci.
std::vector<TumourPlan> planTumours(CounterRandom &random, const Anatomy &anatomy, const PhantomOptions &options);

/// Signals by the ranges of the study, bound together by one "wetness".
TumourLook drawLook(CounterRandom &random, bool calm, bool paediatric);

} // namespace glio::phantom
