#include "Judge.h"
#include "PromptRounds.h"
#include "Run.h"
#include "glioscope/interchange/NetFile.h"
#include "glioscope/loop/Score.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace glio::loop {
namespace {
constexpr int kJudgedClicks = 3;
}

void Run::tell(bool now)
{
    if (request.onStatus) request.onStatus(status);
    if (!now && since(lastStatus) < 2) return;
    lastStatus = Clock::now();
    (void)folder.writeStatus(status); // a full disk must not end the run; keepCheckpoint says that it is full
}

Result<void> Run::checkpoint()
{
    lastCheckpoint = Clock::now();
    // The best first: when that cannot be written the last stays as it is too, and the two fit each other.
    if (bestUnsaved) {
        if (const auto written = writeWeights(folder.bestCheckpoint(), *parameters, best, state); !written)
            return written;
        bestUnsaved = false;
    }
    return writeCheckpoint(folder.lastCheckpoint(), *parameters, optimizer, average, state);
}

void Run::keepCheckpoint()
{
    constexpr const char *goesOn = " Training goes on; the checkpoint before is kept, and the next one tries again.";
    const auto written = checkpoint();
    if (written) {
        status.message.clear();
        return;
    }
    status.message = written.error().message + goesOn;
    say(status.message);
}

Result<void> Run::validate(const std::vector<data::CasePointer> &cases)
{
    ++state.validations;
    std::optional<Score> score;
    if (!cases.empty()) {
        const BorrowedWeights borrowed(*parameters, judged());
        const auto goOn = [this] { return !interrupted(); };
        auto dice = judge(*net, cases, device, precision, goOn);
        if (net->prompts() > 0 && recipe.prompts.share > 0)
            dice.merge(judgePrompts(*net, cases, recipe.stages[std::size_t(state.stage)].window, kJudgedClicks, device,
                                    precision, goOn));
        if (interrupted()) { // judged on a part only
            --state.validations;
            return {};
        }
        state.dice = dice;
        score = combinedScore(recipe.score, state.dice, state.validations);
        // Both uses of a prompted net count alike.
        if (const auto clicked = state.dice.find("clicked"); score && clicked != state.dice.end())
            score->value = (score->value + clicked->second) / 2;
    }
    status.dice = state.dice;
    ++state.sinceBest;
    state.validatedStep = state.step;
    // With nothing to judge by the latest weights count as the best.
    if (!score || state.bestScore < 0 || score->betterThan(state.bestScore, state.bestPasses)) {
        if (score) {
            state.bestScore = score->value;
            state.bestPasses = score->passes;
            const auto mean = state.dice.find("mean");
            state.bestDice = mean != state.dice.end() ? mean->second : score->value;
        }
        state.bestStep = state.step;
        state.bestDices = state.dice;
        state.sinceBest = 0;
        best = judged().detach().clone();
        bestUnsaved = true;
    }
    const ScheduleRecipe &schedule = recipe.schedule;
    const Plateau plateau{.patience = schedule.plateauPatience > 0 ? schedule.plateauPatience
                                      : schedule.kind == "plateau" ? 10
                                                                   : 0,
                          .factor = schedule.plateauFactor};
    const auto watched = state.dice.find(schedule.plateauRegion);
    const bool byScore = schedule.plateauRegion == "score" && score;
    if (byScore || watched != state.dice.end()) {
        const double value = byScore ? score->value : watched->second;
        if (plateau.update(value, state.plateauBest, state.sincePlateauBest, state.rateFactor))
            say("The learning rate was lowered: no progress for " + std::to_string(plateau.patience) + " validations.");
    }
    status.bestDice = state.bestDice;
    status.bestScore = state.bestScore;
    status.bestStep = state.bestStep;
    tracker.validation(state.step, state.dice, score ? std::optional(score->value) : std::nullopt);
    if (const auto added = folder.addCurve(status); !added) say(added.error().message);
    return {};
}

Result<std::filesystem::path> Run::writeModel()
{
    auto weights = judged();
    if (best.defined()) {
        weights = best;
    } else if (state.bestScore >= 0) {
        auto read = readWeights(folder.bestCheckpoint(), *parameters);
        if (!read) return std::unexpected(read.error());
        weights = *read;
    }
    const BorrowedWeights borrowed(*parameters, weights);
    interchange::ModelInfo info;
    info.name = recipe.name;
    info.title = recipe.title;
    info.version = recipe.version;
    info.net = recipe.network;
    info.spacingsMm.clear();
    // A run that ended early knows the spacings it came to.
    for (int n = std::min(state.stage, int(recipe.stages.size()) - 1); n >= 0; --n)
        if (const double mm = recipe.stages[std::size_t(n)].spacingMm;
            std::ranges::find(info.spacingsMm, mm) == info.spacingsMm.end())
            info.spacingsMm.push_back(mm);
    const Stage &stage = recipe.stages[std::size_t(state.stage)];
    info.window = stage.window;
    if (net->prompts() > 0) info.prompts = interchange::ModelPrompts{.mostClicks = recipe.prompts.mostClicks};
    info.trainingData = recipe.trainingData;
    info.licence = recipe.licence;
    nlohmann::ordered_json metrics{
        {"validation", {{"dice", state.bestDices}, {"spacingMm", stage.spacingMm}, {"steps", state.step}}}};
    info.metricsJson = metrics.dump();
    net->eval();
    if (const auto saved = interchange::saveNet(folder.modelDir(), info, *net); !saved)
        return std::unexpected(saved.error());
    return folder.modelDir();
}

} // namespace glio::loop
