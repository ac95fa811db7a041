#include "ProjectTesting.h"

#include "glioscope/project/JournalWriter.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <future>
#include <mutex>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace glio;
using namespace glio::project;
using namespace glio::project::test;
using namespace std::chrono_literals;

namespace {

/// What the callbacks said, from the writer thread.
struct Log {
    std::mutex mutex;
    std::vector<int> written;
    std::vector<Errc> refused;
    std::vector<WriterState> states;

    WriteDone done(int number)
    {
        return [this, number](const Result<void> &result) {
            const std::lock_guard lock(mutex);
            if (result)
                written.push_back(number);
            else
                refused.push_back(result.error().code);
        };
    }
    JournalWriterOptions options(std::chrono::milliseconds retryEvery = 50ms)
    {
        return {retryEvery, [this](const WriterState &state) {
                    const std::lock_guard lock(mutex);
                    states.push_back(state);
                }};
    }
    std::size_t count()
    {
        const std::lock_guard lock(mutex);
        return written.size();
    }
    bool inOrder()
    {
        const std::lock_guard lock(mutex);
        return std::ranges::is_sorted(written);
    }
};

template <class F> bool soon(F &&f)
{
    for (int n = 0; n < 500; ++n) {
        if (f()) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

void appendSome(JournalWriter &writer, Log &log, int first, int last)
{
    for (int n = first; n <= last; ++n)
        writer.append("m", stepNamed(std::to_string(n)), {someBytes(20000, unsigned(n)), ""}, log.done(n));
}

/// 1..last, each with its bytes.
void checkSteps(const fs::path &folder, int last)
{
    const auto project = opened(folder);
    const auto steps = project->steps("m");
    REQUIRE(steps);
    REQUIRE(int(steps->size()) == last);
    for (int n = 1; n <= last; ++n) {
        CHECK((*steps)[std::size_t(n - 1)].text == std::to_string(n));
        CHECK(project->blobs("m", n)->labels == someBytes(20000, unsigned(n)));
    }
    CHECK(project->position("m") == last);
}

} // namespace

TEST_CASE("jobs reach the disk in the order they were submitted", "[project][writer]")
{
    const Folder folder("project");
    Log log;
    {
        JournalWriter writer(opened(folder / "a.glio"), log.options());
        writer.putCase({"c", "A case", "{}", 0});
        writer.putMask({"m", "c", "Mine", MaskKind::Mine, "lgg", "Ada", {}, 0}, {{0, 1, "start"}});
        appendSome(writer, log, 1, 30);
        writer.setPosition("m", 10);
        writer.putSnapshot("m", 10, {{0, 1, "ten"}});
        writer.putCaseValue("c", "notes", "seen");
        writer.putSeries("c", {Series{"T1", SeriesForm::File, "a", "/a", "h", 1, 2}});
        std::promise<std::pair<int, std::size_t>> answer;
        writer.read(
            [&](const Project &project) { answer.set_value({*project.position("m"), project.steps("m")->size()}); });
        CHECK(answer.get_future().get() == std::pair(10, std::size_t{30})); // sees what was submitted before
        CHECK(writer.flush(10s));
        CHECK(writer.pending() == 0);
        CHECK_FALSE(writer.state().isFailing());
        appendSome(writer, log, 31, 40); // the destructor writes these
    }
    CHECK(log.count() == 40);
    CHECK(log.inOrder());
    CHECK(log.states.empty());
    const auto project = opened(folder / "a.glio");
    CHECK(project->steps("m")->size() == 20);
    CHECK(project->series("c")->size() == 1);
    CHECK((*project->latestSnapshot("m", 15))->blocks.front().bytes == "ten");
}

TEST_CASE("a job that names nothing there is told so, and the next ones are written", "[project][writer][error]")
{
    const Folder folder("project");
    Log log;
    JournalWriter writer(withMask(folder / "a.glio"), log.options());
    writer.append("none", stepNamed("lost"), {}, log.done(1));
    writer.append("m", stepNamed("kept"), {}, log.done(2));
    REQUIRE(writer.flush(10s));
    REQUIRE(soon([&] { return log.count() == 1; }));
    CHECK(log.refused == std::vector{Errc::InvalidArgument});
    CHECK(log.written == std::vector{2});
}

TEST_CASE("while the disk is full everything waits in order, and is written when there is room",
          "[project][writer][safety]")
{
    const Folder folder("project");
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    Log log;
    {
        JournalWriter writer(withMask(folder / "a.glio"), log.options());
        const rlimit small{1'000'000, old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        appendSome(writer, log, 1, 200);
        const bool failed = soon([&] { return writer.state().isFailing(); });
        const auto start = std::chrono::steady_clock::now();
        appendSome(writer, log, 201, 210); // at once, all the same
        const auto took = std::chrono::steady_clock::now() - start;
        const auto flushed = writer.flush(200ms);
        std::promise<std::size_t> answer;
        writer.read([&](const Project &project) { answer.set_value(project.steps("m")->size()); });
        const auto onDisk = answer.get_future().get();
        const auto waiting = writer.pending();
        setrlimit(RLIMIT_FSIZE, &old);
        CHECK(failed);
        CHECK(took < 1s);
        REQUIRE_FALSE(flushed);
        CHECK(flushed.error().code == Errc::DiskFull);
        CHECK(onDisk == log.count());
        CHECK(waiting == 210 - onDisk);
        CHECK(waiting > 10);
        REQUIRE(writer.flush(20s));
        CHECK_FALSE(writer.state().isFailing());
    }
    CHECK(log.count() == 210);
    CHECK(log.inOrder());
    CHECK(log.refused.empty());
    REQUIRE(log.states.size() >= 2);
    CHECK(log.states.front().failing->code == Errc::DiskFull);
    CHECK_FALSE(log.states.back().isFailing());
    checkSteps(folder / "a.glio", 210);
}

TEST_CASE("a folder that goes away and comes back gets what waited", "[project][writer][safety]")
{
    const Folder folder("project");
    Log log;
    {
        JournalWriter writer(withMask(folder / "a.glio"), log.options(50ms));
        appendSome(writer, log, 1, 5);
        REQUIRE(writer.flush(10s));
        fs::rename(folder / "a.glio", folder / "away.glio");
        appendSome(writer, log, 6, 20);
        REQUIRE(soon([&] { return writer.state().isFailing(); }));
        CHECK(writer.state().failing->code == Errc::Io);
        CHECK(writer.pending() == 15);
        std::this_thread::sleep_for(200ms); // some vain tries
        CHECK(log.count() == 5);
        SECTION("the same files") { fs::rename(folder / "away.glio", folder / "a.glio"); }
        SECTION("a copy of them, as a drive that is plugged in again")
        {
            fs::copy(folder / "away.glio", folder / "back.glio");
            fs::rename(folder / "back.glio", folder / "a.glio");
        }
        CHECK(soon([&] { return writer.pending() == 0; })); // by itself, without retryNow
        CHECK_FALSE(writer.state().isFailing());
    }
    CHECK(log.count() == 20);
    CHECK(log.refused.empty());
    checkSteps(folder / "a.glio", 20);
}

TEST_CASE("a folder that becomes read-only keeps what waits until it can be written", "[project][writer][safety]")
{
    if (geteuid() != 0) SKIP("gives up root's rights, so it needs them");
    const Folder folder("project");
    const auto place = folder / "a.glio";
    fs::permissions(folder.path, fs::perms::all);
    if (seteuid(65534) != 0) SKIP("no right to become another user"); // for whom chmod counts
    Log log;
    {
        JournalWriter writer(withMask(place, {"Ada", IfMissing::Create, Access::Write, Journal::Truncate}),
                             log.options());
        appendSome(writer, log, 1, 5);
        const bool before = writer.flush(10s).has_value();
        for (const char *name : {"project.sqlite", "project.sqlite-journal", "project.lock"})
            chmod((place / name).c_str(), 0444);
        chmod(place.c_str(), 0555);
        appendSome(writer, log, 6, 12);
        const bool failed = soon([&] { return writer.state().isFailing(); });
        const auto waiting = writer.pending();
        chmod(place.c_str(), 0755);
        for (const char *name : {"project.sqlite", "project.sqlite-journal", "project.lock"})
            chmod((place / name).c_str(), 0644);
        writer.retryNow();
        const bool after = writer.flush(10s).has_value();
        CHECK(before);
        CHECK(failed);
        CHECK(waiting == 7);
        CHECK(after);
    }
    const bool back = seteuid(0) == 0;
    REQUIRE(back);
    CHECK(log.refused.empty());
    REQUIRE_FALSE(log.states.empty());
    CHECK(log.states.front().failing->code == Errc::Io);
    checkSteps(place, 12);
}

TEST_CASE("another program's lock makes jobs wait, and retryNow does not wait for the clock", "[project][writer]")
{
    const Folder folder("project");
    Log log;
    JournalWriter writer(withMask(folder / "a.glio"), log.options(1h));
    {
        SQLite::Database other((folder / "a.glio/project.sqlite").string(), SQLite::OPEN_READWRITE);
        other.exec("BEGIN IMMEDIATE");
        appendSome(writer, log, 1, 3);
        REQUIRE(soon([&] { return writer.state().isFailing(); }));
        CHECK(log.count() == 0);
        other.exec("ROLLBACK");
    }
    CHECK(writer.pending() == 3);
    writer.retryNow();
    CHECK(soon([&] { return log.count() == 3; }));
}

TEST_CASE("moving on takes along what is on the disk and what waits", "[project][writer][safety]")
{
    const Folder folder("project");
    std::signal(SIGXFSZ, SIG_IGN);
    Log log;
    {
        JournalWriter writer(withMask(folder / "a.glio"), log.options(1h));
        appendSome(writer, log, 1, 10);
        REQUIRE(writer.flush(10s));
        const auto move = [&](const fs::path &to) {
            std::promise<Result<CopyReport>> moved;
            writer.moveTo(to, [&](Result<CopyReport> result) { moved.set_value(std::move(result)); });
            return moved.get_future().get();
        };
        SECTION("from a folder that was deleted") { fs::remove_all(folder / "a.glio"); }
        SECTION("from a folder that is elsewhere now") { fs::rename(folder / "a.glio", folder / "x.glio"); }
        appendSome(writer, log, 11, 20);
        REQUIRE(soon([&] { return writer.state().isFailing(); }));
        put(folder / "taken/project.sqlite", "x");
        CHECK(move(folder / "taken").error().code == Errc::Io);
        CHECK(writer.pending() == 10); // still there
        REQUIRE(move(folder / "b.glio"));
        CHECK(writer.folder() == folder / "b.glio");
        appendSome(writer, log, 21, 22);
        REQUIRE(writer.flush(10s));
        CHECK_FALSE(writer.state().isFailing());
    }
    CHECK(log.count() == 22);
    CHECK(log.inOrder());
    CHECK(log.refused.empty());
    checkSteps(folder / "b.glio", 22);
}

TEST_CASE("a project that someone else holds keeps edits in memory until they move on", "[project][writer]")
{
    const Folder folder("project");
    const auto first = withMask(folder / "a.glio");
    Log log;
    JournalWriter writer(opened(folder / "a.glio", asReader("Bo")), log.options(1h));
    appendSome(writer, log, 1, 2);
    REQUIRE(soon([&] { return writer.state().isFailing(); }));
    CHECK(contains(writer.state().failing->message, "by Ada"));
    writer.moveTo(folder / "mine.glio");
    CHECK(soon([&] { return log.count() == 2; }));
    CHECK(first->steps("m")->empty());
}

TEST_CASE("what cannot be written by the end is told, each job once", "[project][writer][error]")
{
    const Folder folder("project");
    Log log;
    {
        JournalWriter writer(withMask(folder / "a.glio"), log.options(1h));
        fs::remove_all(folder / "a.glio");
        appendSome(writer, log, 1, 7);
        REQUIRE(soon([&] { return writer.state().isFailing(); }));
    }
    CHECK(log.count() == 0);
    CHECK(log.refused == std::vector<Errc>(7, Errc::Io));
}

TEST_CASE("many threads may submit, ask and wait at once", "[project][writer]")
{
    const Folder folder("project");
    JournalWriter writer(withMask(folder / "a.glio"));
    std::atomic<int> written = 0, answers = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int n = 0; n < 20; ++n) {
                writer.append("m", stepNamed(""), {}, [&](const Result<void> &result) { written += result ? 1 : 0; });
                writer.read([&](const Project &project) { answers += project.position("m") ? 1 : 0; });
                if (n % 7 == 0) static_cast<void>(writer.flush(10s));
            }
        });
    for (std::thread &thread : threads)
        thread.join();
    REQUIRE(writer.flush(10s));
    CHECK(soon([&] { return written == 80 && answers == 80; }));
}
