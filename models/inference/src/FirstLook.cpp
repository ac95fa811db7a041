// The first look: one pass, calibrated, brought to the grid, islands settled, judged by what was measured before.
#include "Guarded.h"
#include "SegmenterImpl.h"

#include "glioscope/base/Memory.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/nets/Deepest.h"
#include "glioscope/uncertainty/CaseFeatures.h"

namespace glio::inference {
namespace {

Confidence judge(const Probabilities &probabilities, const LabelVolume &labels, const Segmenter::RawLook &raw,
                 const interchange::ModelInfo &model, const uncertainty::UnusualModel *usual)
{
    Confidence confidence;
    confidence.calibrationCases = model.calibrationCases;
    confidence.answer = uncertainty::answerFeatures(probabilities, labels);
    confidence.images = raw.images;
    confidence.pooled = raw.pooled;
    if (!confidence.answer.empty() && !model.quality.empty()) {
        bool known = false;
        const auto estimated = uncertainty::apply(model.quality, confidence.answer, known);
        if (known) confidence.predictedDice = estimated;
        confidence.qualityCases = model.quality.cases;
    }
    if (usual) {
        uncertainty::Features images = raw.images;
        for (const auto &feature : usual->netFeatures(raw.pooled))
            images.push_back(feature);
        confidence.unusual = uncertainty::unusual(*usual, images, confidence.answer);
    }
    return confidence;
}

Result<Segmentation> finished(std::vector<float> values, const Segmenter::RawLook &raw,
                              const interchange::ModelInfo &model, const uncertainty::UnusualModel *usual,
                              bool withFeatures, const Geometry &reference, const ProgressSink &progress)
{
    auto probabilities = toBytes(values, raw.grid, reference, model, part(progress, 0, 0.7));
    if (!probabilities) return std::unexpected(probabilities.error());
    values = {};
    auto labels = settleIslands(*probabilities, model);
    if (!labels) return std::unexpected(labels.error());
    Segmentation result;
    if (withFeatures) result.confidence = judge(*probabilities, *labels, raw, model, usual);
    result.confidence.calibrationCases = model.calibrationCases;
    result.probabilities = *std::move(probabilities);
    result.labels = *std::move(labels);
    result.thresholds = model.thresholds;
    result.modelName = model.name;
    result.modelVersion = model.version;
    result.modelSha256 = model.weightsSha256;
    result.modelTitle = model.title;
    return result;
}
} // namespace

Result<Probabilities> toBytes(std::vector<float> &values, const Geometry &working, const Geometry &reference,
                              const interchange::ModelInfo &model, const ProgressSink &progress)
{
    const auto roles = uncertainty::labelRoles(*findLabelScheme(model.schemeId));
    uncertainty::applyTemperatures(values, roles, model.temperatures);
    auto bytes = backToGridBytes(values, int(roles.size()), working, reference, progress);
    if (!bytes) return std::unexpected(bytes.error());
    return Probabilities{.schemeId = model.schemeId, .classes = *std::move(bytes), .hasBackground = false};
}

std::vector<double> Segmenter::Impl::pooled(const ModelInputs &prepared) const
{
    // Blocks of voxels become one of about 4 mm; the box is then filled up to what the net can halve.
    const auto factor = std::max<std::int64_t>(1, std::lround(4.0 / prepared.grid.spacing()[0]));
    const std::int64_t multiple = shape.sizeMultiple;
    Size3 coarse{}, padded{};
    for (std::size_t a = 0; a < 3; ++a) {
        coarse[a] = (prepared.grid.size()[a] + factor - 1) / factor;
        padded[a] = std::max<std::int64_t>(2 * multiple, (coarse[a] + multiple - 1) / multiple * multiple);
    }
    torch::Tensor input = torch::zeros({1, prepared.channelCount, padded[2], padded[1], padded[0]});
    torch::Tensor head = torch::zeros({1, 1, padded[2], padded[1], padded[0]});
    const Size3 size = prepared.grid.size();
    const auto average = [&](const auto *from, float *to) {
        parallelFor(0, coarse[2], 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t k = begin; k < end; ++k)
                for (std::int64_t j = 0; j < coarse[1]; ++j)
                    for (std::int64_t i = 0; i < coarse[0]; ++i) {
                        double sum = 0, n = 0;
                        for (std::int64_t c = k * factor; c < std::min(size[2], (k + 1) * factor); ++c)
                            for (std::int64_t b = j * factor; b < std::min(size[1], (j + 1) * factor); ++b)
                                for (std::int64_t a = i * factor; a < std::min(size[0], (i + 1) * factor); ++a)
                                    sum += double(from[a + size[0] * (b + size[1] * c)]), n += 1;
                        to[i + padded[0] * (j + padded[1] * k)] = float(sum / std::max(1.0, n));
                    }
        });
    };
    const std::int64_t voxels = padded[0] * padded[1] * padded[2];
    for (int c = 0; c < prepared.channelCount; ++c)
        average(prepared.channel(c).data(), input.mutable_data_ptr<float>() + c * voxels);
    average(prepared.foreground.data(), head.mutable_data_ptr<float>());
    const torch::NoGradGuard quiet;
    const torch::Tensor deep = nets::deepest(*net, input).to(torch::kFloat);
    const torch::Tensor weight =
        torch::adaptive_avg_pool3d(head, {deep.size(2), deep.size(3), deep.size(4)}).clamp_min(1e-6);
    const torch::Tensor mean = ((deep * weight).sum({2, 3, 4}) / weight.sum()).flatten().contiguous();
    const float *values = mean.const_data_ptr<float>();
    return {values, values + mean.numel()};
}

Result<Segmenter::Impl::Pass> Segmenter::Impl::firstPass(std::span<const Input> inputs, const Geometry &reference,
                                                         const SegmentOptions &options, const ProgressSink &progress)
{
    if (auto good = check(inputs, options); !good) return std::unexpected(good.error());
    const auto prepared = prepare(inputs, options, part(progress, 0, 0.06));
    if (!prepared) return std::unexpected(prepared.error());
    prepareRunner(options.precision, [&] { return report(progress, 0.06); });
    std::int64_t needed = 0, available = 0;
    const auto window = fittingWindow(speed, prepared->grid.size(), reference, options, needed, available);
    if (!window)
        return fail(Errc::OutOfMemory, "The segmentation needs " + megabytes(needed) + " of memory, and " +
                                           megabytes(std::max<std::int64_t>(0, available)) +
                                           " are free. Close other programs or choose a model with a coarser spacing.");
    const WindowPlan plan = planWindows(*prepared, *window, options.overlap, options.skipEmptyWindows);
    std::vector<LookChange> changes(1);
    if (options.flipAverage) changes.push_back({.flipI = true, .gain = {}, .lift = {}});
    runner->setDropout(std::nullopt);
    Pass pass;
    const auto start = Clock::now();
    pass.raw.values = passOver(*prepared, plan, changes, int(shape.classes), *runner, part(progress, 0.07, 0.98));
    learn(options.precision, secondsSince(start),
          double(plan.starts.size() * changes.size()) * double((*window)[0] * (*window)[1] * (*window)[2]));
    pass.raw.grid = prepared->grid;
    pass.window = *window;
    pass.windows = int(plan.starts.size()) + plan.skipped;
    pass.skipped = plan.skipped;
    if (usual || alwaysFeatures) {
        const auto order = sequenceOrder(info());
        pass.raw.images = uncertainty::imageFeatures(*prepared, order);
        pass.raw.pooled = pooled(*prepared);
    }
    return pass;
}

Result<Segmentation> Segmenter::run(std::span<const Input> inputs, const Geometry &referenceGrid,
                                    const SegmentOptions &options, const ProgressSink &progress)
{
    return guarded([&]() -> Result<Segmentation> {
        const auto start = Clock::now();
        Impl &m = *m_impl;
        auto pass = m.firstPass(inputs, referenceGrid, options, part(progress, 0, 0.9));
        if (!pass) return std::unexpected(pass.error());
        auto values = std::move(pass->raw.values);
        const bool usualSpacing = m.spacing(options) == m.info().spacingsMm.front(); // features are of one spacing
        auto result = finished(std::move(values), pass->raw, m.info(), m.usual && usualSpacing ? &*m.usual : nullptr,
                               m.wantsFeatures(), referenceGrid, part(progress, 0.9, 0.99));
        if (!result) return result;
        result->device = m.deviceName;
        result->precision = precisionName(m.speed.precision);
        result->peakResidentBytes = peakResidentBytes();
        result->workingSpacingMm = m.spacing(options);
        result->window = pass->window;
        result->windows = pass->windows;
        result->windowsSkipped = pass->skipped;
        for (const Sequence sequence : sequenceOrder(m.info()))
            (has(inputs, sequence) ? result->used : result->missing).push_back(sequence);
        if (!report(progress, 1.0)) throw nets::Interrupted{};
        result->seconds = secondsSince(start);
        return result;
    });
}

Result<Segmenter::RawLook> Segmenter::rawLook(std::span<const Input> inputs, const SegmentOptions &options,
                                              const ProgressSink &progress)
{
    return guarded([&]() -> Result<RawLook> {
        if (inputs.empty()) return fail(Errc::InvalidArgument, "No sequence was given. Name at least one image.");
        m_impl->alwaysFeatures = true;
        auto pass = m_impl->firstPass(inputs, chooseReference(inputs).image.geometry(), options, progress);
        m_impl->alwaysFeatures = false;
        if (!pass) return std::unexpected(pass.error());
        return std::move(pass->raw);
    });
}

Result<Segmenter::RawLook> Segmenter::describe(std::span<const Input> inputs, const SegmentOptions &options)
{
    return guarded([&]() -> Result<RawLook> {
        if (auto good = m_impl->check(inputs, options); !good) return std::unexpected(good.error());
        const auto prepared = m_impl->prepare(inputs, options, {});
        if (!prepared) return std::unexpected(prepared.error());
        RawLook raw{.grid = prepared->grid, .values = {}, .images = {}, .pooled = m_impl->pooled(*prepared)};
        raw.images = uncertainty::imageFeatures(*prepared, sequenceOrder(m_impl->info()));
        return raw;
    });
}

Result<Segmentation> Segmenter::finish(const RawLook &raw, const interchange::ModelInfo &model,
                                       const uncertainty::UnusualModel *usual, const Geometry &referenceGrid,
                                       const ProgressSink &progress)
{
    return guarded([&] { return finished(raw.values, raw, model, usual, true, referenceGrid, progress); });
}

} // namespace glio::inference
