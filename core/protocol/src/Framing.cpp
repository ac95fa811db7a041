#include "glioscope/protocol/Framing.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>

namespace glio::protocol {
namespace {

constexpr std::size_t kMaxHeaderBytes = 4096;
// A length beyond this many caps is a lie: skipping that many bytes would deafen the reader for good, so the next
// header is looked for instead.
constexpr std::uint64_t kCapsSkipped = 16;
constexpr std::string_view kField = "content-length";

char lower(char c) { return char(std::tolower(static_cast<unsigned char>(c))); }

bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

FrameEvent malformed(std::string sentence) { return {FrameEvent::Kind::Malformed, std::move(sentence)}; }

} // namespace

std::string frame(std::string_view body)
{
    std::string text = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    text += body;
    return text;
}

void FrameParser::feed(std::string_view bytes)
{
    if (m_state == State::Skip) { // never stored
        const std::size_t skipped = std::min(m_need, bytes.size());
        m_need -= skipped;
        bytes.remove_prefix(skipped);
        if (m_need > 0) return;
        m_state = State::Header;
    }
    if (m_begin > 0) {
        m_buffer.erase(0, m_begin);
        m_begin = 0;
    }
    m_buffer += bytes;
}

void FrameParser::consume(std::size_t count) { m_begin += count; }

std::optional<FrameEvent> FrameParser::next()
{
    for (;;) {
        switch (m_state) {
        case State::Resync:
            if (!resync()) return std::nullopt;
            break;
        case State::Header: {
            const std::size_t before = m_begin;
            auto event = parseHeader();
            if (event) return event;
            if (m_state == State::Header && m_begin == before) return std::nullopt; // needs more bytes
            break;
        }
        case State::Body: {
            if (pendingBytes() < m_need) return std::nullopt;
            FrameEvent event{FrameEvent::Kind::Body, m_buffer.substr(m_begin, m_need)};
            consume(m_need);
            m_state = State::Header;
            return event;
        }
        case State::Skip: {
            const std::size_t skipped = std::min(m_need, pendingBytes());
            consume(skipped);
            m_need -= skipped;
            if (m_need > 0) return std::nullopt;
            m_state = State::Header;
            break;
        }
        }
    }
}

std::optional<FrameEvent> FrameParser::parseHeader()
{
    const std::string_view all = std::string_view(m_buffer).substr(m_begin);
    const std::size_t end = all.find("\r\n\r\n");
    if (end == std::string_view::npos || end > kMaxHeaderBytes) {
        if (all.size() <= kMaxHeaderBytes + 4) return std::nullopt;
        consume(1);
        m_state = State::Resync;
        return malformed("The message has no header that ends within 4096 bytes.");
    }

    std::optional<std::uint64_t> length;
    std::size_t lineBegin = 0;
    while (lineBegin < end) {
        const std::size_t lineEnd = std::min(all.find("\r\n", lineBegin), end);
        const std::string_view line = all.substr(lineBegin, lineEnd - lineBegin);
        const std::size_t colon = line.find(':');
        const auto fail = [&](std::size_t resumeAt, const char *sentence) {
            consume(resumeAt);
            m_state = State::Resync;
            return malformed(sentence);
        };
        if (colon == std::string_view::npos) return fail(lineEnd, "A line of the message's header has no colon.");
        if (equalsIgnoringCase(trimmed(line.substr(0, colon)), kField)) {
            const std::string_view text = trimmed(line.substr(colon + 1));
            std::uint64_t value = 0;
            const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (text.empty() || error != std::errc{} || stop != text.data() + text.size())
                return fail(lineEnd, "Content-Length is no possible length.");
            if (length && *length != value) return fail(lineEnd, "Content-Length is given twice and differs.");
            length = value;
        }
        lineBegin = lineEnd + 2;
    }
    if (!length) {
        // "garbageContent-Length: 5" may hide a good header behind garbage, hence from the second byte on.
        consume(1);
        m_state = State::Resync;
        return malformed("The message's header does not say its Content-Length.");
    }
    consume(end + 4);
    if (*length > m_maxBodyBytes) {
        const bool skips = *length / kCapsSkipped <= m_maxBodyBytes;
        m_need = skips ? std::size_t(*length) : 0;
        m_state = skips ? State::Skip : State::Resync;
        return FrameEvent{FrameEvent::Kind::TooLarge, "The message has " + std::to_string(*length) +
                                                          " bytes; at most " + std::to_string(m_maxBodyBytes) +
                                                          " are accepted."};
    }
    m_need = std::size_t(*length);
    m_state = State::Body;
    return std::nullopt;
}

bool FrameParser::resync()
{
    const auto begin = m_buffer.begin() + std::ptrdiff_t(m_begin);
    constexpr std::string_view wanted = "content-length:";
    const auto found =
        std::search(begin, m_buffer.end(), wanted.begin(), wanted.end(), [](char a, char b) { return lower(a) == b; });
    if (found == m_buffer.end()) {
        consume(pendingBytes() - std::min(pendingBytes(), wanted.size() - 1)); // it may lie across two reads
        return false;
    }
    consume(std::size_t(found - begin));
    m_state = State::Header;
    return true;
}

} // namespace glio::protocol
