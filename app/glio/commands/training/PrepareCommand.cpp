#include "Command.h"
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/data/LeakCheck.h"
#include "glioscope/io/Picture.h"
#include "glioscope/io/SliceStack.h"
#include "glioscope/loop/Preview.h"
#include "glioscope/volume/Sequence.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace glio::cli {
namespace {

struct Options {
    std::string slices, out, preview, recipe = "standard", data;
    std::vector<std::string> settings, check;
    double heightMm = 140;
    int samples = 12, stage = 1;
    bool json = false;
};

Result<nlohmann::json> stack(const Options &o)
{
    const auto folders = io::findSliceFolders(o.slices);
    if (folders.empty())
        return fail(Errc::InvalidArgument,
                    o.slices + " holds no patients as slices: FOLDER/PATIENT/PATIENT_1.tif with PATIENT_1_mask.tif.");
    if (o.out.empty()) return fail(Errc::InvalidArgument, "Name the folder for the cases with --out.");
    nlohmann::json cases = nlohmann::json::array();
    const auto sink = progressOnStderr("Stacking slices");
    for (std::size_t n = 0; n < folders.size(); ++n) {
        if (!report(sink, double(n) / double(folders.size()))) return fail(Errc::Cancelled, "Cancelled.");
        const auto stacked = io::stackSlices(folders[n], {.heightMm = o.heightMm});
        if (!stacked) return std::unexpected(stacked.error());
        const auto written = io::writeStackedCase(*stacked, o.out);
        if (!written) return std::unexpected(written.error());
        nlohmann::json sequences = nlohmann::json::array();
        for (std::size_t s = 0; s < 4; ++s)
            if (stacked->sequences[s]) sequences.push_back(sequenceId(kModelSequences[s]));
        const auto tumour = std::ranges::count_if(stacked->mask.voxels(), [](std::uint8_t v) { return v != 0; });
        cases.push_back({{"case", stacked->name},
                         {"slices", stacked->slices.size()},
                         {"sequences", sequences},
                         {"tumour_ml", double(tumour) * stacked->mask.geometry().voxelVolumeMm3() / 1000}});
    }
    report(sink, 1);
    return nlohmann::json{{"label_scheme", "lgg"}, {"folder", o.out}, {"cases", cases}};
}

// One row a sample: T1, T1c, T2, FLAIR in the slice with most tumour, then FLAIR (else T2) with the labels over it.
void drawSample(io::Picture &sheet, const augment::Sample &sample, std::int64_t top, std::int64_t tile)
{
    const auto [ni, nj, nk] = sample.window;
    std::int64_t best = nk / 2, most = 0;
    for (std::int64_t k = 0; k < nk; ++k) {
        const auto slice = std::span(sample.labels).subspan(std::size_t(k * ni * nj), std::size_t(ni * nj));
        const auto count = std::ranges::count_if(slice, [](std::uint8_t v) { return v != 0; });
        if (count > most) most = count, best = k;
    }
    const auto *const scheme = &defaultLabelScheme();
    for (std::int64_t column = 0; column < 5; ++column) {
        const std::size_t s = column < 4 ? std::size_t(column) : sample.present[3] ? 3 : sample.present[2] ? 2 : 1;
        const auto image = sample.sequence(s);
        for (std::int64_t y = 0; y < tile; ++y)
            for (std::int64_t x = 0; x < tile; ++x) {
                const std::int64_t i = x * ni / tile, j = y * nj / tile;
                const std::size_t at = std::size_t(i + ni * (j + nj * best));
                const float value = sample.present[s] && image[at] != 0 ? (image[at] + 3) / 8 : 0;
                const auto grey = std::uint8_t(std::lround(255 * std::clamp(value, 0.0f, 1.0f)));
                std::uint8_t *const pixel = sheet.at(column * (tile + 2) + x, top + y);
                std::fill_n(pixel, 3, grey);
                const std::uint8_t label = sample.labels[at];
                if (column < 4 || label == 0) continue;
                const auto *named = scheme->label(label);
                const Rgb colour = named ? named->colour : Rgb{0xB9, 0xA5, 0xFF};
                pixel[0] = std::uint8_t((grey + colour.r) / 2), pixel[1] = std::uint8_t((grey + colour.g) / 2),
                pixel[2] = std::uint8_t((grey + colour.b) / 2);
            }
    }
}

Result<nlohmann::json> preview(const Options &o)
{
    auto recipe = loop::findRecipe(o.recipe);
    if (!recipe) return std::unexpected(recipe.error());
    if (o.data.empty()) recipe->data.phantoms = true;
    recipe = loop::withSettings(*recipe, o.settings);
    if (!recipe) return std::unexpected(recipe.error());
    const auto sink = progressOnStderr("Making samples");
    const auto samples = loop::previewSamples(*recipe, o.data, o.stage - 1, o.samples, sink);
    if (!samples) return std::unexpected(samples.error());
    const std::int64_t tile = 160, gap = 2, count = std::int64_t(samples->size());
    // Two samples side by side: a sheet as wide as a screen.
    const std::int64_t rows = (count + 1) / 2, half = 5 * (tile + gap) + 8;
    io::Picture sheet(count > 1 ? 2 * half : half, rows * (tile + gap), 3);
    io::Picture strip(half, tile, 3);
    for (std::int64_t n = 0; n < count; ++n) {
        std::ranges::fill(strip.pixels, std::uint8_t{0});
        drawSample(strip, (*samples)[std::size_t(n)], 0, tile);
        for (std::int64_t y = 0; y < tile; ++y)
            std::copy_n(strip.at(0, y), 3 * half, sheet.at(n % 2 * half, n / 2 * (tile + gap) + y));
    }
    if (const auto done = io::writePng(o.preview, sheet); !done) return std::unexpected(done.error());
    return nlohmann::json{{"preview", o.preview}, {"samples", count}, {"stage", o.stage}};
}

Result<nlohmann::json> check(const Options &o)
{
    std::vector<std::vector<data::CaseEntry>> sides;
    for (const auto &folder : o.check) {
        auto entries = data::findAnyCases(folder);
        if (!entries) return std::unexpected(entries.error());
        sides.push_back(std::move(*entries));
    }
    nlohmann::json found = nlohmann::json::array();
    const auto sink = progressOnStderr("Comparing cases");
    const std::size_t pairs = sides.size() * (sides.size() - 1) / 2;
    std::size_t done = 0;
    for (std::size_t a = 0; a < sides.size(); ++a)
        for (std::size_t b = a + 1; b < sides.size(); ++b, ++done) {
            const auto leaks = data::findLeaks(sides[a], sides[b], [&](double share) {
                return report(sink, 0.999 * (double(done) + share) / double(pairs));
            });
            if (!leaks) return std::unexpected(leaks.error());
            for (const data::Leak &leak : *leaks) {
                std::fprintf(stderr, "%s.\n", leak.sentence().c_str());
                found.push_back({{"first", leak.first},
                                 {"first_folder", o.check[a]},
                                 {"second", leak.second},
                                 {"second_folder", o.check[b]},
                                 {"same_patient", leak.samePatient},
                                 {"same_voxels", leak.sameVoxels}});
            }
        }
    report(sink, 1);
    return nlohmann::json{{"leaks", found}};
}

int prepare(const Options &o)
{
    const int tasks = int(!o.slices.empty()) + int(!o.preview.empty()) + int(!o.check.empty());
    if (tasks != 1) {
        std::fprintf(stderr,
                     "Say one thing to do: --slices, --preview or --check. glio prepare --help explains them.\n");
        return Usage;
    }
    const auto result = !o.slices.empty() ? stack(o) : !o.preview.empty() ? preview(o) : check(o);
    if (!result) return finish(result.error());
    if (o.json) printJson(*result);
    const auto leaks = result->find("leaks");
    if (leaks == result->end()) return Done;
    std::fprintf(stderr, leaks->empty() ? "No patient and no voxels are shared.\n" : "%zu pairs are shared.\n",
                 leaks->size());
    return leaks->empty() ? Done : Failed;
}

const Registration registration([](CLI::App &app, int &exit) {
    auto *command = app.add_subcommand(
        "prepare",
        "Makes cases out of numbered slices, shows what the trainer would see, or looks for shared patients.");
    auto o = std::make_shared<Options>();
    command->add_option(
        "--slices", o->slices,
        "Folder of patients as colour slices with masks (TCGA low-grade gliomas): becomes NIfTI cases.");
    command->add_option("--height-mm", o->heightMm, "What all slices of a patient cover together.")
        ->check(CLI::Range(20.0, 400.0))
        ->capture_default_str();
    command->add_option("--out", o->out, "Folder for the cases made of slices.");
    command->add_option("--preview", o->preview,
                        "PNG that gets a sheet of training samples, as the trainer sees them.");
    command->add_option("--recipe", o->recipe, "For --preview: a recipe's name or file.")->capture_default_str();
    command->add_option("--set", o->settings, "For --preview: changes a key of the recipe.")->type_name("KEY=VALUE");
    command->add_option("--data", o->data, "For --preview: folder of cases; without it: phantoms alone.");
    command->add_option("--stage", o->stage, "For --preview: which stage of the recipe.")->capture_default_str();
    command->add_option("--samples", o->samples, "For --preview: how many.")
        ->check(CLI::Range(1, 200))
        ->capture_default_str();
    command
        ->add_option("--check", o->check,
                     "Two or more folders of cases: names every patient or image that lies in more than one.")
        ->expected(2, 100);
    command->add_flag("--json", o->json, "One JSON object on stdout.");
    command->callback([o, &exit] { exit = prepare(*o); });
});

} // namespace
} // namespace glio::cli
