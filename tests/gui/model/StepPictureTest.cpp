#include "model/StepPicture.h"

#include "glioscope/annotation/LabelMap.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace glio;
using app::stepPicture;
using app::StepPictureInput;

namespace {

Geometry grid() { return *Geometry::make({40, 40, 40}, {1, 1, 1}); }

StepPictureInput input(const LabelMap &before, const LabelMap &after)
{
    StepPictureInput input;
    input.change = LabelDelta::between(before, after);
    input.grid = grid();
    auto image = std::make_shared<ImageVolume>(grid());
    std::ranges::fill(image->edit(), 100.0f);
    input.image = image;
    input.window = {0, 255};
    input.colours[1] = {255, 0, 0};
    input.colours[2] = {0, 0, 255};
    return input;
}

void fill(LabelMap &map, const Index3 &start, const Index3 &size, Label label)
{
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i)
                map.set({start[0] + i, start[1] + j, start[2] + k}, label);
}

template <class Is> double share(const QImage &picture, Is is)
{
    int count = 0;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            count += is(QColor(picture.pixel(x, y)));
    return double(count) / (picture.width() * picture.height());
}
double red(const QImage &picture)
{
    return share(picture, [](const QColor &c) { return c.red() > c.green() + 60 && c.red() > c.blue() + 60; });
}

} // namespace

TEST_CASE("A step's picture shows what was marked, in its colour, to scale", "[workstation][history]")
{
    LabelMap before(grid()), after(grid());
    fill(after, {10, 12, 20}, {20, 20, 3}, 1);
    const QImage picture = stepPicture(input(before, after));
    REQUIRE(picture.size() == QSize(88, 88));
    // 20 x 20 mm of a picture 1.3 x 19 mm wide, but at least 26 mm.
    CHECK(std::abs(red(picture) - 400.0 / (26.0 * 26.0)) < 0.06);
    const QColor corner(picture.pixel(2, 2));
    CHECK(corner.red() == corner.blue()); // the image itself
    CHECK(std::abs(corner.red() - 100) < 3);
}

TEST_CASE("What a step took away is striped and not filled", "[workstation][history]")
{
    LabelMap before(grid()), after(grid());
    fill(before, {10, 12, 20}, {20, 20, 3}, 1);
    const double gone = red(stepPicture(input(before, after)));
    const double made = red(stepPicture(input(after, before)));
    CHECK(gone > 0.35 * made);
    CHECK(gone < 0.65 * made);
    SECTION("another label in its place is filled with that label's colour")
    {
        fill(after, {10, 12, 20}, {20, 20, 3}, 2);
        CHECK(share(stepPicture(input(before, after)), [](const QColor &c) { return c.blue() > c.red() + 60; }) > 0.5);
    }
}

TEST_CASE("The picture is of the plane that shows most of a step", "[workstation][history]")
{
    LabelMap before(grid()), after(grid());
    fill(after, {20, 6, 6}, {1, 28, 28}, 1); // a disc drawn in one sagittal slice
    CHECK(red(stepPicture(input(before, after))) > 0.4);
}

TEST_CASE("A step without voxels, or of another grid, has no picture", "[workstation][history]")
{
    const LabelMap empty(grid());
    CHECK(stepPicture(input(empty, empty)).isNull());
    LabelMap after(grid());
    fill(after, {30, 30, 30}, {8, 8, 8}, 1);
    StepPictureInput wrong = input(empty, after);
    wrong.grid = *Geometry::make({4, 4, 4}, {1, 1, 1});
    CHECK(stepPicture(wrong).isNull());
}
