#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>

namespace glio {

/// Random numbers from a counter (Philox 4x32-10, Salmon et al. 2011): the stream is a function of the key alone, so
/// sample n of epoch e is the same whoever draws it, in whatever order, on however many threads.
class CounterRandom {
public:
    /// Key: up to any number of integers, such as {seed, epoch, sample}.
    explicit CounterRandom(std::initializer_list<std::uint64_t> key);

    std::uint32_t bits();
    double uniform();                        ///< [0, 1)
    double uniform(double low, double high); ///< [low, high)
    double normal();                         ///< mean 0, standard deviation 1
    double normal(double mean, double deviation) { return mean + deviation * normal(); }
    std::int64_t integer(std::int64_t low, std::int64_t high); ///< low..high, both included
    bool chance(double probability) { return uniform() < probability; }

private:
    void refill();
    std::array<std::uint32_t, 2> m_key{};
    std::uint64_t m_counter = 0;
    std::array<std::uint32_t, 4> m_block{};
    int m_left = 0;
    double m_spareNormal = 0;
    bool m_hasSpare = false;
};

} // namespace glio
