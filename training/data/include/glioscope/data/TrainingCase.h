#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/volume/Sequence.h"
#include "glioscope/volume/Volume.h"

#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace glio::phantom {
struct PhantomCase;
}

namespace glio::data {

/// Tumour whose sub-region nobody has named: a case labelled by its whole tumour only trains through the summed
/// probability of all tumour classes (design.md section 4).
inline constexpr std::uint8_t kUnnamedTumour = 5;

/// A patient (or phantom) as training sees one: normalised and on one upright grid at the working spacing, by the very
/// functions that inference uses (core/volume/Preprocess.h).
struct TrainingCase {
    std::string name;
    std::array<ImageVolume, 4> images; ///< in the order of kModelSequences; 0 outside the head and where not present
    std::array<bool, 4> present{};
    LabelVolume labels; ///< brats-ped-2024 or kUnnamedTumour, on the images' grid
    const Geometry &geometry() const { return labels.geometry(); }
};
using CasePointer = std::shared_ptr<const TrainingCase>;

/// Prepares sequences (any grids) and a mask (any grid, brats-ped-2024) at an isotropic spacing. A coarser mask holds
/// at each voxel the label that fills most of it. Errors: those of prepareInputs.
Result<TrainingCase> prepareCase(const std::string &name, std::span<const std::pair<Sequence, ImageVolume>> sequences,
                                 const LabelVolume &labels, double spacingMm);

/// A phantom made at `spacingMm`: normalised, not resampled.
Result<TrainingCase> prepareCase(const phantom::PhantomCase &phantom, double spacingMm);

/// `labels` on `grid`, the label that fills most of each voxel; nearest voxel where the grid is as fine.
Result<LabelVolume> labelsOnGrid(const LabelVolume &labels, const Geometry &grid);

/// Prepared cases as safetensors files (float32 images, uint8 labels), for the cache. Errors: Io, DiskFull,
/// ModelDamaged.
Result<void> writeCase(const TrainingCase &trainingCase, const std::filesystem::path &path);
Result<TrainingCase> readCase(const std::filesystem::path &path);

} // namespace glio::data
