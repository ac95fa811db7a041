#pragma once
#include <iostream>
#include <mutex>

namespace glio::io {

/// While it lives: no other thread is in ITK's readers (NRRD's error list is one for the process), and their own words,
/// which they write to cout and cerr, go nowhere, because stdout may carry JSON.
class Alone {
public:
    Alone() : m_lock(guard()), m_out(std::cout.rdbuf(nullptr)), m_err(std::cerr.rdbuf(nullptr)) {}
    ~Alone()
    {
        std::cout.rdbuf(m_out);
        std::cerr.rdbuf(m_err);
        std::cout.clear();
        std::cerr.clear();
    }
    Alone(const Alone &) = delete;
    Alone &operator=(const Alone &) = delete;

private:
    static std::mutex &guard()
    {
        static std::mutex mutex;
        return mutex;
    }
    std::scoped_lock<std::mutex> m_lock;
    std::streambuf *m_out, *m_err;
};

} // namespace glio::io
