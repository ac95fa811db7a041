#include "Command.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/interchange/ModelRegistry.h"
#include "glioscope/loop/EvaluateReport.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <format>
#include <memory>

namespace glio::cli {
namespace {

struct Options {
    std::string model, data, split, part, out, html, compare, scheme, preset = "plain", device = "auto",
                                                                      precision = "auto";
    double toleranceMm = 1;
    int resamples = 2000, pictures = 0;
    std::uint64_t seed = 1;
    bool json = false;
};

const std::map<std::string, metrics::Preset> kPresets{{"plain", metrics::Preset::Plain},
                                                      {"brats-2023", metrics::Preset::Brats2023},
                                                      {"brats-ped-2024", metrics::Preset::BratsPed2024}};

// As it can be typed again, for the record beside the numbers.
std::string commandLine(const Options &options)
{
    const auto quoted = [](const std::string &text) {
        return text.find_first_of(" '\"\\$&;|<>*?()") == text.npos ? text : std::format("\"{}\"", text);
    };
    std::string line = std::format("glio evaluate --model {} --data {}", quoted(options.model), quoted(options.data));
    if (!options.split.empty())
        line += std::format(" --split {} --part {}", quoted(options.split), quoted(options.part));
    if (!options.scheme.empty()) line += " --scheme " + options.scheme;
    if (options.preset != "plain") line += " --preset " + options.preset;
    if (options.toleranceMm != 1) line += std::format(" --nsd-tolerance {}", options.toleranceMm);
    if (options.device != "auto") line += " --device " + options.device;
    if (options.precision != "auto") line += " --precision " + options.precision;
    if (options.resamples != 2000) line += std::format(" --resamples {}", options.resamples);
    if (options.seed != 1) line += std::format(" --seed {}", options.seed);
    if (!options.compare.empty()) line += " --compare " + quoted(options.compare);
    return line + " --out " + quoted(options.out);
}

void printCases(const loop::Evaluation &evaluation, const loop::Summary &summary)
{
    for (const loop::CaseScore &one : evaluation.cases) {
        std::fprintf(stderr, "%-28s", one.name.c_str());
        for (const char *id : {"WT", "TC", "ET"}) {
            const auto found = one.regions.find(id);
            if (found != one.regions.end() && (found->second.inReference || found->second.inPrediction))
                std::fprintf(stderr, "  %s %.3f", id, found->second.metrics.dice);
            else
                std::fprintf(stderr, "  %s   –  ", id);
        }
        std::fputc('\n', stderr);
    }
    for (const loop::RegionSummary &region : summary.regions) {
        if (!region.dicePresent) continue;
        const metrics::Interval &dice = *region.dicePresent;
        std::fprintf(stderr, "%-4s Dice %.3f", region.id.c_str(), dice.value);
        if (dice.low) std::fprintf(stderr, " (%.3f to %.3f)", *dice.low, *dice.high);
        std::fprintf(stderr, " over %d with it", dice.count);
        if (region.ece) std::fprintf(stderr, ", calibration error %.3f", region.ece->value);
        std::fputc('\n', stderr);
    }
    for (const loop::CaseFailure &failure : evaluation.failures)
        std::fprintf(stderr, "glio: %s was not evaluated: %s\n", failure.name.c_str(), failure.error.message.c_str());
}

int evaluate(const Options &options)
{
    const auto model = interchange::ModelRegistry().find(options.model);
    if (!model) return finish(model.error());
    // Everything that can be refused is refused before the hours of work.
    std::string earlier;
    if (!options.compare.empty()) {
        auto text = readFile(options.compare);
        if (!text) return finish(text.error());
        if (!nlohmann::json::accept(*text))
            return finish({Errc::InvalidArgument, options.compare + " was not written by glio evaluate."});
        earlier = std::move(*text);
    }
    loop::EvaluateRequest request{
        .model = model->directory(),
        .data = options.data,
        .scheme = options.scheme,
        .split = options.split,
        .part = options.part,
        .device = options.device,
        .precision = options.precision,
        .metrics = {.preset = kPresets.at(options.preset), .nsdToleranceMm = options.toleranceMm},
        .pictures = options.html.empty() ? 0 : options.pictures};
    auto sink = progressOnStderr("Evaluating");
    request.progress = [&sink](double done, const std::string &) { return sink(std::min(done, 0.999)); };
    const auto result = loop::evaluate(request);
    if (!result) return finish(result.error());
    const loop::Summary summary = loop::summarise(*result, options.resamples, options.seed);
    std::optional<loop::Comparison> comparison;
    if (!earlier.empty() && !result->cases.empty()) {
        auto compared = loop::compareWith(*result, earlier, options.resamples, options.seed);
        if (!compared) return finish({compared.error().code, options.compare + ": " + compared.error().message});
        comparison = std::move(*compared);
    }
    sink(1);
    const loop::Comparison *const change = comparison ? &*comparison : nullptr;
    const std::string text = loop::evaluationJson(*result, summary, change, commandLine(options));
    if (const auto written = writeFileAtomically(options.out, text); !written) return finish(written.error());
    if (!options.html.empty()) {
        const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
        const std::string page = loop::evaluationPage(*result, summary, change, std::format("{:%F}", today));
        if (const auto written = writeFileAtomically(options.html, page); !written) return finish(written.error());
    }
    printCases(*result, summary);
    if (options.json) printJson(nlohmann::json::parse(text));
    return result->failures.empty() ? Done : Failed;
}

const Registration registration([](CLI::App &app, int &exit) {
    auto *command = app.add_subcommand(
        "evaluate", "Segments every case of a folder and compares with its mask: agreement, lesions, calibration.");
    auto options = std::make_shared<Options>();
    command->add_option("--model", options->model, "An installed model's name, or a folder.")->required();
    command->add_option("--data", options->data, "Folder of cases in BraTS names with masks.")->required();
    auto *part = command->add_option("--part", options->part, "Which list of the split to evaluate.");
    command->add_option("--split", options->split, "JSON file with lists of case names: {\"test\": [\"NAME\"]}.")
        ->needs(part);
    command->add_option("--out", options->out, "JSON file that gets the result.")->required();
    auto *html = command->add_option("--html", options->html, "Also one self-contained HTML page with charts.");
    command
        ->add_option("--pictures", options->pictures,
                     "Slices of so many of the worst cases on the page. Off by default: pages get passed on.")
        ->check(CLI::Range(0, 100))
        ->needs(html);
    command->add_option("--compare", options->compare, "An earlier result of the same cases: adds paired changes.");
    command->add_option("--scheme", options->scheme, "Label scheme of the masks; without it: detected.");
    command->add_option("--preset", options->preset, "Rules for missing regions and lesions.")
        ->check(CLI::IsMember({"plain", "brats-2023", "brats-ped-2024"}));
    command->add_option("--nsd-tolerance", options->toleranceMm, "Tolerance of the surface Dice in mm.")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--resamples", options->resamples, "Resamples of the intervals over patients; 0: none.")
        ->check(CLI::Range(0, 100000));
    command->add_option("--seed", options->seed, "Seed of the resamples.");
    command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N.");
    command->add_option("--precision", options->precision, "auto, fp32, bf16 or fp16.");
    command->add_flag("--json", options->json, "The result on stdout as well.");
    command->callback([options, &exit] { exit = evaluate(*options); });
});

} // namespace
} // namespace glio::cli
