#include "FakeBackend.h"

#include "engine/core/Transcript.h"

#include <catch2/catch_test_macros.hpp>

#include <sstream>

using namespace glio;

namespace {

int failures(const std::string &text, std::string *out = nullptr)
{
    test::FakeBackend backend;
    std::istringstream in(text);
    std::ostringstream said, errors;
    const int failed = engine::runTranscript(backend, in, said, errors);
    if (out) *out = said.str();
    return failed;
}

constexpr const char *kInitialize = R"(> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":1}}
)";

} // namespace

TEST_CASE("a transcript fails on a reply that differs and on one that nobody expects", "[engine][transcript]")
{
    const std::string initialize = kInitialize;
    CHECK(failures(initialize + "< {\"id\":1,\"result\":{\"name\":\"glio\",\"version\":\"*\"}}\n") == 0);
    CHECK(failures(initialize + "# a remark\n\n< {\"id\":1}\n"
                                "> {\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"engine/ping\"}\n") == 1);
    CHECK(failures("nonsense\n") == 1);
    CHECK(failures("< {\n") == 1);
}

TEST_CASE("a transcript without expectations shows the replies", "[engine][transcript]")
{
    std::string out;
    CHECK(failures(kInitialize, &out) == 0);
    CHECK(out.starts_with("< {"));
    CHECK(out.find("\"protocolVersion\":1") != std::string::npos);
}
