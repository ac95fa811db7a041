#include "FileHeader.h"
#include "Text.h"

#include "glioscope/io/Describe.h"

#include <itkGDCMImageIO.h>
#include <itkGDCMSeriesFileNames.h>
#include <itkImageSeriesReader.h>
#include <itkMetaDataObject.h>

#include <algorithm>
#include <cstring>

namespace glio::io {
namespace {
using SliceImage = itk::Image<float, 3>;

std::string tag(itk::GDCMImageIO &io, const char *key)
{
    std::string value;
    itk::ExposeMetaData<std::string>(io.GetMetaDataDictionary(), key, value);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\0'))
        value.pop_back();
    return value;
}

DicomSeries seriesOf(const std::string &uid, const std::vector<std::string> &names)
{
    DicomSeries series;
    series.uid = uid;
    for (const auto &name : names)
        series.files.emplace_back(name);
    const auto io = itk::GDCMImageIO::New();
    try {
        io->SetFileName(names[names.size() / 2]);
        io->ReadImageInformation();
    } catch (const std::exception &) { // listed all the same, with what is known
        return series;
    }
    series.description = tag(*io, "0008|103e");
    series.modality = tag(*io, "0008|0060");
    series.date = tag(*io, "0008|0020");
    series.number = std::atoi(tag(*io, "0020|0011").c_str());
    series.size = {std::int64_t(io->GetDimensions(0)), std::int64_t(io->GetDimensions(1)),
                   names.size() > 1 ? std::int64_t(names.size())
                                    : std::max<std::int64_t>(1, std::int64_t(io->GetDimensions(2)))};
    series.spacing = {io->GetSpacing(0), io->GetSpacing(1), io->GetSpacing(2)};
    series.guess = guessSequenceFromText(series.description + " " + tag(*io, "0018|1030"));
    if (series.guess.sequence == Sequence::T1 && !tag(*io, "0018|0010").empty())
        series.guess = {Sequence::T1c, "The description says T1 and a contrast agent is named.", true, false};
    return series;
}
} // namespace

Result<std::vector<DicomSeries>> listDicomSeries(const std::filesystem::path &folder)
try {
    if (!isDicomFolder(folder))
        return fail(Errc::InvalidArgument,
                    text(quoted(folder), " holds no DICOM file. Choose the folder with the series, or an image file."));
    itk::Object::SetGlobalWarningDisplay(false); // GDCM's warnings would mix with `glio info`
    const auto finder = itk::GDCMSeriesFileNames::New();
    finder->SetUseSeriesDetails(true);
    finder->SetDirectory(folder.string());
    std::vector<DicomSeries> all;
    for (const auto &uid : finder->GetSeriesUIDs()) {
        const auto &names = finder->GetFileNames(uid);
        if (!names.empty()) all.push_back(seriesOf(uid, names));
    }
    if (all.empty())
        return fail(Errc::Io, text(quoted(folder), " holds DICOM files, but none with an image that can be read."));
    std::stable_sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.number < b.number; });
    return all;
} catch (const std::exception &) {
    return fail(Errc::Io, text(quoted(folder), " holds DICOM files that cannot be read. Copy or export them again."));
}

Result<ImageVolume> readDicomSeries(const DicomSeries &series)
try {
    if (series.files.empty()) return fail(Errc::InvalidArgument, "The DICOM series has no files.");
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
