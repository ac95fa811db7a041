#include "glioscope/inference/PromptSegmenter.h"

#include "Guarded.h"
#include "SegmenterImpl.h"

#include "glioscope/base/Parallel.h"

namespace glio::inference {
namespace {

constexpr std::int64_t kMostWindow = 96;  // voxels: half a second on two cores
constexpr std::int64_t kRoundClicks = 12; // voxels that the window reaches beyond every click, at least

std::vector<Label> labelsOf(const interchange::ModelInfo &model)
{
    std::vector<Label> labels;
    for (const LabelDefinition &label : findLabelScheme(model.schemeId)->labels())
        labels.push_back(label.value);
    return labels;
}

Size3 usualWindow(const interchange::ModelInfo &model)
{
    const std::int64_t edge = model.prompts->windowVoxels;
    return edge > 0 ? Size3{edge, edge, edge} : model.window;
}

/// The mask on a window of the working grid: the label of most of eight points in each voxel, 0 outside the mask.
std::vector<Label> maskOn(const Geometry &window, const LabelMap &mask)
{
    const Geometry &grid = mask.geometry();
    const auto [ni, nj, nk] = window.size();
    std::vector<Label> labels(std::size_t(window.voxelCount()));
    parallelFor(0, nk, 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = 0; j < nj; ++j)
                for (std::int64_t i = 0; i < ni; ++i) {
                    std::array<Label, 8> seen{};
                    for (unsigned c = 0; c < 8; ++c) {
                        const auto part = [c](unsigned axis) { return (c >> axis & 1U) != 0 ? 0.25 : -0.25; };
                        const Index3 v = grid.nearestVoxel(window.toWorld(
                            ContinuousIndex{double(i) + part(0), double(j) + part(1), double(k) + part(2)}));
                        if (grid.contains(v)) seen[c] = mask.at(v);
                    }
                    std::ranges::sort(seen);
                    std::size_t best = 0, many = 0;
                    for (std::size_t from = 0, to = 0; from < seen.size(); from = to) {
                        while (to < seen.size() && seen[to] == seen[from])
                            ++to;
                        if (to - from > many) many = to - from, best = from;
                    }
                    labels[std::size_t(window.offset({i, j, k}))] = seen[best];
                }
    });
    return labels;
}

/// The voxels of the mask's grid whose centres lie in the window.
VoxelBox boxUnder(const Geometry &window, const Geometry &grid)
{
    ContinuousIndex low{1e300, 1e300, 1e300}, high{-1e300, -1e300, -1e300};
    for (unsigned c = 0; c < 8; ++c) {
        ContinuousIndex corner{};
        for (unsigned a = 0; a < 3; ++a)
            corner[a] = (c >> a & 1U) != 0 ? double(window.size()[a]) - 0.5 : -0.5;
        const ContinuousIndex v = grid.toIndex(window.toWorld(corner));
        for (std::size_t a = 0; a < 3; ++a) {
            low[a] = std::min(low[a], v[a]);
            high[a] = std::max(high[a], v[a]);
        }
    }
    VoxelBox box;
    for (std::size_t a = 0; a < 3; ++a) {
        box.start[a] = std::int64_t(std::ceil(low[a] - 1e-6));
        box.size[a] = std::int64_t(std::floor(high[a] + 1e-6)) - box.start[a] + 1;
    }
    return box.intersected(VoxelBox::whole(grid));
}

} // namespace

struct PromptSegmenter::Impl {
    std::unique_ptr<Segmenter> segmenter;
    std::vector<Label> labels;
    Precision precision = Precision::Auto;
    std::string caseKey;
    std::optional<ModelInputs> inputs;

    Segmenter::Impl &net() { return *segmenter->m_impl; }

    /// A window of the working grid (it may reach beyond) that holds every click with room; nothing when they are too
    /// far apart.
    std::optional<VoxelBox> windowRound(std::span<const PromptClick> clicks, const PromptOptions &options)
    {
        VoxelBox box;
        for (const PromptClick &click : clicks)
            box = box.joined({inputs->grid.nearestVoxel(click.at), {1, 1, 1}});
        const auto &info = segmenter->model();
        const std::int64_t m = net().shape.sizeMultiple;
        for (std::size_t a = 0; a < 3; ++a) {
            const std::int64_t usual = options.windowMm > 0
                                           ? std::int64_t(std::ceil(options.windowMm / inputs->grid.spacing()[a]))
                                           : usualWindow(info)[a];
            const std::int64_t wanted = std::max(usual, box.size[a] + 2 * kRoundClicks);
            const std::int64_t edge = std::min((wanted + m - 1) / m * m, kMostWindow / m * m);
            if (box.size[a] + 2 > edge) return std::nullopt;
            std::int64_t start = box.start[a] + box.size[a] / 2 - edge / 2;
            // Inside the head's box as far as that holds it: training saw no windows that lie half outside.
            const std::int64_t room = inputs->grid.size()[a] - edge;
            const std::int64_t kept = room < 0 ? -(-room / 2) : std::clamp<std::int64_t>(start, 0, room);
            if (kept <= box.start[a] && box.start[a] + box.size[a] <= kept + edge) start = kept;
            box.start[a] = start;
            box.size[a] = edge;
        }
        return box;
    }

    torch::Tensor input(const VoxelBox &window, const std::vector<Label> &before, const std::vector<GridClick> &clicks)
    {
        const Size3 &size = inputs->grid.size();
        const auto many = std::int64_t(labels.size());
        torch::Tensor all = torch::zeros(
            {1, inputs->channelCount + promptChannels(many), window.size[2], window.size[1], window.size[0]});
        auto *to = all.mutable_data_ptr<float>();
        for (int c = 0; c < inputs->channelCount; ++c) {
            const auto from = inputs->channel(c);
            for (std::int64_t k = 0; k < window.size[2]; ++k)
                for (std::int64_t j = 0; j < window.size[1]; ++j, to += window.size[0]) {
                    const std::int64_t y = window.start[1] + j, z = window.start[2] + k;
                    if (y < 0 || y >= size[1] || z < 0 || z >= size[2]) continue;
                    const std::int64_t first = std::max<std::int64_t>(0, window.start[0]),
                                       last = std::min(size[0], window.start[0] + window.size[0]);
                    const auto *row = from.data() + size[0] * (y + size[1] * z);
                    if (first < last) std::copy(row + first, row + last, to + (first - window.start[0]));
                }
        }
        drawPrompts({to, std::size_t(promptChannels(many) * window.count())}, window.size, before, clicks, labels);
        return all;
    }

    Result<PromptAnswer> decide(const LabelMap &mask, std::span<const PromptClick> clicks, const PromptOptions &options,
                                const ProgressSink &progress);
};

Result<PromptAnswer> PromptSegmenter::Impl::decide(const LabelMap &mask, std::span<const PromptClick> clicks,
                                                   const PromptOptions &options, const ProgressSink &progress)
{
    const auto start = Clock::now();
    const Geometry &grid = mask.geometry();
    const auto goOn = [&] { return report(progress, 0.5); };
    const auto window = windowRound(clicks, options);
    if (!window)
        return fail(Errc::InvalidArgument, "The clicks lie too far apart to be answered together. Take what stands "
                                           "and begin anew at the next place.");
    const Geometry working = inputs->grid.cropped(window->start, window->size);
    std::vector<GridClick> near, onMask;
    const VoxelBox box = boxUnder(working, grid);
    for (const PromptClick &click : clicks) {
        near.push_back({working.nearestVoxel(click.at), click.label, click.says});
        Index3 v = grid.nearestVoxel(click.at);
        for (std::size_t a = 0; a < 3; ++a)
            v[a] -= box.start[a];
        onMask.push_back({v, click.label, click.says});
    }
    const torch::NoGradGuard quiet;
    const torch::Tensor logits =
        net().runner->logits(input(*window, maskOn(working, mask), near), goOn).cpu().to(torch::kFloat);
    const torch::Tensor p = torch::softmax(logits, 1)[0].slice(0, 1).contiguous();
    PromptAnswer answer{.patch = {.box = box, .labels = {}}, .window = window->size};
    const auto back = backToGridBytes({p.const_data_ptr<float>(), std::size_t(p.numel())}, int(labels.size()), working,
                                      grid.cropped(box.start, box.size), part(progress, 0.8, 1));
    if (!back) return std::unexpected(back.error());
    const auto said = decode({.schemeId = segmenter->model().schemeId, .classes = *back, .hasBackground = false});
    if (!said) return std::unexpected(said.error());
    answer.patch.labels =
        settleClicks(box.size, mask.values(box), said->voxels(), onMask, *findLabelScheme(segmenter->model().schemeId));
    answer.device = net().deviceName;
    answer.precision = precisionName(net().speed.precision);
    answer.seconds = secondsSince(start);
    return answer;
}

PromptSegmenter::PromptSegmenter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
PromptSegmenter::~PromptSegmenter() = default;
const interchange::ModelInfo &PromptSegmenter::model() const { return m_impl->segmenter->model(); }
bool PromptSegmenter::isPrepared(const std::string &caseKey) const
{
    return m_impl->inputs && m_impl->caseKey == caseKey;
}
void PromptSegmenter::release() { m_impl->inputs.reset(); }

Result<std::unique_ptr<PromptSegmenter>> PromptSegmenter::open(const interchange::ModelFile &model,
                                                               const std::string &device, Precision precision)
{
    if (!model.info().prompts)
        return fail(Errc::ModelMismatch, "The model '" + model.info().name +
                                             "' does not answer clicks. Choose one that was trained with them.");
    auto opened = Segmenter::open(model, device);
    if (!opened) return std::unexpected(opened.error());
    auto impl = std::make_unique<Impl>();
    impl->segmenter = std::move(*opened);
    impl->labels = labelsOf(model.info());
    impl->precision = precision;
    return std::unique_ptr<PromptSegmenter>(new PromptSegmenter(std::move(impl)));
}

Result<void> PromptSegmenter::prepare(const std::string &caseKey, std::span<const Input> inputs,
                                      const ProgressSink &progress)
{
    if (isPrepared(caseKey)) return {};
    return guarded([&]() -> Result<void> {
        Segmenter::Impl &net = m_impl->net();
        if (auto good = net.check(inputs, {}); !good) return good;
        release();
        auto prepared = net.prepare(inputs, {}, part(progress, 0, 0.6));
        if (!prepared) return std::unexpected(prepared.error());
        if (!net.runner) {
            const auto goOn = [&] { return report(progress, 0.6); };
            net.prepareRunner(m_impl->precision, goOn);
            net.runner->setDropout(std::nullopt);
            const Size3 window = net.roundedWindow(usualWindow(net.info())); // its memory is taken in the first pass
            (void)net.runner->logits(torch::zeros({1, net.shape.inputs, window[2], window[1], window[0]}), goOn).cpu();
        }
        m_impl->inputs = *std::move(prepared);
        m_impl->caseKey = caseKey;
        return {};
    });
}

Result<PromptAnswer> PromptSegmenter::decide(const LabelMap &mask, std::span<const PromptClick> clicks,
                                             const PromptOptions &options, const ProgressSink &progress)
{
    if (!m_impl->inputs) return fail(Errc::InvalidArgument, "No case is prepared to be clicked in.");
    if (clicks.empty()) return fail(Errc::InvalidArgument, "Click into what belongs, or into what does not.");
    if (!(options.windowMm >= 0 && options.windowMm <= 1000))
        return fail(Errc::InvalidArgument, "The window round the clicks must be at most 1000 mm wide.");
    for (const PromptClick &click : clicks) {
        if (!mask.geometry().contains(mask.geometry().nearestVoxel(click.at)))
            return fail(Errc::InvalidArgument, "A click lies outside the mask.");
        if (!std::ranges::contains(m_impl->labels, click.label))
            return fail(Errc::InvalidArgument, "The model '" + model().name + "' does not know the label " +
                                                   std::to_string(click.label) + ".");
    }
    return guarded([&] { return m_impl->decide(mask, clicks, options, progress); });
}

} // namespace glio::inference
