#include "EvaluatePage.h"

#include "glioscope/annotation/LabelScheme.h"

#include <algorithm>
#include <cmath>
#include <format>

namespace glio::loop {

using reporting::Cell;
using reporting::number;

std::string colourOf(const std::string &region)
{
    if (const LabelDefinition *label = defaultLabelScheme().label(region))
        return std::format("#{:02X}{:02X}{:02X}", label->colour.r, label->colour.g, label->colour.b);
    return region == "WT" ? "var(--t3)" : "var(--ac)"; // unions of labels have no colour of their own
}

Cell intervalCell(const MaybeInterval &value, int digits)
{
    return value ? Cell::range(value->value, value->low, value->high, digits) : Cell::of(std::nullopt, digits);
}

std::string plural(std::int64_t count, const std::string &one, const std::string &many)
{
    return std::format("{} {}", count, count == 1 ? one : many);
}

namespace {

std::string presetWords(const EvaluateRequest &request)
{
    switch (request.metrics.preset) {
    case metrics::Preset::Plain:
        break;
    case metrics::Preset::Brats2023:
        return "BraTS 2023 (lesions grown by 3 voxels, at least 50 mm³)";
    case metrics::Preset::BratsPed2024:
        return "BraTS-PED 2024 (lesions grown by 5 voxels, at least 10 mm³, small predicted islands dropped)";
    }
    return "plain (whole masks as they are; lesions by the BraTS-PED 2024 rules)";
}

void addHead(reporting::Page &page, const Evaluation &evaluation, const Summary &summary, const std::string &date)
{
    const auto cases = std::int64_t(evaluation.cases.size());
    page.lead(std::format("{} of {}: the model's masks against the reference masks.", plural(cases, "case", "cases"),
                          plural(summary.patients, "patient", "patients")));
    std::vector<std::pair<std::string, std::string>> facts{
        {"Model", evaluation.modelName + " " + evaluation.modelVersion},
        {"Weights", evaluation.modelSha256.substr(0, 12)},
        {"Made", date},
        {"Working spacing", number(evaluation.workingSpacingMm, 1) + " mm"},
        {"Ran on", evaluation.device + ", " + evaluation.precision},
        {"Rules", presetWords(evaluation.request)}};
    page.facts(facts);
    if (!evaluation.failures.empty())
        page.notice(std::format("{} could not be evaluated and {} not in any number below; the list is at the end.",
                                plural(std::int64_t(evaluation.failures.size()), "case", "cases"),
                                evaluation.failures.size() == 1 ? "is" : "are"),
                    "err");
    if (summary.patients < 10 && cases > 0)
        page.notice("Fewer than 10 patients: the intervals are rough, and one patient can move every number.", "warn");
    std::vector<reporting::Page::Headline> headlines;
    for (const RegionSummary &s : summary.regions)
        if (s.id == "WT" || s.id == "TC" || s.id == "ET") {
            const auto &d = s.dicePresent;
            headlines.push_back({s.name, number(d ? std::optional(d->value) : std::nullopt, 3),
                                 d && d->low ? std::format("Dice, {} to {}, {}", number(d->low, 3), number(d->high, 3),
                                                           plural(d->count, "case", "cases"))
                                             : std::format("Dice, {}", plural(s.inReference, "case", "cases")),
                                 colourOf(s.id)});
        }
    if (summary.quBrats)
        headlines.push_back({"QU-BraTS", number(summary.quBrats->value, 3), "1 is best, see below", "var(--doubt)"});
    page.headlines(headlines);
}

void addAgreement(reporting::Page &page, const Evaluation &evaluation, const Summary &summary)
{
    page.section("How well the masks agree");
    reporting::Table table{
        .caption = "Means over cases; below them their 95 % interval over patients.",
        .columns = {{.name = "Region", .isNumber = false},
                    {"Cases with it", "Cases whose reference holds the region, of those that tell it."},
                    {"Dice, cases with it", "Only cases whose reference holds the region."},
                    {"Dice, all cases", "Both masks empty counts 1, one empty 0 (BraTS)."},
                    {"HD95, mm", "Cases where both masks hold the region."},
                    {"Surface Dice", std::format("Share of both surfaces within {} mm of the other.",
                                                 number(evaluation.request.metrics.nsdToleranceMm, 1))},
                    {"Lesion-wise Dice", "Mean over lesions, false ones count 0; then over cases."}},
        .rows = {}};
    reporting::Table lesions{.caption =
                                 "Lesions and volumes. Lesion-wise HD95 gives 374 mm to each missed or false lesion.",
                             .columns = {{.name = "Region", .isNumber = false},
                                         {"Found", "Reference lesions that the prediction touches."},
                                         {"Missed", "Reference lesions without any prediction."},
                                         {"False", "Predicted lesions without any reference."},
                                         {"False alarms", "Cases without the region in which some was predicted."},
                                         {"Lesion-wise HD95, mm"},
                                         {"HD95 with 374 mm", "Every case; both empty 0 mm, one empty 374 mm (BraTS)."},
                                         {"Volume error, mL", "Prediction minus reference."},
                                         {"Off by, mL", "Mean of the error without its sign."}},
                             .rows = {}};
    std::vector<reporting::StripRow> rows;
    for (const RegionSummary &s : summary.regions) {
        table.rows.push_back({std::format("{} ({})", s.name, s.id), std::format("{} of {}", s.inReference, s.cases),
                              intervalCell(s.dicePresent, 3), intervalCell(s.dice, 3), intervalCell(s.hd95, 1),
                              intervalCell(s.nsd, 3), intervalCell(s.lesionDice, 3)});
        const auto value = [](const MaybeInterval &i) { return i ? std::optional(i->value) : std::nullopt; };
        lesions.rows.push_back({s.name, Cell::of(s.truePositives, 0), Cell::of(s.falseNegatives, 0),
                                Cell::of(s.falsePositives, 0), Cell::of(s.falseAlarms, 0),
                                Cell::of(value(s.lesionHd95), 1), Cell::of(value(s.hd95Penalised), 1),
                                intervalCell(s.volumeErrorMl, 1), Cell::of(value(s.absoluteVolumeErrorMl), 1)});
        reporting::StripRow row{.name = s.name,
                                .note = s.dicePresent ? std::format("{}, {}", number(s.dicePresent->value, 3),
                                                                    plural(s.dicePresent->count, "case", "cases"))
                                                      : "in no reference",
                                .colour = colourOf(s.id),
                                .dots = {},
                                .mean = {}};
        if (s.dicePresent) row.mean = {s.dicePresent->value, s.dicePresent->low, s.dicePresent->high};
        for (const CaseScore &one : evaluation.cases)
            if (const auto found = one.regions.find(s.id); found != one.regions.end() && found->second.inReference)
                row.dots.push_back({one.name, found->second.metrics.dice});
        rows.push_back(std::move(row));
    }
    page.table(table);
    const std::vector<std::string> strips{
        reporting::stripChart(rows, {.title = "Dice by region", .axis = "Dice", .width = 892})};
    page.figure(strips, "Dice of every case whose reference holds the region. Diamonds are means, bars their 95 % "
                        "intervals. A dot says its case when a pointer rests on it.");
    page.table(lesions);
}

void addVolumes(reporting::Page &page, const Evaluation &evaluation, const Summary &summary)
{
    std::vector<std::string> drawings;
    std::string limits;
    for (const RegionSummary &s : summary.regions) {
        if (s.inReference == 0) continue;
        std::vector<reporting::AgreementDot> dots;
        for (const CaseScore &one : evaluation.cases)
            if (const auto found = one.regions.find(s.id); found != one.regions.end())
                dots.push_back({one.name, found->second.metrics.referenceMl, found->second.metrics.predictionMl});
        drawings.push_back(reporting::agreementChart(
            dots, {.name = s.name, .note = {}, .colour = colourOf(s.id), .unit = "mL", .width = 284}));
        if (s.volumeErrorMl && s.volumeSpreadMl)
            limits +=
                std::format(" {} {} to {} mL;", s.id, number(s.volumeErrorMl->value - 1.96 * *s.volumeSpreadMl, 1),
                            number(s.volumeErrorMl->value + 1.96 * *s.volumeSpreadMl, 1));
    }
    if (drawings.empty()) return;
    page.section("Volumes");
    if (!limits.empty()) limits.back() = '.';
    page.figure(drawings,
                "Volume of the prediction against the reference; on the dotted line both are equal." +
                    (limits.empty() ? "" : " Limits of agreement (Bland-Altman, mean error ± 1.96 SD):" + limits));
}

void addCases(reporting::Page &page, const Evaluation &evaluation, const Summary &summary)
{
    page.section("Every case");
    reporting::Table table{.caption = "Worst first, by mean Dice of whole tumour, core and enhancing tumour where the "
                                      "reference holds them. A click on a heading sorts.",
                           .columns = {{.name = "Case", .isNumber = false}},
                           .rows = {},
                           .sortable = true};
    for (const RegionSummary &s : summary.regions)
        table.columns.push_back({s.id, s.name + ", Dice. A dash: in neither mask, or not told by this mask."});
    for (const auto &[name, hint] : {std::pair{"HD95 WT", "Whole tumour, mm"},
                                     {"WT mL", "Whole tumour, volume in the reference"},
                                     {"Error mL", "Whole tumour, prediction minus reference"},
                                     {"False", "False lesions in whole tumour, core and enhancing tumour"},
                                     {"Missed", "Missed lesions in them"},
                                     {"Unsure", "Mean uncertainty 0 to 100 within 5 mm of the predicted tumour"}})
        table.columns.push_back({name, hint});
    if (summary.expectation.cases > 0)
        table.columns.push_back({"Expected", "Dice of the whole tumour that the model expected beforehand"});
    for (const CaseScore &one : evaluation.cases) {
        std::vector<Cell> row{Cell(one.name)};
        for (const RegionSummary &s : summary.regions) {
            const auto found = one.regions.find(s.id);
            const bool told = found != one.regions.end() && (found->second.inReference || found->second.inPrediction);
            Cell cell = Cell::of(told ? std::optional(found->second.metrics.dice) : std::nullopt, 3);
            if (told && found->second.metrics.dice < 0.5) cell.state = s.id == "WT" ? "err" : "warn";
            if (!told) cell.state = "dim";
            row.push_back(std::move(cell));
        }
        const auto whole = one.regions.find("WT");
        const bool has = whole != one.regions.end();
        row.push_back(Cell::of(has ? whole->second.metrics.hd95Mm : std::nullopt, 1));
        row.push_back(Cell::of(has ? std::optional(whole->second.metrics.referenceMl) : std::nullopt, 1));
        row.push_back(Cell::of(
            has ? std::optional(whole->second.metrics.predictionMl - whole->second.metrics.referenceMl) : std::nullopt,
            1));
        int wrong = 0, missed = 0;
        for (const char *id : {"WT", "TC", "ET"})
            if (const auto found = one.regions.find(id); found != one.regions.end())
                wrong += found->second.metrics.lesions.falsePositives,
                    missed += found->second.metrics.lesions.falseNegatives;
        row.push_back(Cell::of(wrong, 0));
        row.push_back(Cell::of(missed, 0));
        row.push_back(Cell::of(one.uncertaintyPercent, 0));
        if (summary.expectation.cases > 0)
            row.push_back(Cell::of(one.expected ? std::optional(one.expected->value) : std::nullopt, 2));
        table.rows.push_back(std::move(row));
    }
    page.table(table);
    std::vector<reporting::Picture> pictures;
    for (const CaseScore &one : evaluation.cases)
        if (one.picture)
            pictures.push_back({.caption = std::format("{}, {}, {} mm", one.name, one.picture->sequence,
                                                       number(one.picture->sliceMm, 0)),
                                .width = one.picture->width,
                                .height = one.picture->height,
                                .rgb = one.picture->rgb,
                                .shownWidth = 204,
                                .shownHeight = int(std::lround(204 * one.picture->heightOverWidth))});
    if (!pictures.empty())
        page.pictures(pictures, "The worst cases, each at the axial slice with most wrong voxels: prediction in the "
                                "label colours, outline of the reference in white. The patient's right is on the "
                                "left.");
    if (evaluation.failures.empty()) return;
    reporting::Table failed{.caption = "Cases that could not be evaluated.",
                            .columns = {{.name = "Case", .isNumber = false}, {.name = "Kind", .isNumber = false}},
                            .rows = {}};
    for (const CaseFailure &failure : evaluation.failures)
        failed.rows.push_back({failure.name, errcName(failure.error.code)}); // sentences hold paths; the file has them
    page.table(failed);
}

} // namespace

std::string evaluationPage(const Evaluation &evaluation, const Summary &summary, const Comparison *comparison,
                           const std::string &date)
{
    reporting::Page page("Evaluation of " +
                         (evaluation.modelTitle.empty() ? evaluation.modelName : evaluation.modelTitle));
    addHead(page, evaluation, summary, date);
    if (comparison) addComparison(page, evaluation, *comparison);
    if (!evaluation.cases.empty()) {
        addAgreement(page, evaluation, summary);
        addVolumes(page, evaluation, summary);
        addConfidence(page, evaluation, summary);
    }
    addCases(page, evaluation, summary);
    addMethods(page, evaluation, summary);
    page.footer("Research use only. Not for diagnosis. Made by Glioscope.");
    return page.html();
}

} // namespace glio::loop
