#include "glioscope/augment/Augment.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>

using namespace glio;
using namespace glio::augment;
using Catch::Approx;

namespace {

const Size3 kSize{20, 24, 16};
constexpr std::array<bool, 4> kAll{true, true, true, true};

// A ball of head with a gradient in it, another level for each sequence; a block of label 2.
struct Head {
    std::array<ImageVolume, 4> images;
    LabelVolume labels{*Geometry::make(kSize, {2, 2, 2})};
    Head()
    {
        for (std::size_t s = 0; s < 4; ++s) {
            images[s] = ImageVolume(labels.geometry());
            for (std::int64_t k = 0; k < kSize[2]; ++k)
                for (std::int64_t j = 0; j < kSize[1]; ++j)
                    for (std::int64_t i = 0; i < kSize[0]; ++i) {
                        const double r = std::hypot(double(i) - 9.5, double(j) - 11.5, double(k) - 7.5);
                        if (r < 7) images[s].set({i, j, k}, 0.1f + 0.1f * float(i) + float(s));
                    }
        }
        for (std::int64_t n = 0; n < 27; ++n)
            labels.set({8 + n % 3, 10 + n / 3 % 3, 6 + n / 9}, 2);
    }
};

std::int64_t count(const Sample &sample, std::uint8_t label) { return std::ranges::count(sample.labels, label); }

} // namespace

TEST_CASE("cut without change copies the window and leaves what lies outside 0", "[augment]")
{
    const Head head;
    const Sample sample = cut(head.images, kAll, head.labels, {-2, 4, 2}, {12, 16, 8});
    CHECK(sample.voxels() == 12 * 16 * 8);
    CHECK(count(sample, 2) == 18); // the block's i = 10 is one past the window's end at i = 9
    const auto at = [](std::int64_t i, std::int64_t j, std::int64_t k) { return std::size_t(i + 12 * (j + 16 * k)); };
    CHECK(sample.sequence(1)[at(11, 7, 5)] == head.images[1].at({9, 11, 7}));
    CHECK(sample.sequence(3)[at(1, 7, 5)] == 0.0f);
}

TEST_CASE("cut leaves a sequence that is not there at 0", "[augment]")
{
    const Head head;
    const Sample sample = cut(head.images, {true, false, true, true}, head.labels, {0, 0, 0}, kSize);
    CHECK(std::ranges::all_of(sample.sequence(1), [](float v) { return v == 0; }));
    CHECK_FALSE(sample.present[1]);
}

TEST_CASE("cut flips images and labels together, left to right", "[augment]")
{
    const Head head;
    SpatialOptions flip{.flip = 1, .probability = 0};
    CounterRandom random{1};
    const Sample sample = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize, flip, random);
    const auto at = [](std::int64_t i) { return std::size_t(i + 20 * (11 + 24 * 7)); };
    CHECK(sample.labels[at(19 - 8)] == 2);
    CHECK(sample.labels[at(8)] == 0);
    CHECK(sample.sequence(0)[at(6)] == Approx(head.images[0].at({13, 11, 7})).margin(1e-5));
}

TEST_CASE("cut that turns keeps about the tumour's volume and draws the same for the same key", "[augment]")
{
    const Head head;
    SpatialOptions options{.flip = 0, .probability = 1, .logScale = 0, .logScaleCommon = 0, .shear = 0};
    CounterRandom a{5}, b{5}, c{6};
    const Sample first = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize, options, a);
    const Sample again = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize, options, b);
    const Sample other = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize, options, c);
    CHECK(first.image == again.image);
    CHECK(first.image != other.image);
    CHECK(double(count(first, 2)) == Approx(27).margin(8));
}

TEST_CASE("degrade changes the head, never what is outside, and is the same for the same key", "[augment]")
{
    const Head head;
    const Sample clean = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize);
    Sample a = clean, b = clean, c = clean;
    CounterRandom ra{7}, rb{7}, rc{8};
    degrade(a, {}, ra);
    degrade(b, {}, rb);
    degrade(c, {}, rc);
    CHECK(a.image == b.image);
    CHECK(a.image != c.image);
    CHECK(a.labels == clean.labels);
    bool outsideUntouched = true, insideChanged = false, finite = true;
    for (std::size_t n = 0; n < a.image.size(); ++n) {
        if (clean.image[n] == 0) outsideUntouched = outsideUntouched && a.image[n] == 0;
        if (clean.image[n] != 0) insideChanged = insideChanged || a.image[n] != clean.image[n];
        finite = finite && std::isfinite(a.image[n]) && a.image[n] >= -5 && a.image[n] <= 6;
    }
    CHECK(outsideUntouched);
    CHECK(insideChanged);
    CHECK(finite);
}

TEST_CASE("degrade draws each sequence's change apart, so that a missing one changes nothing for the others",
          "[augment]")
{
    const Head head;
    Sample four = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize);
    Sample three = cut(head.images, {true, false, true, true}, head.labels, {0, 0, 0}, kSize);
    CounterRandom a{9}, b{9};
    degrade(four, {}, a);
    degrade(three, {}, b);
    CHECK(std::ranges::equal(four.sequence(3), three.sequence(3)));
}

TEST_CASE("degrade with everything off gives back the sample", "[augment]")
{
    const Head head;
    const Sample clean = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize);
    Sample same = clean;
    CounterRandom random{10};
    degrade(same,
            {.bias = 0,
             .blur = 0,
             .thickSlices = 0,
             .shift = 0,
             .noise = 0,
             .gamma = 0,
             .contrastLow = 1,
             .contrastHigh = 1,
             .brightness = 0},
            random);
    for (std::size_t n = 0; n < clean.image.size(); ++n)
        REQUIRE(same.image[n] == Approx(clean.image[n]).margin(1e-5));
}

TEST_CASE("thick slices blur along their axis", "[augment]")
{
    Head head;
    for (std::size_t s = 0; s < 4; ++s)
        for (std::int64_t k = 0; k < kSize[2]; ++k) // slices of alternating brightness
            for (std::int64_t n = 0; n < kSize[0] * kSize[1]; ++n)
                head.images[s].set({n % kSize[0], n / kSize[0], k}, k % 2 ? 2.0f : 1.0f);
    int smoothed = 0;
    for (std::uint64_t key = 0; key < 40; ++key) {
        Sample sample = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize);
        sample.spacingMm = {1, 1, 1};
        CounterRandom random{key};
        degrade(sample,
                {.bias = 0,
                 .blur = 0,
                 .thickSlices = 1,
                 .shift = 0,
                 .noise = 0,
                 .gamma = 0,
                 .contrastLow = 1,
                 .contrastHigh = 1,
                 .brightness = 0},
                random);
        const auto at = [](std::int64_t k) { return std::size_t(9 + 20 * (11 + 24 * k)); };
        smoothed += std::abs(sample.sequence(0)[at(8)] - sample.sequence(0)[at(7)]) < 0.8f;
    }
    CHECK(smoothed >= 26); // 80 % axial slices, and a little is left of the others
}

TEST_CASE("dropSequences always leaves FLAIR or T2, drops in about the asked share, and zeroes what it drops",
          "[augment]")
{
    const Head head;
    const Sample full = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize);
    int onlyTwo = 0, withoutT1c = 0;
    const int draws = 2000;
    for (int n = 0; n < draws; ++n) {
        Sample sample = full;
        CounterRandom random{11, std::uint64_t(n)};
        dropSequences(sample, {}, random);
        REQUIRE((sample.present[2] || sample.present[3]));
        onlyTwo += !sample.present[0] && sample.present[1] && !sample.present[2] && sample.present[3];
        withoutT1c += !sample.present[1];
        for (std::size_t s = 0; s < 4; ++s)
            REQUIRE(sample.present[s] == std::ranges::any_of(sample.sequence(s), [](float v) { return v != 0; }));
    }
    CHECK(double(onlyTwo) / draws > 0.12);
    CHECK(double(withoutT1c) / draws == Approx(0.73 * 0.15).margin(0.03));
}

TEST_CASE("nnU-Net's set is the same for the same key, leaves the outside 0, and keeps sequences apart",
          "[augment][nnunet]")
{
    const Head head;
    const std::array<bool, 4> three{true, false, true, true};
    int changed = 0;
    for (std::uint64_t key = 0; key < 24; ++key) {
        CounterRandom a{20, key}, b{20, key}, c{20, key};
        Sample first = nnUnetCut(head.images, kAll, head.labels, {0, 0, 0}, kSize, a);
        Sample again = nnUnetCut(head.images, kAll, head.labels, {0, 0, 0}, kSize, b);
        Sample without = nnUnetCut(head.images, three, head.labels, {0, 0, 0}, kSize, c);
        const Sample before = first;
        nnUnetDegrade(first, a);
        nnUnetDegrade(again, b);
        nnUnetDegrade(without, c);
        CHECK(first.image == again.image);
        CHECK(first.labels == before.labels);
        CHECK(std::ranges::equal(first.sequence(3), without.sequence(3)));
        for (std::size_t n = 0; n < first.voxels(); ++n) {
            REQUIRE(std::isfinite(first.sequence(0)[n]));
            if (before.sequence(0)[n] == 0 && before.sequence(3)[n] == 0) REQUIRE(first.sequence(0)[n] == 0);
        }
        changed += first.image != before.image;
    }
    CHECK(changed >= 12); // 1 - 0.9 0.8 0.85 0.85 0.75 0.9 0.7 = 75 %, some of it on half of the sequences
    CHECK(changed <= 23);
}

TEST_CASE("nnU-Net's set draws each transform as often as it says", "[augment][nnunet]")
{
    const Head head;
    const Sample plain = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize);
    const auto at = [](std::int64_t i, std::int64_t j, std::int64_t k) { return std::size_t(i + 20 * (j + 24 * k)); };
    int onlyMirrored = 0, leftRight = 0;
    const int draws = 600;
    for (int n = 0; n < draws; ++n) {
        CounterRandom random{21, std::uint64_t(n)};
        const Sample sample = nnUnetCut(head.images, kAll, head.labels, {0, 0, 0}, kSize, random);
        const bool same = count(sample, 2) == 27 && // neither turned nor scaled: the block is as it was, or mirrored
                          std::ranges::is_permutation(sample.sequence(0).subspan(at(0, 11, 7), 20),
                                                      plain.sequence(0).subspan(at(0, 11, 7), 20),
                                                      [](float a, float b) { return std::abs(a - b) < 1e-4f; });
        onlyMirrored += same;
        leftRight += same && sample.labels[at(8, 11, 7)] != 2 && sample.labels[at(11, 11, 7)] == 2;
    }
    CHECK(double(onlyMirrored) / draws > 0.55); // 0.64 are neither turned nor scaled
    CHECK(double(onlyMirrored) / draws < 0.73);
    CHECK(leftRight > 0);
}

TEST_CASE("augmented takes the kind that is named", "[augment][nnunet]")
{
    const Head head;
    AugmentOptions options;
    options.drop = {.onlyT1cAndFlair = 0, .noT2 = 0, .noT1NoT2 = 0, .each = 0};
    CounterRandom a{22}, b{22}, c{22}, d{22};
    Sample ours = cut(head.images, kAll, head.labels, {0, 0, 0}, kSize, options.spatial, a);
    degrade(ours, options.intensity, a);
    CHECK(augmented(head.images, kAll, head.labels, {0, 0, 0}, kSize, options, b).image == ours.image);
    options.kind = "nnunet";
    Sample theirs = nnUnetCut(head.images, kAll, head.labels, {0, 0, 0}, kSize, c);
    nnUnetDegrade(theirs, c);
    CHECK(augmented(head.images, kAll, head.labels, {0, 0, 0}, kSize, options, d).image == theirs.image);
}
