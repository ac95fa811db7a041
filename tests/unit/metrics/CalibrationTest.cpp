#include "glioscope/metrics/Calibration.h"
#include "glioscope/metrics/UncertaintyScores.h"

#include "glioscope/base/Random.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>

using namespace glio;
using namespace glio::metrics;
using Catch::Matchers::WithinAbs;

namespace {

// 100 voxels said 0.8 of which 70 are inside, 100 said 0.2 of which 10 are.
ProbabilityCounts handMade()
{
    ProbabilityCounts counts;
    counts.inside[204] = 70, counts.outside[204] = 30;
    counts.inside[51] = 10, counts.outside[51] = 90;
    return counts;
}

} // namespace

TEST_CASE("Calibration numbers equal those worked out by hand", "[metrics][calibration]")
{
    const CalibrationScores scores = calibrationScores(handMade());
    CHECK(scores.voxels == 200);
    CHECK_THAT(scores.ece, WithinAbs(0, 1e-12)); // confidence is 0.8 throughout, and 160 of 200 decisions are right
    CHECK_THAT(scores.probabilityEce, WithinAbs(0.1, 1e-12));
    CHECK_THAT(scores.brier, WithinAbs(0.16, 1e-12));
    CHECK_THAT(scores.nll, WithinAbs(-0.8 * std::log(0.8) - 0.2 * std::log(0.2), 1e-12));
    REQUIRE(scores.reliability.size() == 15);
    CHECK(scores.reliability[12].voxels == 100);
    CHECK_THAT(scores.reliability[12].said, WithinAbs(0.8, 1e-12));
    CHECK_THAT(scores.reliability[12].seen, WithinAbs(0.7, 1e-12));
    CHECK(scores.reliability[3].voxels == 100);
    CHECK_THAT(scores.reliability[3].seen, WithinAbs(0.1, 1e-12));
}

TEST_CASE("A model that is always 90 % sure and right half the time is off by 0.4", "[metrics][calibration]")
{
    ProbabilityCounts counts;
    counts.inside[230] = 500, counts.outside[230] = 500;
    CHECK_THAT(calibrationScores(counts).ece, WithinAbs(230.0 / 255 - 0.5, 1e-12));
    CHECK_THAT(calibrationScores(counts, 10).probabilityEce, WithinAbs(230.0 / 255 - 0.5, 1e-12));
    CHECK(calibrationScores({}).voxels == 0);
    CHECK(calibrationScores({}).ece == 0);
}

TEST_CASE("Adaptive bins hold equal numbers of voxels", "[metrics][calibration]")
{
    ProbabilityCounts counts;
    counts.inside[153] = 60, counts.outside[153] = 40; // said 0.6, right 6 in 10
    counts.inside[230] = 100;                          // said 0.902, always right
    CHECK_THAT(calibrationScores(counts, 2).adaptiveEce, WithinAbs(0.5 * (1 - 230.0 / 255), 1e-12));
    // One bin for all: the errors cancel where both lie in it.
    const double said = (0.6 + 230.0 / 255) / 2;
    CHECK_THAT(calibrationScores(counts, 1).adaptiveEce, WithinAbs(std::abs(said - 0.8), 1e-12));
}

TEST_CASE("Counting voxels one by one gives the same as any division of them", "[metrics][calibration]")
{
    CounterRandom random{11};
    std::vector<std::uint8_t> probability(700'001), reference(probability.size()), where(probability.size());
    for (std::size_t v = 0; v < probability.size(); ++v)
        probability[v] = std::uint8_t(random.bits()), reference[v] = random.chance(0.3) ? 4 : 0,
        where[v] = random.chance(0.5);
    ProbabilityCounts once, twice;
    once.add(probability, reference, where);
    for (std::size_t v = 0; v < probability.size(); ++v)
        if (where[v]) ++(reference[v] ? twice.inside : twice.outside)[probability[v]];
    CHECK(once == twice);
    CHECK(once.voxels() > 300'000);
    twice.add(once, 2);
    CHECK(twice.voxels() == 3 * once.voxels());
}

TEST_CASE("Temperature makes an over-confident model honest and changes no decision", "[metrics][calibration]")
{
    ProbabilityCounts counts; // said 0.976, right 8 in 10: three times too steep on the logit scale
    counts.inside[249] = 800, counts.outside[249] = 200;
    counts.inside[6] = 200, counts.outside[6] = 800;
    const double before = calibrationScores(counts).nll;
    const double logit = std::log(249.0 / 6), wanted = std::log(0.8 / 0.2);
    const ByteProbabilities tempered = temperedProbabilities(logit / wanted);
    const CalibrationScores after = calibrationScores(counts, 15, tempered);
    CHECK(after.nll < before);
    CHECK_THAT(after.ece, WithinAbs(0, 1e-9));
    CHECK_THAT(tempered[249], WithinAbs(0.8, 1e-12));
    for (const double temperature : {0.3, 1.0, 2.5}) {
        const ByteProbabilities p = temperedProbabilities(temperature);
        for (std::size_t b = 0; b < 256; ++b)
            CHECK((p[b] >= 0.5) == (plainProbabilities()[b] >= 0.5));
    }
    CHECK_THAT(temperedProbabilities(1)[100], WithinAbs(100.0 / 255, 1e-12));
}

TEST_CASE("The band holds what is unsure and what lies within 5 mm of the tumour", "[metrics][calibration]")
{
    const auto grid = Geometry::make({21, 1, 1}, {2, 1, 1});
    Probabilities probabilities{.schemeId = "lgg", .classes = {Volume<std::uint8_t>(*grid)}};
    probabilities.classes[0].set({1, 0, 0}, 1);    // background 254 / 255 = 0.996
    probabilities.classes[0].set({3, 0, 0}, 100);  // unsure
    probabilities.classes[0].set({19, 0, 0}, 255); // sure of tumour, though neither mask has it
    std::vector<std::uint8_t> reference(21, 0), prediction(21, 0);
    const auto inside = [&] {
        std::string text;
        for (const auto byte : calibrationBand(probabilities, reference, prediction))
            text += byte ? '1' : '0';
        return text;
    };
    CHECK(inside() == "010100000000000000000");
    reference[10] = 4;
    CHECK(inside() == "010100001111100000000"); // 4 mm on both sides; 6 mm is too far
    prediction[14] = 1;
    CHECK(inside() == "010100001111111110000");
}

TEST_CASE("QU-BraTS of a model that is never unsure is built on its Dice alone", "[metrics][qubrats]")
{
    UncertaintyCounts counts;
    counts.voxels[0][1][1] = 60, counts.voxels[0][1][0] = 20, counts.voxels[0][0][1] = 20, counts.voxels[0][0][0] = 900;
    const QuBrats score = quBrats(counts);
    CHECK_THAT(score.aucDice, WithinAbs(0.75, 1e-12));
    CHECK(score.aucFtp == 0);
    CHECK(score.aucFtn == 0);
    CHECK_THAT(score.score, WithinAbs((0.75 + 2) / 3, 1e-12));
}

TEST_CASE("QU-BraTS rewards an uncertainty that lies on the mistakes", "[metrics][qubrats]")
{
    UncertaintyCounts counts;
    counts.voxels[0][1][1] = 60, counts.voxels[100][1][0] = 20, counts.voxels[100][0][1] = 20,
    counts.voxels[0][0][0] = 900;
    const QuBrats score = quBrats(counts);
    CHECK(score.dice.front() == 1);
    CHECK_THAT(score.dice.back(), WithinAbs(0.75, 1e-12));
    CHECK_THAT(score.aucDice, WithinAbs(1 - 0.25 / 80, 1e-12)); // only the last half step pays
    CHECK(score.aucFtp == 0);

    UncertaintyCounts wrong; // unsure of everything that is right: half of it is gone half of the way
    wrong.voxels[50][1][1] = 60, wrong.voxels[0][1][0] = 20, wrong.voxels[0][0][1] = 20, wrong.voxels[50][0][0] = 900;
    const QuBrats bad = quBrats(wrong);
    CHECK_THAT(bad.aucFtp, WithinAbs(19.5 / 40, 1e-12)); // taken out below tau = 50
    CHECK_THAT(bad.aucFtn, WithinAbs(19.5 / 40, 1e-12));
    CHECK(bad.score < score.score);
    CHECK_THAT(quBrats({}).score, WithinAbs(1, 1e-12)); // nothing to find, nothing found
}

TEST_CASE("Uncertainty of a byte is its entropy in percent", "[metrics][qubrats]")
{
    CHECK(uncertaintyPercent(0) == 0);
    CHECK(uncertaintyPercent(255) == 0);
    CHECK(uncertaintyPercent(127) == 100);
    CHECK(uncertaintyPercent(51) == 72); // H(0.2) = 0.7219 bit
    CHECK(uncertaintyPercent(204) == 72);
    UncertaintyCounts counts;
    counts.add(std::vector<std::uint8_t>{0, 72, 255}, std::vector<std::uint8_t>{0, 1, 1},
               std::vector<std::uint8_t>{3, 0, 1}, std::vector<std::uint8_t>{1, 1, 1});
    CHECK(counts.voxels[0][0][1] == 1);
    CHECK(counts.voxels[72][1][0] == 1);
    CHECK(counts.voxels[100][1][1] == 1);
}

TEST_CASE("The risk-coverage curve takes the surest first", "[metrics][risk]")
{
    const std::vector<RiskItem> good{{3, 0}, {1, 1}, {2, 0.5}};
    const RiskCoverage curve = riskCoverage(good);
    REQUIRE(curve.risk.size() == 3);
    CHECK_THAT(curve.risk[1], WithinAbs(0.25, 1e-12));
    CHECK_THAT(curve.coverage[1], WithinAbs(2.0 / 3, 1e-12));
    CHECK_THAT(curve.area, WithinAbs(1.0 / 6, 1e-12));
    CHECK_THAT(curve.ideal, WithinAbs(1.0 / 6, 1e-12));
    CHECK(curve.overall == 0.5);
    CHECK_THAT(riskCoverage(std::vector<RiskItem>{{1, 0}, {2, 0.5}, {3, 1}}).area, WithinAbs(5.0 / 6, 1e-12));
    const RiskCoverage blind = riskCoverage(std::vector<RiskItem>{{1, 0}, {1, 0.5}, {1, 1}});
    CHECK(blind.risk.size() == 1);
    CHECK(blind.area == blind.overall);
    CHECK(riskCoverage(std::span<const RiskItem>{}).coverage.empty());
}

TEST_CASE("Voxels make a risk-coverage curve through their bytes", "[metrics][risk]")
{
    ProbabilityCounts counts;
    counts.inside[255] = 50, counts.outside[0] = 50;   // sure and right, both at confidence 1
    counts.outside[153] = 60, counts.inside[102] = 40; // 0.6 sure of the wrong answer, on both sides
    const RiskCoverage curve = riskCoverage(counts);
    REQUIRE(curve.risk.size() == 2);
    CHECK(curve.risk[0] == 0);
    CHECK(curve.coverage[0] == 0.5);
    CHECK(curve.risk[1] == 0.5);
    CHECK_THAT(curve.area, WithinAbs(0.125, 1e-12));
    CHECK_THAT(curve.ideal, WithinAbs(0.5 + 0.5 * std::log(0.5), 1e-12));
    CHECK(riskCoverage(ProbabilityCounts{}).risk.empty());
}
