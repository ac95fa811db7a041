#include "Command.h"

#include "glioscope/annotation/Decode.h"
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/phantom/AnatomyFiles.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>

namespace glio::cli {
namespace {

struct Options {
    std::string out, anatomy, shapes, background;
    int cases = 1;
    std::uint64_t seed = 1;
    double spacingMm = 1;
    bool demo = false, json = false;
};

Result<std::vector<phantom::AnatomyPointer>> anatomiesOf(const Options &o)
{
    std::vector<phantom::AnatomyPointer> all;
    for (const std::string &folder : {o.anatomy, o.background}) {
        if (folder.empty()) continue;
        auto found = phantom::readAnatomies(folder);
        if (!found) return found;
        all.insert(all.end(), found->begin(), found->end());
    }
    if (!all.empty()) return all;
    if (const auto colin = phantom::findColin27(); !colin.empty()) {
        auto anatomy = phantom::readColin27(colin);
        if (!anatomy) return std::unexpected(anatomy.error());
        all.push_back(std::move(*anatomy));
        if (o.demo) return all;
    }
    // Persons enough for variety; coarse cases need no fine heads.
    for (std::uint64_t person = 1; person <= (o.demo ? 1u : 3u); ++person)
        all.push_back(phantom::proceduralAnatomy(1000 * o.seed + person, std::max(1.0, 0.5 * o.spacingMm)));
    return all;
}

Result<nlohmann::json> run(const Options &o)
{
    const auto start = std::chrono::steady_clock::now();
    auto anatomies = anatomiesOf(o);
    if (!anatomies) return std::unexpected(anatomies.error());
    phantom::PhantomOptions options;
    options.variety = o.demo ? phantom::Variety::Demo : phantom::Variety::Training;
    if (o.demo) options.cover = phantom::HeadCover::Stripped;
    options.spacingMm = {o.spacingMm, o.spacingMm, o.spacingMm};
    if (!o.shapes.empty()) {
        auto shapes = phantom::readShapes(o.shapes);
        if (!shapes) return std::unexpected(shapes.error());
        options.shapes = std::make_shared<const std::vector<phantom::Shape>>(std::move(*shapes));
    }
    nlohmann::json cases = nlohmann::json::array();
    const ProgressSink progress = progressOnStderr("Making phantoms");
    for (int number = 1; number <= o.cases; ++number) {
        if (!report(progress, double(number - 1) / o.cases)) return fail(Errc::Cancelled, "Cancelled.");
        const auto made = phantom::makePhantom(*anatomies, options, o.seed, std::uint64_t(number));
        if (!made) return std::unexpected(made.error());
        const auto folder = phantom::writeCase(*made, o.out, number);
        if (!folder) return std::unexpected(folder.error());
        nlohmann::json entry{
            {"case", folder->filename().string()}, {"anatomy", made->anatomy}, {"tumour", made->tumourKind},
            {"head", made->headCovered},           {"seed", o.seed},           {"number", number}};
        entry["volumes_ml"] = regionVolumesMl(made->labels, *findLabelScheme(made->schemeId));
        entry["parameters"] = made->parameters;
        cases.push_back(std::move(entry));
    }
    nlohmann::json description{{"synthetic", true},
                               {"statement", "Synthetic images made by Glioscope. They show no patient."},
                               {"label_scheme", "brats-ped-2024"},
                               {"seed", o.seed},
                               {"spacing_mm", o.spacingMm},
                               {"variety", o.demo ? "demo" : "training"},
                               {"cases", std::move(cases)}};
    const auto file = std::filesystem::path(o.out) / "phantom.json";
    if (auto done = writeFileAtomically(file, description.dump(2) + "\n"); !done) return std::unexpected(done.error());
    report(progress, 1);
    description["folder"] = o.out;
    description["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return description;
}

const Registration registration([](CLI::App &app, int &exit) {
    auto *command = app.add_subcommand("phantom", "Make synthetic cases with true labels");
    const auto o = std::make_shared<Options>();
    command->add_option("--out", o->out, "Folder for the cases")->required();
    command->add_option("--cases", o->cases, "How many")->check(CLI::Range(1, 100000))->capture_default_str();
    command->add_option("--seed", o->seed, "The same seed makes the same cases")->capture_default_str();
    command->add_option("--anatomy", o->anatomy,
                        "Folder with heads: ch2 and ch2bet, tissue maps, or sequences of people without tumour");
    command->add_option("--shapes", o->shapes, "Folder with label maps whose shapes half of the tumours take");
    command->add_option("--background", o->background,
                        "Folder with real sequences (t1, t1c, t2, flair) to put tumours into");
    command->add_option("--spacing", o->spacingMm, "Voxel size in mm")
        ->check(CLI::Range(0.5, 8.0))
        ->capture_default_str();
    command->add_flag("--demo", o->demo, "Calm contrasts and one large tumour, for demonstrations");
    command->add_flag("--json", o->json, "One JSON object on stdout");
    command->callback([o, &exit] {
        const auto done = run(*o);
        if (!done) {
            exit = finish(done.error());
            return;
        }
        exit = Done;
        if (o->json)
            printJson(*done);
        else
            std::fprintf(stderr, "%d synthetic cases in %s\n", o->cases, o->out.c_str());
    });
});

} // namespace
} // namespace glio::cli
