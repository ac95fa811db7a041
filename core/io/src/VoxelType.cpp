#include "glioscope/io/VoxelType.h"

namespace glio::io {

std::string_view voxelTypeName(VoxelType type)
{
    switch (type) {
    case VoxelType::UInt8:
        return "uint8";
    case VoxelType::Int8:
        return "int8";
    case VoxelType::UInt16:
        return "uint16";
    case VoxelType::Int16:
        return "int16";
    case VoxelType::UInt32:
        return "uint32";
    case VoxelType::Int32:
        return "int32";
    case VoxelType::UInt64:
        return "uint64";
    case VoxelType::Int64:
        return "int64";
    case VoxelType::Float32:
        return "float32";
    case VoxelType::Float64:
        return "float64";
    case VoxelType::Float128:
        return "float128";
    case VoxelType::Bit:
        return "bit";
    case VoxelType::Rgb24:
        return "rgb24";
    case VoxelType::Rgba32:
        return "rgba32";
    case VoxelType::Complex64:
        return "complex64";
    case VoxelType::Complex128:
        return "complex128";
    case VoxelType::Complex256:
        return "complex256";
    case VoxelType::Unknown:
        break;
    }
    return "unknown";
}

std::size_t voxelBytes(VoxelType type)
{
    switch (type) {
    case VoxelType::UInt8:
    case VoxelType::Int8:
        return 1;
    case VoxelType::UInt16:
    case VoxelType::Int16:
        return 2;
    case VoxelType::Rgb24:
        return 3;
    case VoxelType::UInt32:
    case VoxelType::Int32:
    case VoxelType::Float32:
    case VoxelType::Rgba32:
        return 4;
    case VoxelType::UInt64:
    case VoxelType::Int64:
    case VoxelType::Float64:
    case VoxelType::Complex64:
        return 8;
    case VoxelType::Float128:
    case VoxelType::Complex128:
        return 16;
    case VoxelType::Complex256:
        return 32;
    case VoxelType::Unknown:
    case VoxelType::Bit:
        break;
    }
    return 0;
}

bool isInteger(VoxelType type) { return type >= VoxelType::UInt8 && type <= VoxelType::Int64; }
bool isScalar(VoxelType type) { return type >= VoxelType::UInt8 && type <= VoxelType::Float128; }

} // namespace glio::io
