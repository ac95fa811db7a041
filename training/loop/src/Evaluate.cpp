#include "glioscope/loop/Evaluate.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/data/CaseStore.h"
#include "glioscope/inference/Segmenter.h"
#include "glioscope/io/NiftiFile.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace glio::loop {
namespace {

Result<std::set<std::string>> namesOfPart(const EvaluateRequest &request)
{
    const auto text = readFile(request.split, 1 << 24);
    if (!text) return std::unexpected(text.error());
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains(request.part) || !json[request.part].is_array())
        return fail(Errc::InvalidArgument, request.split.string() + " has no list named \"" + request.part + "\".");
    std::set<std::string> names;
    for (const auto &name : json[request.part])
        if (name.is_string()) names.insert(name.get<std::string>());
    return names;
}

// Regions whose labels `scheme` can express: a region of ours is compared when a label of the scheme means it.
bool canTell(const LabelScheme &scheme, const RegionDefinition &region)
{
    const auto &labels = scheme.labels();
    return std::ranges::all_of(region.labels, [&](Label wanted) {
        return region.labels.size() > 1 ||
               std::ranges::any_of(labels, [wanted](const auto &l) { return l.canonical == wanted; });
    });
}

Result<CaseScore> score(inference::Segmenter &segmenter, const data::CaseEntry &entry, const EvaluateRequest &request,
                        const ProgressSink &progress, Evaluation &evaluation)
{
    std::vector<inference::Input> inputs;
    for (const auto &[sequence, path] : entry.files.sequences) {
        auto image = io::readNifti(path);
        if (!image) return std::unexpected(image.error());
        inputs.push_back({sequence, std::move(*image)});
    }
    const auto mask = io::readNiftiLabels(*entry.files.mask);
    if (!mask) return std::unexpected(mask.error());
    const LabelScheme &own = *findLabelScheme(entry.schemeId), &ours = defaultLabelScheme();
    const auto truth = convertLabels(*mask, own, ours);
    if (!truth) return fail(truth.error().code, entry.files.mask->string() + ": " + truth.error().message);
    inference::SegmentOptions options;
    if (const auto precision = inference::precisionFromName(request.precision)) options.precision = *precision;
    const auto answer = segmenter.run(inputs, truth->geometry(), options, progress);
    if (!answer) return std::unexpected(answer.error());
    const LabelScheme *answerScheme = findLabelScheme(answer->probabilities.schemeId);
    const auto predicted = answerScheme && answerScheme->id() != ours.id()
                               ? convertLabels(answer->labels, *answerScheme, ours)
                               : Result<LabelVolume>(answer->labels);
    if (!predicted) return std::unexpected(predicted.error());
    evaluation.modelName = answer->modelName;
    evaluation.modelVersion = answer->modelVersion;
    evaluation.modelSha256 = answer->modelSha256;
    evaluation.device = answer->device;
    evaluation.precision = answer->precision;
    CaseScore result{.name = entry.files.name, .schemeId = entry.schemeId, .seconds = answer->seconds};
    std::array<std::array<std::int64_t, 5>, 5> table{}; // [truth][predicted]
    const auto t = truth->voxels(), p = predicted->voxels();
    for (std::size_t n = 0; n < t.size(); ++n)
        ++table[std::min<std::size_t>(t[n], 4)][std::min<std::size_t>(p[n], 4)];
    const double ml = truth->geometry().voxelVolumeMm3() / 1000;
    for (const RegionDefinition &region : ours.regions()) {
        std::int64_t both = 0, inTruth = 0, inAnswer = 0;
        for (std::uint8_t a = 0; a < 5; ++a)
            for (std::uint8_t b = 0; b < 5; ++b) {
                if (region.contains(a)) inTruth += table[a][b];
                if (region.contains(b)) inAnswer += table[a][b];
                if (region.contains(a) && region.contains(b)) both += table[a][b];
            }
        result.referenceMl[region.id] = ml * double(inTruth);
        result.predictionMl[region.id] = ml * double(inAnswer);
        if (canTell(own, region)) result.dice[region.id] = dice(both, inTruth, inAnswer);
    }
    return result;
}

} // namespace

std::optional<double> dice(std::int64_t both, std::int64_t inFirst, std::int64_t inSecond)
{
    if (inFirst + inSecond == 0) return std::nullopt;
    return 2.0 * double(both) / double(inFirst + inSecond);
}

Result<Evaluation> evaluate(const EvaluateRequest &request)
{
    const auto model = interchange::ModelFile::open(request.model);
    if (!model) return std::unexpected(model.error());
    auto entries = data::findTrainingCases(request.data, request.scheme);
    if (!entries) return std::unexpected(entries.error());
    if (!request.split.empty()) {
        const auto names = namesOfPart(request);
        if (!names) return std::unexpected(names.error());
        std::erase_if(*entries, [&names](const auto &entry) {
            return !names->contains(entry.files.name) && !names->contains(entry.files.folder.filename().string());
        });
        if (entries->empty())
            return fail(Errc::InvalidArgument,
                        "No case of \"" + request.part + "\" lies in " + request.data.string() + ".");
    }
    auto segmenter = inference::Segmenter::open(*model, request.device);
    if (!segmenter) return std::unexpected(segmenter.error());
    Evaluation evaluation;
    for (std::size_t n = 0; n < entries->size(); ++n) {
        const auto &entry = (*entries)[n];
        const ProgressSink progress = [&](double done) {
            return !request.progress ||
                   request.progress((double(n) + done) / double(entries->size()), entry.files.name);
        };
        auto one = score(**segmenter, entry, request, progress, evaluation);
        if (!one) return std::unexpected(one.error());
        evaluation.cases.push_back(std::move(*one));
    }
    std::map<std::string, std::pair<double, int>> sums;
    for (const CaseScore &one : evaluation.cases)
        for (const auto &[region, value] : one.dice)
            if (value) sums[region].first += *value, ++sums[region].second;
    double mean = 0;
    int named = 0;
    for (const auto &[region, sum] : sums) {
        evaluation.meanDice[region] = sum.first / sum.second;
        if (region == "WT" || region == "TC" || region == "ET") mean += sum.first / sum.second, ++named;
    }
    if (named > 0) evaluation.meanDice["mean"] = mean / named;
    return evaluation;
}

std::string evaluationJson(const Evaluation &evaluation)
{
    nlohmann::ordered_json json{
        {"model",
         {{"name", evaluation.modelName}, {"version", evaluation.modelVersion}, {"sha256", evaluation.modelSha256}}},
        {"device", evaluation.device},
        {"precision", evaluation.precision},
        {"mean_dice", evaluation.meanDice},
        {"cases", nlohmann::ordered_json::array()},
    };
    for (const CaseScore &one : evaluation.cases) {
        nlohmann::ordered_json regions;
        for (const auto &[region, value] : one.dice)
            regions[region]["dice"] = value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
        json["cases"].push_back({{"name", one.name},
                                 {"scheme", one.schemeId},
                                 {"regions", regions},
                                 {"reference_ml", one.referenceMl},
                                 {"volumes_ml", one.predictionMl},
                                 {"seconds", one.seconds}});
    }
    return json.dump(2) + '\n';
}

} // namespace glio::loop
