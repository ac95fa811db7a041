#include "shell/Bench.h"
#include "shell/Session.h"
#include "shell/Workstation.h"

#include "presenters/Presenters.h"
#include "presenters/ShellPresenter.h"

#include <QApplication>
#include <QTimer>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

bool hasDisplay()
{
    const auto set = [](const char *name) {
        const char *value = std::getenv(name);
        return value && *value;
    };
    return set("DISPLAY") || set("WAYLAND_DISPLAY") || set("QT_QPA_PLATFORM");
}

/// What the command line says holds for this run and is not stored.
void overrule(glio::app::Settings &settings, const glio::app::Options &options)
{
    if (!options.theme.isEmpty()) settings.setOverride("general/theme", options.theme);
    for (const QString &one : options.settings)
        settings.setOverride(one.section('=', 0, 0), one.section('=', 1));
}

} // namespace

int main(int argc, char **argv)
{
    QElapsedTimer clock;
    clock.start();
    glio::app::prepareApplication();
    {
        QStringList arguments;
        for (int n = 0; n < argc; ++n)
            arguments.push_back(QString::fromLocal8Bit(argv[n]));
        QString text;
        const auto options = glio::app::parseOptions(arguments, text);
        if (!options) {
            std::fprintf(stderr, "glioscope: %s\n", options.error().message.c_str());
            return 2;
        }
        if (!text.isEmpty()) {
            std::fputs(qPrintable(text), stdout);
            return 0;
        }
        if (!hasDisplay()) {
            std::fputs("No display was found, so no window can open. `./dev run` or `glio segment` does the same job "
                       "without one.\n",
                       stderr);
            return 1;
        }
        QApplication application(argc, argv);
        { // the look first: widgets take their fonts and sizes when they are made
            glio::app::Settings settings;
            overrule(settings, *options);
            glio::app::dressApplication(settings);
        }
        glio::app::Workstation workstation;
        overrule(workstation.settings(), *options);
        glio::app::MainWindow &window = workstation.window();
        if (!options->size.isEmpty())
            window.resize(options->size);
        else if (!window.restoreGeometry(workstation.settings().state("geometry")))
            window.resize(1600, 1000);
        window.show();
        if (options->quiet)
            workstation.presenters().tour.setEnabled(false);
        else
            QTimer::singleShot(0, &window, [&] { workstation.shell().showNoticeOnce(); });
        // The window comes first; 58 MB of kernels load in another process while it is drawn.
        // Viewing is measured without it: at its very first start it tries out what is fastest on this machine.
        if (options->bench.isEmpty()) QTimer::singleShot(0, &window, [&] { workstation.startEngine(); });
        if (!options->bench.isEmpty()) return glio::app::runBench(workstation, *options, clock);
        glio::app::Session session(workstation, *options);
        session.start();
        return application.exec();
    }
}
