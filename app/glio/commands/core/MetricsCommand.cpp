#include "Command.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/metrics/RegionMetrics.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <map>
#include <memory>

namespace glio::cli {
namespace {

using nlohmann::json;

struct Options {
    std::string reference, prediction, scheme, referenceScheme, predictionScheme, preset = "plain", surface = "surfel";
    double toleranceMm = 1;
    bool asJson = false;
};

const std::map<std::string, metrics::Preset> kPresets{{"plain", metrics::Preset::Plain},
                                                      {"brats-2023", metrics::Preset::Brats2023},
                                                      {"brats-ped-2024", metrics::Preset::BratsPed2024}};
const std::map<std::string, metrics::SurfaceConvention> kSurfaces{
    {"surfel", metrics::SurfaceConvention::Surfel},
    {"centre-max", metrics::SurfaceConvention::CentreMax},
    {"centre-pooled", metrics::SurfaceConvention::CentrePooled}};

/// What one side's values mean: the option of that side, what the file says, --scheme, a certain detection; else a
/// refusal that lists what it could be. A wrong guess here would give numbers that look right.
Result<const LabelScheme *> schemeOf(const std::string &path, const LabelVolume &mask, const std::string &side,
                                     const std::string &common, const char *option)
{
    std::string id = side;
    if (id.empty()) id = io::statedScheme(path);
    if (id.empty()) id = common;
    const SchemeDetection detected = id.empty() ? io::detectSchemeOf(path, mask) : SchemeDetection{};
    if (id.empty() && detected.certain && !detected.candidates.empty()) id = detected.candidates.front().id;
    if (id.empty()) {
        std::string names;
        for (const SchemeCandidate &candidate : detected.candidates)
            names += (names.empty() ? "" : ", ") + candidate.id;
        return fail(Errc::InvalidArgument,
                    path + ": the values of this mask can mean different things. Say which with " + option + " (" +
                        (names.empty() ? "no shipped scheme fits" : "possible: " + names) + ").");
    }
    const LabelScheme *scheme = findLabelScheme(id);
    if (!scheme) return fail(Errc::InvalidArgument, "There is no label scheme named '" + id + "'.");
    for (const Label value : labelsPresent(mask))
        if (!scheme->label(value))
            return fail(Errc::InvalidArgument, path + ": the value " + std::to_string(value) + " has no meaning in " +
                                                   id + ". Choose another scheme with " + option + ".");
    return scheme;
}

json number(const std::optional<double> &value) { return value ? json(*value) : json(nullptr); }

Result<json> compare(const Options &options)
{
    auto reference = io::readLabels(options.reference);
    if (!reference) return std::unexpected(reference.error());
    auto prediction = io::readLabels(options.prediction);
    if (!prediction) return std::unexpected(prediction.error());
    const auto referenceScheme =
        schemeOf(options.reference, *reference, options.referenceScheme, options.scheme, "--reference-scheme");
    if (!referenceScheme) return std::unexpected(referenceScheme.error());
    const auto predictionScheme =
        schemeOf(options.prediction, *prediction, options.predictionScheme, options.scheme, "--prediction-scheme");
    if (!predictionScheme) return std::unexpected(predictionScheme.error());
    const LabelScheme *scheme = *referenceScheme;
    if (options.referenceScheme.empty() && !options.scheme.empty()) {
        // --scheme names the scheme to compare in when a file states another one.
        const LabelScheme *wanted = findLabelScheme(options.scheme);
        if (!wanted) return fail(Errc::InvalidArgument, "There is no label scheme named '" + options.scheme + "'.");
        auto converted = convertLabels(*reference, *scheme, *wanted);
        if (!converted) return std::unexpected(converted.error());
        reference = std::move(converted);
        scheme = wanted;
    }
    auto converted = convertLabels(*prediction, **predictionScheme, *scheme);
    if (!converted) return std::unexpected(converted.error());
    const auto regions = metrics::compareMasks(*reference, *converted, *scheme,
                                               {.preset = kPresets.at(options.preset),
                                                .surface = kSurfaces.at(options.surface),
                                                .nsdToleranceMm = options.toleranceMm},
                                               [](double) { return !interrupted(); });
    if (!regions) return std::unexpected(regions.error());
    json all = json::object(), volumes = json::object(), referenceVolumes = json::object();
    for (const metrics::RegionMetrics &m : *regions) {
        volumes[m.id] = m.predictionMl;
        referenceVolumes[m.id] = m.referenceMl;
        all[m.id] = {{"dice", m.dice},
                     {"hd95_mm", number(m.hd95Mm)},
                     {"nsd", m.nsd},
                     {"lesionwise_dice", m.lesions.dice},
                     {"lesionwise_hd95_mm", m.lesions.hd95Mm},
                     {"tp", m.lesions.truePositives},
                     {"fp", m.lesions.falsePositives},
                     {"fn", m.lesions.falseNegatives}};
    }
    return json{
        {"reference", options.reference}, {"prediction", options.prediction},         {"scheme", scheme->id()},
        {"preset", options.preset},       {"nsd_tolerance_mm", options.toleranceMm},  {"surface", options.surface},
        {"volumes_ml", volumes},          {"reference_volumes_ml", referenceVolumes}, {"regions", all}};
}

void printTable(const json &result)
{
    const auto cell = [](const json &value, int digits) {
        char text[32];
        if (value.is_null()) return std::string("-");
        std::snprintf(text, sizeof text, "%.*f", digits, value.get<double>());
        return std::string(text);
    };
    std::printf("scheme %s, preset %s, surface Dice at %.1f mm\n", result["scheme"].get<std::string>().c_str(),
                result["preset"].get<std::string>().c_str(), result["nsd_tolerance_mm"].get<double>());
    std::printf("%-7s %9s %9s %8s %8s %8s %9s %9s %4s %4s %4s\n", "region", "ref mL", "pred mL", "Dice", "HD95 mm",
                "NSD", "LW Dice", "LW HD95", "TP", "FP", "FN");
    for (const RegionDefinition &region : findLabelScheme(result["scheme"].get<std::string>())->regions()) {
        const std::string &id = region.id;
        const json &m = result["regions"][id];
        std::printf("%-7s %9s %9s %8s %8s %8s %9s %9s %4d %4d %4d\n", id.c_str(),
                    cell(result["reference_volumes_ml"][id], 2).c_str(), cell(result["volumes_ml"][id], 2).c_str(),
                    cell(m["dice"], 4).c_str(), cell(m["hd95_mm"], 3).c_str(), cell(m["nsd"], 4).c_str(),
                    cell(m["lesionwise_dice"], 4).c_str(), cell(m["lesionwise_hd95_mm"], 2).c_str(), m["tp"].get<int>(),
                    m["fp"].get<int>(), m["fn"].get<int>());
    }
}

template <class Map> std::vector<std::string> keys(const Map &map)
{
    std::vector<std::string> names;
    for (const auto &entry : map)
        names.push_back(entry.first);
    return names;
}

const Registration registration([](CLI::App &app, int &exit) {
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand(
        "metrics", "Compare two masks: Dice, HD95, surface Dice and lesion-wise scores for each region");
    command->add_option("--reference", options->reference, "Mask taken as true")->required();
    command->add_option("--prediction", options->prediction, "Mask to judge")->required();
    command->add_option("--scheme", options->scheme,
                        "Label scheme to compare in, and of a file that states none (default: the reference's)");
    command->add_option("--reference-scheme", options->referenceScheme,
                        "Label scheme of the reference (default: what the file states)");
    command->add_option("--prediction-scheme", options->predictionScheme,
                        "Label scheme of the prediction (default: what the file states)");
    command->add_option("--preset", options->preset, "Rules for missing regions and lesions")
        ->check(CLI::IsMember(keys(kPresets)));
    command->add_option("--surface", options->surface, "Where a surface lies for HD95 and surface Dice")
        ->check(CLI::IsMember(keys(kSurfaces)));
    command->add_option("--nsd-tolerance", options->toleranceMm, "Tolerance of the surface Dice in mm")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--json", options->asJson, "One JSON object on stdout");
    command->callback([options, &exit] {
        const auto result = compare(*options);
        if (!result) {
            exit = finish(result.error());
            return;
        }
        if (options->asJson)
            printJson(*result);
        else
            printTable(*result);
        exit = Done;
    });
});

} // namespace
} // namespace glio::cli
