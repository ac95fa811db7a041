#include "TestFolder.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Memory.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/base/Random.h"
#include "glioscope/base/Sha256.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <vector>

using namespace glio;
using Catch::Matchers::WithinAbs;
using glio::test::Folder;

TEST_CASE("SHA-256 gives the standard's known answers", "[base]")
{
    const auto of = [](std::string_view text) { return sha256Hex(std::as_bytes(std::span(text.data(), text.size()))); };
    CHECK(of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 million; // fed in uneven pieces
    const std::string a(997, 'a');
    for (std::size_t left = 1'000'000; left > 0;) {
        const auto take = std::min(left, a.size());
        million.add(std::as_bytes(std::span(a.data(), take)));
        left -= take;
    }
    CHECK(million.hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("An atomic write replaces the file whole and leaves nothing beside it", "[base]")
{
    const Folder folder;
    const auto file = folder.path / "a.txt";
    REQUIRE(writeFileAtomically(file, std::string_view("one")));
    REQUIRE(writeFileAtomically(file, std::string_view("two and more")));
    CHECK(readFile(file).value() == "two and more");
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 1);
    const auto nowhere = writeFileAtomically(folder.path / "missing" / "b.txt", std::string_view("x"));
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code == Errc::Io);
    CHECK(nowhere.error().message.find("b.txt") != std::string::npos);
}

TEST_CASE("A file that is too large for its purpose is refused before it is read", "[base]")
{
    const Folder folder;
    std::ofstream(folder.path / "big") << std::string(1000, 'x');
    CHECK_FALSE(readFile(folder.path / "big", 999));
    CHECK(readFile(folder.path / "big", 1000));
    CHECK_FALSE(readFile(folder.path));
}

TEST_CASE("parallelFor visits every index once, nested too, and passes on what a body throws", "[base]")
{
    std::vector<std::atomic<int>> seen(100'003);
    parallelFor(0, std::int64_t(seen.size()), 7, [&](std::int64_t b, std::int64_t e) {
        parallelFor(b, e, 1, [&](std::int64_t bb, std::int64_t ee) {
            for (auto n = bb; n < ee; ++n)
                ++seen[std::size_t(n)];
        });
    });
    CHECK(std::all_of(seen.begin(), seen.end(), [](const auto &n) { return n == 1; }));
    CHECK_THROWS_AS(parallelFor(0, 1000, 1,
                                [](std::int64_t b, std::int64_t) {
                                    if (b > 0) throw std::runtime_error("no");
                                }),
                    std::runtime_error);
    int calls = 0;
    parallelFor(5, 5, 1, [&](auto, auto) { ++calls; });
    CHECK(calls == 0);
}

TEST_CASE("Counter random numbers depend on the key alone and look uniform and normal", "[base]")
{
    CounterRandom a{1, 2, 3}, b{1, 2, 3}, c{1, 2, 4};
    CHECK(a.bits() == b.bits());
    CHECK(a.bits() != c.bits());
    CounterRandom r{42};
    double sum = 0, squares = 0, uniform = 0;
    constexpr int kDraws = 200'000;
    for (int n = 0; n < kDraws; ++n) {
        const double x = r.normal();
        sum += x, squares += x * x;
        const double u = r.uniform();
        REQUIRE(u >= 0);
        REQUIRE(u < 1);
        uniform += u;
    }
    CHECK_THAT(sum / kDraws, WithinAbs(0, 0.01));
    CHECK_THAT(squares / kDraws, WithinAbs(1, 0.02));
    CHECK_THAT(uniform / kDraws, WithinAbs(0.5, 0.005));
    std::set<std::int64_t> values;
    for (int n = 0; n < 1000; ++n)
        values.insert(r.integer(-1, 3));
    CHECK(values == std::set<std::int64_t>{-1, 0, 1, 2, 3});
}

TEST_CASE("The process knows what memory it holds and what is left", "[base]")
{
    CHECK(residentBytes() > 1'000'000);
    CHECK(peakResidentBytes() >= residentBytes());
    CHECK(availableMemoryBytes() > 0);
}
