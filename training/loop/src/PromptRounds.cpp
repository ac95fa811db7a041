#include "PromptRounds.h"

#include "glioscope/inference/PromptChannels.h"
#include "glioscope/samplers/Clicks.h"
#include "glioscope/samplers/PatchSampler.h"
#include "glioscope/volume/Axes.h"
#include "glioscope/volume/VoxelBox.h"

#include <cmath>
#include <cstring>

namespace glio::loop {
namespace {

using inference::ClickSays;
using inference::GridClick;
using Mask = std::vector<std::uint8_t>;

/// The net in eval mode, without a gradient, while it lives.
class Asking {
public:
    explicit Asking(nets::Net &net) : m_net(net), m_wasTraining(net.is_training()) { net.eval(); }
    ~Asking()
    {
        if (m_wasTraining) m_net.train();
    }
    Asking(const Asking &) = delete;
    Asking &operator=(const Asking &) = delete;

    /// `image` (4 or 4 + prompts, D, H, W).
    Mask answer(const torch::Tensor &image, torch::Device device, Precision precision) const
    {
        torch::Tensor logits;
        {
            const Autocast cast(precision, device.type());
            logits = m_net.forward(image.unsqueeze(0).to(device));
        }
        const auto labels = decoded(torch::softmax(logits.to(torch::kFloat32), 1)[0]).cpu().contiguous();
        const auto *first = labels.const_data_ptr<std::uint8_t>();
        return {first, first + labels.numel()};
    }

private:
    torch::NoGradGuard m_quiet;
    nets::Net &m_net;
    bool m_wasTraining;
};

torch::Tensor promptTensor(const Size3 &size, const Mask &previous, const std::vector<GridClick> &clicks)
{
    const auto dhw = tensorShape(size);
    auto prompts = torch::empty({kPromptChannels, dhw[0], dhw[1], dhw[2]});
    inference::drawPrompts({prompts.mutable_data_ptr<float>(), std::size_t(prompts.numel())}, size, previous, clicks,
                           kPromptLabels);
    return prompts;
}

GridClick asGridClick(const samplers::SimulatedClick &click)
{
    return {click.voxel, click.label, click.belongs ? ClickSays::Belongs : ClickSays::DoesNotBelong};
}

/// Clicks at what is wrong in `answer`. A place that was clicked counts as mended there: the reader goes elsewhere.
void addClicks(std::vector<GridClick> &clicks, int count, std::span<const std::uint8_t> truth, Mask answer,
               const Size3 &size, CounterRandom &random)
{
    for (int n = 0; n < count; ++n) {
        const auto click = samplers::nextClick(truth, answer, size, {}, random);
        if (!click) return;
        clicks.push_back(asGridClick(*click));
        const double reach = random.uniform(4, 12);
        std::size_t at = 0;
        for (std::int64_t k = 0; k < size[2]; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j)
                for (std::int64_t i = 0; i < size[0]; ++i, ++at)
                    if (click->part[at] && std::hypot(double(i - click->voxel[0]), double(j - click->voxel[1]),
                                                      double(k - click->voxel[2])) < reach)
                        answer[at] = truth[at] == data::kUnnamedTumour ? 4 : truth[at];
    }
}

torch::Tensor drawOne(const Asking &net, const torch::Tensor &image, std::span<const std::uint8_t> truth,
                      const Size3 &size, const PromptRecipe &recipe, torch::Device device, Precision precision,
                      CounterRandom &random)
{
    // All numbers are drawn always, so that a sample's clicks do not depend on which mask it began with.
    const double kind = random.uniform(), many = random.uniform();
    const bool unclicked = random.chance(0.1), commits = random.chance(0.3);
    Mask previous(truth.size(), 0);
    if (kind < recipe.ownMask)
        previous = net.answer(image, device, precision);
    else if (kind >= recipe.ownMask + recipe.noMask)
        previous = samplers::spoiledMask(truth, {image[3].const_data_ptr<float>(), truth.size()}, size,
                                         recipe.mostShift, random);
    std::vector<GridClick> clicks;
    if (unclicked) return promptTensor(size, previous, clicks);
    const int count = 1 + int(double(recipe.mostClicks) * many * many), first = (count + 1) / 2;
    addClicks(clicks, first, truth, previous, size, random);
    if (count > first) {
        const auto prompts = promptTensor(size, previous, clicks);
        Mask answer = net.answer(torch::cat({image, prompts}, 0), device, precision);
        if (commits) { // the reader took what stood and begins anew
            previous = inference::settleClicks(size, previous, answer, clicks, defaultLabelScheme());
            answer = previous;
            clicks.clear();
        }
        addClicks(clicks, count - first, truth, std::move(answer), size, random);
    }
    return promptTensor(size, previous, clicks);
}

Mask cutMask(std::span<const std::uint8_t> whole, const Size3 &size, const Index3 &start, const Size3 &window)
{
    Mask cut;
    cut.reserve(std::size_t(window[0] * window[1] * window[2]));
    for (std::int64_t k = 0; k < window[2]; ++k)
        for (std::int64_t j = 0; j < window[1]; ++j)
            for (std::int64_t i = 0; i < window[0]; ++i) {
                const Index3 v{start[0] + i, start[1] + j, start[2] + k};
                const bool inside = VoxelBox{{0, 0, 0}, size}.contains(v);
                cut.push_back(inside ? whole[VoxelBox{{0, 0, 0}, size}.offset(v)] : std::uint8_t{0});
            }
    return cut;
}

double wholeTumourDice(std::span<const std::uint8_t> truth, std::span<const std::uint8_t> mask)
{
    std::int64_t both = 0, sum = 0;
    for (std::size_t n = 0; n < truth.size(); ++n) {
        both += truth[n] != 0 && mask[n] != 0;
        sum += (truth[n] != 0) + (mask[n] != 0);
    }
    return sum > 0 ? 2.0 * double(both) / double(sum) : 1;
}

/// Dice before and after each click; empty when the case has no tumour.
std::vector<double> clickCase(const Asking &net, const data::TrainingCase &one, const Size3 &wantedWindow, int clicks,
                              std::int64_t multiple, torch::Device device, Precision precision)
{
    const Size3 &size = one.geometry().size();
    const std::span<const std::uint8_t> truth = one.labels.voxels();
    if (std::ranges::none_of(truth, [](std::uint8_t label) { return label != 0; })) return {};
    const auto dhw = tensorShape(size);
    std::array<std::int64_t, 3> padded{};
    for (std::size_t a = 0; a < 3; ++a)
        padded[a] = (dhw[a] + multiple - 1) / multiple * multiple;
    auto image = torch::zeros({4, padded[0], padded[1], padded[2]});
    for (std::int64_t s = 0; s < 4; ++s) {
        const auto one3 = torch::from_blob(const_cast<float *>(one.images[std::size_t(s)].data()),
                                           {dhw[0], dhw[1], dhw[2]}, torch::kFloat32);
        image[s].slice(0, 0, dhw[0]).slice(1, 0, dhw[1]).slice(2, 0, dhw[2]).copy_(one3);
    }
    const Size3 whole = volumeSize(padded);
    Size3 window{};
    for (std::size_t a = 0; a < 3; ++a)
        window[a] = std::min(wantedWindow[a], whole[a]);
    Mask mask = cutMask(net.answer(image, device, precision), whole, {0, 0, 0}, size);
    std::vector<double> dice{wholeTumourDice(truth, mask)};
    CounterRandom random{1};
    for (int n = 0; n < clicks; ++n) {
        const auto click =
            samplers::nextClick(truth, mask, size, {.wholeTumour = 1, .core = 0, .deepest = 1, .largest = 1}, random);
        if (click) {
            Index3 start{};
            for (std::size_t a = 0; a < 3; ++a)
                start[a] = click->voxel[a] - window[a] / 2;
            start = samplers::keptInside(start, window, whole);
            GridClick here = asGridClick(*click);
            for (std::size_t a = 0; a < 3; ++a)
                here.voxel[a] -= start[a];
            const Mask before = cutMask(mask, size, start, window);
            const auto crop = image.slice(1, start[2], start[2] + window[2])
                                  .slice(2, start[1], start[1] + window[1])
                                  .slice(3, start[0], start[0] + window[0]);
            const Mask said =
                net.answer(torch::cat({crop, promptTensor(window, before, {here})}, 0), device, precision);
            const Mask after = inference::settleClicks(window, before, said, std::span(&here, 1), defaultLabelScheme());
            const VoxelBox grid{{0, 0, 0}, size};
            for (std::size_t at = 0; at < after.size(); ++at) {
                const auto v = std::int64_t(at);
                const Index3 to{start[0] + v % window[0], start[1] + v / window[0] % window[1],
                                start[2] + v / (window[0] * window[1])};
                if (grid.contains(to)) mask[grid.offset(to)] = after[at];
            }
        }
        dice.push_back(wholeTumourDice(truth, mask));
    }
    return dice;
}

} // namespace

// 1 ET, 2 NET, 3 CC, 4 ED.
torch::Tensor decoded(const torch::Tensor &p)
{
    const auto whole = p.slice(0, 1, 5).sum(0) >= 0.5, core = p.slice(0, 1, 4).sum(0) >= 0.5;
    const auto inCore = std::get<1>(p.slice(0, 1, 4).max(0)) + 1;
    return torch::where(whole, torch::where(core, inCore, torch::full_like(inCore, 4)), torch::zeros_like(inCore))
        .to(torch::kUInt8);
}

torch::Tensor drawTrainingPrompts(nets::Net &net, const torch::Tensor &images, const torch::Tensor &labels,
                                  const PromptRecipe &recipe, torch::Device device, Precision precision,
                                  std::array<std::uint64_t, 4> key)
{
    const Asking asking(net);
    const Size3 size = volumeSize({images.size(2), images.size(3), images.size(4)});
    auto prompts = torch::zeros({images.size(0), kPromptChannels, images.size(2), images.size(3), images.size(4)});
    for (std::int64_t b = 0; b < images.size(0); ++b) {
        CounterRandom random{key[0], key[1], key[2], key[3], std::uint64_t(b)};
        if (!random.chance(recipe.share)) continue;
        const auto own = labels[b].contiguous();
        prompts[b].copy_(drawOne(asking, images[b].contiguous(),
                                 {own.const_data_ptr<std::uint8_t>(), std::size_t(own.numel())}, size, recipe, device,
                                 precision, random));
    }
    return prompts;
}

std::map<std::string, double> judgePrompts(nets::Net &net, const std::vector<data::CasePointer> &cases,
                                           const Size3 &window, int clicks, torch::Device device, Precision precision,
                                           const std::function<bool()> &goOn)
{
    const Asking asking(net);
    std::vector<double> sum(std::size_t(clicks) + 1, 0.0);
    int count = 0;
    for (const auto &one : cases) {
        if (goOn && !goOn()) break;
        const auto dice = clickCase(asking, *one, window, clicks, net.sizeMultiple(), device, precision);
        if (dice.empty()) continue;
        for (std::size_t n = 0; n < sum.size(); ++n)
            sum[n] += dice[n];
        ++count;
    }
    std::map<std::string, double> result;
    if (count == 0) return result;
    for (std::size_t n = 0; n < sum.size(); ++n)
        result["WT@" + std::to_string(n)] = sum[n] / count;
    result["clicked"] = sum.back() / count;
    return result;
}

} // namespace glio::loop
