// An engine process for tests: the real loop, server and scheduler over FakeBackend. Never installed.
#include "FakeBackend.h"

#include "engine/core/EngineLoop.h"
#include "engine/core/Transcript.h"

#include <cstring>
#include <iostream>
#include <unistd.h>

int main(int argc, char **argv)
{
    const auto asked = [&](const char *flag) {
        for (int n = 1; n < argc; ++n)
            if (std::strcmp(argv[n], flag) == 0) return true;
        return false;
    };
    if (asked("--die")) return 7;
    if (asked("--mute"))
        for (;;)
            pause();
    if (asked("--other-version")) {
        const std::string body =
            R"({"jsonrpc":"2.0","id":0,"error":{"code":-32021,"message":"This engine speaks version 2."}})";
        std::cout << "Content-Length: " << body.size() << "\r\n\r\n" << body << std::flush;
        for (;;)
            pause();
    }
    glio::test::FakeBackend backend;
    if (asked("--transcript")) return glio::engine::runTranscript(backend, std::cin, std::cout, std::cerr) == 0 ? 0 : 1;
    for (int n = 0; asked("--chatty") && n < 3000; ++n)
        std::cerr << "line " << n << '\n';
    glio::engine::serveForever(backend, STDIN_FILENO, glio::engine::takeStdout());
}
