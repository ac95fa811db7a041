#include "TestFolder.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/tracking/EventFile.h"
#include "glioscope/tracking/MlflowRun.h"

#include <catch2/catch_test_macros.hpp>

#include <fstream>

using namespace glio;
using namespace glio::tracking;
using glio::test::Folder;

namespace {

std::string hex(const std::string &bytes)
{
    constexpr const char *digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes)
        text += digits[std::uint8_t(c) >> 4], text += digits[std::uint8_t(c) & 15];
    return text;
}

} // namespace

TEST_CASE("crc32c gives the published check values", "[tracking][tensorboard]")
{
    const std::string digits = "123456789", zeros(32, '\0'), ones(32, '\xff'); // RFC 3720, B.4
    CHECK(crc32c(std::as_bytes(std::span(digits))) == 0xe3069283u);
    CHECK(crc32c(std::as_bytes(std::span(zeros))) == 0x8a9136aau);
    CHECK(crc32c(std::as_bytes(std::span(ones))) == 0x62a8ab43u);
}

TEST_CASE("events are encoded as protobuf encodes them", "[tracking][tensorboard]")
{
    // wall_time 1.0, file_version
    CHECK(hex(versionEvent(1.0)) == "09000000000000f03f1a0d" + hex("brain.Event:2"));
    // wall_time 2.0, step 300 (two bytes of varint), one value: tag "a/b", 0.5
    CHECK(hex(scalarEvent(2.0, 300, {{"a/b", 0.5}})) == "09000000000000004010ac022a0c0a0a0a03612f62150000003f");
    CHECK(scalarEvent(2.0, 300, {{"a", 1}, {"b", 2}}).size() == 9 + 3 + 2 + 2 * (2 + 3 + 5));
}

TEST_CASE("tfRecord frames bytes by their length and two masked checksums", "[tracking][tensorboard]")
{
    const std::string record = tfRecord("abc");
    REQUIRE(record.size() == 8 + 4 + 3 + 4);
    CHECK(hex(record.substr(0, 8)) == "0300000000000000");
    CHECK(record.substr(12, 3) == "abc");
    const std::string abc = "abc";
    const auto masked = maskedCrc32c(std::as_bytes(std::span(abc)));
    CHECK(masked == ((0x364b3fb7u >> 15 | 0x364b3fb7u << 17) + 0xa282ead8u)); // crc32c("abc") = 364b3fb7
    CHECK(std::uint8_t(record[15]) == (masked & 0xff));
}

TEST_CASE("an event file grows by whole records, and a second one stands beside the first", "[tracking][tensorboard]")
{
    const Folder folder;
    auto file = EventFile::create(folder.path);
    REQUIRE(file);
    REQUIRE(file->add(1, 1, {{"train/loss", 0.25}}));
    const auto bytes = readFile(file->path());
    REQUIRE(bytes);
    std::size_t at = 0, records = 0;
    while (at + 16 <= bytes->size()) {
        at += 16 + std::uint8_t((*bytes)[at]);
        ++records;
    }
    CHECK(at == bytes->size());
    CHECK(records == 2);
    const auto second = EventFile::create(folder.path);
    REQUIRE(second);
    CHECK(second->path() != file->path());
}

TEST_CASE("an MLflow run is written in its file layout, found again, and cut back to a step", "[tracking][mlflow]")
{
    const Folder folder;
    std::filesystem::path path;
    {
        auto run = MlflowRun::open(folder.path, "glioscope", "it's mine", {{"seed", "3"}});
        REQUIRE(run);
        path = run->path();
        CHECK(path.parent_path() == folder.path / "1");
        CHECK(path.filename().string().size() == 32);
        for (std::int64_t step = 10; step <= 30; step += 10)
            REQUIRE(run->add(1000 + step, step, {{"train/loss", 1.5}, {"val/dice", 0.5}}));
    }
    std::ofstream(path / "metrics" / "val" / "dice", std::ios::app) << "1040 0.";
    CHECK(*readFile(path / "params" / "seed") == "3");
    CHECK(*readFile(path / "tags" / "mlflow.runName") == "it's mine");
    CHECK(readFile(folder.path / "1" / "meta.yaml")->find("name: 'glioscope'") != std::string::npos);
    auto again = MlflowRun::open(folder.path, "glioscope", "it's mine", {});
    REQUIRE(again);
    CHECK(again->path() == path);
    REQUIRE(again->dropAfter(20));
    CHECK(*readFile(path / "metrics" / "train" / "loss") == "1010 1.5 10\n1020 1.5 20\n");
    CHECK(*readFile(path / "metrics" / "val" / "dice") == "1010 0.5 10\n1020 0.5 20\n");
    const auto before = *readFile(path / "meta.yaml");
    CHECK(before.find("status: 1\n") != std::string::npos);
    CHECK(before.find("run_name: 'it''s mine'") != std::string::npos);
    REQUIRE(again->setState(MlflowRun::State::Finished));
    const auto after = *readFile(path / "meta.yaml");
    CHECK(after.find("status: 3\n") != std::string::npos);
    CHECK(after.find("end_time: null") == std::string::npos);
    CHECK(after.substr(after.find("start_time"), 25) == before.substr(before.find("start_time"), 25));
}
