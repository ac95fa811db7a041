#include "Command.h"

#include "glioscope/io/Describe.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace glio::cli {
namespace {
struct Options {
    std::string input, output, fromScheme, toScheme;
    std::int64_t volume = 0;
    bool json = false;
};

std::string knownSchemes()
{
    std::string names;
    for (const auto &scheme : labelSchemes())
        names += (names.empty() ? "" : ", ") + scheme.id();
    return names;
}

/// The scheme of the input: named, or detected when only one fits.
Result<const LabelScheme *> sourceScheme(const Options &options, const LabelVolume &mask)
{
    if (!options.fromScheme.empty()) {
        if (const auto *scheme = findLabelScheme(options.fromScheme)) return scheme;
        return fail(Errc::InvalidArgument,
                    "There is no label scheme '" + options.fromScheme + "'. Known are " + knownSchemes() + ".");
    }
    const auto detected = io::detectSchemeOf(options.input, mask);
    if (detected.certain) return findLabelScheme(detected.candidates.front().id);
    std::string names;
    for (const auto &candidate : detected.candidates)
        names += (names.empty() ? "" : ", ") + candidate.id;
    if (names.empty())
        return fail(Errc::InvalidArgument,
                    "The values of '" + options.input + "' fit no label scheme. Name theirs with --from-scheme.");
    return fail(Errc::InvalidArgument, "The values of '" + options.input + "' fit more than one label scheme: " +
                                           names + ". Name theirs with --from-scheme.");
}

Result<void> convertMask(const Options &options, const LabelVolume &mask, const io::ImageInfo &info)
{
    if (options.fromScheme.empty() && options.toScheme.empty()) {
        const auto detected = io::detectSchemeOf(options.input, mask);
        return io::writeLabels(
            options.output, mask,
            {.description = info.description, .schemeId = detected.certain ? detected.candidates.front().id : ""});
    }
    const auto from = sourceScheme(options, mask);
    if (!from) return std::unexpected(from.error());
    const auto *to = options.toScheme.empty() ? *from : findLabelScheme(options.toScheme);
    if (!to)
        return fail(Errc::InvalidArgument,
                    "There is no label scheme '" + options.toScheme + "'. Known are " + knownSchemes() + ".");
    const auto converted = convertLabels(mask, **from, *to);
    if (!converted)
        return fail(converted.error().code,
                    "'" + options.input + "' cannot be converted. " + converted.error().message);
    return io::writeLabels(options.output, *converted, {.schemeId = to->id()});
}

Result<void> convert(const Options &options)
{
    std::error_code ignored;
    const bool isFolder = std::filesystem::is_directory(options.input, ignored);
    const bool asMask = !options.fromScheme.empty() || !options.toScheme.empty();
    io::ImageInfo info;
    if (!isFolder) {
        auto described = io::describe(options.input, {.withData = !asMask});
        if (!described) return std::unexpected(described.error());
        info = std::move(*described);
    }
    if (asMask || info.kind == io::FileKind::Mask) {
        const auto mask = io::readLabels(options.input);
        if (!mask) return std::unexpected(mask.error());
        return convertMask(options, *mask, info);
    }
    const auto image = io::readImage(options.input, {.volumeIndex = options.volume});
    if (!image) return std::unexpected(image.error());
    return io::writeImage(options.output, *image, {.description = info.description});
}

int run(const Options &options)
{
    if (const auto done = convert(options); !done) return finish(done.error());
    if (options.json) printJson({{"input", options.input}, {"output", options.output}});
    return Done;
}

const Registration registration([](CLI::App &app, int &exit) {
    auto options = std::make_shared<Options>();
    auto *command = app.add_subcommand("convert", "Writes an image or a mask in another format or label scheme");
    command->add_option("IN", options->input, "Image, mask, or folder with one DICOM series")->required();
    command->add_option("OUT", options->output, "File to write: .nii.gz, .nii, .nrrd, .seg.nrrd, .mha, .mhd")
        ->required();
    command->add_option("--from-scheme", options->fromScheme, "Label scheme of IN; detected when only one fits");
    command->add_option("--to-scheme", options->toScheme, "Label scheme of OUT");
    command->add_option("--volume", options->volume, "Volume of a 4D file, counted from 0");
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &exit] { exit = run(*options); });
});
} // namespace
} // namespace glio::cli
