#include "glioscope/losses/Losses.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>

using namespace glio::losses;
using Catch::Approx;

namespace {
// Logits that a softmax turns into (nearly) one-hot probabilities of `target`.
torch::Tensor certain(const torch::Tensor &target)
{
    return 50 * torch::one_hot(target, 5).permute({0, 4, 1, 2, 3}).to(torch::kFloat32);
}
} // namespace

TEST_CASE("crossEntropy of equal logits is the logarithm of the number of classes", "[losses]")
{
    const auto loss = crossEntropy(torch::zeros({1, 5, 2, 2, 2}), torch::ones({1, 2, 2, 2}, torch::kLong));
    CHECK(loss.item<double>() == Approx(std::log(5.0)));
}

TEST_CASE("crossEntropy is computed in float32 even from bfloat16 logits", "[losses]")
{
    const auto loss =
        crossEntropy(torch::zeros({1, 5, 2, 2, 2}, torch::kBFloat16), torch::ones({1, 2, 2, 2}, torch::kLong));
    CHECK(loss.dtype() == torch::kFloat32);
}

TEST_CASE("softDiceLoss of a certain and right answer is nothing, of a wrong one is all", "[losses]")
{
    auto target = torch::zeros({1, 4, 4, 4}, torch::kLong);
    target.slice(1, 0, 2).fill_(1);
    CHECK(softDiceLoss(certain(target), target, {}).item<double>() == Approx(0).margin(1e-5));
    CHECK(softDiceLoss(certain(torch::zeros_like(target)), target, {}).item<double>() == Approx(1).margin(1e-5));
}

TEST_CASE("softDiceLoss knows the half-right answer", "[losses]")
{
    // 4 of 8 voxels are ET in truth; the answer says ET on all 8: Dice = 2*4/(8+4) = 2/3, for ET, TC and WT alike.
    auto target = torch::zeros({1, 2, 2, 2}, torch::kLong);
    target.slice(1, 0, 1).fill_(1);
    CHECK(softDiceLoss(certain(torch::ones_like(target)), target, {}).item<double>() == Approx(1.0 / 3).epsilon(1e-4));
}

TEST_CASE("softDiceLoss over regions forgives a label mixed up inside its region", "[losses]")
{
    const auto target = torch::full({1, 2, 2, 2}, 1, torch::kLong), answer = torch::full_like(target, 2);
    LossOptions regions{.diceOverClasses = false};
    CHECK(softDiceLoss(certain(answer), target, regions).item<double>() == Approx(0).margin(1e-5));
    LossOptions classes{.diceOverRegions = false};
    CHECK(softDiceLoss(certain(answer), target, classes).item<double>() == Approx(1).margin(1e-5));
}

TEST_CASE("softDiceLoss leaves out sets that a sample does not have, a sample at a time", "[losses]")
{
    // Sample 0 has only ED and is right, sample 1 has no tumour at all: nothing to lose.
    auto target = torch::zeros({2, 2, 2, 2}, torch::kLong);
    target.select(0, 0).fill_(4);
    CHECK(softDiceLoss(certain(target), target, {}).item<double>() == Approx(0).margin(1e-5));
    auto wrong = target.clone();
    wrong.select(0, 1).fill_(4); // false alarm in the empty sample: cross-entropy's matter
    CHECK(softDiceLoss(certain(wrong), target, {}).item<double>() == Approx(0).margin(1e-5));
}

TEST_CASE("deepSupervisionWeights are nnU-Net's for six stages", "[losses]")
{
    const auto weights = deepSupervisionWeights(5, true);
    const std::vector<double> expected{8.0 / 15, 4.0 / 15, 2.0 / 15, 1.0 / 15, 0};
    for (std::size_t n = 0; n < 5; ++n)
        CHECK(weights[n] == Approx(expected[n]).margin(1e-12));
    CHECK(deepSupervisionWeights(1, true).front() == 1);
    CHECK(deepSupervisionWeights(3, false)[2] == Approx(1.0 / 7));
}

TEST_CASE("segmentationLoss compares coarse outputs with the target at their size", "[losses]")
{
    auto target = torch::zeros({1, 4, 4, 4}, torch::kLong);
    target.slice(1, 0, 2).fill_(2);
    const auto coarse = target.slice(1, 0, 4, 2).slice(2, 0, 4, 2).slice(3, 0, 4, 2);
    const auto right = segmentationLoss({certain(target), certain(coarse)}, target, {});
    CHECK(right.item<double>() == Approx(0).margin(1e-4));
    const auto wrong = segmentationLoss({certain(target), certain(torch::zeros_like(coarse))}, target, {});
    CHECK(wrong.item<double>() > 1);
    LossOptions alone{.deepSupervision = false};
    CHECK(segmentationLoss({certain(target), certain(torch::zeros_like(coarse))}, target, alone).item<double>() ==
          Approx(0).margin(1e-4));
}

TEST_CASE("segmentationLoss falls when followed downhill", "[losses]")
{
    torch::manual_seed(1);
    auto target = torch::randint(0, 5, {1, 4, 4, 4}, torch::kLong);
    auto logits = torch::zeros({1, 5, 4, 4, 4}, torch::requires_grad());
    const auto before = segmentationLoss({logits}, target, {});
    before.backward();
    torch::NoGradGuard guard;
    CHECK(segmentationLoss({logits - 10 * logits.grad()}, target, {}).item<double>() < before.item<double>());
}

TEST_CASE("tumour without a named class trains the sum of the tumour classes and no class of its own",
          "[losses][partial]")
{
    auto target = torch::full({1, 2, 2, 2}, 5, torch::kLong);
    CHECK(crossEntropy(torch::zeros({1, 5, 2, 2, 2}), target).item<double>() == Approx(std::log(5.0 / 4.0)));
    // Whichever class the net believes in, it is right; only the background is wrong.
    for (std::int64_t label = 1; label < 5; ++label) {
        const auto logits = certain(torch::full_like(target, label));
        CHECK(crossEntropy(logits, target).item<double>() == Approx(0).margin(1e-5));
        CHECK(softDiceLoss(logits, target, {}).item<double>() == Approx(0).margin(1e-5));
    }
    CHECK(softDiceLoss(certain(torch::zeros_like(target)), target, {}).item<double>() == Approx(1).margin(1e-5));
    SECTION("and its voxels count neither for nor against a class that is named elsewhere")
    {
        target.slice(1, 0, 1).fill_(1); // half ET, half unnamed; the answer is ET everywhere
        const auto logits = certain(torch::full_like(target, 1));
        CHECK(softDiceLoss(logits, target, {.diceOverRegions = false}).item<double>() == Approx(0).margin(1e-5));
    }
    SECTION("deep supervision keeps the value on coarser grids")
    {
        const auto big = torch::full({1, 4, 4, 4}, 5, torch::kLong);
        const std::vector outputs{certain(torch::full_like(big, 2)),
                                  certain(torch::full({1, 2, 2, 2}, 3, torch::kLong))};
        CHECK(segmentationLoss(outputs, big, {}).item<double>() == Approx(0).margin(1e-4));
    }
}

TEST_CASE("focalTverskyLoss knows the numbers of its paper", "[losses][tversky]")
{
    // One label 1 voxel is right, one is too many: TI = 1 / 1.3, (1 - TI)^0.75 = 0.3330; the other labels are absent
    // and predicted nowhere: (1e-7)^0.75 each.
    auto target = torch::zeros({1, 2, 2, 2}, torch::kLong);
    target.flatten()[0] = 1;
    auto answer = target.clone();
    answer.flatten()[1] = 1;
    LossOptions options{.tverskySmooth = 1e-6};
    CHECK(4 * focalTverskyLoss(certain(answer), target, options).item<double>() == Approx(0.3330).margin(2e-4));
    CHECK(focalTverskyLoss(certain(target), target, options).item<double>() == Approx(0).margin(1e-4));
    // What is missed costs more than what is too much.
    CHECK(focalTverskyLoss(certain(torch::zeros_like(target)), target, {}).item<double>() >
          focalTverskyLoss(certain(answer), target, {}).item<double>());
}

TEST_CASE("focalTverskyLoss has a finite slope where all is right", "[losses][tversky]")
{
    const auto target = torch::ones({1, 2, 2, 2}, torch::kLong);
    auto logits = certain(target).requires_grad_();
    focalTverskyLoss(logits, target, {}).backward();
    CHECK(logits.grad().isfinite().all().item<bool>());
}

TEST_CASE("enetWeights are the five that the origin states; classWeights are capped and have a mean of 1",
          "[losses][weights]")
{
    const std::vector<double> shares{0.992345, 0.000781, 0.004617, 0.000353, 0.000768};
    const std::vector<double> stated{1.43, 48.62, 41.12, 49.63, 48.65};
    const auto raw = enetWeights(shares);
    for (std::size_t n = 0; n < 5; ++n)
        CHECK(raw[n] == Approx(stated[n]).margin(0.01));
    const auto capped = classWeights(shares, 10);
    double sum = 0;
    for (const double weight : capped)
        sum += weight;
    CHECK(sum == Approx(5));
    CHECK(capped[3] / capped[0] == Approx(10));
    CHECK(classWeights({0.5, 0.5}, 10)[1] == Approx(1));
}

TEST_CASE("crossEntropy weighs labels as torch does", "[losses][weights]")
{
    torch::manual_seed(4);
    const auto logits = torch::randn({2, 5, 3, 3, 3});
    const auto target = torch::randint(0, 5, {2, 3, 3, 3}, torch::kLong);
    const std::vector<double> weights{0.2, 1, 2, 3, 4};
    const auto expected = torch::nll_loss_nd(torch::log_softmax(logits, 1), target,
                                             torch::tensor(weights, torch::kFloat64).to(torch::kFloat32));
    CHECK(crossEntropy(logits, target, weights).item<double>() == Approx(expected.item<double>()).epsilon(1e-5));
    CHECK(crossEntropy(logits, target).item<double>() ==
          Approx(torch::nll_loss_nd(torch::log_softmax(logits, 1), target).item<double>()).epsilon(1e-5));
}

TEST_CASE("batchDiceLoss is nnU-Net's: minus the mean over all labels, whole batch at once", "[losses][nnunet]")
{
    // Label 1: 4 of 8 voxels in truth, all 8 (of sample 0) in the answer: 2/3; labels 2 to 4 neither: 1 each.
    auto target = torch::zeros({2, 2, 2, 2}, torch::kLong);
    target.select(0, 0).slice(0, 0, 1).fill_(1);
    auto answer = torch::zeros_like(target);
    answer.select(0, 0).fill_(1);
    CHECK(batchDiceLoss(certain(answer), target).item<double>() == Approx(-(2.0 / 3 + 3) / 4).epsilon(1e-4));
    LossOptions options{.kind = "nnunet"};
    CHECK(segmentationLoss({certain(target)}, target, options).item<double>() == Approx(-1).epsilon(1e-4));
}

TEST_CASE("region losses forgive labels mixed up inside a region and stay finite where the answer is certain",
          "[losses][regions]")
{
    const auto target = torch::full({1, 2, 2, 2}, 2, torch::kLong), cyst = torch::full_like(target, 3);
    CHECK(regionCrossEntropy(certain(cyst), target).item<double>() == Approx(0).margin(1e-5));
    CHECK(regionDiceLoss(certain(cyst), target).item<double>() == Approx(0).margin(1e-4));
    // Oedema instead: WT right, TC wrong everywhere, ET right (none): one region of three.
    const auto oedema = torch::full_like(target, 4);
    CHECK(regionDiceLoss(certain(oedema), target).item<double>() == Approx(1.0 / 3).epsilon(1e-3));
    CHECK(regionCrossEntropy(certain(oedema), target).item<double>() == Approx((50 - std::log(3.0)) / 3).epsilon(1e-3));
    // Even chances: P(WT) = 4/5, P(TC) = 3/5, P(ET) = 1/5.
    const auto even = torch::zeros({1, 5, 2, 2, 2});
    CHECK(regionCrossEntropy(even, target).item<double>() ==
          Approx(-(std::log(0.8) + std::log(0.6) + std::log(0.8)) / 3).epsilon(1e-4));
}

TEST_CASE("the loss of the regions tells non-enhancing core from cyst by the labels' share alone", "[losses]")
{
    const auto target = torch::full({1, 2, 2, 2}, 3, torch::kLong);
    const auto slope = [&](double share) {
        LossOptions options{.kind = "regions", .labelCrossEntropy = share};
        auto logits = torch::zeros({1, 5, 2, 2, 2}).requires_grad_();
        segmentationLoss({logits}, target, options).backward();
        return torch::Tensor(logits.grad().flatten(2).sum(2)[0]);
    };
    const auto without = slope(0), with = slope(0.2);
    CHECK(without[2].item<double>() == Approx(without[3].item<double>()).epsilon(1e-5)); // NET, CC: the same region
    CHECK(with[3].item<double>() < with[2].item<double>() - 0.1);                        // towards the cyst
}

TEST_CASE("every loss learns the whole from tumour without a named class, and nothing about its classes",
          "[losses][partial]")
{
    const auto target = torch::full({1, 2, 2, 2}, 5, torch::kLong);
    const std::string kind = GENERATE("glioscope", "nnunet", "regions", "focal-tversky");
    CAPTURE(kind);
    LossOptions options{.kind = kind, .classWeights = {0.5, 1, 1, 1, 1.5}};
    auto logits = torch::zeros({1, 5, 2, 2, 2}).requires_grad_();
    segmentationLoss({logits}, target, options).backward();
    const auto slope = logits.grad().flatten(2).sum(2)[0]; // by class
    CHECK(slope[0].item<double>() > 0);                    // less background
    for (int c = 2; c < 5; ++c)
        CHECK(slope[c].item<double>() == Approx(slope[1].item<double>()).epsilon(1e-4));
}
