#pragma once
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>
#include <unistd.h>

namespace glio::test {

/// A folder of its own for one test, gone afterwards.
class Folder {
public:
    explicit Folder(const std::string &name = "test") : path(fresh(name)) {}
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    std::filesystem::path operator/(const std::string &name) const { return path / name; }
    std::size_t count() const ///< entries in it
    {
        return std::size_t(
            std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator()));
    }

    const std::filesystem::path path;

private:
    static std::filesystem::path fresh(const std::string &name)
    {
        static int counter = 0;
        const auto made = std::filesystem::temp_directory_path() /
                          ("glio-" + name + '-' + std::to_string(::getpid()) + '-' + std::to_string(counter++));
        std::filesystem::create_directories(made);
        return made;
    }
};

} // namespace glio::test
