#include "LogitRingPass.h"

#include <torch/cuda.h>

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::inference;

TEST_CASE("Planes that were added up on a CUDA device equal the processor's", "[inference][gpu]")
{
    if (!torch::cuda::is_available()) SKIP("there is no CUDA device here");
    LogitRing host(kPadded, kWindow, kClasses), device(kPadded, kWindow, kClasses);
    CHECK(apart(pass(device, torch::Device(torch::kCUDA, 0)), pass(host, torch::kCPU)) < 1e-4f);
}
