#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace glio {

/// What an MRI series shows. The first four are the inputs of the bundled model.
enum class Sequence { T1, T1c, T2, Flair, Other };

inline constexpr std::array kModelSequences{Sequence::T1, Sequence::T1c, Sequence::T2, Sequence::Flair};

/// "t1", "t1c", "t2", "flair", "other": file names, JSON, options.
std::string_view sequenceId(Sequence sequence);
/// "T1", "T1c", "T2", "FLAIR", "Other": what users read.
std::string_view sequenceName(Sequence sequence);
/// Exact ids only; guessing from file names is core/io's work.
std::optional<Sequence> sequenceFromId(std::string_view id);

} // namespace glio
