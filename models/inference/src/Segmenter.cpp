#include "glioscope/inference/Segmenter.h"

#include "Guarded.h"
#include "SegmenterImpl.h"

#include "glioscope/base/Memory.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/nets/Device.h"

namespace glio::inference {

std::string_view precisionName(Precision precision)
{
    switch (precision) {
    case Precision::Float32:
        return "fp32";
    case Precision::BFloat16:
        return "bf16";
    case Precision::Float16:
        return "fp16";
    case Precision::Auto:
        break;
    }
    return "auto";
}

std::optional<Precision> precisionFromName(std::string_view name)
{
    for (const Precision p : {Precision::Auto, Precision::Float32, Precision::BFloat16, Precision::Float16})
        if (precisionName(p) == name) return p;
    return std::nullopt;
}

const Input &chooseReference(std::span<const Input> inputs)
{
    for (const Sequence wanted : {Sequence::T1c, Sequence::Flair, Sequence::T1, Sequence::T2})
        for (const Input &input : inputs)
            if (input.sequence == wanted) return input;
    return inputs.front();
}

Segmenter::Segmenter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Segmenter::~Segmenter() = default;
const interchange::ModelInfo &Segmenter::model() const { return m_impl->info(); }

Result<std::unique_ptr<Segmenter>> Segmenter::open(const interchange::ModelFile &model, const std::string &device)
{
    return guarded([&]() -> Result<std::unique_ptr<Segmenter>> {
        nets::keepFreedMemory();
        at::set_num_threads(threadCount());
        at::globalContext().setFlushDenormal(true);
        auto impl = std::make_unique<Impl>();
        const auto chosen = nets::chooseDevice(device);
        if (!chosen) return std::unexpected(chosen.error());
        auto net = interchange::loadNet(model);
        if (!net) return std::unexpected(net.error());
        impl->file = model;
        impl->net = *std::move(net);
        auto usual = model.unusual();
        if (!usual) return std::unexpected(usual.error());
        impl->usual = *std::move(usual);
        impl->shape = *nets::netShape(model.info().net);
        impl->device = *chosen;
        impl->deviceName = chosen->is_cuda() ? "cuda:" + std::to_string(chosen->index()) : "cpu";
        return std::unique_ptr<Segmenter>(new Segmenter(std::move(impl)));
    });
}

Result<Estimate> Segmenter::estimate(std::span<const Input> inputs, const Geometry &referenceGrid,
                                     const SegmentOptions &options) const
{
    return guarded([&]() -> Result<Estimate> {
        if (auto good = m_impl->check(inputs, options); !good) return std::unexpected(good.error());
        // The whole head box is bounded by the reference's: exact counts need the foreground, which costs a second.
        const double mm = m_impl->spacing(options);
        const auto grid = workingGrid(referenceGrid, {mm, mm, mm});
        if (!grid) return std::unexpected(grid.error());
        const auto known = knownSpeed(m_impl->info().net, m_impl->deviceName, options.precision);
        Speed speed = known.value_or(m_impl->candidates(options.precision).back());
        Estimate e;
        std::int64_t available = 0;
        const auto window = m_impl->fittingWindow(speed, grid->size(), referenceGrid, options, e.peakBytes, available);
        e.fits = window.has_value();
        e.window = window.value_or(Size3{32, 32, 32});
        if (!e.fits)
            e.reason = "This needs " + megabytes(e.peakBytes) + " of memory, and " +
                       megabytes(std::max<std::int64_t>(0, available)) +
                       " are free. Close other programs or choose a model with a coarser spacing.";
        e.device = m_impl->deviceName;
        e.precision = precisionName(speed.precision);
        double windows = 1; // the head takes about 0.8 of the box along each axis
        for (int a = 0; a < 3; ++a) {
            const auto size = std::max<std::int64_t>(e.window[a], grid->size()[a] * 8 / 10);
            windows *= std::ceil(double(size - e.window[a]) / (double(e.window[a]) * (1 - options.overlap)) - 1e-9) + 1;
        }
        e.windows = int(windows);
        const double voxels = double(e.window[0] * e.window[1] * e.window[2]);
        if (known) e.seconds = 1.0 + windows * voxels * known->secondsPerVoxel * (options.flipAverage ? 2 : 1);
        return e;
    });
}

} // namespace glio::inference
