#pragma once
#include "glioscope/io/ImageFile.h"

namespace glio::io {

enum class FileKind { Image, Mask, Series, Colour, Complex, DicomFolder };
/// "image", "mask", "series" (4D), "colour", "complex", "dicom".
std::string_view fileKindName(FileKind kind);

/// One series of a DICOM folder.
struct DicomSeries {
    std::string uid, description, modality, date;
    int number = 0;
    std::vector<std::filesystem::path> files; ///< in slice order
    Size3 size{};
    Spacing3 spacing{};
    SequenceGuess guess;
};

/// What a file is: `glio info`, the open dialog, the Cases page.
struct ImageInfo {
    std::filesystem::path path;
    FileKind kind = FileKind::Image;
    std::string format; ///< "NIfTI-1", "NIfTI-2", "Analyze 7.5", "NRRD", "MetaImage", "DICOM"
    VoxelType type = VoxelType::Unknown;
    Geometry geometry;
    std::int64_t volumes = 1;
    bool orientationStated = true, bigEndian = false, compressed = false;
    double slope = 1, intercept = 0;
    std::string description;
    bool hasRange = false; ///< the voxels were read and at least one is finite
    float minimum = 0, maximum = 0;
    std::int64_t notFinite = 0;
    SequenceGuess guess;
    std::vector<Label> labels;       ///< of a mask: the values that occur, without 0
    SchemeDetection scheme;          ///< of a mask
    std::vector<DicomSeries> series; ///< of a DICOM folder
    std::vector<std::string> notes;  ///< sentences: no orientation, sheared, constant, voxels that are not numbers …
};

struct DescribeOptions {
    bool withData = true; ///< read the voxels for range and labels; false: the header alone, in microseconds
};

/// Errors: those of readImage, when nothing can be said about the file. A file whose header can be read and whose
/// voxels cannot gives an error too (never half a truth), except colour and complex images, which are described.
Result<ImageInfo> describe(const std::filesystem::path &path, const DescribeOptions &options = {});

/// The series of a DICOM folder, by series number. Errors: Io, InvalidArgument (no DICOM file there), Unsupported
/// (this build has no ITK).
Result<std::vector<DicomSeries>> listDicomSeries(const std::filesystem::path &folder);
/// True when a file in it (the first hundred are looked at) carries the DICM mark.
bool isDicomFolder(const std::filesystem::path &folder);
/// One series as a volume; `files` in slice order as listDicomSeries gives them.
Result<ImageVolume> readDicomSeries(const DicomSeries &series);

} // namespace glio::io
