#include "EvaluatePage.h"

#include "glioscope/annotation/LabelScheme.h"

#include <algorithm>
#include <format>

namespace glio::loop {

using reporting::Cell;
using reporting::number;

namespace {

std::string regionName(const std::string &id)
{
    const RegionDefinition *region = defaultLabelScheme().region(id);
    return region ? region->name : id;
}

// Enough points to draw a curve by; its ends always.
std::vector<reporting::Point> pointsOf(const metrics::RiskCoverage &curve, double factor)
{
    std::vector<reporting::Point> points;
    if (curve.risk.empty()) return points;
    points.push_back({0, factor * curve.risk.front()});
    for (std::size_t n = 0; n < curve.risk.size(); ++n)
        points.push_back({curve.coverage[n], factor * curve.risk[n]});
    return points;
}

} // namespace

void addConfidence(reporting::Page &page, const Evaluation &evaluation, const Summary &summary)
{
    page.section("What its confidence is worth");
    page.paragraph(std::format("Judged are voxels that the model is not quite sure of (largest probability below {}) "
                               "and those within {} mm of "
                               "the tumour in either mask. All other voxels are background that no model gets wrong.",
                               number(evaluation.request.band.certain, 3), number(evaluation.request.band.nearMm, 0)));
    reporting::Table table{
        .caption = "Calibration of the probabilities that window and files carry; 0 is best in every column but the "
                   "last.",
        .columns = {{.name = "Region", .isNumber = false},
                    {"Voxels, thousand"},
                    {"ECE", "Expected calibration error by confidence, 15 equal bins."},
                    {"Adaptive ECE", "The same in bins of equally many voxels."},
                    {"Error of p", "The same by the probability itself: what the diagrams show."},
                    {"Brier", "Mean squared difference of probability and truth."},
                    {"NLL, nats", "Mean negative log-likelihood."},
                    {"Risk area", "Area under the risk-coverage curve of the voxels, in percent."},
                    {"QU-BraTS", "0 to 1, higher is better; whole tumour, core and enhancing tumour."}},
        .rows = {}};
    std::vector<std::string> diagrams;
    std::vector<reporting::Curve> voxels;
    for (const RegionSummary &s : summary.regions) {
        if (s.calibration.voxels == 0) continue;
        const auto value = [](const MaybeInterval &i) { return i ? std::optional(i->value) : std::nullopt; };
        table.rows.push_back({s.name, Cell::of(double(s.calibration.voxels) / 1000, 0), intervalCell(s.ece, 3),
                              Cell::of(value(s.adaptiveEce), 3), Cell::of(value(s.probabilityEce), 3),
                              Cell::of(value(s.brier), 3), Cell::of(value(s.nll), 3), Cell::of(100 * s.voxels.area, 2),
                              intervalCell(s.quBrats, 3)});
        std::vector<reporting::ReliabilityDot> dots;
        for (const metrics::ReliabilityBin &bin : s.calibration.reliability)
            dots.push_back({bin.said, bin.seen, bin.voxels});
        diagrams.push_back(
            reporting::reliabilityChart(dots, {.name = s.name,
                                               .note = "error " + number(s.calibration.probabilityEce, 3),
                                               .colour = colourOf(s.id),
                                               .width = 284}));
        voxels.push_back({.name = s.id, .colour = colourOf(s.id), .points = pointsOf(s.voxels, 100)});
    }
    page.table(table);
    page.figure(diagrams, "Said against true. A voxel given p = 0.7 should belong to the region 7 times in 10: dots on "
                          "the dotted line. Above it the model says too little, below it too much. Hollow: fewer than "
                          "200 voxels. Bars: share of the voxels, square root.");
    std::vector<reporting::Curve> cases{
        {.name = "by model", .colour = "var(--ac)", .points = pointsOf(summary.cases, 1)}};
    if (!summary.cases.risk.empty())
        cases.push_back({.name = "by chance",
                         .colour = "var(--t3)",
                         .points = {{0, summary.cases.overall}, {1, summary.cases.overall}},
                         .dashed = true});
    const std::vector<std::string> curves{reporting::curveChart(voxels, {.title = "Voxels: wrong ones among the surest",
                                                                         .xAxis = "share of the voxels, surest first",
                                                                         .yAxis = "wrong, %",
                                                                         .width = 434}),
                                          reporting::curveChart(cases, {.title = "Cases: loss of Dice among the surest",
                                                                        .xAxis = "share of the cases, surest first",
                                                                        .yAxis = "1 − Dice, whole tumour",
                                                                        .width = 434})};
    page.figure(
        curves,
        std::format("Risk against coverage. A confidence that knows its mistakes keeps the curve low "
                    "until the end. Cases, by {}: area {}, {} at best and {} by chance.",
                    summary.byExpectedDice ? "the Dice that the model expected" : "the uncertainty around the tumour",
                    number(summary.cases.area, 3), number(summary.cases.ideal, 3), number(summary.cases.overall, 3)));
    if (const Expectation &e = summary.expectation; e.cases > 0)
        page.paragraph(std::format("The model says beforehand what Dice it expects of its whole tumour. Over {}: "
                                   "correlation with the true one "
                                   "{}, mean error {}, the true one inside the expected interval {} times.",
                                   plural(e.cases, "case", "cases"),
                                   e.correlation ? number(*e.correlation, 2) : std::string("–"), number(e.meanError, 3),
                                   e.inside));
}

void addComparison(reporting::Page &page, const Evaluation &evaluation, const Comparison &comparison)
{
    page.section("Before and after");
    const std::string before = comparison.earlierModel + " " + comparison.earlierVersion;
    page.paragraph(std::format("Before: {}. After: {} {}. {} in both files; differences are taken case by case.",
                               before, evaluation.modelName, evaluation.modelVersion,
                               plural(comparison.cases, "case is", "cases are")));
    if (!comparison.onlyHere.empty() || !comparison.onlyThere.empty())
        page.notice(std::format("{} only in this evaluation and {} only in the earlier one; they are left out here.",
                                plural(std::int64_t(comparison.onlyHere.size()), "case is", "cases are"),
                                comparison.onlyThere.size()),
                    "warn");
    // One row a region, one column a number: before, after, and below them the change.
    struct Shown {
        const char *metric, *name;
        int digits;
        bool lowerIsBetter;
    };
    constexpr Shown shown[]{{"dice_reference_positive", "Dice, cases with it", 3, false},
                            {"dice", "Dice, all cases", 3, false},
                            {"lesionwise_dice", "Lesion-wise Dice", 3, false},
                            {"hd95_mm", "HD95, mm", 1, true},
                            {"ece", "ECE", 3, true}};
    reporting::Table table{.caption = "Before → after; below them the mean change and its 95 % interval over patients. "
                                      "✓ better and ✗ worse where the interval leaves 0 out.",
                           .columns = {{.name = "Region", .isNumber = false}},
                           .rows = {}};
    for (const Shown &column : shown)
        table.columns.push_back({column.name});
    for (const RegionDefinition &region : defaultLabelScheme().regions()) {
        std::vector<Cell> row{Cell(region.name)};
        bool any = false;
        for (const Shown &column : shown) {
            const auto d = std::ranges::find_if(comparison.differences, [&](const Difference &one) {
                return one.region == region.id && one.metric == column.metric;
            });
            if (d == comparison.differences.end()) {
                row.push_back(Cell::of(std::nullopt, 0));
                continue;
            }
            any = true;
            Cell cell(number(d->before, column.digits) + " → " + number(d->after, column.digits));
            cell.note = (d->change.value > 0 ? "+" : "") + number(d->change.value, column.digits);
            if (d->change.low && d->change.high)
                cell.note += std::format(" ({} to {})", number(d->change.low, column.digits),
                                         number(d->change.high, column.digits));
            const bool up = d->change.low && *d->change.low > 0, down = d->change.high && *d->change.high < 0;
            if (up || down) {
                const bool better = up != column.lowerIsBetter;
                cell.text.insert(0, better ? "✓ " : "✗ ");
                cell.state = better ? "ok" : "err";
            }
            row.push_back(std::move(cell));
        }
        if (any) table.rows.push_back(std::move(row));
    }
    page.table(table);
    std::vector<std::string> slopes;
    for (const char *id : {"WT", "TC", "ET"}) {
        const auto found = comparison.dice.find(id);
        if (found == comparison.dice.end()) continue;
        std::vector<reporting::SlopeLine> lines;
        for (const Comparison::Pair &pair : found->second)
            lines.push_back({pair.name, pair.before, pair.after});
        slopes.push_back(reporting::slopeChart(
            lines, {.title = regionName(id) + ", Dice", .before = "before", .after = "after", .width = 284}));
    }
    if (!slopes.empty())
        page.figure(slopes, "Dice of each case before and after, where the reference holds the region. Solid green: "
                            "better by more than 0.005. Dashed amber: worse by more. Grey: the same.");
}

void addMethods(reporting::Page &page, const Evaluation &evaluation, const Summary &summary)
{
    page.section("How it was measured");
    page.paragraph(std::format(
        "Intervals: percentile bootstrap over patients, 95 %, {} resamples, seed {}. All cases of a drawn patient "
        "count. "
        "Calibration errors and curves take all judged voxels together, their intervals resample patients too.",
        summary.resamples, summary.seed));
    page.paragraph("Empty regions: in \"all cases\" a region that is in neither mask counts Dice 1 and HD95 0 mm, and "
                   "one that is in a single mask Dice 0 and HD95 374 mm. \"Cases with it\" leaves out every case whose "
                   "reference does not hold the region. The first rewards silence where there is nothing; the second "
                   "says how good the model is where there is something.");
    page.paragraph("Masks of other label schemes are compared in their own words: where their makers drew no cysts, a "
                   "predicted cyst counts as non-enhancing core, and a mask of the whole tumour alone judges nothing "
                   "else.");
    page.paragraph(std::format("HD95 is the larger of the two directed 95th percentiles, surfaces as area-weighted "
                               "elements at voxel corners. Surface Dice has a tolerance of {} mm. QU-BraTS takes the "
                               "entropy of one look as uncertainty and counts inside the head.",
                               number(evaluation.request.metrics.nsdToleranceMm, 1)));
}

} // namespace glio::loop
