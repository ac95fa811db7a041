#include "glioscope/loop/Checkpoint.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/interchange/NetFile.h"

#include <nlohmann/json.hpp>

#include <cstring>

namespace glio::loop {
namespace {

using interchange::Safetensors;
using interchange::TensorView;
using nlohmann::json;

std::string stateJson(const TrainState &s, const Optimizer &optimizer, const WeightAverage &average)
{
    return json{{"format", 1},
                {"step", s.step},
                {"stage", s.stage},
                {"stepInStage", s.stepInStage},
                {"skipped", s.skipped},
                {"seconds", s.seconds},
                {"stageSeconds", s.stageSeconds},
                {"bestDice", s.bestDice},
                {"bestStep", s.bestStep},
                {"dice", s.dice},
                {"bestDices", s.bestDices},
                {"bestScore", s.bestScore},
                {"bestPasses", s.bestPasses},
                {"validations", s.validations},
                {"sinceBest", s.sinceBest},
                {"rateFactor", s.rateFactor},
                {"plateauBest", s.plateauBest},
                {"sincePlateauBest", s.sincePlateauBest},
                {"skippedInRow", s.skippedInRow},
                {"overflows", s.overflows},
                {"lossScale", s.scaler.scale},
                {"lossScaleGood", s.scaler.good},
                {"validatedStep", s.validatedStep},
                {"data", s.data},
                {"deterministic", s.deterministic},
                {"threads", s.threads},
                {"optimizer", optimizer.kind},
                {"optimizerUpdates", optimizer.updates},
                {"averageUpdates", average.updates}}
        .dump(1);
}

using Named = std::vector<std::pair<std::string, torch::Tensor>>;

void addNamed(Named &all, const std::string &prefix, const Named &some)
{
    for (const auto &[name, tensor] : some)
        all.emplace_back(prefix + name, tensor);
}

Result<void> write(const std::filesystem::path &path, const Named &named, const std::vector<float> &losses,
                   const std::string &state)
{
    std::vector<torch::Tensor> keep;
    auto views = interchange::tensorViews(named, interchange::StoredAs::Same, keep);
    if (!losses.empty())
        views.push_back(
            {"history.loss", interchange::Dtype::F32, {std::int64_t(losses.size())}, std::as_bytes(std::span(losses))});
    if (const auto written = interchange::writeSafetensors(path, views, {{"state", state}}); !written)
        return std::unexpected(written.error());
    auto readable = path;
    return writeFileAtomically(readable.replace_extension(".json"), state + '\n');
}

// One flat array out of the tensors `prefix + name`.
Result<torch::Tensor> flatFrom(const Safetensors &file, const std::string &prefix, const FlatParameters &parameters,
                               const std::filesystem::path &path)
{
    const auto flat = torch::empty(parameters.values.sizes(), torch::kFloat32);
    for (auto &[name, place] : parameters.named(flat)) {
        const auto *view = file.find(prefix + name);
        if (!view || view->dtype != interchange::Dtype::F32 || view->shape != place.sizes().vec())
            return fail(Errc::ModelMismatch,
                        path.string() + " is of another network: \"" + prefix + name + "\" does not fit.");
        std::memcpy(place.data_ptr(), view->bytes.data(), view->bytes.size());
    }
    return flat.to(parameters.values.device());
}

std::unexpected<Error> notOurs(const std::filesystem::path &path)
{
    return fail(Errc::ModelDamaged, path.string() + " is not a checkpoint of glio train.");
}

json stateOf(const Safetensors &file)
{
    const auto text = file.metadata().find("state");
    return json::parse(text == file.metadata().end() ? std::string() : text->second, nullptr, false);
}

Result<TrainState> parseState(const Safetensors &file, const std::filesystem::path &path)
{
    TrainState read;
    try {
        const json s = stateOf(file);
        read.step = s.at("step");
        read.stage = s.at("stage");
        read.stepInStage = s.at("stepInStage");
        read.skipped = s.at("skipped");
        read.seconds = s.at("seconds");
        read.stageSeconds = s.at("stageSeconds");
        read.bestDice = s.at("bestDice");
        read.bestStep = s.at("bestStep");
        read.dice = s.at("dice").get<std::map<std::string, double>>();
        read.bestDices = s.at("bestDices").get<std::map<std::string, double>>();
        // What the first format did not have keeps its default.
        read.bestScore = s.value("bestScore", read.bestDice);
        read.bestPasses = s.value("bestPasses", read.bestPasses);
        read.validations = s.value("validations", read.validations);
        read.sinceBest = s.value("sinceBest", read.sinceBest);
        read.rateFactor = s.value("rateFactor", read.rateFactor);
        read.plateauBest = s.value("plateauBest", read.plateauBest);
        read.sincePlateauBest = s.value("sincePlateauBest", read.sincePlateauBest);
        read.skippedInRow = s.value("skippedInRow", read.skippedInRow);
        read.overflows = s.value("overflows", read.overflows);
        read.scaler.scale = s.value("lossScale", read.scaler.scale);
        read.scaler.good = s.value("lossScaleGood", read.scaler.good);
        read.validatedStep = s.value("validatedStep", read.validatedStep);
        read.data = s.value("data", read.data);
        read.deterministic = s.value("deterministic", read.deterministic);
        read.threads = s.value("threads", read.threads);
    } catch (const json::exception &) {
        return notOurs(path);
    }
    return read;
}

} // namespace

Result<void> writeCheckpoint(const std::filesystem::path &path, const FlatParameters &parameters,
                             const Optimizer &optimizer, const WeightAverage &average, const TrainState &state)
{
    Named named;
    addNamed(named, "weights.", parameters.named(parameters.values));
    addNamed(named, "average.", parameters.named(average.average));
    addNamed(named, "first.", parameters.named(optimizer.first));
    if (optimizer.hasSecond()) addNamed(named, "second.", parameters.named(optimizer.second));
    return write(path, named, state.losses, stateJson(state, optimizer, average));
}

Result<void> readCheckpoint(const std::filesystem::path &path, FlatParameters &parameters, Optimizer &optimizer,
                            WeightAverage &average, TrainState &state)
{
    const auto file = Safetensors::read(path);
    if (!file) return std::unexpected(file.error());
    torch::Tensor flats[4];
    const char *const prefixes[4] = {"weights.", "average.", "first.", "second."};
    for (int n = 0; n < (optimizer.hasSecond() ? 4 : 3); ++n) {
        auto flat = flatFrom(*file, prefixes[n], parameters, path);
        if (!flat) return std::unexpected(flat.error());
        flats[n] = *flat;
    }
    const auto parsed = parseState(*file, path);
    if (!parsed) return std::unexpected(parsed.error());
    TrainState read = *parsed;
    std::int64_t optimizerUpdates = 0, averageUpdates = 0;
    try {
        const auto s = stateOf(*file);
        if (s.value("optimizer", "adamw") != optimizer.kind)
            return fail(Errc::ModelMismatch, path.string() + " was written with another optimizer than " +
                                                 optimizer.kind + ", which recipe.json names.");
        optimizerUpdates = s.at("optimizerUpdates");
        averageUpdates = s.at("averageUpdates");
    } catch (const json::exception &) {
        return notOurs(path);
    }
    if (const auto *losses = file->find("history.loss"); losses && losses->dtype == interchange::Dtype::F32) {
        read.losses.resize(losses->bytes.size() / sizeof(float));
        std::memcpy(read.losses.data(), losses->bytes.data(), losses->bytes.size());
    }
    torch::NoGradGuard guard;
    parameters.values.copy_(flats[0]);
    average.average = flats[1];
    optimizer.first = flats[2];
    optimizer.second = flats[3];
    optimizer.updates = optimizerUpdates;
    average.updates = averageUpdates;
    state = std::move(read);
    return {};
}

Result<void> writeWeights(const std::filesystem::path &path, const FlatParameters &parameters,
                          const torch::Tensor &weights, const TrainState &state)
{
    return write(path, parameters.named(weights), {}, stateJson(state, {}, {}));
}

Result<TrainState> readState(const std::filesystem::path &path)
{
    const auto file = Safetensors::read(path);
    if (!file) return std::unexpected(file.error());
    return parseState(*file, path);
}

Result<torch::Tensor> readWeights(const std::filesystem::path &path, const FlatParameters &parameters)
{
    const auto file = Safetensors::read(path);
    if (!file) return std::unexpected(file.error());
    return flatFrom(*file, "", parameters, path);
}

} // namespace glio::loop
