#include "ProjectTesting.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace glio;
using namespace glio::project;
using namespace glio::project::test;

namespace {

/// Appends until it is killed, and tells each number after its commit.
[[noreturn]] void appendForEver(const fs::path &place, Journal journal, int pipe)
{
    auto project = Project::open(place, {"child", IfMissing::Fail, Access::Write, journal});
    if (!project || (*project)->isReadOnly()) _exit(3);
    for (;;) {
        const auto next = (*project)->append("m", stepNamed(""), {someBytes(20000), someBytes(3000)});
        if (!next) _exit(4);
        if (write(pipe, &*next, sizeof *next) != ssize_t(sizeof *next)) _exit(5);
    }
}

} // namespace

TEST_CASE("what was told as written is there after kill -9", "[project][safety]")
{
    const Folder folder("project");
    std::mt19937 random(20261125);
    int told = 0, kills = 0;
    for (const Journal journal : {Journal::WriteAhead, Journal::Truncate}) {
        const auto place = folder / (journal == Journal::WriteAhead ? "log.glio" : "cut.glio");
        withMask(place, {"Ada", IfMissing::Create, Access::Write, journal}).reset();
        int last = 0;
        for (int round = 0; round < 15; ++round, ++kills) {
            int ends[2];
            REQUIRE(pipe(ends) == 0);
            const pid_t child = fork();
            if (child == 0) appendForEver(place, journal, ends[1]);
            close(ends[1]);
            usleep(useconds_t(random() % 120'000));
            kill(child, SIGKILL);
            int status = 0;
            waitpid(child, &status, 0);
            REQUIRE(WIFSIGNALED(status)); // it was writing until then
            const int before = last;
            for (int number = 0; read(ends[0], &number, sizeof number) == ssize_t(sizeof number);) {
                CHECK(number == last + 1);
                last = number;
            }
            close(ends[0]);
            told += last - before;

            const auto project = opened(place, {"Ada", IfMissing::Fail, Access::Write, journal});
            REQUIRE_FALSE(project->isReadOnly()); // the hold died with the child
            REQUIRE(project->check());
            const auto steps = project->steps("m");
            REQUIRE(steps);
            REQUIRE(int(steps->size()) >= last);
            REQUIRE(int(steps->size()) <= last + 1); // the one in hand may have made it
            for (std::size_t n = 0; n < steps->size(); ++n)
                REQUIRE((*steps)[n].number == int(n) + 1);
            CHECK(project->position("m") == int(steps->size()));
            if (!steps->empty()) CHECK(project->blobs("m", int(steps->size()))->labels == someBytes(20000));
            last = int(steps->size());
        }
    }
    CHECK(kills == 30);
    CHECK(told > 30); // the children did get to work
}

TEST_CASE("a step that finds no room is refused whole, and goes in when there is room again", "[project][safety]")
{
    const Folder folder("project");
    std::signal(SIGXFSZ, SIG_IGN);
    for (const Journal journal : {Journal::WriteAhead, Journal::Truncate}) {
        const auto place = folder / (journal == Journal::WriteAhead ? "log.glio" : "cut.glio");
        const auto project = withMask(place, {"Ada", IfMissing::Create, Access::Write, journal});
        rlimit old{};
        getrlimit(RLIMIT_FSIZE, &old);
        const rlimit small{1'000'000, old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        int done = 0;
        Result<int> last;
        while (last && done < 500)
            if ((last = project->append("m", stepNamed(""), {someBytes(20000, unsigned(done)), ""}))) ++done;
        setrlimit(RLIMIT_FSIZE, &old);
        REQUIRE_FALSE(last);
        CHECK(last.error().code == Errc::DiskFull);
        CHECK(done > 10);
        CHECK(int(project->steps("m")->size()) == done);
        CHECK(project->append("m", stepNamed(""), {}) == done + 1);
        CHECK(project->check());
        CHECK(project->blobs("m", done)->labels == someBytes(20000, unsigned(done - 1)));
    }
}

TEST_CASE("a commit into a file that is no longer the project's counts as failed", "[project][safety]")
{
    const Folder folder("project");
    const auto project = withMask(folder / "a.glio");
    REQUIRE(project->append("m", stepNamed("one"), {}));
    SECTION("the folder moved away and back")
    {
        fs::rename(folder / "a.glio", folder / "b.glio");
        CHECK(project->append("m", stepNamed("two"), {}).error().code == Errc::Io);
        CHECK_FALSE(project->reconnect());
        fs::rename(folder / "b.glio", folder / "a.glio");
        REQUIRE(project->reconnect());
        CHECK(project->append("m", stepNamed("two"), {}) == 2);
    }
    SECTION("the file is another one")
    {
        fs::copy_file(folder / "a.glio/project.sqlite", folder / "copy");
        fs::rename(folder / "copy", folder / "a.glio/project.sqlite");
        CHECK(project->append("m", stepNamed("two"), {}).error().code == Errc::Io);
    }
    SECTION("another project lies there")
    {
        fs::rename(folder / "a.glio", folder / "b.glio");
        withMask(folder / "a.glio").reset();
        const auto reconnected = project->reconnect();
        REQUIRE_FALSE(reconnected);
        CHECK(contains(reconnected.error().message, "another project"));
        CHECK(project->append("m", stepNamed("two"), {}).error().code == Errc::Io);
    }
    SECTION("all was deleted")
    {
        fs::remove_all(folder / "a.glio");
        CHECK(project->append("m", stepNamed("two"), {}).error().code == Errc::Io);
        REQUIRE(project->copyTo(folder / "saved.glio")); // what was deleted can still be read
        CHECK(texts(*opened(folder / "saved.glio")->steps("m")) == std::vector<std::string>{"one"});
    }
}

TEST_CASE("a copy holds everything and names its images from its own folder", "[project][copy]")
{
    const Folder folder("project");
    put(folder / "images/t1.nii", someBytes(100));
    const auto project = withMask(folder / "a.glio");
    REQUIRE(project->append("m", stepNamed("one"), {"l", "p"}));
    REQUIRE(project->putSeries("c", std::vector{*project->describe(folder / "images/t1.nii", "T1")}));
    const auto report = project->copyTo(folder / "far/away/b.glio");
    REQUIRE(report);
    CHECK(report->rowsLost == 0);
    const auto copy = opened(folder / "far/away/b.glio");
    CHECK_FALSE(copy->isReadOnly());
    CHECK(copy->blobs("m", 1) == StepBlobs{"l", "p"});
    CHECK(copy->series("c")->front().relative == "../../../images/t1.nii");
    CHECK(copy->locate(copy->series("c")->front())->by == FoundBy::RelativePath);
    CHECK(project->copyTo(folder / "far/away/b.glio").error().code == Errc::Io); // never over another
    CHECK(project->append("m", stepNamed("two"), {}) == 2);
}

TEST_CASE("of a project damaged while open, what can be read is copied", "[project][copy][safety]")
{
    const Folder folder("project");
    auto options = asReader("Ada");
    options.journal = Journal::Truncate;
    const auto file = folder / "a.glio/project.sqlite";
    withMask(folder / "a.glio", options).reset();
    auto project = opened(folder / "a.glio", options);
    for (int n = 1; n <= 300; ++n)
        REQUIRE(project->append("m", stepNamed(std::to_string(n)), {someBytes(2500, unsigned(n)), ""}));
    project.reset();
    project = opened(folder / "a.glio", options);

    // A page becomes rubbish under the open project.
    const auto page = count(folder / "a.glio", "SELECT pageno FROM dbstat WHERE name = 'step_blobs' AND pagetype = "
                                               "'leaf' ORDER BY pageno LIMIT 1 OFFSET 20");
    REQUIRE(page > 1);
    {
        std::FILE *raw = std::fopen(file.c_str(), "r+b");
        REQUIRE(raw);
        std::fseek(raw, (page - 1) * 4096, SEEK_SET);
        const std::string rubbish(4096, '\xee');
        std::fwrite(rubbish.data(), 1, rubbish.size(), raw);
        std::fclose(raw);
    }
    const auto report = project->copyTo(folder / "b.glio");
    INFO((report ? std::string() : report.error().message));
    REQUIRE(report);
    CHECK(report->rowsLost >= 1);
    CHECK(report->rowsLost < 20);
    CHECK(report->tables == std::vector<std::string>{"step_blobs"});
    const auto copy = opened(folder / "b.glio");
    REQUIRE(copy->check());
    CHECK(copy->steps("m")->size() == 300);
    int readable = 0;
    for (int n = 1; n <= 300; ++n) {
        const auto blobs = copy->blobs("m", n);
        if (blobs && blobs->labels == someBytes(2500, unsigned(n)))
            ++readable;
        else
            CHECK(contains(blobs.error().message, "step " + std::to_string(n) + ' '));
    }
    CHECK(readable == 300 - report->rowsLost);
    CHECK(copy->append("m", stepNamed("301"), {}) == 301);
}

TEST_CASE("no copy is made of a project whose masks cannot be listed", "[project][copy][safety]")
{
    const Folder folder("project");
    auto options = asReader("Ada");
    options.journal = Journal::Truncate;
    withMask(folder / "a.glio", options).reset();
    const auto project = opened(folder / "a.glio", options);
    const auto page = count(folder / "a.glio", "SELECT rootpage FROM sqlite_schema WHERE name = 'masks'");
    std::fstream raw(folder / "a.glio/project.sqlite", std::ios::in | std::ios::out | std::ios::binary);
    raw.seekp((page - 1) * 4096);
    raw << std::string(4096, '\xee');
    raw.close();
    const auto report = project->copyTo(folder / "b.glio");
    REQUIRE_FALSE(report);
    CHECK(contains(report.error().message, "masks"));
    CHECK_FALSE(fs::exists(folder / "b.glio/project.sqlite"));
    CHECK(fs::is_empty(folder / "b.glio")); // no halves either
}

TEST_CASE("how long a step takes to reach the disk", "[project][timing]")
{
    const Folder folder("project");
    const auto project = withMask(folder / "a.glio");
    std::vector<double> ms;
    for (unsigned n = 0; n < 200; ++n) {
        const auto bytes = someBytes(20000, n);
        const auto start = std::chrono::steady_clock::now();
        REQUIRE(project->append("m", stepNamed("step"), {bytes, ""}));
        ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(ms);
    std::printf("append of 20 kB, %s: median %.2f ms, 95%% %.2f ms, most %.2f ms\n",
                project->journal() == Journal::WriteAhead ? "log" : "cut", ms[100], ms[190], ms[199]);
    CHECK(ms[100] < 250); // a stroke lasts longer, on any drive
}
