#include "ReaderCases.h"

#include "glioscope/annotation/Decode.h"
#include "glioscope/base/Random.h"
#include "glioscope/io/CaseFiles.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/metrics/DistanceTransform.h"
#include "glioscope/phantom/Phantom.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace glio::bench {
namespace {

constexpr Label kNonEnhancing = 2, kOedema = 4;

/// The mask in brats-ped-2024, or with the one label 4 when its scheme has nothing but the whole tumour.
Result<LabelVolume> inOurScheme(const LabelVolume &mask, const std::filesystem::path &path, std::string schemeId,
                                bool &wholeTumourOnly)
{
    if (schemeId.empty()) {
        const SchemeDetection found = io::detectSchemeOf(path, mask);
        if (found.candidates.empty())
            return fail(Errc::InvalidArgument, "The values of " + path.string() + " fit no label scheme; name one.");
        schemeId = found.candidates.front().id;
    }
    const LabelScheme *scheme = findLabelScheme(schemeId);
    if (!scheme) return fail(Errc::InvalidArgument, "No label scheme is named '" + schemeId + "'.");
    wholeTumourOnly = scheme->region("TC") == nullptr;
    if (!wholeTumourOnly) return convertLabels(mask, *scheme, defaultLabelScheme());
    LabelVolume one(mask.geometry());
    std::ranges::transform(mask.voxels(), one.edit().begin(), [](Label label) { return label ? kOedema : Label{0}; });
    return one;
}

void mergeTumour(LabelVolume &mask)
{
    for (Label &label : mask.edit())
        label = label != 0 ? kOedema : Label{0};
}

Result<void> readPriors(ReaderCase &patient, const std::filesystem::path &prediction)
{
    const auto path = prediction.parent_path() / "probabilities.nii.gz";
    if (!std::filesystem::exists(path)) return {};
    auto series = io::readSeries(path);
    if (!series) return std::unexpected(series.error());
    const auto &labels = defaultLabelScheme().labels();
    const std::string stated = io::statedScheme(path);
    const bool ours = stated.empty() || stated == defaultLabelScheme().id();
    const bool background = series->size() == labels.size() + 1;
    if (!ours || (series->size() != labels.size() && !background) ||
        !series->front().geometry().sameGrid(patient.truth.geometry()))
        return fail(Errc::InvalidArgument, path.string() + " does not hold one byte for each label of " +
                                               defaultLabelScheme().id() + " on the mask's grid.");
    Probabilities probabilities{defaultLabelScheme().id(), std::move(*series), background};
    patient.priors.assign(256, Volume<std::uint8_t>(Geometry{}));
    for (std::size_t n = 0; n < labels.size(); ++n)
        patient.priors[labels[n].value] = probabilities.label(n);
    if (!patient.wholeTumourOnly) return {};
    auto whole = regionProbability(probabilities, "WT");
    if (!whole) return std::unexpected(whole.error());
    patient.priors[kOedema] = std::move(*whole);
    return {};
}

/// Smooth noise within -1..1: random values on a lattice, linear between.
class SmoothNoise {
public:
    SmoothNoise(std::uint64_t seed, std::uint64_t stream) : m_values(kEdge * kEdge * kEdge)
    {
        CounterRandom random{seed, stream};
        for (double &value : m_values)
            value = random.uniform(-1, 1);
    }
    double at(double x, double y, double z) const
    {
        const std::array<double, 3> low{std::floor(x), std::floor(y), std::floor(z)}, p{x, y, z};
        double sum = 0;
        for (unsigned c = 0; c < 8; ++c) {
            double weight = 1;
            std::size_t offset = 0, stride = 1;
            for (std::size_t a = 0; a < 3; ++a, stride *= kEdge) {
                const bool upper = (c >> a & 1U) != 0;
                weight *= upper ? p[a] - low[a] : 1 - (p[a] - low[a]);
                offset += stride * (std::size_t(std::int64_t(low[a]) + 1000 * std::int64_t(kEdge) + upper) % kEdge);
            }
            sum += weight * m_values[offset];
        }
        return sum;
    }

private:
    static constexpr std::size_t kEdge = 32; ///< repeats beyond
    std::vector<double> m_values;
};

/// mm to the border: below 0 inside; the border lies half way between voxels.
std::vector<float> signedDistances(std::span<const std::uint8_t> inside, const Geometry &grid)
{
    std::vector<std::uint8_t> outside(inside.size());
    std::ranges::transform(inside, outside.begin(), [](std::uint8_t value) { return value == 0; });
    auto to = metrics::squaredDistances(inside, grid.size(), grid.spacing());
    const auto from = metrics::squaredDistances(outside, grid.size(), grid.spacing());
    const auto half = float(std::ranges::min(grid.spacing()) / 2);
    for (std::size_t n = 0; n < to.size(); ++n)
        to[n] = inside[n] ? half - std::sqrt(from[n]) : std::sqrt(to[n]) - half;
    return to;
}

template <class Body> void forBall(const Geometry &grid, const Index3 &middle, double radiusMm, Body body)
{
    const PointMm centre = grid.toWorld(middle);
    std::size_t at = 0;
    for (std::int64_t k = 0; k < grid.size()[2]; ++k)
        for (std::int64_t j = 0; j < grid.size()[1]; ++j)
            for (std::int64_t i = 0; i < grid.size()[0]; ++i, ++at)
                if (const double mm = length(grid.toWorld(Index3{i, j, k}) - centre); mm <= radiusMm) body(at, mm);
}

Index3 indexOf(const Geometry &grid, std::size_t offset)
{
    const auto n = std::int64_t(offset);
    const Size3 &size = grid.size();
    return {n % size[0], n / size[0] % size[1], n / (size[0] * size[1])};
}

} // namespace

Result<ReaderCase> readCase(const CasePaths &paths)
{
    const auto files = io::findCase(paths.folder);
    if (!files) return std::unexpected(files.error());
    const auto truthPath = paths.truth ? paths.truth : files->mask;
    if (!truthPath)
        return fail(Errc::InvalidArgument, "No true mask lies in " + paths.folder.string() + "; give it with --truth.");
    ReaderCase patient{.name = std::filesystem::weakly_canonical(paths.folder).filename().string(),
                       .source = "a model's mask, " + paths.prediction.string()};
    for (const Sequence sequence : kModelSequences)
        if (const auto file = files->file(sequence)) {
            auto image = io::readImage(*file);
            if (!image) return std::unexpected(image.error());
            patient.images.push_back(std::move(*image));
            patient.sequences.push_back(sequence);
        }
    if (patient.images.empty())
        return fail(Errc::InvalidArgument, "No sequence lies in " + paths.folder.string() + ".");
    const auto truth = io::readLabels(*truthPath), prediction = io::readLabels(paths.prediction);
    if (!truth) return std::unexpected(truth.error());
    if (!prediction) return std::unexpected(prediction.error());
    if (!truth->geometry().sameGrid(prediction->geometry()))
        return fail(Errc::Geometry, truthPath->string() + " and " + paths.prediction.string() +
                                        " lie on different grids; the masks cannot be compared.");
    bool predictionIsWhole = false;
    auto trueMask = inOurScheme(*truth, *truthPath, paths.scheme, patient.wholeTumourOnly);
    auto ownMask = inOurScheme(*prediction, paths.prediction, {}, predictionIsWhole);
    if (!trueMask) return std::unexpected(trueMask.error());
    if (!ownMask) return std::unexpected(ownMask.error());
    patient.truth = std::move(*trueMask);
    patient.prediction = std::move(*ownMask).withGeometry(truth->geometry());
    if (predictionIsWhole && !patient.wholeTumourOnly) mergeTumour(patient.truth);
    patient.wholeTumourOnly |= predictionIsWhole;
    if (patient.wholeTumourOnly) mergeTumour(patient.prediction);
    if (const auto read = readPriors(patient, paths.prediction); !read) return std::unexpected(read.error());
    return patient;
}

LabelVolume degraded(const LabelVolume &truth, const ImageVolume &brain, std::uint64_t seed, const Degrading &how)
{
    const Geometry &grid = truth.geometry();
    const RegionDefinition &core = *defaultLabelScheme().region("TC");
    std::vector<std::uint8_t> inTumour(truth.voxels().size()), inCore(inTumour.size());
    for (std::size_t n = 0; n < inTumour.size(); ++n) {
        inTumour[n] = truth.voxels()[n] != 0;
        inCore[n] = core.contains(truth.voxels()[n]);
    }
    const auto toTumour = signedDistances(inTumour, grid), toCore = signedDistances(inCore, grid);
    const SmoothNoise tumourNoise(seed, 1), coreNoise(seed, 2);
    LabelVolume mask(grid);
    const auto out = mask.edit();
    for (std::size_t n = 0; n < out.size(); ++n) {
        if (double(std::min(toTumour[n], toCore[n])) > how.borderMm) continue;
        const PointMm p = (1 / how.noiseMm) * grid.toWorld(indexOf(grid, n));
        if (double(toCore[n]) + how.borderMm * coreNoise.at(p.x, p.y, p.z) < 0)
            out[n] = inCore[n] ? truth.voxels()[n] : kNonEnhancing;
        else if (double(toTumour[n]) + how.borderMm * tumourNoise.at(p.x, p.y, p.z) < 0)
            out[n] = kOedema;
    }

    CounterRandom random{seed, 3};
    const double mm3 = double(std::ranges::count(inTumour, 1)) * grid.voxelVolumeMm3();
    const double radiusMm = std::clamp(how.spoilShare * std::cbrt(mm3 * 3 / (4 * std::numbers::pi)), 4.0, 10.0);
    const auto drawn = [&](auto suits) -> std::optional<Index3> {
        std::vector<std::size_t> places;
        for (std::size_t n = 0; n < out.size(); ++n)
            if (suits(n)) places.push_back(n);
        if (places.empty()) return std::nullopt;
        return indexOf(grid, places[std::size_t(random.integer(0, std::int64_t(places.size()) - 1))]);
    };
    const bool hasCore = std::ranges::contains(inCore, 1);
    if (const auto missed = drawn([&](std::size_t n) { return (hasCore ? inCore : inTumour)[n] != 0; }))
        forBall(grid, *missed, radiusMm, [&](std::size_t at, double) { out[at] = 0; });
    if (const auto island =
            drawn([&](std::size_t n) { return brain.voxels()[n] > 0 && double(toTumour[n]) > how.islandDistanceMm; }))
        forBall(grid, *island, radiusMm,
                [&](std::size_t at, double mm) { out[at] = mm < 0.6 * radiusMm ? kNonEnhancing : kOedema; });
    return mask;
}

Result<ReaderCase> phantomCase(std::uint64_t seed, Size3 size, double spacingMm)
{
    const auto anatomy = phantom::proceduralAnatomy(seed, spacingMm);
    const phantom::PhantomOptions options{.spacingMm = {spacingMm, spacingMm, spacingMm},
                                          .size = size,
                                          .cover = phantom::HeadCover::Stripped,
                                          .towardsTumour = 0.5,
                                          .emptyShare = 0};
    auto made = phantom::makePhantom(*anatomy, options, seed, 0);
    if (!made) return std::unexpected(made.error());
    ReaderCase patient{.name = "phantom " + std::to_string(seed),
                       .source =
                           "a phantom's truth with made errors (not a model's): border shifted by smooth noise of "
                           "up to 4 mm, one false island, one missed part",
                       .synthetic = true};
    patient.prediction = degraded(made->labels, made->sequences[0], seed);
    patient.truth = std::move(made->labels);
    for (ImageVolume &image : made->sequences)
        patient.images.push_back(std::move(image));
    patient.sequences.assign(kModelSequences.begin(), kModelSequences.end());
    return patient;
}

} // namespace glio::bench
