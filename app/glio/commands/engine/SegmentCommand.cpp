#include "Command.h"

#include "glioscope/annotation/Decode.h"
#include "glioscope/annotation/Places.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Memory.h"
#include "glioscope/inference/Segmenter.h"
#include "glioscope/interchange/ModelRegistry.h"
#include "glioscope/io/CaseFiles.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/io/NiftiFile.h"
#include "glioscope/nets/NetShape.h"
#include "glioscope/uncertainty/Uncertainty.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>

namespace glio::cli {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::json;
using inference::Input;

struct Arguments {
    std::string caseFolder, out, model, device = "auto", precision = "auto", tta = "none", uncertainty = "none";
    std::map<Sequence, std::string> files;
    double overlap = 0.5, spacingMm = 0;
    int looks = 4;
    std::int64_t memoryMb = 0, window = 0;
    bool saveProbabilities = false, json = false;
};

/// Everything is written in a folder of its own inside the target and moved up at the end: Ctrl-C leaves no half
/// result.
class Stage {
public:
    static Result<Stage> make(const fs::path &target)
    {
        std::error_code code;
        const bool there = fs::exists(target, code);
        const fs::path folder = target / partPath("segment").filename();
        fs::create_directories(folder, code);
        if (code)
            return fail(Errc::Io, target.string() + ": the folder cannot be written to (" + code.message() + ").");
        return Stage(target, folder, !there);
    }
    Stage(Stage &&other) noexcept
        : m_target(other.m_target), m_folder(std::exchange(other.m_folder, {})), m_made(other.m_made)
    {
    }
    Stage &operator=(Stage &&) = delete;
    ~Stage()
    {
        if (m_folder.empty()) return;
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
        if (m_made && fs::is_empty(m_target, ignored)) fs::remove(m_target, ignored);
    }
    fs::path path(const std::string &name)
    {
        m_names.push_back(name);
        return m_folder / name;
    }
    Result<void> finish()
    {
        for (const std::string &name : m_names) {
            std::error_code code;
            fs::rename(m_folder / name, m_target / name, code);
            if (code)
                return fail(Errc::Io,
                            (m_target / name).string() + ": the file cannot be put there (" + code.message() + ").");
        }
        return {};
    }

private:
    Stage(fs::path target, fs::path folder, bool made)
        : m_target(std::move(target)), m_folder(std::move(folder)), m_made(made)
    {
    }
    fs::path m_target, m_folder;
    bool m_made;
    std::vector<std::string> m_names;
};

Error cancelled() { return {Errc::Cancelled, "The segmentation was cancelled. Nothing was written."}; }

Result<std::vector<std::pair<Sequence, fs::path>>> chooseFiles(const Arguments &args)
{
    std::map<Sequence, fs::path> chosen;
    if (!args.caseFolder.empty()) {
        const auto found = io::findCase(args.caseFolder);
        if (!found) return std::unexpected(found.error());
        for (const auto &[sequence, path] : found->sequences)
            chosen[sequence] = path;
    }
    for (const auto &[sequence, path] : args.files)
        if (!path.empty()) chosen[sequence] = path; // a file that is named wins over the folder's
    std::vector<std::pair<Sequence, fs::path>> list(chosen.begin(), chosen.end());
    return list;
}

Json placesJson(const Places &places)
{
    Json list = Json::array();
    const auto labelOrNull = [](const std::string &id) { return id.empty() ? Json(nullptr) : Json(id); };
    for (const Place &place : places.list)
        list.push_back({{"rank", place.id},
                        {"centre_lps_mm", {place.centre.x, place.centre.y, place.centre.z}},
                        {"at_stake_ml", place.atStakeMl},
                        {"undecided_ml", place.volumeMl},
                        {"extent_mm", place.extentMm},
                        {"between", {labelOrNull(place.labelA), labelOrNull(place.labelB)}},
                        {"mean_probability", place.meanProbability},
                        {"side", place.side}});
    return list;
}

/// Keys of what glio calibrate measured; null where the model says nothing.
void addConfidence(Json &report, const inference::Confidence &confidence)
{
    report["calibration"] = {{"cases", confidence.calibrationCases}};
    report["quality"] = nullptr;
    if (const auto &dice = confidence.predictedDice)
        report["quality"] = {{"predicted_dice", {{"WT", dice->value}}},
                             {"interval", {dice->low, dice->high}},
                             {"cases", confidence.qualityCases}};
    report["unusual"] = nullptr;
    if (const auto &unusual = confidence.unusual)
        report["unusual"] = {{"score", unusual->score}, {"limit", 1.0}, {"reasons", unusual->reasons}};
}

int run(const Arguments &args)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto files = chooseFiles(args);
    if (!files) return finish(files.error());
    if (files->empty())
        return std::fputs("glio: No image was named. Use --case DIR, or --t1, --t1c, --t2 and --flair.\n", stderr),
               Usage;
    if (args.uncertainty == "ensemble")
        return finish({Errc::ModelMismatch,
                       "An ensemble needs a model of several members, and the models that this program "
                       "has are single nets. Use --uncertainty tta or dropout."});
    const auto model = interchange::ModelRegistry().find(args.model);
    if (!model) return finish(model.error());

    std::vector<fs::path> paths;
    for (const auto &file : *files)
        paths.push_back(file.second);
    auto images = io::readImages(paths);
    std::vector<Input> inputs;
    Json sources = Json::object();
    for (std::size_t n = 0; n < images.size(); ++n) {
        if (!images[n]) return finish(images[n].error());
        inputs.push_back({(*files)[n].first, *std::move(images[n])});
        sources[sequenceId((*files)[n].first)] = paths[n].string();
    }
    const Input &reference = inference::chooseReference(inputs);
    const Geometry grid = reference.image.geometry();

    auto segmenter = inference::Segmenter::open(*model, args.device);
    if (!segmenter) return finish(segmenter.error());
    inference::SegmentOptions options;
    options.precision = *inference::precisionFromName(args.precision);
    options.overlap = args.overlap;
    options.flipAverage = args.tta == "flips";
    options.looks = args.looks;
    options.lookKind = args.uncertainty == "dropout" ? inference::LookKind::Dropout : inference::LookKind::Flips;
    options.memoryLimitBytes = args.memoryMb << 20;
    options.spacingMm = args.spacingMm;
    options.window = args.window;
    const bool again = args.uncertainty != "none";
    if (again && options.lookKind == inference::LookKind::Dropout) { // said before the work, not after it
        const auto net = nets::netShape(model->info().net);
        if (net && !(net->dropout > 0))
            return finish(
                {Errc::ModelMismatch, "The model '" + model->info().name + "' has no dropout. Use --uncertainty tta."});
    }

    auto stage = Stage::make(args.out); // before the work: a folder that cannot be written to is said at once
    if (!stage) return finish(stage.error());
    const auto result = (*segmenter)->run(inputs, grid, options, progressOnStderr("Segmenting"));
    if (!result) return finish(result.error());
    std::optional<inference::LookStatistics> looks;
    if (again) {
        auto found = (*segmenter)->runLooks(inputs, *result, options, progressOnStderr("Looking again"));
        if (!found) return finish(found.error());
        looks = *std::move(found);
    }
    const Probabilities &band = looks ? looks->mean : result->probabilities;
    const auto places = findPlaces(band);
    if (!places) return finish(places.error());
    if (interrupted()) return finish(cancelled());

    const LabelScheme &scheme = *findLabelScheme(result->probabilities.schemeId);
    const std::string description = "scheme=" + scheme.id();
    Json written = Json::object();
    if (const auto good = io::writeNifti(stage->path("labels.nii.gz"), result->labels, {.description = description});
        !good)
        return finish(good.error());
    written["labels"] = "labels.nii.gz";
    if (looks && !interrupted()) {
        const auto good = io::writeNifti(stage->path("uncertainty.nii.gz"), looks->entropyPercent,
                                         {.description = "uncertainty 0-100, entropy of the mean"});
        if (!good) return finish(good.error());
        written["uncertainty"] = "uncertainty.nii.gz";
    }
    if (args.saveProbabilities && !interrupted()) {
        const auto good =
            io::writeNifti(stage->path("probabilities.nii.gz"), std::span<const LabelVolume>(band.classes),
                           {.description = description + " probability=value/255", .compression = 1});
        if (!good) return finish(good.error());
        written["probabilities"] = "probabilities.nii.gz";
    }
    if (interrupted()) return finish(cancelled());

    Json report;
    report["program"] = "glioscope " GLIO_VERSION;
    report["notice"] = "Research use only. Not for diagnosis.";
    report["scheme"] = scheme.id();
    report["volumes_ml"] = regionVolumesMl(result->labels, scheme);
    report["model"] = {{"name", result->modelName},
                       {"version", result->modelVersion},
                       {"sha256", result->modelSha256},
                       {"title", result->modelTitle},
                       {"licence", model->info().licence}};
    report["device"] = result->device;
    report["precision"] = result->precision;
    report["files"] = written;
    report["inputs"] = sources;
    report["reference"] = sequenceId(reference.sequence);
    report["sequences_used"] = Json::array();
    report["sequences_missing"] = Json::array();
    for (const Sequence s : result->used)
        report["sequences_used"].push_back(sequenceId(s));
    for (const Sequence s : result->missing)
        report["sequences_missing"].push_back(sequenceId(s));
    Json thresholds = Json::object();
    for (const auto &region : scheme.regions())
        thresholds[region.id] = result->thresholds.contains(region.id) ? result->thresholds.at(region.id) : 0.5;
    report["thresholds"] = thresholds;
    report["working_spacing_mm"] = result->workingSpacingMm;
    report["window"] = result->window;
    report["windows"] = {{"all", result->windows}, {"outside_head", result->windowsSkipped}};
    report["overlap"] = args.overlap;
    report["tta"] = args.tta;
    report["uncertainty"] = {{"kind", args.uncertainty}, {"looks", looks ? looks->looks : 1}};
    if (looks) {
        report["uncertainty"]["volume_variation"] = looks->volumeVariation;
        report["uncertainty"]["volumes_ml"] = looks->volumesMl;
    }
    addConfidence(report, result->confidence);
    if (looks) report["uncertainty"]["pairwise_dice"] = looks->pairwiseDice;
    report["places"] = placesJson(*places);
    report["places_small"] = {{"count", places->smallCount}, {"ml", places->smallMl}};
    report["seconds_segmentation"] = result->seconds;
    report["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    report["peak_rss_mb"] = std::round(double(peakResidentBytes()) / 1048576.0 * 10) / 10;
    if (const auto good = writeFileAtomically(stage->path("report.json"), report.dump(2) + "\n"); !good)
        return finish(good.error());
    if (interrupted()) return finish(cancelled());
    if (const auto good = stage->finish(); !good) return finish(good.error());

    if (args.json) {
        report["out"] = args.out;
        printJson(report);
    } else {
        for (const auto &[region, ml] : report["volumes_ml"].items())
            std::printf("%-4s %8.1f mL\n", region.c_str(), ml.get<double>());
        if (const auto &unusual = result->confidence.unusual; unusual && unusual->warns())
            std::puts("This case differs from those the model was checked on.");
        std::printf("%s, %s, %.1f s, %.0f MB. Result: %s\n", result->device.c_str(), result->precision.c_str(),
                    report["seconds"].get<double>(), report["peak_rss_mb"].get<double>(), args.out.c_str());
    }
    return Done;
}

const Registration registration([](CLI::App &app, int &exit) {
    const auto args = std::make_shared<Arguments>();
    CLI::App *command =
        app.add_subcommand("segment", "Marks the tumour: labels, uncertainty, probabilities and a report");
    command->add_option("--case", args->caseFolder, "Folder with the sequences of one patient");
    command->add_option("--t1", args->files[Sequence::T1], "T1 image");
    command->add_option("--t1c", args->files[Sequence::T1c], "T1 image with contrast medium");
    command->add_option("--t2", args->files[Sequence::T2], "T2 image");
    command->add_option("--flair", args->files[Sequence::Flair], "FLAIR image");
    command->add_option("--out", args->out, "Folder for the result")->required();
    command->add_option("--model", args->model,
                        "An installed model's name or a model's folder (default: the bundled one)");
    command->add_option("--device", args->device, "auto, cpu, cuda or cuda:N");
    command->add_option("--precision", args->precision, "Of the arithmetic; auto is the fastest here")
        ->check(CLI::IsMember({"auto", "fp32", "bf16", "fp16"}));
    command->add_option("--overlap", args->overlap, "Of neighbouring windows")->check(CLI::Range(0.0, 0.9));
    command->add_option("--tta", args->tta, "flips: the mean of the image and its mirror image")
        ->check(CLI::IsMember({"none", "flips"}));
    command->add_option("--uncertainty", args->uncertainty, "Further looks, for uncertainty.nii.gz")
        ->check(CLI::IsMember({"none", "tta", "dropout", "ensemble"}));
    command->add_option("--looks", args->looks, "Looks for --uncertainty, the first one included")
        ->check(CLI::Range(2, 64));
    command->add_option("--memory-limit-mb", args->memoryMb, "Most memory to use; 0 asks the system")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--spacing", args->spacingMm, "Working voxel in mm; 0 is the model's own")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--window", args->window, "Window edge in voxels; 0 is the model's own")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--save-probabilities", args->saveProbabilities,
                      "Write probabilities.nii.gz, one volume a label");
    command->add_flag("--json", args->json, "One JSON object on stdout");
    command->callback([args, &exit] { exit = run(*args); });
});
} // namespace
} // namespace glio::cli
