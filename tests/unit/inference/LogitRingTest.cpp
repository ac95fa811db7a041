#include "LogitRing.h"

#include <torch/cuda.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>

using namespace glio;
using namespace glio::inference;

namespace {
constexpr int kClasses = 3;
const Size3 kSize{9, 10, 20}, kPadded{12, 10, 20}, kWindow{8, 8, 8};
const Index3 kPad{1, 0, 0};

/// Windows over the whole volume, each of its own constant logits; planes are taken out as a pass takes them.
std::vector<float> pass(LogitRing &ring, const torch::Device &device)
{
    std::vector<float> out(std::size_t((kClasses - 1) * kSize[0] * kSize[1] * kSize[2]), -1.0f);
    std::int64_t finished = 0;
    torch::manual_seed(8);
    for (const std::int64_t k : {0, 4, 8, 12}) {
        if (k > finished) {
            ring.flush(finished, k, kSize, kPad, out);
            finished = k;
        }
        for (const std::int64_t j : {0, 2})
            for (const std::int64_t i : {0, 4})
                ring.add(torch::randn({1, kClasses, 8, 8, 8}).to(device), {i, j, k});
    }
    ring.flush(finished, kPadded[2], kSize, kPad, out);
    return out;
}

float apart(const std::vector<float> &a, const std::vector<float> &b)
{
    float most = 0;
    for (std::size_t n = 0; n < a.size(); ++n)
        most = std::max(most, std::abs(a[n] - b[n]));
    return most;
}
} // namespace

TEST_CASE("Probabilities of a volume that one window covers are the softmax of its logits", "[inference]")
{
    LogitRing ring(kWindow, kWindow, kClasses);
    torch::manual_seed(9);
    const torch::Tensor logits = torch::randn({1, kClasses, 8, 8, 8});
    ring.add(logits, {0, 0, 0});
    std::vector<float> out(2 * 512, -1.0f);
    ring.flush(0, 8, kWindow, {0, 0, 0}, out);
    const torch::Tensor expected = torch::softmax(logits, 1)[0].slice(0, 1).contiguous();
    const auto *values = expected.const_data_ptr<float>();
    CHECK(apart(out, std::vector<float>(values, values + out.size())) < 1e-5f);
}

TEST_CASE("Planes finished by operators equal those finished by loops", "[inference]")
{
    LogitRing loops(kPadded, kWindow, kClasses), operators(kPadded, kWindow, kClasses, LogitRing::Finish::Operators);
    const std::vector<float> expected = pass(loops, torch::kCPU), found = pass(operators, torch::kCPU);
    CHECK(std::ranges::none_of(expected, [](float v) { return v < 0; })); // every voxel was written
    CHECK(apart(found, expected) < 1e-5f);
}

TEST_CASE("Planes that were added up on a CUDA device equal the processor's", "[inference][gpu]")
{
    if (!torch::cuda::is_available()) SKIP("there is no CUDA device here");
    LogitRing host(kPadded, kWindow, kClasses), device(kPadded, kWindow, kClasses);
    CHECK(apart(pass(device, torch::Device(torch::kCUDA, 0)), pass(host, torch::kCPU)) < 1e-4f);
}
