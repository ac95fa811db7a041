#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/base/Progress.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace glio::cli {

/// Exit codes, a promise (design.md section 7).
enum Exit { Done = 0, Failed = 1, Usage = 2, BadInput = 3, OutOfMemory = 4, Cancelled = 130 };

/// Prints the error's sentence to stderr and gives the exit code that fits its meaning.
int finish(const Error &error);
/// The one JSON object on stdout, followed by a line end.
void printJson(const nlohmann::json &object);

/// True once Ctrl-C or SIGTERM came; the handler is installed by main.
bool interrupted();

/// A bar on stderr when that is a terminal, plain lines (at most one in 2 s) otherwise; with the time left once it can
/// be known. Returns a sink that says false once Ctrl-C came.
ProgressSink progressOnStderr(const std::string &what);

/// One static object a command file: `const Registration registration([](CLI::App &app, int &exit) { ... });`
/// The function adds a subcommand whose callback stores the exit code in `exit`.
struct Registration {
    explicit Registration(std::function<void(CLI::App &, int &)> add);
};

} // namespace glio::cli
