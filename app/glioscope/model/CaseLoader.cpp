#include "model/CaseLoader.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/io/CaseFiles.h"
#include "glioscope/io/Describe.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/io/MaskFile.h"
#include "glioscope/io/SnapWorkspace.h"
#include "glioscope/render/SliceState.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace glio::app {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> imagesIn(const std::vector<fs::path> &paths, std::string &name, fs::path &folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (const fs::path &path : paths) {
        if (path.extension() == ".itksnap") { // a workspace stands for the images and the mask it names
            if (const auto workspace = io::readSnapWorkspace(path)) {
                if (folder.empty()) folder = fs::absolute(path, error).parent_path();
                if (name.empty()) name = path.stem().string();
                for (const io::SnapLayer &layer : workspace->layers)
                    if (layer.role != io::SnapRole::Other) files.push_back(fs::absolute(layer.path, error));
                continue;
            } // what cannot be read is refused by its name below, as any file is
        }
        if (!fs::is_directory(path, error)) {
            files.push_back(fs::absolute(path, error));
            if (folder.empty()) folder = fs::absolute(path, error).parent_path();
            continue;
        }
        const fs::path whole = fs::absolute(path, error);
        if (folder.empty()) folder = whole;
        if (const auto found = io::findCase(whole)) {
            if (name.empty()) name = found->name;
            for (const auto &[sequence, file] : found->sequences)
                files.push_back(file);
            for (const fs::path &other : found->others)
                files.push_back(other);
            if (found->mask) files.push_back(*found->mask);
        } else {
            std::vector<fs::path> loose;
            for (const auto &entry : fs::directory_iterator(whole, error)) {
                if (entry.is_regular_file(error) && io::hasImageName(entry.path())) loose.push_back(entry.path());
            }
            std::ranges::sort(loose);
            if (loose.empty() && io::isDicomFolder(whole)) loose.push_back(whole);
            files.insert(files.end(), loose.begin(), loose.end());
        }
    }
    return files;
}

double longestSpacing(const std::vector<Series> &series)
{
    double longest = 0;
    for (const Series &one : series)
        longest = std::max(longest, std::ranges::max(one.image->geometry().spacing()));
    return longest;
}

bool sameGrid(const std::vector<Series> &series)
{
    return std::ranges::all_of(series, [&](const Series &one) {
        return one.image->geometry().sameGrid(series.front().image->geometry(), 0.1);
    });
}

/// Finishes windows and pictures of the series, in parallel.
void prepare(LoadedCase &loaded)
{
    loaded.thumbnails.resize(loaded.series.size());
    parallelFor(0, std::int64_t(loaded.series.size()), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            Series &series = loaded.series[n];
            series.autoRange = autoWindow(*series.image);
            if (!(series.window.high > series.window.low) || (series.window.low == 0 && series.window.high == 1)) {
                series.window = series.autoRange;
            }
            const render::WorldBox head = render::headBox(*series.image);
            series.headLow = head.low;
            series.headHigh = head.high;
            loaded.thumbnails[n] = makeThumbnail(series, kThumbnailWidth, kThumbnailHeight);
        }
    });
    // The order that readers expect: T1, T1c, T2, FLAIR, then the rest.
    std::vector<std::size_t> order(loaded.series.size());
    for (std::size_t n = 0; n < order.size(); ++n)
        order[n] = n;
    std::ranges::stable_sort(order, {}, [&](std::size_t n) { return int(loaded.series[n].sequence); });
    std::vector<Series> series;
    std::vector<QImage> thumbnails;
    for (const std::size_t n : order) {
        series.push_back(std::move(loaded.series[n]));
        thumbnails.push_back(std::move(loaded.thumbnails[n]));
    }
    loaded.series = std::move(series);
    loaded.thumbnails = std::move(thumbnails);
    loaded.record.sameGrid = sameGrid(loaded.series);
    loaded.record.longestSpacingMm = longestSpacing(loaded.series);
}

void readStoredResult(LoadedCase &loaded, const CaseStore &store)
{
    const fs::path folder = store.folder(loaded.record.id);
    std::error_code error;
    if (loaded.record.mask.origin != MaskOrigin::Model) return; // a mask file was opened since
    std::optional<LabelVolume> mask;                            // as the model gave it: small islands dropped
    const fs::path given = fs::exists(folder / "model.nii.gz", error) ? "model.nii.gz" : "labels.nii.gz";
    if (auto labels = io::readLabels(folder / given)) mask = std::move(*labels);
    const auto read = [&](const char *name, const Thresholds &thresholds,
                          std::optional<LabelVolume> given) -> std::optional<LiveMask> {
        if (!fs::exists(folder / name, error)) return std::nullopt;
        auto classes = io::readSeries(folder / name);
        if (!classes) {
            loaded.problems.push_back({folder / name, classes.error()});
            return std::nullopt;
        }
        const LabelScheme *scheme = findLabelScheme(loaded.record.schemeId);
        if (!scheme) return std::nullopt;
        Probabilities probabilities{.schemeId = scheme->id(), .classes = std::move(*classes)};
        probabilities.hasBackground = probabilities.classes.size() == scheme->labels().size() + 1;
        if (given && given->size() != probabilities.geometry().size()) given.reset();
        auto live = LiveMask::make(std::move(probabilities), thresholds, std::move(given));
        if (!live) {
            loaded.problems.push_back({folder / name, live.error()});
            return std::nullopt;
        }
        return std::move(*live);
    };
    loaded.live = read("probabilities.nii.gz", loaded.record.thresholds, std::move(mask));
    if (loaded.live) loaded.bandLive = read("band.nii.gz", {}, std::nullopt);
}

/// Notes and time as the journal has them: it is written at once, the record a little later.
void takeValues(const std::map<std::string, std::string> &values, CaseRecord &record)
{
    constexpr std::string_view kSeconds = "seconds.";
    for (const auto &[key, value] : values) {
        if (key == "notes") record.notes = value;
        if (!key.starts_with(kSeconds)) continue;
        double seconds = 0;
        std::from_chars(value.data(), value.data() + value.size(), seconds);
        double &known = record.secondsByReader[key.substr(kSeconds.size())];
        known = std::max(known, seconds);
    }
}

/// `known`: the record to go on with; without one the store is asked for the images' own.
Result<LoadedCase> load(const std::vector<fs::path> &paths, const CaseStore &store, const std::atomic<bool> &cancelled,
                        const std::optional<CaseRecord> &known, const Journal *journal, const FileChoices &choices)
{
    LoadedCase loaded;
    std::string name;
    fs::path folder;
    std::vector<fs::path> files = imagesIn(paths, name, folder);
    if (files.empty()) {
        const std::string what = paths.empty() ? std::string("Nothing") : paths.front().string();
        return fail(Errc::InvalidArgument,
                    what + " holds no image. Choose NIfTI, NRRD or MHA files, or a DICOM folder.");
    }
    std::vector<fs::path> images;
    std::optional<fs::path> maskFile;
    std::vector<io::SequenceGuess> guesses;
    for (const fs::path &file : files) {
        const io::SequenceGuess guess = io::guessSequence(file);
        if (guess.isMask) {
            if (!maskFile) maskFile = file;
            continue;
        }
        images.push_back(file);
        guesses.push_back(guess);
    }
    if (images.empty()) {
        return fail(Errc::InvalidArgument, files.front().filename().string() +
                                               " is a mask. Open the images of its patient first, then add it.");
    }
    if (name.empty()) name = io::sortCase(images).name;
    if (name.empty()) name = folder.filename().string();
    if (known) name = known->name;
    const std::string id = known ? known->id : CaseStore::idFor(name, images);
    const auto stored = known ? known : store.find(id);

    std::vector<fs::path> was = images;
    if (journal) {
        CheckedFiles checked = checkFiles(images, stored, *journal, choices);
        if (!checked.troubles.empty()) {
            if (stored) loaded.record = *stored;
            loaded.record.id = id;
            loaded.record.name = name;
            loaded.troubles = std::move(checked.troubles);
            return loaded;
        }
        if (checked.images.empty())
            return fail(Errc::InvalidArgument, name + " has no image that could be used. Open its images again.");
        std::vector<io::SequenceGuess> kept; // of what was not left out
        for (const fs::path &path : checked.was)
            kept.push_back(guesses[std::size_t(std::ranges::find(images, path) - images.begin())]);
        guesses = std::move(kept);
        images = std::move(checked.images);
        was = std::move(checked.was);
        loaded.moved = std::move(checked.moved);
    }

    // Reading takes a second; the mask comes in beside the images.
    auto volumes = io::readImages(images);
    if (cancelled) return fail(Errc::Cancelled, "Opening was cancelled.");
    for (std::size_t n = 0; n < images.size(); ++n) {
        if (!volumes[n]) {
            loaded.problems.push_back({images[n], volumes[n].error()});
            continue;
        }
        Series series{.path = images[n],
                      .sequence = guesses[n].sequence,
                      .reason = QString::fromStdString(guesses[n].reason),
                      .certain = guesses[n].certain,
                      .image = std::make_shared<const ImageVolume>(std::move(*volumes[n]))};
        if (stored) {
            const auto known = std::ranges::find(stored->files, was[n], &CaseRecord::File::path);
            if (known != stored->files.end()) {
                // Found under another name, it stays what it was: the new name may say nothing.
                if (known->chosenByUser || was[n] != images[n]) {
                    series.sequence = known->sequence;
                    series.chosenByUser = series.certain = true;
                    series.reason = QString::fromStdString(known->reason);
                }
                if (known->window) series.window = *known->window;
            }
        }
        const bool taken =
            series.sequence != Sequence::Other &&
            std::ranges::any_of(loaded.series, [&](const Series &s) { return s.sequence == series.sequence; });
        if (taken) {
            series.reason =
                QString::fromStdString("Another file is the " + std::string(sequenceName(series.sequence)) + ".");
            series.sequence = Sequence::Other;
        }
        loaded.series.push_back(std::move(series));
    }
    if (loaded.series.empty()) return std::unexpected(loaded.problems.front().error);
    if (stored) loaded.record = *stored;
    loaded.record.id = id;
    loaded.record.name = name;
    loaded.record.folder = folder;
    loaded.record.filesGone = false;
    prepare(loaded);
    if (cancelled) return fail(Errc::Cancelled, "Opening was cancelled.");
    if (stored) readStoredResult(loaded, store);
    std::error_code error;
    const bool fromFile = stored && stored->mask.origin == MaskOrigin::File && fs::exists(stored->mask.file, error);
    if (!maskFile && fromFile) maskFile = stored->mask.file;
    if (journal) {
        if (auto kept = journal->find(id))
            loaded.kept = std::move(*kept);
        else
            loaded.problems.push_back({journal->folder(), kept.error()});
        if (const auto values = journal->valuesOf(id)) takeValues(*values, loaded.record);
    }
    if (!loaded.live && maskFile && !loaded.kept) {
        if (auto mask = loadMask(*maskFile)) {
            loaded.mask = std::move(mask->mask);
            loaded.maskScheme = std::move(mask->scheme);
            if (fromFile && stored->mask.file == *maskFile && !stored->schemeId.empty()) {
                loaded.maskScheme = {{{stored->schemeId, "Chosen when this mask was opened before."}}, true};
            }
            loaded.maskFile = *maskFile;
        } else {
            loaded.problems.push_back({*maskFile, mask.error()});
        }
    }
    if (cancelled) return fail(Errc::Cancelled, "Opening was cancelled.");
    io::DescribeOptions headerOnly{.withData = false};
    for (const Series &series : loaded.series) {
        const auto info = io::describe(series.path, headerOnly);
        if (info && !info->orientationStated) loaded.orientationStated = false;
    }
    return loaded;
}

} // namespace

bool looksLikeMask(const fs::path &path) { return io::guessSequence(path).isMask; }

Result<LoadedCase> loadCase(const std::vector<fs::path> &paths, const CaseStore &store,
                            const std::atomic<bool> &cancelled, const Journal *journal, const FileChoices &choices)
{
    return load(paths, store, cancelled, std::nullopt, journal, choices);
}

Result<LoadedCase> loadStored(const CaseRecord &record, const CaseStore &store, const std::atomic<bool> &cancelled,
                              const Journal *journal, const FileChoices &choices)
{
    std::vector<fs::path> paths;
    for (const CaseRecord::File &file : record.files)
        paths.push_back(file.path);
    return load(paths, store, cancelled, record, journal, choices);
}

Result<LoadedSeries> loadSeries(const fs::path &path)
{
    auto image = io::readImage(path);
    if (!image) return std::unexpected(image.error());
    const io::SequenceGuess guess = io::guessSequence(path);
    LoadedSeries loaded;
    loaded.series = {.path = path,
                     .sequence = guess.sequence,
                     .reason = QString::fromStdString(guess.reason),
                     .certain = guess.certain,
                     .image = std::make_shared<const ImageVolume>(std::move(*image))};
    loaded.series.autoRange = loaded.series.window = autoWindow(*loaded.series.image);
    const render::WorldBox head = render::headBox(*loaded.series.image);
    loaded.series.headLow = head.low;
    loaded.series.headHigh = head.high;
    loaded.thumbnail = makeThumbnail(loaded.series, kThumbnailWidth, kThumbnailHeight);
    return loaded;
}

namespace {

/// Segments that a file names, as labels of our own scheme; nothing when a name with voxels means nothing to us.
std::optional<LabelVolume> byNames(const io::MaskFile &file)
{
    std::array<int, 256> becomes;
    becomes.fill(-1);
    becomes[0] = 0;
    const LabelScheme &scheme = defaultLabelScheme();
    for (const io::MaskSegment &segment : file.segments) {
        if (segment.voxels == 0) continue;
        const LabelDefinition *label = scheme.label(std::string_view(segment.region));
        if (!label) return std::nullopt;
        becomes[segment.value] = label->value;
    }
    LabelVolume named = file.labels;
    for (Label &value : named.edit()) {
        if (becomes[value] < 0) return std::nullopt;
        value = Label(becomes[value]);
    }
    return named;
}

} // namespace

Result<LoadedMask> loadMask(const fs::path &path)
{
    auto file = io::readMask(path);
    if (!file) return std::unexpected(file.error());
    LoadedMask loaded{.mask = file->labels, .file = path, .remarks = file->remarks};
    if (file->schemeId.empty() && path.string().ends_with(".seg.nrrd")) {
        if (auto named = byNames(*file)) {
            loaded.mask = std::move(*named);
            loaded.scheme = {{{defaultLabelScheme().id(), "The file names its segments."}}, true};
            return loaded;
        }
    }
    loaded.scheme = io::detectSchemeOf(path, loaded.mask);
    if (loaded.scheme.candidates.empty()) {
        return fail(Errc::InvalidArgument,
                    path.filename().string() + " holds values that no label scheme has. Choose another mask.");
    }
    return loaded;
}

QImage makeThumbnail(const Series &series, int width, int height)
{
    QImage picture(width, height, QImage::Format_Grayscale8);
    picture.fill(0);
    const ImageVolume &image = *series.image;
    const Geometry &grid = image.geometry();
    const PointMm low = series.headLow, high = series.headHigh;
    if (!(high.x > low.x) || !(high.y > low.y)) return picture;
    // In world space: patient's right on the left, front on top; at 58 % of the height lie the ventricles.
    const double mmPerPixel = std::max((high.x - low.x) / width, (high.y - low.y) / height) * 1.04;
    const double z = low.z + 0.58 * (high.z - low.z);
    const float gain = 255.0f / std::max(series.autoRange.high - series.autoRange.low, 1e-20f);
    for (int y = 0; y < height; ++y) {
        uchar *line = picture.scanLine(y);
        for (int x = 0; x < width; ++x) {
            const PointMm p{(low.x + high.x) / 2 + (x + 0.5 - width / 2.0) * mmPerPixel,
                            (low.y + high.y) / 2 + (y + 0.5 - height / 2.0) * mmPerPixel, z};
            const Index3 voxel = grid.nearestVoxel(p);
            if (!grid.contains(voxel)) continue;
            const float value = (image.at(voxel) - series.autoRange.low) * gain;
            line[x] = std::isfinite(value) ? uchar(std::clamp(value, 0.0f, 255.0f)) : uchar{0};
        }
    }
    return picture;
}

} // namespace glio::app
