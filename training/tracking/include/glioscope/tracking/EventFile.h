#pragma once
#include "glioscope/base/Error.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace glio::tracking {

/// CRC-32C (Castagnoli), and as TFRecord stores it.
std::uint32_t crc32c(std::span<const std::byte> bytes);
std::uint32_t maskedCrc32c(std::span<const std::byte> bytes);

/// One record of a TFRecord file: length, its checksum, bytes, their checksum.
std::string tfRecord(const std::string &bytes);

using Values = std::vector<std::pair<std::string, double>>; ///< tag, value

/// TensorBoard's Event message in protobuf's encoding: the file's version, or scalars at a step.
std::string versionEvent(double wallTime);
std::string scalarEvent(double wallTime, std::int64_t step, const Values &values);

/// An event file that TensorBoard reads while it grows. Every `add` ends with a whole record on disk; a kill in the
/// middle leaves one that TensorBoard skips. Thread: one.
class EventFile {
public:
    /// Makes `folder`/events.out.tfevents.<seconds>.<host>. A resumed run opens a further file: TensorBoard joins them.
    /// Errors: Io.
    static Result<EventFile> create(const std::filesystem::path &folder);
    Result<void> add(double wallTime, std::int64_t step, const Values &values); ///< Errors: Io.
    const std::filesystem::path &path() const { return m_path; }

private:
    explicit EventFile(std::filesystem::path path) : m_path(std::move(path)) {}
    std::filesystem::path m_path;
    std::ofstream m_file;
};

} // namespace glio::tracking
