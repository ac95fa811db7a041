#include "ClientTesting.h"

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

EngineOptions options(QStringList arguments = {})
{
    EngineOptions o;
    o.program = QCoreApplication::applicationDirPath() + QStringLiteral("/test_fake_engine");
    o.arguments = std::move(arguments);
    o.restartPausesMs = {10, 20, 40, 80, 160};
    return o;
}

bool waitReady(EngineClient &client)
{
    return waitFor([&] { return client.state() == EngineState::Ready; });
}

PredictRequest request(const std::string &model = "fake", int looks = 1)
{
    const Geometry grid = *Geometry::make({6, 5, 4}, {1, 1, 2});
    ImageVolume image(grid);
    image.set({1, 2, 3}, 1.0f);
    PredictRequest r;
    r.model = model;
    r.looks = looks;
    r.sequences = {{Sequence::T1c, image}};
    return r;
}

PromptRequest clicks(const std::string &model = "fake", bool belongs = true)
{
    PromptRequest r;
    r.model = model;
    r.caseKey = "case";
    r.sequences = request().sequences;
    r.mask = LabelMap(r.sequences.front().image.geometry());
    r.clicks = {{{2, 3, 4}, 4, belongs}}; // mm: voxel (2, 3, 2)
    return r;
}

} // namespace

TEST_CASE("a request made while the engine starts is answered once it is ready", "[engine][client]")
{
    EngineClient client(options(), nullptr);
    CHECK(client.state() == EngineState::Stopped);
    client.start();
    CHECK(client.state() == EngineState::Starting);
    auto models = client.models();
    Record record(client.predict(request()));
    REQUIRE(record.wait());
    REQUIRE(waitFor([&] { return models.isFinished(); }));
    REQUIRE(models.result());
    CHECK(models.result()->front().id == "fake");
    CHECK(client.about().name == "glio");
    REQUIRE(record.good());
    const auto &result = **record.result;
    CHECK(result->labels.at({1, 2, 3}) == 1);
    CHECK(result->labels.at({0, 0, 0}) == 0);
    CHECK(result->labels.geometry().spacing()[2] == 2);
    CHECK(result->probabilities.classes.size() == 4);
    CHECK(result->probabilities.label(3).at({0, 0, 0}) == 30);
    CHECK(result->mean.empty());
    CHECK(record.first);
    CHECK(waitFor([&] { return record.job.isNull(); })); // it cleans up after itself
}

TEST_CASE("the first result comes before the later looks and the whole at the end", "[engine][client]")
{
    EngineClient client(options(), nullptr);
    client.start();
    Record record(client.predict(request("slow:120", 4)));
    REQUIRE(waitFor([&] { return record.first != nullptr; }));
    CHECK_FALSE(record.result);
    CHECK(record.first->mean.empty());
    REQUIRE(record.wait());
    REQUIRE(record.good());
    const auto &result = **record.result;
    CHECK(result->report.looksDone == 4);
    CHECK(result->votes.at(0).at({0, 0, 0}) == 4);
    CHECK(result->entropyPercent->at({0, 0, 0}) == 7);
    CHECK(result->labels.sharesVoxelsWith(record.first->labels));
    CHECK(record.order.count(QStringLiteral("first")) == 1);
    CHECK(record.order.count(QStringLiteral("look")) == 3);
    CHECK(record.order.count(QStringLiteral("finished")) == 1);
    CHECK(record.order.last() == QStringLiteral("finished"));
}

TEST_CASE("kill -9 in the middle of a job ends it as EngineLost, and the next job works", "[engine][client]")
{
    EngineClient client(options(), nullptr);
    client.start();
    REQUIRE(waitReady(client));
    std::vector<std::pair<EngineState, int>> states;
    QObject::connect(&client, &EngineClient::stateChanged, &client,
                     [&](EngineState state) { states.emplace_back(state, client.restartTry()); });
    Record lost(client.predict(request("slow:60000")));
    Record waiting(client.predict(request("slow:60000")));
    REQUIRE(waitFor([&] { return lost.last >= 0; }));
    auto estimate = client.estimate({});
    REQUIRE(::kill(pid_t(client.processId()), SIGKILL) == 0);
    REQUIRE(lost.wait());
    REQUIRE(waiting.wait());
    CHECK(lost.code() == Errc::EngineLost);
    CHECK(waiting.code() == Errc::EngineLost);
    REQUIRE(waitFor([&] { return estimate.isFinished(); }));
    CHECK(client.state() == EngineState::Restarting);
    Record next(client.predict(request())); // kept until it is there again
    REQUIRE(next.wait());
    CHECK(next.good());
    CHECK(states == std::vector<std::pair<EngineState, int>>{{EngineState::Restarting, 1}, {EngineState::Ready, 0}});
}

TEST_CASE("jobs are done in the order they were asked for, large before small", "[engine][client]")
{
    EngineClient client(options(), nullptr);
    client.start();
    auto large = request();
    large.sequences.assign(4, {Sequence::T1c, ImageVolume(*Geometry::make({200, 200, 100}, {1, 1, 1}), 1.0f)});
    std::vector<int> order;
    Record first(client.predict(std::move(large)));
    Record second(client.predict(request()));
    QObject::connect(first.job, &PredictJob::firstResult, &client, [&] { order.push_back(1); });
    QObject::connect(second.job, &PredictJob::firstResult, &client, [&] { order.push_back(2); });
    REQUIRE(first.wait());
    REQUIRE(second.wait());
    CHECK(order == std::vector{1, 2});
}

TEST_CASE("a result that came before the death stays good", "[engine][client]")
{
    EngineClient client(options(), nullptr);
    client.start();
    Record record(client.predict(request("slow:200", 50)));
    REQUIRE(waitFor([&] { return record.order.contains(QStringLiteral("look")); }));
    ::kill(pid_t(client.processId()), SIGKILL);
    REQUIRE(record.wait());
    CHECK(record.code() == Errc::EngineLost);
    REQUIRE(record.first);
    CHECK(record.first->labels.at({1, 2, 3}) == 1);
}

TEST_CASE("an engine that always dies is given up after five restarts, with a reason", "[engine][client]")
{
    EngineClient client(options({QStringLiteral("--die")}), nullptr);
    int tries = 0, starts = 0;
    QObject::connect(&client, &EngineClient::stateChanged, &client, [&](EngineState state) {
        if (state == EngineState::Restarting) tries = std::max(tries, client.restartTry());
    });
    QObject::connect(&client, &EngineClient::logLine, &client,
                     [&](const QString &line) { starts += line.startsWith(QStringLiteral("client: starting")); });
    client.start();
    Record kept(client.predict(request()));
    QElapsedTimer timer;
    timer.start();
    REQUIRE(waitFor([&] { return client.state() == EngineState::Stopped; }));
    CHECK(timer.elapsed() >= 10 + 20 + 40 + 80 + 160); // the pauses grow
    CHECK(tries == 5);
    CHECK(starts == 6);
    CHECK(client.stopReason().contains(QStringLiteral("exit code 7")));
    REQUIRE(kept.wait());
    CHECK(kept.code() == Errc::EngineLost);

    Record after(client.predict(request()));
    REQUIRE(after.wait());
    CHECK(after.code() == Errc::EngineLost);
    client.start(); // the user asks again, so the count begins anew
    CHECK(client.state() == EngineState::Starting);
    REQUIRE(waitFor([&] { return client.state() == EngineState::Stopped; }));
    CHECK(starts == 12);
}

TEST_CASE("deaths long ago do not count", "[engine][client]")
{
    auto o = options();
    o.restartWindowMs = 300;
    EngineClient client(o, nullptr);
    client.start();
    for (int round = 0; round < 8; ++round) {
        REQUIRE(waitReady(client));
        QElapsedTimer quiet;
        quiet.start();
        REQUIRE(waitFor([&] { return quiet.elapsed() > 150; }));
        ::kill(pid_t(client.processId()), SIGKILL);
        REQUIRE(waitFor([&] { return client.state() != EngineState::Ready; }));
        CHECK(client.state() == EngineState::Restarting);
        CHECK(client.restartTry() <= 3);
    }
}

TEST_CASE("a program that is not there stops the client with a reason", "[engine][client]")
{
    auto o = options();
    o.program = QStringLiteral("/nowhere/glio");
    EngineClient client(o, nullptr);
    client.start();
    Record record(client.predict(request()));
    REQUIRE(waitFor([&] { return client.state() == EngineState::Stopped; }));
    CHECK(client.stopReason().contains(QStringLiteral("/nowhere/glio")));
    REQUIRE(record.wait());
    CHECK(record.code() == Errc::EngineLost);
}

TEST_CASE("an engine of another version is not started over and over", "[engine][client]")
{
    EngineClient client(options({QStringLiteral("--other-version")}), nullptr);
    client.start();
    REQUIRE(waitFor([&] { return client.state() == EngineState::Stopped; }));
    CHECK(client.stopReason() == QStringLiteral("This engine speaks version 2."));
}

TEST_CASE("an engine that never answers is ended and started again", "[engine][client]")
{
    auto o = options({QStringLiteral("--mute")});
    o.initializeTimeoutMs = 50;
    EngineClient client(o, nullptr);
    client.start();
    REQUIRE(waitFor([&] { return client.state() == EngineState::Stopped; }));
    CHECK(client.stopReason().contains(QStringLiteral("did not answer")));
}

TEST_CASE("an engine that hangs is noticed by its pings", "[engine][client]")
{
    auto o = options();
    o.pingIntervalMs = 30;
    o.pingTimeoutMs = 100;
    EngineClient client(o, nullptr);
    client.start();
    REQUIRE(waitReady(client));
    Record busy(client.predict(request("slow:400"))); // busy is not hung
    REQUIRE(busy.wait());
    CHECK(busy.good());
    Record record(client.predict(request("slow:60000")));
    REQUIRE(waitFor([&] { return record.last >= 0; }));
    ::kill(pid_t(client.processId()), SIGSTOP);
    REQUIRE(record.wait());
    CHECK(record.code() == Errc::EngineLost);
    REQUIRE(waitReady(client));
}

TEST_CASE("cancel ends a job as Cancelled, wherever it is", "[engine][client][cancel]")
{
    auto o = options();
    o.cancelTimeoutMs = 300;
    EngineClient client(o, nullptr);
    SECTION("before the engine heard of it")
    {
        client.start();
        auto *job = client.predict(request("slow:60000"));
        Record record(job);
        job->cancel();
        CHECK_FALSE(record.result); // never from inside the call
        REQUIRE(record.wait());
        CHECK(record.code() == Errc::Cancelled);
        Record next(client.predict(request()));
        REQUIRE(next.wait());
        CHECK(next.good());
    }
    SECTION("at work, within 2 s, twice is once")
    {
        client.start();
        Record record(client.predict(request("slow:60000")));
        REQUIRE(waitFor([&] { return record.last >= 0; }));
        QElapsedTimer timer;
        timer.start();
        record.job->cancel();
        record.job->cancel();
        REQUIRE(record.wait(2000));
        CHECK(record.code() == Errc::Cancelled);
        CHECK(record.order.count(QStringLiteral("finished")) == 1);
        CHECK(client.state() == EngineState::Ready);
    }
    SECTION("an engine that does not react is ended and comes back")
    {
        client.start();
        REQUIRE(waitReady(client));
        Record record(client.predict(request("slow:60000")));
        REQUIRE(waitFor([&] { return record.last >= 0; }));
        const qint64 old = client.processId();
        ::kill(pid_t(old), SIGSTOP);
        record.job->cancel();
        REQUIRE(record.wait(2000));
        CHECK(record.code() == Errc::Cancelled);
        REQUIRE(waitFor([&] { return client.state() == EngineState::Ready && client.processId() != old; }));
    }
}

TEST_CASE("out of memory is a reply of its own and the engine stays", "[engine][client]")
{
    EngineClient client(options(), nullptr);
    client.start();
    REQUIRE(waitReady(client));
    const qint64 pid = client.processId();
    Record record(client.predict(request("memory")));
    REQUIRE(record.wait());
    CHECK(record.code() == Errc::OutOfMemory);
    Record next(client.predict(request()));
    REQUIRE(next.wait());
    CHECK(next.good());
    CHECK(client.processId() == pid);
}

TEST_CASE("what a library prints in the engine does not disturb the protocol", "[engine][client]")
{
    EngineClient client(options(), nullptr);
    client.start();
    Record record(client.predict(request("prints")));
    REQUIRE(record.wait());
    CHECK(record.good());
    CHECK(waitFor([&] { return client.log().contains(QStringLiteral("a library talks on stdout")); }));
}

TEST_CASE("the log keeps the last thousand lines", "[engine][client]")
{
    EngineClient client(options({QStringLiteral("--chatty")}), nullptr);
    client.start();
    REQUIRE(waitFor([&] { return client.log().contains(QStringLiteral("line 2999")); }));
    CHECK(client.log().size() == EngineProcess::kLogLines);
}

TEST_CASE("stop ends everything at once and a stopped client can be started again", "[engine][client]")
{
    EngineClient client(options(), nullptr);
    client.start();
    Record record(client.predict(request("slow:60000")));
    REQUIRE(waitFor([&] { return record.last >= 0; }));
    const auto pid = pid_t(client.processId());
    client.stop();
    CHECK(record.code() == Errc::EngineLost);
    CHECK(client.state() == EngineState::Stopped);
    CHECK(waitFor([&] { return ::kill(pid, 0) != 0; }));
    client.start();
    Record next(client.predict(request()));
    REQUIRE(next.wait());
    CHECK(next.good());
}

TEST_CASE("the client goes in the middle of everything and its engine with it", "[engine][client]")
{
    auto client = std::make_unique<EngineClient>(options(), nullptr);
    client->start();
    REQUIRE(waitReady(*client));
    const auto pid = pid_t(client->processId());
    Record busy(client->predict(request("slow:60000")));
    REQUIRE(waitFor([&] { return busy.last >= 0; }));
    Record copying(client->predict(request()));
    client.reset();
    CHECK(busy.code() == Errc::EngineLost);
    CHECK(copying.code() == Errc::EngineLost);
    CHECK(::kill(pid, 0) != 0);
}

TEST_CASE("the event loop is never held over 100 ms by a full-size case", "[engine][client]")
{
    const Geometry grid = *Geometry::make({240, 240, 155}, {1, 1, 1});
    PredictRequest r;
    r.model = "fake";
    r.looks = 2;
    for (const Sequence sequence : kModelSequences)
        r.sequences.push_back({sequence, ImageVolume(grid, 0.75f)});
    EngineClient client(options(), nullptr);
    client.start();
    REQUIRE(waitReady(client));

    QElapsedTimer since;
    qint64 longestMs = 0;
    QTimer beat;
    beat.setInterval(5);
    QObject::connect(&beat, &QTimer::timeout, &beat, [&] { longestMs = std::max(longestMs, since.restart()); });
    since.start();
    beat.start();
    QElapsedTimer call;
    call.start();
    Record record(client.predict(std::move(r)));
    CHECK(call.elapsed() < 20);
    REQUIRE(record.wait(60000));
    REQUIRE(record.good());
    CHECK((**record.result)->labels.at({239, 239, 154}) == 1);
    CHECK(longestMs < 100);
}

TEST_CASE("clicks come back as a patch of the mask, again and again for one case", "[engine][client][prompt]")
{
    EngineClient client(options(), nullptr);
    const PromptCall early = client.prompt(clicks());
    REQUIRE(waitFor([&] { return early.answer.isFinished(); })); // there is no engine
    REQUIRE_FALSE(early.answer.result());
    CHECK(early.answer.result().error().code == Errc::EngineLost);
    client.start();
    for (const bool belongs : {true, false, true}) {
        const PromptCall call = client.prompt(clicks("fake", belongs));
        REQUIRE(waitFor([&] { return call.answer.isFinished(); }));
        REQUIRE(call.answer.result());
        const LabelPatch patch = call.answer.result()->patch;
        CHECK(patch.box == VoxelBox{{2, 3, 2}, {1, 1, 1}});
        CHECK(patch.labels == std::vector<Label>{belongs ? Label{4} : Label{0}});
    }
    PromptRequest none = clicks();
    none.clicks.clear();
    const PromptCall prepared = client.prompt(none);
    REQUIRE(waitFor([&] { return prepared.answer.isFinished(); }));
    REQUIRE(prepared.answer.result());
    CHECK(prepared.answer.result()->patch.labels.empty());
    client.releasePrompts();
    const PromptCall after = client.prompt(clicks()); // copied anew
    REQUIRE(waitFor([&] { return after.answer.isFinished(); }));
    CHECK(after.answer.result());
}

TEST_CASE("clicks are cancelled by their id and lost with the engine", "[engine][client][prompt]")
{
    EngineClient client(options(), nullptr);
    client.start();
    REQUIRE(waitReady(client));
    const PromptCall slow = client.prompt(clicks("slow:20000"));
    REQUIRE_FALSE(waitFor([&] { return slow.answer.isFinished(); }, 200));
    QElapsedTimer timer;
    timer.start();
    client.cancel(slow.id);
    REQUIRE(waitFor([&] { return slow.answer.isFinished(); }));
    CHECK(timer.elapsed() < 2000);
    REQUIRE_FALSE(slow.answer.result());
    CHECK(slow.answer.result().error().code == Errc::Cancelled);
    const PromptCall lost = client.prompt(clicks("slow:20000"));
    REQUIRE_FALSE(waitFor([&] { return lost.answer.isFinished(); }, 200));
    ::kill(pid_t(client.processId()), SIGKILL);
    REQUIRE(waitFor([&] { return lost.answer.isFinished(); }));
    CHECK(lost.answer.result().error().code == Errc::EngineLost);
    const PromptCall next = client.prompt(clicks()); // the engine that comes back has to read the case anew
    REQUIRE(waitFor([&] { return next.answer.isFinished(); }));
    CHECK(next.answer.result());
}
