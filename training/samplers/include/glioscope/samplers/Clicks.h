#pragma once
#include "glioscope/base/Random.h"
#include "glioscope/volume/Geometry.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace glio::samplers {

/// A reader's next click on a mask that is wrong somewhere.
struct SimulatedClick {
    Index3 voxel{};
    std::uint8_t label = 0;         ///< 1..4
    bool belongs = true;            ///< false: the label does not belong there
    std::vector<std::uint8_t> part; ///< size voxels: 1 where the connected error lies that was clicked
};

struct ClickOptions {
    double wholeTumour = 0.5, core = 0.3; ///< how often a click asks for these regions; else for one label
    double deepest = 0.5; ///< share of clicks at the error's deepest voxel; else drawn by exp(depth) - 1
    double largest = 0.5; ///< share of clicks into the largest error; else an error drawn by its volume
};

/// Finds what lacks and what is too much of a region (whole tumour, core, one label) in `answer`, chooses one connected
/// error, and clicks inside: what lacks with the true label there (tumour without a name: 4), what is too much with the
/// label that does not belong. `truth` (0..4, or 5) and `answer` (0..4): size voxels, i fastest. Depth is the distance
/// to the error's edge in voxels (exact), so narrow errors are clicked in their middle. Nothing when nothing is wrong.
/// Thread: any; a function of its arguments and of `random`'s key.
std::optional<SimulatedClick> nextClick(std::span<const std::uint8_t> truth, std::span<const std::uint8_t> answer,
                                        const Size3 &size, const ClickOptions &options, CounterRandom &random);

/// A mask with the errors that masks have: the truth bent by a smooth field (up to `mostShift` voxels), a part missing
/// (half the time), an island too much inside the head (half the time), a label taken for another (one in four).
/// Unnamed tumour becomes 4. `head`: size voxels, 0 outside.
std::vector<std::uint8_t> spoiledMask(std::span<const std::uint8_t> truth, std::span<const float> head,
                                      const Size3 &size, double mostShift, CounterRandom &random);

} // namespace glio::samplers
