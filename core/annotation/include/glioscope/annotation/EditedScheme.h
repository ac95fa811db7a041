#pragma once
#include "glioscope/annotation/LabelScheme.h"

#include <map>
#include <optional>
#include <string>

namespace glio {

// What a reader changed about the labels of one mask: other names, other colours, labels of its own. Kept among the
// named values of the mask's history (MaskDocument::states), so that it undoes with the rest.

inline constexpr std::string_view kLabelKey = "label."; ///< all keys below begin so
std::string labelNameKey(Label label);                  ///< the name
std::string labelColourKey(Label label);                ///< "#ffb31a"
std::string labelAddedKey(Label label);                 ///< "1": not of the shipped scheme; named by labelNameKey

std::string colourText(const Rgb &colour); ///< "#ffb31a"
std::optional<Rgb> colourFrom(std::string_view text);

/// `base`, one that findLabelScheme gives, with what `states` say about its labels: `base` itself where they say
/// nothing. Ids, values and unions of labels stay; an added label comes last, a region of its own, in no union. The
/// same values give the same object, and it lives as long as the program, so that views and workers go on with the one
/// they hold. What is no value for a label is passed over. Thread: any.
const LabelScheme &editedScheme(const LabelScheme &base, const std::map<std::string, std::string> &states);

/// The smallest value that no label of `scheme` has; 0: there are 255.
Label freeLabel(const LabelScheme &scheme);
/// A colour for a label that was added: far in hue from its neighbours by value.
Rgb colourOfAdded(Label label);

} // namespace glio
