#include "glioscope/base/Random.h"
#include "glioscope/uncertainty/CaseFeatures.h"
#include "glioscope/uncertainty/Temperature.h"
#include "glioscope/uncertainty/Unusual.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace glio;
using namespace glio::uncertainty;
using Catch::Approx;

namespace {
const std::vector<LabelRole> kPed = labelRoles(*findLabelScheme("brats-ped-2024"));

/// Five classes from logits, without background.
std::vector<float> softmax(const std::array<double, 5> &z, double sharper)
{
    double total = 0;
    for (const double v : z)
        total += std::exp(v * sharper);
    std::vector<float> p;
    for (std::size_t c = 1; c < 5; ++c)
        p.push_back(float(std::exp(z[c] * sharper) / total));
    return p;
}

/// Voxels whose true probabilities are known and whose said ones are `sharper` times too sure.
struct OverConfident {
    std::vector<std::vector<float>> said;
    std::vector<int> truth;
    explicit OverConfident(double sharper, std::uint64_t seed, int voxels = 20000)
    {
        CounterRandom random{seed};
        for (int v = 0; v < voxels; ++v) {
            std::array<double, 5> z{};
            for (double &value : z)
                value = random.normal(0, 1.2);
            const auto real = softmax(z, 1);
            double at = random.uniform();
            int answer = 0;
            for (int c = 0; c < 4 && answer == 0; ++c)
                if ((at -= real[std::size_t(c)]) < 0) answer = c + 1;
            said.push_back(softmax(z, sharper));
            truth.push_back(answer);
        }
    }
    double nll(const Temperatures &t) const
    {
        double sum = 0;
        for (std::size_t v = 0; v < said.size(); ++v) {
            auto p = said[v];
            applyTemperatures(p, kPed, t);
            double rest = 1;
            for (const float x : p)
                rest -= x;
            sum -= std::log(std::max(1e-7, truth[v] == 0 ? rest : double(p[std::size_t(truth[v] - 1)])));
        }
        return sum / double(said.size());
    }
};
} // namespace

TEST_CASE("Temperatures of 1 change nothing, and sums over regions stay sums", "[uncertainty][temperature]")
{
    REQUIRE(kPed.size() == 4);
    CHECK(kPed[0] == LabelRole::Core);
    CHECK(kPed[3] == LabelRole::Rim);
    std::vector<float> p{0.3f, 0.2f, 0.05f, 0.25f};
    const auto before = p;
    applyTemperatures(p, kPed, {});
    CHECK(p == before);
    // log odds 1.386 of tumour halved: 0.8 -> 2/3; core 0.55 : 0.25 at temperature 2 -> sqrt
    applyTemperatures(p, kPed, {2, 2, 1});
    const double tumour = p[0] + p[1] + p[2] + p[3], core = p[0] + p[1] + p[2];
    CHECK(tumour == Approx(2.0 / 3).margin(1e-5));
    CHECK(core / tumour == Approx(std::sqrt(0.55) / (std::sqrt(0.55) + 0.5)).margin(1e-5));
    CHECK(p[0] / p[1] == Approx(1.5).margin(1e-4));
}

TEST_CASE("Calibration undoes over-confidence, lowers the likelihood's loss and keeps every order",
          "[uncertainty][temperature]")
{
    const OverConfident learn(2.5, 1), check(2.5, 2);
    TemperatureFit fit(kPed);
    for (std::size_t v = 0; v < learn.said.size(); ++v)
        fit.add(learn.said[v], learn.truth[v]);
    fit.endCase();
    const Temperatures t = fit.fit();
    CHECK(t.label == Approx(2.5).epsilon(0.1)); // one softmax inside the core: exactly its own temperature
    CHECK(t.tumour > 1.5);
    CHECK(t.core > 1.5);
    CHECK(check.nll(t) < check.nll({}) - 0.1);
    for (std::size_t v = 0; v + 1 < 2000; ++v) {
        auto a = check.said[v], b = check.said[v + 1];
        const float sumA = a[0] + a[1] + a[2] + a[3], sumB = b[0] + b[1] + b[2] + b[3];
        applyTemperatures(a, kPed, t);
        applyTemperatures(b, kPed, t);
        const float nowA = a[0] + a[1] + a[2] + a[3], nowB = b[0] + b[1] + b[2] + b[3];
        if (std::abs(sumA - sumB) > 1e-4f) CHECK((sumA > sumB) == (nowA > nowB));
        if (std::abs(sumA - 0.5f) > 1e-3f) CHECK((sumA > 0.5f) == (nowA > 0.5f));
        if (check.said[v][0] > check.said[v][1] + 1e-4f) CHECK(a[0] > a[1]);
    }
}

TEST_CASE("An honest model gets temperatures near 1", "[uncertainty][temperature]")
{
    const OverConfident honest(1, 5);
    TemperatureFit fit(kPed);
    for (std::size_t v = 0; v < honest.said.size(); ++v)
        fit.add(honest.said[v], honest.truth[v]);
    fit.endCase();
    const Temperatures t = fit.fit();
    CHECK(t.label == Approx(1).margin(0.06));
    CHECK(t.tumour == Approx(1).margin(0.06));
    CHECK(t.core == Approx(1).margin(0.06));
}

TEST_CASE("The estimate of a case's worth follows what it was fitted on, with an interval that holds",
          "[uncertainty][quality]")
{
    CounterRandom random{3};
    std::vector<Features> cases;
    std::vector<double> dice;
    std::vector<int> patients;
    for (int n = 0; n < 80; ++n) {
        const double doubt = random.uniform();
        cases.push_back({{"doubt", doubt}, {"nothing", random.normal()}});
        dice.push_back(0.95 - 0.6 * doubt + random.normal(0, 0.04));
        patients.push_back(n / 2);
    }
    const LinearEstimate fit = fitLinear(cases, dice, patients);
    REQUIRE_FALSE(fit.empty());
    CHECK(fit.patients == 40);
    CHECK(fit.correlation > 0.9);
    CHECK(fit.meanError < 0.06);
    int inside = 0;
    for (int n = 0; n < 400; ++n) {
        const double doubt = random.uniform(), truth = 0.95 - 0.6 * doubt + random.normal(0, 0.04);
        bool known = false;
        const auto said = apply(fit, {{"doubt", doubt}, {"nothing", random.normal()}}, known);
        REQUIRE(known);
        inside += truth >= said.low && truth <= said.high;
    }
    CHECK(inside > 280); // 8 in 10, within what 80 cases can promise
    CHECK(inside < 375);
    bool known = true;
    (void)apply(fit, {{"other", 1}}, known);
    CHECK_FALSE(known);
    CHECK(fitLinear(std::span(cases).first(5), std::span(dice).first(5), std::span(patients).first(5)).empty());
}

TEST_CASE("A cloud of usual cases notices what lies outside, says where, and survives its file",
          "[uncertainty][unusual]")
{
    CounterRandom random{9};
    const auto draw = [&] {
        const double a = random.normal(), b = random.normal();
        return Features{{"intensity:t1", a}, {"intensity:t2", a + 0.1 * b}, {"position:up", b}};
    };
    std::vector<Features> cases, answers;
    for (int n = 0; n < 100; ++n) {
        cases.push_back(draw());
        answers.push_back({{"soft_dice", random.normal(0.9, 0.02)}});
    }
    UnusualModel model;
    model.images = fitCloud(cases);
    model.answer = fitCloud(answers);
    model.cases = 100;
    int alarms = 0;
    for (int n = 0; n < 400; ++n)
        alarms += unusual(model, draw(), {{"soft_dice", 0.9}}).warns();
    CHECK(alarms < 40);
    const Unusual apart = unusual(model, {{"intensity:t1", 0}, {"intensity:t2", 0}, {"position:up", 6}}, answers[0]);
    REQUIRE(apart.warns());
    CHECK(apart.reasons.front() == "position");
    // Each value alone is usual; together they are not.
    CHECK(unusual(model, {{"intensity:t1", 2}, {"intensity:t2", -2}, {"position:up", 0}}, answers[0]).warns());
    CHECK(unusual(model, draw(), {{"soft_dice", 0.2}}).reasons.back() == "answer");
    CHECK(unusual(model, draw(), {}).reasons.back() == "nothing");
    const auto missing = unusual(model, {{"intensity:t1", 0.1}, {"position:up", 0.2}}, answers[0]);
    CHECK_FALSE(missing.warns()); // a sequence that is not there is no reason

    const auto back = parseUnusual(unusualJson(model), "test");
    REQUIRE(back);
    const auto one = draw();
    CHECK(unusual(*back, one, answers[1]).score == Approx(unusual(model, one, answers[1]).score).epsilon(1e-2));
    CHECK_FALSE(parseUnusual("{\"format\": 1}", "test"));
    CHECK_FALSE(parseUnusual("no json", "test"));
}

TEST_CASE("The area under the curve and quantiles are the textbook's", "[uncertainty]")
{
    CHECK(auroc(std::vector{3.0, 4.0}, std::vector{1.0, 2.0}) == 1.0);
    CHECK(auroc(std::vector{1.0, 4.0}, std::vector{1.0, 2.0}) == Approx(0.625));
    CHECK(quantile({4, 1, 3, 2}, 0.5) == Approx(2.5));
    CHECK(correlation(std::vector{1.0, 2.0, 3.0}, std::vector{2.0, 4.0, 6.0}) == Approx(1));
}

TEST_CASE("Features of an answer tell a sure one from a wavering one", "[uncertainty][quality]")
{
    const Geometry grid = *Geometry::make({30, 30, 30}, {1, 1, 1});
    const auto make = [&](double edge) {
        Probabilities p{.schemeId = "brats-ped-2024", .classes = {}, .hasBackground = false};
        LabelVolume mask(grid);
        for (int n = 0; n < 4; ++n)
            p.classes.emplace_back(grid);
        for (std::int64_t k = 0; k < 30; ++k)
            for (std::int64_t j = 0; j < 30; ++j)
                for (std::int64_t i = 0; i < 30; ++i) {
                    const double r = std::hypot(double(i) - 15, double(j) - 15, double(k) - 15);
                    const double value = 1 / (1 + std::exp((r - 8) / edge));
                    p.classes[1].set({i, j, k}, std::uint8_t(std::lround(255 * value)));
                    if (value >= 0.5) mask.set({i, j, k}, 2);
                }
        return answerFeatures(p, mask);
    };
    const auto sure = make(0.3), wavering = make(2.5);
    REQUIRE(featureNamed(sure, "soft_dice"));
    CHECK(*featureNamed(sure, "soft_dice") > *featureNamed(wavering, "soft_dice") + 0.1);
    CHECK(*featureNamed(sure, "entropy") < *featureNamed(wavering, "entropy") - 0.2);
    CHECK(*featureNamed(sure, "band") < *featureNamed(wavering, "band") - 0.3);
    CHECK(*featureNamed(sure, "islands") == 0);
    Probabilities nothing{.schemeId = "brats-ped-2024", .classes = {}, .hasBackground = false};
    for (int n = 0; n < 4; ++n)
        nothing.classes.emplace_back(grid);
    CHECK(answerFeatures(nothing, LabelVolume(grid)).empty());
}
