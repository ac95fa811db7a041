#include "Shapes.h"

#include "glioscope/tools/LiveWire.h"
#include "glioscope/tools/Propagate.h"
#include "glioscope/tools/Snake.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>

using namespace glio;
using namespace glio::tools;
using namespace shapes;

namespace {

/// A bright ball (100) in grey tissue (40) with noise of 6.
ImageVolume noisyBall(const Geometry &grid, const PointMm &centre, double radiusMm, double noise = 6)
{
    CounterRandom random{7};
    ImageVolume image(grid);
    const auto voxels = image.edit();
    const VoxelBox whole = VoxelBox::whole(grid);
    for (std::int64_t k = 0; k < whole.size[2]; ++k)
        for (std::int64_t j = 0; j < whole.size[1]; ++j)
            for (std::int64_t i = 0; i < whole.size[0]; ++i) {
                const double d = length(grid.toWorld(Index3{i, j, k}) - centre) - radiusMm;
                const double soft = std::clamp(0.5 - d / 2, 0.0, 1.0);
                voxels[whole.offset({i, j, k})] = float(40 + 60 * soft + noise * random.normal());
            }
    return image;
}

LabelMap shapeAsMap(const Geometry &grid, const Selection &shape)
{
    return written(LabelMap(grid), relabelled(LabelMap(grid), shape, 1));
}

struct Scene {
    Geometry grid = oblique({72, 64, 26});
    PointMm centre = grid.centre();
    double radiusMm = 16;
    ImageVolume image = noisyBall(grid, centre, radiusMm);
    LabelMap truth{grid};
    Scene() { paintBall(truth, 1, centre, radiusMm); }
    std::vector<WeightedImage> images() const { return {{&image, 1}}; }
};

} // namespace

TEST_CASE("A snake grows from a bubble to the region's border", "[tools][snake]")
{
    const Scene scene;
    const PointMm beside = scene.centre + PointMm{4, -3, 2};
    const std::vector<SnakeBubble> bubbles{{beside, 5}};
    auto snake = Snake::make(LabelMap(scene.grid), 0, bubbles, {.images = scene.images()});
    REQUIRE(snake);
    CHECK(std::abs(snake->volumeMl() - ballMl(5)) < 0.2 * ballMl(5));
    snake->setForces({0.0, 0.4, 0.3});
    snake->step(400);
    CHECK(snake->atRest());
    CHECK(dice(shapeAsMap(scene.grid, snake->shape()), scene.truth, 1) > 0.95);
    CHECK(std::abs(snake->volumeMl() - ballMl(16)) < 0.06 * ballMl(16));
}

TEST_CASE("A balloon grows until edges stop it", "[tools][snake]")
{
    const Scene scene;
    const std::vector<SnakeBubble> bubbles{{scene.centre, 6}};
    auto snake =
        Snake::make(LabelMap(scene.grid), 0, bubbles, {.driver = SnakeDriver::Edges, .images = scene.images()});
    REQUIRE(snake);
    snake->setForces({0.7, 0.5, 1});
    snake->step(300);
    CHECK(dice(shapeAsMap(scene.grid, snake->shape()), scene.truth, 1) > 0.9);
}

TEST_CASE("A snake follows a probability and a range of intensities", "[tools][snake]")
{
    const Scene scene;
    LabelMap start(scene.grid);
    paintBall(start, 3, scene.centre, 7);
    SECTION("probability")
    {
        Volume<std::uint8_t> p(scene.grid);
        const auto values = p.edit();
        for (std::size_t n = 0; n < values.size(); ++n)
            values[n] = std::uint8_t(std::clamp((scene.image.voxels()[n] - 40) / 60 * 255, 0.0f, 255.0f));
        auto snake = Snake::make(start, 3, {}, {.driver = SnakeDriver::Probability, .probability = &p});
        REQUIRE(snake);
        snake->setForces({0, 0.4, 0});
        snake->step(300);
        CHECK(dice(shapeAsMap(scene.grid, snake->shape()), scene.truth, 1) > 0.95);
    }
    SECTION("range")
    {
        auto snake =
            Snake::make(start, 3, {}, {.driver = SnakeDriver::Range, .images = scene.images(), .low = 70, .high = 200});
        REQUIRE(snake);
        snake->setForces({0, 0.4, 0});
        snake->step(300);
        CHECK(dice(shapeAsMap(scene.grid, snake->shape()), scene.truth, 1) > 0.95);
    }
    SECTION("it shrinks from beyond the border as well")
    {
        LabelMap wide(scene.grid);
        paintBall(wide, 3, scene.centre, 21);
        auto snake =
            Snake::make(wide, 3, {}, {.driver = SnakeDriver::Range, .images = scene.images(), .low = 70, .high = 200});
        REQUIRE(snake);
        snake->setForces({0, 0.4, 0});
        snake->step(300);
        CHECK(dice(shapeAsMap(scene.grid, snake->shape()), scene.truth, 1) > 0.95);
    }
}

TEST_CASE("A snake's speeds are millimetres along every axis", "[tools][snake]")
{
    // Curvature alone shrinks a ball by dr/dt = -2 b / r, the same along thick slices.
    const Geometry grid = oblique({72, 64, 26});
    LabelMap map(grid);
    const std::vector<SnakeBubble> bubbles{{grid.centre(), 18}};
    ImageVolume flat(grid, 1.0f);
    const std::vector<WeightedImage> images{{&flat, 1}};
    auto snake = Snake::make(map, 0, bubbles, {.driver = SnakeDriver::Edges, .images = images});
    REQUIRE(snake);
    snake->setForces({0, 1, 0});
    while (snake->volumeMl() > 0.4 * ballMl(18) && snake->steps() < 2000)
        snake->step();
    CHECK(snake->steps() < 2000);
    const Selection shape = snake->shape();
    std::array<double, 3> wide{};
    for (std::size_t a = 0; a < 3; ++a)
        wide[a] = double(shape.box.size[a]) * grid.spacing()[a];
    CHECK(std::abs(wide[0] - wide[1]) <= 2.5);
    CHECK(std::abs(wide[0] - wide[2]) <= 4.5); // slices lie 3 mm apart
    snake->step(4000);
    CHECK(snake->atRest());
    CHECK(snake->shape().box.empty());
}

TEST_CASE("A snake refuses what it cannot start from", "[tools][snake][error]")
{
    const Scene scene;
    const LabelMap empty(scene.grid);
    const std::vector<SnakeBubble> none, good{{scene.centre, 4}}, outside{{{900, 0, 0}, 4}}, flat{{scene.centre, 0}};
    CHECK_FALSE(Snake::make(empty, 1, none, {.images = scene.images()}));
    CHECK_FALSE(Snake::make(empty, 0, outside, {.images = scene.images()}));
    CHECK_FALSE(Snake::make(empty, 0, flat, {.images = scene.images()}));
    CHECK_FALSE(Snake::make(empty, 0, good, {}));
    CHECK_FALSE(Snake::make(empty, 0, good, {.driver = SnakeDriver::Probability}));
    CHECK_FALSE(Snake::make(empty, 0, good, {.driver = SnakeDriver::Range, .images = scene.images()}));
    CHECK(Snake::make(empty, 0, good, {.images = scene.images()}).has_value());
}

TEST_CASE("A drawing is carried through a ball until it ends", "[tools][propagate]")
{
    const Scene scene;
    const Index3 middle = scene.grid.nearestVoxel(scene.centre);
    for (const int across : {2, 0}) {
        LabelMap drawn(scene.grid);
        paint(drawn, 1, [&](const PointMm &p) {
            const ContinuousIndex v = scene.grid.toIndex(p);
            return std::llround(v[std::size_t(across)]) == middle[std::size_t(across)] &&
                   length(p - scene.centre) <= scene.radiusMm;
        });
        LabelMap result = drawn;
        for (const std::int64_t step : {1, -1}) {
            PropagateRequest request;
            request.across = across;
            request.from = middle[std::size_t(across)];
            request.step = step;
            request.slices = 60;
            request.images = scene.images();
            const auto made = propagate(drawn, request);
            REQUIRE(made);
            CHECK(made->end == PropagateEnd::Vanished);
            const double reached = double(made->slices) * scene.grid.spacing()[std::size_t(across)];
            CHECK(reached > 10);
            CHECK(reached < 19);
            write(result, made->patch);
        }
        CHECK(dice(result, scene.truth, 1) > 0.92);
    }
}

TEST_CASE("A drawing is carried no further than asked, and says when it leaks", "[tools][propagate]")
{
    const Scene scene;
    const Index3 middle = scene.grid.nearestVoxel(scene.centre);
    LabelMap drawn(scene.grid);
    paint(drawn, 1, [&](const PointMm &p) {
        return std::llround(scene.grid.toIndex(p)[2]) == middle[2] && length(p - scene.centre) <= scene.radiusMm;
    });
    PropagateRequest request;
    request.from = middle[2];
    request.slices = 2;
    request.images = scene.images();
    const auto two = propagate(drawn, request);
    REQUIRE(two);
    CHECK(two->slices == 2);
    CHECK(two->end == PropagateEnd::AllDone);
    CHECK(two->patch.box.start[2] == middle[2] + 1);
    CHECK(two->patch.box.size[2] == 2);

    // A mushroom: a stalk of 6 mm that opens into a plate from one slice to the next.
    LabelMap solid(scene.grid);
    const PointMm axis = scene.grid.axis(2);
    paint(solid, 1, [&](const PointMm &p) {
        const PointMm off = p - scene.centre;
        const double up = dot(off, axis), across = length(off - up * axis);
        return across <= (up > 7 ? 20.0 : 6.0);
    });
    ImageVolume image(scene.grid);
    const auto voxels = image.edit();
    const LabelVolume mask = solid.toVolume();
    for (std::size_t n = 0; n < voxels.size(); ++n)
        voxels[n] = mask.voxels()[n] ? 100.0f : 40.0f;
    LabelMap stalk(scene.grid);
    paint(stalk, 1, [&](const PointMm &p) {
        const PointMm off = p - scene.centre;
        return std::llround(scene.grid.toIndex(p)[2]) == middle[2] && length(off - dot(off, axis) * axis) <= 6;
    });
    request.slices = 10;
    request.images = {{&image, 1}};
    const auto leak = propagate(stalk, request);
    REQUIRE(leak);
    CHECK(leak->end == PropagateEnd::Leaked);
    CHECK(leak->slices == 2);
    request.from = 0;
    CHECK_FALSE(propagate(stalk, request)); // nothing drawn there
    request.from = middle[2];
    request.images = {};
    CHECK_FALSE(propagate(stalk, request));
}

TEST_CASE("A live wire runs along the border of a disc in an oblique plane", "[tools][livewire]")
{
    const Scene scene;
    const std::vector<WeightedImage> images = scene.images();
    // A plane through the centre that is none of the grid's.
    const PointMm right = unit({1, 0.2, 0.1}), down = unit(cross(unit({-0.3, 0.2, 1}), right));
    const PointMm across = unit(cross(right, down));
    const PointMm anchor = scene.centre + 16.0 * right;
    auto wire = LiveWire::make(images, anchor, right, down);
    REQUIRE(wire);
    for (const double angle : {0.5, 1.2, 2.4}) {
        const PointMm target = scene.centre + (16 * std::cos(angle)) * right + (16 * std::sin(angle)) * down;
        const std::vector<PointMm> path = wire->pathTo(target);
        REQUIRE(path.size() > 4);
        CHECK(length(path.front() - anchor) < 1e-9);
        CHECK(length(path.back() - target) < 1e-6);
        double far = 0, along = 0;
        for (std::size_t n = 0; n < path.size(); ++n) {
            CHECK(std::abs(dot(path[n] - scene.centre, across)) < 1e-6);
            far = std::max(far, std::abs(length(path[n] - scene.centre) - 16));
            if (n > 0) along += length(path[n] - path[n - 1]);
        }
        CHECK(far < 2.5); // thick slices blur the border across
        CHECK(along > 16 * angle * 0.95);
        CHECK(along < 16 * angle * 1.35);
    }
    // Beyond the reach the end is still the pointer.
    const PointMm beyond = anchor + 90.0 * right;
    CHECK(length(wire->pathTo(beyond).back() - beyond) < 1e-6);
    CHECK_FALSE(LiveWire::make({}, anchor, right, down));
    CHECK_FALSE(LiveWire::make(images, {900, 900, 900}, right, down));
}

TEST_CASE("New tools are fast enough to answer a hand", "[tools][timing]")
{
    using Clock = std::chrono::steady_clock;
    const auto ms = [](Clock::time_point from) {
        return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
    };
    const Geometry grid = *Geometry::make({128, 128, 100}, {1, 1, 1});
    const ImageVolume image = noisyBall(grid, grid.centre(), 20);
    const std::vector<WeightedImage> images{{&image, 1}, {&image, 1}, {&image, 1}, {&image, 1}};
    const std::vector<SnakeBubble> bubbles{{grid.centre(), 6}};
    auto from = Clock::now();
    auto snake = Snake::make(LabelMap(grid), 0, bubbles, {.images = images});
    REQUIRE(snake);
    snake->setForces({0, 0.5, 0.3});
    snake->step(400);
    const double snakeMs = ms(from);
    from = Clock::now();
    auto wire = LiveWire::make(images, grid.centre() + PointMm{20, 0, 0}, {1, 0, 0}, {0, 1, 0});
    REQUIRE(wire);
    const double anchorMs = ms(from);
    from = Clock::now();
    (void)wire->pathTo(grid.centre() - PointMm{39, 10, 0});
    const double pathMs = ms(from);
    WARN("snake of 40 mm, " << snake->steps() << " steps: " << snakeMs << " ms; live wire: anchor " << anchorMs
                            << " ms, path " << pathMs << " ms");
    CHECK(snake->atRest());
    CHECK(std::abs(snake->volumeMl() - ballMl(20)) < 0.05 * ballMl(20));
}
