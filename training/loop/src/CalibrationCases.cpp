#include "CalibrationCases.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Paths.h"
#include "glioscope/base/Sha256.h"
#include "glioscope/data/PhantomStore.h"
#include "glioscope/metrics/RegionMetrics.h"
#include "glioscope/phantom/AnatomyFiles.h"

#include <algorithm>

namespace glio::loop {
namespace {
namespace fs = std::filesystem;
constexpr int kDescribed = 5; ///< phantoms a phantom whose images alone are looked at: cheap, and a cloud needs many

/// Sees cases one after another; knows the cache and how far everything is.
class Watcher {
public:
    Watcher(const CalibrateRequest &request, const interchange::ModelFile &model, inference::Segmenter &segmenter,
            const std::function<bool(double, const std::string &)> &progress, double total)
        : m_request(request), m_model(model), m_segmenter(segmenter), m_progress(progress), m_total(total)
    {
        m_cache = request.cache.empty() ? cacheHome() / "calibrate" : request.cache;
        std::error_code ignored;
        fs::create_directories(m_cache, ignored);
    }

    Result<void> see(const HeldOutCase &one, CaseKind kind, std::optional<Fault> fault, int patient,
                     const std::string &origin, SeenCases &seen)
    {
        const LabelScheme &scheme = *findLabelScheme(m_model.info().schemeId);
        auto truth = scheme.id() == defaultLabelScheme().id() ? Result<LabelVolume>(one.truth)
                                                              : convertLabels(one.truth, defaultLabelScheme(), scheme);
        if (!truth) return std::unexpected(truth.error());
        SeenCase made{.name = one.name,
                      .kind = kind,
                      .fault = fault,
                      .patient = patient,
                      .truth = *std::move(truth),
                      .regions = one.regions,
                      .look = {}};
        const std::string key = "look-1 " + m_model.info().weightsSha256 + ' ' + origin + ' ' + one.name + ' ' +
                                std::to_string(m_model.info().spacingsMm.front()) + ' ' + m_request.precision;
        const fs::path file = m_cache / (sha256Hex(std::as_bytes(std::span(key))).substr(0, 24) + ".safetensors");
        std::error_code ignored;
        auto kept = fs::exists(file, ignored) ? readLook(file) : Result<KeptLook>(fail(Errc::Io, ""));
        if (kept) {
            ++seen.fromCache;
        } else {
            inference::SegmentOptions options;
            if (const auto precision = inference::precisionFromName(m_request.precision))
                options.precision = *precision;
            auto look = m_segmenter.rawLook(one.inputs, options, [&](double done) { return step(done, one.name); });
            if (!look) return std::unexpected(look.error());
            kept = keep(std::move(*look), int(scheme.labels().size()));
            ++seen.passes;
            if (const auto written = writeLook(*kept, file); !written && written.error().code != Errc::Io)
                return std::unexpected(written.error()); // a cache that cannot be written only costs time
        }
        made.look = *std::move(kept);
        seen.cases.push_back(std::move(made));
        m_done += 1;
        return step(0, one.name) ? Result<void>() : stopped();
    }

    Result<void> describe(const HeldOutCase &one, SeenCases &seen)
    {
        auto look = m_segmenter.describe(one.inputs);
        if (!look) return std::unexpected(look.error());
        seen.described.push_back(*std::move(look));
        m_done += 0.2;
        return step(0, one.name) ? Result<void>() : stopped();
    }

private:
    bool step(double part, const std::string &what) const
    {
        return !m_progress || m_progress(std::min(1.0, (m_done + part) / m_total), what);
    }
    static Result<void> stopped() { return fail(Errc::Cancelled, "The calibration was cancelled."); }

    const CalibrateRequest &m_request;
    const interchange::ModelFile &m_model;
    inference::Segmenter &m_segmenter;
    const std::function<bool(double, const std::string &)> &m_progress;
    double m_total, m_done = 0;
    fs::path m_cache;
};

Result<std::vector<data::CaseEntry>> entriesOf(const CalibrateRequest &request)
{
    if (request.data.empty()) return std::vector<data::CaseEntry>{};
    return data::findTrainingCases(request.data, request.scheme, request.split, request.part);
}

std::string originOf(const data::CaseEntry &entry)
{
    std::string key = entry.schemeId;
    for (const auto &[sequence, path] : entry.files.sequences) {
        std::error_code ignored;
        key += '\n' + fs::absolute(path).string() + ' ' + std::to_string(fs::file_size(path, ignored)) + ' ' +
               std::to_string(fs::last_write_time(path, ignored).time_since_epoch().count());
    }
    return key;
}
} // namespace

Result<SeenCases> seeCases(const CalibrateRequest &request, const interchange::ModelFile &model,
                           const std::function<bool(double, const std::string &)> &progress)
{
    const auto entries = entriesOf(request);
    if (!entries) return std::unexpected(entries.error());
    const int phantoms = std::max(0, request.phantoms);
    if (int(entries->size()) + phantoms < 8)
        return fail(Errc::InvalidArgument, "Calibration needs at least 8 held-out cases, and there are " +
                                               std::to_string(int(entries->size()) + phantoms) +
                                               ". Name more with --data, or draw phantoms with --phantoms.");
    auto segmenter = inference::Segmenter::open(model, request.device);
    if (!segmenter) return std::unexpected(segmenter.error());
    // Clean and degraded once each, four faults on every second phantom, more phantoms only described.
    const double total = 2.0 * double(entries->size()) + phantoms * (2 + 2 + 0.2 * kDescribed);
    Watcher watcher(request, model, **segmenter, progress, total);
    SeenCases seen;
    seen.files = int(entries->size());
    seen.phantoms = phantoms;

    std::map<std::string, int> patients;
    int number = 0;
    for (const auto &entry : *entries) {
        const auto one = readHeldOut(entry);
        if (!one) return std::unexpected(one.error());
        const int patient = patients.try_emplace(one->patient, int(patients.size())).first->second;
        auto done = watcher.see(*one, CaseKind::Clean, {}, patient, originOf(entry), seen);
        if (done)
            done = watcher.see(degraded(*one, number, request.seed), CaseKind::Degraded, {}, patient, originOf(entry),
                               seen);
        if (!done) return std::unexpected(done.error());
        ++number;
    }
    seen.patients = int(patients.size());
    if (phantoms == 0) return seen;

    const double mm = std::max(1.0, model.info().spacingsMm.front());
    const auto anatomies = data::makeAnatomies(
        {.procedural = 6, .proceduralSeed = request.seed, .colin27 = true, .folder = request.anatomy, .spacingMm = mm});
    if (!anatomies) return std::unexpected(anatomies.error());
    phantom::PhantomOptions options;
    options.spacingMm = {mm, mm, mm};
    if (!request.shapes.empty()) {
        auto shapes = phantom::readShapes(request.shapes);
        if (!shapes) return std::unexpected(shapes.error());
        options.shapes = std::make_shared<const std::vector<phantom::Shape>>(*std::move(shapes));
    }
    const std::string origin = request.anatomy.string() + '\n' + request.shapes.string() + '\n' + std::to_string(mm);
    for (int n = 0; n < phantoms; ++n) {
        const int patient = seen.patients++;
        const auto one = makeHeldOut(*anatomies, options, request.seed, n);
        if (!one) return std::unexpected(one.error());
        auto done = watcher.see(*one, CaseKind::Clean, {}, patient, origin, seen);
        if (done)
            done = watcher.see(degraded(*one, n, request.seed + std::uint64_t(n)), CaseKind::Degraded, {}, patient,
                               origin, seen);
        if (n % 2 == 0) {
            for (const Fault fault : {Fault::Swapped, Fault::UpsideDown, Fault::Motion})
                if (done)
                    done = watcher.see(withFault(*one, fault, n / 2), CaseKind::Faulty, fault, patient, origin, seen);
            auto none = options;
            none.emptyShare = 1;
            auto empty = makeHeldOut(*anatomies, none, request.seed + 1, n);
            if (!empty) return std::unexpected(empty.error());
            empty->name += "!" + faultName(Fault::NoTumour);
            if (done) done = watcher.see(*empty, CaseKind::Faulty, Fault::NoTumour, patient, origin, seen);
        }
        for (int more = 0; more < kDescribed && done; ++more) {
            const auto another = makeHeldOut(*anatomies, options, request.seed + 2, kDescribed * n + more);
            if (!another) return std::unexpected(another.error());
            done = watcher.describe(*another, seen);
        }
        if (!done) return std::unexpected(done.error());
    }
    return seen;
}

Result<JudgedCase> judgeCase(const SeenCase &seen, const interchange::ModelInfo &settings,
                             const std::vector<std::uint8_t> *band)
{
    const LabelScheme &scheme = *findLabelScheme(settings.schemeId);
    const auto answer = inference::Segmenter::finish(seen.look.whole(int(scheme.labels().size())), settings, nullptr,
                                                     seen.truth.geometry());
    if (!answer) return std::unexpected(answer.error());
    JudgedCase judged;
    judged.answer = answer->confidence.answer;
    const auto compared =
        metrics::compareMasks(seen.truth, answer->labels, scheme, {.preset = metrics::Preset::Brats2023});
    if (!compared) return std::unexpected(compared.error());
    const auto inRegion = [](const LabelVolume &mask, const RegionDefinition &region) {
        std::array<std::uint8_t, 256> wanted{};
        for (const Label label : region.labels)
            wanted[label] = 1;
        std::vector<std::uint8_t> inside(mask.voxels().size());
        std::ranges::transform(mask.voxels(), inside.begin(), [&](Label label) { return wanted[label]; });
        return inside;
    };
    const RegionDefinition &whole = *scheme.region("WT");
    judged.band = band ? *band
                       : metrics::calibrationBand(answer->probabilities, inRegion(seen.truth, whole),
                                                  inRegion(answer->labels, whole));
    for (const auto &region : *compared) {
        if (std::ranges::find(seen.regions, region.id) == seen.regions.end()) continue;
        judged.dice[region.id] = region.dice;
        judged.lesionDice[region.id] = region.lesions.dice;
        const auto map = regionProbability(answer->probabilities, region.id);
        if (!map) return std::unexpected(map.error());
        judged.counts[region.id].add(map->voxels(), inRegion(seen.truth, *scheme.region(region.id)), judged.band);
    }
    return judged;
}

} // namespace glio::loop
