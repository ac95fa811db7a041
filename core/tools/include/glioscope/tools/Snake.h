#pragma once
#include "glioscope/tools/Images.h"
#include "glioscope/tools/Patch.h"

#include <memory>
#include <span>
#include <vector>

namespace glio::tools {

struct RegionPair;

/// What tells a snake where to go, as a speed s(x) in [-1, 1] (outwards above 0).
enum class SnakeDriver {
    Edges,       ///< s = 0: only its own expansion moves it, until edges stop it (geodesic active contour)
    Regions,     ///< s from how much more likely a voxel is in the shape than beside it, over all sequences together
    Probability, ///< s = 2 p - 1 of the model
    Range        ///< s above 0 between two intensities of the first sequence
};

struct SnakeBubble {
    PointMm centre;
    double radiusMm = 4;
};

struct SnakeSource {
    SnakeDriver driver = SnakeDriver::Regions;
    std::vector<WeightedImage> images; ///< up to four; Edges, Regions and Range need one at least
    /// round(255 p) of what is looked for, on the mask's grid; for Probability.
    const Volume<std::uint8_t> *probability = nullptr;
    double low = 0, high = 0; ///< for Range
};

struct SnakeForces {
    double expansion = 0;    ///< -1..1, times g(x): a balloon; below 0 it shrinks
    double smoothnessMm = 1; ///< 0..3: speed inwards per curvature, so details below about this radius go
    double edges = 0.5;      ///< 0..2: pull into edges
};

/// A surface that moves over the image until it fits: the zero level of phi (mm, below 0 inside), stepped by
///   phi_t = -(s + expansion g) |grad phi| + smoothness kappa |grad phi| + edges (k grad g) . grad phi,
/// s the source's speed, g = 1 / (1 + (|grad I| / c)^2) with c the 80th percentile of the gradient, k = 2 mm, kappa the
/// mean curvature (1/mm). Sources: geodesic active contours, Caselles, Kimmel, Sapiro 1997; region competition, Zhu and
/// Yuille 1996 (both regions' means and covariances are estimated anew as it moves); user-guided 3D snakes, Yushkevich
/// et al. 2006. Upwind in a narrow band, its distances made anew by fast marching (Sethian 1996).
/// Works on a crop round the start; its faces hold it. All in mm, so right on anisotropic and turned grids.
/// Thread: one at a time, any. Cost: the surface; under 10 ms a step for a tumour of 40 mm at 1 mm on 2 cores.
class Snake {
public:
    /// Starts from the voxels of `label` (0: none) together with the bubbles; `reachMm` is how far it may go from
    /// there. The images are read now and need not outlive the call.
    /// Errors: InvalidArgument (nothing to start from, a bubble outside the mask or of no radius, no image or
    /// probability for the driver, low not below high, a crop over 16 million voxels).
    static Result<Snake> make(const LabelMap &map, Label label, std::span<const SnakeBubble> bubbles,
                              const SnakeSource &source, double reachMm = 25);

    void setForces(const SnakeForces &forces) { m_forces = forces; }
    /// Moves on by `steps` time steps, each at most about half a voxel.
    void step(int steps = 1);
    int steps() const { return m_steps; }
    /// The last steps changed next to nothing, or nothing is left of it.
    bool atRest() const { return m_atRest; }
    Selection shape() const; ///< the voxels inside now; an empty box when nothing is left
    double volumeMl() const;

private:
    Snake() = default;
    void redistance();
    void oneStep();
    void estimateRegions();
    float forceAt(std::size_t at) const;
    VoxelBox m_box;
    Spacing3 m_spacing{1, 1, 1};
    double m_voxelMm3 = 1, m_bandMm = 4;
    SnakeDriver m_driver = SnakeDriver::Regions;
    SnakeForces m_forces;
    std::vector<std::vector<float>> m_channels;  ///< [sequence][voxel], finite; for Regions alone
    std::vector<double> m_least;                 ///< of each sequence: no region varies less
    std::shared_ptr<const RegionPair> m_regions; ///< as last estimated
    std::vector<float> m_phi, m_speed, m_stop;   ///< phi, s in the band, g
    std::vector<std::uint32_t> m_band;           ///< voxels in which phi moves
    std::vector<float> m_next;                   ///< phi of the band's voxels after a step
    int m_steps = 0;
    std::int64_t m_inside = 0, m_insideBefore = 0; ///< voxels inside now; when the rest was last asked for
    double m_movedMm = 0;                          ///< since the distances were made
    bool m_atRest = false;
};

} // namespace glio::tools
