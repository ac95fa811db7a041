#include "model/CaseStore.h"
#include "TestFolder.h"
#include "model/CaseLoader.h"
#include "model/CaseReport.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/io/ImageFile.h"

#include <QTimeZone>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>

using namespace glio;
using glio::test::Folder;
namespace fs = std::filesystem;

namespace {

fs::path writeHead(const fs::path &file, Size3 size, Spacing3 spacing, PointMm origin = {})
{
    ImageVolume image(*Geometry::make(size, spacing, origin));
    auto voxels = image.edit();
    for (std::size_t n = 0; n < voxels.size(); ++n)
        voxels[n] = float(n % 97);
    REQUIRE(io::writeImage(file, image));
    return file;
}

} // namespace

TEST_CASE("a stored case comes back as it was", "[workstation][store]")
{
    const Folder folder;
    const app::CaseStore store(folder.path / "cases");
    app::CaseRecord record;
    record.name = "PED 17/ä";
    record.files = {{writeHead(folder.path / "a-t1c.nii.gz", {6, 5, 4}, {1, 1, 1}), Sequence::T1c, true,
                     "You chose this.", DisplayRange{2, 9}}};
    record.id = app::CaseStore::idFor(record.name, {record.files[0].path});
    record.places = {app::PlaceState::Open, app::PlaceState::Kept};
    record.votes = {{3, 1}, {2, 2}};
    record.thresholds = {{"WT", 0.31}};
    record.volumesMl = {{"WT", 12.5}};
    record.cursor = PointMm{1, -2, 3};
    record.mask.origin = app::MaskOrigin::Model;
    record.mask.modelName = "Test";
    record.mask.trust = {.predictedDice = 0.62,
                         .diceLow = 0.5,
                         .diceHigh = 0.75,
                         .qualityCases = 48,
                         .unusualScore = 1.7,
                         .unusualLimit = 1,
                         .reasons = {"sequences", "net"},
                         .calibrationCases = 24};
    record.state = app::CaseState::NeedsChecking;
    record.signedBy = "Ada | 2";
    record.signedAt = QDateTime(QDate(2026, 5, 12), QTime(14, 2), QTimeZone::UTC);
    record.notes = "Two\nlines";
    record.placeNotes = {"", "a vessel"};
    record.secondsByReader = {{"Ada", 61.5}, {"Grace", 30}};
    CHECK(record.id.find('/') == std::string::npos);
    REQUIRE(store.write(record));
    const auto back = store.find(record.id);
    REQUIRE(back);
    CHECK(back->name == record.name);
    CHECK(back->files[0].sequence == Sequence::T1c);
    CHECK(back->files[0].window->high == 9);
    CHECK(back->places == record.places);
    CHECK(back->mask.trust.predictedDice == 0.62);
    CHECK(back->mask.trust.diceHigh == 0.75);
    CHECK(back->mask.trust.qualityCases == 48);
    CHECK(back->mask.trust.differs());
    CHECK(back->mask.trust.doubtful());
    CHECK(back->mask.trust.reasons == record.mask.trust.reasons);
    CHECK(back->mask.trust.calibrationCases == 24);
    CHECK(back->votes[1].second == 2);
    CHECK(back->thresholds.at("WT") == 0.31);
    CHECK(*back->cursor == *record.cursor);
    CHECK(back->mask.modelName == "Test");
    CHECK(back->state == app::CaseState::NeedsChecking);
    CHECK(back->signedBy == "Ada | 2");
    CHECK(back->signedAt == record.signedAt);
    CHECK(back->notes == "Two\nlines");
    CHECK(back->placeNotes == record.placeNotes);
    CHECK(back->secondsByReader == record.secondsByReader);
    CHECK(back->secondsSpent() == 91.5);
    SECTION("and is called missing once its images are gone")
    {
        fs::remove(record.files[0].path);
        CHECK(store.list().front().filesGone);
        CHECK(store.list().front().state == app::CaseState::NeedsChecking); // what it was is not forgotten
    }
    SECTION("and a damaged neighbour hides nothing")
    {
        fs::create_directories(store.folder("broken"));
        REQUIRE(writeFileAtomically(store.folder("broken") / "case.json", std::string_view("{\"id\": 3")));
        CHECK(store.list().size() == 1);
    }
}

TEST_CASE("sequences on different grids keep their own places in space", "[workstation][load]")
{
    const Folder folder;
    writeHead(folder.path / "P-t1c.nii.gz", {20, 20, 20}, {1, 1, 1});
    writeHead(folder.path / "P-t2f.nii.gz", {10, 10, 5}, {2, 2, 5}, {4, 0, 0});
    const app::CaseStore store(folder.path / "cases");
    const std::atomic<bool> never{false};
    const auto loaded = app::loadCase({folder.path}, store, never);
    REQUIRE(loaded);
    REQUIRE(loaded->series.size() == 2);
    CHECK_FALSE(loaded->record.sameGrid);
    CHECK(loaded->record.longestSpacingMm == Catch::Approx(5.0));
    app::CaseModel model;
    auto series = loaded->series;
    model.open("id", "P", std::move(series));
    CHECK(model.referenceGrid().size() == Size3{20, 20, 20}); // the finest one counts the slices
    CHECK(model.gridsDiffer());
    CHECK(model.missingSequences() == std::vector{Sequence::T1, Sequence::T2});
}

TEST_CASE("opening says what was wrong and stops when asked", "[workstation][load][error]")
{
    const Folder folder;
    const app::CaseStore store(folder.path / "cases");
    const std::atomic<bool> never{false};
    CHECK_FALSE(app::loadCase({folder.path}, store, never));
    const fs::path bad = folder.path / "bad-t1c.nii.gz";
    REQUIRE(writeFileAtomically(bad, std::string_view("no image")));
    const auto refused = app::loadCase({bad}, store, never);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("bad-t1c.nii.gz") != std::string::npos);
    const fs::path good = writeHead(folder.path / "good-t1.nii.gz", {8, 8, 8}, {1, 1, 1});
    const auto half = app::loadCase({bad, good}, store, never);
    REQUIRE(half);
    CHECK(half->series.size() == 1);
    CHECK(half->problems.size() == 1);
    const std::atomic<bool> now{true};
    const auto stopped = app::loadCase({good}, store, now);
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == Errc::Cancelled);
}

TEST_CASE("a result that is written is read back with its probabilities and thresholds", "[workstation][store]")
{
    const Folder folder;
    const fs::path image = writeHead(folder.path / "Q-t1c.nii.gz", {9, 8, 7}, {1, 1, 1});
    const app::CaseStore store(folder.path / "cases");
    const std::atomic<bool> never{false};
    const auto loaded = app::loadCase({image}, store, never);
    REQUIRE(loaded);
    app::SaveJob job;
    job.record = loaded->record;
    job.record.files = {{image, Sequence::T1c, false, "", {}}};
    job.record.thresholds = {{"WT", 0.2}};
    job.record.mask.origin = app::MaskOrigin::Model;
    job.record.schemeId = job.schemeId = "brats-ped-2024";
    Probabilities probabilities{.schemeId = job.schemeId};
    for (int n = 0; n < 4; ++n)
        probabilities.classes.emplace_back(loaded->series[0].image->geometry());
    probabilities.classes[3].set({4, 4, 4}, 80);
    const auto mask = decode(probabilities, job.record.thresholds);
    REQUIRE(mask);
    job.mask = LabelMap::from(*mask);
    job.probabilities = probabilities;
    REQUIRE(app::writeResult(job, store.folder(job.record.id)));
    REQUIRE(store.write(job.record));
    const auto again = app::loadCase({image}, store, never);
    REQUIRE(again);
    REQUIRE(again->live);
    CHECK(std::ranges::equal(again->live->mask().voxels(), mask->voxels()));
    CHECK(again->live->mask().at({4, 4, 4}) == 4);
    CHECK(again->live->threshold("WT") == 0.2);
}
