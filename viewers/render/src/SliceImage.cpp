#include "SliceImage.h"

#include "Painter.h"
#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glio::render {
namespace {

constexpr Rgba black = rgba(0, 0, 0);

/// Samples and weights along one axis for one output pixel: up to four neighbours, clamped at the border.
struct Tap {
    int first = -1;          ///< -1: outside
    std::array<int, 4> at{}; ///< clamped sample numbers
    std::array<float, 4> weight{};
};

Tap tapAt(double position, int count, ImageInterpolation interpolation)
{
    Tap tap;
    if (!(position >= -0.5 && position < count - 0.5)) return tap;
    const auto clamped = [count](int i) { return std::clamp(i, 0, count - 1); };
    if (interpolation == ImageInterpolation::Nearest) {
        tap.first = clamped(int(std::floor(position + 0.5)));
        tap.at.fill(tap.first);
        tap.weight = {0, 1, 0, 0};
        return tap;
    }
    const int low = int(std::floor(position));
    const float t = float(position - low);
    tap.first = clamped(low);
    for (int n = 0; n < 4; ++n)
        tap.at[std::size_t(n)] = clamped(low - 1 + n);
    if (interpolation == ImageInterpolation::Linear) {
        tap.weight = {0, 1 - t, t, 0};
    } else { // Catmull-Rom
        const float t2 = t * t, t3 = t2 * t;
        tap.weight = {-0.5f * t3 + t2 - 0.5f * t, 1.5f * t3 - 2.5f * t2 + 1, -1.5f * t3 + 2 * t2 + 0.5f * t,
                      0.5f * t3 - 0.5f * t2};
    }
    return tap;
}

/// Separable: source rows are mixed first (in source resolution, so vectorised and few), then each pixel along the row.
/// `put(y, x, value)` gets a value or NaN.
template <class Put>
void scaleSlice(const Frame &frame, const FrameMap &map, const PlaneSlice<float> &slice,
                ImageInterpolation interpolation, bool touchOutside, Put put)
{
    if (slice.empty()) {
        if (touchOutside)
            for (int y = 0; y < frame.height; ++y)
                for (int x = 0; x < frame.width; ++x)
                    put(y, x, std::numeric_limits<float>::quiet_NaN());
        return;
    }
    const bool cubic = interpolation == ImageInterpolation::Cubic;
    std::vector<Tap> across(static_cast<std::size_t>(frame.width));
    int begin = frame.width, end = 0;
    for (int x = 0; x < frame.width; ++x) {
        across[std::size_t(x)] = tapAt((map.left + (x + 0.5) * map.mm - slice.u0) / slice.du, slice.nu, interpolation);
        if (across[std::size_t(x)].first < 0) continue;
        begin = std::min(begin, x);
        end = x + 1;
    }
    const float none = std::numeric_limits<float>::quiet_NaN();
    parallelFor(0, frame.height, 96, [&](std::int64_t y0, std::int64_t y1) {
        std::vector<float> line(static_cast<std::size_t>(slice.nu));
        for (int y = int(y0); y < int(y1); ++y) {
            const Tap down = tapAt((map.top + (y + 0.5) * map.mm - slice.v0) / slice.dv, slice.nv, interpolation);
            if (down.first < 0 || begin >= end) {
                if (touchOutside)
                    for (int x = 0; x < frame.width; ++x)
                        put(y, x, none);
                continue;
            }
            const float *rows[4];
            for (std::size_t n = 0; n < 4; ++n)
                rows[n] = slice.values.data() + std::size_t(down.at[n]) * std::size_t(slice.nu);
            const float w0 = down.weight[0], w1 = down.weight[1], w2 = down.weight[2], w3 = down.weight[3];
            if (cubic)
                for (std::size_t i = 0; i < line.size(); ++i)
                    line[i] = w0 * rows[0][i] + w1 * rows[1][i] + w2 * rows[2][i] + w3 * rows[3][i];
            else if (w2 == 0)
                std::copy(rows[1], rows[1] + slice.nu, line.begin());
            else
                for (std::size_t i = 0; i < line.size(); ++i)
                    line[i] = w1 * rows[1][i] + w2 * rows[2][i];
            if (touchOutside) {
                for (int x = 0; x < begin; ++x)
                    put(y, x, none);
                for (int x = end; x < frame.width; ++x)
                    put(y, x, none);
            }
            const float *l = line.data();
            if (cubic)
                for (int x = begin; x < end; ++x) {
                    const Tap &t = across[std::size_t(x)];
                    put(y, x,
                        t.weight[0] * l[t.at[0]] + t.weight[1] * l[t.at[1]] + t.weight[2] * l[t.at[2]] +
                            t.weight[3] * l[t.at[3]]);
                }
            else
                for (int x = begin; x < end; ++x) {
                    const Tap &t = across[std::size_t(x)];
                    put(y, x, t.weight[2] == 0 ? l[t.at[1]] : t.weight[1] * l[t.at[1]] + t.weight[2] * l[t.at[2]]);
                }
        }
    });
}

} // namespace

void drawImage(Frame &frame, const FrameMap &map, const PlaneSlice<float> &slice, float low, float high,
               const std::array<Rgba, 256> &table, ImageInterpolation interpolation)
{
    const float scale = 255.0f / std::max(high - low, 1e-20f);
    scaleSlice(frame, map, slice, interpolation, true, [&](int y, int x, float value) {
        const float t = (value - low) * scale;
        frame.row(y)[x] = t > 0 ? table[t < 255 ? std::size_t(t + 0.5f) : 255] : value == value ? table[0] : black;
    });
}

void drawHeat(Frame &frame, const FrameMap &map, const PlaneSlice<float> &slice, const std::array<Rgba, 256> &table,
              double opacity)
{
    const float full = float(256 * std::clamp(opacity, 0.0, 1.0));
    scaleSlice(frame, map, slice, ImageInterpolation::Linear, false, [&](int y, int x, float value) {
        if (!(value > 0)) return;
        const float share = full * std::min(1.0f, value / 16);
        Rgba &pixel = frame.row(y)[x];
        pixel = mixed(pixel, table[std::size_t(std::min(value, 255.0f))], unsigned(share));
    });
}

} // namespace glio::render
