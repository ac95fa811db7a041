#include "glioscope/interchange/Safetensors.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cstring>

using namespace glio;
using namespace glio::interchange;

namespace {
std::vector<std::byte> file(const std::string &header, std::size_t dataBytes, std::uint64_t length)
{
    std::vector<std::byte> bytes(8 + header.size() + dataBytes);
    for (int i = 0; i < 8; ++i)
        bytes[std::size_t(i)] = std::byte(length >> (8 * i) & 0xff);
    std::memcpy(bytes.data() + 8, header.data(), header.size());
    return bytes;
}
std::vector<std::byte> file(const std::string &header, std::size_t dataBytes)
{
    return file(header, dataBytes, header.size());
}
} // namespace

TEST_CASE("What is written as safetensors is read back, names, shapes and bytes", "[interchange]")
{
    const std::vector<float> a{1, 2, 3, 4, 5, 6};
    const std::vector<std::uint8_t> b{7, 8, 9};
    const std::vector<TensorView> views{
        {.name = "b", .dtype = Dtype::U8, .shape = {3}, .bytes = std::as_bytes(std::span(b))},
        {.name = "layer.a", .dtype = Dtype::F32, .shape = {2, 3}, .bytes = std::as_bytes(std::span(a))},
        {.name = "scalar", .dtype = Dtype::F32, .shape = {}, .bytes = std::as_bytes(std::span(a).first(1))},
        {.name = "none", .dtype = Dtype::I64, .shape = {0, 4}, .bytes = {}}};
    const auto bytes = safetensorsBytes(views, {{"made", "by a test"}});
    REQUIRE(bytes);
    const auto read = Safetensors::parse(*bytes, "memory");
    REQUIRE(read);
    REQUIRE(read->tensors().size() == 4);
    CHECK(read->metadata().at("made") == "by a test");
    const TensorView *found = read->find("layer.a");
    REQUIRE(found);
    CHECK(found->shape == std::vector<std::int64_t>{2, 3});
    CHECK(std::memcmp(found->bytes.data(), a.data(), found->bytes.size()) == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(found->bytes.data()) % alignof(float) == 0);
    CHECK(read->find("none")->count() == 0);
    CHECK_FALSE(read->find("c"));
}

TEST_CASE("Damaged safetensors are refused, whatever is wrong with them", "[interchange][error]")
{
    const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    REQUIRE(Safetensors::parse(file(good, 8), "memory"));
    struct Case {
        const char *what;
        std::vector<std::byte> bytes;
    };
    const Case damaged = GENERATE_COPY(values<Case>(
        {{"empty", {}},
         {"shorter than its prefix", std::vector<std::byte>(7)},
         {"header longer than the file", file(good, 8, 1000)},
         {"header over 100 MB", file(good, 8, 100'000'001)},
         {"header of 2^64 - 1", file(good, 8, ~std::uint64_t{0})},
         {"bytes left over", file(good, 9)},
         {"data cut off", file(good, 7)},
         {"no JSON", file("{\"a\":", 8)},
         {"a list", file("[]", 0)},
         {"no brace first", file(" " + good, 8)},
         {"a name twice",
          file(
              R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
              8)},
         {"unknown dtype", file(R"({"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}})", 8)},
         {"negative edge", file(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8)},
         {"edges that overflow",
          file(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,2],"data_offsets":[0,8]}})", 8)},
         {"fractional edge", file(R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", 8)},
         {"wrong size", file(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8)},
         {"offsets backwards", file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8)},
         {"offsets beyond the end", file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 8)},
         {"overlap",
          file(
              R"({"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},"b":{"dtype":"U8","shape":[6],"data_offsets":[2,8]}})",
              8)},
         {"hole",
          file(
              R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
              8)},
         {"hole at the front", file(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})", 8)},
         {"a key too many", file(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8],"run":"me"}})", 8)},
         {"metadata of numbers", file(R"({"__metadata__":{"a":1}})", 0)}}));
    INFO(damaged.what);
    const auto read = Safetensors::parse(damaged.bytes, "memory");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::ModelDamaged);
    CHECK(read.error().message.find("memory") == 0);
}

TEST_CASE("Nothing is written that could not be read", "[interchange][error]")
{
    const std::vector<std::byte> data(8);
    const TensorView a{.name = "a", .dtype = Dtype::F32, .shape = {2}, .bytes = data};
    TensorView wrong = a, reserved = a;
    wrong.shape = {3};
    reserved.name = "__metadata__";
    CHECK_FALSE(safetensorsBytes(std::vector{wrong}));
    CHECK_FALSE(safetensorsBytes(std::vector{reserved}));
    CHECK_FALSE(safetensorsBytes(std::vector{a, a}));
}
