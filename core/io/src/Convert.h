#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/io/VoxelType.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace glio::io {

/// Raw voxels of a file as float: raw * slope + intercept, in double where slope or intercept are not 1 and 0.
/// `raw` holds at least `to.size()` voxels. Multi-threaded. Errors: Unsupported for what is not one number a voxel.
Result<void> convertToFloat(std::span<const std::byte> raw, VoxelType type, bool swapBytes, double slope,
                            double intercept, std::span<float> to, const std::filesystem::path &nameForErrors);

/// The same as labels: every value must be within 0.001 of a whole number 0..255. Errors: Unsupported, InvalidArgument.
Result<void> convertToLabels(std::span<const std::byte> raw, VoxelType type, bool swapBytes, double slope,
                             double intercept, std::span<std::uint8_t> to, const std::filesystem::path &nameForErrors);

/// The sentence for a type that readers refuse.
Error refusedType(VoxelType type, const std::filesystem::path &path);

} // namespace glio::io
