#include "MaskWriter.h"
#include "glioscope/volume/Resample.h"

#include <cmath>
#include <limits>

namespace glio {

void WriteResult::add(const WriteResult &other)
{
    changed += other.changed;
    box = box.joined(other.box);
    blockedByLock += other.blockedByLock;
    blockingLabels |= other.blockingLabels;
    blockedFinished += other.blockedFinished;
    blockedByRules += other.blockedByRules;
}

IntensityProbe::IntensityProbe(const IntensityLimit &limit, const Geometry &grid) : m_limit(limit)
{
    const auto at = [&](const Index3 &v) { return limit.image.geometry().toIndex(grid.toWorld(v)); };
    m_zero = at({0, 0, 0});
    const std::array<ContinuousIndex, 3> ends{at({1, 0, 0}), at({0, 1, 0}), at({0, 0, 1})};
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (std::size_t a = 0; a < 3; ++a)
            m_step[axis][a] = ends[axis][a] - m_zero[a];
}

bool IntensityProbe::allows(const Index3 &v) const
{
    ContinuousIndex at = m_zero;
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (std::size_t a = 0; a < 3; ++a)
            at[a] += double(v[axis]) * m_step[axis][a];
    const float value = sampleLinear(m_limit.image, at, std::numeric_limits<float>::quiet_NaN());
    return value >= m_limit.low && value <= m_limit.high; // outside the image: never
}

} // namespace glio
