#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/volume/Volume.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glio::phantom {

/// One voxel of a head: what every contrast is made from.
/// `t1` is a T1-like signal with white matter = 16384 (so 4.0 is the most); the others are fractions, 255 = all.
/// `brain` holds its own fluid; `fluid` is outside it (eyes, fluid beyond a tight brain mask); what is left is air.
/// `vessel` is how much of a voxel lights up with contrast medium in a healthy head: veins, sinuses, dura, choroid
/// plexus.
struct AnatomyVoxel {
    std::uint16_t t1 = 0;
    std::uint8_t brain = 0, bone = 0, soft = 0, fat = 0, fluid = 0, vessel = 0;
};
inline constexpr float kWhiteMatterCode = 16384.0f;

/// Mean T1 of cerebrospinal fluid and grey matter inside the brain, white matter = 1.
struct TissueLevels {
    float csf = 0.3f, grey = 0.72f;
};

/// A tumour-free head to put phantom tumours into. Immutable and safe to share between threads: coarser copies are made
/// on first use and kept. World: LPS mm; every anatomy is turned so that its axes are L, P, S.
class Anatomy {
public:
    /// A head on one grid, optionally with four real sequences (T1, T1c, T2, FLAIR; white matter = 1, an empty one is
    /// absent).
    struct Level {
        Geometry geometry;
        std::vector<AnatomyVoxel> voxels;
        std::array<std::vector<std::uint16_t>, 4> sequences; ///< coded as AnatomyVoxel::t1
    };

    Anatomy(std::string name, Level finest, TissueLevels levels, bool hasHead);
    ~Anatomy();
    Anatomy(const Anatomy &) = delete;
    Anatomy &operator=(const Anatomy &) = delete;

    const std::string &name() const;
    TissueLevels tissueLevels() const;
    bool hasHead() const;          ///< skull and scalp are there, not only the brain
    bool hasSequence(int s) const; ///< a real image of kModelSequences[s]
    /// Box of the brain in LPS mm: where fractions of the brain such as "pons" are measured from.
    PointMm brainLow() const;
    PointMm brainHigh() const;
    /// A point at shares (0..1) of the brain's box along L, P, S: {0.5, 0.6, 0.15} is near the pons.
    PointMm atShare(double l, double p, double s) const;

    /// The copy whose voxels are about `spacingMm` (never finer than the finest); made once. Thread: any.
    const Level &level(double spacingMm) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};
using AnatomyPointer = std::shared_ptr<const Anatomy>;

/// A head from formulas and noise alone: scalp, skull, cerebrospinal fluid, folded cortex, white matter, ventricles,
/// deep grey matter, cerebellum, brain stem, eyes. Another `seed` is another person. `spacingMm` 1..4.
AnatomyPointer proceduralAnatomy(std::uint64_t seed, double spacingMm = 1.0);

/// From a T1 image: tissue classes by a Gaussian mixture inside `brain` (a mask on any grid), head classes by intensity
/// and depth below the skin when `image` shows the head. Errors: InvalidArgument (empty mask, no contrast).
Result<AnatomyPointer> anatomyFromT1(const std::string &name, const ImageVolume &image, const LabelVolume &brain,
                                     bool imageShowsHead);

/// From a map of tissue classes (0 outside, 1 fluid, 2 grey, 3 white). Errors: InvalidArgument.
Result<AnatomyPointer> anatomyFromTissue(const std::string &name, const LabelVolume &tissue);

/// From real sequences of one head (stripped or with skull; T1 is needed, the rest optional; grids may differ), of a
/// person without a tumour. Errors: InvalidArgument (no T1, nothing but background).
Result<AnatomyPointer> anatomyFromSequences(const std::string &name,
                                            const std::array<std::optional<ImageVolume>, 4> &sequences);

} // namespace glio::phantom
