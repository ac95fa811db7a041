#include "Command.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <unistd.h>

namespace glio::cli {

int finish(const Error &error)
{
    std::fprintf(stderr, "glio: %s\n", error.message.c_str());
    switch (error.code) {
    case Errc::InvalidArgument:
    case Errc::Unsupported:
    case Errc::Geometry:
    case Errc::Io:
    case Errc::ModelMismatch:
    case Errc::ModelDamaged:
        return BadInput;
    case Errc::OutOfMemory:
        return OutOfMemory;
    case Errc::Cancelled:
        return Cancelled;
    case Errc::DiskFull:
    case Errc::EngineLost:
    case Errc::Internal:
        break;
    }
    return Failed;
}

void printJson(const nlohmann::json &object)
{
    const std::string text = object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

ProgressSink progressOnStderr(const std::string &what)
{
    using Clock = std::chrono::steady_clock;
    struct State {
        Clock::time_point start = Clock::now(), last{};
        bool terminal = isatty(STDERR_FILENO) == 1;
        bool ended = false;
    };
    return [what, state = std::make_shared<State>()](double done) {
        const auto now = Clock::now();
        const double pause = state->terminal ? 0.2 : 2.0;
        if (state->ended || (done < 1 && std::chrono::duration<double>(now - state->last).count() < pause))
            return !interrupted();
        state->last = now;
        const double spent = std::chrono::duration<double>(now - state->start).count();
        char left[48] = "";
        if (done >= 1)
            std::snprintf(left, sizeof left, ", %.1f s", spent);
        else if (done >= 0.05 || (spent >= 3 && done > 0)) // no estimate before 5 % or 3 s
            std::snprintf(left, sizeof left, ", about %.0f s left", std::ceil(spent * (1 - done) / done));
        std::fprintf(stderr, state->terminal ? "\r\033[K%s %3.0f %%%s" : "%s %3.0f %%%s\n", what.c_str(), 100 * done,
                     left);
        if (done >= 1) {
            state->ended = true;
            if (state->terminal) std::fputc('\n', stderr);
        }
        return !interrupted();
    };
}

} // namespace glio::cli
