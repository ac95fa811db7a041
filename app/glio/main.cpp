#include "Command.h"

#include <CLI/CLI.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <vector>

namespace glio::cli {
namespace {
std::vector<std::function<void(CLI::App &, int &)>> &registrations()
{
    static std::vector<std::function<void(CLI::App &, int &)>> all;
    return all;
}
std::atomic<bool> g_interrupted{false};
extern "C" void onInterrupt(int) { g_interrupted.store(true); }
} // namespace

Registration::Registration(std::function<void(CLI::App &, int &)> add) { registrations().push_back(std::move(add)); }
bool interrupted() { return g_interrupted.load(); }

int run(int argc, char **argv)
{
    CLI::App app{"Glioscope's engine on the command line. Research use only. Not for diagnosis.", "glio"};
    app.set_version_flag("--version", GLIO_VERSION);
    app.require_subcommand(1);
    app.get_formatter()->column_width(42);
    app.option_defaults()->always_capture_default();
    int exit = Done;
    for (const auto &add : registrations())
        add(app, exit);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? Done : Usage;
    }
    return exit;
}
} // namespace glio::cli

int main(int argc, char **argv)
{
    std::signal(SIGINT, glio::cli::onInterrupt);
    std::signal(SIGTERM, glio::cli::onInterrupt);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error of the write, not the end of the process
    try {
        return glio::cli::run(argc, argv);
    } catch (const std::bad_alloc &) {
        std::fputs("glio: There was not enough memory for this. Nothing was changed.\n", stderr);
        return glio::cli::OutOfMemory;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "glio: %s\n", error.what());
        return glio::cli::Failed;
    }
}
