#pragma once
#include "glioscope/base/Error.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glio::io {

constexpr std::uint32_t dicomTag(std::uint32_t group, std::uint32_t element) { return group << 16 | element; }

/// What one DICOM file says, read by walking its elements: every length is checked against the file, nothing is
/// trusted. Ours, because GDCM in Debian is built with assertions and aborts on files that end early.
struct DicomFile {
    std::filesystem::path path;
    std::string transferSyntax;
    std::map<std::uint32_t, std::string> values; ///< of the tags that matter here, raw bytes without padding
    bool hasPixels = false, encapsulated = false;
    std::uint64_t pixelOffset = 0, pixelBytes = 0; ///< of plain pixels

    std::string text(std::uint32_t tag) const;
    /// All numbers of a decimal string such as "0.9\0.9"; empty when there are none.
    std::vector<double> decimals(std::uint32_t tag) const;
    /// A 16-bit unsigned value (US).
    std::optional<int> number(std::uint32_t tag) const;
};

/// Errors: Io (not DICOM, or its elements do not fit into the file), Unsupported (big-endian, deflated).
Result<DicomFile> readDicomFile(const std::filesystem::path &path);

namespace tags {
inline constexpr auto kStudyDate = dicomTag(0x0008, 0x0020), kModality = dicomTag(0x0008, 0x0060),
                      kSeriesDescription = dicomTag(0x0008, 0x103e), kContrastAgent = dicomTag(0x0018, 0x0010),
                      kSliceThickness = dicomTag(0x0018, 0x0050), kSpacingBetweenSlices = dicomTag(0x0018, 0x0088),
                      kProtocolName = dicomTag(0x0018, 0x1030), kSeriesUid = dicomTag(0x0020, 0x000e),
                      kSeriesNumber = dicomTag(0x0020, 0x0011), kInstanceNumber = dicomTag(0x0020, 0x0013),
                      kPosition = dicomTag(0x0020, 0x0032), kOrientation = dicomTag(0x0020, 0x0037),
                      kSamples = dicomTag(0x0028, 0x0002), kFrames = dicomTag(0x0028, 0x0008),
                      kRows = dicomTag(0x0028, 0x0010), kColumns = dicomTag(0x0028, 0x0011),
                      kPixelSpacing = dicomTag(0x0028, 0x0030), kBitsAllocated = dicomTag(0x0028, 0x0100),
                      kBitsStored = dicomTag(0x0028, 0x0101), kSigned = dicomTag(0x0028, 0x0103),
                      kIntercept = dicomTag(0x0028, 0x1052), kSlope = dicomTag(0x0028, 0x1053),
                      kPixels = dicomTag(0x7fe0, 0x0010);
inline constexpr std::array kWanted{kStudyDate,
                                    kModality,
                                    kSeriesDescription,
                                    kContrastAgent,
                                    kSliceThickness,
                                    kProtocolName,
                                    kSeriesUid,
                                    kSpacingBetweenSlices,
                                    kSeriesNumber,
                                    kInstanceNumber,
                                    kPosition,
                                    kOrientation,
                                    kSamples,
                                    kFrames,
                                    kRows,
                                    kColumns,
                                    kPixelSpacing,
                                    kBitsAllocated,
                                    kBitsStored,
                                    kSigned,
                                    kIntercept,
                                    kSlope};
} // namespace tags

} // namespace glio::io
