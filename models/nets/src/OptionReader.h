#pragma once
#include "glioscope/nets/NetSpec.h"

#include <algorithm>
#include <set>

namespace glio::nets {

constexpr std::int64_t kMostChannels = 4096;

/// The refusal of a name that no architecture has.
std::unexpected<Error> unknownArchitecture(const NetSpec &spec);

/// Takes options one by one; what is left over at the end is unknown.
class OptionReader {
public:
    explicit OptionReader(const NetSpec &spec) : m_architecture(spec.architecture), m_options(spec.options) {}

    void whole(const char *name, std::int64_t &value, std::int64_t low, std::int64_t high)
    {
        if (const auto *given = take<std::int64_t>(name, "a whole number")) {
            if (*given < low || *given > high)
                return complain(name, "from " + std::to_string(low) + " to " + std::to_string(high));
            value = *given;
        }
    }
    void flag(const char *name, bool &value)
    {
        if (const auto *given = take<bool>(name, "true or false")) value = *given;
    }
    void number(const char *name, double &value, double low, double high)
    {
        if (const auto it = m_options.find(name); it != m_options.end())
            if (const auto *integer = std::get_if<std::int64_t>(&it->second)) it->second = double(*integer);
        if (const auto *given = take<double>(name, "a number")) {
            if (!(*given >= low && *given <= high))
                return complain(name, "from " + std::to_string(low) + " to " + std::to_string(high));
            value = *given;
        }
    }
    void list(const char *name, std::vector<std::int64_t> &value, std::int64_t low, std::int64_t high)
    {
        if (const auto *given = take<std::vector<std::int64_t>>(name, "a list of whole numbers")) {
            if (std::ranges::any_of(*given, [=](std::int64_t v) { return v < low || v > high; }))
                return complain(name, "a list of numbers from " + std::to_string(low) + " to " + std::to_string(high));
            value = *given;
        }
    }
    template <class Enum>
    void choice(const char *name, Enum &value, std::initializer_list<std::pair<const char *, Enum>> all)
    {
        if (const auto *given = take<std::string>(name, "a text")) {
            std::string names;
            for (const auto &[id, meaning] : all) {
                if (*given == id) {
                    value = meaning;
                    return;
                }
                names += names.empty() ? id : std::string(" or ") + id;
            }
            complain(name, names);
        }
    }
    void complain(const std::string &name, const std::string &must)
    {
        if (m_problem.empty()) m_problem = "Option '" + name + "' of the net must be " + must + ".";
    }
    Result<void> end() const
    {
        if (!m_problem.empty()) return fail(Errc::InvalidArgument, m_problem);
        for (const auto &[name, value] : m_options)
            if (!m_taken.contains(name))
                return fail(Errc::InvalidArgument, "The net '" + m_architecture + "' has no option '" + name + "'.");
        return {};
    }

private:
    template <class T> const T *take(const char *name, const char *kind)
    {
        m_taken.insert(name);
        const auto it = m_options.find(name);
        if (it == m_options.end()) return nullptr;
        const T *value = std::get_if<T>(&it->second);
        if (!value) complain(name, kind);
        return value;
    }
    std::string m_architecture;
    std::map<std::string, OptionValue> m_options;
    std::set<std::string> m_taken;
    std::string m_problem;
};

} // namespace glio::nets
