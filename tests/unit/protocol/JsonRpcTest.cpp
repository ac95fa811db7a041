#include "glioscope/protocol/JsonRpc.h"

#include <nlohmann/json.hpp>

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace glio;
using namespace glio::protocol;
using nlohmann::json;

TEST_CASE("messages come back as they were sent", "[protocol][jsonrpc]")
{
    const auto request = parseMessage(requestText(RequestId(7), "a/b", {{"x", 1}}));
    REQUIRE(request);
    CHECK(request->kind == Message::Kind::Request);
    CHECK(request->id == RequestId(7));
    CHECK(request->method == "a/b");
    CHECK((*request->params)["x"] == 1);

    const auto note = parseMessage(notificationText("n", json::object()));
    REQUIRE(note);
    CHECK(note->kind == Message::Kind::Notification);

    const auto reply = parseMessage(replyText(RequestId("seven"), 5));
    REQUIRE(reply);
    CHECK(reply->kind == Message::Kind::Reply);
    CHECK(reply->id == RequestId("seven"));
    CHECK(*reply->result == 5);
}

TEST_CASE("every meaning of an error survives the wire, by name and by number", "[protocol][jsonrpc]")
{
    std::set<int> codes;
    for (const Errc code :
         {Errc::InvalidArgument, Errc::Unsupported, Errc::Geometry, Errc::Io, Errc::DiskFull, Errc::ModelMismatch,
          Errc::ModelDamaged, Errc::OutOfMemory, Errc::Cancelled, Errc::EngineLost, Errc::Internal}) {
        INFO(errcName(code));
        codes.insert(rpcCode(code));
        const std::string text = errorText(RequestId(1), rpcError({code, "Why."}));
        const auto message = parseMessage(text);
        REQUIRE(message);
        CHECK(message->kind == Message::Kind::ErrorReply);
        CHECK(toError(message->error).code == code);
        CHECK(toError(message->error).message == "Why.");
        json bare = json::parse(text);
        bare["error"].erase("data");
        CHECK(toError(parseMessage(bare.dump())->error).code == code);
    }
    CHECK(codes.size() == 11);
}

TEST_CASE("a message that is none is named by what is wrong with it", "[protocol][jsonrpc][error]")
{
    const struct {
        std::string body;
        int code;
        RequestId id;
    } cases[] = {
        {"", ParseError, {}},
        {"{", ParseError, {}},
        {"nonsense", ParseError, {}},
        {"\xff\xfe", ParseError, {}},
        {R"({"jsonrpc":"2.0","id":1,"method":"\ud800"})", ParseError, {}},
        {"[]", InvalidRequest, {}},
        {"5", InvalidRequest, {}},
        {"null", InvalidRequest, {}},
        {R"([{"jsonrpc":"2.0","id":1,"method":"x"}])", InvalidRequest, {}},
        {R"({"id":1,"method":"x"})", InvalidRequest, 1},
        {R"({"jsonrpc":"1.0","id":1,"method":"x"})", InvalidRequest, 1},
        {R"({"jsonrpc":"2.0","id":1})", InvalidRequest, 1},
        {R"({"jsonrpc":"2.0"})", InvalidRequest, {}},
        {R"({"jsonrpc":"2.0","id":1,"method":5})", InvalidRequest, 1},
        {R"({"jsonrpc":"2.0","id":1,"method":"x","params":5})", InvalidRequest, 1},
        {R"({"jsonrpc":"2.0","id":1.5,"method":"x"})", InvalidRequest, {}},
        {R"({"jsonrpc":"2.0","id":{},"method":"x"})", InvalidRequest, {}},
        {R"({"jsonrpc":"2.0","id":null,"method":"x"})", InvalidRequest, {}},
        {R"({"jsonrpc":"2.0","id":18446744073709551615,"method":"x"})", InvalidRequest, {}},
        {R"({"jsonrpc":"2.0","id":")" + std::string(200, 'a') + R"(","method":"x"})", InvalidRequest, {}},
    };
    for (const auto &bad : cases) {
        INFO(bad.body);
        const auto message = parseMessage(bad.body);
        REQUIRE_FALSE(message);
        CHECK(message.error().error.code == bad.code);
        CHECK(message.error().id == bad.id);
        CHECK_FALSE(message.error().error.message.empty());
    }
}

TEST_CASE("deep nesting is refused before it can overflow the stack", "[protocol][jsonrpc][error]")
{
    const std::string open(2'000'000, '['), objects = [] {
        std::string text;
        for (int n = 0; n < 200'000; ++n)
            text += "{\"a\":";
        return text;
    }();
    CHECK(parseMessage(open).error().error.code == ParseError);
    CHECK(parseMessage(open + std::string(2'000'000, ']')).error().error.code == ParseError);
    CHECK(parseMessage(objects).error().error.code == ParseError);
    // Brackets inside a string are no nesting.
    CHECK(parseMessage(R"({"jsonrpc":"2.0","method":"x","params":{"a":")" + std::string(500, '[') + R"(\"[["}})"));
}

TEST_CASE("text that is not UTF-8 is replaced, not thrown over", "[protocol][jsonrpc]")
{
    const auto message = parseMessage(errorText(RequestId(1), {InternalError, "bad \xff byte", Errc::Internal}));
    REQUIRE(message);
    CHECK(message->error.message.starts_with("bad "));
}
