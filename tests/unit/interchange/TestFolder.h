#pragma once
#include <filesystem>
#include <string>
#include <system_error>
#include <unistd.h>

namespace glio::test {

/// A folder of its own for one test, gone afterwards.
class Folder {
public:
    Folder()
    {
        static int counter = 0;
        m_path = std::filesystem::temp_directory_path() /
                 ("glio-test-" + std::to_string(getpid()) + "-" + std::to_string(counter++));
        std::filesystem::create_directories(m_path);
    }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    std::filesystem::path operator/(const std::string &name) const { return m_path / name; }
    const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace glio::test
