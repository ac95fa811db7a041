#pragma once
#include "glioscope/loop/Evaluate.h"

namespace glio::loop {

/// What is compared: masks in brats-ped-2024 as far as both sides can tell, and each region's probability bytes.
struct CommonGround {
    LabelVolume reference, prediction;
    std::map<std::string, Volume<std::uint8_t>> probability; ///< by the ids of the regions that both can tell
};
/// `mask` with values of `own`; `answer` on the same grid. Errors: those of convertLabels; InvalidArgument when the
/// answer's scheme is unknown.
Result<CommonGround> commonGround(const LabelVolume &mask, const LabelScheme &own, const Probabilities &probabilities,
                                  const LabelVolume &labels);

/// Every number of one case. `head`: 1 where QU-BraTS counts, on the mask's grid. Errors: as above, those of
/// compareMasks.
Result<CaseScore> scoreCase(const std::string &name, const LabelVolume &mask, const LabelScheme &own,
                            const Probabilities &probabilities, const LabelVolume &labels,
                            std::span<const std::uint8_t> head, const EvaluateRequest &request,
                            const ProgressSink &progress = {});

/// The axial slice with the largest error of the whole tumour: the image in grey, the prediction's labels over it, the
/// reference's outline in white. `image` on the masks' grid, or none is made. Any upright or oblique grid; the slice is
/// across the voxel axis nearest to S.
std::optional<CasePicture> drawPicture(const ImageVolume &image, const std::string &sequence,
                                       const LabelVolume &reference, const LabelVolume &prediction);

} // namespace glio::loop
