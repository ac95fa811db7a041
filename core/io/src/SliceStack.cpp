#include "glioscope/io/SliceStack.h"

#include "Text.h"
#include "glioscope/io/NiftiFile.h"
#include "glioscope/io/Picture.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

namespace glio::io {
namespace fs = std::filesystem;
namespace {

struct SliceFiles {
    fs::path image, mask;
};

/// N of NAME_N.tif or NAME_N_mask.tif.
std::optional<std::int64_t> numberOf(std::string stem, bool &isMask)
{
    isMask = stem.ends_with("_mask");
    if (isMask) stem.resize(stem.size() - 5);
    const auto bar = stem.rfind('_');
    if (bar == std::string::npos || bar + 1 == stem.size()) return std::nullopt;
    std::int64_t number = 0;
    const auto *const end = stem.data() + stem.size();
    const auto [rest, error] = std::from_chars(stem.data() + bar + 1, end, number);
    return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

std::map<std::int64_t, SliceFiles> slicesIn(const fs::path &folder)
{
    std::map<std::int64_t, SliceFiles> slices;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (!hasPictureName(at->path())) continue;
        bool isMask = false;
        if (const auto number = numberOf(at->path().stem().string(), isMask))
            (isMask ? slices[*number].mask : slices[*number].image) = at->path();
    }
    return slices;
}

} // namespace

bool hasPictureName(const fs::path &path)
{
    std::string end = path.extension().string();
    std::ranges::transform(end, end.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return end == ".tif" || end == ".tiff" || end == ".png" || end == ".jpg" || end == ".jpeg";
}

Result<StackedCase> stackSlices(const fs::path &folder, const SliceStackOptions &options)
{
    const auto slices = slicesIn(folder);
    if (slices.empty())
        return fail(Errc::Io, text(quoted(folder), " holds no slices named NAME_1.tif with NAME_1_mask.tif."));
    std::int64_t expected = slices.begin()->first;
    for (const auto &[number, files] : slices) {
        if (files.image.empty() || files.mask.empty())
            return fail(Errc::Io, text(quoted(folder), ": slice ", number, " has no ",
                                       files.image.empty() ? "picture." : "mask."));
        if (number != expected++)
            return fail(Errc::InvalidArgument, text(quoted(folder), ": slice ", expected - 1, " is missing."));
    }
    StackedCase stacked;
    stacked.name = folder.filename().string();
    const std::int64_t count = std::int64_t(slices.size());
    constexpr std::array<std::size_t, 3> kPlace{0, 3, 1}; // channel -> kModelSequences: T1, FLAIR, T1c
    std::array<std::vector<float>, 3> voxels;
    std::vector<std::uint8_t> labels;
    Size3 size{0, 0, count};
    for (const auto &[number, files] : slices) {
        const auto image = readPicture(files.image), mask = readPicture(files.mask);
        if (!image) return std::unexpected(image.error());
        if (!mask) return std::unexpected(mask.error());
        if (size[0] == 0) size[0] = image->width, size[1] = image->height;
        if (image->channels != 3)
            return fail(Errc::InvalidArgument, text(quoted(files.image), " is not a colour picture."));
        if (image->width != size[0] || image->height != size[1] || mask->width != size[0] || mask->height != size[1])
            return fail(Errc::InvalidArgument, text(quoted(folder), ": slice ", number, " has another size."));
        for (std::size_t n = 0; n < std::size_t(size[0] * size[1]); ++n) {
            for (std::size_t c = 0; c < 3; ++c)
                voxels[c].push_back(image->pixels[3 * n + c]);
            labels.push_back(mask->pixels[n * std::size_t(mask->channels)] > 127 ? 1 : 0);
        }
        stacked.slices.push_back(number);
    }
    const double distance = options.heightMm / double(count);
    const auto grid = Geometry::make(size, {options.inPlaneMm, options.inPlaneMm, distance},
                                     {-0.5 * options.inPlaneMm * double(size[0] - 1),
                                      -0.5 * options.inPlaneMm * double(size[1] - 1), -0.5 * options.heightMm});
    if (!grid) return std::unexpected(grid.error());
    for (std::size_t c = 0; c < 3; ++c) {
        double difference = 0;
        for (std::size_t n = 0; n < labels.size(); ++n)
            difference += std::abs(double(voxels[c][n]) - double(voxels[1][n]));
        const bool copied = c != 1 && difference / double(labels.size()) < options.sameChannelGrey;
        if (!copied) stacked.sequences[kPlace[c]] = ImageVolume(*grid, std::vector<float>(voxels[c]));
    }
    stacked.mask = LabelVolume(*grid, std::move(labels));
    return stacked;
}

std::vector<fs::path> findSliceFolders(const fs::path &root)
{
    std::vector<fs::path> folders;
    std::error_code error;
    if (!slicesIn(root).empty()) folders.push_back(root);
    for (fs::directory_iterator at(root, error), end; !error && at != end; at.increment(error))
        if (at->is_directory(error) && !slicesIn(at->path()).empty()) folders.push_back(at->path());
    std::ranges::sort(folders);
    return folders;
}

Result<fs::path> writeStackedCase(const StackedCase &stacked, const fs::path &out)
{
    const fs::path folder = out / stacked.name;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return fail(Errc::Io, text(quoted(folder), " cannot be made: ", error.message(), "."));
    constexpr std::array kEnds{"-t1n", "-t1c", "-t2w", "-t2f"};
    for (std::size_t s = 0; s < 4; ++s) {
        if (!stacked.sequences[s]) continue;
        const auto done = writeNifti(folder / (stacked.name + kEnds[s] + ".nii.gz"), *stacked.sequences[s],
                                     {.description = "stacked from slices, spacing assumed"});
        if (!done) return std::unexpected(done.error());
    }
    const auto done = writeNifti(folder / (stacked.name + "-seg.nii.gz"), stacked.mask,
                                 {.description = "scheme=lgg stacked from slices"});
    if (!done) return std::unexpected(done.error());
    return folder;
}

} // namespace glio::io
