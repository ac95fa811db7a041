#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/volume/Geometry.h"

#include <cstdint>
#include <span>
#include <vector>

namespace glio::inference {

/// What a reader says of a place: this label belongs there, or it does not (whatever else does).
enum class ClickSays { Belongs, DoesNotBelong };
struct GridClick {
    Index3 voxel{};
    Label label = 0;
    ClickSays says = ClickSays::Belongs;
    friend bool operator==(const GridClick &, const GridClick &) = default;
};

/// How clicks and the mask they are about reach a net, in training and afterwards (the encoding "labels-and-clicks" of
/// model.json). Channels, for a scheme of n labels in its order: n times 1 where the mask has the label, else 0; then n
/// times the clicks about the label, a ball around each: 1 at the click and falling to the rim as the distance to the
/// ball's outside does, positive where the label belongs, negative where it does not. Where balls of one label meet,
/// the larger in size holds: the nearer click. So a click names its label (a softmax over all labels must be told
/// which), "not this one" says nothing for background alone, and one weight of the net learns both signs. Clicks of
/// nothing are all 0, which is what automatic segmentation sees.
inline constexpr const char *kPromptEncoding = "labels-and-clicks";
inline constexpr double kClickRadiusVoxels = 3;

constexpr std::int64_t promptChannels(std::int64_t labels) { return 2 * labels; }

/// Fills `channels`, (2 n, size) with i fastest. `previous`: size voxels, values out of `labels`, others count as none.
/// Clicks may lie outside the box: what of their balls reaches in is drawn; those of labels not named are left out.
void drawPrompts(std::span<float> channels, const Size3 &size, std::span<const Label> previous,
                 std::span<const GridClick> clicks, std::span<const Label> labels);

/// What becomes of a mask after clicks: `before` is the mask and `said` the net's answer to the clicks, both `size`
/// voxels of `scheme`. Only what the clicks can justify changes, to what the net said: of all that it would change in a
/// click's direction, the part connected through faces that holds the click. A click asks about its label's region, the
/// smallest composite of the scheme that has it (ET, NET, CC: TC; ED: WT). "Belongs" adds: what becomes the label, what
/// joins its region, and tumour where there was none. "Does not belong" takes: what was the label, what leaves its
/// region, and what becomes background. At its own voxel every click is obeyed whatever the net said; of two at one
/// voxel the later holds.
std::vector<Label> settleClicks(const Size3 &size, std::span<const Label> before, std::span<const Label> said,
                                std::span<const GridClick> clicks, const LabelScheme &scheme);

} // namespace glio::inference
