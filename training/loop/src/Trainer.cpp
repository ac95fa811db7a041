#include "glioscope/loop/Trainer.h"

#include "Judge.h"
#include "StageData.h"
#include "TrainingStep.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/interchange/NetFile.h"
#include "glioscope/loop/Checkpoint.h"
#include "glioscope/loop/SampleFeed.h"
#include "glioscope/loop/Schedule.h"
#include "glioscope/volume/Axes.h"

#include <nlohmann/json.hpp>

#include <torch/cuda.h>

#include <chrono>
#include <cmath>
#include <cstring>

namespace glio::loop {
namespace {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Result<torch::Device> chooseDevice(const std::string &name)
{
    const bool cuda = torch::cuda::is_available();
    if (name == "auto") return cuda ? torch::Device(torch::kCUDA, 0) : torch::Device(torch::kCPU);
    if (name == "cpu") return torch::Device(torch::kCPU);
    if (name == "cuda" || name.starts_with("cuda:")) {
        if (!cuda)
            return fail(Errc::Unsupported, "This machine has no CUDA device that glio can use. Choose --device cpu.");
        const std::string number = name.size() > 5 ? name.substr(5) : "0";
        if (number.find_first_not_of("0123456789") == std::string::npos && number.size() < 4)
            if (const int n = std::stoi(number); n < int(torch::cuda::device_count()))
                return torch::Device(torch::kCUDA, c10::DeviceIndex(n));
    }
    return fail(Errc::InvalidArgument, "There is no device \"" + name + "\". Choose auto, cpu, cuda or cuda:N.");
}

bool processorHasBfloat16()
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") > 0;
#else
    return false;
#endif
}

struct Run {
    const TrainRequest &request;
    RunFolder folder;
    Recipe recipe;
    torch::Device device{torch::kCPU};
    bool bfloat16 = false;
    std::shared_ptr<nets::Net> net;
    std::unique_ptr<FlatParameters> parameters;
    AdamW optimizer;
    WeightAverage average;
    TrainState state;
    RunStatus status;
    Clock::time_point lastStatus{}, lastCheckpoint = Clock::now();

    Result<void> prepare();
    Result<bool> runStage(const Sources &sources); // true: over; false: told to stop
    Result<TrainResult> finish();
    Result<void> step(SampleFeed &feed, const Stage &stage, double progress);
    Result<void> validate(const std::vector<data::CasePointer> &cases);
    Result<void> checkpoint();
    Result<void> tell(bool now);
    void say(const std::string &text) const
    {
        if (request.onMessage) request.onMessage(text);
    }
    bool interrupted() const { return request.interrupted && request.interrupted(); }
    const torch::Tensor &judged() const { return recipe.ema > 0 ? average.average : parameters->values; }
    losses::LossOptions lossOptions() const
    {
        const LossRecipe &l = recipe.loss;
        return {.crossEntropy = l.crossEntropy,
                .dice = l.dice,
                .diceOverClasses = l.diceOverClasses,
                .diceOverRegions = l.diceOverRegions,
                .deepSupervision = l.deepSupervision,
                .dropLowest = l.dropLowest};
    }
};

Result<void> Run::prepare()
{
    if (request.deterministic)
        for (const Stage &stage : recipe.stages)
            if (stage.steps <= 0)
                return fail(Errc::InvalidArgument, "A deterministic run cannot end by wall clock. Set steps for every "
                                                   "stage, such as --set stages.0.steps=1000.");
    const auto chosen = chooseDevice(request.device);
    if (!chosen) return std::unexpected(chosen.error());
    device = *chosen;
    const std::string precision = request.precision.empty() ? recipe.precision : request.precision;
    if (precision != "auto" && precision != "fp32" && precision != "bf16")
        return fail(Errc::InvalidArgument,
                    "Training knows the precisions auto, fp32 and bf16, not \"" + precision + "\".");
    bfloat16 = precision == "bf16" || (precision == "auto" && (device.is_cuda() || processorHasBfloat16()));
    const int threads = recipe.threads > 0 ? recipe.threads : threadCount();
    keepFreedMemory();
    at::set_num_threads(threads);
    at::globalContext().setDeterministicAlgorithms(request.deterministic, false);
    torch::manual_seed(recipe.seed);

    if (!request.init.empty() && !request.resume) {
        const auto model = interchange::ModelFile::open(request.init);
        if (!model) return std::unexpected(model.error());
        recipe.network = model->info().net;
        const auto loaded = interchange::loadNet(*model);
        if (!loaded) return std::unexpected(loaded.error());
        net = *loaded;
    } else {
        const auto made = nets::makeNet(recipe.network);
        if (!made) return std::unexpected(made.error());
        net = *made;
    }
    recipe.network = net->spec();
    net->to(device);
    net->train();
    for (auto &parameter : net->parameters())
        parameter.set_requires_grad(true);
    parameters = std::make_unique<FlatParameters>(*net);
    optimizer = {.beta1 = recipe.beta1, .beta2 = recipe.beta2, .weightDecay = recipe.weightDecay};
    optimizer.start(*parameters);
    average.most = recipe.ema;
    average.start(*parameters);
    if (request.resume)
        if (const auto read = readCheckpoint(folder.lastCheckpoint(), *parameters, optimizer, average, state); !read)
            return read;
    status.stages = int(recipe.stages.size());
    status.device = device.str();
    status.precision = bfloat16 ? "bf16" : "fp32";
    for (const Stage &stage : recipe.stages) {
        if (stage.steps <= 0) {
            status.steps = 0;
            break;
        }
        status.steps += stage.steps;
    }
    return request.resume ? Result<void>{} : writeFileAtomically(folder.recipeFile(), recipeJson(recipe));
}

Result<void> Run::tell(bool now)
{
    if (request.onStatus) request.onStatus(status);
    if (!now && since(lastStatus) < 2) return {};
    lastStatus = Clock::now();
    return folder.writeStatus(status);
}

Result<void> Run::checkpoint()
{
    lastCheckpoint = Clock::now();
    return writeCheckpoint(folder.lastCheckpoint(), *parameters, optimizer, average, state);
}

Result<void> Run::step(SampleFeed &feed, const Stage &stage, double progress)
{
    const auto dhw = tensorShape(stage.window);
    auto images = torch::empty({stage.batch, 4, dhw[0], dhw[1], dhw[2]});
    auto labels = torch::empty({stage.batch, dhw[0], dhw[1], dhw[2]}, torch::kUInt8);
    for (int b = 0; b < stage.batch; ++b) {
        const auto sample = feed.next();
        if (!sample) return std::unexpected(sample.error());
        std::memcpy(images[b].data_ptr(), sample->image.data(), sample->image.size() * sizeof(float));
        std::memcpy(labels[b].data_ptr(), sample->labels.data(), sample->labels.size());
    }
    const auto input = images.to(device);
    const auto target = labels.to(device).to(torch::kLong);
    // Dropout draws from torch's own stream: tied to the step, so that a resumed run draws the same.
    torch::manual_seed(recipe.seed * 1000003 + std::uint64_t(state.step));
    const StepResult result = forwardBackward(*net, *parameters, input, target, lossOptions(), recipe.clip, bfloat16);
    const RateSchedule schedule{stage.learningRate, stage.warmupSteps, recipe.finalRate};
    status.learningRate = schedule.rate(state.stepInStage, progress);
    if (result.finite()) {
        optimizer.step(*parameters, status.learningRate);
        if (recipe.ema > 0) average.update(*parameters);
        state.losses.push_back(float(result.loss));
    } else {
        ++state.skipped;
    }
    ++state.step;
    ++state.stepInStage;
    return {};
}

Result<void> Run::validate(const std::vector<data::CasePointer> &cases)
{
    if (cases.empty()) // nothing to judge by: the latest weights count as the best
        return writeWeights(folder.bestCheckpoint(), *parameters, judged(), state);
    {
        const BorrowedWeights borrowed(*parameters, judged());
        state.dice = judge(*net, cases, device, bfloat16, [this] { return !interrupted(); });
    }
    if (interrupted()) return {}; // judged on a part only
    status.dice = state.dice;
    const auto mean = state.dice.find("mean");
    if (mean != state.dice.end() && mean->second > state.bestDice) {
        state.bestDice = mean->second;
        state.bestStep = state.step;
        state.bestDices = state.dice;
        if (const auto written = writeWeights(folder.bestCheckpoint(), *parameters, judged(), state); !written)
            return written;
    }
    status.bestDice = state.bestDice;
    status.bestStep = state.bestStep;
    return folder.addCurve(status);
}

Result<bool> Run::runStage(const Sources &sources)
{
    const Stage &stage = recipe.stages[std::size_t(state.stage)];
    status.stage = state.stage + 1;
    status.spacingMm = stage.spacingMm;
    if (state.stepInStage == 0) {
        if (state.stage > 0) {
            // A stage starts from the averaged weights of the one before, with fresh moments: the spacing is another.
            torch::NoGradGuard guard;
            parameters->values.copy_(judged());
        }
        optimizer.start(*parameters);
        average.start(*parameters);
        state.bestDice = -1;
        state.stageSeconds = 0;
    }
    StageData samples(recipe, state.stage, sources);
    say("Stage " + std::to_string(status.stage) + " of " + std::to_string(status.stages) + ": preparing cases at " +
        std::to_string(stage.spacingMm).substr(0, 4) + " mm.");
    const auto cases = samples.validationCases([this](double) { return !interrupted(); });
    if (!cases) return std::unexpected(cases.error());
    SampleFeed feed([&samples](std::int64_t n) { return samples.sample(n); }, state.stepInStage * stage.batch);

    const double secondsBefore = state.seconds, stageSecondsBefore = state.stageSeconds;
    const std::int64_t stepsBefore = state.stepInStage;
    const auto start = Clock::now();
    auto lastValidation = start;
    const auto progress = [&] {
        return stage.steps > 0 ? double(state.stepInStage) / double(stage.steps)
                               : state.stageSeconds / (60 * stage.minutes);
    };
    while (progress() < 1) {
        if (const auto done = step(feed, stage, progress()); !done) return std::unexpected(done.error());
        const double spent = since(start);
        state.seconds = secondsBefore + spent;
        state.stageSeconds = stageSecondsBefore + spent;

        status.step = state.step;
        status.skippedSteps = state.skipped;
        status.seconds = state.seconds;
        status.secondsPerStep = spent / double(state.stepInStage - stepsBefore);
        const std::size_t recent = std::min<std::size_t>(50, state.losses.size());
        double sum = 0;
        for (std::size_t n = state.losses.size() - recent; n < state.losses.size(); ++n)
            sum += double(state.losses[n]);
        status.loss = recent ? sum / double(recent) : std::nan("");
        status.secondsLeft = stage.steps > 0 ? double(stage.steps - state.stepInStage) * status.secondsPerStep
                                             : std::max(0.0, 60 * stage.minutes - state.stageSeconds);
        for (std::size_t n = std::size_t(state.stage) + 1; n < recipe.stages.size(); ++n) {
            const Stage &later = recipe.stages[n];
            status.secondsLeft += later.steps > 0 ? double(later.steps) * status.secondsPerStep : 60 * later.minutes;
        }
        if (state.skipped > 100 && state.skipped > state.step / 2)
            return fail(Errc::Internal, "More than half of the steps gave no finite loss. Lower the learning rate.");

        const bool due = recipe.validateSteps > 0 ? state.stepInStage % recipe.validateSteps == 0
                                                  : since(lastValidation) >= 60 * recipe.validateMinutes;
        if (due && progress() < 1) {
            if (const auto done = validate(*cases); !done) return std::unexpected(done.error());
            lastValidation = Clock::now();
        }
        if (const auto told = tell(false); !told) return std::unexpected(told.error());
        if (interrupted() || folder.stopRequested()) {
            if (const auto written = checkpoint(); !written) return std::unexpected(written.error());
            return false;
        }
        if (since(lastCheckpoint) >= 60 * recipe.checkpointMinutes)
            if (const auto written = checkpoint(); !written) return std::unexpected(written.error());
    }
    if (const auto done = validate(*cases); !done) return std::unexpected(done.error());
    say("Stage " + std::to_string(status.stage) + " is over; the sample generator held up the steps by " +
        std::to_string(int(feed.waitedSeconds())) + " of " + std::to_string(int(since(start))) + " s.");
    if (state.stage + 1 < status.stages) {
        ++state.stage;
        state.stepInStage = 0;
        state.stageSeconds = 0;
    }
    if (const auto written = checkpoint(); !written) return std::unexpected(written.error());
    return true;
}

Result<TrainResult> Run::finish()
{
    auto weights = judged();
    if (state.bestDice >= 0) {
        auto best = readWeights(folder.bestCheckpoint(), *parameters);
        if (!best) return std::unexpected(best.error());
        weights = *best;
    }
    const BorrowedWeights borrowed(*parameters, weights);
    interchange::ModelInfo info;
    info.name = recipe.name;
    info.title = recipe.title;
    info.version = recipe.version;
    info.net = recipe.network;
    info.spacingsMm.clear();
    for (auto stage = recipe.stages.rbegin(); stage != recipe.stages.rend(); ++stage)
        if (std::ranges::find(info.spacingsMm, stage->spacingMm) == info.spacingsMm.end())
            info.spacingsMm.push_back(stage->spacingMm);
    info.window = recipe.stages.back().window;
    info.trainingData = recipe.trainingData;
    info.licence = recipe.licence;
    nlohmann::ordered_json metrics{
        {"validation",
         {{"dice", state.bestDices}, {"spacingMm", recipe.stages.back().spacingMm}, {"steps", state.step}}}};
    info.metricsJson = metrics.dump();
    net->eval();
    const auto saved = interchange::saveNet(folder.modelDir(), info, *net);
    if (!saved) return std::unexpected(saved.error());
    status.state = "finished";
    status.secondsLeft = 0;
    if (const auto told = tell(true); !told) return std::unexpected(told.error());
    return TrainResult{.losses = state.losses,
                       .dice = state.bestDices,
                       .model = folder.modelDir(),
                       .steps = state.step,
                       .skippedSteps = state.skipped,
                       .seconds = state.seconds};
}

Result<TrainResult> work(const TrainRequest &request)
{
    auto folder = RunFolder::open(request.out);
    if (!folder) return std::unexpected(folder.error());
    std::error_code ignored;
    const bool begun = std::filesystem::exists(folder->lastCheckpoint(), ignored);
    if (begun && !request.resume)
        return fail(Errc::InvalidArgument,
                    request.out.string() +
                        " already holds a training run. Go on with --resume, or choose another folder.");
    Run run{.request = request, .folder = std::move(*folder), .recipe = request.recipe};
    if (request.resume) {
        if (!begun)
            return fail(Errc::InvalidArgument,
                        request.out.string() + " holds no run that could go on: there is no checkpoint-last.");
        const auto text = readFile(run.folder.recipeFile(), 1 << 20);
        if (!text) return std::unexpected(text.error());
        auto own = parseRecipe(*text, run.folder.recipeFile().string());
        if (!own) return std::unexpected(own.error());
        run.recipe = std::move(*own);
    }
    if (const auto ready = run.prepare(); !ready) return std::unexpected(ready.error());
    if (request.resume && runState(request.out) == "finished" &&
        std::filesystem::exists(run.folder.modelDir() / "model.json", ignored)) {
        run.say("The run in " + request.out.string() + " is finished. Nothing was done.");
        return TrainResult{.losses = run.state.losses,
                           .dice = run.state.bestDices,
                           .model = run.folder.modelDir(),
                           .steps = run.state.step,
                           .skippedSteps = run.state.skipped,
                           .seconds = run.state.seconds};
    }
    const auto failed = [&run](const Error &error) -> Result<TrainResult> {
        run.status.state = error.code == Errc::Cancelled ? "stopped" : "failed";
        run.status.message = error.message;
        (void)run.folder.writeStatus(run.status); // the first error is the one to tell
        return std::unexpected(error);
    };
    if (const auto told = run.tell(true); !told) return std::unexpected(told.error());
    const auto sources = Sources::open(run.recipe, request.data, request.out / "cache");
    if (!sources) return failed(sources.error());
    const auto stages = int(run.recipe.stages.size());
    for (bool last = false; !last;) {
        last = run.state.stage + 1 >= stages;
        const auto over = run.runStage(*sources);
        if (!over) return failed(over.error());
        if (*over) continue;
        if (run.interrupted()) return failed({Errc::Cancelled, "Training was stopped. Go on with --resume."});
        run.status.state = "stopped";
        if (const auto told = run.tell(true); !told) return std::unexpected(told.error());
        return TrainResult{.losses = run.state.losses,
                           .dice = run.state.dice,
                           .steps = run.state.step,
                           .skippedSteps = run.state.skipped,
                           .seconds = run.state.seconds,
                           .stopped = true};
    }
    auto result = run.finish();
    return result ? result : failed(result.error());
}

} // namespace

Result<TrainResult> train(const TrainRequest &request)
{
    try {
        return work(request);
    } catch (const std::bad_alloc &) {
        return fail(Errc::OutOfMemory, "There was not enough memory to train. Choose a smaller window or batch.");
    } catch (const c10::OutOfMemoryError &) {
        return fail(Errc::OutOfMemory, "The device has not enough memory to train. Choose a smaller window or batch.");
    } catch (const c10::Error &error) {
        const std::string what = error.what_without_backtrace();
        if (what.find("can't allocate memory") != std::string::npos)
            return fail(Errc::OutOfMemory, "There was not enough memory to train. Choose a smaller window or batch.");
        return fail(Errc::Internal, "Training failed inside LibTorch: " + what);
    } catch (const std::exception &error) {
        return fail(Errc::Internal, std::string("Training failed: ") + error.what());
    }
}

} // namespace glio::loop
