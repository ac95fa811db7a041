#pragma once
#include "glioscope/tools/Images.h"
#include "glioscope/tools/Patch.h"

#include <span>
#include <vector>

namespace glio::tools {

struct LiveWireOptions {
    double reachMm = 60;  ///< how far from the anchor a path may run; 5..150
    double pixelMm = 0.6; ///< raster of the plane, 0.2..5; made coarser where the reach would need over 512 pixels
};

/// The cheapest path along edges in a plane from an anchor to wherever the pointer is: Dijkstra on pixels with the
/// costs of Mortensen and Barrett (1995), 0.43 Laplacian zero crossing + 0.14 gradient + 0.43 gradient direction, of
/// the sequence whose edge is strongest there (gradients in units of each one's 95th percentile). The plane may lie
/// anywhere: the images are read through world space. Paths are found as far as the pointer needs; what was found
/// stays. Thread: one at a time, any. Cost: some 10 ms for an anchor, under 1 ms for a move, at most some 10 ms.
class LiveWire {
public:
    /// `right` and `down`: unit vectors of the plane, at right angles; LPS mm.
    /// Errors: InvalidArgument (no image, a number out of range, no sequence has a value round the anchor).
    static Result<LiveWire> make(std::span<const WeightedImage> images, const PointMm &anchor, const PointMm &right,
                                 const PointMm &down, const LiveWireOptions &options = {});

    /// World points from the anchor to `target` (both included), some `pixelMm` apart; beyond the reach the last part
    /// is straight. `target` is taken into the plane.
    std::vector<PointMm> pathTo(const PointMm &target);
    const PointMm &anchor() const { return m_anchor; }

private:
    LiveWire() = default;
    struct Front {
        float cost;
        std::uint32_t at;
        friend bool operator<(const Front &a, const Front &b) { return a.cost > b.cost; } // the cheapest on top
    };
    PointMm toWorld(double x, double y) const;
    float stepCost(std::uint32_t from, std::uint32_t to, float lengthPixels) const;
    PointMm m_anchor, m_right, m_down;
    double m_pixelMm = 1;
    int m_side = 0;                                ///< pixels along both axes; the anchor is the middle one
    std::vector<float> m_local;                    ///< cost of a pixel, 0..0.57
    std::vector<std::array<float, 2>> m_direction; ///< of the gradient, unit or 0
    std::vector<float> m_cost;                     ///< of the path from the anchor so far
    std::vector<std::uint32_t> m_parent;
    std::vector<std::uint8_t> m_done;
    std::vector<Front> m_front; ///< a heap
};

} // namespace glio::tools
