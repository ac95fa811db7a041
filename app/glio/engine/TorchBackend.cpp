#include "engine/TorchBackend.h"

#include "glioscope/base/Memory.h"
#include "glioscope/base/Processor.h"
#include "glioscope/inference/PromptSegmenter.h"
#include "glioscope/inference/Segmenter.h"
#include "glioscope/interchange/ModelRegistry.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>

namespace glio::engine {
namespace {

using inference::Segmenter;

std::string processorName()
{
    const std::string name = processorField("model name");
    return name.empty() ? "CPU" : name;
}

Result<inference::SegmentOptions> optionsOf(const auto &params)
{
    inference::SegmentOptions options;
    const auto precision = inference::precisionFromName(params.precision);
    if (!precision) return fail(Errc::InvalidArgument, "There is no precision named \"" + params.precision + "\".");
    options.precision = *precision;
    options.overlap = params.overlap;
    options.looks = std::max(2, params.looks);
    options.lookKind =
        params.lookKind == protocol::LookKind::Dropout ? inference::LookKind::Dropout : inference::LookKind::Flips;
    options.memoryLimitBytes = params.memoryLimitBytes;
    return options;
}

std::vector<inference::Input> inputsOf(const SegmentTask &task)
{
    std::vector<inference::Input> inputs;
    for (const auto &input : task.inputs)
        inputs.push_back({input.sequence, input.image}); // shares the voxels
    return inputs;
}

// An estimate is asked for before any voxel has crossed: a head that fills the grid as heads usually do.
ImageVolume standInHead(const Geometry &grid)
{
    ImageVolume head(grid);
    const auto voxels = head.edit();
    const auto [ni, nj, nk] = grid.size();
    const auto square = [](std::int64_t index, std::int64_t count) {
        const double x = (double(index) + 0.5) / double(count) * 2 - 1;
        return x * x;
    };
    for (std::int64_t k = 0; k < nk; ++k)
        for (std::int64_t j = 0; j < nj; ++j) {
            const double rest = 0.81 - square(j, nj) - square(k, nk);
            for (std::int64_t i = 0; i < ni; ++i)
                if (square(i, ni) <= rest)
                    voxels[std::size_t(grid.offset({i, j, k}))] = 100.0f + float((i + j + k) % 7);
        }
    return head;
}

class TorchBackend final : public SegmentBackend {
public:
    std::vector<protocol::DeviceInfo> devices() override
    {
        return {{"cpu", processorName(), availableMemoryBytes(), {"fp32", "bf16"}}};
    }

    Result<protocol::ModelsResult> models() override
    {
        const auto installed = m_registry.list();
        const auto standard = m_registry.find("");
        protocol::ModelsResult result;
        for (const auto &model : installed.models) {
            const auto &info = model.file.info();
            protocol::ModelInfo entry{info.name,
                                      info.title.empty() ? info.name : info.title,
                                      info.version,
                                      info.weightsSha256,
                                      info.licence,
                                      info.trainingData,
                                      info.schemeId,
                                      {},
                                      {},
                                      {},
                                      model.source == interchange::ModelSource::Bundled,
                                      {}};
            for (const auto &input : info.inputs) {
                entry.sequences.push_back(input.sequence);
                if (!input.optional) entry.required.push_back(input.sequence);
            }
            const double spacing = info.spacingsMm.empty() ? 1.0 : info.spacingsMm.front();
            entry.spacingMm = {spacing, spacing, spacing};
            entry.prompts = info.prompts.has_value();
            result.models.push_back(std::move(entry));
        }
        if (standard)
            std::ranges::stable_partition(result.models,
                                          [&](const auto &model) { return model.id == standard->info().name; });
        for (const auto &broken : installed.broken) {
            protocol::ModelInfo entry;
            entry.id = entry.name = broken.directory.filename().string();
            entry.schemeId = "";
            entry.problem = broken.error.message;
            result.models.push_back(std::move(entry));
        }
        return result;
    }

    Result<protocol::EstimateResult> estimate(const protocol::EstimateParams &params) override
    {
        const auto options = optionsOf(params);
        if (!options) return std::unexpected(options.error());
        std::unique_lock lock(m_mutex, std::try_to_lock);
        if (!lock.owns_lock()) return busyEstimate(params);
        if (auto opened = open(params.model, params.device); !opened) return std::unexpected(opened.error());
        std::vector<inference::Input> inputs;
        const ImageVolume head = standInHead(params.grid);
        for (const Sequence sequence : params.sequences)
            inputs.push_back({sequence, head});
        const auto estimate = m_segmenter->estimate(inputs, params.grid, *options);
        if (!estimate) return std::unexpected(estimate.error());
        protocol::EstimateResult result;
        result.secondsFirstLook = estimate->seconds;
        result.secondsAll = estimate->seconds * params.looks;
        result.peakBytes = estimate->peakBytes;
        result.availableBytes = params.memoryLimitBytes > 0 ? params.memoryLimitBytes : availableMemoryBytes();
        result.fits = estimate->fits;
        result.problem = estimate->reason;
        result.model = m_segmenter->model().name;
        result.device = estimate->device;
        result.precision = estimate->precision;
        for (const auto &input : m_segmenter->model().inputs)
            if (std::ranges::find(params.sequences, input.sequence) == params.sequences.end())
                result.missing.push_back(input.sequence);
        return result;
    }

    Result<FirstLook> firstLook(const SegmentTask &task, const ProgressSink &progress) override
    {
        const auto options = optionsOf(task.params);
        if (!options) return std::unexpected(options.error());
        const std::lock_guard lock(m_mutex);
        m_segmentation.reset();
        if (auto opened = open(task.params.model, task.params.device); !opened) return std::unexpected(opened.error());
        auto segmentation = m_segmenter->run(inputsOf(task), task.grid, *options, progress);
        if (!segmentation) return std::unexpected(segmentation.error());
        FirstLook first{segmentation->probabilities, segmentation->labels, {}};
        auto &report = first.report;
        report.modelName = segmentation->modelName;
        report.modelVersion = segmentation->modelVersion;
        report.modelSha256 = segmentation->modelSha256;
        report.modelTitle = segmentation->modelTitle;
        report.device = segmentation->device;
        report.precision = segmentation->precision;
        report.thresholds = segmentation->thresholds;
        report.used = segmentation->used;
        report.missing = segmentation->missing;
        report.workingSpacingMm = segmentation->workingSpacingMm;
        const auto &confidence = segmentation->confidence;
        report.calibrationCases = confidence.calibrationCases;
        if (const auto &dice = confidence.predictedDice)
            report.quality = protocol::QualityInfo{dice->value, dice->low, dice->high, confidence.qualityCases};
        if (const auto &unusual = confidence.unusual)
            report.unusual = protocol::UnusualInfo{unusual->score, 1, unusual->reasons};
        if (task.params.looks > 1) m_segmentation = std::move(*segmentation);
        return first;
    }

    Result<AllLooks> moreLooks(const SegmentTask &task, const FirstLook &, const ProgressSink &progress,
                               const std::function<bool(int, int)> &eachLook) override
    {
        const auto options = optionsOf(task.params);
        if (!options) return std::unexpected(options.error());
        const std::lock_guard lock(m_mutex);
        if (!m_segmentation) return fail(Errc::Internal, "There is no first look to go on from.");
        auto looks = m_segmenter->runLooks(inputsOf(task), *m_segmentation, *options, progress, eachLook);
        m_segmentation.reset();
        if (!looks) return std::unexpected(looks.error());
        return AllLooks{std::move(looks->mean),
                        std::move(looks->votes),
                        std::move(looks->entropyPercent),
                        std::move(looks->mutualInformationPercent),
                        std::move(looks->volumesMl),
                        std::move(looks->volumeVariation),
                        looks->looks};
    }

    Result<PromptAnswer> prompt(const PromptTask &task, const ProgressSink &progress) override
    {
        using Clock = std::chrono::steady_clock;
        const auto &params = task.params;
        const std::lock_guard lock(m_mutex);
        if (auto opened = openPrompter(params); !opened) return std::unexpected(opened.error());
        const auto &info = m_prompter->model();
        PromptAnswer answer;
        auto &report = answer.report;
        report.modelName = info.name;
        report.modelVersion = info.version;
        report.modelSha256 = info.weightsSha256;
        report.schemeId = info.schemeId;
        if (!m_prompter->isPrepared(params.caseKey)) {
            const auto start = Clock::now();
            auto images = task.inputs();
            if (!images) return std::unexpected(images.error());
            std::vector<inference::Input> inputs;
            for (auto &input : *images)
                inputs.push_back({input.sequence, std::move(input.image)});
            const auto ready = m_prompter->prepare(params.caseKey, inputs,
                                                   [&](double done) { return glio::report(progress, 0.5 * done); });
            if (!ready) return std::unexpected(ready.error());
            report.prepareSeconds = std::chrono::duration<double>(Clock::now() - start).count();
        }
        if (params.clicks.empty()) return answer;
        std::vector<inference::PromptClick> clicks;
        for (const auto &click : params.clicks)
            clicks.push_back({{click.at[0], click.at[1], click.at[2]},
                              Label(click.label),
                              click.belongs ? inference::ClickSays::Belongs : inference::ClickSays::DoesNotBelong});
        auto decided = m_prompter->decide(LabelMap::from(task.mask), clicks, {},
                                          [&](double done) { return glio::report(progress, 0.5 + 0.5 * done); });
        if (!decided) return std::unexpected(decided.error());
        answer.patch = std::move(decided->patch);
        report.device = decided->device;
        report.precision = decided->precision;
        report.seconds = decided->seconds;
        return answer;
    }

private:
    /// Leaves m_prompter as the model asked for, loaded, with its case when it is the same one. Needs m_mutex.
    Result<void> openPrompter(const protocol::PromptParams &params)
    {
        const auto precision = inference::precisionFromName(params.precision);
        if (!precision) return fail(Errc::InvalidArgument, "There is no precision named \"" + params.precision + "\".");
        const auto file = params.model.empty() ? promptModel() : m_registry.find(params.model);
        if (!file) return std::unexpected(file.error());
        const std::string key = file->directory().string() + '\n' + file->info().weightsSha256 + '\n' + params.device +
                                '\n' + params.precision;
        if (m_prompter && key == m_prompterKey) return {};
        m_prompter.reset();
        auto opened = inference::PromptSegmenter::open(*file, params.device, *precision);
        if (!opened) return std::unexpected(opened.error());
        m_prompter = std::move(*opened);
        m_prompterKey = key;
        return {};
    }

    Result<interchange::ModelFile> promptModel() const
    {
        const auto installed = m_registry.list();
        for (const auto wanted : {interchange::ModelSource::Bundled, interchange::ModelSource::User})
            for (const auto &model : installed.models)
                if (model.source == wanted && model.file.info().prompts) return model.file;
        return fail(Errc::ModelMismatch, "No model on this machine answers clicks.");
    }

    /// Leaves m_segmenter as the model asked for, loaded. Needs m_mutex.
    Result<void> open(const std::string &model, const std::string &device)
    {
        const auto file = m_registry.find(model);
        if (!file) return std::unexpected(file.error());
        const auto &info = file->info();
        const std::string key = file->directory().string() + '\n' + info.weightsSha256 + '\n' + device;
        if (m_segmenter && key == m_key) return {};
        m_segmenter.reset(); // before the next is loaded: never two at once
        auto opened = Segmenter::open(*file, device);
        if (!opened) return std::unexpected(opened.error());
        m_segmenter = std::move(*opened);
        m_key = key;
        return {};
    }

    // While the net computes it is not asked; model and sequences are known all the same.
    Result<protocol::EstimateResult> busyEstimate(const protocol::EstimateParams &params) const
    {
        const auto file = m_registry.find(params.model);
        if (!file) return std::unexpected(file.error());
        protocol::EstimateResult result;
        result.model = file->info().name;
        result.availableBytes = availableMemoryBytes();
        for (const auto &input : file->info().inputs)
            if (std::ranges::find(params.sequences, input.sequence) == params.sequences.end())
                result.missing.push_back(input.sequence);
        return result;
    }

    interchange::ModelRegistry m_registry;
    std::mutex m_mutex; // guards the rest
    std::unique_ptr<Segmenter> m_segmenter;
    std::string m_key;
    std::unique_ptr<inference::PromptSegmenter> m_prompter; ///< beside the other: it holds a case between clicks
    std::string m_prompterKey;
    std::optional<inference::Segmentation> m_segmentation;
};

} // namespace

std::unique_ptr<SegmentBackend> makeTorchBackend() { return std::make_unique<TorchBackend>(); }

} // namespace glio::engine
