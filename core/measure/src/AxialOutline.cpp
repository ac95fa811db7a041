#include "AxialOutline.h"

#include <cmath>
#include <utility>

namespace glio::measure {
namespace {

double distance(Point2 a, Point2 b) { return std::hypot(b.x - a.x, b.y - a.y); }

/// Andrew's monotone chain.
std::vector<Point2> convexHull(std::vector<Point2> points)
{
    std::ranges::sort(points, [](Point2 a, Point2 b) { return std::pair(a.x, a.y) < std::pair(b.x, b.y); });
    if (points.size() < 3) return points;
    const auto turn = [](Point2 o, Point2 a, Point2 b) {
        return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
    };
    std::vector<Point2> hull;
    for (int pass = 0; pass < 2; ++pass) {
        const std::size_t start = hull.size();
        for (const Point2 &p : points) {
            while (hull.size() >= start + 2 && turn(hull[hull.size() - 2], hull.back(), p) <= 0)
                hull.pop_back();
            hull.push_back(p);
        }
        hull.pop_back();
        std::ranges::reverse(points);
    }
    return hull;
}

} // namespace

SlicePlane::SlicePlane(const Geometry &grid, int acrossAxis, int downAxis, int upAxis, std::int64_t slice)
{
    ContinuousIndex corner{};
    corner[std::size_t(upAxis)] = double(slice);
    m_origin = grid.toWorld(corner);
    const PointMm across = grid.spacing()[std::size_t(acrossAxis)] * grid.axis(acrossAxis);
    const PointMm down = grid.spacing()[std::size_t(downAxis)] * grid.axis(downAxis);
    m_right = unit(across);
    m_skew = dot(down, m_right); // 0 unless the grid is sheared
    m_down = unit(down - m_skew * m_right);
    m_stepX = length(across);
    m_stepY = dot(down, m_down);
}

std::vector<std::vector<std::uint8_t>> piecesOf(const std::vector<std::uint8_t> &bitmap, int width, int height)
{
    std::vector<std::vector<std::uint8_t>> pieces;
    std::vector<std::uint8_t> left = bitmap;
    std::vector<int> open;
    for (int start = 0; start < width * height; ++start) {
        if (!left[std::size_t(start)]) continue;
        std::vector<std::uint8_t> piece(bitmap.size(), 0);
        open = {start};
        left[std::size_t(start)] = 0;
        while (!open.empty()) {
            const int here = open.back();
            open.pop_back();
            piece[std::size_t(here)] = 1;
            const int x = here % width, y = here / width;
            for (int dy = -1; dy <= 1; ++dy)
                for (int dx = -1; dx <= 1; ++dx) {
                    if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
                    const int next = here + dx + dy * width;
                    if (!std::exchange(left[std::size_t(next)], std::uint8_t(0))) continue;
                    open.push_back(next);
                }
        }
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

Outline::Outline(const SlicePlane &plane, int width, int height, std::vector<std::uint8_t> inside,
                 std::int64_t firstAcross, std::int64_t firstDown)
    : m_plane(plane),
      m_width(width),
      m_height(height),
      m_inside(std::move(inside)),
      m_firstAcross(double(firstAcross)),
      m_firstDown(double(firstDown))
{
    fillHoles();
}

void Outline::fillHoles()
{
    std::vector<std::uint8_t> outside(m_inside.size(), 0);
    std::vector<int> open{0}; // the frame of zeros lets the flood round the piece
    outside[0] = 1;
    while (!open.empty()) {
        const int here = open.back();
        open.pop_back();
        const int x = here % m_width, y = here / m_width;
        for (const auto &[dx, dy] : {std::pair(1, 0), std::pair(-1, 0), std::pair(0, 1), std::pair(0, -1)}) {
            if (x + dx < 0 || x + dx >= m_width || y + dy < 0 || y + dy >= m_height || at(x + dx, y + dy)) continue;
            const int next = here + dx + dy * m_width;
            if (std::exchange(outside[std::size_t(next)], std::uint8_t(1))) continue;
            open.push_back(next);
        }
    }
    for (std::size_t n = 0; n < outside.size(); ++n)
        m_inside[n] = !outside[n];
}

double Outline::level(Point2 p) const
{
    Point2 v = m_plane.toVoxel(p);
    v.x -= m_firstAcross;
    v.y -= m_firstDown;
    const int x = int(std::floor(v.x)), y = int(std::floor(v.y));
    if (x < 0 || y < 0 || x + 1 >= m_width || y + 1 >= m_height) return 0;
    const double fx = v.x - x, fy = v.y - y;
    return (1 - fy) * ((1 - fx) * at(x, y) + fx * at(x + 1, y)) +
           fy * ((1 - fx) * at(x, y + 1) + fx * at(x + 1, y + 1));
}

bool Outline::holds(Point2 a, Point2 b) const
{
    const int steps = std::max(2, int(std::ceil(distance(a, b) / (0.5 * m_plane.finestMm()))));
    for (int n = 1; n < steps; ++n) {
        const double t = double(n) / steps;
        if (level({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)}) < 0.49) return false; // a line may run along the edge
    }
    return true;
}

std::vector<Point2> Outline::corners() const
{
    std::vector<Point2> points; // halfway between a voxel inside and its neighbour outside: where the contour passes
    for (int y = 1; y + 1 < m_height; ++y)
        for (int x = 1; x + 1 < m_width; ++x) {
            if (!at(x, y)) continue;
            for (const auto &[dx, dy] : {std::pair(1, 0), std::pair(-1, 0), std::pair(0, 1), std::pair(0, -1)})
                if (!at(x + dx, y + dy))
                    points.push_back(m_plane.toPlane(m_firstAcross + x + 0.5 * dx, m_firstDown + y + 0.5 * dy));
        }
    return points;
}

Outline::Chord Outline::longest(const std::vector<Point2> &corners, const std::vector<Point2> &hull) const
{
    const auto among = [this](const std::vector<Point2> &points, bool within) {
        Chord best;
        for (std::size_t m = 0; m < points.size(); ++m)
            for (std::size_t n = m + 1; n < points.size(); ++n) {
                const double mm = distance(points[m], points[n]);
                if (mm > best.lengthMm && (!within || holds(points[m], points[n]))) best = {points[m], points[n], mm};
            }
        return best;
    };
    const Chord free = among(hull, false);
    return holds(free.a, free.b) ? free : among(corners, true);
}

Outline::Chord Outline::across(const std::vector<Point2> &hull, const Chord &longest) const
{
    const Point2 u{(longest.b.x - longest.a.x) / longest.lengthMm, (longest.b.y - longest.a.y) / longest.lengthMm};
    const Point2 v{-u.y, u.x};
    double lowU = 1e300, highU = -1e300, lowV = 1e300, highV = -1e300;
    for (const Point2 &p : hull) {
        const double along = p.x * u.x + p.y * u.y, over = p.x * v.x + p.y * v.y;
        lowU = std::min(lowU, along), highU = std::max(highU, along);
        lowV = std::min(lowV, over), highV = std::max(highV, over);
    }
    const double step = 0.25 * m_plane.finestMm();
    const auto place = [&](double along, double over) {
        return Point2{along * u.x + over * v.x, along * u.y + over * v.y};
    };
    Chord best;
    for (double along = lowU + step / 2; along < highU; along += step) {
        const auto inside = [&](double over) { return level(place(along, over)) >= 0.5; };
        const auto edge = [&](double out, double in) { // the contour between a point outside and one inside
            for (int n = 0; n < 24; ++n)
                (inside((out + in) / 2) ? in : out) = (out + in) / 2;
            return in;
        };
        bool was = false;
        double begin = 0;
        for (double over = lowV - step; over <= highV + 2 * step; over += step) {
            const bool is = inside(over);
            if (is && !was) begin = edge(over - step, over);
            if (!is && was) {
                const double end = edge(over, over - step);
                if (end - begin > best.lengthMm) best = {place(along, begin), place(along, end), end - begin};
            }
            was = is;
        }
    }
    return best;
}

std::optional<Bidimensional> Outline::diameters(double leastProductMm2) const
{
    const std::vector<Point2> points = corners(), hull = convexHull(points);
    double bound = 0;
    for (std::size_t m = 0; m < hull.size(); ++m)
        for (std::size_t n = m + 1; n < hull.size(); ++n)
            bound = std::max(bound, distance(hull[m], hull[n]));
    if (bound * bound <= leastProductMm2) return std::nullopt;
    Chord one = longest(points, hull);
    if (one.lengthMm <= 0) return std::nullopt;
    Chord other = across(hull, one);
    if (other.lengthMm > one.lengthMm) std::swap(one, other); // a disc: corners lie on the voxel raster, chords do not
    const auto line = [this](const Chord &chord) { return Line{m_plane.toWorld(chord.a), m_plane.toWorld(chord.b)}; };
    const Bidimensional found{line(one), line(other)};
    if (found.productMm2() <= leastProductMm2) return std::nullopt;
    return found;
}

} // namespace glio::measure
