#include "engine/core/EngineLoop.h"

#include "engine/core/EngineServer.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace glio::engine {
namespace {

// A thread of its own writes: whoever answers must never wait for a window that is slow to read.
class Writer {
public:
    explicit Writer(int fd) : m_fd(fd), m_thread([this] { run(); }) { m_thread.detach(); } // the program ends first

    void add(const std::string &body)
    {
        const std::lock_guard lock(m_mutex);
        m_bytes += body.size();
        if (m_bytes > kMostBytes) {
            std::fputs("engine: nobody reads the answers; ending\n", stderr);
            std::_Exit(1);
        }
        m_waiting.push_back(protocol::frame(body));
        m_changed.notify_one();
    }
    void flush()
    {
        std::unique_lock lock(m_mutex);
        m_empty.wait(lock, [this] { return m_waiting.empty() && !m_writing; });
    }

private:
    static constexpr std::size_t kMostBytes = std::size_t{64} << 20;

    void run()
    {
        std::unique_lock lock(m_mutex);
        for (;;) {
            m_changed.wait(lock, [this] { return !m_waiting.empty(); });
            const std::string text = std::move(m_waiting.front());
            m_waiting.pop_front();
            m_writing = true;
            lock.unlock();
            for (std::size_t done = 0; done < text.size();) {
                const ssize_t n = ::write(m_fd, text.data() + done, text.size() - done);
                if (n < 0 && errno == EINTR) continue;
                if (n <= 0) std::_Exit(0); // the window is gone
                done += std::size_t(n);
            }
            lock.lock();
            m_bytes -= std::min(m_bytes, text.size());
            m_writing = false;
            if (m_waiting.empty()) m_empty.notify_all();
        }
    }

    int m_fd;
    std::mutex m_mutex;
    std::condition_variable m_changed, m_empty;
    std::deque<std::string> m_waiting;
    std::size_t m_bytes = 0;
    bool m_writing = false;
    std::thread m_thread;
};

} // namespace

void serveForever(SegmentBackend &backend, int in, int out)
{
    Writer writer(out);
    EngineServer server(backend, [&writer](std::string body) { writer.add(body); });
    protocol::FrameParser parser;
    std::string buffer(std::size_t{64} << 10, '\0');
    for (;;) {
        const ssize_t n = ::read(in, buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        // No goodbye to threads under way: whoever closed the pipe wants the memory and the processors back now.
        if (n <= 0) std::_Exit(0);
        parser.feed(std::string_view(buffer).substr(0, std::size_t(n)));
        while (const auto event = parser.next())
            server.receive(*event);
        if (server.ended()) {
            writer.flush();
            std::_Exit(0);
        }
    }
}

int takeStdout()
{
    std::fflush(stdout);
    const int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    return fd;
}

} // namespace glio::engine
