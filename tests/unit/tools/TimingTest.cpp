#include "glioscope/tools/Grow.h"
#include "glioscope/tools/Islands.h"
#include "glioscope/tools/Margin.h"
#include "glioscope/tools/RandomWalker.h"
#include "glioscope/tools/Smooth.h"

#include "Shapes.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdio>

using namespace glio;
using namespace glio::tools;
using namespace shapes;

namespace {
template <class Work> void timed(const char *what, Work work)
{
    const auto start = std::chrono::steady_clock::now();
    const bool done = work();
    const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    std::printf("%-44s %8.1f ms\n", what, ms);
    CHECK(done);
}
} // namespace

// Hidden: run it by name or by tag, on a quiet machine. A 240x240x155 mask of 1 mm with a tumour of 60 ml.
TEST_CASE("Timings of the tools on a whole head", "[.][tools][timing]")
{
    const Geometry grid = oblique({240, 240, 155}, {1, 1, 1});
    const Index3 middle{120, 110, 80};
    LabelMap map(grid);
    const PointMm centre = grid.toWorld(middle);
    paintBall(map, 3, centre, 24.3);
    paintBall(map, 2, centre, 17);
    paintBall(map, 1, centre, 11);
    ImageVolume a(grid), b(grid);
    CounterRandom random{3};
    const auto labels = map.values(VoxelBox::whole(grid));
    auto va = a.edit(), vb = b.edit();
    for (std::size_t n = 0; n < labels.size(); ++n) {
        va[n] = float(6 * labels[n] + random.normal());
        vb[n] = float((labels[n] ? 8 : 0) + random.normal());
    }
    const std::array<WeightedImage, 2> images{WeightedImage{&a, 1}, WeightedImage{&b, 1}};

    timed("islands of three labels", [&] { return islands(map, {1, 2, 3}).has_value(); });
    timed("split at necks", [&] { return !splitAtNecks(map, 3, 2).has_value(); });
    timed("close holes", [&] { return closeHoles(map, 3).has_value(); });
    timed("smooth one label, 1 mm", [&] { return smoothLabel(map, 3, 1).has_value(); });
    timed("smooth all labels, 1 mm", [&] { return smoothLabels(map, 1).has_value(); });
    timed("smooth all labels, 5 mm", [&] { return smoothLabels(map, 5).has_value(); });
    timed("grow by 5 mm", [&] { return growLabel(map, 3, 5).has_value(); });
    timed("grow by 20 mm", [&] { return growLabel(map, 3, 20).has_value(); });
    timed("shrink by 3 mm", [&] { return shrinkLabel(map, 3, 3).has_value(); });
    for (const double radiusMm : {25.0, 40.0}) {
        GrowField field;
        timed(radiusMm < 30 ? "grow field, 25 mm, 2 sequences" : "grow field, 40 mm, 2 sequences", [&] {
            field = *growField(grid, images, {middle}, {.radiusMm = radiusMm});
            return true;
        });
        timed("  a new reach", [&] { return within(field, 4).count() > 0; });
    }
    for (const std::int64_t edge : {64, 96, 128}) {
        const VoxelBox box{{middle[0] - edge / 2, middle[1] - edge / 2, middle[2] - edge / 2}, {edge, edge, edge}};
        std::vector<LabelSeed> seeds;
        for (std::int64_t n = -6; n <= 6; ++n)
            seeds.push_back({{middle[0] + n, middle[1], middle[2]}, 1});
        for (std::int64_t n = 0; n < edge; ++n)
            seeds.push_back({{box.start[0] + n, box.start[1] + 2, middle[2]}, 0});
        const std::string size = std::to_string(edge) + "^3, 2 sequences";
        timed(("random walker, 2 labels, " + size).c_str(),
              [&] { return randomWalk(map, box, images, seeds).has_value(); });
        for (std::int64_t n = -6; n <= 6; ++n) {
            seeds.push_back({{middle[0] + n, middle[1] + 14, middle[2]}, 2});
            seeds.push_back({{middle[0] + n, middle[1] + 20, middle[2]}, 3});
        }
        timed(("random walker, 4 labels, " + size).c_str(),
              [&] { return randomWalk(map, box, images, seeds).has_value(); });
    }
}
