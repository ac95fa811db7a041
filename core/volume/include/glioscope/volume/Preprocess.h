#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/base/Progress.h"
#include "glioscope/volume/Sequence.h"
#include "glioscope/volume/Volume.h"

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace glio {

// What lies between files and a net, the same for training and inference: head foreground, robust normalisation inside
// it, one upright grid at the model's spacing, and the way back. Every function is deterministic and may run on any
// thread.

/// 1 where the head (or the stripped brain) is, 0 in the background, holes filled, on the image's grid.
/// A constant background (0, or a negative value in z-scored files) is left out exactly; noisy air is cut at a tenth of
/// the way to the 99th percentile. NaN and infinities are background. A constant image gives an empty mask.
LabelVolume foreground(const ImageVolume &image);

/// (x - median) / (p90 - p10) * 2.56 over the foreground, clipped to -5..6.
struct Normalisation {
    float median = 0, scale = 1; ///< scale = 2.56 / (p90 - p10); 0 when the foreground is empty or constant
};
Normalisation normalisationOf(std::span<const float> voxels, std::span<const std::uint8_t> mask);
/// In place; outside the mask, and where a value is not finite, 0. Sizes must agree.
void applyNormalisation(std::span<float> voxels, std::span<const std::uint8_t> mask,
                        const Normalisation &normalisation);
/// Both at once: what training calls on a window's source and inference on a case.
Normalisation normalise(std::span<float> voxels, std::span<const std::uint8_t> mask);

/// Smallest box that holds every voxel that is not 0; size 0 when there is none.
struct Box3 {
    Index3 start{0, 0, 0};
    Size3 size{0, 0, 0};
    bool empty() const { return size[0] <= 0 || size[1] <= 0 || size[2] <= 0; }
};
Box3 boundingBox(const LabelVolume &mask);

/// The upright grid over `reference`'s box at `spacing`: voxel axes are the reference's own, permuted and turned so
/// that i, j, k run nearest to L, P, S; a sheared direction is made orthonormal. Errors: Geometry.
Result<Geometry> workingGrid(const Geometry &reference, Spacing3 spacing);

struct PrepareOptions {
    double marginMm = 6;                  ///< kept around the foreground when cropping
    bool crop = true;                     ///< false: the whole working grid of the reference
    std::optional<LabelVolume> brainMask; ///< when given, the foreground is this mask (any grid)
    ProgressSink progress;
};

/// What a net reads. Memory order equals a contiguous float32 tensor (C, D, H, W) with D = k, H = j, W = i.
struct ModelInputs {
    std::vector<float> channels; ///< C * grid.voxelCount(); a missing sequence is all 0
    int channelCount = 0;        ///< C = order.size()
    Geometry grid;
    LabelVolume foreground;    ///< on `grid`; union of the sequences' foregrounds
    std::vector<bool> present; ///< by channel
    std::vector<Normalisation> normalisations;

    std::span<float> channel(int c)
    {
        return {channels.data() + std::size_t(c) * std::size_t(grid.voxelCount()), std::size_t(grid.voxelCount())};
    }
    std::span<const float> channel(int c) const
    {
        return {channels.data() + std::size_t(c) * std::size_t(grid.voxelCount()), std::size_t(grid.voxelCount())};
    }
};

/// Brings sequences (possibly on different grids) onto one upright grid at `spacing`, antialiased along axes where that
/// is coarser, normalised inside the common foreground. The reference grid is that of the sequence with the smallest
/// voxels. `order`: the model's inputs; sequences that it does not name are ignored, of two with the same name the
/// first counts. Errors: InvalidArgument (no named sequence, spacing not above 0, nothing but background), Geometry,
/// Cancelled.
Result<ModelInputs> prepareInputs(std::span<const std::pair<Sequence, ImageVolume>> sequences,
                                  std::span<const Sequence> order, Spacing3 spacing,
                                  const PrepareOptions &options = {});

/// Way back: values on the working grid (C, D, H, W) linearly interpolated on `target`; 0 outside the working grid.
/// Result (C, target D, H, W). Multi-threaded. Errors: InvalidArgument (sizes), Cancelled.
Result<std::vector<float>> backToGrid(std::span<const float> values, int channelCount, const Geometry &working,
                                      const Geometry &target, const ProgressSink &progress = {});
/// The same for probabilities 0..1, quantised by round(255 p), one volume a channel: a quarter of the memory.
Result<std::vector<Volume<std::uint8_t>>> backToGridBytes(std::span<const float> values, int channelCount,
                                                          const Geometry &working, const Geometry &target,
                                                          const ProgressSink &progress = {});

} // namespace glio
