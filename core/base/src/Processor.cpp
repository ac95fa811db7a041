#include "glioscope/base/Processor.h"

#include <fstream>

namespace glio {

std::string processorField(const std::string &field)
{
    std::ifstream stream("/proc/cpuinfo");
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(field))
            if (const auto colon = line.find(": "); colon != std::string::npos) return line.substr(colon + 2);
    return {};
}

} // namespace glio
