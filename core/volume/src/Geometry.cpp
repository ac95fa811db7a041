#include "glioscope/volume/Geometry.h"

#include <algorithm>
#include <cmath>
#include <format>

namespace glio {
namespace {

double determinant(const Matrix3 &m)
{
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

} // namespace

Result<Geometry> Geometry::make(Size3 size, Spacing3 spacing, PointMm origin, Matrix3 direction)
{
    double count = 1;
    for (int a = 0; a < 3; ++a) {
        if (size[a] < 1)
            return fail(Errc::Geometry, std::format("The image has {} voxels along axis {}.", size[a], a + 1));
        if (!std::isfinite(spacing[a]) || spacing[a] <= 0)
            return fail(Errc::Geometry, std::format("The distance between voxels along axis {} is {}, not a length.",
                                                    a + 1, spacing[a]));
        count *= double(size[a]);
    }
    if (count > std::pow(2.0, 40)) return fail(Errc::Geometry, "The image claims more voxels than any scan has.");
    if (!std::isfinite(origin.x) || !std::isfinite(origin.y) || !std::isfinite(origin.z))
        return fail(Errc::Geometry, "The position of the image is not a number.");
    for (int a = 0; a < 3; ++a) {
        const double length = std::hypot(direction[a], direction[3 + a], direction[6 + a]);
        if (!std::isfinite(length) || length < 1e-9)
            return fail(Errc::Geometry, std::format("The direction of image axis {} is not stated.", a + 1));
        for (int row = 0; row < 3; ++row)
            direction[3 * row + a] /= length;
    }
    if (std::abs(determinant(direction)) < 1e-4)
        return fail(Errc::Geometry, "The directions of the image axes lie in one plane.");
    Geometry geometry;
    geometry.m_size = size;
    geometry.m_spacing = spacing;
    geometry.m_origin = origin;
    geometry.m_direction = direction;
    geometry.invert();
    return geometry;
}

void Geometry::invert()
{
    const Matrix3 &d = m_direction;
    const double det = determinant(d);
    const Matrix3 inverse{d[4] * d[8] - d[5] * d[7], d[2] * d[7] - d[1] * d[8], d[1] * d[5] - d[2] * d[4],
                          d[5] * d[6] - d[3] * d[8], d[0] * d[8] - d[2] * d[6], d[2] * d[3] - d[0] * d[5],
                          d[3] * d[7] - d[4] * d[6], d[1] * d[6] - d[0] * d[7], d[0] * d[4] - d[1] * d[3]};
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column)
            m_toIndex[3 * row + column] = inverse[3 * row + column] / det / m_spacing[row];
}

double Geometry::voxelVolumeMm3() const
{
    return std::abs(determinant(m_direction)) * m_spacing[0] * m_spacing[1] * m_spacing[2];
}

bool Geometry::contains(Index3 v) const
{
    return v[0] >= 0 && v[1] >= 0 && v[2] >= 0 && v[0] < m_size[0] && v[1] < m_size[1] && v[2] < m_size[2];
}

bool Geometry::contains(const ContinuousIndex &v) const
{
    for (int a = 0; a < 3; ++a)
        if (!(v[a] >= -0.5 && v[a] <= double(m_size[a]) - 0.5)) return false;
    return true;
}

PointMm Geometry::toWorld(const ContinuousIndex &v) const
{
    const double a = v[0] * m_spacing[0], b = v[1] * m_spacing[1], c = v[2] * m_spacing[2];
    const Matrix3 &d = m_direction;
    return {m_origin.x + d[0] * a + d[1] * b + d[2] * c, m_origin.y + d[3] * a + d[4] * b + d[5] * c,
            m_origin.z + d[6] * a + d[7] * b + d[8] * c};
}

ContinuousIndex Geometry::toIndex(const PointMm &p) const
{
    const PointMm o = p - m_origin;
    const Matrix3 &t = m_toIndex;
    return {t[0] * o.x + t[1] * o.y + t[2] * o.z, t[3] * o.x + t[4] * o.y + t[5] * o.z,
            t[6] * o.x + t[7] * o.y + t[8] * o.z};
}

Index3 Geometry::nearestVoxel(const PointMm &p) const
{
    const ContinuousIndex v = toIndex(p);
    // Kept within +-2^40, so that a point far away (or not a number) cannot overflow the integer.
    const auto whole = [](double x) {
        return std::int64_t(std::clamp(std::isfinite(x) ? std::floor(x + 0.5) : -1.0, -0x1p40, 0x1p40));
    };
    return {whole(v[0]), whole(v[1]), whole(v[2])};
}

Index3 Geometry::clamp(Index3 v) const
{
    for (int a = 0; a < 3; ++a)
        v[a] = std::clamp<std::int64_t>(v[a], 0, m_size[a] - 1);
    return v;
}

PointMm Geometry::centre() const
{
    return toWorld(
        ContinuousIndex{0.5 * double(m_size[0] - 1), 0.5 * double(m_size[1] - 1), 0.5 * double(m_size[2] - 1)});
}

bool Geometry::sameGrid(const Geometry &other, double toleranceMm) const
{
    if (m_size != other.m_size) return false;
    for (int corner = 0; corner < 8; ++corner) {
        const Index3 v{corner & 1 ? m_size[0] - 1 : 0, corner & 2 ? m_size[1] - 1 : 0, corner & 4 ? m_size[2] - 1 : 0};
        const PointMm gap = toWorld(v) - other.toWorld(v);
        if (!(std::hypot(gap.x, gap.y, gap.z) <= toleranceMm)) return false;
    }
    // One voxel along an axis: the corners say nothing of its direction and thickness.
    for (int a = 0; a < 3; ++a) {
        const PointMm gap = m_spacing[a] * axis(a) - other.m_spacing[a] * other.axis(a);
        if (!(std::hypot(gap.x, gap.y, gap.z) <= toleranceMm)) return false;
    }
    return true;
}

Geometry::WorldAxes Geometry::worldAxes() const
{
    // The best of the six ways to pair voxel axes with world axes, so that the result is a permutation even at 45
    // degrees.
    constexpr std::array<std::array<int, 3>, 6> kPairings{
        {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};
    const auto *best = &kPairings[0];
    double bestSum = -1;
    for (const auto &pairing : kPairings) {
        double sum = 0;
        for (int w = 0; w < 3; ++w)
            sum += std::abs(m_direction[3 * w + pairing[w]]);
        if (sum > bestSum + 1e-9) bestSum = sum, best = &pairing;
    }
    WorldAxes axes{};
    for (int w = 0; w < 3; ++w) {
        axes.voxelAxis[w] = (*best)[w];
        axes.sign[w] = m_direction[3 * w + (*best)[w]] < 0 ? -1 : 1;
    }
    return axes;
}

std::string Geometry::orientation() const
{
    const WorldAxes axes = worldAxes();
    std::string letters(3, '?');
    for (int w = 0; w < 3; ++w)
        letters[std::size_t(axes.voxelAxis[w])] = (axes.sign[w] > 0 ? "LPS" : "RAI")[w];
    return letters;
}

bool Geometry::isOblique(double toleranceDegrees) const
{
    const double least = std::cos(toleranceDegrees * 3.14159265358979323846 / 180);
    const WorldAxes axes = worldAxes();
    for (int w = 0; w < 3; ++w)
        if (std::abs(m_direction[3 * w + axes.voxelAxis[w]]) < least) return true;
    return false;
}

bool Geometry::isSheared(double tolerance) const
{
    return std::abs(dot(axis(0), axis(1))) > tolerance || std::abs(dot(axis(0), axis(2))) > tolerance ||
           std::abs(dot(axis(1), axis(2))) > tolerance;
}

Result<Geometry> Geometry::withSpacing(Spacing3 spacing) const
{
    Size3 size;
    ContinuousIndex first;
    for (int a = 0; a < 3; ++a) {
        if (!std::isfinite(spacing[a]) || spacing[a] <= 0)
            return fail(Errc::Geometry, "The wanted distance between voxels is not a length.");
        const double extent = double(m_size[a]) * m_spacing[a];
        size[a] = std::max<std::int64_t>(1, std::int64_t(std::ceil(extent / spacing[a] - 1e-6)));
        first[a] = 0.5 * double(m_size[a] - 1) - 0.5 * double(size[a] - 1) * spacing[a] / m_spacing[a];
    }
    return make(size, spacing, toWorld(first), m_direction);
}

Geometry Geometry::cropped(Index3 start, Size3 size) const
{
    Geometry part = *this;
    part.m_origin = toWorld(start);
    part.m_size = size;
    return part;
}

} // namespace glio
