#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/base/Progress.h"
#include "glioscope/volume/Geometry.h"

#include <cstdint>
#include <vector>

namespace glio::tools {

/// What a walker walks on: one grid of the pyramid. All arrays i fastest.
struct WalkerGrid {
    static constexpr std::uint8_t kFree = 255;
    Size3 size{};
    Spacing3 spacing{};
    std::vector<std::vector<float>> channels; ///< [sequence][voxel]; finite
    std::vector<std::vector<float>> priors;   ///< [label number][voxel], 0..1, or none
    std::vector<std::uint8_t> seed;           ///< label number, or kFree

    std::size_t count() const { return seed.size(); }
    /// Half as fine along the axes whose voxels are not much longer than the shortest; false when it is small already.
    bool halved(WalkerGrid &out, std::array<int, 3> &factor) const;
};

/// The Laplacian of a grid plus the priors' pull, and its solution by conjugate gradients with the diagonal as
/// preconditioner. Matrix-free: three weights a voxel instead of a sparse matrix, which is a third of the memory
/// traffic of one and runs on all threads.
class WalkerSystem {
public:
    /// `channelWeights` add up to 1.
    WalkerSystem(const WalkerGrid &grid, const std::vector<double> &channelWeights, double edges, double priorWeight);

    /// Probability of label number `label`, starting from `x`; seeds are set. Errors: Cancelled.
    Result<void> solve(std::size_t label, std::vector<float> &x, double tolerance, int mostSteps,
                       const ProgressSink &progress) const;

private:
    template <class Body> void slabs(Body body) const;
    template <class Body> double sumOverSlabs(Body body) const;
    const WalkerGrid &m_grid;
    double m_priorWeight;
    std::array<std::vector<float>, 3> m_weight; ///< between a voxel and the next along each axis; 0 at the end
    std::vector<float> m_diagonal;
    std::vector<float> m_free; ///< 1 where a walker walks, 0 on a seed
};

} // namespace glio::tools
