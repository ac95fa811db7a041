#include "Tracker.h"

#include <chrono>
#include <cmath>

namespace glio::loop {

void Tracker::complain(const Error &error)
{
    if (!m_complained && m_say) m_say("The curves for MLflow and TensorBoard are not complete: " + error.message);
    m_complained = true;
}

void Tracker::open(const std::filesystem::path &run, const Recipe &recipe, std::int64_t step, Say say)
{
    m_say = std::move(say);
    const Stage &first = recipe.stages.front();
    auto mlflow = tracking::MlflowRun::open(run / "mlruns", "glioscope", recipe.name,
                                            {{"recipe", recipe.name},
                                             {"seed", std::to_string(recipe.seed)},
                                             {"network", recipe.network.architecture},
                                             {"network_options", recipe.network.optionsJson()},
                                             {"optimizer", recipe.optimizer},
                                             {"schedule", recipe.schedule.kind},
                                             {"loss", recipe.loss.kind},
                                             {"augment", recipe.augment.kind},
                                             {"learning_rate", std::to_string(first.learningRate)},
                                             {"batch", std::to_string(first.batch)},
                                             {"stages", std::to_string(recipe.stages.size())}});
    if (mlflow) {
        if (const auto cut = mlflow->dropAfter(step); !cut) complain(cut.error());
        m_mlflow = std::move(*mlflow);
    } else {
        complain(mlflow.error());
    }
    auto events = tracking::EventFile::create(run / "tensorboard");
    if (events)
        m_events = std::move(*events);
    else
        complain(events.error());
}

void Tracker::add(std::int64_t step, const tracking::Values &values)
{
    const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    if (m_events)
        if (const auto added = m_events->add(now, step, values); !added) complain(added.error());
    if (m_mlflow)
        if (const auto added = m_mlflow->add(std::llround(now * 1000), step, values); !added) complain(added.error());
}

void Tracker::step(std::int64_t step, double loss, double learningRate)
{
    if (std::isfinite(loss)) m_lossSum += loss, ++m_losses;
    if (step % 10 != 0 || m_losses == 0) return;
    add(step, {{"train/loss", m_lossSum / m_losses}, {"train/learning_rate", learningRate}});
    m_lossSum = m_losses = 0;
}

void Tracker::validation(std::int64_t step, const std::map<std::string, double> &dice, std::optional<double> score)
{
    tracking::Values values;
    for (const auto &[region, value] : dice)
        values.emplace_back(region == "mean" ? "val/dice" : "val/dice_" + region, value);
    if (score) values.emplace_back("val/score", *score);
    if (!values.empty()) add(step, values);
}

void Tracker::end(const std::string &state)
{
    using State = tracking::MlflowRun::State;
    if (!m_mlflow) return;
    const State known = state == "finished" ? State::Finished : state == "failed" ? State::Failed : State::Killed;
    if (const auto set = m_mlflow->setState(known); !set) complain(set.error());
}

} // namespace glio::loop
