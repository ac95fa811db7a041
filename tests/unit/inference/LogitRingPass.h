#pragma once
#include "LogitRing.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>

namespace glio::inference {

inline constexpr int kClasses = 3;
inline const Size3 kSize{9, 10, 20}, kPadded{12, 10, 20}, kWindow{8, 8, 8};
inline const Index3 kPad{1, 0, 0};

/// Windows over the whole volume, each of its own constant logits; planes are taken out as a pass takes them.
inline std::vector<float> pass(LogitRing &ring, const torch::Device &device)
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

inline float apart(const std::vector<float> &a, const std::vector<float> &b)
{
    float most = 0;
    for (std::size_t n = 0; n < a.size(); ++n)
        most = std::max(most, std::abs(a[n] - b[n]));
    return most;
}

} // namespace glio::inference
