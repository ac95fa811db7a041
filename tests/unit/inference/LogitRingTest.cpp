#include "LogitRingPass.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::inference;

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
