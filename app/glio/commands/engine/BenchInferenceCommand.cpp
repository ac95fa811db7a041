#include "Command.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Random.h"
#include "glioscope/inference/Benchmark.h"
#include "glioscope/interchange/ModelRegistry.h"
#include "glioscope/nets/NetSpec.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cmath>

namespace glio::cli {
namespace {
namespace fs = std::filesystem;

struct Arguments {
    std::string folder, model, runner = "fused", precision = "bf16", mask = "ours";
    std::vector<std::int64_t> size{240, 240, 155};
    std::int64_t window = 96;
    double overlap = 0.5;
    int repeats = 1;
    bool skipEmpty = false;
};

/// A head-like case: an ellipsoid of smooth structures with a bright lump, zeros outside; (C, D, H, W).
std::vector<float> makeCase(const Size3 &size)
{
    const std::int64_t voxels = size[0] * size[1] * size[2];
    std::vector<float> channels(std::size_t(4 * voxels));
    for (int c = 0; c < 4; ++c) {
        CounterRandom random{7, std::uint64_t(c)};
        std::array<std::array<double, 4>, 12> waves{};
        for (auto &wave : waves)
            wave = {random.normal(0, 0.12), random.normal(0, 0.12), random.normal(0, 0.12), random.uniform(0, 6.3)};
        for (std::int64_t k = 0; k < size[2]; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j)
                for (std::int64_t i = 0; i < size[0]; ++i) {
                    const double x = double(i) - 0.5 * double(size[0]), y = double(j) - 0.5 * double(size[1]),
                                 z = double(k) - 0.5 * double(size[2]);
                    const double r = std::hypot(x / 70, y / 88, z / 68);
                    if (r > 1) continue;
                    double v = 0.3 * random.normal();
                    for (const auto &w : waves)
                        v += 0.35 * std::sin(w[0] * x + w[1] * y + w[2] * z + w[3]);
                    const double lump = std::hypot(x - 25, y + 20, z - 10) / 24;
                    if (lump < 1) v += (c == 0 ? -1.5 : 2.0) * (lump < 0.6 && c == 1 ? 1.6 : 1.0);
                    channels[std::size_t(((c * size[2] + k) * size[1] + j) * size[0] + i)] = float(v);
                }
    }
    return channels;
}

Result<interchange::ModelFile> chooseModel(const Arguments &args)
{
    const fs::path own = fs::path(args.folder) / "model";
    if (fs::exists(own / "model.json")) return interchange::ModelFile::open(own);
    if (args.model.empty()) return inference::randomModel(own, nets::findPreset("unet3d-medium")->spec, 20240607);
    const auto given = interchange::ModelRegistry().find(args.model);
    return given ? inference::float32Copy(own, *given) : given;
}

int run(const Arguments &args)
{
    std::error_code code;
    fs::create_directories(args.folder, code);
    const auto model = chooseModel(args);
    if (!model) return finish(model.error());
    const Size3 size{args.size[0], args.size[1], args.size[2]};
    std::vector<float> channels = makeCase(size);
    const auto casePath = fs::path(args.folder) / "case.safetensors";
    if (!fs::exists(casePath)) {
        const interchange::TensorView view{.name = "image",
                                           .dtype = interchange::Dtype::F32,
                                           .shape = {4, size[2], size[1], size[0]},
                                           .bytes = std::as_bytes(std::span(channels))};
        if (const auto good = interchange::writeSafetensors(casePath, std::span(&view, 1)); !good)
            return finish(good.error());
    }
    inference::BenchmarkOptions options;
    options.precision = inference::precisionFromName(args.precision).value_or(inference::Precision::BFloat16);
    options.fused = args.runner == "fused";
    options.skipEmptyWindows = args.skipEmpty;
    options.window = args.window;
    options.overlap = args.overlap;
    options.repeats = args.repeats;
    const auto result = inference::benchmarkPass(*model, std::move(channels), size, options,
                                                 progressOnStderr(args.runner + " " + args.precision));
    if (!result) return finish(result.error());
    const auto good =
        writeFileAtomically(fs::path(args.folder) / (args.mask + ".mask"), std::as_bytes(std::span(result->mask)));
    if (!good) return finish(good.error());
    printJson({{"seconds", result->seconds},
               {"windows", result->windows},
               {"skipped", result->skipped},
               {"peak_rss_mb", double(result->peakResidentBytes) / 1048576.0}});
    return Done;
}

const Registration registration([](CLI::App &app, int &exit) {
    const auto args = std::make_shared<Arguments>();
    CLI::App *command = app.add_subcommand("bench-inference", "One half of ./dev bench inference");
    command->group(""); // for the benchmark's script, not for people
    command->add_option("--folder", args->folder)->required();
    command->add_option("--model", args->model);
    command->add_option("--runner", args->runner)->check(CLI::IsMember({"fused", "torch"}));
    command->add_option("--precision", args->precision)->check(CLI::IsMember({"fp32", "bf16"}));
    command->add_option("--mask", args->mask);
    command->add_option("--size", args->size)->expected(3);
    command->add_option("--window", args->window);
    command->add_option("--overlap", args->overlap);
    command->add_option("--repeats", args->repeats);
    command->add_flag("--skip-empty", args->skipEmpty);
    command->callback([args, &exit] { exit = run(*args); });
});
} // namespace
} // namespace glio::cli
