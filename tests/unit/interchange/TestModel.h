#pragma once
#include "glioscope/interchange/NetFile.h"

#include <filesystem>
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

inline interchange::ModelInfo tinyInfo(const std::string &name = "tiny")
{
    interchange::ModelInfo info;
    nets::UNet3DOptions o;
    o.widths = {8, 16};
    o.supervision = 0;
    info.name = name;
    info.title = "Random weights";
    info.net = o.spec();
    info.window = {32, 32, 32};
    info.spacingsMm = {2.0};
    info.trainingData = "None: random weights for a test.";
    info.licence = "Apache-2.0";
    return info;
}

} // namespace glio::test
