#include "Speed.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/base/Paths.h"
#include "glioscope/base/Processor.h"
#include "glioscope/base/Sha256.h"
#include "glioscope/nets/NetShape.h"

#include <nlohmann/json.hpp>

namespace glio::inference {
namespace {
using Json = nlohmann::json;
constexpr int kCacheVersion = 1; // raise when the runners change their speed

std::filesystem::path cachePath() { return cacheHome() / "inference-speed.json"; }

Json readCache()
{
    const auto text = readFile(cachePath(), 1 << 20);
    Json json = text ? Json::parse(*text, nullptr, false) : Json();
    return json.is_object() && json.value("version", 0) == kCacheVersion
               ? json
               : Json{{"version", kCacheVersion}, {"nets", Json::object()}};
}

std::string key(const nets::NetSpec &spec, const std::string &device, Precision precision)
{
    const std::string net = spec.architecture + spec.optionsJson();
    return device + "|" + processorName() + "|" + sha256Hex(std::as_bytes(std::span(net))).substr(0, 16) + "|" +
           std::string(precisionName(precision));
}

} // namespace

std::int64_t runnerBytes(const nets::NetSpec &spec, const Speed &how, const Size3 &window)
{
    const nets::NetShape net = nets::netShape(spec).value_or(nets::NetShape{});
    const std::int64_t voxels = window[0] * window[1] * window[2];
    const std::int64_t element = how.precision == Precision::Float32 ? 4 : 2;
    // A copy of the input with the channels that it does not bring itself.
    const std::int64_t derived = net.difference || net.prompts > 0 ? net.channelsIn : 0;
    const std::int64_t planar = 4 * (net.inputs + derived + 2 * net.classes); // a window's input and logits, twice
    if (const auto fused = nets::UNet3DOptions::from(spec); how.fused && fused) {
        // Per level: first, out, up and for residual blocks skip; 16-channel blocks with their rims, all kept.
        const auto padded = [](std::int64_t channels) { return (channels + 15) / 16 * 16; };
        const std::int64_t buffers = fused->block == nets::Block::Residual ? 4 : 3;
        double elements = double(padded(net.channelsIn) * voxels) * 1.1;
        double here = double(voxels) * 1.1;
        for (const std::int64_t width : fused->widths) {
            elements += double(buffers * padded(width)) * here;
            here *= 0.15; // an eighth, and rims that matter more
        }
        return std::int64_t(elements) * element + voxels * planar + (32 << 20);
    }
    // At the top of the decoder: skip, what came up, both together, a convolution's input and output and its copy in
    // another layout, each of as many channels but the pair; then input and logits in float32.
    return voxels * (8 * net.fullSizeChannels * element + planar) + (64 << 20);
}

std::string processorName()
{
    static const std::string name = processorField("model name") + ", family " + processorField("cpu family") +
                                    ", model " + processorField("model\t") + ", " + std::to_string(threadCount()) +
                                    " threads";
    return name;
}

std::optional<Speed> knownSpeed(const nets::NetSpec &spec, const std::string &device, Precision precision)
{
    const Json cache = readCache();
    const auto &nets = cache["nets"];
    const auto it = nets.find(key(spec, device, precision));
    if (it == nets.end() || !it->is_object()) return std::nullopt;
    const auto found = precisionFromName(it->value("precision", ""));
    if (!found || *found == Precision::Auto || !(it->value("secondsPerVoxel", 0.0) > 0)) return std::nullopt;
    return Speed{
        .precision = *found, .fused = it->value("fused", false), .secondsPerVoxel = it->value("secondsPerVoxel", 0.0)};
}

void rememberSpeed(const nets::NetSpec &spec, const std::string &device, Precision precision, const Speed &speed)
{
    Json cache = readCache();
    cache["nets"][key(spec, device, precision)] = {{"precision", precisionName(speed.precision)},
                                                   {"fused", speed.fused},
                                                   {"secondsPerVoxel", speed.secondsPerVoxel}};
    std::error_code ignored;
    std::filesystem::create_directories(cacheHome(), ignored);
    (void)writeFileAtomically(cachePath(), cache.dump(1));
}

} // namespace glio::inference
