#pragma once
#include <cstddef>

namespace glio::io {

inline constexpr std::size_t kNifti1HeaderBytes = 348;
inline constexpr std::size_t kNifti2HeaderBytes = 540;

} // namespace glio::io
