#include "Alone.h"
#include "FileHeader.h"
#include "Text.h"

#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>

namespace glio::io {
namespace {
VoxelType typeOf(itk::IOComponentEnum type, std::size_t bytes)
{
    switch (type) {
    case itk::IOComponentEnum::UCHAR:
        return VoxelType::UInt8;
    case itk::IOComponentEnum::CHAR:
        return VoxelType::Int8;
    case itk::IOComponentEnum::USHORT:
        return VoxelType::UInt16;
    case itk::IOComponentEnum::SHORT:
        return VoxelType::Int16;
    case itk::IOComponentEnum::UINT:
        return VoxelType::UInt32;
    case itk::IOComponentEnum::INT:
        return VoxelType::Int32;
    case itk::IOComponentEnum::ULONG:
    case itk::IOComponentEnum::ULONGLONG:
        return bytes == 4 ? VoxelType::UInt32 : VoxelType::UInt64;
    case itk::IOComponentEnum::LONG:
    case itk::IOComponentEnum::LONGLONG:
        return bytes == 4 ? VoxelType::Int32 : VoxelType::Int64;
    case itk::IOComponentEnum::FLOAT:
        return VoxelType::Float32;
    case itk::IOComponentEnum::DOUBLE:
        return VoxelType::Float64;
    default:
        return VoxelType::Unknown;
    }
}
} // namespace

Result<Bytes> readVoxelsWithItk(const std::filesystem::path &path, const FileHeader &header)
try {
    const Alone alone;
    itk::Object::SetGlobalWarningDisplay(false);
    itk::ImageIOBase::Pointer io;
    if (header.format == Format::Nrrd)
        io = itk::NrrdImageIO::New();
    else
        io = itk::MetaImageIO::New();
    io->SetFileName(path.string());
    io->ReadImageInformation();
    // What was checked and what ITK is going to read must be the same thing.
    const auto type = typeOf(io->GetComponentType(), std::size_t(io->GetComponentSize()));
    if (type != header.type || std::uint64_t(io->GetImageSizeInBytes()) != header.voxelBytesTotal)
        return fail(
            Errc::Io,
            text(
                quoted(path),
                " is damaged: its header can be understood in two ways. Save it again from the program that made it."));
    itk::ImageIORegion region(io->GetNumberOfDimensions());
    for (unsigned axis = 0; axis < io->GetNumberOfDimensions(); ++axis)
        region.SetSize(axis, io->GetDimensions(axis));
    io->SetIORegion(region);
    Bytes voxels;
    if (!voxels.resize(header.voxelBytesTotal))
        return fail(Errc::OutOfMemory,
                    text(quoted(path), " needs ", bytesText(header.voxelBytesTotal), " of memory, more than is free."));
    io->Read(voxels.data());
    return voxels;
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory,
                text(quoted(path), " needs more memory than is free. Close other programs or use a smaller file."));
} catch (const std::exception &) { // ITK's own words name source lines, which help nobody
    return fail(Errc::Io, text(quoted(path), " is damaged: its voxels cannot be read. Copy or download it again."));
}

} // namespace glio::io
