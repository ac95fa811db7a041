#include "PromptRounds.h"
#include "Run.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/loop/Schedule.h"
#include "glioscope/volume/Axes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <thread>

namespace glio::loop {
namespace {

losses::LossOptions lossOptions(const LossRecipe &l)
{
    return {.kind = l.kind,
            .crossEntropy = l.crossEntropy,
            .dice = l.dice,
            .labelCrossEntropy = l.labelCrossEntropy,
            .diceOverClasses = l.diceOverClasses,
            .diceOverRegions = l.diceOverRegions,
            .deepSupervision = l.deepSupervision,
            .dropLowest = l.dropLowest,
            .tverskyAlpha = l.tverskyAlpha,
            .tverskyBeta = l.tverskyBeta,
            .tverskyGamma = l.tverskyGamma,
            .tverskySmooth = l.tverskySmooth};
}

// The share of each label among the voxels that the stage's first windows show: what cross-entropy will see. Tumour
// without a named class counts for no label.
Result<std::vector<double>> labelShares(StageData &samples, int windows)
{
    std::vector<double> counts(5, 0.0);
    double sum = 0;
    for (int n = 0; n < windows; ++n) {
        const auto sample = samples.sample(n);
        if (!sample) return std::unexpected(sample.error());
        for (const std::uint8_t label : sample->labels)
            if (label < counts.size()) ++counts[label], ++sum;
    }
    for (double &count : counts)
        count /= std::max(1.0, sum);
    return counts;
}

RateSchedule scheduleOf(const Recipe &recipe, const Stage &stage)
{
    const ScheduleRecipe &s = recipe.schedule;
    return {.peak = stage.learningRate,
            .warmupSteps = stage.warmupSteps,
            .finalShare = recipe.finalRate,
            .kind = s.kind,
            .power = s.power,
            .warmupShare = s.warmupShare,
            .startDivisor = s.startDivisor,
            .endDivisor = s.endDivisor};
}

} // namespace

void Run::startStage()
{
    if (state.stepInStage > 0) return;
    if (state.stage > 0) {
        // A stage starts from the averaged weights of the one before, with fresh moments: the spacing is another.
        torch::NoGradGuard guard;
        parameters->values.copy_(judged());
    }
    optimizer.start(*parameters);
    average.start(*parameters);
    best = torch::Tensor();
    bestUnsaved = false;
    state.bestScore = state.bestDice = state.plateauBest = -1;
    state.bestPasses = true;
    state.validations = state.sinceBest = state.sincePlateauBest = 0;
    state.rateFactor = 1;
    state.stageSeconds = 0;
}

Result<void> Run::step(SampleFeed &feed, const Stage &stage, double progress)
{
    const auto dhw = tensorShape(stage.window);
    StepOptions options{.loss = loss,
                        .clip = recipe.clip,
                        .precision = precision,
                        .lossScale = precision == Precision::Float16 ? state.scaler.scale : 1,
                        .parts = stage.accumulate,
                        .clickLoss = recipe.prompts.clickLoss};
    // Dropout draws from torch's own stream: tied to the step, so that a resumed run draws the same.
    torch::manual_seed(recipe.seed * 1000003 + std::uint64_t(state.step));
    parameters->gradient.zero_();
    double sum = 0;
    for (int part = 0; part < stage.accumulate; ++part) {
        auto images = torch::empty({stage.batch, 4, dhw[0], dhw[1], dhw[2]});
        auto labels = torch::empty({stage.batch, dhw[0], dhw[1], dhw[2]}, torch::kUInt8);
        for (int b = 0; b < stage.batch; ++b) {
            const auto sample = feed.next();
            if (!sample) return std::unexpected(sample.error());
            std::memcpy(images[b].data_ptr(), sample->image.data(), sample->image.size() * sizeof(float));
            std::memcpy(labels[b].data_ptr(), sample->labels.data(), sample->labels.size());
        }
        torch::Tensor input = images.to(device), close;
        if (net->prompts() > 0 && recipe.prompts.share > 0) {
            const auto prompts = drawTrainingPrompts(*net, images, labels, recipe.prompts, device, precision,
                                                     {recipe.seed, 31, std::uint64_t(state.step), std::uint64_t(part)});
            input = torch::cat({input, prompts.to(device)}, 1);
            close = prompts.slice(1, kPromptChannels / 2).ne(0).any(1).to(device);
        }
        sum += addGradient(*net, input, labels.to(device).to(torch::kLong), options, close) / stage.accumulate;
    }
    const StepResult result{.loss = sum, .gradientLength = finishGradient(*parameters, options)};
    const double rate = scheduleOf(recipe, stage).rate(state.stepInStage, stage.steps, progress);
    status.learningRate = rate * state.rateFactor;
    if (result.finite()) {
        optimizer.step(*parameters, status.learningRate);
        if (recipe.ema > 0) average.update(*parameters);
        state.losses.push_back(float(result.loss));
        state.skippedInRow = 0;
    } else if (options.lossScale > LossScaler::least && std::isfinite(result.loss)) {
        ++state.overflows; // the scale was too large, not the loss wrong
    } else {
        ++state.skipped;
        ++state.skippedInRow;
    }
    if (precision == Precision::Float16) state.scaler.update(result.finite());
    ++state.step;
    ++state.stepInStage;
    tracker.step(state.step, result.loss, status.learningRate);
    return {};
}

void Run::measure(const Stage &stage, double spent, std::int64_t stepsDone, double waited)
{
    status.step = state.step;
    status.skippedSteps = state.skipped;
    status.overflowSteps = state.overflows;
    status.seconds = state.seconds;
    status.secondsPerStep = spent / double(stepsDone);
    status.generatorShare = spent > 0 ? waited / spent : 0;
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
}

RunCommand Run::pause()
{
    keepCheckpoint();
    const auto start = Clock::now();
    status.state = "paused";
    tell(true);
    say("Paused, as control.json asked. {\"command\": \"resume\"} there goes on.");
    RunCommand command = RunCommand::None;
    while (!interrupted()) {
        command = folder.takeCommand();
        if (command != RunCommand::None && command != RunCommand::Pause) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    pausedSeconds += since(start);
    status.state = "running";
    tell(true);
    return command == RunCommand::Resume ? RunCommand::None : command;
}

Result<Run::End> Run::runStage(const Sources &sources)
{
    const Stage &stage = recipe.stages[std::size_t(state.stage)];
    status.stage = state.stage + 1;
    status.spacingMm = stage.spacingMm;
    startStage();
    StageData samples(recipe, state.stage, sources);
    say("Stage " + std::to_string(status.stage) + " of " + std::to_string(status.stages) + ": preparing cases at " +
        std::to_string(stage.spacingMm).substr(0, 4) + " mm.");
    const auto cases = samples.validationCases([this](double) { return !interrupted(); });
    if (!cases) return std::unexpected(cases.error());
    loss = lossOptions(recipe.loss);
    if (recipe.loss.classWeights == "enet") {
        const auto shares = labelShares(samples, 32);
        if (!shares) return std::unexpected(shares.error());
        loss.classWeights = losses::classWeights(*shares, recipe.loss.classWeightCap);
    }
    const std::int64_t perStep = std::int64_t{stage.batch} * stage.accumulate;
    SampleFeed feed([&samples](std::int64_t n) { return samples.sample(n); }, state.stepInStage * perStep,
                    std::size_t(std::max<std::int64_t>(6, 2 * perStep)),
                    recipe.producers > 0 ? recipe.producers : std::max(1, threadCount() / 2));

    const double secondsBefore = state.seconds, stageSecondsBefore = state.stageSeconds;
    const std::int64_t stepsBefore = state.stepInStage;
    pausedSeconds = 0;
    const auto start = Clock::now();
    auto lastValidation = start;
    const auto progress = [&] {
        return stage.steps > 0 ? double(state.stepInStage) / double(stage.steps)
                               : state.stageSeconds / (60 * stage.minutes);
    };
    const auto tired = [this] { return recipe.earlyStop > 0 && state.sinceBest >= recipe.earlyStop; };
    const auto dueByStep = [&] {
        return recipe.validateSteps > 0 && state.stepInStage > 0 && state.stepInStage % recipe.validateSteps == 0;
    };
    if (dueByStep() && state.validatedStep != state.step) // interrupted in the middle of it
        if (const auto done = validate(*cases); !done) return std::unexpected(done.error());
    while (progress() < 1 && !tired()) {
        if (const auto done = step(feed, stage, progress()); !done) return std::unexpected(done.error());
        const double spent = since(start) - pausedSeconds;
        state.seconds = secondsBefore + spent;
        state.stageSeconds = stageSecondsBefore + spent;
        measure(stage, spent, state.stepInStage - stepsBefore, feed.waitedSeconds());
        if (state.skippedInRow >= recipe.skipLimit || (state.skipped > 100 && state.skipped > state.step / 2))
            return fail(Errc::Internal, std::to_string(state.skipped) +
                                            " steps gave no finite loss, so training was ended. Lower the learning "
                                            "rate, or look for damaged values in the cases.");

        const bool due = recipe.validateSteps > 0 ? dueByStep() : since(lastValidation) >= 60 * recipe.validateMinutes;
        if (due) {
            if (const auto done = validate(*cases); !done) return std::unexpected(done.error());
            lastValidation = Clock::now();
        }
        tell(false);
        RunCommand command = folder.takeCommand();
        if (command == RunCommand::Pause) command = pause();
        if (command == RunCommand::StopAndKeepBest) {
            if (state.bestScore < 0)
                if (const auto done = validate(*cases); !done) return std::unexpected(done.error());
            keepCheckpoint();
            return End::KeepBest;
        }
        if (interrupted() || command == RunCommand::Stop) {
            if (const auto written = checkpoint(); !written) return std::unexpected(written.error());
            return End::Stopped;
        }
        if (due || since(lastCheckpoint) >= 60 * recipe.checkpointMinutes) keepCheckpoint();
    }
    if (state.validatedStep != state.step)
        if (const auto done = validate(*cases); !done) return std::unexpected(done.error());
    if (interrupted()) {
        if (const auto written = checkpoint(); !written) return std::unexpected(written.error());
        return End::Stopped;
    }
    if (progress() < 1)
        say("Stage " + std::to_string(status.stage) + " ends early: " + std::to_string(recipe.earlyStop) +
            " validations without a better score.");
    const double whole = since(start) - pausedSeconds;
    say("Stage " + std::to_string(status.stage) + " is over; the sample generator held up the steps by " +
        std::to_string(int(feed.waitedSeconds())) + " of " + std::to_string(int(whole)) + " s.");
    if (state.stage + 1 < status.stages) {
        // The last averaged weights start the next stage; the best stays in its file until that stage has one.
        if (bestUnsaved) keepCheckpoint();
        ++state.stage;
        state.stepInStage = 0;
        state.stageSeconds = 0;
    }
    keepCheckpoint();
    return End::Over;
}

} // namespace glio::loop
