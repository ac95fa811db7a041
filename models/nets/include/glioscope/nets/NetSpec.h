#pragma once
#include "glioscope/base/Error.h"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace glio::nets {

/// The value of one option of an architecture.
using OptionValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>>;

/// Which net: an architecture's name and what differs from its defaults. What model.json stores; builds without
/// LibTorch.
struct NetSpec {
    std::string architecture = "improved-unet3d";
    std::map<std::string, OptionValue> options;

    /// `optionsJson` is a JSON object of numbers, strings, booleans and lists of whole numbers.
    /// Errors: InvalidArgument (not such an object). The options are judged by the architecture, not here.
    static Result<NetSpec> parse(std::string architecture, const std::string &optionsJson);
    std::string optionsJson() const; ///< one line; parse(architecture, optionsJson()) gives this spec again
};

enum class Block { Residual, Plain };
enum class Norm { Instance, Group };
enum class Activation { LeakyRelu, Silu };

/// Options of "improved-unet3d" (algorithms.md A.5): an encoder and decoder of `widths.size()` levels, each level half
/// the size of the one before. Residual: conv-norm-act-(dropout)-conv-norm plus the 1x1x1 or identity skip, then act.
/// Plain: conv-norm-act twice (the recipe's net). The first convolution of a level below the top has stride 2; up goes
/// a transposed convolution of 2x2x2; the skip is concatenated before it (skip first, then what comes from below).
struct UNet3DOptions {
    std::int64_t inputs = 4;  ///< channels in, "inputs"
    std::int64_t classes = 5; ///< logits out with background first, "classes"
    std::vector<std::int64_t> widths{16, 32, 64, 128, 256};
    Block block = Block::Residual;                 ///< "block": "residual" | "plain"
    Norm norm = Norm::Instance;                    ///< "norm": "instance" | "group"
    std::int64_t groups = 8;                       ///< groups of GroupNorm, at most channels / 4
    Activation activation = Activation::LeakyRelu; ///< "activation": "leaky-relu" (0.01) | "silu"
    std::vector<std::int64_t> dilations;           ///< per level, of the first convolution; empty = all 1
    std::int64_t bottleneckDilation = 1;           ///< of the second convolution at the deepest level
    double dropout = 0.0;                          ///< share of whole channels dropped, 0..0.9
    std::int64_t dropoutFrom = 2;                  ///< first level (0 = full size) that drops
    std::int64_t supervision = 2;                  ///< further heads for deep supervision, on levels 1, 2 ...
    /// "difference": the net derives one more channel, T1c - T1, from its inputs, which then start with T1 and T1c;
    /// see withDifference in Net.h. Files, windows and the trainer keep `inputs` channels.
    bool difference = false;
    /// "prompts": channels after the inputs that say what a reader clicked (PromptChannels.h); 0 = none. A net with
    /// prompts also takes the inputs alone: the prompts then are 0.
    std::int64_t prompts = 0;

    /// Of the first convolution.
    std::int64_t channelsIn() const { return inputs + prompts + (difference ? 1 : 0); }

    /// Errors: InvalidArgument names the option that is unknown, of the wrong kind or out of range.
    static Result<UNet3DOptions> from(const NetSpec &spec);
    NetSpec spec() const; ///< every option stated
};

/// Sizes (voxels along each axis) must be multiples of this: 2^(levels - 1).
std::int64_t sizeMultiple(const UNet3DOptions &options);

/// A named starting point, as `glio nets` lists it.
struct Preset {
    std::string name, description;
    NetSpec spec;
};
const std::vector<Preset> &presets();
const Preset *findPreset(const std::string &name);

/// Weights of the net that `spec` describes, counted without building it. Errors: InvalidArgument.
Result<std::int64_t> parameterCount(const NetSpec &spec);

} // namespace glio::nets
