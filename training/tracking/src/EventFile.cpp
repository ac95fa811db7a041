#include "glioscope/tracking/EventFile.h"

#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>
#include <unistd.h>

namespace glio::tracking {
namespace {

constexpr std::array<std::uint32_t, 256> crcTable()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t n = 0; n < 256; ++n) {
        std::uint32_t value = n;
        for (int bit = 0; bit < 8; ++bit)
            value = value & 1 ? value >> 1 ^ 0x82f63b78u : value >> 1;
        table[n] = value;
    }
    return table;
}

template <class T> std::string littleEndian(T value)
{
    if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
    std::string bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

std::span<const std::byte> bytesOf(const std::string &text) { return std::as_bytes(std::span(text)); }

// Protobuf: a key is (field << 3 | type); types used: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes.
std::string varint(std::uint64_t value)
{
    std::string bytes;
    for (; value >= 0x80; value >>= 7)
        bytes += char((value & 0x7f) | 0x80);
    return bytes += char(value);
}
std::string key(unsigned field, unsigned type) { return varint(field << 3 | type); }
std::string eightBytes(unsigned field, double value)
{
    return key(field, 1) + littleEndian(std::bit_cast<std::uint64_t>(value));
}
std::string fourBytes(unsigned field, float value)
{
    return key(field, 5) + littleEndian(std::bit_cast<std::uint32_t>(value));
}
std::string delimited(unsigned field, const std::string &bytes) { return key(field, 2) + varint(bytes.size()) + bytes; }

} // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes)
{
    static constexpr auto table = crcTable();
    std::uint32_t value = 0xffffffffu;
    for (const std::byte byte : bytes)
        value = table[(value ^ std::uint32_t(byte)) & 0xff] ^ value >> 8;
    return ~value;
}

std::uint32_t maskedCrc32c(std::span<const std::byte> bytes) { return std::rotr(crc32c(bytes), 15) + 0xa282ead8u; }

std::string tfRecord(const std::string &bytes)
{
    const std::string length = littleEndian(std::uint64_t(bytes.size()));
    return length + littleEndian(maskedCrc32c(bytesOf(length))) + bytes + littleEndian(maskedCrc32c(bytesOf(bytes)));
}

// Event: 1 wall_time (double), 2 step (int64), 3 file_version (string), 5 summary; Summary: 1 value, repeated;
// Value: 1 tag (string), 2 simple_value (float).
std::string versionEvent(double wallTime) { return eightBytes(1, wallTime) + delimited(3, "brain.Event:2"); }

std::string scalarEvent(double wallTime, std::int64_t step, const Values &values)
{
    std::string summary;
    for (const auto &[tag, value] : values)
        summary += delimited(1, delimited(1, tag) + fourBytes(2, float(value)));
    return eightBytes(1, wallTime) + key(2, 0) + varint(std::uint64_t(step)) + delimited(5, summary);
}

Result<EventFile> EventFile::create(const std::filesystem::path &folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(Errc::Io, "The folder " + folder.string() + " cannot be made: " + error.message() + '.');
    const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    char host[256] = "host";
    gethostname(host, sizeof host - 1);
    auto name = "events.out.tfevents." + std::to_string(std::int64_t(now)) + '.' + host;
    for (int n = 1; std::filesystem::exists(folder / name, error); ++n) // resumed within the same second
        name = "events.out.tfevents." + std::to_string(std::int64_t(now)) + '.' + host + '.' + std::to_string(n);
    EventFile file(folder / name);
    file.m_file.open(file.m_path, std::ios::binary);
    file.m_file << tfRecord(versionEvent(now)) << std::flush;
    if (!file.m_file) return fail(Errc::Io, file.m_path.string() + " cannot be written.");
    return file;
}

Result<void> EventFile::add(double wallTime, std::int64_t step, const Values &values)
{
    m_file.clear(); // a disk that was full may have room again
    m_file << tfRecord(scalarEvent(wallTime, step, values)) << std::flush;
    return m_file ? Result<void>{} : fail(Errc::Io, m_path.string() + " cannot be written.");
}

} // namespace glio::tracking
