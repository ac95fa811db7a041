#include "glioscope/annotation/MaskDocument.h"
#include "glioscope/annotation/Brush.h"
#include "glioscope/base/Random.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace glio;

namespace {

constexpr Label ET = 1, NET = 2, ED = 4;

Geometry oblique()
{
    const double c = std::cos(0.5), s = std::sin(0.5);
    return *Geometry::make({50, 45, 20}, {0.9, 1.1, 3.0}, {-30, 15, 40}, {c, -s, 0, s, c, 0, 0, 0, 1});
}

Selection boxOf(const VoxelBox &box) { return {box, std::vector<std::uint8_t>(std::size_t(box.count()), 1)}; }

WriteResult paint(MaskDocument &document, const VoxelBox &box, Label label, const char *act = "paint")
{
    document.begin({act, label, 8, "ball"});
    const WriteResult result = document.write(boxOf(box), label);
    document.commit(1000);
    return result;
}

const VoxelBox kBig{{5, 5, 3}, {30, 30, 12}}, kSmall{{10, 10, 5}, {8, 9, 4}};

} // namespace

TEST_CASE("A stroke is one step, and undo and redo walk over it", "[annotation][document]")
{
    MaskDocument document(oblique());
    paint(document, kBig, ED);
    const LabelMap first = document.labels();
    document.begin({"paint", ET, 8, "ball"});
    for (std::int64_t n = 0; n < 5; ++n) // several dabs
        document.write(boxOf({{10 + n, 10, 5}, {3, 3, 3}}), ET);
    const Step *step = document.commit(2000);
    REQUIRE(step);
    CHECK(step->number == 2);
    CHECK(step->act.label == ET);
    CHECK(step->changedVoxels == 7 * 3 * 3);
    CHECK(step->changeMl == Catch::Approx(0));
    CHECK(document.steps()[0].changeMl == Catch::Approx(30 * 30 * 12 * 0.9 * 1.1 * 3 / 1000));
    const LabelMap second = document.labels();
    const auto box = document.undo();
    REQUIRE(box);
    CHECK(box->joined({{10, 10, 5}, {7, 3, 3}}) == *box);
    CHECK(document.labels() == first);
    REQUIRE(document.undo());
    CHECK(document.labels().bytes() > 0); // blocks stay, voxels are background
    CHECK(document.labels() == LabelMap(oblique()));
    CHECK_FALSE(document.canUndo());
    REQUIRE(document.goTo(2));
    CHECK(document.labels() == second);
}

TEST_CASE("An act that changes nothing is no step, and one given up leaves nothing", "[annotation][document]")
{
    MaskDocument document(oblique());
    paint(document, kBig, ED);
    paint(document, kBig, ED);
    CHECK(document.steps().size() == 1);
    const LabelMap before = document.labels();
    document.begin({"paint", ET, 8, ""});
    document.write(boxOf(kSmall), ET);
    document.setState("lock.4", "1");
    document.abandon();
    CHECK(document.labels() == before);
    CHECK(document.state("lock.4").empty());
    CHECK(document.steps().size() == 1);
}

TEST_CASE("A new act after undo replaces what was undone", "[annotation][document]")
{
    MaskDocument document(oblique());
    paint(document, kBig, ED);
    paint(document, kSmall, ET);
    REQUIRE(document.undo());
    paint(document, kSmall, NET);
    CHECK(document.steps().size() == 2);
    CHECK_FALSE(document.canRedo());
    CHECK(document.labels().count(NET) == kSmall.count());
}

TEST_CASE("A locked label neither loses nor gains voxels, by hand or by model", "[annotation][document][lock]")
{
    MaskDocument document(oblique());
    paint(document, kBig, ED);
    EditRules rules;
    rules.locked.set(ED);
    document.setRules(rules);
    const WriteResult over = paint(document, kSmall, ET);
    CHECK(over.changed == 0);
    CHECK(over.blockedByLock == kSmall.count());
    CHECK(over.blockingLabels.test(ED));
    CHECK(paint(document, {{0, 0, 0}, {4, 4, 2}}, ED).changed == 0);
    CHECK(paint(document, {{40, 40, 15}, {4, 4, 2}}, ET).changed == 32);
    document.begin({"segment", 0, 0, "model"});
    LabelVolume answer(oblique(), NET);
    document.writeModel(answer, {Origin::Model, "glioma", "1.3"}, VoxelBox::whole(oblique()));
    document.commit(1);
    CHECK(document.labels().count(ED) == kBig.count());
    CHECK(document.labels().count(ET) == 32); // a hand drew it
}

TEST_CASE("Paint over background, one label, or an intensity range alone", "[annotation][document][rules]")
{
    MaskDocument document(oblique());
    paint(document, kSmall, ED);
    EditRules rules;
    SECTION("background alone")
    {
        rules.over = PaintOver::Empty;
        document.setRules(rules);
        CHECK(paint(document, kBig, ET).changed == kBig.count() - kSmall.count());
        CHECK(document.labels().count(ED) == kSmall.count());
    }
    SECTION("one label")
    {
        rules.over = PaintOver::Only;
        rules.onlyOver.set(ED);
        document.setRules(rules);
        const WriteResult result = paint(document, kBig, ET);
        CHECK(result.changed == kSmall.count());
        CHECK(result.blockedByRules == kBig.count() - kSmall.count());
    }
    SECTION("an intensity range of a sequence on another grid")
    {
        const Geometry other = *Geometry::make({120, 120, 120}, {1, 1, 1}, oblique().centre() - PointMm{60, 60, 60});
        ImageVolume image(other);
        for (std::int64_t k = 0; k < 120; ++k)
            for (std::int64_t j = 0; j < 120; ++j)
                for (std::int64_t i = 0; i < 120; ++i)
                    image.edit()[std::size_t(other.offset({i, j, k}))] = float(other.toWorld(Index3{i, j, k}).z);
        const double middle = oblique().centre().z; // between slices 9 and 10
        rules.intensity = IntensityLimit{image, -1e9f, float(middle)};
        document.setRules(rules);
        paint(document, kBig, ET);
        for (std::int64_t k = kBig.start[2]; k < kBig.start[2] + kBig.size[2]; ++k) {
            const bool painted = document.labels().at({30, 30, k}) == ET;
            CHECK(painted == (oblique().toWorld(Index3{30, 30, k}).z <= middle));
        }
    }
    SECTION("nothing in a finished place")
    {
        LabelMap finished(oblique());
        finished.set({12, 12, 6}, 1);
        rules.finished = finished;
        document.setRules(rules);
        const WriteResult result = paint(document, kBig, ET);
        CHECK(result.blockedFinished == 1);
        CHECK(document.labels().at({12, 12, 6}) == ED);
    }
}

TEST_CASE("Every voxel knows who set it", "[annotation][document][provenance]")
{
    MaskDocument document(oblique());
    document.setReader("Dr A");
    LabelVolume answer(oblique());
    for (std::int64_t i = 10; i < 20; ++i)
        answer.set({i, 10, 10}, ED);
    document.begin({"segment", 0, 0, "glioma 1.3"});
    document.writeModel(answer, {Origin::Model, "glioma", "1.3"}, VoxelBox::whole(oblique()));
    document.commit(1);
    CHECK(document.provenance()[Origin::Model] == 1);
    paint(document, {{10, 10, 10}, {2, 1, 1}}, ET); // over the model's
    paint(document, {{12, 10, 10}, {1, 1, 1}}, 0);  // the model's cleared
    paint(document, {{30, 30, 10}, {2, 1, 1}}, ET); // where nobody was
    const std::vector<VoxelSource> sources = document.sources();
    const auto at = [&](Index3 v) { return sources[document.sourceMap().at(v)]; };
    CHECK(at({15, 10, 10}) == VoxelSource{Origin::Model, "glioma", "1.3"});
    CHECK(at({10, 10, 10}) == VoxelSource{Origin::ModelEdited, "glioma", "1.3"});
    CHECK(at({12, 10, 10}).origin == Origin::ModelEdited);
    CHECK(at({30, 30, 10}) == VoxelSource{Origin::Manual, "Dr A", ""});
    CHECK(at({0, 0, 0}).origin == Origin::None);
    const auto share = document.provenance();
    CHECK(share.at(Origin::Model) == Catch::Approx(7.0 / 12));
    CHECK(share.at(Origin::ModelEdited) == Catch::Approx(3.0 / 12));
    CHECK(share.at(Origin::Manual) == Catch::Approx(2.0 / 12));

    SECTION("and another look of the model keeps what hands did")
    {
        LabelVolume second(oblique(), NET);
        document.begin({"segment", 0, 0, "glioma 1.4"});
        document.writeModel(second, {Origin::Model, "glioma", "1.4"}, VoxelBox::whole(oblique()));
        document.commit(2);
        CHECK(document.labels().at({10, 10, 10}) == ET);
        CHECK(document.labels().at({12, 10, 10}) == 0);
        CHECK(document.labels().at({31, 30, 10}) == ET);
        CHECK(document.labels().at({15, 10, 10}) == NET);
        REQUIRE(document.undo());
        CHECK(document.sources().size() == sources.size());
        CHECK(document.labels().at({15, 10, 10}) == ED);
    }
}

TEST_CASE("Locks, names and decisions undo like strokes", "[annotation][document]")
{
    MaskDocument document(oblique());
    document.begin({"lock", ED, 0, ""});
    document.setState("lock.4", "1");
    REQUIRE(document.commit(1));
    document.begin({"place", 0, 0, ""});
    document.setState("place.2", "kept");
    document.setState("lock.4", "");
    REQUIRE(document.commit(2));
    CHECK(document.states() == std::map<std::string, std::string>{{"place.2", "kept"}});
    REQUIRE(document.undo());
    CHECK(document.state("lock.4") == "1");
    CHECK(document.state("place.2").empty());
    REQUIRE(document.undo());
    CHECK(document.states().empty());
}

TEST_CASE("A preview shows what a write would do and changes nothing", "[annotation][document][preview]")
{
    MaskDocument document(oblique());
    paint(document, kBig, ED);
    EditRules rules;
    rules.locked.set(NET);
    document.setRules(rules);
    LabelPatch patch{kSmall, std::vector<Label>(std::size_t(kSmall.count()), ET)};
    patch.labels[0] = NET;
    WriteResult told;
    const LabelMap shown = document.preview(patch, &told);
    CHECK(document.labels().count(ET) == 0);
    document.begin({"smooth", 0, 1, ""});
    const WriteResult done = document.write(patch);
    document.commit(1);
    CHECK(document.labels() == shown);
    CHECK(told.changed == done.changed);
    CHECK(done.blockedByLock == 1);
}

TEST_CASE("A moved threshold shows the model's answer except where a hand or a lock holds",
          "[annotation][document][preview]")
{
    const Geometry grid = oblique();
    MaskDocument document(grid);
    LabelVolume narrow(grid), wide(grid);
    for (std::int64_t i = 10; i < 30; ++i) {
        if (i < 20) narrow.set({i, 10, 10}, ED);
        wide.set({i, 10, 10}, ED);
    }
    document.begin({"segment", 0, 0, ""});
    document.writeModel(narrow, {Origin::Model, "m", "1"}, VoxelBox::whole(grid));
    document.commit(1);
    paint(document, {{22, 10, 10}, {1, 1, 1}}, ET);
    paint(document, {{12, 10, 10}, {1, 1, 1}}, 0);
    LabelMap shown = document.labels();
    document.previewModel(shown, wide, {{10, 10, 10}, {20, 1, 1}});
    CHECK(shown.at({25, 10, 10}) == ED);
    CHECK(shown.at({22, 10, 10}) == ET);
    CHECK(shown.at({12, 10, 10}) == 0);
    document.previewModel(shown, narrow, {{10, 10, 10}, {20, 1, 1}});
    CHECK(shown == document.labels());
}

TEST_CASE("A long history fits its cap and still reaches the beginning", "[annotation][document][history]")
{
    MaskDocument document(oblique());
    std::map<std::int64_t, std::pair<std::string, std::string>> saved;
    std::vector<LabelMap> states{document.labels()};
    CounterRandom random{3};
    for (int n = 0; n < 60; ++n) {
        const Index3 at{random.integer(0, 40), random.integer(0, 35), random.integer(0, 15)};
        paint(document, {at, {random.integer(1, 9), random.integer(1, 9), 3}}, Label(random.integer(0, 4)));
        if (document.steps().size() + 1 == states.size()) continue; // nothing changed
        const Step &step = document.steps().back();
        saved[step.number] = {step.labels.encoded(), step.sources.encoded()};
        if (states.size() == document.steps().size()) states.push_back(document.labels());
    }
    const std::size_t whole = document.historyBytes();
    document.capHistory(whole / 4, document.steps().back().number);
    CHECK(document.historyBytes() <= whole / 4);
    CHECK_FALSE(document.steps().front().loaded);

    const std::size_t last = document.position();
    const auto refused = document.goTo(0); // nobody reads them back yet
    REQUIRE_FALSE(refused);
    CHECK(document.position() == last);
    CHECK(document.labels() == states.back());
    document.setLoader([&](std::int64_t number) -> Result<std::pair<LabelDelta, LabelDelta>> {
        const auto &[labels, sources] = saved.at(number);
        return std::pair{*LabelDelta::decoded(labels), *LabelDelta::decoded(sources)};
    });
    for (const std::size_t to : {std::size_t{0}, last / 2, last, last / 3, std::size_t{1}, last}) {
        REQUIRE(document.goTo(to));
        CHECK(document.labels() == states[to]);
    }
}

TEST_CASE("A document comes back as it was saved, from any snapshot", "[annotation][document][history]")
{
    MaskDocument document(oblique());
    document.setReader("Dr A");
    paint(document, kBig, ED);
    const LabelMap labels = document.labels(), sources = document.sourceMap();
    paint(document, kSmall, ET);
    document.begin({"lock", ET, 0, ""});
    document.setState("lock.1", "1");
    document.commit(3);
    REQUIRE(document.undo());
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
        auto again = MaskDocument::restored(at ? labels : LabelMap(oblique()), at ? sources : LabelMap(oblique()),
                                            document.steps(), at, document.position());
        REQUIRE(again);
        CHECK(again->labels() == document.labels());
        CHECK(again->sourceMap() == document.sourceMap());
        CHECK(again->states() == document.states());
        CHECK(again->canRedo());
        REQUIRE(again->redo());
        CHECK(again->state("lock.1") == "1");
    }
    CHECK_FALSE(MaskDocument::restored(labels, sources, document.steps(), 1, 9));
    CHECK_FALSE(MaskDocument::restored(LabelMap(oblique()), sources, document.steps(), 1, 3)); // another mask's
}
