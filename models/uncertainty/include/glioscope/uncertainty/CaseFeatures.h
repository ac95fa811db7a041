#pragma once
#include "glioscope/annotation/Probabilities.h"
#include "glioscope/uncertainty/LinearEstimate.h"
#include "glioscope/volume/Preprocess.h"

namespace glio::uncertainty {

/// What an answer says about its own worth (algorithms.md D), from calibrated bytes and the mask decoded from them:
///   soft_dice   Dice of mask and truth when every voxel is tumour as often as it is said to be
///   entropy     mean binary entropy (bits) of whole tumour inside the mask grown by 5 mm
///   band        (ml above 0.1 minus ml above 0.9) / (ml of the mask + 0.5)
///   log_volume  ln(1 + ml of the mask)
///   islands     ln(number of the mask's islands)
///   core_band   as `band`, of the core
/// Empty when the mask is empty. Thread: any.
Features answerFeatures(const Probabilities &probabilities, const LabelVolume &mask);

/// With several looks also `pairwise_dice` (mean Dice of two looks' whole tumour) and `volume_variation` (sigma /
/// mean).
void addLookFeatures(Features &features, std::span<const Volume<std::uint8_t>> votes, const LabelScheme &scheme,
                     int looks, double volumeVariation);

/// What a case's normalised images look like, without knowing what is in them: by sequence intensities inside the head
/// (`intensity:`), sharpness (`sharpness:`), where it is bright (`position:`); how sequences differ pairwise
/// (`sequences:`); the head's form (`position:`). Names carry the sequences, a missing one has none.
/// `order`: the sequence of each channel. Thread: any.
Features imageFeatures(const ModelInputs &inputs, std::span<const Sequence> order);

} // namespace glio::uncertainty
