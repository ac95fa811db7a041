#include "Command.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/interchange/ModelRegistry.h"
#include "glioscope/loop/Evaluate.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace glio::cli {
namespace {

struct Options {
    std::string model, data, split, part, out, scheme, device = "auto", precision = "auto";
    bool json = false;
};

int evaluate(const Options &options)
{
    const auto model = interchange::ModelRegistry().find(options.model);
    if (!model) return finish(model.error());
    loop::EvaluateRequest request{.model = model->directory(),
                                  .data = options.data,
                                  .scheme = options.scheme,
                                  .split = options.split,
                                  .part = options.part,
                                  .device = options.device,
                                  .precision = options.precision};
    auto sink = progressOnStderr("Evaluating");
    request.progress = [&sink](double done, const std::string &) { return sink(std::min(done, 0.999)); };
    const auto result = loop::evaluate(request);
    if (!result) return finish(result.error());
    sink(1);
    const std::string text = loop::evaluationJson(*result);
    if (const auto written = writeFileAtomically(options.out, text); !written) return finish(written.error());
    for (const auto &one : result->cases) {
        std::fprintf(stderr, "%-28s", one.name.c_str());
        for (const char *region : {"WT", "TC", "ET"}) {
            const auto found = one.dice.find(region);
            if (found != one.dice.end() && found->second)
                std::fprintf(stderr, "  %s %.3f", region, *found->second);
            else
                std::fprintf(stderr, "  %s   –  ", region);
        }
        std::fputc('\n', stderr);
    }
    if (options.json) printJson(nlohmann::json::parse(text));
    return Done;
}

const Registration registration([](CLI::App &app, int &exit) {
    auto *command = app.add_subcommand(
        "evaluate", "Segments every case of a folder and compares with its mask: Dice by region and case.");
    auto options = std::make_shared<Options>();
    command->add_option("--model", options->model, "An installed model's name, or a folder.")->required();
    command->add_option("--data", options->data, "Folder of cases in BraTS names with masks.")->required();
    auto *part = command->add_option("--part", options->part, "Which list of the split to evaluate.");
    command->add_option("--split", options->split, "JSON file with lists of case names: {\"test\": [\"NAME\"]}.")
        ->needs(part);
    command->add_option("--out", options->out, "JSON file that gets the result.")->required();
    command->add_option("--scheme", options->scheme, "Label scheme of the masks; without it: detected.");
    command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N.");
    command->add_option("--precision", options->precision, "auto, fp32, bf16 or fp16.");
    command->add_flag("--json", options->json, "The result on stdout as well.");
    command->callback([options, &exit] { exit = evaluate(*options); });
});

} // namespace
} // namespace glio::cli
