// The window's client and the shipped `glio engine`, LibTorch and all, with a net of random weights.
#include "ClientTesting.h"

#include "glioscope/annotation/Decode.h"

#include <cmath>
#include <csignal>

using namespace glio;
using namespace glio::client;
using namespace glio::test;

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    return Catch::Session().run(argc, argv);
}

namespace {

EngineOptions real()
{
    EngineOptions o;
    o.program = QCoreApplication::applicationDirPath() + QStringLiteral("/glio");
    o.restartPausesMs = {10};
    return o;
}

ImageVolume head(const Geometry &grid, double value)
{
    ImageVolume image(grid);
    const auto voxels = image.edit();
    const PointMm centre = grid.centre();
    for (std::int64_t k = 0; k < grid.size()[2]; ++k)
        for (std::int64_t j = 0; j < grid.size()[1]; ++j)
            for (std::int64_t i = 0; i < grid.size()[0]; ++i) {
                const PointMm d = grid.toWorld(Index3{i, j, k}) - centre;
                if (d.x * d.x + d.y * d.y + d.z * d.z < 40 * 40)
                    voxels[std::size_t(grid.offset({i, j, k}))] =
                        float(value * (2 + std::sin(0.2 * d.x) + 0.5 * std::cos(0.31 * d.y + 0.1 * d.z)));
            }
    return image;
}

PredictRequest caseRequest(int looks, std::int64_t edge = 56)
{
    const Geometry grid = *Geometry::make({edge, edge, edge - 8}, {1.6, 1.6, 2.0}, {-40, -45, 10});
    PredictRequest r;
    r.model = GLIO_TEST_MODEL;
    r.looks = looks;
    r.precision = "fp32"; // no measuring of this machine
    r.sequences = {
        {Sequence::T1, head(grid, 100)}, {Sequence::T1c, head(grid, 150)}, {Sequence::Flair, head(grid, 80)}};
    return r;
}

} // namespace

TEST_CASE("the real engine segments, looks again and keeps mask and probabilities together", "[engine][real]")
{
    EngineClient client(real(), nullptr);
    client.start();
    Record record(client.predict(caseRequest(3)));
    REQUIRE(record.wait(120000));
    INFO((record.good() ? std::string() : record.result->error().message));
    REQUIRE(record.good());
    const auto &result = **record.result;
    CHECK(result->report.modelName == "random");
    CHECK(result->report.precision == "fp32");
    CHECK(result->report.missing == std::vector{Sequence::T2});
    CHECK(result->report.looksDone == 3);
    CHECK(result->mean.classes.size() == 4);
    CHECK(result->votes.size() == 4);
    CHECK(result->entropyPercent);
    CHECK(result->report.volumesMl.at("WT").size() == 3);
    const auto again = decode(result->probabilities, result->report.thresholds);
    REQUIRE(again);
    CHECK(std::ranges::equal(again->voxels(), result->labels.voxels()));
    CHECK_FALSE(labelsPresent(result->labels).empty());
    CHECK(result->report.calibrationCases == 12);
    REQUIRE(result->report.quality);
    CHECK(result->report.quality->predictedDice == 0.6);
    CHECK(std::abs(result->report.quality->low - 0.5) < 1e-9);
    CHECK(std::abs(result->report.quality->high - 0.8) < 1e-9);
    CHECK(result->report.quality->cases == 24);
    REQUIRE(result->report.unusual); // no head is nine times as high as it is long
    CHECK(result->report.unusual->warns());
    CHECK(result->report.unusual->reasons == std::vector<std::string>{"position"});

    Record second(client.predict(caseRequest(1)));
    REQUIRE(second.wait(120000));
    REQUIRE(second.good());
    CHECK(std::ranges::equal((**second.result)->labels.voxels(), result->labels.voxels()));
}

TEST_CASE("the real engine stops within 2 s of a cancel and works again", "[engine][real][cancel]")
{
    EngineClient client(real(), nullptr);
    client.start();
    const int looks = GENERATE(1, 64); // in the first look, and in a later one
    auto request = caseRequest(looks);
    if (looks == 1) request.overlap = 0.9; // a long first look
    Record record(client.predict(request));
    REQUIRE(
        waitFor([&] { return looks == 1 ? record.last > 0 : record.order.contains(QStringLiteral("look")); }, 120000));
    REQUIRE(record.job);
    QElapsedTimer timer;
    timer.start();
    record.job->cancel();
    REQUIRE(record.wait());
    CHECK(timer.elapsed() < 2000);
    CHECK(record.code() == Errc::Cancelled);
    Record next(client.predict(caseRequest(1)));
    REQUIRE(next.wait(120000));
    CHECK(next.good());
}

TEST_CASE("the real engine says out of memory as a reply of its own", "[engine][real][error]")
{
    EngineClient client(real(), nullptr);
    client.start();
    REQUIRE(waitFor([&] { return client.state() == EngineState::Ready; }, 60000));
    const qint64 pid = client.processId();
    auto request = caseRequest(1);
    request.memoryLimitBytes = 1 << 20;
    Record record(client.predict(request));
    REQUIRE(record.wait(120000));
    CHECK(record.code() == Errc::OutOfMemory);
    auto estimate = client.estimate([] {
        protocol::EstimateParams p;
        p.model = GLIO_TEST_MODEL;
        p.grid = *Geometry::make({56, 56, 48}, {1.6, 1.6, 2});
        p.sequences = {Sequence::T1c};
        p.memoryLimitBytes = 1 << 20;
        return p;
    }());
    REQUIRE(waitFor([&] { return estimate.isFinished(); }, 60000));
    REQUIRE(estimate.result());
    CHECK_FALSE(estimate.result()->fits);
    CHECK_FALSE(estimate.result()->problem.empty());
    CHECK(estimate.result()->missing.size() == 3);
    Record next(client.predict(caseRequest(1)));
    REQUIRE(next.wait(120000));
    CHECK(next.good());
    CHECK(client.processId() == pid);
}

TEST_CASE("a model that is not there is named in the refusal", "[engine][real][error]")
{
    EngineClient client(real(), nullptr);
    client.start();
    auto request = caseRequest(1);
    request.model = "no-such-model";
    Record record(client.predict(request));
    REQUIRE(record.wait(120000));
    CHECK(record.code() == Errc::InvalidArgument);
    CHECK(record.result->error().message.find("no-such-model") != std::string::npos);
}

TEST_CASE("the real engine is killed at work and the next job gives the same mask", "[engine][real]")
{
    EngineClient client(real(), nullptr);
    client.start();
    Record whole(client.predict(caseRequest(1)));
    REQUIRE(whole.wait(120000));
    REQUIRE(whole.good());
    Record lost(client.predict(caseRequest(64)));
    REQUIRE(waitFor([&] { return lost.order.contains(QStringLiteral("look")); }, 120000));
    ::kill(pid_t(client.processId()), SIGKILL);
    REQUIRE(lost.wait());
    CHECK(lost.code() == Errc::EngineLost);
    CHECK(lost.first);
    Record next(client.predict(caseRequest(1)));
    REQUIRE(next.wait(120000));
    REQUIRE(next.good());
    CHECK(std::ranges::equal((**next.result)->labels.voxels(), (**whole.result)->labels.voxels()));
}

TEST_CASE("the real engine answers clicks near them and obeys each of them", "[engine][real][prompt]")
{
    EngineClient client(real(), nullptr);
    client.start();
    const PredictRequest images = caseRequest(1);
    const Geometry &grid = images.sequences.front().image.geometry();
    PromptRequest r;
    r.model = GLIO_TEST_MODEL "-prompted";
    r.precision = "fp32";
    r.caseKey = "head";
    r.sequences = images.sequences;
    r.mask = LabelMap(grid);
    r.mask.set({30, 28, 20}, 4);
    const auto answered = [](const PromptCall &call) {
        REQUIRE(waitFor([&] { return call.answer.isFinished(); }, 60000));
        INFO((call.answer.result() ? std::string() : call.answer.result().error().message));
        REQUIRE(call.answer.result());
        return *call.answer.result();
    };
    const auto at = [&](const Index3 &v) {
        const PointMm p = grid.toWorld(v);
        return std::array{p.x, p.y, p.z};
    };
    const PromptPatch prepared = answered(client.prompt(r));
    CHECK(prepared.patch.labels.empty());
    CHECK(prepared.report.prepareSeconds > 0);
    r.clicks = {{at({30, 28, 20}), 4, false}, {at({33, 28, 20}), 2, true}};
    const PromptPatch first = answered(client.prompt(r));
    CHECK(first.report.modelName == "random-prompted");
    CHECK(first.report.prepareSeconds == 0);
    REQUIRE(first.patch.box.contains({30, 28, 20}));
    CHECK(first.patch.labels[first.patch.box.offset({30, 28, 20})] != 4);
    CHECK(first.patch.labels[first.patch.box.offset({33, 28, 20})] == 2);
    r.model = GLIO_TEST_MODEL; // knows no clicks
    const PromptCall refused = client.prompt(r);
    REQUIRE(waitFor([&] { return refused.answer.isFinished(); }, 60000));
    REQUIRE_FALSE(refused.answer.result());
    CHECK(refused.answer.result().error().code == Errc::ModelMismatch);
}
