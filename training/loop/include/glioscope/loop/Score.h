#pragma once
#include "glioscope/loop/Recipe.h"

#include <map>
#include <optional>
#include <string>

namespace glio::loop {

/// A validation in one number, and whether it keeps to the floors.
struct Score {
    double value = 0;
    bool passes = true;

    /// A validation that keeps to the floors is better than any that does not; among equals the number decides.
    bool betterThan(double otherValue, bool otherPasses) const
    {
        return passes != otherPasses ? passes : value > otherValue;
    }
};

/// `dice` by region; regions that are not in it count nothing. `validations`: how many of the stage there were, this
/// one included; floors count from the one after `floorAfter`. None when no weighted region has a value.
std::optional<Score> combinedScore(const ScoreRecipe &recipe, const std::map<std::string, double> &dice,
                                   int validations);

/// Lowers the rate when what is watched has not risen for `patience` validations (torch's ReduceLROnPlateau).
struct Plateau {
    int patience = 0; ///< 0: never
    double factor = 0.5;
    /// Takes the next value in; true when the rate was lowered. The three numbers are the state to keep.
    bool update(double value, double &best, int &since, double &rateFactor) const;
};

} // namespace glio::loop
