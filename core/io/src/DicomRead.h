#pragma once
#include "glioscope/io/Describe.h"

namespace glio::io {

/// The series by ITK and GDCM, for compressed and multi-frame files. The files' elements were walked before: GDCM
/// aborts on files that end early. Errors: Io, Geometry, Unsupported (this build has no ITK), OutOfMemory.
Result<ImageVolume> readDicomWithItk(const DicomSeries &series);

/// True when the file carries the DICM mark.
bool isDicomFile(const std::filesystem::path &path);

} // namespace glio::io
