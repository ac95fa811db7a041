#pragma once
#include "glioscope/tools/Patch.h"

namespace glio::tools {

enum class Combination { Union, Intersection, Difference };

/// Some labels of a mask.
struct Operand {
    const LabelMap *map = nullptr; ///< must outlive the call
    std::vector<Label> labels;     ///< background may not be one of them
};

/// Two sets of voxels made one, on the grid of the first. A second one on another grid is read at the nearest voxel,
/// through world space. A result without voxels is no error: its box is empty.
/// Errors: InvalidArgument (background named, or the first has no voxels; for a union: neither has).
Result<Selection> combine(const Operand &first, Combination combination, const Operand &second);

/// The same as labels of the first mask: the result becomes `into`, and what was `into` outside the result becomes
/// background. Errors as above.
Result<LabelPatch> combineInto(const Operand &first, Combination combination, const Operand &second, Label into);

} // namespace glio::tools
