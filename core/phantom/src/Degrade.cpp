#include "Degrade.h"

#include "Noise.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/volume/Resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace glio::phantom {
namespace {

/// Averages over slices `thick` voxels apart along `axis` and interpolates between their middles: thick slices brought
/// back to the grid.
void thickSlices(std::vector<float> &image, const Size3 &size, int axis, double thick, double phase)
{
    const std::int64_t stride = axis == 0   ? 1
                                : axis == 1 ? size[0]
                                            : size[0] * size[1],
                       length = size[std::size_t(axis)];
    const std::int64_t lines = std::int64_t(image.size()) / length;
    const auto slices = std::int64_t(std::ceil(double(length) / thick)) + 2;
    parallelFor(0, lines, 256, [&](std::int64_t first, std::int64_t last) {
        std::vector<double> running(std::size_t(length + 1));
        std::vector<float> means(static_cast<std::size_t>(slices));
        for (std::int64_t n = first; n < last; ++n) {
            float *line = image.data() + (n / stride) * stride * length + n % stride;
            running[0] = 0;
            for (std::int64_t i = 0; i < length; ++i)
                running[std::size_t(i + 1)] = running[std::size_t(i)] + double(line[i * stride]);
            const auto integral = [&](double x) { // of the line up to x, voxel i covering i..i+1
                x = std::clamp(x, 0.0, double(length));
                const auto whole = std::min(std::int64_t(x), length - 1);
                return running[std::size_t(whole)] + (x - double(whole)) * double(line[whole * stride]);
            };
            for (std::int64_t s = 0; s < slices; ++s) {
                const double from = std::clamp((double(s) - 1 + phase) * thick, 0.0, double(length)),
                             to = std::clamp((double(s) + phase) * thick, 0.0, double(length));
                means[std::size_t(s)] = to - from > 0.05 ? float((integral(to) - integral(from)) / (to - from)) : 0;
                if (to - from <= 0.05) means[std::size_t(s)] = s > 0 ? means[std::size_t(s - 1)] : line[0];
            }
            for (std::int64_t i = 0; i < length; ++i) {
                const double at = std::clamp((double(i) + 0.5) / thick + 0.5 - phase, 0.0, double(slices - 1) - 1e-9);
                const auto low = std::size_t(at);
                const auto part = float(at - double(low));
                line[i * stride] = means[low] + part * (means[low + 1] - means[low]);
            }
        }
    });
}

/// A periodic movement during the scan modulates the lines of k-space: along the phase-encoding axis faint copies of
/// the whole image appear at fixed parts of the field, added or taken away, and edges across it lose their sharpness.
void addGhosts(std::vector<float> &image, const Size3 &size, const Degradation &how)
{
    const auto axis = std::size_t(how.ghostAxis);
    const std::int64_t length = size[axis], stride = axis == 0 ? 1 : axis == 1 ? size[0] : size[0] * size[1];
    const std::int64_t lines = std::int64_t(image.size()) / length;
    parallelFor(0, lines, 256, [&](std::int64_t first, std::int64_t last) {
        std::vector<float> line(static_cast<std::size_t>(length));
        for (std::int64_t n = first; n < last; ++n) {
            float *const at = image.data() + (n / stride) * stride * length + n % stride;
            for (std::int64_t i = 0; i < length; ++i)
                line[std::size_t(i)] = at[i * stride];
            for (std::int64_t i = 0; i < length; ++i) {
                float sum = 0;
                for (int g = 1; g < how.ghosts; ++g) {
                    const std::int64_t from = (i + g * length / how.ghosts) % length;
                    sum += float(std::cos(2 * std::numbers::pi * (how.ghostPhase + 0.5 * g))) * line[std::size_t(from)];
                }
                const float soft = 0.5f * (line[std::size_t(std::max<std::int64_t>(0, i - 1))] +
                                           line[std::size_t(std::min(length - 1, i + 1))]);
                const float own = line[std::size_t(i)], blurred = own + float(1.5 * how.ghost) * (soft - own);
                at[i * stride] = std::max(0.0f, blurred + float(how.ghost) * sum);
            }
        }
    });
}

void blur(std::vector<float> &values, const Geometry &grid, double sigma)
{
    ImageVolume image(grid, std::move(values));
    smooth(image, {sigma, sigma, sigma});
    values.assign(image.voxels().begin(), image.voxels().end());
}

void shift(std::vector<float> &image, const Size3 &size, const std::array<double, 3> &by)
{
    const std::vector<float> from = image;
    const auto held = [](double x, std::int64_t n) { return std::clamp(x, 0.0, double(n - 1)); };
    parallelFor(0, size[2], 2, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j)
                for (std::int64_t i = 0; i < size[0]; ++i) {
                    const double x = held(double(i) + by[0], size[0]), y = held(double(j) + by[1], size[1]),
                                 z = held(double(k) + by[2], size[2]);
                    const auto x0 = std::int64_t(x), y0 = std::int64_t(y), z0 = std::int64_t(z);
                    const auto x1 = std::min(x0 + 1, size[0] - 1), y1 = std::min(y0 + 1, size[1] - 1),
                               z1 = std::min(z0 + 1, size[2] - 1);
                    const auto u = float(x - double(x0)), v = float(y - double(y0)), w = float(z - double(z0));
                    const auto at = [&](std::int64_t a, std::int64_t b, std::int64_t c) {
                        return from[std::size_t(a + size[0] * (b + size[1] * c))];
                    };
                    const auto line = [&](std::int64_t b, std::int64_t c) {
                        return at(x0, b, c) + u * (at(x1, b, c) - at(x0, b, c));
                    };
                    const float near = line(y0, z0) + v * (line(y1, z0) - line(y0, z0)),
                                far = line(y0, z1) + v * (line(y1, z1) - line(y0, z1));
                    image[std::size_t(i + size[0] * (j + size[1] * k))] = near + w * (far - near);
                }
    });
}

double deviationInside(const std::vector<float> &image, const std::vector<float> &inside)
{
    double sum = 0, squares = 0, count = 0;
    for (std::size_t n = 0; n < image.size(); n += 7)
        if (inside[n] > 0.5f) sum += double(image[n]), squares += double(image[n]) * double(image[n]), ++count;
    return count < 2 ? 0 : std::sqrt(std::max(0.0, squares / count - sum / count * sum / count));
}

} // namespace

std::array<Degradation, 4> drawDegradations(CounterRandom &random, bool calm, const Spacing3 &spacing, bool withHead)
{
    std::array<Degradation, 4> out;
    const bool together = random.chance(0.5), allThick = random.chance(withHead ? 0.5 : 0.3);
    const double sharedMm = random.uniform(2.5, 7), sharedPhase = random.uniform();
    const int sharedAxis = random.chance(0.8) ? 2 : int(random.integer(0, 1));
    const double site = random.uniform(0.1, 1.0); // a good or a bad scanner for all four
    for (Degradation &d : out) {
        d.noiseKey = std::uint64_t(random.bits()) << 32 | random.bits();
        d.fieldKey = std::uint64_t(random.bits()) << 32 | random.bits();
        if (calm) {
            d.biasDeviation = 0.035;
            d.noise = 0.035;
            d.noiseGrain = 0.45;
            continue;
        }
        d.biasDeviation = random.uniform(0, 0.18);
        if (random.chance(0.15)) d.gamma = random.uniform(0.8, 1.25);
        if (random.chance(0.35)) d.blurVoxels = random.uniform(0.3, 0.9);
        if (together ? allThick : random.chance(withHead ? 0.5 : 0.3)) {
            d.sliceMm = together ? sharedMm : random.uniform(2.5, 7);
            d.sliceAxis = together ? sharedAxis : random.chance(0.8) ? 2 : int(random.integer(0, 1));
            d.slicePhase = together ? sharedPhase : random.uniform();
            if (d.sliceMm < 1.25 * spacing[std::size_t(d.sliceAxis)]) d.sliceMm = 0;
        }
        if (random.chance(0.12))
            for (double &s : d.shiftVoxels)
                s = random.uniform(-1, 1);
        if (random.chance(0.7)) d.noise = site * random.uniform(0, 0.18);
        d.noiseGrain = random.chance(0.5) ? random.uniform(0.35, 0.8) : 0;
        if (random.chance(0.15)) {
            d.ghost = random.uniform(0.03, 0.2);
            d.ghostAxis = random.chance(0.7) ? 1 : 0;
            d.ghosts = int(random.integer(2, 4));
            d.ghostPhase = random.uniform();
        }
    }
    return out;
}

void degrade(std::vector<float> &image, const Geometry &grid, const std::vector<float> &inside, bool withHead,
             const Degradation &how)
{
    const Size3 &size = grid.size();
    if (how.biasDeviation > 0) {
        CounterRandom random({how.fieldKey, 1});
        const auto field = smoothNoise(random, size, {double(size[0]) / 3, double(size[1]) / 3, double(size[2]) / 3});
        parallelFor(0, std::int64_t(image.size()), 1 << 15, [&](std::int64_t first, std::int64_t last) {
            for (auto n = std::size_t(first); n < std::size_t(last); ++n)
                if (image[n] != 0) image[n] *= std::exp(float(how.biasDeviation) * field[n]);
        });
    }
    if (how.gamma != 1)
        parallelFor(0, std::int64_t(image.size()), 1 << 15, [&](std::int64_t first, std::int64_t last) {
            for (auto n = std::size_t(first); n < std::size_t(last); ++n)
                image[n] = image[n] > 0 ? std::pow(image[n], float(how.gamma)) : 0;
        });
    if (how.blurVoxels > 0 || how.sliceMm > 0) {
        const auto run = [&](std::vector<float> &values) {
            if (how.blurVoxels > 0) blur(values, grid, how.blurVoxels);
            if (how.sliceMm > 0)
                thickSlices(values, size, how.sliceAxis, how.sliceMm / grid.spacing()[std::size_t(how.sliceAxis)],
                            how.slicePhase);
        };
        if (withHead)
            run(image);
        else { // averages over the brain alone
            std::vector<float> weight = inside;
            for (std::size_t n = 0; n < image.size(); ++n)
                image[n] *= weight[n];
            run(image);
            run(weight);
            for (std::size_t n = 0; n < image.size(); ++n)
                image[n] = weight[n] > 0.02f ? image[n] / weight[n] : 0;
        }
    }
    if (how.ghost > 0) addGhosts(image, size, how);
    if (how.shiftVoxels != std::array<double, 3>{0, 0, 0}) shift(image, size, how.shiftVoxels);
    if (how.noise > 0) {
        const auto amount = float(how.noise * deviationInside(image, inside));
        std::vector<float> grain(image.size());
        parallelFor(0, std::int64_t(image.size()), 1 << 15, [&](std::int64_t first, std::int64_t last) {
            for (auto n = std::size_t(first); n < std::size_t(last); ++n)
                grain[n] = whiteNoise(how.noiseKey, n);
        });
        float unit = 1;
        if (how.noiseGrain > 0) {
            blur(grain, grid, how.noiseGrain);
            unit = float(1 / std::max(0.1, deviationInside(grain, std::vector<float>(grain.size(), 1.0f))));
        }
        const float step = amount * unit;
        parallelFor(0, std::int64_t(image.size()), 1 << 15, [&](std::int64_t first, std::int64_t last) {
            for (auto n = std::size_t(first); n < std::size_t(last); ++n) {
                const float noisy = image[n] + step * grain[n];
                image[n] =
                    withHead ? std::sqrt(noisy * noisy + 0.3f * step * step) : noisy; // magnitude images have no sign
            }
        });
    }
}

} // namespace glio::phantom
