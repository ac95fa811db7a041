#include "glioscope/metrics/Bootstrap.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>

using namespace glio::metrics;
using Catch::Matchers::WithinAbs;

namespace {

std::vector<std::string> names(int count)
{
    std::vector<std::string> all;
    for (int n = 0; n < count; ++n)
        all.push_back("case" + std::to_string(n));
    return all;
}

} // namespace

TEST_CASE("The bootstrap interval of a mean has the width that theory gives", "[metrics][bootstrap]")
{
    std::vector<std::optional<double>> values;
    for (int n = 0; n < 100; ++n)
        values.push_back(n % 2);
    const auto mean = Bootstrap(names(100), 4000).mean(values);
    REQUIRE(mean);
    CHECK(mean->value == 0.5);
    CHECK(mean->count == 100);
    CHECK_THAT(*mean->low, WithinAbs(0.5 - 1.96 * 0.05, 0.012)); // standard error 0.5 / sqrt(100)
    CHECK_THAT(*mean->high, WithinAbs(0.5 + 1.96 * 0.05, 0.012));
}

TEST_CASE("Patients are drawn, not cases", "[metrics][bootstrap]")
{
    // 4 patients of 25 equal cases each: as wide as with 4 cases.
    std::vector<std::string> patients;
    std::vector<std::optional<double>> values;
    for (int n = 0; n < 100; ++n)
        patients.push_back("p" + std::to_string(n % 4)), values.push_back(n % 2);
    const auto together = Bootstrap(patients).mean(values);
    REQUIRE(together);
    CHECK(*together->low == 0);
    CHECK(*together->high == 1);
    CHECK(Bootstrap(patients).patients() == 4);
}

TEST_CASE("The same seed gives the same interval, another seed nearly the same", "[metrics][bootstrap]")
{
    std::vector<std::optional<double>> values;
    for (int n = 0; n < 30; ++n)
        values.push_back(std::sin(n));
    const auto a = Bootstrap(names(30)).mean(values), b = Bootstrap(names(30)).mean(values),
               c = Bootstrap(names(30), 2000, 2).mean(values);
    CHECK(*a->low == *b->low);
    CHECK(*a->high == *b->high);
    CHECK(*a->low != *c->low);
    CHECK_THAT(*a->low, WithinAbs(*c->low, 0.05));
}

TEST_CASE("Cases without a value do not count, and one patient alone has no interval", "[metrics][bootstrap]")
{
    const Bootstrap bootstrap(names(4));
    const std::vector<std::optional<double>> one{std::nullopt, 0.7, std::nullopt, std::nullopt};
    const auto alone = bootstrap.mean(one);
    REQUIRE(alone);
    CHECK(alone->value == 0.7);
    CHECK(alone->count == 1);
    CHECK_FALSE(alone->low);
    CHECK_FALSE(bootstrap.mean(std::vector<std::optional<double>>(4)));
    const auto constant = bootstrap.mean(std::vector<std::optional<double>>{0.25, 0.25, std::nullopt, 0.25});
    CHECK(*constant->low == 0.25);
    CHECK(*constant->high == 0.25);
    CHECK_FALSE(Bootstrap({}).mean({}));
}

TEST_CASE("The median is the middle, or between the two middle ones", "[metrics][bootstrap]")
{
    CHECK(Bootstrap(names(3)).median(std::vector<std::optional<double>>{9, 1, 2})->value == 2);
    CHECK(Bootstrap(names(4)).median(std::vector<std::optional<double>>{9, 1, 2, 4})->value == 3);
    const auto wide = Bootstrap(names(3)).median(std::vector<std::optional<double>>{9, 1, 2});
    CHECK(*wide->low == 1);
    CHECK(*wide->high == 9);
}

TEST_CASE("Quantiles are linear between neighbours", "[metrics][bootstrap]")
{
    const std::vector<double> values{0, 10, 20, 30};
    CHECK(quantile(values, 0) == 0);
    CHECK(quantile(values, 1) == 30);
    CHECK_THAT(quantile(values, 0.5), WithinAbs(15, 1e-12));
}

TEST_CASE("Time points of one patient are known by their names", "[metrics][bootstrap]")
{
    CHECK(patientOf("BraTS-PED-00021-001") == "BraTS-PED-00021");
    CHECK(patientOf("BraTS-GLI-00005-100") == "BraTS-GLI-00005");
    CHECK(patientOf("GlioPhantom-00003-000") == "GlioPhantom-00003");
    CHECK(patientOf("TCGA_CS_4941_19960909") == "TCGA_CS_4941");
    CHECK(patientOf("BraTS2021_00000") == "BraTS2021_00000");
    CHECK(patientOf("phantom-007-001") == "phantom-007-001");
    CHECK(patientOf("") == "");
}
