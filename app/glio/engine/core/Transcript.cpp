#include "engine/core/Transcript.h"

#include "engine/core/EngineServer.h"
#include "glioscope/protocol/SharedMemory.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <istream>
#include <ostream>
#include <sstream>

namespace glio::engine {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

bool fits(const json &expected, const json &got)
{
    if (expected == "*") return true;
    if (expected.is_object()) {
        if (!got.is_object()) return false;
        for (const auto &[key, value] : expected.items())
            if (!got.contains(key) || !fits(value, got[key])) return false;
        return true;
    }
    if (expected.is_array()) {
        if (!got.is_array() || got.size() != expected.size()) return false;
        for (std::size_t i = 0; i < expected.size(); ++i)
            if (!fits(expected[i], got[i])) return false;
        return true;
    }
    return expected == got;
}

std::string unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            const char next = text[++i];
            out += next == 'r' ? '\r' : next == 'n' ? '\n' : next;
        } else {
            out += text[i];
        }
    }
    return out;
}

class Inbox {
public:
    explicit Inbox(std::ostream &out) : m_out(out) {}
    void add(const std::string &body)
    {
        const std::lock_guard lock(m_mutex);
        m_out << "< " << body << std::endl;
        m_messages.push_back(json::parse(body));
        m_changed.notify_all();
    }
    bool take(const json &expected)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, 20s, [&] {
            const auto found = std::ranges::find_if(m_messages, [&](const json &got) { return fits(expected, got); });
            if (found == m_messages.end()) return false;
            m_messages.erase(found);
            return true;
        });
    }
    /// Waits until as many replies came as requests were sent.
    void waitForReplies(int requests)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, 600s, [&] { return std::ranges::count_if(m_messages, isReply) >= requests; });
    }
    std::vector<json> leftReplies()
    {
        const std::lock_guard lock(m_mutex);
        std::vector<json> left;
        std::ranges::copy_if(m_messages, std::back_inserter(left), isReply);
        return left;
    }

private:
    static bool isReply(const json &message) { return !message.contains("method"); }
    std::ostream &m_out;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<json> m_messages;
};

class Runner {
public:
    Runner(SegmentBackend &backend, std::ostream &out, std::ostream &err)
        : m_err(err), m_inbox(out), m_server(backend, [this](const std::string &body) { m_inbox.add(body); })
    {
    }

    int run(std::istream &in)
    {
        std::string line;
        for (int number = 1; std::getline(in, line); ++number) {
            if (const std::string problem = step(line); !problem.empty()) {
                m_err << "line " << number << ": " << problem << '\n';
                ++m_failed;
            }
        }
        if (!m_expects) {
            m_inbox.waitForReplies(m_requests); // by hand: show what was asked for
            return m_failed;
        }
        for (const json &reply : m_inbox.leftReplies()) {
            m_err << "end: no line expects " << reply.dump() << '\n';
            ++m_failed;
        }
        return m_failed;
    }

private:
    void feed(std::string_view bytes)
    {
        m_parser.feed(bytes);
        while (const auto event = m_parser.next())
            m_server.receive(*event);
    }

    std::string step(const std::string &raw)
    {
        if (raw.empty() || raw[0] == '#') return {};
        if (raw.starts_with(">raw ")) return feed(unescaped(std::string_view(raw).substr(5))), std::string();
        std::string line = raw;
        for (const auto &[name, memory] : m_memory) {
            const std::string text = toJson(memory.ref()).dump();
            for (auto at = line.find("\"@" + name + '"'); at != std::string::npos; at = line.find("\"@" + name + '"'))
                line.replace(at, name.size() + 3, text);
        }
        if (line.starts_with("> ")) {
            const json message = json::parse(line.substr(2), nullptr, false);
            if (message.is_object() && message.contains("id") && message.contains("method")) ++m_requests;
            return feed(protocol::frame(line.substr(2))), std::string();
        }
        if (line.starts_with("< ")) {
            m_expects = true;
            const json expected = json::parse(line.substr(2), nullptr, false);
            if (expected.is_discarded()) return "what is expected is not valid JSON";
            return m_inbox.take(expected) ? "" : "did not come: " + line.substr(2);
        }
        std::istringstream words(line);
        std::string verb, name;
        words >> verb;
        if (verb == "pause") {
            int ms = 0;
            if (!(words >> ms)) return "pause needs milliseconds";
            std::this_thread::sleep_for(std::chrono::milliseconds(ms));
            return {};
        }
        if (verb == "memory") {
            std::int64_t bytes = 0;
            if (!(words >> name >> bytes)) return "memory needs a name and a number of bytes";
            auto memory = protocol::SharedMemory::create(name, bytes);
            if (!memory) return memory.error().message;
            if (float value = 0; words >> value) std::ranges::fill(memory->as<float>(), value);
            m_memory.insert_or_assign(name, std::move(*memory));
            return {};
        }
        return "begins with none of > < # memory pause";
    }

    std::ostream &m_err;
    Inbox m_inbox;
    protocol::FrameParser m_parser;
    std::map<std::string, protocol::SharedMemory> m_memory;
    int m_requests = 0, m_failed = 0;
    bool m_expects = false;
    EngineServer m_server; // last: answers nobody once the rest goes
};

} // namespace

int runTranscript(SegmentBackend &backend, std::istream &in, std::ostream &out, std::ostream &err)
{
    return Runner(backend, out, err).run(in);
}

} // namespace glio::engine
