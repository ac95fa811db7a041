#include "glioscope/loop/StepBenchmark.h"

#include "TrainingStep.h"
#include "glioscope/base/Memory.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/interchange/NetFile.h"
#include "glioscope/loop/Optimizer.h"
#include "glioscope/nets/Device.h"
#include "glioscope/volume/Axes.h"

#include <algorithm>
#include <chrono>

namespace glio::loop {
namespace {

Result<StepBenchmark> work(const StepBenchmarkOptions &options)
{
    nets::keepFreedMemory();
    at::set_num_threads(options.threads > 0 ? options.threads : threadCount());
    torch::manual_seed(1);
    const auto made = nets::makeNet(options.net);
    if (!made) return std::unexpected(made.error());
    nets::Net &net = **made;
    net.train();
    const auto dhw = tensorShape(options.window);
    const auto input = torch::randn({1, net.inputs(), dhw[0], dhw[1], dhw[2]});
    // Blobs rather than noise: labels of neighbouring voxels agree, as in heads.
    const auto coarse =
        torch::randint(0, net.classes(), {1, 1, dhw[0] / 8, dhw[1] / 8, dhw[2] / 8}).to(torch::kFloat32);
    const auto target = at::upsample_nearest3d(coarse, {dhw[0], dhw[1], dhw[2]}).squeeze(1).to(torch::kLong);
    FlatParameters parameters(net);
    if (!options.folder.empty()) {
        auto named = parameters.named(parameters.values);
        named.emplace_back("image", input);
        named.emplace_back("target", target.to(torch::kUInt8));
        std::vector<torch::Tensor> keep;
        const auto views = interchange::tensorViews(named, interchange::StoredAs::Same, keep);
        if (const auto written = interchange::writeSafetensors(options.folder / "step.safetensors", views); !written)
            return std::unexpected(written.error());
    }
    Optimizer optimizer;
    optimizer.start(parameters);
    WeightAverage average;
    average.start(parameters);
    const double scale = options.precision == Precision::Float16 ? LossScaler{}.scale : 1;
    StepBenchmark result;
    std::vector<double> seconds;
    for (int n = 0; n < options.warmups + options.steps; ++n) {
        const auto start = std::chrono::steady_clock::now();
        const StepResult step =
            forwardBackward(net, parameters, input, target, {.precision = options.precision, .lossScale = scale});
        if (step.finite()) optimizer.step(parameters, 1e-3);
        average.update(parameters);
        if (n >= options.warmups)
            seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        result.losses.push_back(step.loss);
    }
    std::ranges::sort(seconds);
    result.secondsPerStep = seconds[seconds.size() / 2];
    result.peakResidentBytes = peakResidentBytes();
    return result;
}

} // namespace

Result<StepBenchmark> benchmarkStep(const StepBenchmarkOptions &options)
{
    if (options.steps < 1 || options.warmups < 0)
        return fail(Errc::InvalidArgument, "A benchmark needs at least one step.");
    try {
        return work(options);
    } catch (const std::bad_alloc &) {
        return fail(Errc::OutOfMemory, "There was not enough memory for this step.");
    } catch (const c10::Error &error) {
        return fail(Errc::Internal, error.what_without_backtrace());
    }
}

} // namespace glio::loop
