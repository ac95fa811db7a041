#include "glioscope/inference/Segmenter.h"

#include "Runner.h"
#include "Speed.h"
#include "WindowPass.h"

#include "glioscope/base/Memory.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/base/Random.h"
#include "glioscope/interchange/NetFile.h"
#include "glioscope/nets/NetShape.h"
#include "glioscope/uncertainty/Uncertainty.h"
#include "glioscope/volume/Preprocess.h"

#include <torch/torch.h>

#include <charconv>
#include <chrono>
#include <climits>
#include <malloc.h>
#include <mutex>
#include <new>

namespace glio::inference {
namespace {
using Clock = std::chrono::steady_clock;
double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Result<torch::Device> chooseDevice(const std::string &name)
{
    const bool cuda = torch::cuda::is_available();
    if (name == "auto") return cuda ? torch::Device(torch::kCUDA, 0) : torch::Device(torch::kCPU);
    if (name == "cpu") return torch::Device(torch::kCPU);
    if (name == "cuda" || name.starts_with("cuda:")) {
        if (!cuda)
            return fail(Errc::Unsupported, "There is no CUDA device that this program can use. Choose --device cpu.");
        int index = 0;
        const std::string rest = name == "cuda" ? "0" : name.substr(5);
        const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
        if (code != std::errc() || end != rest.data() + rest.size() || index < 0 ||
            index >= int(torch::cuda::device_count()))
            return fail(Errc::Unsupported, "There is no device '" + name + "'.");
        return torch::Device(torch::kCUDA, torch::DeviceIndex(index));
    }
    return fail(Errc::Unsupported, "There is no device '" + name + "'; there are: auto, cpu, cuda, cuda:N.");
}

/// What the pass kept for itself goes back to the system at its end: the window may need the memory.
struct GiveBack {
    ~GiveBack() { malloc_trim(0); }
};

/// The one place where exceptions of a pass become errors.
template <class Work> auto guarded(Work work) -> decltype(work())
{
    const GiveBack afterwards;
    try {
        return work();
    } catch (const nets::Interrupted &) {
        return fail(Errc::Cancelled, "The segmentation was cancelled.");
    } catch (const std::bad_alloc &) {
        return fail(Errc::OutOfMemory,
                    "There was not enough memory for the segmentation. Close other programs, or give it a "
                    "lower memory limit so that it works in smaller windows.");
    } catch (const c10::OutOfMemoryError &error) {
        return fail(Errc::OutOfMemory, std::string("The device has not enough memory for the segmentation: ") +
                                           error.what_without_backtrace());
    } catch (const c10::Error &error) {
        const std::string what = error.what_without_backtrace();
        if (what.find("memory") != std::string::npos && what.find("alloc") != std::string::npos)
            return fail(Errc::OutOfMemory, "There was not enough memory for the segmentation.");
        return fail(Errc::Internal, "The segmentation failed: " + what);
    } catch (const std::exception &error) {
        return fail(Errc::Internal, std::string("The segmentation failed: ") + error.what());
    }
}

std::string megabytes(std::int64_t bytes) { return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MB"; }

std::vector<Sequence> sequenceOrder(const interchange::ModelInfo &info)
{
    std::vector<Sequence> order;
    for (const auto &input : info.inputs)
        order.push_back(input.sequence);
    return order;
}

bool has(std::span<const Input> inputs, Sequence sequence)
{
    return std::ranges::any_of(inputs, [&](const Input &input) { return input.sequence == sequence; });
}

ProgressSink part(const ProgressSink &progress, double from, double to)
{
    if (!progress) return {};
    return [&progress, from, to](double done) { return progress(from + (to - from) * done); };
}
} // namespace

void keepActivations()
{
    static std::once_flag once;
    std::call_once(once, [] {
        mallopt(M_MMAP_MAX, 0); // not M_MMAP_THRESHOLD: glibc ignores values above 32 MB
        mallopt(M_TRIM_THRESHOLD, INT_MAX);
        mallopt(M_TOP_PAD, 64 << 20);
    });
}

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

struct Segmenter::Impl {
    interchange::ModelFile file;
    std::shared_ptr<nets::Net> net; ///< float32 on the CPU: every runner is made from a copy of it
    nets::NetShape shape;
    torch::Device device{torch::kCPU};
    std::string deviceName = "cpu";
    std::unique_ptr<Runner> runner;
    Speed speed;
    std::optional<Precision> runnerFor; ///< what the runner was chosen for

    const interchange::ModelInfo &info() const { return file.info(); }

    std::unique_ptr<Runner> makeRunner(const Speed &chosen) const
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

    std::vector<Speed> candidates(Precision wanted) const
    {
        if (device.is_cuda()) return {{.precision = wanted == Precision::Auto ? Precision::Float16 : wanted}};
        std::vector<Speed> list;
        for (const Precision p : {Precision::Float32, Precision::BFloat16, Precision::Float16}) {
            const bool pays = p == Precision::Float32 || (p == Precision::BFloat16 && processorHasBfloat16());
            if (wanted != p && (wanted != Precision::Auto || !pays)) continue;
            list.push_back({.precision = p});
            if (canFuse(info().net, p)) list.push_back({.precision = p, .fused = true});
        }
        return list;
    }

    /// The runner for this precision: the one that is warm, else the one remembered for this machine, else the fastest
    /// of a short measurement.
    void prepareRunner(Precision wanted, const std::function<bool()> &goOn)
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

    void measure(Precision wanted, const std::function<bool()> &goOn)
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

    /// Estimates follow what passes really take.
    void learn(Precision wanted, double seconds, double voxels)
    {
        if (voxels <= 0 || seconds <= 0) return;
        const double now = seconds / voxels, before = speed.secondsPerVoxel;
        if (before > 0 && std::abs(now - before) < 0.2 * before) return;
        speed.secondsPerVoxel = before > 0 ? 0.5 * (now + before) : now;
        rememberSpeed(info().net, deviceName, wanted, speed);
    }

    Result<void> check(std::span<const Input> inputs, const SegmentOptions &options) const
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

    double spacing(const SegmentOptions &options) const
    {
        return options.spacingMm > 0 ? options.spacingMm : info().spacingsMm.front();
    }

    Size3 roundedWindow(const Size3 &wanted) const
    {
        const std::int64_t m = shape.sizeMultiple;
        Size3 window{};
        for (int a = 0; a < 3; ++a)
            window[a] = std::max(m, (wanted[a] + m - 1) / m * m);
        return window;
    }

    std::int64_t bytesFor(const Speed &how, const Size3 &grid, const Size3 &window, const Geometry &reference) const
    {
        const auto labels = std::int64_t(shape.classes - 1);
        return passBytes(grid, window, int(shape.inputs), int(shape.classes)) + runnerBytes(info().net, how, window) +
               reference.voxelCount() * (labels + 2);
    }

    /// The largest window that fits, by halving the longest edge; nothing when even a small one does not.
    std::optional<Size3> fittingWindow(const Speed &how, const Size3 &grid, const Geometry &reference,
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

    Result<ModelInputs> prepare(std::span<const Input> inputs, const SegmentOptions &options,
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

    Result<Probabilities> look(const ModelInputs &prepared, const WindowPlan &plan, std::span<const LookChange> changes,
                               const Geometry &reference, const ProgressSink &progress)
    {
        Probabilities probabilities;
        probabilities.schemeId = info().schemeId;
        const std::vector<float> values =
            passOver(prepared, plan, changes, int(shape.classes), *runner, part(progress, 0, 0.95));
        auto bytes = backToGridBytes(values, int(shape.classes - 1), prepared.grid, reference, part(progress, 0.95, 1));
        if (!bytes) return std::unexpected(bytes.error());
        probabilities.classes = *std::move(bytes);
        return probabilities;
    }
};

Segmenter::Segmenter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Segmenter::~Segmenter() = default;
const interchange::ModelInfo &Segmenter::model() const { return m_impl->info(); }

Result<std::unique_ptr<Segmenter>> Segmenter::open(const interchange::ModelFile &model, const std::string &device)
{
    return guarded([&]() -> Result<std::unique_ptr<Segmenter>> {
        keepActivations();
        at::set_num_threads(threadCount());
        at::globalContext().setFlushDenormal(true);
        auto impl = std::make_unique<Impl>();
        const auto chosen = chooseDevice(device);
        if (!chosen) return std::unexpected(chosen.error());
        auto net = interchange::loadNet(model);
        if (!net) return std::unexpected(net.error());
        impl->file = model;
        impl->net = *std::move(net);
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

Result<LabelVolume> finalMask(const Probabilities &probabilities, const interchange::ModelInfo &model)
{
    auto mask = decode(probabilities, model.thresholds);
    if (!mask || model.smallestIslandMl <= 0) return mask;
    const Geometry &grid = mask->geometry();
    const auto least = std::int64_t(std::ceil(model.smallestIslandMl * 1000.0 / grid.voxelVolumeMm3()));
    auto voxels = mask->edit();
    std::vector<std::uint8_t> seen(voxels.size());
    std::vector<std::int64_t> island;
    for (std::int64_t seed = 0; seed < std::int64_t(voxels.size()); ++seed) {
        if (voxels[std::size_t(seed)] == 0 || seen[std::size_t(seed)]) continue;
        island.assign(1, seed);
        seen[std::size_t(seed)] = 1;
        for (std::size_t n = 0; n < island.size(); ++n) {
            const std::int64_t at = island[n], ni = grid.size()[0], nj = grid.size()[1];
            const Index3 v{at % ni, at / ni % nj, at / (ni * nj)};
            for (std::int64_t dk = -1; dk <= 1; ++dk)
                for (std::int64_t dj = -1; dj <= 1; ++dj)
                    for (std::int64_t di = -1; di <= 1; ++di) {
                        const Index3 next{v[0] + di, v[1] + dj, v[2] + dk};
                        if (!grid.contains(next)) continue;
                        const auto offset = std::size_t(grid.offset(next));
                        if (voxels[offset] == 0 || seen[offset]) continue;
                        seen[offset] = 1;
                        island.push_back(std::int64_t(offset));
                    }
        }
        if (std::int64_t(island.size()) < least)
            for (const std::int64_t at : island)
                voxels[std::size_t(at)] = 0;
    }
    return mask;
}

Result<Segmentation> Segmenter::run(std::span<const Input> inputs, const Geometry &referenceGrid,
                                    const SegmentOptions &options, const ProgressSink &progress)
{
    return guarded([&]() -> Result<Segmentation> {
        const auto start = Clock::now();
        Impl &m = *m_impl;
        if (auto good = m.check(inputs, options); !good) return std::unexpected(good.error());
        const auto prepared = m.prepare(inputs, options, part(progress, 0, 0.06));
        if (!prepared) return std::unexpected(prepared.error());
        m.prepareRunner(options.precision, [&] { return report(progress, 0.06); });

        std::int64_t needed = 0, available = 0;
        const auto window = m.fittingWindow(m.speed, prepared->grid.size(), referenceGrid, options, needed, available);
        if (!window)
            return fail(Errc::OutOfMemory,
                        "The segmentation needs " + megabytes(needed) + " of memory, and " +
                            megabytes(std::max<std::int64_t>(0, available)) +
                            " are free. Close other programs or choose a model with a coarser spacing.");
        const WindowPlan plan = planWindows(*prepared, *window, options.overlap, options.skipEmptyWindows);
        std::vector<LookChange> changes(1);
        if (options.flipAverage) changes.push_back({.flipI = true, .gain = {}, .lift = {}});
        m.runner->setDropout(std::nullopt);
        const auto passStart = Clock::now();
        auto probabilities = m.look(*prepared, plan, changes, referenceGrid, part(progress, 0.07, 0.98));
        m.learn(options.precision, secondsSince(passStart),
                double(plan.starts.size() * changes.size()) * double((*window)[0] * (*window)[1] * (*window)[2]));
        if (!probabilities) return std::unexpected(probabilities.error());
        auto labels = finalMask(*probabilities, m.info());
        if (!labels) return std::unexpected(labels.error());

        Segmentation result;
        result.probabilities = *std::move(probabilities);
        result.labels = *std::move(labels);
        result.thresholds = m.info().thresholds;
        result.modelName = m.info().name;
        result.modelVersion = m.info().version;
        result.modelSha256 = m.info().weightsSha256;
        result.modelTitle = m.info().title;
        result.device = m.deviceName;
        result.precision = precisionName(m.speed.precision);
        result.seconds = secondsSince(start);
        result.peakResidentBytes = peakResidentBytes();
        result.workingSpacingMm = m.spacing(options);
        result.window = *window;
        result.windows = int(plan.starts.size()) + plan.skipped;
        result.windowsSkipped = plan.skipped;
        for (const Sequence sequence : sequenceOrder(m.info()))
            (has(inputs, sequence) ? result.used : result.missing).push_back(sequence);
        if (!report(progress, 1.0)) throw nets::Interrupted{};
        return result;
    });
}

Result<LookStatistics> Segmenter::runLooks(std::span<const Input> inputs, const Segmentation &first,
                                           const SegmentOptions &options, const ProgressSink &progress,
                                           const std::function<bool(int, int)> &eachLook)
{
    return guarded([&]() -> Result<LookStatistics> {
        Impl &m = *m_impl;
        if (auto good = m.check(inputs, options); !good) return std::unexpected(good.error());
        if (first.probabilities.empty() || first.probabilities.schemeId != m.info().schemeId)
            return fail(Errc::InvalidArgument, "The first look was not made by this model.");
        if (options.lookKind == LookKind::Dropout && !(m.shape.dropout > 0))
            return fail(Errc::ModelMismatch, "The model '" + m.info().name + "' has no dropout. Use looks by flips.");
        const LabelScheme *scheme = findLabelScheme(m.info().schemeId);
        const Geometry &grid = first.probabilities.geometry();
        const auto prepared = m.prepare(inputs, options, part(progress, 0, 0.05));
        if (!prepared) return std::unexpected(prepared.error());
        m.prepareRunner(options.precision, [&] { return report(progress, 0.05); });
        std::int64_t needed = 0, available = 0;
        const auto window = m.fittingWindow(m.speed, prepared->grid.size(), grid, options, needed, available);
        if (!window)
            return fail(Errc::OutOfMemory,
                        "Looking again needs " + megabytes(needed) + " of memory, which is not free.");
        const WindowPlan plan = planWindows(*prepared, *window, options.overlap, options.skipEmptyWindows);

        LookStatistics statistics;
        uncertainty::LookSums sums(grid, int(first.probabilities.classes.size()));
        for (std::size_t n = 0; n < first.probabilities.classes.size(); ++n)
            statistics.votes.emplace_back(grid);
        const auto take = [&](const Probabilities &probabilities, const LabelVolume &mask) {
            sums.add(probabilities.classes);
            for (std::size_t n = 0; n < statistics.votes.size(); ++n) {
                const Label value = scheme->labels()[n].value;
                auto votes = statistics.votes[n].edit();
                const auto labels = mask.voxels();
                parallelFor(0, std::int64_t(votes.size()), 1 << 16, [&](std::int64_t begin, std::int64_t end) {
                    for (std::int64_t v = begin; v < end; ++v)
                        votes[std::size_t(v)] += labels[std::size_t(v)] == value;
                });
            }
            for (const auto &[region, ml] : regionVolumesMl(mask, *scheme))
                statistics.volumesMl[region].push_back(ml);
        };
        take(first.probabilities, first.labels);

        for (int n = 1; n < options.looks; ++n) {
            const bool dropout = options.lookKind == LookKind::Dropout;
            m.runner->setDropout(dropout ? std::optional(options.seed * 1000 + std::uint64_t(n)) : std::nullopt);
            LookChange change;
            change.flipI = !dropout && n % 2 == 1;
            if (!dropout &&
                n >= 2) { // what training varies too: brightness, offset, noise (algorithms.md D, Wang 2019)
                CounterRandom random{options.seed, std::uint64_t(n)};
                for (std::int64_t c = 0; c < m.shape.inputs; ++c) {
                    change.gain.push_back(float(random.uniform(0.9, 1.1)));
                    change.lift.push_back(float(random.normal(0, 0.05)));
                }
                change.noise = 0.05f;
                change.noiseSeed = options.seed * 1000 + std::uint64_t(n);
            }
            const double from = 0.05 + 0.93 * double(n - 1) / double(options.looks - 1);
            const double to = 0.05 + 0.93 * double(n) / double(options.looks - 1);
            const auto probabilities = m.look(*prepared, plan, std::span(&change, 1), grid, part(progress, from, to));
            m.runner->setDropout(std::nullopt);
            if (!probabilities) return std::unexpected(probabilities.error());
            const auto mask = finalMask(*probabilities, m.info());
            if (!mask) return std::unexpected(mask.error());
            take(*probabilities, *mask);
            if (eachLook && !eachLook(n + 1, options.looks)) throw nets::Interrupted{};
        }
        statistics.looks = sums.looks();
        statistics.mean = {.schemeId = m.info().schemeId, .classes = sums.mean(), .hasBackground = false};
        statistics.entropyPercent = sums.entropyPercent();
        statistics.mutualInformationPercent = sums.mutualInformationPercent();
        for (const auto &[region, volumes] : statistics.volumesMl)
            statistics.volumeVariation[region] = uncertainty::volumeVariation(volumes);
        if (!report(progress, 1.0)) throw nets::Interrupted{};
        return statistics;
    });
}

} // namespace glio::inference
