#include "Alone.h"
#include "Bytes.h"
#include "DicomRead.h"
#include "Text.h"

#include <itkGDCMImageIO.h>
#include <itkImageSeriesReader.h>

#include <cstring>

namespace glio::io {
Result<ImageVolume> readDicomWithItk(const DicomSeries &series)
try {
    using SliceImage = itk::Image<float, 3>;
    const Alone alone;
    itk::Object::SetGlobalWarningDisplay(false);
    const auto &first = series.files.front();
    std::uint64_t bytes = 4;
    for (const auto n : series.size)
        if (n < 1 || __builtin_mul_overflow(bytes, std::uint64_t(n), &bytes))
            return fail(Errc::Io, text(quoted(first), " belongs to a DICOM series without images."));
    if (auto room = askForMemory(2 * bytes, first); !room) return std::unexpected(room.error());
    const auto reader = itk::ImageSeriesReader<SliceImage>::New();
    reader->SetImageIO(itk::GDCMImageIO::New());
    std::vector<std::string> names;
    for (const auto &file : series.files)
        names.push_back(file.string());
    reader->SetFileNames(names);
    reader->ForceOrthogonalDirectionOff(); // a tilted gantry stays tilted
    reader->Update();
    const SliceImage *slices = reader->GetOutput();
    const auto size = slices->GetLargestPossibleRegion().GetSize();
    Matrix3 direction{};
    for (unsigned row = 0; row < 3; ++row)
        for (unsigned column = 0; column < 3; ++column)
            direction[3 * row + column] = slices->GetDirection()(row, column);
    const auto &spacing = slices->GetSpacing();
    const auto &origin = slices->GetOrigin();
    const auto geometry =
        Geometry::make({std::int64_t(size[0]), std::int64_t(size[1]), std::int64_t(size[2])},
                       {spacing[0], spacing[1], spacing[2]}, {origin[0], origin[1], origin[2]}, direction);
    if (!geometry)
        return fail(Errc::Geometry,
                    text(quoted(first), " belongs to a DICOM series with no usable grid: ", geometry.error().message));
    ImageVolume image(*geometry);
    std::memcpy(image.edit().data(), slices->GetBufferPointer(), image.voxels().size_bytes());
    return image;
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory, "The DICOM series needs more memory than is free. Close other programs.");
} catch (const std::exception &) {
    return fail(Errc::Io, text(quoted(series.files.front()),
                               " belongs to a DICOM series that cannot be read as one volume. Export it again."));
}

} // namespace glio::io
