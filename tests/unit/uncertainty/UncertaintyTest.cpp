#include "glioscope/uncertainty/Uncertainty.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <numbers>

using namespace glio;
using namespace glio::uncertainty;
using Bytes = Volume<std::uint8_t>;

namespace {
Geometry line(std::int64_t n) { return *Geometry::make({n, 1, 1}, {1, 1, 1}); }
} // namespace

TEST_CASE("Entropy is 0 for certainty and ln 2 for two even classes", "[uncertainty]")
{
    CHECK(entropy(std::array{1.0, 0.0, 0.0}) == 0);
    CHECK(entropy(std::array{0.5, 0.5}) == Catch::Approx(std::numbers::ln2));
}

TEST_CASE("Looks that agree hold no mutual information, whatever they say", "[uncertainty]")
{
    LookSums sums(line(3), 1);
    const std::vector<Bytes> look{Bytes(line(3), std::vector<std::uint8_t>{0, 128, 255})};
    for (int n = 0; n < 3; ++n)
        sums.add(look);
    const auto mutual = sums.mutualInformationPercent(), total = sums.entropyPercent();
    for (std::int64_t v = 0; v < 3; ++v)
        CHECK(mutual.at({v, 0, 0}) == 0);
    CHECK(total.at({0, 0, 0}) == 0);
    CHECK(total.at({1, 0, 0}) == 100);
    CHECK(total.at({2, 0, 0}) == 0);
}

TEST_CASE("Two opposite certain looks disagree fully: mutual information is the entropy, ln 2", "[uncertainty]")
{
    LookSums sums(line(1), 1);
    sums.add(std::vector<Bytes>{Bytes(line(1), 255)});
    sums.add(std::vector<Bytes>{Bytes(line(1), 0)});
    CHECK(sums.looks() == 2);
    CHECK(sums.entropyPercent().at({0, 0, 0}) == 100); // of ln 2, as there are two classes
    CHECK(sums.mutualInformationPercent().at({0, 0, 0}) == 100);
    CHECK(sums.mean().front().at({0, 0, 0}) == 128);
}

TEST_CASE("The map of one look is its own entropy over ln of the classes", "[uncertainty]")
{
    const std::vector<Bytes> look{Bytes(line(1), 51), Bytes(line(1), 51), Bytes(line(1), 51), Bytes(line(1), 51)};
    CHECK(entropyPercent(look).at({0, 0, 0}) == 100); // five classes of 0.2 each
}

TEST_CASE("Volume variation is sigma over mean and 0 where there is no volume", "[uncertainty]")
{
    CHECK(volumeVariation(std::array{9.0, 11.0}) == Catch::Approx(0.1));
    CHECK(volumeVariation(std::array{5.0, 5.0, 5.0}) == 0);
    CHECK(volumeVariation(std::array{0.0, 0.0}) == 0);
    CHECK(volumeVariation({}) == 0);
}
