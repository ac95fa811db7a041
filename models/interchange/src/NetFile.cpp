#include "glioscope/interchange/NetFile.h"

#include <torch/torch.h>

#include <cstring>

namespace glio::interchange {
namespace {
std::optional<torch::ScalarType> scalarType(Dtype dtype)
{
    switch (dtype) {
    case Dtype::Bool:
        return torch::kBool;
    case Dtype::U8:
        return torch::kUInt8;
    case Dtype::I8:
        return torch::kInt8;
    case Dtype::I16:
        return torch::kShort;
    case Dtype::F16:
        return torch::kHalf;
    case Dtype::BF16:
        return torch::kBFloat16;
    case Dtype::I32:
        return torch::kInt;
    case Dtype::F32:
        return torch::kFloat;
    case Dtype::I64:
        return torch::kLong;
    case Dtype::F64:
        return torch::kDouble;
    case Dtype::U16:
    case Dtype::U32:
    case Dtype::U64:
        break;
    }
    return std::nullopt;
}
std::optional<Dtype> dtypeOf(torch::ScalarType type)
{
    for (const Dtype dtype : {Dtype::Bool, Dtype::U8, Dtype::I8, Dtype::I16, Dtype::F16, Dtype::BF16, Dtype::I32,
                              Dtype::F32, Dtype::I64, Dtype::F64})
        if (scalarType(dtype) == type) return dtype;
    return std::nullopt;
}
std::vector<std::pair<std::string, torch::Tensor>> named(const torch::nn::Module &module)
{
    std::vector<std::pair<std::string, torch::Tensor>> all;
    for (const auto &item : module.named_parameters())
        all.emplace_back(item.key(), item.value());
    for (const auto &item : module.named_buffers())
        all.emplace_back(item.key(), item.value());
    return all;
}
} // namespace

Result<torch::Tensor> toTensor(const TensorView &view)
{
    const auto type = scalarType(view.dtype);
    if (!type)
        return fail(Errc::Unsupported, "Array '" + view.name + "' is of type " + std::string(dtypeName(view.dtype)) +
                                           ", which nets do not use.");
    torch::Tensor tensor = torch::empty(view.shape, torch::TensorOptions().dtype(*type));
    if (!view.bytes.empty()) std::memcpy(tensor.mutable_data_ptr(), view.bytes.data(), view.bytes.size());
    return tensor;
}

std::vector<TensorView> tensorViews(const std::vector<std::pair<std::string, torch::Tensor>> &all, StoredAs storedAs,
                                    std::vector<torch::Tensor> &keep)
{
    const torch::NoGradGuard quiet;
    std::vector<TensorView> views;
    for (const auto &[name, given] : all) {
        torch::Tensor tensor = given.detach().cpu();
        if (tensor.is_floating_point() && storedAs != StoredAs::Same)
            tensor = tensor.to(storedAs == StoredAs::Float16 ? torch::kHalf : torch::kBFloat16);
        tensor = tensor.contiguous();
        const auto dtype = dtypeOf(tensor.scalar_type());
        TORCH_CHECK(dtype, "array ", name, " has a type that safetensors cannot hold");
        keep.push_back(tensor);
        views.push_back({.name = name,
                         .dtype = *dtype,
                         .shape = tensor.sizes().vec(),
                         .bytes = {static_cast<const std::byte *>(tensor.const_data_ptr()), tensor.nbytes()}});
    }
    return views;
}

std::vector<TensorView> tensorViews(const torch::nn::Module &module, StoredAs storedAs,
                                    std::vector<torch::Tensor> &keep)
{
    return tensorViews(named(module), storedAs, keep);
}

Result<void> loadInto(torch::nn::Module &module, const Safetensors &file)
{
    const auto wanted = named(module);
    std::vector<torch::Tensor> found;
    for (const auto &[name, parameter] : wanted) {
        const TensorView *view = file.find(name);
        if (!view) return fail(Errc::ModelMismatch, "The weights do not hold '" + name + "', which the net needs.");
        if (parameter.sizes().vec() != view->shape)
            return fail(Errc::ModelMismatch,
                        "The array '" + name + "' of the weights has another shape than the net's.");
        auto tensor = toTensor(*view);
        if (!tensor) return std::unexpected(tensor.error());
        found.push_back(*std::move(tensor));
    }
    if (file.tensors().size() != wanted.size())
        return fail(Errc::ModelMismatch, "The weights hold " + std::to_string(file.tensors().size()) +
                                             " arrays, the net has " + std::to_string(wanted.size()) +
                                             ". They belong to another net.");
    const torch::NoGradGuard quiet;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        torch::Tensor(wanted[i].second).copy_(found[i]);
    return {};
}

Result<std::shared_ptr<nets::Net>> loadNet(const ModelFile &model)
{
    const auto weights = model.weights();
    if (!weights) return std::unexpected(weights.error());
    auto net = nets::makeNet(model.info().net);
    if (!net) return net;
    try {
        if (auto loaded = loadInto(**net, *weights); !loaded)
            return fail(loaded.error().code, model.weightsPath().string() + ": " + loaded.error().message);
        (*net)->eval();
        for (torch::Tensor &parameter : (*net)->parameters())
            parameter.requires_grad_(false);
    } catch (const std::exception &error) {
        return fail(Errc::Internal,
                    model.weightsPath().string() + ": the weights could not be loaded: " + error.what());
    }
    return net;
}

Result<std::shared_ptr<nets::Net>> loadNetWithPrompts(const ModelFile &model, std::int64_t prompts)
{
    auto plain = loadNet(model);
    if (!plain || (*plain)->prompts() == prompts) return plain;
    if ((*plain)->prompts() != 0 || model.info().net.architecture != "improved-unet3d")
        return fail(Errc::Unsupported, "The model '" + model.info().name +
                                           "' cannot take prompts. Start from an improved-unet3d without any.");
    nets::NetSpec spec = model.info().net;
    spec.options["prompts"] = prompts;
    auto wider = nets::makeNet(spec);
    if (!wider) return wider;
    const torch::NoGradGuard quiet;
    const std::int64_t inputs = (*plain)->inputs();
    const auto from = (*plain)->named_parameters();
    for (auto &item : (*wider)->named_parameters()) {
        const torch::Tensor &old = from[item.key()];
        torch::Tensor &now = item.value();
        if (now.sizes() == old.sizes()) {
            now.copy_(old);
        } else { // reads the channels: inputs, prompts, then what the net derives itself
            now.zero_();
            now.narrow(1, 0, inputs).copy_(old.narrow(1, 0, inputs));
            now.slice(1, inputs + prompts).copy_(old.slice(1, inputs));
        }
        now.requires_grad_(false);
    }
    (*wider)->eval();
    return wider;
}

Result<ModelFile> saveNet(const std::filesystem::path &directory, ModelInfo info, const nets::Net &net,
                          StoredAs storedAs)
{
    info.net = net.spec();
    std::vector<torch::Tensor> keep;
    const auto views = tensorViews(net, storedAs, keep);
    return writeModel(directory, std::move(info), views);
}

} // namespace glio::interchange
