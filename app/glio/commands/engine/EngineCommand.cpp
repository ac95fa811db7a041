#include "Command.h"
#include "engine/TorchBackend.h"
#include "engine/core/EngineLoop.h"
#include "engine/core/Transcript.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace glio::cli {
namespace {

// When memory runs out the system should take this process: the window holds what the user has drawn.
void offerOneselfFirst() { std::ofstream("/proc/self/oom_score_adj") << 500; }

const Registration registration([](CLI::App &app, int &exit) {
    auto *command = app.add_subcommand("engine", "The engine process: JSON-RPC 2.0 on stdin and stdout, log on stderr");
    auto *transcript =
        command->add_flag("--transcript", "Read lines '> {...}' to send and '< {...}' to expect from stdin");
    command->callback([&exit, transcript] {
        std::signal(SIGINT, SIG_DFL); // main only notes these; reading stdin would not end by them
        std::signal(SIGTERM, SIG_DFL);
        const auto backend = engine::makeTorchBackend();
        if (transcript->count() > 0) {
            exit = engine::runTranscript(*backend, std::cin, std::cout, std::cerr) == 0 ? Done : Failed;
            return;
        }
        if (isatty(STDIN_FILENO))
            std::fputs("glio engine speaks JSON-RPC on stdin; to talk to it by hand: glio engine --transcript\n",
                       stderr);
        offerOneselfFirst();
        engine::serveForever(*backend, STDIN_FILENO, engine::takeStdout());
    });
});

} // namespace
} // namespace glio::cli
