#include "Command.h"

#include "glioscope/nets/NetSpec.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>

namespace glio::cli {
namespace {
struct Arguments {
    std::string name;
    bool json = false;
};

int run(const Arguments &args)
{
    if (!args.name.empty() && !nets::findPreset(args.name)) {
        std::string names;
        for (const nets::Preset &preset : nets::presets())
            names += (names.empty() ? "" : ", ") + preset.name;
        return finish({Errc::InvalidArgument, "There is no net called '" + args.name + "'. There are: " + names + "."});
    }
    nlohmann::json all = nlohmann::json::object();
    for (const nets::Preset &preset : nets::presets()) {
        if (!args.name.empty() && preset.name != args.name) continue;
        const auto parameters = nets::parameterCount(preset.spec);
        if (!parameters) return finish(parameters.error());
        if (!args.json) {
            std::printf("%-24s %10lld weights  %s\n", preset.name.c_str(), static_cast<long long>(*parameters),
                        preset.description.c_str());
            if (!args.name.empty())
                std::printf("%s %s\n", preset.spec.architecture.c_str(), preset.spec.optionsJson().c_str());
        }
        all[preset.name] = {{"parameters", *parameters},
                            {"architecture", preset.spec.architecture},
                            {"description", preset.description},
                            {"options", nlohmann::json::parse(preset.spec.optionsJson())}};
    }
    if (args.json) printJson(all);
    return Done;
}

const Registration registration([](CLI::App &app, int &exit) {
    const auto args = std::make_shared<Arguments>();
    CLI::App *command = app.add_subcommand("nets", "Architectures with their options and numbers of weights");
    command->add_option("NAME", args->name, "Only this one");
    command->add_flag("--json", args->json, "One JSON object on stdout: {name: {parameters, options}}");
    command->callback([args, &exit] { exit = run(*args); });
});
} // namespace
} // namespace glio::cli
