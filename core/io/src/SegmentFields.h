#pragma once
#include "FileHeader.h"

#include "glioscope/io/MaskFile.h"

namespace glio::io {

/// True when a header's keys describe segments.
bool hasSegments(const FileHeader &header);

/// The segments of a header in the order of their numbers, values not yet assigned (`value` is 0). What cannot be used
/// is told in `remarks` and takes a default: layer 0 (or the segment's number where layers are many and none is
/// stated), value 1.
std::vector<MaskSegment> segmentsOf(const FileHeader &header, std::vector<std::string> &remarks);

/// The file's and the segments' key:=value lines for `mask` as one layer. Values that no segment names get one.
std::string segmentLines(const LabelVolume &mask, std::span<const MaskSegment> segments,
                         const Index3 &referenceExtentOffset);

/// The segment that stands for a value of which nothing is known: "Label 7", a colour by its value.
MaskSegment unnamedSegment(Label value);

/// writeLabels for a .nrrd name, with these lines in its header. In ImageWrite.cpp.
Result<void> writeNrrdWithLines(const std::filesystem::path &path, const LabelVolume &mask,
                                const std::string &description, const std::string &schemeId, const std::string &lines);

/// NRRD keeps a backslash and a line's end inside a value as two characters.
std::string escaped(std::string_view value);
std::string unescaped(std::string_view value);

} // namespace glio::io
