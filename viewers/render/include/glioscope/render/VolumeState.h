#pragma once
#include "glioscope/render/SliceState.h"

#include <memory>

namespace glio::render {

enum class VolumeContent { TumourAndBrain, Tumour, PlanesAndTumour, WholeHead };

/// Triangle meshes built from snapshots. Immutable once built; VTK inside. Shared between threads by pointer.
class Surfaces;
using SurfacesPtr = std::shared_ptr<const Surfaces>;

struct VolumeState {
    std::optional<LabelMap> mask;
    std::vector<LabelLook> looks; ///< a label with value `seeThrough` is drawn at 36 %
    std::vector<Label> seeThrough;
    /// Image that gives head and brain. `brain`: 0/1 mask when known (skull-stripped data need none).
    std::optional<ImageVolume> image;
    std::optional<LabelVolume> brain;
    DisplayRange window;               ///< of the image on the slice planes
    std::optional<Geometry> reference; ///< whose axes the slice planes follow
    VolumeContent content = VolumeContent::TumourAndBrain;
    PointMm cursor;
    bool crosshair = true;
    bool orientationStated = true;
    struct PlaceDot {
        PointMm centre;
        double volumeMl = 0;
        bool highlighted = false;
    };
    std::vector<PlaceDot> places;
};

/// Two volumes or masks, absent or not, surely hold the same voxels in the same place.
template <class V> bool sameSnapshot(const std::optional<V> &a, const std::optional<V> &b)
{
    if (!a || !b) return !a && !b;
    return a->sharesVoxelsWith(*b) && a->geometry().sameGrid(b->geometry());
}

} // namespace glio::render
