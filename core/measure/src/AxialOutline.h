#pragma once
#include "glioscope/measure/Diameters.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace glio::measure {

struct Point2 {
    double x = 0, y = 0; ///< mm in the slice
};

/// A slice of a grid as a plane in mm: voxel (across, down) <-> (x, y) <-> world. Right for oblique and sheared grids.
class SlicePlane {
public:
    SlicePlane(const Geometry &grid, int acrossAxis, int downAxis, int upAxis, std::int64_t slice);
    Point2 toPlane(double across, double down) const { return {across * m_stepX + down * m_skew, down * m_stepY}; }
    Point2 toVoxel(Point2 p) const { return {(p.x - p.y / m_stepY * m_skew) / m_stepX, p.y / m_stepY}; }
    PointMm toWorld(Point2 p) const { return m_origin + p.x * m_right + p.y * m_down; }
    double finestMm() const { return std::min(m_stepX, m_stepY); }

private:
    PointMm m_origin, m_right, m_down; // voxel (0, 0) of the slice; unit vectors at right angles
    double m_stepX = 1, m_stepY = 1, m_skew = 0;
};

/// One connected piece of a lesion on a slice, its enclosed holes filled.
class Outline {
public:
    /// `inside`: width x height bytes, across fastest, a frame of zeros all round; voxel (0, 0) of it lies at `first`.
    Outline(const SlicePlane &plane, int width, int height, std::vector<std::uint8_t> inside, std::int64_t firstAcross,
            std::int64_t firstDown);
    /// Nothing when the product cannot be above `leastProduct`.
    std::optional<Bidimensional> diameters(double leastProductMm2) const;

private:
    struct Chord {
        Point2 a, b;
        double lengthMm = 0;
    };
    bool at(int across, int down) const
    {
        return m_inside[std::size_t(down) * std::size_t(m_width) + std::size_t(across)];
    }
    void fillHoles();
    double level(Point2 p) const; ///< 0 outside, 1 inside, 0.5 on the contour
    bool holds(Point2 a, Point2 b) const;
    std::vector<Point2> corners() const;
    Chord longest(const std::vector<Point2> &corners, const std::vector<Point2> &hull) const;
    Chord across(const std::vector<Point2> &hull, const Chord &longest) const;

    const SlicePlane &m_plane;
    int m_width, m_height;
    std::vector<std::uint8_t> m_inside;
    double m_firstAcross, m_firstDown;
};

/// The 8-connected pieces of a bitmap, each as a bitmap of the same size.
std::vector<std::vector<std::uint8_t>> piecesOf(const std::vector<std::uint8_t> &bitmap, int width, int height);

} // namespace glio::measure
