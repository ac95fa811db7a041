#include "glioscope/base/Random.h"

#include <cmath>
#include <numbers>

namespace glio {
namespace {

std::uint64_t mix(std::uint64_t x) // splitmix64's finaliser
{
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

} // namespace

CounterRandom::CounterRandom(std::initializer_list<std::uint64_t> key)
{
    std::uint64_t h = 0x676C696F73636F70ull;
    for (const std::uint64_t part : key)
        h = mix(h ^ mix(part));
    m_key = {std::uint32_t(h), std::uint32_t(h >> 32)};
}

void CounterRandom::refill()
{
    std::array<std::uint32_t, 4> x{std::uint32_t(m_counter), std::uint32_t(m_counter >> 32), 0, 0};
    std::array<std::uint32_t, 2> k = m_key;
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p = std::uint64_t(0xD2511F53u) * x[0], q = std::uint64_t(0xCD9E8D57u) * x[2];
        x = {std::uint32_t(q >> 32) ^ x[1] ^ k[0], std::uint32_t(q), std::uint32_t(p >> 32) ^ x[3] ^ k[1],
             std::uint32_t(p)};
        k[0] += 0x9E3779B9u;
        k[1] += 0xBB67AE85u;
    }
    m_block = x;
    m_left = 4;
    ++m_counter;
}

std::uint32_t CounterRandom::bits()
{
    if (m_left == 0) refill();
    return m_block[std::size_t(--m_left)];
}

double CounterRandom::uniform() { return ((std::uint64_t(bits()) << 21) ^ (bits() >> 11)) * 0x1.0p-53; }
double CounterRandom::uniform(double low, double high) { return low + (high - low) * uniform(); }

double CounterRandom::normal()
{
    if (m_hasSpare) {
        m_hasSpare = false;
        return m_spareNormal;
    }
    const double radius = std::sqrt(-2 * std::log(1 - uniform())), angle = 2 * std::numbers::pi * uniform();
    m_spareNormal = radius * std::sin(angle);
    m_hasSpare = true;
    return radius * std::cos(angle);
}

std::int64_t CounterRandom::integer(std::int64_t low, std::int64_t high)
{
    return low + std::int64_t(uniform() * double(high - low + 1));
}

} // namespace glio
