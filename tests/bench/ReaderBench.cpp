#include "ReaderArguments.h"

#include <nlohmann/json.hpp>

#include <cstdio>

using namespace glio;
using namespace glio::bench;

namespace {

constexpr std::array<std::size_t, 6> kShownActs{0, 1, 3, 5, 10, 20};

constexpr const char *kUsage =
    "bench_reader [--json] [--phantoms N] [--tool ID]... [--case DIR --prediction FILE [--truth FILE] [--scheme "
    "ID]]...\n"
    "Counts the acts that a simulated reader needs with each tool alone. Without --case: N held-out phantoms (10).\n"
    "Tools: brush, stroke, brush_edges, lasso, lasso_between, grow, points, smooth_brush.\n";

struct Arguments : ReaderArguments {
    std::vector<std::string> tools; ///< empty: all
};

Result<Arguments> parsed(int argc, char **argv)
{
    std::vector<std::string> tools;
    const OwnOption tool = [&tools](const std::string &value) -> Result<void> {
        if (std::ranges::find(kReaderTools, value, &ReaderToolName::id) == kReaderTools.end())
            return fail(Errc::InvalidArgument, "No tool is named '" + value + "'.");
        tools.push_back(value);
        return {};
    };
    auto all = readerArguments(argc, argv, {{"--tool", tool}});
    if (!all) return std::unexpected(all.error());
    return Arguments{std::move(*all), std::move(tools)};
}

/// Courses of one tool and one region over all cases.
struct Table {
    std::string region;
    std::vector<std::pair<std::string, std::vector<Course>>> rows; ///< [tool]
    void add(std::string_view tool, const Course &course)
    {
        auto row = std::ranges::find(rows, tool, [](const auto &r) { return std::string_view(r.first); });
        if (row == rows.end()) row = rows.insert(rows.end(), {std::string(tool), {}});
        row->second.push_back(course);
    }
};

void printHeader(const std::string &title)
{
    std::printf("\n%s\n  %-13s", title.c_str(), "tool");
    for (const std::size_t acts : kShownActs)
        std::printf(" %7s", acts == 0 ? "before" : ("@" + std::to_string(acts)).c_str());
    std::printf(" %8s %7s %7s\n", "to 0.95", "undone", "ms/act");
}

void printRow(const std::string &tool, const std::vector<Course> &courses)
{
    const auto mean = [&](auto value) {
        double sum = 0;
        for (const Course &course : courses)
            sum += value(course);
        return sum / double(courses.size());
    };
    std::printf("  %-13s", tool.c_str());
    for (const std::size_t acts : kShownActs)
        std::printf(" %7.3f", mean([acts](const Course &c) { return c.after(acts); }));
    // A mean over those that got there would flatter a tool that often does not.
    std::vector<int> reached;
    for (const Course &course : courses)
        if (course.actsTo95) reached.push_back(*course.actsTo95);
    std::string text = "-";
    if (courses.size() == 1 && !reached.empty()) text = std::to_string(reached[0]);
    if (courses.size() > 1) {
        std::ranges::sort(reached);
        const std::size_t middle = (courses.size() - 1) / 2;
        text = (middle < reached.size() ? std::to_string(reached[middle]) : "-") + " (" +
               std::to_string(reached.size()) + "/" + std::to_string(courses.size()) + ")";
    }
    std::printf(" %8s %7.1f %7.1f\n", text.c_str(), mean([](const Course &c) { return double(c.undone); }),
                mean([](const Course &c) { return c.msPerAct; }));
}

nlohmann::json asJson(const Course &course)
{
    return {{"dice", course.dice},
            {"acts_to_95", course.actsTo95 ? nlohmann::json(*course.actsTo95) : nlohmann::json(nullptr)},
            {"undone", course.undone},
            {"ms_per_act", course.msPerAct}};
}

class Bench {
public:
    explicit Bench(const Arguments &arguments) : m_arguments(arguments) {}

    void run(const ReaderCase &patient)
    {
        nlohmann::json entry{{"name", patient.name},
                             {"synthetic", patient.synthetic},
                             {"mask", patient.source},
                             {"probabilities", !patient.priors.empty()}};
        if (!m_arguments.json)
            std::printf("\n%s: %s; %s\n", patient.name.c_str(), patient.source.c_str(),
                        patient.priors.empty() ? "no probabilities" : "with the model's probabilities");
        for (Table &all : m_means) {
            if (all.region == "TC" && patient.wholeTumourOnly) continue;
            const RegionDefinition &region = *defaultLabelScheme().region(all.region);
            if (!m_arguments.json) printHeader(patient.name + ", " + region.name);
            for (const ReaderToolName &tool : kReaderTools) {
                if (!m_arguments.tools.empty() && !std::ranges::contains(m_arguments.tools, tool.id)) continue;
                MaskDocument document;
                const Course course = correct(patient, region, tool.tool, document);
                all.add(tool.id, course);
                entry[all.region == "WT" ? "tools" : "core_tools"][std::string(tool.id)] = asJson(course);
                if (!m_arguments.json) printRow(std::string(tool.id), {course});
                std::fflush(stdout);
            }
        }
        m_cases.push_back(std::move(entry));
    }

    void finish() const
    {
        if (m_arguments.json) {
            std::printf("%s\n", nlohmann::json{{"cases", m_cases}}.dump(1).c_str());
            return;
        }
        for (const Table &all : m_means) {
            if (all.rows.empty()) continue;
            printHeader("Mean of " + std::to_string(all.rows[0].second.size()) + " cases, " + all.region +
                        " (to 0.95: median of all, those that never got there last, and how many did)");
            for (const auto &[tool, courses] : all.rows)
                printRow(tool, courses);
        }
    }

private:
    const Arguments &m_arguments;
    std::array<Table, 2> m_means{Table{"WT", {}}, Table{"TC", {}}};
    nlohmann::json m_cases = nlohmann::json::array();
};

int stopped(const Error &error)
{
    std::fprintf(stderr, "bench reader: %s\n%s", error.message.c_str(),
                 error.code == Errc::InvalidArgument ? kUsage : "");
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    const auto arguments = parsed(argc, argv);
    if (!arguments) return stopped(arguments.error());
    Bench bench(*arguments);
    const auto done = forEachCase(*arguments, [&bench](const ReaderCase &patient) -> Result<void> {
        bench.run(patient);
        return {};
    });
    if (!done) return stopped(done.error());
    bench.finish();
    return 0;
}
