#include "glioscope/loop/EvaluateCase.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/metrics/Bootstrap.h"
#include "glioscope/uncertainty/Uncertainty.h"

#include <algorithm>
#include <array>

namespace glio::loop {
namespace {

using Words = std::array<Label, 256>; // value of a mask -> label of brats-ped-2024

bool wholeTumourOnly(const LabelScheme &scheme) { return !scheme.region("TC"); }

// A composite is told by a scheme that has it, a label by one that has that very meaning.
bool canTell(const LabelScheme &scheme, const RegionDefinition &region)
{
    if (region.labels.size() > 1) return scheme.region(region.id) != nullptr;
    return std::ranges::any_of(scheme.labels(), [&](const auto &l) { return l.canonical == region.labels.front(); });
}

// The label that stands for "tumour, nobody said which part": in WT and in none of the parts that are then looked at.
constexpr Label kSomewhereInTumour = 4;

// Values of `from`, by the way of `through`, in our scheme.
Result<Words> wordsOf(const LabelScheme &from, const LabelScheme &through)
{
    Words words{};
    const LabelScheme &ours = defaultLabelScheme();
    const bool parts = !wholeTumourOnly(from) && !wholeTumourOnly(through);
    const auto one = Geometry::make({1, 1, 1}, {1, 1, 1});
    for (const LabelDefinition &label : from.labels()) {
        if (!parts) {
            const RegionDefinition *whole = from.region("WT");
            words[label.value] = whole && whole->contains(label.value) ? kSomewhereInTumour : Label{0};
            continue;
        }
        auto value = convertLabels(LabelVolume(*one, label.value), from, through);
        if (value) value = convertLabels(*value, through, ours);
        if (!value) return std::unexpected(value.error());
        words[label.value] = value->voxels().front();
    }
    return words;
}

Result<LabelVolume> inWords(const LabelVolume &mask, const LabelScheme &from, const Words &words)
{
    for (const Label value : labelsPresent(mask))
        if (!from.label(value))
            return fail(Errc::InvalidArgument, "The mask holds the value " + std::to_string(value) +
                                                   ", which the scheme " + from.id() +
                                                   " does not have. Choose the scheme that it was made with.");
    LabelVolume result(mask.geometry());
    const auto source = mask.voxels();
    const auto target = result.edit();
    for (std::size_t v = 0; v < source.size(); ++v)
        target[v] = words[source[v]];
    return result;
}

// Bytes of the labels that mean a region, summed and capped, as regionProbability does in one scheme.
Volume<std::uint8_t> probabilityOf(const RegionDefinition &region, const Probabilities &probabilities,
                                   const LabelScheme &scheme, const Words &words)
{
    std::vector<const std::uint8_t *> parts;
    for (std::size_t n = 0; n < scheme.labels().size(); ++n)
        if (region.contains(words[scheme.labels()[n].value])) parts.push_back(probabilities.label(n).data());
    Volume<std::uint8_t> sum(probabilities.geometry());
    const auto target = sum.edit();
    parallelFor(0, std::int64_t(target.size()), 1 << 16, [&](std::int64_t first, std::int64_t last) {
        for (auto v = std::size_t(first); v < std::size_t(last); ++v) {
            int value = 0;
            for (const std::uint8_t *part : parts)
                value += part[v];
            target[v] = std::uint8_t(std::min(255, value));
        }
    });
    return sum;
}

std::vector<std::uint8_t> inside(const LabelVolume &mask, const RegionDefinition &region)
{
    std::array<std::uint8_t, 256> wanted{};
    for (const Label label : region.labels)
        wanted[label] = 1;
    std::vector<std::uint8_t> bytes(mask.voxels().size());
    std::ranges::transform(mask.voxels(), bytes.begin(), [&wanted](Label l) { return wanted[l]; });
    return bytes;
}

} // namespace

Result<CommonGround> commonGround(const LabelVolume &mask, const LabelScheme &own, const Probabilities &probabilities,
                                  const LabelVolume &labels)
{
    const LabelScheme *answer = findLabelScheme(probabilities.schemeId);
    if (!answer || probabilities.classes.size() != answer->labels().size() + (probabilities.hasBackground ? 1 : 0))
        return fail(Errc::InvalidArgument,
                    "The model answers in the label scheme '" + probabilities.schemeId + "', which is not known.");
    const auto masks = wordsOf(own, own), answers = wordsOf(*answer, own);
    if (!masks) return std::unexpected(masks.error());
    if (!answers) return std::unexpected(answers.error());
    // A mask without parts makes the whole tumour of both sides the one thing there is.
    Words referenceWords = *masks;
    if (wholeTumourOnly(*answer))
        for (Label &word : referenceWords)
            word = word ? kSomewhereInTumour : Label{0};
    auto reference = inWords(mask, own, referenceWords);
    if (!reference) return std::unexpected(reference.error());
    auto prediction = inWords(labels, *answer, *answers);
    if (!prediction) return std::unexpected(prediction.error());
    CommonGround ground{.reference = *std::move(reference), .prediction = *std::move(prediction), .probability = {}};
    for (const RegionDefinition &region : defaultLabelScheme().regions())
        if (canTell(own, region) && canTell(*answer, region))
            ground.probability.emplace(region.id, probabilityOf(region, probabilities, *answer, *answers));
    return ground;
}

Result<CaseScore> scoreCase(const std::string &name, const LabelVolume &mask, const LabelScheme &own,
                            const Probabilities &probabilities, const LabelVolume &labels,
                            std::span<const std::uint8_t> head, const EvaluateRequest &request,
                            const ProgressSink &progress)
{
    const auto ground = commonGround(mask, own, probabilities, labels);
    if (!ground) return std::unexpected(ground.error());
    const LabelScheme &ours = defaultLabelScheme();
    const auto compared = metrics::compareMasks(ground->reference, ground->prediction, ours, request.metrics,
                                                [&](double done) { return report(progress, 0.7 * done); });
    if (!compared) return std::unexpected(compared.error());

    CaseScore score{
        .name = name, .patient = metrics::patientOf(name), .schemeId = own.id(), .regions = {}, .picture = {}};
    const RegionDefinition &whole = *ours.region("WT");
    const auto inPrediction = inside(ground->prediction, whole);
    const auto band =
        metrics::calibrationBand(probabilities, inside(ground->reference, whole), inPrediction, request.band);
    for (std::size_t n = 0; n < ours.regions().size(); ++n) {
        const RegionDefinition &region = ours.regions()[n];
        const auto probability = ground->probability.find(region.id);
        if (probability == ground->probability.end()) continue;
        if (!report(progress, 0.7 + 0.3 * double(n) / double(ours.regions().size())))
            return fail(Errc::Cancelled, "Evaluating was cancelled.");
        RegionScore one{.metrics = (*compared)[n], .counts = {}, .calibration = {}, .quBrats = {}};
        const auto g = inside(ground->reference, region), p = inside(ground->prediction, region);
        one.inReference = std::ranges::find(g, 1) != g.end();
        one.inPrediction = std::ranges::find(p, 1) != p.end();
        const auto bytes = probability->second.voxels();
        one.counts.add(bytes, g, band);
        one.calibration = metrics::calibrationScores(one.counts, request.bins);
        if (region.id == "WT" || region.id == "TC" || region.id == "ET") {
            std::vector<std::uint8_t> uncertainty(bytes.size());
            std::ranges::transform(bytes, uncertainty.begin(), metrics::uncertaintyPercent);
            metrics::UncertaintyCounts counts;
            counts.add(uncertainty, p, g, head);
            one.quBrats = metrics::quBrats(counts);
        }
        score.regions.emplace(region.id, std::move(one));
    }

    const auto near = metrics::nearMask(inPrediction, ground->prediction.geometry(), request.band.nearMm);
    const std::span<const Volume<std::uint8_t>> classes =
        std::span(probabilities.classes).subspan(probabilities.hasBackground ? 1 : 0);
    const Volume<std::uint8_t> entropy = uncertainty::entropyPercent(classes);
    std::int64_t sum = 0, count = 0;
    for (std::size_t v = 0; v < near.size(); ++v)
        if (near[v]) sum += entropy.voxels()[v], ++count;
    score.uncertaintyPercent = count > 0 ? double(sum) / double(count) : 100;
    return score;
}

double CaseScore::rank() const
{
    double sum = 0;
    int count = 0;
    for (const char *id : {"WT", "TC", "ET"})
        if (const auto found = regions.find(id); found != regions.end() && found->second.inReference)
            sum += found->second.metrics.dice, ++count;
    if (count > 0) return sum / count;
    const auto whole = regions.find("WT");
    return whole != regions.end() ? whole->second.metrics.dice : 1;
}

} // namespace glio::loop
