#pragma once
#include "glioscope/render/VolumeState.h"

#include <map>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

namespace glio::render {

/// Meshes in world mm with point normals, and the snapshots they were made from.
class Surfaces {
public:
    std::optional<LabelMap> mask;
    std::optional<LabelVolume> brainMask;
    std::optional<ImageVolume> image;
    std::map<Label, vtkSmartPointer<vtkPolyData>> labels;
    /// All labels together, drawn a third of a millimetre smaller: a see-through label is shown by it, because its own
    /// mesh would lie on the surfaces of the labels it encloses.
    vtkSmartPointer<vtkPolyData> hull;
    vtkSmartPointer<vtkPolyData> shell; ///< brain where known, else what is not background
    vtkSmartPointer<vtkPolyData> head;  ///< only when the shell is a brain mask's
    vtkPolyData *mesh(Label label) const
    {
        if (label == 0) return shell;
        const auto found = labels.find(label);
        return found == labels.end() ? nullptr : found->second.Get();
    }
    /// The glass around the tumour: brain or whole head; nullptr where the content has none.
    vtkPolyData *shown(VolumeContent content) const
    {
        const bool whole = content == VolumeContent::WholeHead;
        if (!whole && content != VolumeContent::TumourAndBrain) return nullptr;
        return whole && head ? head.Get() : shell.Get();
    }
};

} // namespace glio::render
