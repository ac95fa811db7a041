#pragma once
// Includes LibTorch: for models/ and training/ alone.
#include "glioscope/interchange/ModelFile.h"
#include "glioscope/nets/Net.h"

namespace glio::interchange {

enum class StoredAs { Same, Float16, BFloat16 };

/// A copy of the array as a CPU tensor of its own dtype. Errors: Unsupported (U16, U32, U64).
Result<torch::Tensor> toTensor(const TensorView &view);

/// Parameters and buffers by name, on the CPU and contiguous; floating ones converted as asked. `keep` owns the bytes
/// that the views show, so it must outlive them.
std::vector<TensorView> tensorViews(const torch::nn::Module &module, StoredAs storedAs,
                                    std::vector<torch::Tensor> &keep);
/// The same for named tensors, such as EMA weights or an optimiser's state.
std::vector<TensorView> tensorViews(const std::vector<std::pair<std::string, torch::Tensor>> &named, StoredAs storedAs,
                                    std::vector<torch::Tensor> &keep);

/// Fills every parameter and buffer of `module` (converted to its dtype). Errors: ModelMismatch when one is missing,
/// too many are there or a shape differs; the module is then unchanged.
Result<void> loadInto(torch::nn::Module &module, const Safetensors &file);

/// The net of a model with its verified weights, float32, CPU, eval mode. Errors: those of weights(), makeNet,
/// loadInto.
Result<std::shared_ptr<nets::Net>> loadNet(const ModelFile &model);
/// The same net with `prompts` channels more than it was made for (a net that has so many already is as loadNet gives
/// it): their weights are 0, so that it answers as before whatever they hold. Errors: as above; Unsupported when its
/// architecture knows no prompts or it has another number of them.
Result<std::shared_ptr<nets::Net>> loadNetWithPrompts(const ModelFile &model, std::int64_t prompts);
/// writeModel with the net's weights; `info.net` is taken from the net.
Result<ModelFile> saveNet(const std::filesystem::path &directory, ModelInfo info, const nets::Net &net,
                          StoredAs storedAs = StoredAs::Float16);

} // namespace glio::interchange
