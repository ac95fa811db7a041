#include "glioscope/inference/Benchmark.h"

#include "WindowPass.h"

#include "glioscope/base/Memory.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/interchange/NetFile.h"
#include "glioscope/nets/Device.h"

#include <torch/torch.h>

#include <chrono>

namespace glio::inference {

Result<BenchmarkResult> benchmarkPass(const interchange::ModelFile &model, std::vector<float> channels,
                                      const Size3 &size, const BenchmarkOptions &options, const ProgressSink &progress)
{
    try {
        nets::keepFreedMemory();
        at::set_num_threads(threadCount());
        auto net = interchange::loadNet(model);
        if (!net) return std::unexpected(net.error());
        std::unique_ptr<Runner> runner = options.fused
                                             ? makeFusedRunner(**net, options.precision)
                                             : makeTorchRunner(*net, torch::Device(torch::kCPU), options.precision);
        if (!runner) return fail(Errc::Unsupported, "This processor cannot run the net that way.");
        const auto grid = Geometry::make(size, {1, 1, 1});
        if (!grid) return std::unexpected(grid.error());
        ModelInputs inputs;
        inputs.grid = *grid;
        inputs.channelCount = int(model.info().inputs.size());
        inputs.present.assign(std::size_t(inputs.channelCount), true);
        inputs.channels = std::move(channels);
        if (std::int64_t(inputs.channels.size()) != inputs.channelCount * grid->voxelCount())
            return fail(Errc::InvalidArgument, "The inputs do not have the size that was named.");
        inputs.foreground = LabelVolume(*grid);
        auto head = inputs.foreground.edit();
        for (int c = 0; c < inputs.channelCount; ++c)
            for (std::size_t v = 0; v < head.size(); ++v)
                head[v] |= inputs.channel(c)[v] != 0;

        const Size3 window{options.window, options.window, options.window};
        const WindowPlan plan = planWindows(inputs, window, options.overlap, options.skipEmptyWindows);
        const int classes = int((*net)->classes());
        const LookChange plain;
        (void)runner->logits(torch::zeros({1, inputs.channelCount, window[2], window[1], window[0]}),
                             [] { return true; });
        BenchmarkResult result{
            .seconds = 1e30, .windows = int(plan.starts.size()), .skipped = plan.skipped, .mask = {}};
        std::vector<float> probabilities;
        for (int n = 0; n < options.repeats; ++n) {
            const auto start = std::chrono::steady_clock::now();
            probabilities = passOver(inputs, plan, std::span(&plain, 1), classes, *runner, progress);
            result.seconds = std::min(result.seconds,
                                      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        }
        result.mask.resize(head.size());
        for (std::size_t v = 0; v < head.size(); ++v) {
            float best = 1;
            for (int c = 1; c < classes; ++c)
                best -= probabilities[std::size_t(c - 1) * head.size() + v];
            for (int c = 1; c < classes; ++c)
                if (const float p = probabilities[std::size_t(c - 1) * head.size() + v]; p > best) {
                    best = p;
                    result.mask[v] = std::uint8_t(c);
                }
        }
        result.peakResidentBytes = peakResidentBytes();
        return result;
    } catch (const nets::Interrupted &) {
        return fail(Errc::Cancelled, "The benchmark was cancelled.");
    } catch (const std::bad_alloc &) {
        return fail(Errc::OutOfMemory, "There was not enough memory for the benchmark.");
    } catch (const std::exception &error) {
        return fail(Errc::Internal, std::string("The benchmark failed: ") + error.what());
    }
}

Result<interchange::ModelFile> randomModel(const std::filesystem::path &directory, const nets::NetSpec &spec,
                                           std::uint64_t seed)
{
    torch::manual_seed(seed);
    const auto net = nets::makeNet(spec);
    if (!net) return std::unexpected(net.error());
    const torch::NoGradGuard quiet;
    for (auto &item : (*net)->named_parameters())
        if (item.key() == "head0.bias") item.value().zero_(); // every class gets voxels
    interchange::ModelInfo info;
    info.name = "random";
    info.title = "Random weights";
    info.net = spec;
    info.trainingData = "None: random weights.";
    info.licence = "Apache-2.0";
    return interchange::saveNet(directory, info, **net, interchange::StoredAs::Same);
}

Result<interchange::ModelFile> float32Copy(const std::filesystem::path &directory, const interchange::ModelFile &model)
{
    const auto net = interchange::loadNet(model);
    if (!net) return std::unexpected(net.error());
    return interchange::saveNet(directory, model.info(), **net, interchange::StoredAs::Same);
}

} // namespace glio::inference
