#include "model/MeasureHistory.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::app;
using What = MeasureHistory::What;

namespace {
/// Measurements as a reader makes them, each told to the history.
struct Reader {
    CaseMeasures now;
    MeasureHistory history;
    std::size_t position = 0;
    std::int64_t ms = 0;
    int draw()
    {
        const CaseMeasures before = now;
        const int id = now.add(MeasureKind::Ruler, render::Plane::Axial, {{0, 0, 0}, {10, 0, 0}});
        history.record(before, now, position, ms += 5000);
        return id;
    }
    void move(int id, double x, std::int64_t afterMs = 5000)
    {
        const CaseMeasures before = now;
        now.find(id)->points[1].x = x;
        history.record(before, now, position, ms += afterMs);
    }
    void paint() { history.maskStepMade(++position); }
    bool undo()
    {
        const auto back = history.undo(position);
        if (back) now = *back;
        return back.has_value();
    }
};
} // namespace

TEST_CASE("What was measured last is undone first, and the mask has its turn", "[workstation][measure][history]")
{
    Reader reader;
    reader.paint();
    const int id = reader.draw();
    reader.move(id, 20);
    reader.paint();
    CHECK_FALSE(reader.undo()); // the stroke was last
    reader.position = 1;        // the mask undid it
    CHECK(reader.history.toUndo(1)->what == What::Moved);
    CHECK(reader.history.toUndo(1)->number == 1);
    CHECK(reader.undo());
    CHECK(reader.now.find(id)->points[1].x == 10);
    CHECK(reader.history.toUndo(1)->what == What::Drawn);
    CHECK(reader.undo());
    CHECK(reader.now.empty());
    CHECK_FALSE(reader.undo());
    SECTION("and comes back in the same order")
    {
        CHECK(reader.history.toRedo(0) == nullptr); // the first stroke was undone: it comes back before
        REQUIRE(reader.history.redo(1));
        const auto moved = reader.history.redo(1);
        REQUIRE(moved);
        CHECK(moved->drawn[0].points[1].x == 20);
        CHECK(reader.history.toRedo(1) == nullptr);
    }
    SECTION("a new stroke ends what could be done again")
    {
        reader.paint();
        CHECK(reader.history.toRedo(reader.position) == nullptr);
    }
}

TEST_CASE("A stroke in place of undone ones lies after what was measured", "[workstation][measure][history]")
{
    Reader reader;
    for (int n = 0; n < 3; ++n)
        reader.paint();
    reader.draw();       // at 3
    reader.position = 1; // a jump
    CHECK_FALSE(reader.undo());
    reader.paint();             // 2: steps 2 and 3 are gone
    reader.paint();             // 3
    CHECK_FALSE(reader.undo()); // the two strokes are newer than the ruler
    reader.position = 1;
    CHECK(reader.undo());
}

TEST_CASE("Arrow keys held down are one move, and nothing changed is nothing", "[workstation][measure][history]")
{
    Reader reader;
    const int id = reader.draw();
    for (int n = 1; n <= 20; ++n)
        reader.move(id, 10 + n, 100);
    CHECK(reader.undo());
    CHECK(reader.now.find(id)->points[1].x == 10);
    reader.history.record(reader.now, reader.now, 0, 1);
    CHECK(reader.history.toUndo(0)->what == What::Drawn);
    SECTION("a removed one comes back as it was")
    {
        const CaseMeasures before = reader.now;
        reader.now.remove(id);
        reader.history.record(before, reader.now, 0, reader.ms + 5000);
        CHECK(reader.history.toUndo(0)->what == What::Removed);
        CHECK(reader.undo());
        CHECK(reader.now.drawn == before.drawn);
    }
}
