#include "glioscope/cuda/Kernels.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cuda_runtime_api.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

using namespace glio;
using namespace glio::cuda;

namespace {
/// Bytes on the device that come from and go back to a vector.
template <class T> class OnDevice {
public:
    explicit OnDevice(const std::vector<T> &values) : m_count(values.size())
    {
        REQUIRE(cudaMalloc(&m_data, m_count * sizeof(T)) == cudaSuccess);
        REQUIRE(cudaMemcpy(m_data, values.data(), m_count * sizeof(T), cudaMemcpyHostToDevice) == cudaSuccess);
    }
    ~OnDevice() { cudaFree(m_data); }
    OnDevice(const OnDevice &) = delete;
    T *data() const { return static_cast<T *>(m_data); }
    std::vector<T> back() const
    {
        std::vector<T> values(m_count);
        REQUIRE(cudaMemcpy(values.data(), m_data, m_count * sizeof(T), cudaMemcpyDeviceToHost) == cudaSuccess);
        return values;
    }

private:
    std::size_t m_count;
    void *m_data = nullptr;
};

std::vector<float> randomNumbers(std::size_t count, float mean)
{
    std::mt19937 engine(7);
    std::normal_distribution<float> normal(mean, 2);
    std::vector<float> values(count);
    for (float &v : values)
        v = normal(engine);
    return values;
}

/// Through the host's norm of one voxel a channel, whose result is its bias rounded to the format.
std::vector<std::uint16_t> rounded(const std::vector<float> &values, Number number)
{
    std::vector<std::uint16_t> zeros(values.size()), out(values.size());
    const std::vector<float> weight(values.size(), 1.0f);
    REQUIRE(normActivateHost({.in = zeros.data(),
                              .out = out.data(),
                              .number = number,
                              .channels = std::int64_t(values.size()),
                              .groups = std::int64_t(values.size()),
                              .weight = weight.data(),
                              .bias = values.data(),
                              .activation = cuda::Activation::None}));
    return out;
}

float widened(std::uint16_t bits, Number number)
{
    if (number == Number::BFloat16) {
        const std::uint32_t wide = std::uint32_t(bits) << 16;
        float value = 0;
        std::memcpy(&value, &wide, 4);
        return value;
    }
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    const float size =
        exponent == 0 ? std::ldexp(float(mantissa), -24) : std::ldexp(float(1024 + mantissa), exponent - 25);
    return bits & 0x8000 ? -size : size;
}
} // namespace

TEST_CASE("The device's norm equals the processor's", "[cuda][gpu]")
{
    if (deviceCount() == 0) SKIP("there is no CUDA device here");
    const std::int64_t groups = GENERATE(1, 4, 16);
    const std::int64_t voxels = GENERATE(1, 1000, 1001, 70'000);
    const auto activation = GENERATE(cuda::Activation::None, cuda::Activation::LeakyRelu, cuda::Activation::Silu);
    const std::vector<float> x = randomNumbers(std::size_t(2 * 16 * voxels), 30), weight = randomNumbers(16, 1),
                             bias = randomNumbers(16, 0);
    std::vector<float> expected(x.size());
    NormActivate work{.in = x.data(),
                      .out = expected.data(),
                      .samples = 2,
                      .channels = 16,
                      .voxels = voxels,
                      .groups = groups,
                      .weight = weight.data(),
                      .bias = bias.data(),
                      .activation = activation};
    REQUIRE(normActivateHost(work));
    const OnDevice in(x), out(std::vector<float>(x.size())), w(weight), b(bias);
    const OnDevice space(std::vector<char>(std::size_t(normWorkspaceBytes(work))));
    work.in = in.data();
    work.out = out.data();
    work.weight = w.data();
    work.bias = b.data();
    REQUIRE(normActivateDevice(work, space.data(), nullptr));
    const std::vector<float> found = out.back();
    float most = 0;
    for (std::size_t n = 0; n < found.size(); ++n)
        most = std::max(most, std::abs(found[n] - expected[n]));
    CHECK(most < 1e-3f);
    REQUIRE(normActivateDevice(work, space.data(), nullptr));
    CHECK(out.back() == found); // the same bits
}

TEST_CASE("The device's norm of sixteen-bit numbers equals the processor's within one step", "[cuda][gpu]")
{
    if (deviceCount() == 0) SKIP("there is no CUDA device here");
    const auto number = GENERATE(Number::Float16, Number::BFloat16);
    const std::int64_t voxels = GENERATE(64, 4097);
    const std::vector<std::uint16_t> x = rounded(randomNumbers(std::size_t(8 * voxels), 3), number);
    const std::vector<float> weight = randomNumbers(8, 1), bias = randomNumbers(8, 0);
    std::vector<std::uint16_t> expected(x.size());
    NormActivate work{.in = x.data(),
                      .out = expected.data(),
                      .number = number,
                      .channels = 8,
                      .voxels = voxels,
                      .groups = 8,
                      .weight = weight.data(),
                      .bias = bias.data()};
    REQUIRE(normActivateHost(work));
    const OnDevice in(x), out(std::vector<std::uint16_t>(x.size()));
    const OnDevice w(weight), b(bias);
    const OnDevice space(std::vector<char>(std::size_t(normWorkspaceBytes(work))));
    work.in = in.data();
    work.out = out.data();
    work.weight = w.data();
    work.bias = b.data();
    REQUIRE(normActivateDevice(work, space.data(), nullptr));
    const auto found = out.back();
    const float step = number == Number::Float16 ? 0x1p-10f : 0x1p-7f;
    for (std::size_t n = 0; n < found.size(); ++n) {
        const float a = widened(found[n], number), e = widened(expected[n], number);
        if (std::abs(a - e) > step * std::max(std::abs(e), 0.01f)) FAIL("voxel " << n << ": " << a << " and " << e);
    }
}

TEST_CASE("The device's accumulation equals the processor's", "[cuda][gpu]")
{
    if (deviceCount() == 0) SKIP("there is no CUDA device here");
    constexpr std::int64_t classes = 5, planes = 12, rows = 20, columns = 30;
    const std::vector<float> logits = randomNumbers(classes * 16 * 8 * 12, 0);
    const std::vector<float> px = randomNumbers(16, 5), py = randomNumbers(8, 5), pz = randomNumbers(12, 5);
    std::vector<float> sums(classes * planes * rows * columns), weights(planes * rows * columns);
    const OnDevice dl(logits), ds(sums), dw(weights), dx(px), dy(py), dz(pz);
    for (const std::int64_t z : {0, 5, 17}) {
        Accumulate work{.logits = logits.data(),
                        .sums = sums.data(),
                        .weights = weights.data(),
                        .classes = classes,
                        .planes = planes,
                        .rows = rows,
                        .columns = columns,
                        .window = {16, 8, 12},
                        .start = {z % 14, z % 12, z},
                        .profileX = px.data(),
                        .profileY = py.data(),
                        .profileZ = pz.data(),
                        .factor = 10};
        REQUIRE(accumulateHost(work));
        work.logits = dl.data();
        work.sums = ds.data();
        work.weights = dw.data();
        work.profileX = dx.data();
        work.profileY = dy.data();
        work.profileZ = dz.data();
        REQUIRE(accumulateDevice(work, nullptr));
    }
    const auto foundSums = ds.back(), foundWeights = dw.back();
    for (std::size_t n = 0; n < sums.size(); ++n)
        if (std::abs(foundSums[n] - sums[n]) > 1e-4f * std::max(1.0f, std::abs(sums[n])))
            FAIL("sum " << n << ": " << foundSums[n] << " and " << sums[n]);
    for (std::size_t n = 0; n < weights.size(); ++n)
        if (std::abs(foundWeights[n] - weights[n]) > 1e-4f * std::max(1.0f, std::abs(weights[n])))
            FAIL("weight " << n << ": " << foundWeights[n] << " and " << weights[n]);
}
