#include "glioscope/tools/Propagate.h"

#include "Shapes.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::tools;
using namespace shapes;

TEST_CASE("Carrying a drawing on says how far it is, never falls back, and stops when asked", "[tools][propagate]")
{
    const Geometry grid = oblique({60, 56, 20});
    const PointMm centre = grid.toWorld(Index3{30, 28, 10});
    ImageVolume image(grid);
    LabelMap drawn(grid);
    CounterRandom random{44};
    auto values = image.edit();
    for (std::int64_t k = 0; k < 20; ++k)
        for (std::int64_t j = 0; j < 56; ++j)
            for (std::int64_t i = 0; i < 60; ++i) {
                const bool inside = length(grid.toWorld(Index3{i, j, k}) - centre) <= 15;
                values[std::size_t(grid.offset({i, j, k}))] = float(random.normal() + (inside ? 12 : 0));
            }
    paint(drawn, 1,
          [&](const PointMm &p) { return length(p - centre) <= 15 && std::abs(dot(p - centre, grid.axis(2))) < 1; });
    const PropagateRequest request{
        .label = 1, .across = 2, .from = 10, .step = 1, .slices = 4, .images = {{&image, 1}}};
    std::vector<double> told;
    const auto made = propagate(drawn, request, [&](double done) {
        told.push_back(done);
        return true;
    });
    REQUIRE(made);
    REQUIRE(told.size() > 4);
    CHECK(std::ranges::is_sorted(told));
    CHECK(told.front() == 0);
    CHECK(told.back() == 1);
    int asked = 0;
    const auto stopped = propagate(drawn, request, [&](double done) {
        ++asked;
        return done < 0.3;
    });
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == Errc::Cancelled);
    CHECK(asked < int(told.size()));
}
