#pragma once
#include "glioscope/base/Error.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace glio::io {

/// ITK-SNAP's registry: entries (key, value) and folders of them, nested.
struct SnapFolder {
    std::map<std::string, std::string> entries;
    std::map<std::string, SnapFolder> folders;

    const SnapFolder *folder(std::string_view name) const;
    /// "" when there is none.
    std::string entry(std::string_view name) const;
};

/// Reads exactly this form of XML: <registry>, <folder key>, <entry key value>. Comments, the DOCTYPE and elements of
/// other names are passed over; the five named and the numeric entities are decoded, others stay as they are written:
/// nothing that a DOCTYPE declares is ever expanded. At most 64 folders deep.
/// Errors: Io with the line's number. Thread: any.
Result<SnapFolder> parseSnapRegistry(std::string_view xml, const std::filesystem::path &nameForErrors);

} // namespace glio::io
