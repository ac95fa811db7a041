#include "ReaderArguments.h"

#include "glioscope/inference/PromptSegmenter.h"
#include "glioscope/inference/Segmenter.h"
#include "glioscope/interchange/ModelRegistry.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>

using namespace glio;
using namespace glio::bench;

namespace {

constexpr std::array<std::size_t, 5> kShownClicks{0, 1, 3, 5, 10};

constexpr const char *kUsage =
    "bench_prompts [--json] [--phantoms N] [--network MODEL] [--mask made|model] [--case DIR --prediction FILE "
    "[--truth FILE] [--scheme ID]]...\n"
    "Dice after clicks of a simulated reader, answered by the graph, by a prompted network, and by either: the "
    "network\n"
    "unless it changes less than 0.1 ml, then the graph.\n"
    "Without --case: N held-out phantoms (10) with made errors, or with the default model's own mask (--mask model).\n";

struct Arguments : ReaderArguments {
    bool modelMask = false;
    std::string network = "glioscope-prompt";
};

Result<Arguments> parsed(int argc, char **argv)
{
    Arguments own;
    const OwnOption network = [&own](const std::string &value) -> Result<void> {
        own.network = value;
        return {};
    };
    const OwnOption mask = [&own](const std::string &value) -> Result<void> {
        if (value != "made" && value != "model")
            return fail(Errc::InvalidArgument, "--mask takes made or model, not '" + value + "'.");
        own.modelMask = value == "model";
        return {};
    };
    auto all = readerArguments(argc, argv, {{"--network", network}, {"--mask", mask}});
    if (!all) return std::unexpected(all.error());
    static_cast<ReaderArguments &>(own) = std::move(*all);
    return own;
}

/// A way to answer clicks, and how long it took.
struct Method {
    std::string id;
    PointsDecider decide;
    std::vector<double> seconds = {};
};

PointsDecider timed(Method &method)
{
    return [&method](const LabelMap &before, const tools::PointsRequest &request) {
        const auto start = std::chrono::steady_clock::now();
        auto patch = method.decide(before, request);
        method.seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        if (!patch) std::fprintf(stderr, "%s: %s\n", method.id.c_str(), patch.error().message.c_str());
        return patch;
    };
}

std::vector<inference::Input> inputsOf(const ReaderCase &patient)
{
    std::vector<inference::Input> inputs;
    for (std::size_t n = 0; n < patient.images.size(); ++n)
        inputs.push_back({patient.sequences[n], patient.images[n]});
    return inputs;
}

PointsDecider networkDecider(inference::PromptSegmenter &network)
{
    return [&network](const LabelMap &before, const tools::PointsRequest &request) -> Result<LabelPatch> {
        std::vector<inference::PromptClick> clicks;
        for (const tools::PointClick &click : request.clicks)
            clicks.push_back({before.geometry().toWorld(click.voxel), request.label,
                              click.says == tools::PointClick::Says::Belongs ? inference::ClickSays::Belongs
                                                                             : inference::ClickSays::DoesNotBelong});
        auto answer = network.decide(before, clicks);
        if (!answer) return std::unexpected(answer.error());
        return std::move(answer->patch);
    };
}

/// The network, and the graph where the network changes next to nothing: it disagrees with the click then.
constexpr double kNextToNothingMl = 0.1;
PointsDecider eitherDecider(const PointsDecider &network)
{
    return [network](const LabelMap &before, const tools::PointsRequest &request) -> Result<LabelPatch> {
        auto patch = network(before, request);
        if (!patch) return patch;
        const double ml = double(tools::changedVoxels(before, *patch)) * before.geometry().voxelVolumeMm3() / 1000;
        return ml < kNextToNothingMl ? tools::decideByPoints(before, request) : std::move(patch);
    };
}

/// Courses of one method and one region over all cases.
struct Row {
    std::string region, method;
    std::vector<Course> courses;
};

class Bench {
public:
    Bench(const Arguments &arguments, std::vector<Method> methods, inference::PromptSegmenter *network)
        : m_arguments(arguments), m_methods(std::move(methods)), m_network(network)
    {
    }

    Result<void> run(const ReaderCase &patient)
    {
        nlohmann::json entry{{"name", patient.name},
                             {"synthetic", patient.synthetic},
                             {"mask", patient.source},
                             {"probabilities", !patient.priors.empty()}};
        if (m_network) {
            const auto start = std::chrono::steady_clock::now();
            if (auto ready = m_network->prepare(patient.name, inputsOf(patient)); !ready) return ready;
            m_prepare.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
            entry["prepare_seconds"] = m_prepare.back();
        }
        for (const char *id : {"WT", "TC"}) {
            if (std::string_view(id) == "TC" && patient.wholeTumourOnly) continue;
            const RegionDefinition &region = *defaultLabelScheme().region(id);
            for (Method &method : m_methods) {
                MaskDocument document;
                const Course course = correct(patient, region, ReaderTool::Points, document,
                                              {.mostActs = 10, .leastActs = 10, .decide = timed(method)});
                entry[id][method.id] = {{"dice", course.dice}, {"undone", course.undone}};
                add(id, method.id, course);
                if (!m_arguments.json) print(patient.name + " " + id, method.id, {course});
            }
        }
        m_cases.push_back(std::move(entry));
        return {};
    }

    void finish() const
    {
        nlohmann::json seconds;
        for (const Method &method : m_methods)
            seconds[method.id] = {{"mean", mean(method.seconds)}, {"longest", std::ranges::max(method.seconds)}};
        if (m_arguments.json) {
            std::printf("%s\n", nlohmann::json{{"cases", m_cases}, {"seconds_per_click", seconds}}.dump(1).c_str());
            return;
        }
        std::printf("\nMeans\n");
        for (const Row &row : m_rows)
            print(row.region + ", " + std::to_string(row.courses.size()) + " cases", row.method, row.courses);
        for (const Method &method : m_methods)
            std::printf("%s: %.3f s a click, longest %.3f\n", method.id.c_str(), mean(method.seconds),
                        std::ranges::max(method.seconds));
        if (!m_prepare.empty())
            std::printf("network: %.2f s once a case, longest %.2f\n", mean(m_prepare), std::ranges::max(m_prepare));
    }

private:
    static double mean(const std::vector<double> &values)
    {
        double sum = 0;
        for (const double value : values)
            sum += value;
        return sum / double(std::max<std::size_t>(1, values.size()));
    }
    void add(const std::string &region, const std::string &method, const Course &course)
    {
        auto row = std::ranges::find_if(m_rows, [&](const Row &r) { return r.region == region && r.method == method; });
        if (row == m_rows.end()) row = m_rows.insert(m_rows.end(), {region, method, {}});
        row->courses.push_back(course);
    }
    static void print(const std::string &what, const std::string &method, const std::vector<Course> &courses)
    {
        std::printf("%-28s %-8s", what.c_str(), method.c_str());
        for (const std::size_t clicks : kShownClicks) {
            double sum = 0;
            for (const Course &course : courses)
                sum += course.after(clicks);
            std::printf(" %6.3f", sum / double(courses.size()));
        }
        double undone = 0;
        for (const Course &course : courses)
            undone += course.undone;
        std::printf("  undone %.1f\n", undone / double(courses.size()));
        std::fflush(stdout);
    }

    const Arguments &m_arguments;
    std::vector<Method> m_methods;
    inference::PromptSegmenter *m_network;
    std::vector<Row> m_rows;
    std::vector<double> m_prepare;
    nlohmann::json m_cases = nlohmann::json::array();
};

/// The default model's mask and probabilities instead of made errors.
Result<void> predictInto(ReaderCase &patient, inference::Segmenter &segmenter)
{
    const auto answer = segmenter.run(inputsOf(patient), patient.truth.geometry());
    if (!answer) return std::unexpected(answer.error());
    patient.prediction = answer->labels;
    patient.source = "the mask of " + answer->modelName + " " + answer->modelVersion;
    patient.priors.assign(256, Volume<std::uint8_t>(Geometry{}));
    const auto &labels = defaultLabelScheme().labels();
    for (std::size_t n = 0; n < labels.size(); ++n)
        patient.priors[labels[n].value] = answer->probabilities.classes[n];
    return {};
}

Result<void> work(const Arguments &arguments)
{
    const interchange::ModelRegistry registry;
    std::unique_ptr<inference::PromptSegmenter> network;
    if (const auto file = registry.find(arguments.network)) {
        auto opened = inference::PromptSegmenter::open(*file);
        if (!opened) return std::unexpected(opened.error());
        network = std::move(*opened);
    } else {
        std::fprintf(stderr, "bench prompts: %s Only the graph is measured.\n", file.error().message.c_str());
    }
    std::vector<Method> methods;
    methods.push_back({"graph", [](const LabelMap &before, const tools::PointsRequest &request) {
                           return tools::decideByPoints(before, request);
                       }});
    if (network) {
        methods.push_back({"network", networkDecider(*network)});
        methods.push_back({"either", eitherDecider(networkDecider(*network))});
    }
    Bench bench(arguments, std::move(methods), network.get());
    std::unique_ptr<inference::Segmenter> segmenter;
    if (arguments.cases.empty() && arguments.modelMask) {
        const auto file = registry.find("");
        if (!file) return std::unexpected(file.error());
        auto opened = inference::Segmenter::open(*file);
        if (!opened) return std::unexpected(opened.error());
        segmenter = std::move(*opened);
    }
    const auto done = forEachCase(arguments, [&](ReaderCase &patient) -> Result<void> {
        if (segmenter)
            if (auto predicted = predictInto(patient, *segmenter); !predicted) return predicted;
        return bench.run(patient);
    });
    if (!done) return done;
    bench.finish();
    return {};
}

int stopped(const Error &error)
{
    std::fprintf(stderr, "bench prompts: %s\n%s", error.message.c_str(),
                 error.code == Errc::InvalidArgument ? kUsage : "");
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    const auto arguments = parsed(argc, argv);
    if (!arguments) return stopped(arguments.error());
    if (const auto done = work(*arguments); !done) return stopped(done.error());
    return 0;
}
