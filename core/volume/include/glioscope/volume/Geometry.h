#pragma once
#include "glioscope/base/Error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

namespace glio {

/// A point or vector in world space: LPS millimetres (x to the patient's left, y to the back, z to the head).
struct PointMm {
    double x = 0, y = 0, z = 0;
    double operator[](int axis) const { return axis == 0 ? x : axis == 1 ? y : z; }
    friend PointMm operator+(PointMm a, PointMm b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
    friend PointMm operator-(PointMm a, PointMm b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
    friend PointMm operator*(double s, PointMm a) { return {s * a.x, s * a.y, s * a.z}; }
    friend bool operator==(const PointMm &, const PointMm &) = default;
};

inline double dot(const PointMm &a, const PointMm &b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline PointMm cross(const PointMm &a, const PointMm &b)
{
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double length(const PointMm &a) { return std::sqrt(dot(a, a)); }
/// The same direction, 1 long; a vector of no length stays one.
inline PointMm unit(const PointMm &a) { return (1 / std::max(1e-12, length(a))) * a; }

using Index3 = std::array<std::int64_t, 3>;    ///< voxel index (i, j, k), i fastest in memory
using Size3 = std::array<std::int64_t, 3>;     ///< (ni, nj, nk)
using ContinuousIndex = std::array<double, 3>; ///< voxel centres lie at whole numbers
using Spacing3 = std::array<double, 3>;        ///< mm between voxel centres along i, j, k; all > 0
using Matrix3 = std::array<double, 9>;         ///< row-major; as a direction, column a is the world direction of axis a

/// Where a grid lies in the world. Immutable after `make`: a valid Geometry is finite, has spacing > 0, sizes >= 1 and
/// an invertible direction (orthonormal or sheared; unit columns).
class Geometry {
public:
    /// 1x1x1 voxel of 1 mm at the origin, axes along L, P, S.
    Geometry() = default;

    /// Errors: Geometry, with a sentence, for sizes below 1, spacing that is not finite and above 0, a direction that
    /// is singular or not finite, a voxel count over 2^40. Columns of `direction` are scaled to length 1.
    static Result<Geometry> make(Size3 size, Spacing3 spacing, PointMm origin = {},
                                 Matrix3 direction = {1, 0, 0, 0, 1, 0, 0, 0, 1});

    const Size3 &size() const { return m_size; }
    const Spacing3 &spacing() const { return m_spacing; }
    const PointMm &origin() const { return m_origin; } ///< world position of the centre of voxel (0, 0, 0)
    const Matrix3 &direction() const { return m_direction; }

    std::int64_t voxelCount() const { return m_size[0] * m_size[1] * m_size[2]; }
    double voxelVolumeMm3() const; ///< |det|, so also right for sheared grids
    std::int64_t offset(Index3 v) const { return v[0] + m_size[0] * (v[1] + m_size[1] * v[2]); }
    bool contains(Index3 v) const;
    bool contains(const ContinuousIndex &v) const; ///< within half a voxel of a voxel centre

    PointMm toWorld(const ContinuousIndex &v) const;
    PointMm toWorld(Index3 v) const { return toWorld(ContinuousIndex{double(v[0]), double(v[1]), double(v[2])}); }
    ContinuousIndex toIndex(const PointMm &p) const;
    Index3 nearestVoxel(const PointMm &p) const; ///< may lie outside; clamp or ask `contains`
    Index3 clamp(Index3 v) const;
    PointMm centre() const;

    /// Unit world direction of voxel axis a (0..2).
    PointMm axis(int a) const { return {m_direction[a], m_direction[3 + a], m_direction[6 + a]}; }

    /// Same size and every corner within `toleranceMm` of its twin.
    bool sameGrid(const Geometry &other, double toleranceMm = 0.01) const;

    /// Three letters, where i, j, k grow to: "LPS", "RAS" … by the nearest axes.
    std::string orientation() const;
    bool isOblique(double toleranceDegrees = 0.5) const;
    bool isSheared(double tolerance = 1e-3) const; ///< axes not at right angles

    /// For each world axis (0 L, 1 P, 2 S): the voxel axis that runs closest to it, and +1 or -1. A permutation always.
    struct WorldAxes {
        std::array<int, 3> voxelAxis;
        std::array<int, 3> sign;
    };
    WorldAxes worldAxes() const;

    /// Grid over the same box with other spacing: sizes rounded up, the box centred on ours. Errors: Geometry.
    Result<Geometry> withSpacing(Spacing3 spacing) const;
    /// The part from `start` with `size` voxels (may reach outside ours).
    Geometry cropped(Index3 start, Size3 size) const;

private:
    void invert();
    Size3 m_size{1, 1, 1};
    Spacing3 m_spacing{1, 1, 1};
    PointMm m_origin;
    Matrix3 m_direction{1, 0, 0, 0, 1, 0, 0, 0, 1};
    Matrix3 m_toIndex{1, 0, 0, 0, 1, 0, 0, 0, 1}; // world offset -> index
};

} // namespace glio
