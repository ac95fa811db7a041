#pragma once
#include <cstddef>
#include <string_view>

namespace glio::io {

/// How a file stores one voxel. Whatever it is, readers give float (images) or uint8 (masks).
enum class VoxelType {
    Unknown,
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    UInt64,
    Int64,
    Float32,
    Float64,
    Float128,
    Bit,
    Rgb24,
    Rgba32,
    Complex64,
    Complex128,
    Complex256
};

/// "uint8", "int16", "float32", "rgb24" …: `glio info` and its JSON.
std::string_view voxelTypeName(VoxelType type);
/// Bytes of one voxel; 0 for Unknown and Bit.
std::size_t voxelBytes(VoxelType type);
/// One number a voxel: false for colour, complex, single bits and unknown types.
bool isScalar(VoxelType type);
bool isInteger(VoxelType type);

} // namespace glio::io
