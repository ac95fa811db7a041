#include "Judge.h"

#include "PromptRounds.h"

#include "glioscope/volume/Axes.h"

#include <array>
#include <cstring>
#include <numeric>

namespace glio::loop {

namespace {

struct Region {
    const char *name;
    unsigned labels; ///< bit n: label n
};
constexpr std::array kRegions{Region{"WT", 0b111110}, Region{"TC", 0b01110}, Region{"ET", 0b00010},
                              Region{"NET", 0b00100}, Region{"CC", 0b01000}, Region{"ED", 0b10000}};

} // namespace

std::map<std::string, double> judge(nets::Net &net, const std::vector<data::CasePointer> &cases, torch::Device device,
                                    Precision precision, const std::function<bool()> &goOn)
{
    torch::NoGradGuard guard;
    const bool wasTraining = net.is_training();
    net.eval();
    std::array<double, kRegions.size()> sum{};
    std::array<int, kRegions.size()> count{};
    for (const auto &one : cases) {
        if (goOn && !goOn()) break;
        const auto dhw = tensorShape(one->geometry().size());
        auto input = torch::zeros({4, dhw[0], dhw[1], dhw[2]});
        for (std::size_t s = 0; s < 4; ++s)
            std::memcpy(input[std::int64_t(s)].data_ptr(), one->images[s].data(), one->images[s].voxels().size_bytes());
        std::vector<std::int64_t> pad;
        for (int a = 2; a >= 0; --a) {
            const std::int64_t m = net.sizeMultiple();
            pad.insert(pad.end(), {0, (m - dhw[std::size_t(a)] % m) % m});
        }
        torch::Tensor logits;
        {
            const Autocast cast(precision, device.type());
            logits = net.forward(at::constant_pad_nd(input.unsqueeze(0), pad).to(device));
        }
        const auto p = torch::softmax(logits.to(torch::kFloat32), 1)[0]
                           .slice(1, 0, dhw[0])
                           .slice(2, 0, dhw[1])
                           .slice(3, 0, dhw[2]);
        const auto labels = decoded(p).cpu().contiguous();
        const auto *const predicted = labels.const_data_ptr<std::uint8_t>();
        const auto truth = one->labels.voxels();
        std::array<std::array<std::int64_t, 5>, 6> table{}; // [truth][predicted]
        for (std::size_t n = 0; n < truth.size(); ++n)
            ++table[std::min<std::size_t>(truth[n], data::kUnnamedTumour)][predicted[n]];
        const auto &unnamed = table[data::kUnnamedTumour];
        const bool wholeOnly = std::accumulate(unnamed.begin(), unnamed.end(), std::int64_t{0}) > 0;
        for (std::size_t r = 0; r < (wholeOnly ? 1 : kRegions.size()); ++r) { // of such a case only WT is known
            std::int64_t both = 0, inTruth = 0, inAnswer = 0;
            for (unsigned t = 0; t < 6; ++t)
                for (unsigned a = 0; a < 5; ++a) {
                    const bool isT = kRegions[r].labels >> t & 1u, isA = kRegions[r].labels >> a & 1u;
                    if (isT) inTruth += table[t][a];
                    if (isA) inAnswer += table[t][a];
                    if (isT && isA) both += table[t][a];
                }
            if (inTruth == 0) continue;
            sum[r] += 2.0 * double(both) / double(inTruth + inAnswer);
            ++count[r];
        }
    }
    if (wasTraining) net.train();
    std::map<std::string, double> dice;
    double mean = 0;
    int named = 0;
    for (std::size_t r = 0; r < kRegions.size(); ++r) {
        if (count[r] == 0) continue;
        dice[kRegions[r].name] = sum[r] / count[r];
        if (r < 3) mean += sum[r] / count[r], ++named;
    }
    if (named > 0) dice["mean"] = mean / named;
    return dice;
}

} // namespace glio::loop
