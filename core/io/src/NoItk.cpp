#include "DicomRead.h"
#include "FileHeader.h"
#include "Text.h"
#include "glioscope/io/Picture.h"

namespace glio::io {

Result<Bytes> readVoxelsWithItk(const std::filesystem::path &path, const FileHeader &)
{
    return fail(
        Errc::Unsupported,
        text(quoted(path), " cannot be read: this build of Glioscope was made without ITK. Convert it to .nii.gz."));
}
Result<ImageVolume> readDicomWithItk(const DicomSeries &series)
{
    return fail(Errc::Unsupported,
                text(quoted(series.files.front()),
                     " is compressed, and this build of Glioscope reads plain DICOM alone. Export it uncompressed."));
}
Result<Picture> readPicture(const std::filesystem::path &path)
{
    return fail(Errc::Unsupported,
                text(quoted(path), " cannot be read: this build of Glioscope was made without ITK."));
}
Result<void> writePng(const std::filesystem::path &path, const Picture &)
{
    return fail(Errc::Unsupported,
                text(quoted(path), " cannot be written: this build of Glioscope was made without ITK."));
}

} // namespace glio::io
