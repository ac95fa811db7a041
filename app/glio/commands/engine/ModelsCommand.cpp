#include "Command.h"

#include "glioscope/interchange/ModelRegistry.h"
#include "glioscope/nets/NetSpec.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>

namespace glio::cli {
namespace {
using interchange::ModelFile;
using interchange::ModelRegistry;
using interchange::ModelSource;
using Json = nlohmann::json;

struct Arguments {
    std::string model;
    bool json = false, replace = false;
};

Json describe(const ModelFile &file)
{
    Json json = Json::parse(interchange::modelJson(file.info()));
    json["folder"] = file.directory().string();
    if (const auto parameters = nets::parameterCount(file.info().net)) json["parameters"] = *parameters;
    return json;
}

int list(const Arguments &args)
{
    const auto all = ModelRegistry().list();
    Json json{{"models", Json::array()}, {"broken", Json::array()}};
    for (const auto &model : all.models) {
        const char *source = model.source == ModelSource::Bundled ? "bundled" : "user";
        Json entry = describe(model.file);
        entry["source"] = source;
        json["models"].push_back(std::move(entry));
        if (!args.json)
            std::printf("%-28s %-10s %-8s %s\n", model.file.info().name.c_str(), model.file.info().version.c_str(),
                        source, model.file.info().title.c_str());
    }
    for (const auto &broken : all.broken) {
        json["broken"].push_back({{"folder", broken.directory.string()}, {"reason", broken.error.message}});
        if (!args.json) std::fprintf(stderr, "glio: %s\n", broken.error.message.c_str());
    }
    if (args.json)
        printJson(json);
    else if (all.models.empty())
        std::puts("No model is installed. Install one with: glio models install FOLDER");
    return Done;
}

int show(const Arguments &args)
{
    const auto file = ModelRegistry().find(args.model);
    if (!file) return finish(file.error());
    const Json json = describe(*file);
    if (args.json) {
        printJson(json);
        return Done;
    }
    const auto &info = file->info();
    std::printf("%s %s (%s)\n%s\n\n", info.name.c_str(), info.version.c_str(), info.title.c_str(),
                file->directory().string().c_str());
    std::string inputs;
    for (const auto &input : info.inputs)
        inputs += std::string(inputs.empty() ? "" : ", ") + std::string(sequenceName(input.sequence)) +
                  (input.optional ? " (can be missing)" : "");
    std::printf("Reads      %s\nLabels     %s\n", inputs.c_str(), info.schemeId.c_str());
    std::printf("Net        %s, %lld weights\n", info.net.architecture.c_str(),
                static_cast<long long>(json.value("parameters", std::int64_t{0})));
    std::printf("Works at   %g mm, windows of %lld x %lld x %lld voxels\n", info.spacingsMm.front(),
                static_cast<long long>(info.window[0]), static_cast<long long>(info.window[1]),
                static_cast<long long>(info.window[2]));
    std::printf("Trained on %s\nLicence    %s\nMetrics    %s\nsha256     %s\n", info.trainingData.c_str(),
                info.licence.c_str(), info.metricsJson.c_str(), info.weightsSha256.c_str());
    return Done;
}

int verify(const Arguments &args)
{
    const auto file = ModelRegistry().find(args.model);
    if (!file) return finish(file.error());
    const auto weights = file->weights();
    if (!weights) return finish(weights.error());
    if (args.json)
        printJson({{"name", file->info().name}, {"sha256", file->info().weightsSha256}, {"good", true}});
    else
        std::printf("%s: the weights are whole and those that model.json names.\n", file->info().name.c_str());
    return Done;
}

int install(const Arguments &args)
{
    const auto file = ModelRegistry().install(args.model, args.replace);
    if (!file) return finish(file.error());
    if (args.json)
        printJson(describe(*file));
    else
        std::printf("Installed %s in %s.\n", file->info().name.c_str(), file->directory().string().c_str());
    return Done;
}

int remove(const Arguments &args)
{
    if (const auto gone = ModelRegistry().remove(args.model); !gone) return finish(gone.error());
    if (args.json)
        printJson({{"removed", args.model}});
    else
        std::printf("Removed %s.\n", args.model.c_str());
    return Done;
}

const Registration registration([](CLI::App &app, int &exit) {
    const auto args = std::make_shared<Arguments>();
    CLI::App *models = app.add_subcommand("models", "Lists, shows, verifies, installs and removes models");
    models->add_flag("--json", args->json, "One JSON object on stdout");
    models->require_subcommand(0, 1);
    const auto add = [&](const char *name, const char *help, const char *operand, bool required,
                         int (*work)(const Arguments &)) {
        CLI::App *command = models->add_subcommand(name, help);
        if (operand) {
            CLI::Option *option =
                command->add_option(operand, args->model, "An installed model's name or a model's folder");
            if (required) option->required();
        }
        command->add_flag("--json", args->json, "One JSON object on stdout");
        command->callback([args, work, &exit] { exit = work(*args); });
        return command;
    };
    add("list", "The models on this machine (the default)", nullptr, false, list);
    add("show", "What a model reads, was trained on and how well it did", "MODEL", false, show);
    add("verify", "Compares the weights with the sha256 in model.json", "MODEL", false, verify);
    add("install", "Copies a model's folder to the user's models", "FOLDER", true, install)
        ->add_flag("--replace", args->replace, "Replace an installed model of the same name");
    add("remove", "Removes one of the user's models", "NAME", true, remove);
    models->callback([args, models, &exit] {
        if (models->get_subcommands().empty()) exit = list(*args);
    });
});
} // namespace
} // namespace glio::cli
