#include "SegmenterImpl.h"

#include "glioscope/base/Memory.h"
#include "glioscope/nets/Device.h"

namespace glio::inference {

std::unique_ptr<Runner> Segmenter::Impl::makeRunner(const Speed &chosen) const
{
    if (chosen.fused)
        if (auto made = makeFusedRunner(*net, chosen.precision)) return made;
    auto copy = nets::makeNet(info().net);
    TORCH_CHECK(copy, "the net cannot be built twice");
    const torch::NoGradGuard quiet;
    auto from = net->parameters(), to = (*copy)->parameters();
    for (std::size_t i = 0; i < from.size(); ++i) {
        to[i].copy_(from[i]);
        to[i].requires_grad_(false);
    }
    (*copy)->eval();
    return makeTorchRunner(*copy, device, chosen.precision);
}

std::vector<Speed> Segmenter::Impl::candidates(Precision wanted) const
{
    if (device.is_cuda()) return {{.precision = wanted == Precision::Auto ? Precision::Float16 : wanted}};
    std::vector<Speed> list;
    for (const Precision p : {Precision::Float32, Precision::BFloat16, Precision::Float16}) {
        const bool pays = p == Precision::Float32 || (p == Precision::BFloat16 && nets::processorHasBfloat16());
        if (wanted != p && (wanted != Precision::Auto || !pays)) continue;
        list.push_back({.precision = p});
        if (canFuse(info().net, p)) list.push_back({.precision = p, .fused = true});
    }
    return list;
}

void Segmenter::Impl::prepareRunner(Precision wanted, const std::function<bool()> &goOn)
{
    if (runner && runnerFor == wanted) return;
    runner.reset();
    if (const auto known = knownSpeed(info().net, deviceName, wanted)) {
        speed = *known;
        runner = makeRunner(speed);
    } else {
        measure(wanted, goOn);
    }
    runnerFor = wanted;
}

void Segmenter::Impl::measure(Precision wanted, const std::function<bool()> &goOn)
{
    const std::int64_t multiple = shape.sizeMultiple;
    const std::int64_t edge = std::max(multiple, 48 / multiple * multiple);
    const torch::Tensor window = torch::randn({1, shape.inputs, edge, edge, edge});
    torch::Tensor expected; // the classes that float32 sees
    speed = {};
    for (const Speed &candidate : candidates(wanted)) {
        auto made = makeRunner(candidate);
        // Kernels are built and memory is taken in the first pass, so the second one is timed.
        const torch::Tensor seen = made->logits(window, goOn).argmax(1);
        if (!expected.defined()) expected = seen;
        if (wanted == Precision::Auto && seen.ne(expected).to(torch::kFloat).mean().item<double>() > 0.1) continue;
        const auto start = Clock::now();
        (void)made->logits(window, goOn).cpu(); // on a GPU: wait until it is done
        const double perVoxel = secondsSince(start) / double(edge * edge * edge);
        if (runner && perVoxel >= speed.secondsPerVoxel) continue;
        runner = std::move(made);
        speed = candidate;
        speed.secondsPerVoxel = perVoxel;
    }
    rememberSpeed(info().net, deviceName, wanted, speed);
}

void Segmenter::Impl::learn(Precision wanted, double seconds, double voxels)
{
    if (voxels <= 0 || seconds <= 0) return;
    const double now = seconds / voxels, before = speed.secondsPerVoxel;
    if (before > 0 && std::abs(now - before) < 0.2 * before) return;
    speed.secondsPerVoxel = before > 0 ? 0.5 * (now + before) : now;
    rememberSpeed(info().net, deviceName, wanted, speed);
}

Result<void> Segmenter::Impl::check(std::span<const Input> inputs, const SegmentOptions &options) const
{
    if (inputs.empty()) return fail(Errc::InvalidArgument, "No sequence was given. Name at least one image.");
    if (!(options.overlap >= 0 && options.overlap <= 0.9))
        return fail(Errc::InvalidArgument, "The overlap of windows must be from 0 to 0.9.");
    if (options.looks < 1 || options.looks > 64)
        return fail(Errc::InvalidArgument, "The number of looks must be from 1 to 64.");
    if (options.window < 0 || options.window > 1024)
        return fail(Errc::InvalidArgument, "The window must be from 8 to 1024 voxels.");
    if (options.spacingMm != 0 && !(options.spacingMm >= 0.2 && options.spacingMm <= 10))
        return fail(Errc::InvalidArgument, "The working spacing must be from 0.2 to 10 mm.");
    std::string needed;
    bool any = false;
    for (const auto &input : info().inputs) {
        const bool given = has(inputs, input.sequence);
        any = any || given;
        if (!given && !input.optional)
            needed += (needed.empty() ? "" : ", ") + std::string(sequenceName(input.sequence));
    }
    if (!needed.empty())
        return fail(Errc::ModelMismatch, "The model '" + info().name + "' needs " + needed +
                                             " too. Add it, or choose a model that works without.");
    if (!any) {
        std::string reads;
        for (const auto &input : info().inputs)
            reads += (reads.empty() ? "" : ", ") + std::string(sequenceName(input.sequence));
        return fail(Errc::ModelMismatch,
                    "None of the images is a sequence that the model '" + info().name + "' reads (" + reads + ").");
    }
    return {};
}

double Segmenter::Impl::spacing(const SegmentOptions &options) const
{
    return options.spacingMm > 0 ? options.spacingMm : info().spacingsMm.front();
}

Size3 Segmenter::Impl::roundedWindow(const Size3 &wanted) const
{
    const std::int64_t m = shape.sizeMultiple;
    Size3 window{};
    for (int a = 0; a < 3; ++a)
        window[a] = std::max(m, (wanted[a] + m - 1) / m * m);
    return window;
}

std::int64_t Segmenter::Impl::bytesFor(const Speed &how, const Size3 &grid, const Size3 &window,
                                       const Geometry &reference) const
{
    const auto labels = std::int64_t(shape.classes - 1);
    return passBytes(grid, window, int(shape.inputs), int(shape.classes)) + runnerBytes(info().net, how, window) +
           reference.voxelCount() * (labels + 2);
}

std::optional<Size3> Segmenter::Impl::fittingWindow(const Speed &how, const Size3 &grid, const Geometry &reference,
                                                    const SegmentOptions &options, std::int64_t &needed,
                                                    std::int64_t &available) const
{
    available = availableMemoryBytes();
    if (device.is_cuda()) available = 0; // the device's own allocator says
    if (options.memoryLimitBytes > 0) {
        const std::int64_t left = options.memoryLimitBytes - residentBytes();
        available = available > 0 ? std::min(available, left) : left;
    } else {
        available = available * 9 / 10;
    }
    Size3 window =
        roundedWindow(options.window > 0 ? Size3{options.window, options.window, options.window} : info().window);
    needed = bytesFor(how, grid, window, reference);
    const bool unknown = available == 0 && options.memoryLimitBytes <= 0;
    while (!unknown && needed > available) {
        auto longest = std::ranges::max_element(window);
        if (*longest <= 32) return std::nullopt;
        *longest = std::max<std::int64_t>(32, *longest * 3 / 4);
        window = roundedWindow(window);
        if (const std::int64_t now = bytesFor(how, grid, window, reference); now >= needed && *longest > 32)
            *longest -= shape.sizeMultiple;
        needed = bytesFor(how, grid, window, reference);
    }
    return window;
}

Result<ModelInputs> Segmenter::Impl::prepare(std::span<const Input> inputs, const SegmentOptions &options,
                                             const ProgressSink &progress) const
{
    std::vector<std::pair<Sequence, ImageVolume>> sequences;
    for (const Input &input : inputs)
        sequences.emplace_back(input.sequence, input.image);
    const double mm = spacing(options);
    PrepareOptions how;
    how.progress = progress;
    return prepareInputs(sequences, sequenceOrder(info()), {mm, mm, mm}, how);
}

Result<Probabilities> Segmenter::Impl::look(const ModelInputs &prepared, const WindowPlan &plan,
                                            std::span<const LookChange> changes, const Geometry &reference,
                                            const ProgressSink &progress)
{
    std::vector<float> values = passOver(prepared, plan, changes, int(shape.classes), *runner, part(progress, 0, 0.95));
    return toBytes(values, prepared.grid, reference, info(), part(progress, 0.95, 1));
}

} // namespace glio::inference
