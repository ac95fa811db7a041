#include "PromptRounds.h"
#include "Run.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/interchange/NetFile.h"
#include "glioscope/nets/Device.h"

namespace glio::loop {
Result<void> Run::choosePrecision()
{
    const std::string name = request.precision.empty() ? recipe.precision : request.precision;
    if (name == "auto") {
        // A deterministic run promises the same bits: float32 unless something else was asked for by name.
        const bool low = !state.deterministic && (device.is_cuda() || nets::processorHasBfloat16());
        precision = low ? Precision::BFloat16 : Precision::Float32;
        return {};
    }
    const auto named = precisionNamed(name);
    if (!named)
        return fail(Errc::InvalidArgument,
                    "Training knows the precisions auto, fp32, bf16 and fp16, not \"" + name + "\".");
    precision = *named;
    if (!request.resume) recipe.precision = name; // --resume goes on with it
    return {};
}

Result<void> Run::prepareNet()
{
    if (!request.init.empty() && !request.resume) {
        const auto model = interchange::ModelFile::open(request.init);
        if (!model) return std::unexpected(model.error());
        const auto loaded = recipe.prompts.share > 0 ? interchange::loadNetWithPrompts(*model, kPromptChannels)
                                                     : interchange::loadNet(*model);
        if (!loaded) return std::unexpected(loaded.error());
        net = *loaded;
    } else {
        if (recipe.prompts.share > 0) recipe.network.options["prompts"] = kPromptChannels;
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
    return {};
}

Result<void> Run::prepare()
{
    const auto chosen = nets::chooseDevice(request.device);
    if (!chosen) return std::unexpected(chosen.error());
    device = *chosen;
    torch::manual_seed(recipe.seed);
    if (const auto ready = prepareNet(); !ready) return ready;
    optimizer = {.kind = recipe.optimizer,
                 .beta1 = recipe.beta1,
                 .beta2 = recipe.beta2,
                 .momentum = recipe.momentum,
                 .weightDecay = recipe.weightDecay};
    optimizer.start(*parameters);
    average.most = recipe.ema;
    average.start(*parameters);
    if (request.resume) {
        if (const auto read = readCheckpoint(folder.lastCheckpoint(), *parameters, optimizer, average, state); !read)
            return read;
        if (!state.deterministic) // else the steps up to it are made again, and the same best with them
            if (const auto other = readState(folder.bestCheckpoint());
                other && other->stage == state.stage && other->step > state.step) {
                state.bestScore = other->bestScore;
                state.bestPasses = other->bestPasses;
                state.bestDice = other->bestDice;
                state.bestStep = other->bestStep;
                state.bestDices = other->bestDices;
            }
        // What a run asks of its folder from now on; an order from before its start is out of date.
        (void)folder.takeCommand();
        (void)folder.dropCurvesAfter(state.step);
    }
    state.deterministic = state.deterministic || request.deterministic;
    if (state.deterministic) {
        for (const Stage &stage : recipe.stages)
            if (stage.steps <= 0)
                return fail(Errc::InvalidArgument, "A deterministic run cannot end by wall clock. Set steps for every "
                                                   "stage, such as --set stages.0.steps=1000.");
        if (recipe.validateSteps <= 0) {
            recipe.validateSteps = std::max<std::int64_t>(1, recipe.stages.front().steps / 10);
            say("A deterministic run validates by steps: every " + std::to_string(recipe.validateSteps) + ".");
        }
    }
    if (const auto ready = choosePrecision(); !ready) return ready;
    if (!(state.deterministic && state.threads > 0))
        state.threads = recipe.threads > 0 ? recipe.threads : threadCount();
    nets::keepFreedMemory();
    at::set_num_threads(state.threads);
    at::globalContext().setDeterministicAlgorithms(state.deterministic, false);

    status.stages = int(recipe.stages.size());
    status.device = device.str();
    status.precision = precisionName(precision);
    status.step = state.step;
    for (const Stage &stage : recipe.stages) {
        if (stage.steps <= 0) {
            status.steps = 0;
            break;
        }
        status.steps += stage.steps;
    }
    return {};
}

Result<void> Run::begin()
{
    tracker.open(request.out, recipe, state.step, [this](const std::string &text) { say(text); });
    if (request.resume) return {};
    state.data = request.data.string();
    // The checkpoint first: a folder with a recipe can always be resumed, however early the run was killed.
    if (const auto written = checkpoint(); !written) return written;
    return writeFileAtomically(folder.recipeFile(), recipeJson(recipe));
}

} // namespace glio::loop
