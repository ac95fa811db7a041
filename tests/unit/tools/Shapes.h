#pragma once
#include "glioscope/annotation/LabelMap.h"
#include "glioscope/base/Random.h"
#include "glioscope/tools/Patch.h"

#include <numbers>

namespace shapes {

using namespace glio;

/// Anisotropic and turned about two axes.
inline Geometry oblique(Size3 size, Spacing3 spacing = {0.9, 1.1, 3.0})
{
    const double c = std::cos(0.3), s = std::sin(0.3), d = std::cos(0.2), t = std::sin(0.2);
    return *Geometry::make(size, spacing, {-40, 25, 10}, {c, -s * d, s * t, s, c * d, -c * t, 0, t, d});
}

/// Voxels of a map for which `inside(world)` holds become `label`.
template <class Inside> void paint(LabelMap &map, Label label, Inside inside)
{
    const VoxelBox whole = VoxelBox::whole(map.geometry());
    std::vector<Label> values = map.values(whole);
    for (std::int64_t k = 0; k < whole.size[2]; ++k)
        for (std::int64_t j = 0; j < whole.size[1]; ++j)
            for (std::int64_t i = 0; i < whole.size[0]; ++i)
                if (inside(map.geometry().toWorld(Index3{i, j, k}))) values[whole.offset({i, j, k})] = label;
    map.setValues(whole, values);
}
inline void paintBall(LabelMap &map, Label label, PointMm centre, double radiusMm)
{
    paint(map, label, [&](const PointMm &p) { return length(p - centre) <= radiusMm; });
}
inline double ballMl(double radiusMm) { return 4.0 / 3 * std::numbers::pi * radiusMm * radiusMm * radiusMm / 1000; }
inline double ml(const LabelMap &map, Label label)
{
    return double(map.count(label)) * map.geometry().voxelVolumeMm3() / 1000;
}
inline LabelMap written(LabelMap map, const tools::LabelPatch &patch)
{
    tools::write(map, patch);
    return map;
}
inline double dice(const LabelMap &a, const LabelMap &b, Label label)
{
    const auto va = a.values(VoxelBox::whole(a.geometry())), vb = b.values(VoxelBox::whole(b.geometry()));
    double both = 0, sum = 0;
    for (std::size_t n = 0; n < va.size(); ++n) {
        both += va[n] == label && vb[n] == label;
        sum += (va[n] == label) + (vb[n] == label);
    }
    return sum > 0 ? 2 * both / sum : 1;
}

} // namespace shapes
