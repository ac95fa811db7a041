#include "glioscope/phantom/AnatomyFiles.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/io/NiftiFile.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

namespace glio::phantom {
namespace fs = std::filesystem;
namespace {

std::string stemOf(const fs::path &path)
{
    std::string name = path.filename().string();
    for (const char *end : {".gz", ".nii", ".hdr", ".img"})
        if (name.ends_with(end)) name.resize(name.size() - std::string_view(end).size());
    return name;
}

std::vector<fs::path> niftiFiles(const fs::path &folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
         !error && it != end; it.increment(error))
        if (it->is_regular_file() && io::hasNiftiName(it->path())) files.push_back(it->path());
    std::ranges::sort(files); // the same order on every file system
    return files;
}

/// NAME.nii.gz or NAME.nii in a folder.
fs::path named(const fs::path &folder, const std::string &name)
{
    for (const char *end : {".nii.gz", ".nii"})
        if (fs::exists(folder / (name + end))) return folder / (name + end);
    return {};
}

Result<AnatomyPointer> readBackground(const fs::path &folder)
{
    std::array<std::optional<ImageVolume>, 4> sequences;
    for (std::size_t s = 0; s < 4; ++s) {
        const fs::path file = named(folder, std::string(sequenceId(kModelSequences[s])));
        if (file.empty()) continue;
        auto image = io::readNifti(file);
        if (!image) return std::unexpected(image.error());
        sequences[s] = std::move(*image);
    }
    return anatomyFromSequences(folder.filename().string(), sequences);
}

} // namespace

Result<AnatomyPointer> readColin27(const fs::path &folder)
{
    const fs::path head = named(folder, "ch2"), brain = named(folder, "ch2bet");
    if (head.empty() || brain.empty())
        return fail(Errc::Io, folder.string() + ": ch2.nii.gz and ch2bet.nii.gz are not there. Debian's package "
                                                "mricron-data has them in /usr/share/mricron/templates.");
    const auto image = io::readNifti(head);
    if (!image) return std::unexpected(image.error());
    const auto stripped = io::readNifti(brain);
    if (!stripped) return std::unexpected(stripped.error());
    LabelVolume mask(stripped->geometry());
    const auto out = mask.edit();
    for (std::size_t n = 0; n < out.size(); ++n)
        out[n] = stripped->data()[n] > 0;
    return anatomyFromT1("colin27", *image, mask, true);
}

fs::path findColin27()
{
    for (const char *folder : {"/usr/share/mricron/templates", "/usr/local/share/mricron/templates"})
        if (!named(folder, "ch2").empty() && !named(folder, "ch2bet").empty()) return folder;
    return {};
}

Result<std::vector<AnatomyPointer>> readAnatomies(const fs::path &folder)
{
    if (!fs::is_directory(folder))
        return fail(Errc::Io, folder.string() + ": there is no such folder. Name a folder with head images.");
    std::vector<AnatomyPointer> found;
    const auto take = [&](Result<AnatomyPointer> anatomy) -> Result<void> {
        if (!anatomy) return std::unexpected(anatomy.error());
        found.push_back(std::move(*anatomy));
        return {};
    };
    std::set<fs::path> folders{folder};
    for (const fs::path &file : niftiFiles(folder)) {
        folders.insert(file.parent_path());
        if (stemOf(file).find("tissue") == std::string::npos &&
            file.parent_path().filename().string().find("tissue") == std::string::npos)
            continue;
        const auto tissue = io::readNiftiLabels(file);
        if (!tissue) return std::unexpected(tissue.error());
        if (auto done = take(anatomyFromTissue(stemOf(file), *tissue)); !done) return std::unexpected(done.error());
    }
    for (const fs::path &place : folders) {
        if (!named(place, "t1").empty())
            if (auto done = take(readBackground(place)); !done) return std::unexpected(done.error());
        if (!named(place, "ch2").empty() && !named(place, "ch2bet").empty())
            if (auto done = take(readColin27(place)); !done) return std::unexpected(done.error());
    }
    if (found.empty())
        return fail(Errc::InvalidArgument,
                    folder.string() + ": no anatomy was found. It takes folders with t1.nii.gz (and t1c, t2, flair), "
                                      "tissue maps named *tissue*, or ch2.nii.gz with ch2bet.nii.gz.");
    return found;
}

Result<std::vector<Shape>> readShapes(const fs::path &folder)
{
    if (!fs::is_directory(folder))
        return fail(Errc::Io, folder.string() + ": there is no such folder. Name a folder with label maps.");
    struct Found {
        fs::path file;
        Shape shape; // cut to its box at once: hundreds of whole maps would not fit in memory
        std::string description;
        Size3 size;
    };
    std::vector<Shape> shapes;
    // Files of one folder follow one scheme: a value that only some of them have still tells of all.
    std::vector<fs::path> files = niftiFiles(folder);
    std::ranges::stable_sort(files, {}, [](const fs::path &f) { return f.parent_path(); });
    for (std::size_t first = 0; first < files.size();) {
        std::size_t last = first;
        std::vector<Found> group;
        std::set<Label> values;
        for (; last < files.size() && files[last].parent_path() == files[first].parent_path(); ++last) {
            const auto header = io::readNiftiHeader(files[last]);
            if (!header) return std::unexpected(header.error());
            auto labels = io::readNiftiLabels(files[last]);
            if (!labels) continue; // an image, not a label map
            const auto present = labelsPresent(*labels);
            if (present.empty() || present.size() > 8) continue;
            values.insert(present.begin(), present.end());
            group.push_back(
                {files[last], makeShape(stemOf(files[last]), *labels, false), header->description, labels->size()});
        }
        first = last;
        if (group.empty()) continue;
        const std::vector<Label> all(values.begin(), values.end());
        const fs::path place = group.front().file.parent_path();
        const LabelScheme *scheme = nullptr;
        // A folder's own name decides when it is that of a data set; else what values, names and description tell.
        const std::string name = place.filename().string();
        if (name == "ped" || name.find("PED") != std::string::npos) scheme = findLabelScheme("brats-ped-2024");
        if (name == "msd" || name.find("Task01") != std::string::npos) scheme = findLabelScheme("msd-task01");
        if (!scheme) scheme = findLabelScheme(name);
        if (!scheme) {
            const auto detection = detectScheme(all, group.front().file, group.front().description, group.front().size);
            if (!detection.certain || detection.candidates.empty())
                return fail(Errc::InvalidArgument,
                            place.string() + ": the label scheme of these masks cannot be known. Name the folder after "
                                             "it, such as brats-ped-2024 or brats-2021.");
            scheme = findLabelScheme(detection.candidates.front().id);
        }
        if (!scheme)
            return fail(Errc::InvalidArgument, place.string() + ": the label scheme of these masks is not known here.");
        for (Found &found : group) {
            auto converted = convertLabels(found.shape.labels, *scheme, *findLabelScheme("brats-ped-2024"));
            if (!converted) return fail(converted.error().code, found.file.string() + ": " + converted.error().message);
            const auto core = std::ranges::count_if(converted->voxels(), [](Label v) { return v >= 1 && v <= 3; });
            found.shape.coreMl = double(core) * converted->geometry().voxelVolumeMm3() / 1000;
            found.shape.labels = std::move(*converted);
            found.shape.paediatric = scheme->id().find("ped") != std::string::npos;
            shapes.push_back(std::move(found.shape));
        }
    }
    if (shapes.empty()) return fail(Errc::InvalidArgument, folder.string() + ": no label map was found in it.");
    return shapes;
}

Result<fs::path> writeCase(const PhantomCase &phantom, const fs::path &folder, int number)
{
    char name[64];
    std::snprintf(name, sizeof name, "GlioPhantom-%05d-000", number);
    const fs::path place = folder / name;
    std::error_code error;
    fs::create_directories(place, error);
    if (error) return fail(Errc::Io, place.string() + ": the folder cannot be made (" + error.message() + ").");
    constexpr std::array kEnds{"t1n", "t1c", "t2w", "t2f"};
    for (std::size_t s = 0; s < 4; ++s) {
        const auto done = io::writeNifti(place / (std::string(name) + "-" + kEnds[s] + ".nii.gz"), phantom.sequences[s],
                                         {.description = "synthetic: Glioscope phantom"});
        if (!done) return std::unexpected(done.error());
    }
    const auto done = io::writeNifti(place / (std::string(name) + "-seg.nii.gz"), phantom.labels,
                                     {.description = "scheme=" + phantom.schemeId + " synthetic"});
    if (!done) return std::unexpected(done.error());
    return place;
}

} // namespace glio::phantom
