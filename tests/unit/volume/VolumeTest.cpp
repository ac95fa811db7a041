#include "glioscope/volume/Volume.h"
#include "glioscope/volume/Axes.h"
#include "glioscope/volume/Geometry.h"
#include "glioscope/volume/Resample.h"
#include "glioscope/volume/Statistics.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <limits>
#include <numeric>

using namespace glio;
using Catch::Matchers::WithinAbs;

namespace {

Matrix3 turned(double degrees) // about the S axis
{
    const double a = degrees * std::acos(-1.0) / 180;
    return {std::cos(a), -std::sin(a), 0, std::sin(a), std::cos(a), 0, 0, 0, 1};
}

ImageVolume ramp(const Geometry &geometry) // value = 2 x - y + 0.5 z + 7 in world mm
{
    ImageVolume image(geometry);
    const auto out = image.edit();
    const Size3 n = geometry.size();
    for (std::int64_t k = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j)
            for (std::int64_t i = 0; i < n[0]; ++i) {
                const PointMm p = geometry.toWorld(Index3{i, j, k});
                out[std::size_t(geometry.offset({i, j, k}))] = float(2 * p.x - p.y + 0.5 * p.z + 7);
            }
    return image;
}

} // namespace

TEST_CASE("Index and world are inverse for oblique and sheared grids", "[volume][geometry]")
{
    const Matrix3 sheared{1, 0.3, 0, 0, 1, 0.1, 0, 0, 1};
    for (const Matrix3 &direction : {turned(0), turned(33), turned(-170), sheared}) {
        const auto grid = Geometry::make({10, 20, 30}, {0.5, 1.25, 4}, {-20, 13, 7}, direction);
        REQUIRE(grid);
        const ContinuousIndex v{3.25, 17.5, 28};
        const ContinuousIndex back = grid->toIndex(grid->toWorld(v));
        for (int a = 0; a < 3; ++a)
            CHECK_THAT(back[a], WithinAbs(v[a], 1e-9));
        const PointMm step = grid->toWorld(Index3{1, 0, 0}) - grid->toWorld(Index3{0, 0, 0});
        CHECK_THAT(std::hypot(step.x, step.y, step.z), WithinAbs(0.5, 1e-12));
    }
}

TEST_CASE("A grid that cannot be is refused with a sentence", "[volume][geometry][error]")
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_FALSE(Geometry::make({0, 1, 1}, {1, 1, 1}));
    CHECK_FALSE(Geometry::make({1, 1, 1}, {1, 0, 1}));
    CHECK_FALSE(Geometry::make({1, 1, 1}, {1, -2, 1}));
    CHECK_FALSE(Geometry::make({1, 1, 1}, {1, nan, 1}));
    CHECK_FALSE(Geometry::make({1, 1, 1}, {1, 1, 1}, {nan, 0, 0}));
    CHECK_FALSE(Geometry::make({1, 1, 1}, {1, 1, 1}, {}, {1, 1, 0, 0, 0, 0, 0, 0, 1}));
    CHECK_FALSE(Geometry::make({1 << 20, 1 << 20, 1 << 10}, {1, 1, 1}));
    const auto wrong = Geometry::make({1, 1, 1}, {1, 0, 1});
    CHECK(wrong.error().code == Errc::Geometry);
    CHECK(wrong.error().message.find("axis 2") != std::string::npos);
}

TEST_CASE("Orientation letters say where the voxel axes grow to", "[volume][geometry]")
{
    const auto letters = [](Matrix3 d) { return Geometry::make({4, 4, 4}, {1, 1, 1}, {}, d)->orientation(); };
    CHECK(letters({1, 0, 0, 0, 1, 0, 0, 0, 1}) == "LPS");
    CHECK(letters({-1, 0, 0, 0, -1, 0, 0, 0, 1}) == "RAS");
    CHECK(letters({0, 0, 1, 1, 0, 0, 0, -1, 0}) == "PIL"); // sagittal: i to the back, j down, k to the left
    CHECK(letters(turned(45)).size() == 3);
    CHECK(letters(turned(45)).find('?') == std::string::npos);
    CHECK(Geometry::make({4, 4, 4}, {1, 1, 1}, {}, turned(3))->isOblique());
    CHECK_FALSE(Geometry::make({4, 4, 4}, {1, 1, 1}, {}, turned(0.1))->isOblique());
}

TEST_CASE("The same grid is the same within the tolerance, also where one axis has one voxel", "[volume][geometry]")
{
    const auto a = Geometry::make({5, 6, 1}, {1, 1, 3}).value();
    CHECK(a.sameGrid(Geometry::make({5, 6, 1}, {1, 1, 3}, {0.005, 0, 0}).value()));
    CHECK_FALSE(a.sameGrid(Geometry::make({5, 6, 1}, {1, 1, 3}, {0.5, 0, 0}).value()));
    CHECK_FALSE(a.sameGrid(Geometry::make({5, 6, 1}, {1, 1, 5}).value()));
    CHECK_FALSE(a.sameGrid(Geometry::make({6, 5, 1}, {1, 1, 3}).value()));
}

TEST_CASE("Another spacing covers the same box about the same centre", "[volume][geometry]")
{
    const auto grid = Geometry::make({241, 240, 155}, {1, 1, 1}, {5, -7, 9}, turned(20)).value();
    const auto coarse = grid.withSpacing({4, 4, 4}).value();
    CHECK(coarse.size() == Size3{61, 60, 39});
    const PointMm gap = grid.centre() - coarse.centre();
    CHECK_THAT(std::hypot(gap.x, gap.y, gap.z), WithinAbs(0, 1e-9));
}

TEST_CASE("A copy of a volume is a snapshot: writing to one leaves the other", "[volume]")
{
    ImageVolume a(Geometry::make({3, 3, 3}, {1, 1, 1}).value(), 1.0f);
    const ImageVolume snapshot = a;
    CHECK(snapshot.sharesVoxelsWith(a));
    a.set({1, 1, 1}, 5);
    CHECK(snapshot.at({1, 1, 1}) == 1);
    CHECK(a.at({1, 1, 1}) == 5);
    CHECK_FALSE(snapshot.sharesVoxelsWith(a));
}

TEST_CASE("Tensor and volume orders agree byte for byte", "[volume]")
{
    CHECK(tensorShape({2, 3, 4}) == std::array<std::int64_t, 3>{4, 3, 2});
    CHECK(volumeSize(tensorShape({2, 3, 4})) == Size3{2, 3, 4});
    CHECK(Geometry::make({2, 3, 4}, {1, 1, 1})->offset({1, 2, 3}) == ((3 * 3) + 2) * 2 + 1);
    CHECK(flipRasLps({1, 2, 3}) == PointMm{-1, -2, 3});
}

TEST_CASE("Resampling a linear field gives the field, whatever the grids", "[volume][resample]")
{
    const auto method = GENERATE(Interpolation::Linear, Interpolation::BSpline3);
    const ImageVolume source = ramp(Geometry::make({40, 40, 40}, {1, 1.5, 2}, {-20, -30, -40}, turned(10)).value());
    const Geometry inner =
        Geometry::make({12, 12, 12}, {0.9, 0.9, 0.9}, source.geometry().centre() - PointMm{5, 5, 5}, turned(-25))
            .value();
    const auto target = resample(source, inner, method);
    REQUIRE(target);
    const ImageVolume truth = ramp(inner);
    double worst = 0;
    for (std::size_t v = 0; v < truth.voxels().size(); ++v)
        worst = std::max(worst, std::abs(double(truth.voxels()[v]) - target->voxels()[v]));
    CHECK(worst < 2e-3);
}

TEST_CASE("A B-spline passes through the samples, and lies nearer to a wave than lines do", "[volume][resample]")
{
    const Geometry coarse = Geometry::make({32, 5, 5}, {1, 1, 1}).value();
    const auto wave = [](double x) { return std::sin(x * 1.1); };
    ImageVolume source(coarse);
    for (std::int64_t k = 0; k < 5; ++k)
        for (std::int64_t j = 0; j < 5; ++j)
            for (std::int64_t i = 0; i < 32; ++i)
                source.set({i, j, k}, float(wave(double(i))));
    const auto same = resample(source, coarse, Interpolation::BSpline3).value();
    for (std::size_t v = 0; v < source.voxels().size(); ++v)
        REQUIRE_THAT(same.voxels()[v], WithinAbs(source.voxels()[v], 1e-5));
    const Geometry between = Geometry::make({20, 1, 1}, {1, 1, 1}, {5.5, 2, 2}).value();
    double spline = 0, line = 0;
    const auto s = resample(source, between, Interpolation::BSpline3).value(),
               l = resample(source, between, Interpolation::Linear).value();
    for (std::int64_t i = 0; i < 20; ++i) {
        spline = std::max(spline, std::abs(s.at({i, 0, 0}) - wave(5.5 + double(i))));
        line = std::max(line, std::abs(l.at({i, 0, 0}) - wave(5.5 + double(i))));
    }
    CHECK(spline < 0.02);
    CHECK(line > 5 * spline);
}

TEST_CASE("Outside the source is the outside value, and a mask never gets a new label", "[volume][resample]")
{
    LabelVolume mask(Geometry::make({4, 4, 4}, {2, 2, 2}).value());
    mask.set({2, 1, 3}, 4);
    const Geometry wide = Geometry::make({20, 20, 20}, {1, 1, 1}, {-6.5, -6.5, -6.5}).value();
    const LabelVolume out = resampleLabels(mask, wide);
    const auto fours = std::count(out.voxels().begin(), out.voxels().end(), 4);
    CHECK(fours == 8); // one 2 mm voxel is eight of 1 mm
    CHECK(std::count(out.voxels().begin(), out.voxels().end(), 0) == 8000 - fours);
    const auto far = resample(ImageVolume(mask.geometry(), 3.0f), wide, Interpolation::Linear, -9.0f).value();
    CHECK(far.at({0, 0, 0}) == -9);
    CHECK(far.at({9, 9, 9}) == 3);
}

TEST_CASE("Smoothing keeps the mean and a constant, and spreads a point as a Gaussian", "[volume][resample]")
{
    ImageVolume image(Geometry::make({41, 41, 41}, {1, 1, 1}).value());
    image.set({20, 20, 20}, 1000);
    smooth(image, {2, 2, 0});
    CHECK_THAT(std::accumulate(image.voxels().begin(), image.voxels().end(), 0.0), WithinAbs(1000, 0.1));
    CHECK_THAT(image.at({22, 20, 20}) / image.at({20, 20, 20}), WithinAbs(std::exp(-0.5), 1e-3));
    CHECK(image.at({20, 20, 21}) == 0);
}

TEST_CASE("A cancelled resampling says so", "[volume][resample]")
{
    const ImageVolume image(Geometry::make({8, 8, 8}, {1, 1, 1}).value());
    const auto stopped =
        resample(image, image.geometry(), Interpolation::Linear, 0, Antialias::No, [](double) { return false; });
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == Errc::Cancelled);
}

TEST_CASE("Quantiles follow numpy and leave out what is not a number", "[volume][statistics]")
{
    std::vector<float> values{
        4, 1, 3, 2, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
    const std::array q{0.0, 0.25, 0.5, 0.9, 1.0};
    const auto found = quantiles(values, q);
    const std::array expected{1.0f, 1.75f, 2.5f, 3.7f, 4.0f}; // numpy.quantile([1, 2, 3, 4], q)
    for (std::size_t n = 0; n < q.size(); ++n)
        CHECK_THAT(found[n], WithinAbs(expected[n], 1e-6));
    const ImageStatistics s = statistics(values);
    CHECK(s.notFinite == 2);
    CHECK_THAT(s.mean, WithinAbs(2.5, 1e-9));
    CHECK(statistics(std::vector<float>(5, 3.0f)).constant);
}

TEST_CASE("The background is the border's most frequent value, also when it is negative", "[volume][statistics]")
{
    ImageVolume image(Geometry::make({20, 20, 20}, {1, 1, 1}).value(), -0.7f);
    for (std::int64_t k = 5; k < 15; ++k)
        for (std::int64_t j = 5; j < 15; ++j)
            for (std::int64_t i = 5; i < 15; ++i)
                image.set({i, j, k}, float(i + j + k));
    CHECK(backgroundValue(image) == -0.7f);
    const DisplayRange range = autoWindow(image);
    CHECK(range.low >= -0.7f);
    CHECK(range.high > 35);
    const DisplayRange flat = autoWindow(ImageVolume(image.geometry(), 5.0f));
    CHECK(flat.high > flat.low);
}
