#pragma once
#include "glioscope/phantom/Anatomy.h"

#include <algorithm>
#include <cmath>

namespace glio::phantom {

/// An anatomy between its voxels; all zero outside (air).
struct AnatomyPoint {
    float t1 = 0, brain = 0, bone = 0, soft = 0, fat = 0, fluid = 0, vessel = 0;
};

/// Trilinear sampler of one level. `corner` stays valid for `sequence` until the next call.
class LevelSampler {
public:
    explicit LevelSampler(const Anatomy::Level &level)
        : m_level(level),
          m_size(level.geometry.size()),
          m_origin(level.geometry.origin()),
          m_perMm(float(1 / level.geometry.spacing()[0]))
    {
    }
    AnatomyPoint at(const PointMm &p)
    {
        AnatomyPoint out;
        if (!locate(p)) return out;
        for (int n = 0; n < 8; ++n) {
            const float w = m_weight[n];
            const AnatomyVoxel &v = m_level.voxels[std::size_t(m_corner[n])];
            out.t1 += w * v.t1;
            out.brain += w * v.brain;
            out.bone += w * v.bone;
            out.soft += w * v.soft;
            out.fat += w * v.fat;
            out.fluid += w * v.fluid;
            out.vessel += w * v.vessel;
        }
        out.t1 /= kWhiteMatterCode;
        for (float *f : {&out.brain, &out.bone, &out.soft, &out.fat, &out.fluid, &out.vessel})
            *f *= 1.0f / 255;
        return out;
    }
    /// Real sequence s at the point of the last `at`.
    float sequence(std::size_t s) const
    {
        if (!m_inside || m_level.sequences[s].empty()) return 0;
        float sum = 0;
        for (int n = 0; n < 8; ++n)
            sum += m_weight[n] * m_level.sequences[s][std::size_t(m_corner[n])];
        return sum / kWhiteMatterCode;
    }

private:
    bool locate(const PointMm &p)
    {
        const float at[3] = {float(p.x - m_origin.x) * m_perMm, float(p.y - m_origin.y) * m_perMm,
                             float(p.z - m_origin.z) * m_perMm};
        std::int64_t low[3];
        float part[3];
        m_inside = true;
        for (int a = 0; a < 3; ++a) {
            if (!(at[a] >= 0 && at[a] < float(m_size[a] - 1))) return m_inside = false;
            low[a] = std::int64_t(at[a]);
            part[a] = at[a] - float(low[a]);
        }
        const std::int64_t row = m_size[0], slice = m_size[0] * m_size[1],
                           base = low[0] + row * low[1] + slice * low[2];
        for (int n = 0; n < 8; ++n) {
            m_corner[n] = base + (n & 1) + (n & 2 ? row : 0) + (n & 4 ? slice : 0);
            m_weight[n] =
                (n & 1 ? part[0] : 1 - part[0]) * (n & 2 ? part[1] : 1 - part[1]) * (n & 4 ? part[2] : 1 - part[2]);
        }
        return true;
    }
    const Anatomy::Level &m_level;
    Size3 m_size;
    PointMm m_origin;
    float m_perMm;
    std::int64_t m_corner[8] = {};
    float m_weight[8] = {};
    bool m_inside = false;
};

/// Shares of fluid, grey and white matter of brain tissue by its T1: linear between the classes' means.
struct TissueShares {
    float csf, grey, white;
};
inline TissueShares tissueShares(float t1, const TissueLevels &levels)
{
    if (t1 <= levels.grey) {
        const float csf = std::clamp((levels.grey - t1) / (levels.grey - levels.csf), 0.0f, 1.0f);
        return {csf, 1 - csf, 0};
    }
    const float white = std::clamp((t1 - levels.grey) / (1 - levels.grey), 0.0f, 1.0f);
    return {0, 1 - white, white};
}

inline float smoothStep(float low, float high, float x)
{
    const float t = std::clamp((x - low) / (high - low), 0.0f, 1.0f);
    return t * t * (3 - 2 * t);
}

} // namespace glio::phantom
