#pragma once
#include <algorithm>
#include <optional>
#include <string>

namespace glio::loop {

/// Of the convolutions; everything that sums (norms, losses, optimiser) is float32 always.
enum class Precision { Float32, BFloat16, Float16 };

inline const char *precisionName(Precision precision)
{
    return precision == Precision::BFloat16 ? "bf16" : precision == Precision::Float16 ? "fp16" : "fp32";
}
/// None for a name that is none of "fp32", "bf16", "fp16".
inline std::optional<Precision> precisionNamed(const std::string &name)
{
    for (const Precision p : {Precision::Float32, Precision::BFloat16, Precision::Float16})
        if (name == precisionName(p)) return p;
    return std::nullopt;
}

/// Dynamic loss scaling for float16, whose smallest numbers are too large for gradients: the loss is multiplied by
/// `scale` before backward, the gradient divided by it once, before anything looks at it. A step that overflows halves
/// the scale and is left out; after `growEvery` good ones in a row the scale doubles.
struct LossScaler {
    double scale = 65536;
    int growEvery = 2000;
    int good = 0; ///< since the last change

    static constexpr double least = 1.0, most = 16777216.0;
    void update(bool finite)
    {
        if (!finite) {
            scale = std::max(least, scale / 2);
            good = 0;
        } else if (++good >= growEvery) {
            scale = std::min(most, scale * 2);
            good = 0;
        }
    }
};

} // namespace glio::loop
