#include "Alone.h"
#include "Text.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/io/Picture.h"

#include <itkJPEGImageIO.h>
#include <itkPNGImageIO.h>
#include <itkTIFFImageIO.h>

#include <algorithm>
#include <unistd.h>

namespace glio::io {
namespace {

constexpr std::int64_t kMostPixels = 256'000'000;

itk::ImageIOBase::Pointer readerFor(const std::filesystem::path &path)
{
    std::string end = path.extension().string();
    std::ranges::transform(end, end.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    if (end == ".png") return itk::PNGImageIO::New().GetPointer();
    if (end == ".jpg" || end == ".jpeg") return itk::JPEGImageIO::New().GetPointer();
    return itk::TIFFImageIO::New().GetPointer();
}

} // namespace

Result<Picture> readPicture(const std::filesystem::path &path)
try {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return fail(Errc::Io, text(quoted(path), " is not there. Check the name."));
    const Alone alone;
    itk::Object::SetGlobalWarningDisplay(false);
    const auto io = readerFor(path);
    if (!io->CanReadFile(path.c_str()))
        return fail(Errc::Io, text(quoted(path), " is not the picture that its name says. Copy it again."));
    io->SetFileName(path.string());
    io->ReadImageInformation();
    const std::int64_t width = std::int64_t(io->GetDimensions(0)), height = std::int64_t(io->GetDimensions(1));
    if (io->GetNumberOfDimensions() > 2 && io->GetDimensions(2) > 1)
        return fail(Errc::Unsupported, text(quoted(path), " holds several pages. Save each as a picture of its own."));
    if (width < 1 || height < 1 || width > kMostPixels / height)
        return fail(Errc::Unsupported, text(quoted(path), " has ", width, " x ", height, " pixels, too many to read."));
    const int channels = int(io->GetNumberOfComponents());
    if (io->GetComponentType() != itk::IOComponentEnum::UCHAR || channels < 1 || channels > 4)
        return fail(Errc::Unsupported,
                    text(quoted(path), " is no picture of 8 bits in grey or colour. Save it as 8 bits."));
    itk::ImageIORegion region(io->GetNumberOfDimensions());
    for (unsigned axis = 0; axis < io->GetNumberOfDimensions(); ++axis)
        region.SetSize(axis, io->GetDimensions(axis));
    io->SetIORegion(region);
    Picture all(width, height, channels);
    if (std::uint64_t(io->GetImageSizeInBytes()) != all.pixels.size())
        return fail(Errc::Io, text(quoted(path), " is damaged: its size is not what it says. Copy it again."));
    io->Read(all.pixels.data());
    if (channels == 1 || channels == 3) return all;
    Picture picture(width, height, channels - 1); // without transparency
    for (std::int64_t n = 0; n < width * height; ++n)
        std::copy_n(&all.pixels[std::size_t(n * channels)], channels - 1,
                    &picture.pixels[std::size_t(n * (channels - 1))]);
    return picture;
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory, text(quoted(path), " needs more memory than is free."));
} catch (const std::exception &) {
    return fail(Errc::Io, text(quoted(path), " is damaged: its pixels cannot be read. Copy it again."));
}

Result<void> writePng(const std::filesystem::path &path, const Picture &picture)
{
    if (picture.width < 1 || picture.height < 1 ||
        picture.pixels.size() != std::size_t(picture.width * picture.height * picture.channels))
        return fail(Errc::InvalidArgument, "A picture without pixels cannot be written.");
    const auto part = path.parent_path() / (".part-" + std::to_string(::getpid()) + ".png");
    std::error_code ignored;
    try {
        const Alone alone;
        const auto io = itk::PNGImageIO::New();
        io->SetNumberOfDimensions(2);
        io->SetDimensions(0, itk::SizeValueType(picture.width));
        io->SetDimensions(1, itk::SizeValueType(picture.height));
        io->SetComponentType(itk::IOComponentEnum::UCHAR);
        io->SetNumberOfComponents(unsigned(picture.channels));
        io->SetPixelType(picture.channels == 1 ? itk::IOPixelEnum::SCALAR : itk::IOPixelEnum::RGB);
        io->SetFileName(part.string());
        itk::ImageIORegion region(2);
        region.SetSize(0, itk::SizeValueType(picture.width));
        region.SetSize(1, itk::SizeValueType(picture.height));
        io->SetIORegion(region);
        io->Write(picture.pixels.data());
    } catch (const std::exception &) {
        std::filesystem::remove(part, ignored);
        return fail(Errc::Io, text(quoted(path), " cannot be written. Is the disk full, or the folder not yours?"));
    }
    std::error_code error;
    std::filesystem::rename(part, path, error);
    if (!error) return {};
    std::filesystem::remove(part, ignored);
    return fail(Errc::Io, text(quoted(path), " cannot be written: ", error.message(), "."));
}

} // namespace glio::io
