#include "Command.h"
#include "glioscope/base/Paths.h"
#include "glioscope/loop/Trainer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <unistd.h>

namespace glio::cli {
namespace {

struct Options {
    std::string data, out, recipe = "standard", init, device = "auto", precision;
    std::vector<std::string> settings;
    bool deterministic = false, resume = false, smoke = false, json = false;
};

std::string clock(double seconds)
{
    const long whole = std::lround(std::max(0.0, seconds));
    char text[32];
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
    return text;
}

// Step, loss, Dice and time left: one line that changes on a terminal, a line every ten seconds elsewhere.
class StatusLine {
public:
    void show(const loop::RunStatus &s)
    {
        const auto now = std::chrono::steady_clock::now();
        const double pause = m_terminal ? 0.2 : 10.0;
        if (std::chrono::duration<double>(now - m_last).count() < pause) return;
        m_last = now;
        const auto mean = s.dice.find("mean");
        char dice[32] = "";
        if (mean != s.dice.end()) std::snprintf(dice, sizeof dice, ", Dice %.3f", mean->second);
        std::fprintf(stderr,
                     m_terminal ? "\r\033[Kstep %lld, stage %d/%d (%.3g mm), loss %.3f%s, %.2f s/step, %s left"
                                : "step %lld, stage %d/%d (%.3g mm), loss %.3f%s, %.2f s/step, %s left\n",
                     static_cast<long long>(s.step), s.stage, s.stages, s.spacingMm, s.loss, dice, s.secondsPerStep,
                     clock(s.secondsLeft).c_str());
        m_open = m_terminal;
    }
    void say(const std::string &text)
    {
        std::fprintf(stderr, "%s%s\n", m_open ? "\n" : "", text.c_str());
        m_open = false;
    }

private:
    bool m_terminal = isatty(STDERR_FILENO) == 1, m_open = false;
    std::chrono::steady_clock::time_point m_last{};
};

int train(const Options &options)
{
    loop::TrainRequest request;
    request.data = options.data;
    request.out = options.out;
    request.device = options.device;
    request.precision = options.precision;
    request.deterministic = options.deterministic;
    request.resume = options.resume;
    request.interrupted = [] { return interrupted(); };
    if (!options.init.empty()) {
        // A folder, or the name of an installed model.
        const std::filesystem::path named = dataHome() / "models" / options.init,
                                    bundled = resourceDir() / "models" / options.init;
        std::error_code ignored;
        request.init = std::filesystem::exists(std::filesystem::path(options.init) / "model.json", ignored)
                           ? std::filesystem::path(options.init)
                       : std::filesystem::exists(named / "model.json", ignored) ? named
                                                                                : bundled;
    }
    auto recipe = loop::findRecipe(options.recipe);
    if (!recipe) return finish(recipe.error());
    if (options.smoke) recipe = loop::smokeRecipe(*recipe);
    if (options.data.empty() && !options.resume) recipe->data.phantoms = true;
    if (!options.settings.empty()) {
        recipe = loop::withSettings(*recipe, options.settings);
        if (!recipe) {
            finish(recipe.error());
            return Usage;
        }
    }
    request.recipe = *recipe;
    StatusLine line;
    request.onStatus = [&line](const loop::RunStatus &status) {
        if (status.step > 0) line.show(status);
    };
    request.onMessage = [&line](const std::string &text) { line.say(text); };
    const auto result = loop::train(request);
    if (!result) return finish(result.error());
    if (result->stopped)
        line.say("Stopped as control.json asked. Go on with --resume.");
    else
        line.say("The model is in " + result->model.string() + '.');
    if (options.json) {
        nlohmann::ordered_json object;
        object["loss"] = nlohmann::ordered_json::array();
        for (const float loss : result->losses)
            object["loss"].push_back(loss);
        object["dice"] = result->dice;
        object["model"] =
            result->stopped ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(result->model.string());
        object["steps"] = result->steps;
        object["skipped_steps"] = result->skippedSteps;
        object["seconds"] = result->seconds;
        printJson(object);
    }
    return Done;
}

const Registration registration([](CLI::App &app, int &exit) {
    auto *command =
        app.add_subcommand("train", "Trains a model on a folder of cases, on phantoms made on the fly, or both.");
    auto options = std::make_shared<Options>();
    command
        ->add_option("--data", options->data,
                     "Folder of cases in BraTS names with masks; without it: phantoms alone, and with --resume the "
                     "folder the run began with.")
        ->default_str("none");
    command->add_option("--out", options->out, "The run's folder: recipe, status, checkpoints, and model/ at the end.")
        ->required();
    command->add_option("--recipe", options->recipe, "Name of a recipe that comes with Glioscope, or a JSON file.");
    command->add_option("--set", options->settings, "Changes a key of the recipe, such as stages.0.minutes=5.")
        ->type_name("KEY=VALUE")
        ->default_str("the recipe as it is");
    command->add_option("--init", options->init, "Model to start from: a name or a folder.")
        ->default_str("new weights");
    command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N.");
    command
        ->add_option("--precision", options->precision,
                     "auto, fp32, bf16 or fp16 (with loss scaling); auto: bf16 where the processor or GPU has it.")
        ->default_str("the recipe's");
    command->add_flag("--deterministic", options->deterministic,
                      "The same numbers in every run on this machine, resumed or not, in float32 on a CPU to the last "
                      "bit; stages end by steps. Off by default.");
    command->add_flag("--resume", options->resume,
                      "Goes on from the folder's last checkpoint; a finished run is left as it is. Off by default.");
    command->add_flag("--smoke", options->smoke, "A minute with a small net, to see that all works. Off by default.");
    command->add_flag("--json", options->json, "One JSON object on stdout: loss, dice, model. Off by default.");
    command->callback([options, &exit] { exit = train(*options); });
});

} // namespace
} // namespace glio::cli
