#include "glioscope/render/Contours.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace glio::render {
namespace {

struct Box {
    int i0, i1, j0, j1; // samples that may be inside, both included
    bool empty() const { return i1 < i0; }
};

template <class T, class Inside> Box insideBox(const PlaneSlice<T> &slice, Inside inside)
{
    Box box{slice.nu, -1, slice.nv, -1};
    for (int j = 0; j < slice.nv; ++j) {
        const T *row = slice.values.data() + std::size_t(j) * std::size_t(slice.nu);
        int first = 0, last = slice.nu - 1;
        while (first < slice.nu && !inside(row[first]))
            ++first;
        if (first == slice.nu) continue;
        while (!inside(row[last]))
            --last;
        box.i0 = std::min(box.i0, first);
        box.i1 = std::max(box.i1, last);
        box.j0 = std::min(box.j0, j);
        box.j1 = j;
    }
    return box;
}

/// Marching squares over a box of samples. `level(i, j)` is above 0 inside; outside the lattice it is `outside` (< 0).
/// Loops in sample coordinates. Walks with the inside on one side throughout, so every crossed edge has exactly one way
/// in and one way out, and loops are found by following `next`.
template <class Level>
std::vector<Loop> march(const Box &box, int nu, int nv, double outside, bool joinSaddles, Level level)
{
    std::vector<Loop> loops;
    if (box.empty()) return loops;
    const int width = box.i1 - box.i0 + 3, height = box.j1 - box.j0 + 3; // with a rim of one sample
    std::vector<float> value(std::size_t(width) * std::size_t(height));
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const int i = box.i0 - 1 + x, j = box.j0 - 1 + y;
            value[std::size_t(y * width + x)] =
                i < 0 || j < 0 || i >= nu || j >= nv ? float(outside) : float(level(i, j));
        }
    // Edge 2n: from sample n to its right neighbour; 2n + 1: to the one below.
    std::vector<int> next(value.size() * 2, -1);
    std::vector<int> starts;
    for (int y = 0; y + 1 < height; ++y)
        for (int x = 0; x + 1 < width; ++x) {
            const int n = y * width + x;
            const float a = value[std::size_t(n)], b = value[std::size_t(n + 1)], c = value[std::size_t(n + width + 1)],
                        d = value[std::size_t(n + width)];
            const int code = (a > 0) | (b > 0) << 1 | (c > 0) << 2 | (d > 0) << 3;
            if (code == 0 || code == 15) continue;
            const int top = 2 * n, left = 2 * n + 1, right = 2 * (n + 1) + 1, bottom = 2 * (n + width);
            const auto link = [&](int from, int to) {
                next[std::size_t(from)] = to;
                starts.push_back(from);
            };
            const bool join = joinSaddles && a + b + c + d > 0;
            switch (code) {
            case 1:
                link(left, top);
                break;
            case 2:
                link(top, right);
                break;
            case 4:
                link(right, bottom);
                break;
            case 8:
                link(bottom, left);
                break;
            case 14:
                link(top, left);
                break;
            case 13:
                link(right, top);
                break;
            case 11:
                link(bottom, right);
                break;
            case 7:
                link(left, bottom);
                break;
            case 3:
                link(left, right);
                break;
            case 6:
                link(top, bottom);
                break;
            case 12:
                link(right, left);
                break;
            case 9:
                link(bottom, top);
                break;
            case 5:
                join ? (link(right, top), link(left, bottom)) : (link(left, top), link(right, bottom));
                break;
            case 10:
                join ? (link(top, left), link(bottom, right)) : (link(top, right), link(bottom, left));
                break;
            default:
                break;
            }
        }
    for (const int start : starts) {
        if (next[std::size_t(start)] < 0) continue;
        Loop loop;
        for (int edge = start; next[std::size_t(edge)] >= 0;) {
            const int n = edge / 2, other = edge % 2 ? n + width : n + 1;
            const double p = value[std::size_t(n)], q = value[std::size_t(other)];
            const double t = p == q ? 0.5 : std::clamp(p / (p - q), 0.0, 1.0);
            const double x = box.i0 - 1 + n % width, y = box.j0 - 1 + n / width;
            loop.push_back(edge % 2 ? Point2{x, y + t} : Point2{x + t, y});
            const int to = next[std::size_t(edge)];
            next[std::size_t(edge)] = -1;
            edge = to;
        }
        if (loop.size() > 2) loops.push_back(std::move(loop));
    }
    return loops;
}

/// Taubin's smoothing (a shrinking and a growing step) with every point kept within `reach` of where it was.
void smoothLoop(Loop &loop, int rounds, double reach)
{
    const std::size_t n = loop.size();
    if (n < 12) return; // a voxel or two: smoothing would make it vanish
    const Loop before = loop;
    Loop other(n);
    for (int round = 0; round < rounds; ++round)
        for (const double step : {0.5, -0.53}) {
            for (std::size_t i = 0; i < n; ++i) {
                const Point2 &p = loop[(i + n - 1) % n], &q = loop[i], &r = loop[(i + 1) % n];
                other[i] = {q.x + step * ((p.x + r.x) / 2 - q.x), q.y + step * ((p.y + r.y) / 2 - q.y)};
            }
            std::swap(loop, other);
        }
    for (std::size_t i = 0; i < n; ++i) {
        const double dx = loop[i].x - before[i].x, dy = loop[i].y - before[i].y, moved = std::hypot(dx, dy);
        if (moved > reach) loop[i] = {before[i].x + dx * reach / moved, before[i].y + dy * reach / moved};
    }
}

void toMm(std::vector<Loop> &loops, double u0, double v0, double du, double dv)
{
    for (Loop &loop : loops)
        for (Point2 &p : loop)
            p = {u0 + du * p.x, v0 + dv * p.y};
}

/// Along the voxels' edges: the boundary of a union of squares, walked with the inside on one side.
std::vector<Loop> cornerLoops(const PlaneSlice<std::uint8_t> &slice, std::uint8_t label, const Box &box)
{
    std::vector<Loop> loops;
    if (box.empty()) return loops;
    const int width = box.i1 - box.i0 + 2; // corners per row
    const auto inside = [&](int i, int j) {
        return i >= box.i0 && j >= box.j0 && i <= box.i1 && j <= box.j1 && slice.at(i, j) == label;
    };
    // Directions 0 right, 1 down, 2 left, 3 up; bit d of `way` = a boundary edge leaves this corner that way.
    const int rows = box.j1 - box.j0 + 2;
    std::vector<std::uint8_t> way(std::size_t(width) * std::size_t(rows));
    for (int y = 0; y < rows; ++y)
        for (int x = 0; x < width; ++x) {
            const int i = box.i0 + x, j = box.j0 + y; // corner at the upper left of sample (i, j)
            const bool upLeft = inside(i - 1, j - 1), up = inside(i, j - 1), left = inside(i - 1, j),
                       here = inside(i, j);
            std::uint8_t out = 0;
            if (here && !up) out |= 1;
            if (left && !here) out |= 2;
            if (upLeft && !left) out |= 4;
            if (up && !upLeft) out |= 8;
            way[std::size_t(y * width + x)] = out;
        }
    const int step[4] = {1, width, -1, -width};
    for (std::size_t at = 0; at < way.size(); ++at)
        while (way[at]) {
            Loop loop;
            int corner = int(at), direction = -1;
            while (way[std::size_t(corner)]) {
                const std::uint8_t out = way[std::size_t(corner)];
                int turn = direction < 0 ? 0 : (direction + 1) % 4; // turn towards the inside first: corners stay apart
                while (!(out >> turn & 1))
                    turn = (turn + 3) % 4;
                if (turn != direction) loop.push_back({box.i0 + corner % width - 0.5, box.j0 + corner / width - 0.5});
                way[std::size_t(corner)] = std::uint8_t(out & ~(1 << turn));
                direction = turn;
                corner += step[turn];
            }
            if (loop.size() > 3) loops.push_back(std::move(loop));
        }
    return loops;
}

} // namespace

std::vector<Loop> isoLoops(const PlaneSlice<float> &slice, float iso)
{
    const Box box = insideBox(slice, [iso](float v) { return v > iso; });
    auto loops =
        march(box, slice.nu, slice.nv, -std::max(iso, 1.0f), true, [&](int i, int j) { return slice.at(i, j) - iso; });
    for (Loop &loop : loops)
        smoothLoop(loop, 1, 0.3);
    toMm(loops, slice.u0, slice.v0, slice.du, slice.dv);
    return loops;
}

std::vector<Loop> labelLoops(const PlaneSlice<std::uint8_t> &slice, std::uint8_t label, OutlineShape shape)
{
    const Box box = insideBox(slice, [label](std::uint8_t v) { return v == label; });
    std::vector<Loop> loops;
    if (shape == OutlineShape::VoxelCorners) {
        loops = cornerLoops(slice, label, box);
    } else {
        loops = march(box, slice.nu, slice.nv, -1, false,
                      [&](int i, int j) { return slice.at(i, j) == label ? 1.0f : -1.0f; });
        for (Loop &loop : loops)
            smoothLoop(loop, 4, 0.45);
    }
    toMm(loops, slice.u0, slice.v0, slice.du, slice.dv);
    return loops;
}

Loop rounded(const Loop &loop, int rounds)
{
    Loop now = loop;
    for (int round = 0; round < rounds; ++round) {
        Loop finer;
        finer.reserve(now.size() * 2);
        for (std::size_t i = 0; i < now.size(); ++i) {
            const Point2 &p = now[i], &q = now[(i + 1) % now.size()];
            finer.push_back({0.75 * p.x + 0.25 * q.x, 0.75 * p.y + 0.25 * q.y});
            finer.push_back({0.25 * p.x + 0.75 * q.x, 0.25 * p.y + 0.75 * q.y});
        }
        now = std::move(finer);
    }
    return now;
}

double area(const Loop &loop)
{
    double sum = 0;
    for (std::size_t i = 0; i < loop.size(); ++i) {
        const Point2 &p = loop[i], &q = loop[(i + 1) % loop.size()];
        sum += p.x * q.y - q.x * p.y;
    }
    return sum / 2;
}

} // namespace glio::render
