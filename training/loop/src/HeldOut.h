#pragma once
// Private to training/loop: the cases that calibration is fitted on, their faults and degraded copies.
#include "glioscope/data/CaseStore.h"
#include "glioscope/inference/Segmenter.h"
#include "glioscope/phantom/Phantom.h"

#include <functional>

namespace glio::loop {

/// A case in memory: what the segmenter reads, and the truth in the default scheme.
struct HeldOutCase {
    std::string name, patient;
    std::vector<inference::Input> inputs;
    LabelVolume truth;
    std::vector<std::string> regions; ///< which the truth can tell: WT, TC, ET
};

Result<HeldOutCase> readHeldOut(const data::CaseEntry &entry);
/// Phantom number `n` of the series; kind "none" makes a head without a tumour.
Result<HeldOutCase> makeHeldOut(std::span<const phantom::AnatomyPointer> anatomies, phantom::PhantomOptions options,
                                std::uint64_t seed, int n);

/// What reduces quality in practice, one kind after another: noise, blur, thick slices, missing sequences, fading.
inline constexpr int kDegradations = 6;
HeldOutCase degraded(const HeldOutCase &good, int kind, std::uint64_t seed);

/// Faults that a check must notice: they make a case that no scanner sends.
enum class Fault { Swapped, UpsideDown, Motion, NoTumour };
std::string faultName(Fault fault); ///< "swapped_sequences", "upside_down", "heavy_motion", "no_tumour"
/// NoTumour is not made from a case: see makeHeldOut. `n` chooses which sequences are exchanged and how much is moved.
HeldOutCase withFault(const HeldOutCase &good, Fault fault, int n);

/// A pass that was kept: values of the box where the net says anything at all.
struct KeptLook {
    inference::Segmenter::RawLook raw; ///< values cut to the box
    Index3 start{};
    Size3 size{};
    /// The look as the segmenter gave it, 0 outside the box.
    inference::Segmenter::RawLook whole(int labels) const;
};
KeptLook keep(inference::Segmenter::RawLook look, int labels);

/// Kept looks as files, so that a second run does not ask the net again. Errors: Io, DiskFull, ModelDamaged.
Result<void> writeLook(const KeptLook &look, const std::filesystem::path &path);
Result<KeptLook> readLook(const std::filesystem::path &path);

} // namespace glio::loop
