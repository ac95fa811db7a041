#include "Command.h"
#include "glioscope/loop/StepBenchmark.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace glio::cli {
namespace {

struct Options {
    std::string folder, precision = "bf16";
    std::vector<std::int64_t> widths{16, 32, 64, 128, 256};
    std::int64_t window = 64;
    int steps = 10, threads = 0;
};

int run(const Options &options)
{
    nets::UNet3DOptions net;
    net.widths = options.widths;
    net.block = nets::Block::Plain;
    net.supervision = std::min<std::int64_t>(2, std::int64_t(options.widths.size()) - 2);
    const auto result = loop::benchmarkStep({.net = net.spec(),
                                             .window = {options.window, options.window, options.window},
                                             .steps = options.steps,
                                             .precision = *loop::precisionNamed(options.precision),
                                             .threads = options.threads,
                                             .folder = options.folder});
    if (!result) return finish(result.error());
    printJson({{"seconds_per_step", result->secondsPerStep},
               {"loss", result->losses},
               {"peak_rss_mb", double(result->peakResidentBytes) / 1048576.0}});
    return Done;
}

const Registration registration([](CLI::App &app, int &exit) {
    const auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("bench-training", "One half of ./dev bench training");
    command->group(""); // for the benchmark's script, not for people
    command->add_option("--folder", options->folder);
    command->add_option("--precision", options->precision)->check(CLI::IsMember({"fp32", "bf16", "fp16"}));
    command->add_option("--widths", options->widths)->expected(2, 8);
    command->add_option("--window", options->window);
    command->add_option("--steps", options->steps);
    command->add_option("--threads", options->threads);
    command->callback([options, &exit] { exit = run(*options); });
});

} // namespace
} // namespace glio::cli
