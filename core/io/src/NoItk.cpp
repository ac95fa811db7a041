#include "FileHeader.h"
#include "Text.h"

#include "glioscope/io/Describe.h"

namespace glio::io {

Result<Bytes> readVoxelsWithItk(const std::filesystem::path &path, const FileHeader &)
{
    return fail(
        Errc::Unsupported,
        text(quoted(path), " cannot be read: this build of Glioscope reads NIfTI alone. Convert it to .nii.gz."));
}
Result<std::vector<DicomSeries>> listDicomSeries(const std::filesystem::path &folder)
{
    return fail(Errc::Unsupported,
                text(quoted(folder),
                     " cannot be read: this build of Glioscope reads NIfTI alone. Convert the series to .nii.gz."));
}
Result<ImageVolume> readDicomSeries(const DicomSeries &)
{
    return fail(Errc::Unsupported, "This build of Glioscope reads NIfTI alone. Convert the series to .nii.gz.");
}

} // namespace glio::io
