#include "glioscope/loop/Score.h"

namespace glio::loop {

std::optional<Score> combinedScore(const ScoreRecipe &recipe, const std::map<std::string, double> &dice,
                                   int validations)
{
    double sum = 0, weights = 0;
    for (const auto &[region, weight] : recipe.weights)
        if (const auto found = dice.find(region); found != dice.end() && weight > 0) {
            sum += weight * found->second;
            weights += weight;
        }
    if (weights == 0) return std::nullopt;
    Score score{.value = sum / weights};
    if (validations > recipe.floorAfter)
        for (const auto &[region, floor] : recipe.floors)
            if (const auto found = dice.find(region); found != dice.end() && found->second < floor)
                score.passes = false;
    return score;
}

bool Plateau::update(double value, double &best, int &since, double &rateFactor) const
{
    if (patience <= 0) return false;
    if (value > best) {
        best = value;
        since = 0;
        return false;
    }
    if (++since <= patience) return false; // as torch counts: lowered at the validation after `patience` bad ones
    since = 0;
    rateFactor *= factor;
    return true;
}

} // namespace glio::loop
