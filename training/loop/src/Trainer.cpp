#include "glioscope/loop/Trainer.h"

#include "Run.h"
#include "glioscope/base/AtomicFile.h"

#include <exception>

namespace glio::loop {
namespace {

// Out of memory is told apart whoever ran out of it.
Error errorOf(const std::exception_ptr &thrown)
{
    constexpr const char *noMemory = "There was not enough memory to train. Choose a smaller window or batch.";
    try {
        std::rethrow_exception(thrown);
    } catch (const std::bad_alloc &) {
        return {Errc::OutOfMemory, noMemory};
    } catch (const c10::OutOfMemoryError &) {
        return {Errc::OutOfMemory, "The device has not enough memory to train. Choose a smaller window or batch."};
    } catch (const c10::Error &error) {
        const std::string what = error.what_without_backtrace();
        if (what.find("can't allocate memory") != std::string::npos || what.find("bad_alloc") != std::string::npos)
            return {Errc::OutOfMemory, noMemory};
        return {Errc::Internal, "Training failed inside LibTorch: " + what};
    } catch (const std::exception &error) {
        const std::string what = error.what();
        if (what.find("memory") != std::string::npos) return {Errc::OutOfMemory, noMemory}; // oneDNN, OpenBLAS
        return {Errc::Internal, "Training failed: " + what};
    } catch (...) {
        return {Errc::Internal, "Training failed for a reason that was not told."};
    }
}

TrainResult resultOf(const Run &run, const std::map<std::string, double> &dice)
{
    return {.losses = run.state.losses,
            .dice = dice,
            .steps = run.state.step,
            .skippedSteps = run.state.skipped,
            .seconds = run.state.seconds};
}

// Stage after stage, then the model.
Result<TrainResult> trainAndKeep(Run &run, const Sources &sources)
{
    const int stages = int(run.recipe.stages.size());
    std::string message;
    for (bool last = false; !last;) {
        last = run.state.stage + 1 >= stages;
        const auto end = run.runStage(sources);
        if (!end) return std::unexpected(end.error());
        if (*end == Run::End::KeepBest) {
            message = "Ended at step " + std::to_string(run.state.step) +
                      " as control.json asked; the model is of step " + std::to_string(run.state.bestStep) +
                      ", the best so far.";
            run.say(message);
            break;
        }
        if (*end == Run::End::Stopped) {
            if (run.interrupted()) return fail(Errc::Cancelled, "Training was stopped. Go on with --resume.");
            run.status.state = "stopped";
            run.tell(true);
            auto result = resultOf(run, run.state.dice);
            result.stopped = true;
            return result;
        }
    }
    const auto model = run.writeModel();
    if (!model) return std::unexpected(model.error());
    run.status.state = "finished";
    run.status.message = message;
    run.status.secondsLeft = 0;
    run.tell(true);
    auto result = resultOf(run, run.state.bestDices);
    result.model = *model;
    return result;
}

Result<TrainResult> work(const TrainRequest &request)
{
    auto folder = RunFolder::open(request.out);
    if (!folder) return std::unexpected(folder.error());
    std::error_code ignored;
    const bool begun = std::filesystem::exists(folder->lastCheckpoint(), ignored) &&
                       std::filesystem::exists(folder->recipeFile(), ignored);
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
        auto result = resultOf(run, run.state.bestDices);
        result.model = run.folder.modelDir();
        return result;
    }
    const auto failed = [&run](const Error &error) -> Result<TrainResult> {
        run.status.state = error.code == Errc::Cancelled ? "stopped" : "failed";
        run.status.message = error.message;
        run.tracker.end(run.status.state);
        (void)run.folder.writeStatus(run.status); // the first error is the one to tell
        return std::unexpected(error);
    };
    run.tell(true);
    try {
        const auto data = request.data.empty() ? std::filesystem::path(run.state.data) : request.data;
        const auto sources = Sources::open(run.recipe, data, request.out / "cache");
        if (!sources) return failed(sources.error());
        if (const auto ready = run.begin(); !ready) return failed(ready.error());
        auto result = trainAndKeep(run, *sources);
        if (!result) return failed(result.error());
        run.tracker.end(run.status.state);
        return result;
    } catch (...) {
        return failed(errorOf(std::current_exception()));
    }
}

} // namespace

Result<TrainResult> train(const TrainRequest &request)
{
    try {
        return work(request);
    } catch (...) {
        return std::unexpected(errorOf(std::current_exception()));
    }
}

} // namespace glio::loop
