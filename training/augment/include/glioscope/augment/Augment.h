#pragma once
#include "glioscope/base/Random.h"
#include "glioscope/volume/Volume.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace glio::augment {

inline constexpr std::size_t kSequences = 4; ///< T1, T1c, T2, FLAIR, in this order

/// What a net sees of one case: window voxels of each sequence, sequence after sequence, each (k, j, i) with i fastest,
/// and the labels on the same window. A sequence that is not there is all 0; so is everything outside the head.
struct Sample {
    Size3 window{};
    Spacing3 spacingMm{};
    std::vector<float> image;         ///< kSequences * window voxels, normalised
    std::vector<std::uint8_t> labels; ///< window voxels, brats-ped-2024
    std::array<bool, kSequences> present{};

    std::size_t voxels() const { return labels.size(); }
    std::span<float> sequence(std::size_t s) { return std::span(image).subspan(s * voxels(), voxels()); }
    std::span<const float> sequence(std::size_t s) const { return std::span(image).subspan(s * voxels(), voxels()); }
};

/// A change of place, drawn for one sample. Turns and stretches about the window's centre.
struct SpatialOptions {
    double flip = 0.5;            ///< probability, left-right
    double flipOther = 0.0;       ///< probability for each of the two other axes
    double probability = 0.8;     ///< of turning, stretching and shearing at all
    double rotationDegrees = 15;  ///< +-, each axis
    double logScale = 0.13;       ///< +-, each axis
    double logScaleCommon = 0.08; ///< +-, all axes together
    double shear = 0.06;          ///< +-
};

/// Changes of what the scanner gave, drawn for each sequence. In normalised units (deviation about 1).
struct IntensityOptions {
    double bias = 0.18;        ///< deviation of the logarithm of the field, at most
    double blur = 0.35;        ///< probability; sigma 0.3-0.9 voxels
    double thickSlices = 0.35; ///< probability; 2.5-6.5 mm, mostly axial, half the time all sequences alike
    double shift = 0.12;       ///< probability of a shift by one voxel along one axis
    double noise = 0.7;        ///< probability; deviation up to 0.18
    double gamma = 0.15;       ///< probability; exponent 0.8-1.25
    double contrastLow = 0.8, contrastHigh = 1.3; ///< multiplied
    double brightness = 0.2;                      ///< deviation of what is added
};

/// Sequences taken away, so that nets learn to do without. FLAIR or T2 always stays when the case has one of them.
struct DropOptions {
    double onlyT1cAndFlair = 0.12;
    double noT2 = 0.05;
    double noT1NoT2 = 0.10;
    double each = 0.15;
};

struct AugmentOptions {
    std::string kind = "glioscope"; ///< "glioscope" (`spatial`, `intensity`) or "nnunet" (nnU-Net's own numbers)
    SpatialOptions spatial;
    IntensityOptions intensity;
    DropOptions drop;
};

/// The window that starts at `start` (it may reach outside: 0 there) out of a case, turned and stretched; images
/// linear, labels nearest. `images` are four normalised volumes on the grid of `labels`. Thread: any; a function of its
/// arguments and of `random`'s key.
Sample cut(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
           const LabelVolume &labels, const Index3 &start, const Size3 &window, const SpatialOptions &options,
           CounterRandom &random);
/// The same without any change of place.
Sample cut(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
           const LabelVolume &labels, const Index3 &start, const Size3 &window);

/// Changes each present sequence inside the head (where it is not 0); what is outside stays 0.
void degrade(Sample &sample, const IntensityOptions &options, CounterRandom &random);

/// Takes sequences away by `options`; says which remain in `sample.present`.
void dropSequences(Sample &sample, const DropOptions &options, CounterRandom &random);

/// nnU-Net's set (3D default trainer): rotation, scaling, mirroring, noise, blur, brightness, contrast, lower
/// resolution, inverted gamma, gamma, with its probabilities and ranges. Labels by the larger share of the eight voxels
/// around; what lies outside the head stays 0, as nnU-Net does where it normalised inside a mask.
Sample nnUnetCut(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
                 const LabelVolume &labels, const Index3 &start, const Size3 &window, CounterRandom &random);
void nnUnetDegrade(Sample &sample, CounterRandom &random);

/// A training sample: cut, changed as `options.kind` says, some sequences dropped. Thread: any; a function of its
/// arguments and of `random`'s key.
Sample augmented(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
                 const LabelVolume &labels, const Index3 &start, const Size3 &window, const AugmentOptions &options,
                 CounterRandom &random);

} // namespace glio::augment
