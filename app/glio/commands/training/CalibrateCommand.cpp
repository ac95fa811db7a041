#include "Command.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/interchange/ModelRegistry.h"
#include "glioscope/loop/Calibrate.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace glio::cli {
namespace {

struct Options {
    std::string model, data, split, part, scheme, out, anatomy, shapes, cache, device = "auto", precision = "auto";
    int phantoms = 24;
    std::uint64_t seed = 90210;
    bool json = false;
};

void printTable(const nlohmann::json &report)
{
    std::puts("                 ECE            Brier            NLL             Dice        lesion-wise");
    for (const auto &[region, before] : report["before"].items()) {
        std::printf("%-4s", region.c_str());
        for (const char *key : {"ece", "brier", "nll", "dice", "lesionwise_dice"})
            std::printf("  %.3f > %.3f", before[key].get<double>(), report["after"][region][key].get<double>());
        std::putchar('\n');
    }
    const auto &t = report["temperatures"];
    std::printf("Temperatures: tumour %.2f, core %.2f, label %.2f.\n", t["tumour"].get<double>(),
                t["core"].get<double>(), t["label"].get<double>());
    for (const auto &[region, value] : report["thresholds"].items())
        std::printf("Threshold of %s: %.2f.\n", region.c_str(), value.get<double>());
    for (const auto &[region, rule] : report["islands"].items())
        std::printf("Islands of %s: at least %.2f mL and a mean probability of %.2f.\n", region.c_str(),
                    rule["smallest_ml"].get<double>(), rule["least_mean_probability"].get<double>());
    if (const auto &q = report["quality"]; q.is_object())
        std::printf("Expected Dice: correlation %.2f, mean error %.3f (%d cases of %d patients).\n",
                    q["correlation"].get<double>(), q["mean_error"].get<double>(), q["cases"].get<int>(),
                    q["patients"].get<int>());
    if (const auto &u = report["unusual"]; u.is_object()) {
        std::printf("Unusual cases: %d false alarms of %d.", u["false_alarms"].get<int>(), u["of"].get<int>());
        for (const auto &[fault, found] : u["faults"].items())
            std::printf(" %s %d of %d (AUROC %.2f).", fault.c_str(), found["noticed"].get<int>(),
                        found["of"].get<int>(), found["auroc"].get<double>());
        std::putchar('\n');
    }
}

int run(const Options &options)
{
    if (options.data.empty() && options.phantoms < 8)
        return std::fputs("glio: Calibration needs cases: --data DIR, or at least 8 phantoms.\n", stderr), Usage;
    const auto model = interchange::ModelRegistry().find(options.model);
    if (!model) return finish(model.error());
    loop::CalibrateRequest request{.model = model->directory(),
                                   .data = options.data,
                                   .scheme = options.scheme,
                                   .split = options.split,
                                   .part = options.part,
                                   .phantoms = options.phantoms,
                                   .seed = options.seed,
                                   .anatomy = options.anatomy,
                                   .shapes = options.shapes,
                                   .out = options.out,
                                   .cache = options.cache,
                                   .device = options.device,
                                   .precision = options.precision,
                                   .progress = {}};
    auto sink = progressOnStderr("Calibrating");
    request.progress = [&sink](double done, const std::string &) { return sink(std::min(done, 0.999)); };
    const auto text = loop::calibrate(request);
    if (!text) return finish(text.error());
    sink(1);
    const auto report = nlohmann::json::parse(*text);
    if (!options.out.empty()) {
        const auto file = std::filesystem::path(options.out) / "calibration.json";
        if (const auto written = writeFileAtomically(file, *text); !written) return finish(written.error());
    }
    if (options.json)
        printJson(report);
    else
        printTable(report);
    return Done;
}

const Registration registration([](CLI::App &app, int &exit) {
    auto *command = app.add_subcommand(
        "calibrate", "Fits a model's probabilities, thresholds, island rules and warnings on held-out cases.");
    auto options = std::make_shared<Options>();
    command->add_option("--model", options->model, "An installed model's name, or a folder.")->required();
    command->add_option("--data", options->data, "Folder of held-out cases with masks, in BraTS names.");
    auto *part = command->add_option("--part", options->part, "Which list of the split to use.");
    command->add_option("--split", options->split, "JSON file with lists of case names: {\"val\": [\"NAME\"]}.")
        ->needs(part);
    command->add_option("--scheme", options->scheme, "Label scheme of the masks; without it: detected.");
    command->add_option("--phantoms", options->phantoms, "Held-out phantoms besides.")->check(CLI::Range(0, 10000));
    command->add_option("--seed", options->seed, "Of the phantoms; another one: other heads and tumours.");
    command->add_option("--anatomy", options->anatomy, "Folder of further heads for the phantoms.");
    command->add_option("--shapes", options->shapes, "Folder of label maps whose tumours the phantoms take.");
    command->add_option("--out", options->out, "Folder of the calibrated model; may be the model's own.");
    command->add_option("--cache", options->cache, "Folder of kept passes; without it: the user's cache.");
    command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N.");
    command->add_option("--precision", options->precision, "auto, fp32, bf16 or fp16.")
        ->check(CLI::IsMember({"auto", "fp32", "bf16", "fp16"}));
    command->add_flag("--json", options->json, "The report on stdout as one JSON object.");
    command->callback([options, &exit] { exit = run(*options); });
});

} // namespace
} // namespace glio::cli
