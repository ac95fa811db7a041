#include "shell/BenchParts.h"

#include "shell/Workstation.h"

#include "presenters/Presenters.h"
#include "presenters/ShellPresenter.h"

#include <QTemporaryDir>

#include <cstdio>
#include <filesystem>

namespace glio::app::bench {

namespace fs = std::filesystem;

std::vector<Row> benchCases(Workstation &workstation, const QStringList &paths)
{
    // A second case: the same images under another name.
    const QTemporaryDir room;
    const fs::path from = fs::path(paths.front().toStdString()), other = fs::path(room.path().toStdString()) / "Other";
    std::error_code error;
    fs::copy(from, other, error);
    const auto without = [](const char *why) {
        std::fprintf(stderr, "next case: not measured, %s\n", why);
        return std::vector<Row>{};
    };
    if (error) return without(error.message().c_str());
    Presenters &p = workstation.presenters();
    const QString first = workstation.model().id();
    p.open.openPaths({QString::fromStdString(other.string())});
    if (!waitFor([&] { return workstation.model().id() != first && workstation.settled(); }, 60'000))
        return without("the second case does not open");
    // Every second time as it was before 3D surfaces were made ahead.
    std::vector<double> slices, all, allBefore;
    for (int n = 0; n < 12; ++n) {
        const bool before = n / 2 % 2 == 1;
        if (!waitFor([&] { return !p.open.prefetch().wanted().isEmpty(); }, 10'000))
            return without("nothing is read ahead");
        p.open.prefetch().setSurfacesMade(!before);
        const QString wanted = p.open.prefetch().wanted();
        p.open.prefetch().want({}); // anew: what is ready was read the other way
        p.open.prefetch().want(wanted);
        if (!waitFor([&] { return p.open.prefetch().isReady() && workstation.settled(); }, 60'000, 500))
            return without("nothing is read ahead");
        waitFor([] { return false; }, 300, 500); // the hand rests
        const QString id = workstation.model().id();
        QElapsedTimer clock;
        clock.start();
        workstation.shell().act(interaction::Intent::CaseStep, n % 2 ? 1 : -1);
        if (workstation.model().id() == id) workstation.shell().act(interaction::Intent::CaseStep, n % 2 ? -1 : 1);
        waitFor([&] { return workstation.model().id() != id && p.views.slicesDrawn(); }, 10'000, 500);
        if (!before) slices.push_back(double(clock.nsecsElapsed()) / 1e6);
        waitFor([&] { return p.views.drawn(); }, 10'000, 500);
        (before ? allBefore : all).push_back(double(clock.nsecsElapsed()) / 1e6);
    }
    p.open.prefetch().setSurfacesMade(true);
    std::vector<Row> rows{{"next case: key to all slice views drawn, median", median(slices), 300, "ms"},
                          {"next case: key to every view drawn, 3D too, median", median(all), 1500, "ms"},
                          {"the same, baseline: surfaces not made ahead, median", median(allBefore), 1500, "ms"}};
    return rows;
}

} // namespace glio::app::bench
