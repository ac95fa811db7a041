#include "glioscope/uncertainty/Temperature.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace glio::uncertainty {
namespace {
constexpr float kLeast = 1e-7f; // float32 near 1 says no more than this about the background

float power(float p, float inverse) { return std::exp(std::log(std::max(p, kLeast)) * inverse); }

double logistic(double x) { return x > 0 ? std::log1p(std::exp(-x)) : -x + std::log1p(std::exp(x)); }

/// The minimum of a function that falls and then rises, by golden section over ln T.
template <class Loss> double minimum(Loss loss)
{
    const double share = (std::sqrt(5.0) - 1) / 2;
    double low = std::log(kLeastTemperature), high = std::log(kMostTemperature);
    double a = high - share * (high - low), b = low + share * (high - low);
    double atA = loss(std::exp(a)), atB = loss(std::exp(b));
    while (high - low > 1e-3) {
        if (atA <= atB) {
            high = b, b = a, atB = atA;
            a = high - share * (high - low);
            atA = loss(std::exp(a));
        } else {
            low = a, a = b, atA = atB;
            b = low + share * (high - low);
            atB = loss(std::exp(b));
        }
    }
    return std::exp((low + high) / 2);
}
} // namespace

std::vector<LabelRole> labelRoles(const LabelScheme &scheme)
{
    const RegionDefinition *whole = scheme.region("WT"), *core = scheme.region("TC");
    std::vector<LabelRole> roles;
    for (const LabelDefinition &label : scheme.labels()) {
        if (whole && !whole->contains(label.value))
            roles.push_back(LabelRole::Apart);
        else
            roles.push_back(!core || core->contains(label.value) ? LabelRole::Core : LabelRole::Rim);
    }
    return roles;
}

void applyTemperatures(std::span<float> values, std::span<const LabelRole> roles, const Temperatures &t)
{
    assert(!roles.empty() && roles.size() <= 64 && values.size() % roles.size() == 0);
    if (t.identity()) return;
    const std::size_t labels = roles.size(), voxels = values.size() / labels;
    const auto byTumour = float(1 / t.tumour), byCore = float(1 / t.core), byLabel = float(1 / t.label);
    const bool rims = std::ranges::count(roles, LabelRole::Rim) > 0;
    // Where even the calibrated probability is below a quarter of a byte's step: nearly all voxels of a head.
    const auto nothing = float(std::pow(1.0 / 1024, t.tumour));
    parallelFor(0, std::int64_t(voxels), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        std::array<float, 64> p{};
        for (auto v = std::size_t(begin); v < std::size_t(end); ++v) {
            float core = 0, rim = 0, apart = 0;
            for (std::size_t n = 0; n < labels; ++n) {
                p[n] = values[n * voxels + v];
                (roles[n] == LabelRole::Core ? core : roles[n] == LabelRole::Rim ? rim : apart) += p[n];
            }
            if (core + rim + apart < nothing) {
                for (std::size_t n = 0; n < labels; ++n)
                    values[n * voxels + v] = 0;
                continue;
            }
            const float tumour = core + rim;
            float total = power(1 - tumour - apart, byTumour) + (tumour > 0 ? power(tumour, byTumour) : 0);
            for (std::size_t n = 0; n < labels; ++n)
                if (roles[n] == LabelRole::Apart && p[n] > 0) total += power(p[n], byTumour);
            const float tumourNow = tumour > 0 ? power(tumour, byTumour) / total : 0;
            float coreNow = tumourNow, rimNow = 0;
            if (rims) {
                const float c = core > 0 ? power(core, byCore) : 0, r = rim > 0 ? power(rim, byCore) : 0;
                coreNow = c + r > 0 ? tumourNow * c / (c + r) : 0;
                rimNow = tumourNow - coreNow;
            }
            float coreSum = 0, rimSum = 0;
            for (std::size_t n = 0; n < labels; ++n) {
                if (roles[n] == LabelRole::Apart) {
                    p[n] = p[n] > 0 ? power(p[n], byTumour) / total : 0;
                    continue;
                }
                if (p[n] > 0) p[n] = power(p[n], byLabel);
                (roles[n] == LabelRole::Core ? coreSum : rimSum) += p[n];
            }
            for (std::size_t n = 0; n < labels; ++n) {
                float now = p[n];
                if (roles[n] == LabelRole::Core) now = coreSum > 0 ? coreNow * p[n] / coreSum : 0;
                if (roles[n] == LabelRole::Rim) now = rimSum > 0 ? rimNow * p[n] / rimSum : 0;
                values[n * voxels + v] = now;
            }
        }
    });
}

void TemperatureFit::add(std::span<const float> p, int truth)
{
    assert(p.size() == m_roles.size() && truth >= kUnnamedTumour && truth <= int(p.size()));
    float core = 0, rim = 0, apart = 0;
    for (std::size_t n = 0; n < p.size(); ++n)
        (m_roles[n] == LabelRole::Core ? core : m_roles[n] == LabelRole::Rim ? rim : apart) += p[n];
    const auto odds = [](float yes, float no) { return std::log(std::max(yes, kLeast) / std::max(no, kLeast)); };
    const bool isTumour = truth == kUnnamedTumour || (truth > 0 && m_roles[std::size_t(truth - 1)] != LabelRole::Apart);
    m_open.tumour.push_back({odds(core + rim, 1 - core - rim), isTumour});
    if (!isTumour || truth == kUnnamedTumour || core + rim <= 0) return;
    const LabelRole role = m_roles[std::size_t(truth - 1)];
    if (std::ranges::count(m_roles, LabelRole::Rim) > 0)
        m_open.core.push_back({odds(core, rim), role == LabelRole::Core});
    if (std::ranges::count(m_roles, role) < 2) return;
    Choice choice{{}, 0};
    for (std::size_t n = 0; n < p.size(); ++n) {
        if (m_roles[n] != role) continue;
        if (int(n) == truth - 1) choice.answer = std::uint8_t(choice.logP.size());
        choice.logP.push_back(std::log(std::max(p[n], kLeast)));
    }
    m_open.label.push_back(std::move(choice));
}

void TemperatureFit::endCase()
{
    m_cases.push_back(std::move(m_open));
    m_open = {};
}

Temperatures TemperatureFit::fit(std::span<const int> leaveOut) const
{
    std::vector<const Case *> cases;
    for (int n = 0; n < this->cases(); ++n)
        if (std::ranges::find(leaveOut, n) == leaveOut.end()) cases.push_back(&m_cases[std::size_t(n)]);
    const auto binary = [&](std::vector<Binary> Case::*question) {
        bool any = false;
        for (const Case *one : cases)
            any = any || !(one->*question).empty();
        if (!any) return 1.0;
        return minimum([&](double t) {
            double loss = 0;
            for (const Case *one : cases) {
                double sum = 0;
                for (const Binary &voxel : one->*question)
                    sum += logistic((voxel.yes ? voxel.logOdds : -voxel.logOdds) / t);
                if (!(one->*question).empty()) loss += sum / double((one->*question).size());
            }
            return loss;
        });
    };
    Temperatures found{binary(&Case::tumour), binary(&Case::core), 1};
    bool any = false;
    for (const Case *one : cases)
        any = any || !one->label.empty();
    if (any)
        found.label = minimum([&](double t) {
            double loss = 0;
            for (const Case *one : cases) {
                double sum = 0;
                for (const Choice &voxel : one->label) {
                    const float most = *std::ranges::max_element(voxel.logP);
                    double total = 0;
                    for (const float logP : voxel.logP)
                        total += std::exp((logP - most) / t);
                    sum += std::log(total) - (voxel.logP[voxel.answer] - most) / t;
                }
                if (!one->label.empty()) loss += sum / double(one->label.size());
            }
            return loss;
        });
    return found;
}

} // namespace glio::uncertainty
