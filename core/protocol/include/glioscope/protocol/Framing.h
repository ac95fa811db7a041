#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace glio::protocol {

/// Largest body that either side accepts. Voxels never travel here, so real messages are a few kilobytes.
inline constexpr std::size_t kMaxMessageBytes = std::size_t{4} << 20;

/// "Content-Length: N\r\n\r\n" and the body: the form of every message on the engine's stdin and stdout.
std::string frame(std::string_view body);

/// What the parser found next: a whole body, or a sentence that says what was wrong with the bytes.
struct FrameEvent {
    enum class Kind { Body, Malformed, TooLarge };
    Kind kind = Kind::Body;
    std::string text; ///< the body, or the sentence
};

/// Turns a stream of bytes into bodies, however the stream was cut. Never throws, never holds more than
/// `maxBodyBytes` plus a small header. After garbage it looks for the next "Content-Length:" at the start of a line and
/// goes on from there; the body of a message over the cap is skipped without being stored
/// (over 16 caps: not believed, and the next header is looked for).
/// Header fields other than Content-Length are ignored; field names may be in any case. Thread: one at a time.
class FrameParser {
public:
    explicit FrameParser(std::size_t maxBodyBytes = kMaxMessageBytes) : m_maxBodyBytes(maxBodyBytes) {}

    void feed(std::string_view bytes);
    /// The next finding, or nothing until more bytes come.
    std::optional<FrameEvent> next();
    /// Bytes held that belong to no finished message.
    std::size_t pendingBytes() const { return m_buffer.size() - m_begin; }

private:
    enum class State { Header, Body, Skip, Resync };
    std::optional<FrameEvent> parseHeader();
    bool resync();
    void consume(std::size_t count);

    std::size_t m_maxBodyBytes;
    State m_state = State::Header;
    std::string m_buffer;
    std::size_t m_begin = 0; // m_buffer before it is used up
    std::size_t m_need = 0;  // bytes of the body (Body) or left to skip (Skip)
};

} // namespace glio::protocol
