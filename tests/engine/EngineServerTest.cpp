#include "FakeBackend.h"

#include "engine/core/EngineServer.h"
#include "glioscope/base/Random.h"

#include <nlohmann/json.hpp>

#include <catch2/catch_test_macros.hpp>

#include <map>

using namespace glio;
using namespace glio::protocol;
using namespace std::chrono_literals;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

namespace {

/// An engine in this process and what it said.
class Bench {
public:
    explicit Bench(int cancelGraceMs = 1500)
        : server(backend,
                 [this](const std::string &body) {
                     const std::lock_guard lock(m_mutex);
                     m_said.push_back(json::parse(body));
                     m_changed.notify_all();
                 },
                 {cancelGraceMs})
    {
    }

    void raw(std::string body) { server.receive({FrameEvent::Kind::Body, std::move(body)}); }
    void ask(std::int64_t id, const char *method, const json &params = json::object())
    {
        raw(requestText(id, method, params));
    }
    void cancel(std::int64_t id) { raw(notificationText(method::cancel, {{"id", id}})); }
    void initialize()
    {
        ask(1000, method::initialize, {{"protocolVersion", 1}});
        REQUIRE(reply(1000).contains("result"));
    }

    json reply(const json &id)
    {
        return wait([&](const json &m) { return m.contains("id") && m["id"] == id; });
    }
    json notification(const char *method)
    {
        return wait([&](const json &m) { return m.contains("method") && m["method"] == method; });
    }
    std::map<std::string, int> replyCounts()
    {
        const std::lock_guard lock(m_mutex);
        std::map<std::string, int> counts;
        for (const json &m : m_said)
            if (!m.contains("method")) ++counts[m["id"].dump()];
        return counts;
    }
    std::vector<json> said()
    {
        const std::lock_guard lock(m_mutex);
        return m_said;
    }

    test::FakeBackend backend;

private:
    template <class Fits> json wait(Fits fits)
    {
        std::unique_lock lock(m_mutex);
        json found;
        const bool came = m_changed.wait_for(lock, 10s, [&] {
            for (const json &m : m_said)
                if (fits(m)) {
                    found = m;
                    return true;
                }
            return false;
        });
        REQUIRE(came);
        return found;
    }
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<json> m_said;

public:
    engine::EngineServer server;
};

/// Memory files of one small case.
struct Case {
    Geometry grid = *Geometry::make({6, 5, 4}, {1, 1, 1});
    SharedMemory image = *SharedMemory::create("image", 6 * 5 * 4 * 4);
    SharedMemory output = *SharedMemory::create("output", outputBytes(6 * 5 * 4));

    json params(const std::string &model = "fake", int looks = 1) const
    {
        PredictParams p;
        p.model = model;
        p.looks = looks;
        p.sequences = {{Sequence::T1c, grid, image.ref()}};
        p.output = output.ref();
        return toJson(p);
    }
};

std::string errc(const json &reply) { return reply["error"]["data"]["errc"]; }

double secondsSince(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

} // namespace

TEST_CASE("nothing is done before initialize, and another version is refused with a sentence", "[engine]")
{
    Bench bench;
    bench.ask(1, method::models);
    CHECK(bench.reply(1)["error"]["code"] == NotInitialized);
    bench.ask(2, method::initialize, {{"protocolVersion", 2}});
    CHECK(errc(bench.reply(2)) == "Unsupported");
    CHECK(bench.reply(2)["error"]["message"].get<std::string>().find("version 1") != std::string::npos);
    bench.ask(3, method::models);
    CHECK(bench.reply(3)["error"]["code"] == NotInitialized);
    bench.ask(4, method::initialize, {{"protocolVersion", 1}, {"unknown", true}});
    const json about = bench.reply(4)["result"];
    CHECK(about["protocolVersion"] == 1);
    CHECK(about["devices"][0]["id"] == "cpu");
    bench.ask(5, method::models);
    CHECK(bench.reply(5)["result"]["models"][0]["id"] == "fake");
    bench.ask(6, method::initialize, {{"protocolVersion", 1}});
    CHECK(bench.reply(6).contains("error"));
}

TEST_CASE("what cannot be read is answered and survived", "[engine][error]")
{
    Bench bench;
    bench.initialize();
    const std::pair<const char *, int> cases[] = {
        {"{", ParseError},
        {"[]", InvalidRequest},
        {R"({"jsonrpc":"2.0","id":5})", InvalidRequest},
        {R"({"jsonrpc":"2.0","id":6,"method":"no/such"})", MethodNotFound},
        {R"({"jsonrpc":"2.0","id":7,"method":"inference/predict"})", InvalidParams},
        {R"({"jsonrpc":"2.0","id":8,"method":"inference/predict","params":[1]})", InvalidParams},
        {R"({"jsonrpc":"2.0","id":9,"method":"inference/estimate","params":{"grid":5}})", InvalidParams},
    };
    int n = 0;
    for (const auto &[body, code] : cases) {
        INFO(body);
        bench.raw(body);
        const json message = json::parse(body, nullptr, false);
        const json id = message.is_object() ? message["id"] : json(nullptr);
        if (id.is_null()) {
            const auto said = bench.said();
            CHECK(said.back()["error"]["code"] == code);
        } else {
            CHECK(bench.reply(id)["error"]["code"] == code);
        }
        ++n;
    }
    bench.server.receive({FrameEvent::Kind::TooLarge, "Too large."});
    CHECK(bench.said().back()["error"]["code"] == MessageTooLarge);
    const auto before = bench.said().size();
    bench.raw(R"({"jsonrpc":"2.0","method":"no/such/notification"})");
    bench.raw(R"({"jsonrpc":"2.0","method":"$/cancel","params":{"id":[]}})");
    bench.raw(R"({"jsonrpc":"2.0","method":"$/cancel","params":{"id":12345}})");
    bench.raw(R"({"jsonrpc":"2.0","id":99,"result":5})");
    CHECK(bench.said().size() == before);
    bench.ask(20, method::ping);
    CHECK(bench.reply(20).contains("result"));
}

TEST_CASE("predict writes labels and probabilities into the output file", "[engine][predict]")
{
    Bench bench;
    bench.initialize();
    Case c;
    c.image.as<float>()[7] = 1;
    bench.ask(1, method::predict, c.params());
    const auto result = fromJson<PredictResult>(bench.reply(1)["result"]);
    REQUIRE(result);
    CHECK(result->grid.sameGrid(c.grid));
    CHECK(result->looksDone == 1);
    REQUIRE(result->section("labels"));
    REQUIRE(result->section("probabilities"));
    CHECK(result->section("mean") == nullptr);
    const auto bytes = c.output.as<std::uint8_t>();
    const auto at = std::size_t(result->section("labels")->offset);
    CHECK(bytes[at + 7] == 1);
    CHECK(bytes[at + 8] == 0);
    const auto probabilities = std::size_t(result->section("probabilities")->offset);
    CHECK(result->section("probabilities")->bytes == 4 * 120);
    CHECK(bytes[probabilities + 3 * 120] == 30);
}

TEST_CASE("further looks follow the first result in the same request", "[engine][predict]")
{
    Bench bench;
    bench.initialize();
    Case c;
    bench.ask(1, method::predict, c.params("slow:50", 4));
    const auto result = fromJson<PredictResult>(bench.reply(1)["result"]);
    REQUIRE(result);
    CHECK(result->looksDone == 4);
    for (const char *name : {"labels", "probabilities", "mean", "votes", "entropyPercent", "mutualInformationPercent"})
        CHECK(result->section(name));
    CHECK(c.output.as<std::uint8_t>()[std::size_t(result->section("votes")->offset)] == 4);

    std::vector<std::string> order;
    double done = 0;
    std::string stage;
    for (const json &m : bench.said()) {
        if (!m.contains("method")) {
            if (m["id"] == 1) order.push_back("reply");
            continue;
        }
        if (m["method"] == method::progress) {
            if (m["params"]["stage"] != stage) done = 0;
            stage = m["params"]["stage"];
            CHECK(m["params"]["done"] >= done);
            done = m["params"]["done"];
        } else {
            order.push_back(m["method"]);
        }
    }
    CHECK(order == std::vector<std::string>{"job/firstResult", "job/look", "job/look", "job/look", "reply"});
}

TEST_CASE("progress comes at most about ten times a second", "[engine][predict]")
{
    Bench bench;
    bench.initialize();
    Case c;
    bench.ask(1, method::predict, c.params("slow:600"));
    bench.reply(1);
    const auto count = std::ranges::count_if(bench.said(), [](const json &m) { return m.contains("method"); });
    CHECK(count >= 3);
    CHECK(count <= 9);
}

TEST_CASE("memory files are checked before they are touched", "[engine][predict][error]")
{
    Bench bench;
    bench.initialize();
    Case c;
    const json good = c.params();
    const std::pair<const char *, json> changes[] = {
        {"/sequences/0/memory/bytes", 479},
        {"/sequences/0/memory/bytes", 484},
        {"/sequences/0/memory/offset", 4},
        {"/sequences/0/memory/fd", 9999},
        {"/sequences/0/memory/pid", 1 << 30},
        {"/sequences/0/geometry/size", {6, 5, 5}},
        {"/sequences/0/geometry/size", {600, 500, 400}},
        {"/referenceGrid", toJson(*Geometry::make({60, 50, 40}, {1, 1, 1}))},
        {"/output/bytes", 100},
        {"/output/bytes", std::int64_t{1} << 40},
        {"/output/offset", 1},
        {"/output/fd", 9999},
    };
    std::int64_t id = 1;
    for (const auto &[path, value] : changes) {
        json bad = good;
        bad[json::json_pointer(path)] = value;
        INFO(path << " = " << value.dump());
        bench.ask(id, method::predict, bad);
        const std::string code = errc(bench.reply(id++));
        CHECK((code == "InvalidArgument" || code == "Io"));
    }
    bench.ask(id, method::predict, good);
    CHECK(bench.reply(id).contains("result"));
}

TEST_CASE("a sequence larger than memory is refused, not tried", "[engine][predict][error]")
{
    Bench bench;
    bench.initialize();
    Case c;
    const auto grid = *Geometry::make({1 << 14, 1 << 14, 1 << 12}, {1, 1, 1});
    const auto huge = SharedMemory::create("huge", grid.voxelCount() * 4);
    REQUIRE(huge);
    json params = c.params();
    params["referenceGrid"] = toJson(c.grid);
    params["sequences"][0]["geometry"] = toJson(grid);
    params["sequences"][0]["memory"] = toJson(huge->ref());
    bench.ask(1, method::predict, params);
    CHECK(errc(bench.reply(1)) == "OutOfMemory");
}

TEST_CASE("out of memory and exceptions are replies, and the engine goes on", "[engine][error]")
{
    Bench bench;
    bench.initialize();
    Case c;
    const std::pair<const char *, const char *> cases[] = {
        {"memory", "OutOfMemory"}, {"refuse", "OutOfMemory"}, {"throw", "Internal"}};
    std::int64_t id = 1;
    for (const auto &[model, code] : cases) {
        bench.ask(id, method::predict, c.params(model));
        CHECK(errc(bench.reply(id++)) == code);
    }
    bench.ask(id, method::predict, c.params());
    CHECK(bench.reply(id).contains("result"));
}

TEST_CASE("a job under way is cancelled within 2 s, even one that does not listen", "[engine][cancel]")
{
    Bench bench(700);
    bench.initialize();
    Case c;
    SECTION("one that listens stops at once")
    {
        bench.ask(1, method::predict, c.params("slow:60000"));
        bench.notification(method::progress);
        const auto begin = Clock::now();
        bench.cancel(1);
        CHECK(errc(bench.reply(1)) == "Cancelled");
        CHECK(secondsSince(begin) < 0.5);
    }
    SECTION("during later looks")
    {
        bench.ask(1, method::predict, c.params("slow:300", 60));
        bench.notification(method::look);
        const auto begin = Clock::now();
        bench.cancel(1);
        CHECK(errc(bench.reply(1)) == "Cancelled");
        CHECK(secondsSince(begin) < 0.5);
    }
    SECTION("one that does not listen is answered for, once, and its result dropped")
    {
        bench.ask(1, method::predict, c.params("deaf:1500"));
        bench.notification(method::progress);
        const auto begin = Clock::now();
        bench.cancel(1);
        CHECK(errc(bench.reply(1)) == "Cancelled");
        CHECK(secondsSince(begin) < 1.2);
        bench.ask(2, method::predict, c.params());
        CHECK(bench.reply(2).contains("result"));
        CHECK(bench.replyCounts()["1"] == 1);
        CHECK(bench.backend.mostRunning == 1);
    }
}

TEST_CASE("one that waits behind another is cancelled at once", "[engine][cancel]")
{
    Bench bench;
    bench.initialize();
    Case c;
    bench.ask(1, method::predict, c.params("slow:1000"));
    bench.ask(2, method::predict, c.params());
    bench.cancel(2);
    CHECK(errc(bench.reply(2)) == "Cancelled");
    CHECK(bench.replyCounts().count("1") == 0);
    CHECK(bench.reply(1).contains("result"));
}

TEST_CASE("quick requests are answered while a job runs, jobs one at a time", "[engine]")
{
    Bench bench;
    bench.initialize();
    Case c;
    for (std::int64_t id = 1; id <= 3; ++id)
        bench.ask(id, method::predict, c.params("slow:200"));
    const auto begin = Clock::now();
    bench.ask(10, method::ping);
    bench.ask(11, method::models);
    bench.reply(10);
    bench.reply(11);
    CHECK(secondsSince(begin) < 0.15);
    bench.reply(3);
    CHECK(bench.backend.mostRunning == 1);
}

TEST_CASE("an id in use is not taken twice", "[engine][error]")
{
    Bench bench;
    bench.initialize();
    Case c;
    bench.ask(1, method::predict, c.params("slow:200"));
    bench.ask(1, method::ping);
    CHECK(bench.reply(nullptr)["error"]["code"] == InvalidRequest);
    CHECK(bench.reply(1).contains("result"));
    CHECK(bench.replyCounts()["1"] == 1);
    bench.ask(1, method::ping); // free again
    for (int n = 0; n < 100 && bench.replyCounts()["1"] < 2; ++n)
        std::this_thread::sleep_for(10ms);
    CHECK(bench.replyCounts()["1"] == 2);
}

TEST_CASE("every request gets exactly one reply, however cancels race with ends", "[engine][cancel]")
{
    Case c;
    CounterRandom random({7});
    for (int round = 0; round < 15; ++round) {
        constexpr int kJobs = 12;
        Bench bench(20); // so short that the watchdog races too
        bench.initialize();
        for (std::int64_t id = 1; id <= kJobs; ++id) {
            const char *models[] = {"fake", "slow:3", "slow:15", "deaf:10", "deaf:40", "refuse"};
            bench.ask(id, method::predict, c.params(models[random.integer(0, 5)], int(random.integer(1, 3))));
        }
        for (std::int64_t n = 0; n < 3 * kJobs; ++n) {
            bench.cancel(random.integer(1, kJobs));
            std::this_thread::sleep_for(std::chrono::microseconds(random.integer(0, 3000)));
        }
        for (std::int64_t id = 1; id <= kJobs; ++id)
            bench.reply(id);
        std::this_thread::sleep_for(30ms);
        const auto counts = bench.replyCounts();
        CHECK(counts.size() == kJobs + 1);
        for (const auto &[id, count] : counts)
            CHECK(count == 1);
        // and nothing is said of a job after its reply
        std::map<std::string, bool> replied;
        for (const json &m : bench.said()) {
            if (m.contains("method"))
                CHECK_FALSE(replied[m["params"]["id"].dump()]);
            else
                replied[m["id"].dump()] = true;
        }
    }
}

TEST_CASE("shutdown answers what waits, then itself, then nothing", "[engine]")
{
    Bench bench;
    bench.initialize();
    Case c;
    bench.ask(1, method::predict, c.params("slow:60000"));
    bench.ask(2, method::predict, c.params());
    bench.ask(3, method::shutdown);
    CHECK(errc(bench.reply(1)) == "Cancelled");
    CHECK(errc(bench.reply(2)) == "Cancelled");
    CHECK(bench.reply(3).contains("result"));
    CHECK(bench.server.ended());
    bench.ask(4, method::ping);
    CHECK(bench.replyCounts().count("4") == 0);
}

TEST_CASE("clicks are answered on the mask's grid, and a case's sequences are read once", "[engine][prompt]")
{
    Bench bench;
    bench.initialize();
    const Case one;
    SharedMemory mask = *SharedMemory::create("mask", 6 * 5 * 4);
    PromptParams p;
    p.model = "fake";
    p.caseKey = "a";
    p.sequences = {{Sequence::T1c, one.grid, one.image.ref()}};
    p.grid = one.grid;
    p.mask = mask.ref();
    p.output = one.output.ref();
    bench.ask(1, method::prompt, toJson(p)); // no click: prepares alone
    const auto prepared = fromJson<PromptResult>(bench.reply(1)["result"]);
    REQUIRE(prepared);
    CHECK(prepared->size == Size3{0, 0, 0});
    p.clicks = {{{2, 3, 1}, 4, true}};
    bench.ask(2, method::prompt, toJson(p));
    const auto result = fromJson<PromptResult>(bench.reply(2)["result"]);
    REQUIRE(result);
    CHECK(result->start == Index3{2, 3, 1});
    CHECK(result->size == Size3{1, 1, 1});
    CHECK(one.output.as<std::uint8_t>()[0] == 4);
    CHECK(bench.backend.promptReads == 1);
    p.caseKey = "b";
    p.clicks[0].belongs = false;
    bench.ask(3, method::prompt, toJson(p));
    CHECK(bench.reply(3).contains("result"));
    CHECK(one.output.as<std::uint8_t>()[0] == 0);
    CHECK(bench.backend.promptReads == 2);
}

TEST_CASE("clicks that make no sense are refused with a sentence, and a cancel ends the work", "[engine][prompt]")
{
    Bench bench;
    bench.initialize();
    const Case one;
    SharedMemory mask = *SharedMemory::create("mask", 6 * 5 * 4);
    PromptParams p;
    p.model = "slow:5000";
    p.caseKey = "a";
    p.sequences = {{Sequence::T1c, one.grid, one.image.ref()}};
    p.grid = one.grid;
    p.mask = mask.ref();
    p.output = one.output.ref();
    p.clicks = {{{2, 3, 1}, 4, true}};
    bench.ask(1, method::prompt, toJson(p));
    bench.notification(method::progress);
    const auto begin = Clock::now();
    bench.cancel(1);
    CHECK(errc(bench.reply(1)) == "Cancelled");
    CHECK(secondsSince(begin) < 2);

    p.model = "fake";
    p.mask = one.image.ref(); // four times as many bytes as voxels
    bench.ask(2, method::prompt, toJson(p));
    CHECK(errc(bench.reply(2)) == "InvalidArgument");
    p.mask = mask.ref();
    json wrong = toJson(p);
    wrong["clicks"][0]["label"] = 0;
    bench.ask(3, method::prompt, wrong);
    CHECK(bench.reply(3)["error"]["code"] == InvalidParams);
    wrong = toJson(p);
    wrong.erase("mask");
    bench.ask(4, method::prompt, wrong);
    CHECK(bench.reply(4)["error"]["message"].get<std::string>().find("mask") != std::string::npos);
    bench.ask(5, method::prompt, toJson(p));
    CHECK(bench.reply(5).contains("result"));
}
