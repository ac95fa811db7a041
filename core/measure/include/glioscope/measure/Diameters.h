#pragma once
#include "glioscope/annotation/LabelMap.h"
#include "glioscope/measure/Lengths.h"

#include <algorithm>
#include <span>
#include <vector>

namespace glio::measure {

/// Two lines at right angles on one axial slice: the longest, and the longest across it.
struct Bidimensional {
    Line longest, across;
    double productMm2() const { return longest.lengthMm() * across.lengthMm(); }
    friend bool operator==(const Bidimensional &, const Bidimensional &) = default;
};

/// What counts, as the response criteria for gliomas have it: a lesion is measurable when both diameters reach
/// `leastMm` (twice the slice distance where slices lie more than 5 mm apart) on the slice it is measured on and it is
/// seen on at least `leastSlices` axial slices; the products of the `targets` largest are added up.
/// Source: Wen et al., J Clin Oncol 2010;28:1963, which asks for the two largest and allows five.
struct RanoRules {
    double leastMm = 10;
    int leastSlices = 2;
    int targets = 2;
    double leastFor(double sliceDistanceMm) const
    {
        return sliceDistanceMm > 5 ? std::max(leastMm, 2 * sliceDistanceMm) : leastMm;
    }
};

/// One connected part (26 neighbours) of what is measured.
struct Lesion {
    Bidimensional size;     ///< on the axial slice where its product is largest
    std::int64_t slice = 0; ///< that slice: index along the mask's own axis that runs from foot to head
    int slices = 0;         ///< axial slices that it is seen on
    double volumeMl = 0;
    bool measurable = false;
};

/// The lesions that `labels` make up, largest product first, those of the same product by volume. On each axial slice
/// (of the mask's own grid, so oblique volumes are measured as they were taken) the longest line that stays within the
/// outer contour, then the longest at right angles to it that does; a hole all round enclosed (necrosis, cyst) counts
/// as inside. The contour runs halfway between voxels, so a row of ten 1 mm voxels is 10 mm long.
/// Units: mm, LPS. Nothing marked: empty. Thread: any. Cost: the box of what is marked.
std::vector<Lesion> measureLesions(const LabelMap &mask, std::span<const Label> labels, const RanoRules &rules = {});

/// Sum of the products of the largest measurable lesions, at most `rules.targets` of them; 0 without one.
double sumOfProductsMm2(std::span<const Lesion> lesions, const RanoRules &rules = {});

} // namespace glio::measure
