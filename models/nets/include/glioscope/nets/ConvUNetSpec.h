#pragma once
#include "glioscope/nets/NetSpec.h"

namespace glio::nets {

enum class Encoder { Plain, Residual };

/// Options of "plain-conv-unet" and "residual-encoder-unet": the networks that nnU-Net plans, with the names of its
/// weights, so that a model trained there can be read here (algorithms.md C.3, C.4).
/// Stage s of the encoder has features[s] channels and begins with a stride of strides[s]. Plain: `convs` times
/// convolution-norm-LeakyReLU. Residual: a stem, then `blocks` blocks of two convolutions; a strided block's skip is
/// pooled. Decoder: transposed convolution, what came up before the skip, `decoderConvs` convolutions, a 1x1x1 head on
/// every stage. Instance norm (eps 1e-5), LeakyReLU 0.01, convolutions with bias.
struct ConvUNetOptions {
    Encoder encoder = Encoder::Plain; ///< by the architecture's name
    std::int64_t inputs = 4;          ///< "inputs"
    std::int64_t classes = 5;         ///< "classes", background first
    std::vector<std::int64_t> features{32, 64, 128, 256, 320};
    std::vector<std::int64_t> strides;      ///< a number a stage, or three (D, H, W); empty: 1, then 2 everywhere
    std::vector<std::int64_t> kernels;      ///< odd edges in the same form; empty: 3 everywhere
    std::vector<std::int64_t> convs;        ///< plain: per stage; empty: 2 everywhere
    std::vector<std::int64_t> blocks;       ///< residual: per stage; empty: 1, 3, 4, 6, 6, 6 ...
    std::vector<std::int64_t> decoderConvs; ///< per decoder stage, lowest first; empty: plain 2, residual 1
    double dropout = 0.0;                   ///< share of whole channels dropped before each norm of the encoder, 0..0.9
    std::int64_t supervision = 2;           ///< heads besides the full-size one that training looks at
    bool difference = false;                ///< one more channel T1c - T1, see withDifference

    std::int64_t stages() const { return std::int64_t(features.size()); }
    std::int64_t channelsIn() const { return inputs + (difference ? 1 : 0); }

    /// Every list filled in (strides and kernels three a stage). Errors: InvalidArgument names the option.
    static Result<ConvUNetOptions> from(const NetSpec &spec);
    NetSpec spec() const;
};

std::int64_t sizeMultiple(const ConvUNetOptions &options);
std::int64_t parameterCount(const ConvUNetOptions &options);

} // namespace glio::nets
