#include "glioscope/base/Sha256.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <vector>

namespace glio {
namespace {

constexpr std::array<std::uint32_t, 64> kRound{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

} // namespace

Sha256::Sha256()
    : m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
{
}

void Sha256::block(const std::uint8_t *data)
{
    std::array<std::uint32_t, 64> w;
    for (std::size_t n = 0; n < 16; ++n)
        w[n] = std::uint32_t(data[4 * n]) << 24 | std::uint32_t(data[4 * n + 1]) << 16 |
               std::uint32_t(data[4 * n + 2]) << 8 | data[4 * n + 3];
    for (std::size_t n = 16; n < 64; ++n) {
        const auto s0 = std::rotr(w[n - 15], 7) ^ std::rotr(w[n - 15], 18) ^ (w[n - 15] >> 3);
        const auto s1 = std::rotr(w[n - 2], 17) ^ std::rotr(w[n - 2], 19) ^ (w[n - 2] >> 10);
        w[n] = w[n - 16] + s0 + w[n - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = m_state;
    for (std::size_t n = 0; n < 64; ++n) {
        const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto t1 = h + s1 + ((e & f) ^ (~e & g)) + kRound[n] + w[n];
        const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> add{a, b, c, d, e, f, g, h};
    for (std::size_t n = 0; n < 8; ++n)
        m_state[n] += add[n];
}

void Sha256::add(std::span<const std::byte> bytes)
{
    const auto *data = reinterpret_cast<const std::uint8_t *>(bytes.data());
    std::size_t left = bytes.size();
    while (left > 0) {
        const std::size_t used = m_length % 64;
        if (used == 0 && left >= 64) {
            block(data);
            data += 64, left -= 64, m_length += 64;
            continue;
        }
        const std::size_t take = std::min(left, 64 - used);
        std::memcpy(m_buffer.data() + used, data, take);
        data += take, left -= take, m_length += take;
        if (m_length % 64 == 0) block(m_buffer.data());
    }
}

std::string Sha256::hex()
{
    const std::uint64_t bitCount = m_length * 8;
    std::vector<std::byte> tail((m_length % 64 < 56 ? 56 : 120) - m_length % 64, std::byte{0});
    tail.front() = std::byte{0x80};
    for (int shift = 56; shift >= 0; shift -= 8)
        tail.push_back(std::byte(bitCount >> shift));
    add(tail);
    std::string text;
    for (const std::uint32_t word : m_state)
        for (int shift = 28; shift >= 0; shift -= 4)
            text += "0123456789abcdef"[(word >> shift) & 15];
    return text;
}

std::string sha256Hex(std::span<const std::byte> bytes)
{
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

Result<std::string> sha256OfFile(const std::filesystem::path &path)
{
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return fail(Errc::Io, path.string() + ": the file cannot be read.");
    Sha256 hash;
    std::vector<char> buffer(1 << 16);
    while (stream) {
        stream.read(buffer.data(), std::streamsize(buffer.size()));
        hash.add(std::as_bytes(std::span(buffer.data(), std::size_t(stream.gcount()))));
    }
    if (stream.bad()) return fail(Errc::Io, path.string() + ": the file cannot be read to its end.");
    return hash.hex();
}

} // namespace glio
