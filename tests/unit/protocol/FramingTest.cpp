#include "glioscope/protocol/Framing.h"
#include "glioscope/base/Random.h"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace glio;
using namespace glio::protocol;
using Kind = FrameEvent::Kind;

namespace {

std::vector<FrameEvent> parse(FrameParser &parser, std::string_view bytes, std::size_t piece)
{
    std::vector<FrameEvent> events;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        parser.feed(bytes.substr(at, piece));
        while (auto event = parser.next())
            events.push_back(*event);
    }
    return events;
}

std::vector<FrameEvent> parse(std::string_view bytes, std::size_t piece = 1 << 20, std::size_t cap = 1000)
{
    FrameParser parser(cap);
    return parse(parser, bytes, piece);
}

int bodies(const std::vector<FrameEvent> &events, std::string_view text)
{
    int count = 0;
    for (const auto &event : events)
        count += event.kind == Kind::Body && event.text == text;
    return count;
}

} // namespace

TEST_CASE("bodies come out whole however the stream is cut", "[protocol][framing]")
{
    const std::string stream = frame("first") + frame("") + frame("third\r\n\r\nContent-Length: 3\r\n\r\n");
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        const auto events = parse(stream, piece);
        REQUIRE(events.size() == 3);
        CHECK(events[0].text == "first");
        CHECK(events[1].text.empty());
        CHECK(events[2].text == "third\r\n\r\nContent-Length: 3\r\n\r\n");
    }
}

TEST_CASE("other header fields and letter case do not matter", "[protocol][framing]")
{
    const auto events = parse("Content-Type: x; charset=utf-8\r\ncontent-LENGTH:  2 \r\n\r\nhi");
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == Kind::Body);
    CHECK(events[0].text == "hi");
}

TEST_CASE("a message over the cap is told once, skipped and not stored", "[protocol][framing]")
{
    FrameParser parser(1000);
    parser.feed("Content-Length: 15000\r\n\r\n");
    auto event = parser.next();
    REQUIRE(event);
    CHECK(event->kind == Kind::TooLarge);
    const std::string chunk(300, 'x');
    for (int n = 0; n < 50; ++n) {
        parser.feed(chunk);
        CHECK_FALSE(parser.next());
        CHECK(parser.pendingBytes() == 0);
    }
    parser.feed(frame("after"));
    event = parser.next();
    REQUIRE(event);
    CHECK(event->text == "after");
}

TEST_CASE("a header that never ends does not take memory without bound", "[protocol][framing]")
{
    FrameParser parser;
    int malformed = 0;
    for (int n = 0; n < 1000; ++n) {
        parser.feed(std::string(1000, 'A'));
        while (auto event = parser.next())
            malformed += event->kind == Kind::Malformed;
        CHECK(parser.pendingBytes() <= 6000);
    }
    CHECK(malformed == 1);
    parser.feed("\r\n" + frame("back"));
    const auto event = parser.next();
    REQUIRE(event);
    CHECK(event->text == "back");
}

TEST_CASE("garbage before a message is told and the message is found", "[protocol][framing]")
{
    const std::vector<std::string> garbage{
        "hello\r\n",
        "hello\r\n\r\n",
        "{\"jsonrpc\":\"2.0\"}",
        "Content-Length: abc\r\n\r\n",
        "Content-Length: -5\r\n\r\n",
        "Content-Length: \r\n\r\n",
        "Content-Length: 99999999999999999999999\r\n\r\n",
        "Content-Length: 9999999999999\r\n\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n\r\n",
        "Content-Length: 0x10\r\n\r\n",
        std::string("\0\xff\xfe\r\n\r\n", 7),
        "\r\n\r\n",
        "X: y\r\n\r\n",
    };
    for (const auto &bytes : garbage) {
        INFO(bytes);
        for (const std::size_t piece : {1, 3, 1000}) {
            const auto events = parse(bytes + frame("good"), std::size_t(piece));
            CHECK(bodies(events, "good") == 1);
            CHECK(events.front().kind != Kind::Body);
            CHECK(events.size() <= 3);
        }
    }
}

TEST_CASE("no stream of bytes crashes the parser or lets it hoard", "[protocol][framing][fuzz]")
{
    CounterRandom random({42});
    const std::string parts[] = {
        "Content-Length: ", "content-length:",    "\r\n", "\r\n\r\n", "7", "0", "999", "1001", "-1", ":", "{}",
        "Content-Type: x",  std::string(1, '\0'), "\xff", " "};
    for (int round = 0; round < 3000; ++round) {
        FrameParser parser(1000);
        std::string stream;
        const auto count = random.integer(1, 40);
        for (std::int64_t n = 0; n < count; ++n)
            stream += parts[random.integer(0, std::int64_t(std::size(parts)) - 1)];
        for (std::size_t at = 0; at < stream.size();) {
            const auto piece = std::size_t(random.integer(1, 9));
            parser.feed(std::string_view(stream).substr(at, piece));
            at += piece;
            while (parser.next()) {
            }
            REQUIRE(parser.pendingBytes() <= 4096 + 1000 + 64);
        }
        // Whatever state it is left in: 16 caps of filler and one lost message later it hears again.
        parser.feed(std::string(17000, '.') + "\r\n");
        while (parser.next()) {
        }
        std::vector<FrameEvent> events;
        for (int n = 0; n < 3; ++n) {
            parser.feed(frame("good"));
            while (auto event = parser.next())
                events.push_back(*event);
        }
        REQUIRE(bodies(events, "good") >= 1);
    }
}
