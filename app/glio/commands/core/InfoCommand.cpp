#include "Command.h"

#include "glioscope/io/Describe.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace glio::cli {
namespace {
namespace fs = std::filesystem;
using nlohmann::json;

struct Options {
    std::vector<std::string> paths;
    bool json = false;
};

json finiteOrNull(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json guessJson(const io::SequenceGuess &guess)
{
    return {{"sequence", sequenceId(guess.sequence)}, {"certain", guess.certain}, {"reason", guess.reason}};
}

json toJson(const io::ImageInfo &info)
{
    json out{{"path", info.path.string()},
             {"kind", io::fileKindName(info.kind)},
             {"format", info.format},
             {"notes", info.notes}};
    if (info.kind == io::FileKind::DicomFolder) {
        out["series"] = json::array();
        for (const auto &series : info.series)
            out["series"].push_back({{"uid", series.uid},
                                     {"number", series.number},
                                     {"description", series.description},
                                     {"modality", series.modality},
                                     {"date", series.date},
                                     {"files", series.files.size()},
                                     {"size", series.size},
                                     {"spacing_mm", series.spacing},
                                     {"sequence_guess", guessJson(series.guess)}});
        return out;
    }
    const auto &g = info.geometry;
    json axes = json::array();
    for (int a = 0; a < 3; ++a)
        axes.push_back({g.axis(a).x, g.axis(a).y, g.axis(a).z});
    out["size"] = g.size();
    out["spacing_mm"] = g.spacing();
    out["origin_lps_mm"] = {g.origin().x, g.origin().y, g.origin().z};
    out["directions_lps"] = axes; // one unit vector for each of i, j, k
    out["orientation"] = g.orientation();
    out["orientation_stated"] = info.orientationStated;
    out["oblique"] = g.isOblique();
    out["volumes"] = info.volumes;
    out["type"] = io::voxelTypeName(info.type);
    out["byte_order"] = info.bigEndian ? "big" : "little";
    out["compressed"] = info.compressed;
    out["slope"] = info.slope;
    out["intercept"] = info.intercept;
    out["description"] = info.description;
    out["range"] = info.hasRange ? json{finiteOrNull(info.minimum), finiteOrNull(info.maximum)} : json(nullptr);
    out["not_finite"] = info.notFinite;
    out["sequence_guess"] = guessJson(info.guess);
    if (info.kind == io::FileKind::Mask) {
        out["labels"] = info.labels;
        out["scheme_certain"] = info.scheme.certain;
        out["schemes"] = json::array();
        for (const auto &candidate : info.scheme.candidates)
            out["schemes"].push_back({{"id", candidate.id}, {"reason", candidate.reason}});
    }
    return out;
}

void printLine(const char *what, const std::string &value) { std::printf("  %-12s %s\n", what, value.c_str()); }

template <class... Args> std::string format(const char *pattern, Args... args)
{
    const int length = std::snprintf(nullptr, 0, pattern, args...);
    std::string out(std::size_t(length), '\0');
    std::snprintf(out.data(), out.size() + 1, pattern, args...);
    return out;
}
std::string joined(const std::vector<Label> &labels)
{
    std::string out;
    for (const auto label : labels)
        out += (out.empty() ? "" : ", ") + std::to_string(label);
    return out.empty() ? "none" : out;
}

void printText(const io::ImageInfo &info)
{
    std::printf("%s\n", info.path.c_str());
    printLine("kind", std::string(io::fileKindName(info.kind)) + ", " + info.format);
    if (info.kind == io::FileKind::DicomFolder) {
        for (const auto &series : info.series)
            std::printf("  series %-5d %s, %s, %zu files, %lldx%lldx%lld, %.3g x %.3g x %.3g mm, %s\n", series.number,
                        series.description.empty() ? "(no description)" : series.description.c_str(),
                        series.modality.c_str(), series.files.size(), (long long)series.size[0],
                        (long long)series.size[1], (long long)series.size[2], series.spacing[0], series.spacing[1],
                        series.spacing[2], std::string(sequenceName(series.guess.sequence)).c_str());
        return;
    }
    const auto &g = info.geometry;
    printLine("size",
              format("%lld x %lld x %lld", (long long)g.size()[0], (long long)g.size()[1], (long long)g.size()[2]) +
                  (info.volumes > 1 ? format(", %lld volumes", (long long)info.volumes) : ""));
    printLine("spacing", format("%.6g x %.6g x %.6g mm", g.spacing()[0], g.spacing()[1], g.spacing()[2]));
    printLine("origin", format("%.6g, %.6g, %.6g mm (LPS)", g.origin().x, g.origin().y, g.origin().z));
    std::string directions;
    for (int a = 0; a < 3; ++a)
        directions += format("%s(%.4g, %.4g, %.4g)", a ? " " : "", g.axis(a).x, g.axis(a).y, g.axis(a).z);
    printLine("directions", directions + " " + g.orientation() + (g.isOblique() ? ", oblique" : "") +
                                (info.orientationStated ? "" : ", not stated"));
    printLine("type", std::string(io::voxelTypeName(info.type)) + (info.bigEndian ? ", big-endian" : "") +
                          (info.slope != 1 || info.intercept != 0
                               ? format(", slope %.6g, intercept %.6g", info.slope, info.intercept)
                               : ""));
    if (info.hasRange) printLine("range", format("%.6g to %.6g", double(info.minimum), double(info.maximum)));
    if (!info.description.empty()) printLine("description", info.description);
    if (info.kind == io::FileKind::Mask) {
        printLine("labels", joined(info.labels));
        if (info.scheme.candidates.empty()) printLine("scheme", "none fits these values");
        for (const auto &candidate : info.scheme.candidates)
            printLine(info.scheme.certain ? "scheme" : "scheme?", candidate.id + ": " + candidate.reason);
    } else {
        printLine("sequence", std::string(sequenceName(info.guess.sequence)) + (info.guess.certain ? ": " : "?: ") +
                                  info.guess.reason);
    }
    for (const auto &note : info.notes)
        printLine("note", note);
}

/// A folder that is no DICOM folder stands for the image files in it.
std::vector<fs::path> expanded(const std::string &name)
{
    const fs::path path(name);
    std::error_code error;
    if (!fs::is_directory(path, error) || io::isDicomFolder(path)) return {path};
    std::vector<fs::path> files;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error))
        if (std::error_code ignored; at->is_regular_file(ignored) && io::hasImageName(at->path()))
            files.push_back(at->path());
    std::sort(files.begin(), files.end());
    return files;
}

int run(const Options &options)
{
    int exit = Done;
    json files = json::array(), errors = json::array();
    const auto complain = [&](const std::string &path, const Error &error) {
        const int code = finish(error);
        if (exit == Done || exit == BadInput) exit = code;
        errors.push_back({{"path", path}, {"code", errcName(error.code)}, {"message", error.message}});
    };
    for (const auto &name : options.paths) {
        if (interrupted()) return Cancelled;
        const auto paths = expanded(name);
        if (paths.empty())
            complain(name, {Errc::InvalidArgument,
                            "'" + name + "' holds no image file. Name a folder with NIfTI, NRRD, MHA or DICOM files."});
        for (const auto &path : paths) {
            const auto info = io::describe(path);
            if (!info) {
                complain(path.string(), info.error());
            } else if (options.json) {
                files.push_back(toJson(*info));
            } else {
                printText(*info);
            }
        }
    }
    if (options.json) {
        json out = files.size() == 1 ? files.front() : json::object(); // scripts ask about one file most of the time
        out["files"] = files;
        out["errors"] = errors;
        printJson(out);
    }
    return exit;
}

const Registration registration([](CLI::App &app, int &exit) {
    auto options = std::make_shared<Options>();
    auto *command = app.add_subcommand(
        "info", "What a file or folder is: kind, size, spacing, position, type, range, sequence guess");
    command->add_option("FILE", options->paths, "Image files, or folders of images or of DICOM files")->required();
    command->add_flag(
        "--json", options->json,
        "One JSON object on stdout: {files: [...], errors: [...]}, and the keys of the file itself when it is one");
    command->callback([options, &exit] { exit = run(*options); });
});
} // namespace
} // namespace glio::cli
