#include "glioscope/project/JournalWriter.h"
#include "glioscope/base/Random.h"

#include "TestFolder.h"
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace glio;
using namespace glio::project;

namespace {

Geometry grid() { return *Geometry::make({64, 64, 32}, {1, 1, 2}); }

std::unique_ptr<Project> opened(const std::filesystem::path &folder)
{
    auto project = Project::open(folder, {.reader = "Dr A"});
    REQUIRE(project);
    return std::move(*project);
}

/// Step n of a session: a stroke somewhere, the same for the same n.
const Step &stroke(MaskDocument &document, std::uint64_t n)
{
    CounterRandom random{n};
    document.begin({"paint", Label(1 + n % 4), 8, "ball"});
    const VoxelBox box{{random.integer(0, 50), random.integer(0, 50), random.integer(0, 24)}, {9, 9, 6}};
    document.write(Selection{box, std::vector<std::uint8_t>(std::size_t(box.count()), 1)}, Label(1 + n % 4));
    document.setState("n", std::to_string(n)); // so that no stroke changes nothing
    const Step *step = document.commit(std::int64_t(n));
    return *step;
}

bool waitFor(const std::function<bool()> &what, int ms = 5000)
{
    for (int n = 0; n < ms / 5; ++n) {
        if (what()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return what();
}

} // namespace

TEST_CASE("What the writer says is saved is saved, in order", "[project][writer]")
{
    const test::Folder folder("writer");
    MaskDocument document(grid());
    std::atomic<int> done = 0, wrong = 0;
    {
        auto project = opened(folder / "a.glio");
        const auto mask = project->addMask({0, "c", "Working", "mine", "", grid(), 1, 0});
        JournalWriter writer(std::move(project));
        for (std::uint64_t n = 0; n < 50; ++n) {
            const std::size_t before = document.position();
            writer.submit(
                [mask = *mask, step = stroke(document, n), before](Project &p) { return p.append(mask, step, before); },
                [&, n](const Result<void> &result) {
                    if (!result || done != int(n)) ++wrong;
                    ++done;
                });
        }
        auto count = writer.ask<std::size_t>([mask = *mask](Project &p) {
            return p.masks("c")[0].position; // asked after all of them
        });
        CHECK(count.get() == 50);
        CHECK(writer.flush(5000));
    }
    CHECK(done == 50);
    CHECK(wrong == 0);
    const auto project = opened(folder / "a.glio");
    CHECK(project->restore(project->masks("c")[0], {})->labels() == document.labels());
}

TEST_CASE("A full disk loses nothing: work goes on in memory and is written when there is space",
          "[project][writer][disk]")
{
    const test::Folder folder("writer");
    MaskDocument document(grid());
    auto project = opened(folder / "a.glio");
    const auto mask = project->addMask({0, "c", "Working", "mine", "", grid(), 1, 0});
    std::atomic<int> fails = 0, works = 0, done = 0;
    std::atomic<bool> full = false;
    JournalWriter writer(
        std::move(project),
        [&](const std::optional<Error> &error) {
            if (error) {
                full = error->code == Errc::DiskFull;
                ++fails;
            } else {
                ++works;
            }
        },
        50);
    writer.ask<int>([](Project &p) { return p.limitPages(24), 0; }).get();
    for (std::uint64_t n = 0; n < 200; ++n) {
        const std::size_t before = document.position();
        writer.submit(
            [mask = *mask, step = stroke(document, n), before](Project &p) { return p.append(mask, step, before); },
            [&](const Result<void> &result) { done += result.has_value(); });
    }
    REQUIRE(waitFor([&] { return fails == 1; }));
    CHECK(full);
    CHECK(writer.failing());
    CHECK(writer.pending() > 0);
    const int before = done;
    CHECK(before < 200);
    CHECK_FALSE(writer.flush(300));
    CHECK(done == before); // nothing overtakes what waits

    SECTION("space is freed")
    {
        writer.ask<int>([](Project &p) { return p.limitPages(0), 0; }).get();
        CHECK(waitFor([&] { return done == 200; }));
        CHECK(works == 1);
        CHECK(
            writer.ask<bool>([&](Project &p) { return p.restore(p.masks("c")[0], {})->labels() == document.labels(); })
                .get());
    }
    SECTION("it is saved elsewhere")
    {
        REQUIRE(writer.moveTo(folder / "b.glio", {.reader = "Dr A"}));
        CHECK(waitFor([&] { return done == 200; }));
        auto state = writer.ask<std::pair<std::filesystem::path, bool>>([&](Project &p) {
            return std::pair{p.folder(), p.restore(p.masks("c")[0], {})->labels() == document.labels()};
        });
        const auto answer = state.get();
        CHECK(answer.first == folder / "b.glio");
        CHECK(answer.second);
    }
}

TEST_CASE("Killed at any moment, every step that was told as saved is there and the history is whole",
          "[project][writer][kill]")
{
    const test::Folder folder("writer");
    CounterRandom random{77};
    int killed = 0, steps = 0;
    for (int round = 0; round < 25; ++round) {
        int pipes[2];
        REQUIRE(::pipe(pipes) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) { // no test framework here: only the writer and the pipe
            ::close(pipes[0]);
            auto project = Project::open(folder / "k.glio", {.reader = "child"});
            if (!project || (*project)->readOnly()) ::_exit(3);
            auto masks = (*project)->masks("c");
            if (masks.empty()) {
                (void)(*project)->addMask({0, "c", "Working", "mine", "", grid(), 1, 0});
                masks = (*project)->masks("c");
            }
            auto document = (*project)->restore(masks[0], {});
            if (!document) ::_exit(4);
            const std::int64_t mask = masks[0].id;
            JournalWriter writer(std::move(*project));
            for (std::uint64_t n = document->steps().size();; ++n) {
                const std::size_t before = document->position();
                writer.submit(
                    [mask, step = stroke(*document, n), before](Project &p) { return p.append(mask, step, before); },
                    [number = std::int64_t(n) + 1, out = pipes[1]](const Result<void> &done) {
                        if (done) (void)!::write(out, &number, sizeof number);
                    });
                if (n % 7 == 6)
                    writer.submit(
                        [mask, labels = document->labels(), sources = document->sourceMap(),
                         at = document->position()](Project &p) { return p.putSnapshot(mask, at, labels, sources); });
                ::usleep(useconds_t(n % 3) * 300);
            }
        }
        ::close(pipes[1]);
        ::usleep(useconds_t(random.integer(8'000, 90'000)));
        ::kill(child, SIGKILL);
        std::int64_t told = 0, number = 0;
        while (::read(pipes[0], &number, sizeof number) == sizeof number)
            told = number;
        ::close(pipes[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        ++killed;

        const auto project = opened(folder / "k.glio");
        CHECK_FALSE(project->readOnly()); // the lock went with the process
        const auto masks = project->masks("c");
        if (masks.empty()) {
            CHECK(told == 0);
            continue;
        }
        const auto document = project->restore(masks[0], {});
        REQUIRE(document);
        CHECK(std::int64_t(document->position()) >= told);
        CHECK(document->steps().size() == document->position());
        MaskDocument replayed(grid()); // the same session, made anew
        for (std::uint64_t n = 0; n < document->position(); ++n)
            stroke(replayed, n);
        CHECK(replayed.labels() == document->labels());
        CHECK(replayed.sourceMap() == document->sourceMap());
        for (std::size_t n = 0; n < document->steps().size(); ++n)
            if (document->steps()[n].number != std::int64_t(n) + 1) FAIL("step " << n << " is missing");
        steps = int(document->steps().size());
    }
    CHECK(killed == 25);
    CHECK(steps > 25);
}

TEST_CASE("One step is on the disk within milliseconds", "[project][writer][.latency]")
{
    const test::Folder folder("writer");
    auto project = opened(folder / "a.glio");
    const auto mask = project->addMask({0, "c", "Working", "mine", "", grid(), 1, 0});
    MaskDocument document(grid());
    std::vector<double> ms;
    for (std::uint64_t n = 0; n < 200; ++n) {
        const std::size_t before = document.position();
        const Step &step = stroke(document, n);
        const auto start = std::chrono::steady_clock::now();
        REQUIRE(project->append(*mask, step, before));
        ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(ms);
    std::cout << "append: median " << ms[100] << " ms, 99 % " << ms[197] << " ms\n";
    CHECK(ms[100] < 100);
}
