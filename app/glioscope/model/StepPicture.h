#pragma once
#include "glioscope/annotation/LabelDelta.h"
#include "glioscope/render/SliceGeometry.h"
#include "glioscope/volume/Statistics.h"
#include "glioscope/volume/Volume.h"

#include <QImage>

#include <array>
#include <memory>

namespace glio::app {

/// What a small picture of a step needs: snapshots, so that a worker can make it.
struct StepPictureInput {
    LabelDelta change;
    Geometry grid; ///< of the mask
    std::shared_ptr<const ImageVolume> image;
    DisplayRange window;
    std::array<Rgb, 256> colours{}; ///< by label
    render::Convention convention = render::Convention::Radiological;
};

/// The slice in which a step changed most, cropped to the change with a margin: voxels that got a label in its colour,
/// those that lost theirs striped in the colour they had. Axial unless another plane shows clearly more of it (a disc
/// drawn in a sagittal view). 88 x 88 pixels; null when the step changed no voxel or does not fit the grid.
/// Thread: any. Cost: the voxels that changed.
QImage stepPicture(const StepPictureInput &input);

} // namespace glio::app
