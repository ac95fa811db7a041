#include "glioscope/loop/Evaluate.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Memory.h"
#include "glioscope/data/CaseStore.h"
#include "glioscope/inference/Segmenter.h"
#include "glioscope/io/NiftiFile.h"
#include "glioscope/loop/EvaluateCase.h"
#include "glioscope/volume/Preprocess.h"
#include "glioscope/volume/Resample.h"

#include <algorithm>
#include <chrono>

namespace glio::loop {
namespace {

// The sequence that radiologists outline the tumour on, for the picture.
const inference::Input &pictured(const std::vector<inference::Input> &inputs)
{
    for (const Sequence wanted : {Sequence::Flair, Sequence::T2, Sequence::T1c})
        for (const inference::Input &input : inputs)
            if (input.sequence == wanted) return input;
    return inputs.front();
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
    if (inputs.empty()) return fail(Errc::InvalidArgument, "No sequence was found beside the mask.");
    const auto mask = io::readNiftiLabels(*entry.files.mask);
    if (!mask) return std::unexpected(mask.error());
    inference::SegmentOptions options;
    if (const auto precision = inference::precisionFromName(request.precision)) options.precision = *precision;
    const auto answer = segmenter.run(inputs, mask->geometry(), options,
                                      [&progress](double done) { return report(progress, 0.85 * done); });
    if (!answer) return std::unexpected(answer.error());
    evaluation.modelName = answer->modelName;
    evaluation.modelVersion = answer->modelVersion;
    evaluation.modelSha256 = answer->modelSha256;
    evaluation.modelTitle = answer->modelTitle;
    evaluation.device = answer->device;
    evaluation.precision = answer->precision;
    evaluation.workingSpacingMm = answer->workingSpacingMm;
    const LabelScheme &own = *findLabelScheme(entry.schemeId);
    const inference::Input &shown = pictured(inputs);
    LabelVolume head = foreground(inference::chooseReference(inputs).image);
    if (!head.geometry().sameGrid(mask->geometry())) head = resampleLabels(head, mask->geometry());
    auto result = scoreCase(entry.files.name, *mask, own, answer->probabilities, answer->labels, head.voxels(), request,
                            [&progress](double done) { return report(progress, 0.85 + 0.15 * done); });
    if (!result) return std::unexpected(result.error());
    result->seconds = answer->seconds;
    if (const auto &dice = answer->confidence.predictedDice)
        result->expected = ExpectedDice{dice->value, dice->low, dice->high};
    if (const auto &unusual = answer->confidence.unusual) result->unusual = unusual->score;
    if (request.pictures > 0) {
        const auto ground = commonGround(*mask, own, answer->probabilities, answer->labels);
        const auto onGrid = shown.image.geometry().sameGrid(mask->geometry())
                                ? Result<ImageVolume>(shown.image)
                                : resample(shown.image, mask->geometry(), Interpolation::Linear);
        if (ground && onGrid)
            result->picture =
                drawPicture(*onGrid, std::string(sequenceName(shown.sequence)), ground->reference, ground->prediction);
    }
    return result;
}

void worstFirst(std::vector<CaseScore> &cases)
{
    std::ranges::sort(cases, [](const CaseScore &a, const CaseScore &b) {
        const double x = a.rank(), y = b.rank();
        return x != y ? x < y : a.name < b.name;
    });
}

} // namespace

Result<Evaluation> evaluate(const EvaluateRequest &request)
{
    const auto start = std::chrono::steady_clock::now();
    const auto model = interchange::ModelFile::open(request.model);
    if (!model) return std::unexpected(model.error());
    const auto entries = data::findTrainingCases(request.data, request.scheme, request.split, request.part);
    if (!entries) return std::unexpected(entries.error());
    auto segmenter = inference::Segmenter::open(*model, request.device);
    if (!segmenter) return std::unexpected(segmenter.error());
    Evaluation evaluation;
    evaluation.request = request;
    evaluation.request.progress = {};
    for (std::size_t n = 0; n < entries->size(); ++n) {
        const auto &entry = (*entries)[n];
        const ProgressSink progress = [&](double done) {
            return !request.progress ||
                   request.progress((double(n) + done) / double(entries->size()), entry.files.name);
        };
        if (!report(progress, 0)) return fail(Errc::Cancelled, "Evaluating was cancelled.");
        auto one = score(**segmenter, entry, request, progress, evaluation);
        if (!one) {
            if (one.error().code == Errc::Cancelled) return std::unexpected(one.error());
            evaluation.failures.push_back({entry.files.name, one.error()});
            continue;
        }
        evaluation.cases.push_back(std::move(*one));
        worstFirst(evaluation.cases);
        for (std::size_t c = std::size_t(std::max(0, request.pictures)); c < evaluation.cases.size(); ++c)
            evaluation.cases[c].picture.reset(); // only the worst keep theirs
    }
    if (evaluation.cases.empty()) { // nothing was segmented, so the model has to speak for itself
        evaluation.modelName = model->info().name;
        evaluation.modelVersion = model->info().version;
        evaluation.modelSha256 = model->info().weightsSha256;
        evaluation.modelTitle = model->info().title;
    }
    evaluation.peakResidentBytes = peakResidentBytes();
    evaluation.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return evaluation;
}

} // namespace glio::loop
