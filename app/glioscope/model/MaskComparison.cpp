#include "model/MaskComparison.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"

#include <format>
#include <optional>

namespace glio::app {

using project::MaskRow;

Result<MaskComparison> compareTwoMasks(const LabelMap &first, const LabelMap &second, const LabelScheme &scheme,
                                       const ProgressSink &progress)
{
    MaskComparison made;
    auto places = metrics::findDisagreements(first, second);
    if (!places) return std::unexpected(places.error());
    auto regions = metrics::compareMasks(first.toVolume(), second.toVolume(), scheme, {}, progress);
    if (!regions) return std::unexpected(regions.error());
    made.places = std::move(*places);
    made.regions = std::move(*regions);
    return made;
}

std::string maskName(const MaskRow &row)
{
    if (!row.name.empty()) return row.name;
    return row.kind == project::MaskKind::Model ? "Model" : "Working";
}

namespace {

/// A mask of a case, read once for all its pairs.
struct ReadMask {
    MaskRow row;
    LabelMap labels;
    const LabelScheme *scheme = nullptr;
};

Result<std::vector<metrics::ReaderPair>> pairRows(const std::string &caseName, const ReadMask &first,
                                                  const ReadMask &second, const ProgressSink &progress)
{
    const auto other = broughtTo(second.labels, *second.scheme, *first.scheme, first.labels.geometry());
    if (!other) return std::unexpected(other.error());
    const auto made = compareTwoMasks(first.labels, *other, *first.scheme, progress);
    if (!made) return std::unexpected(made.error());
    std::vector<metrics::ReaderPair> rows;
    for (const metrics::RegionMetrics &region : made->regions) {
        metrics::ReaderPair row{.caseName = caseName,
                                .firstMask = maskName(first.row),
                                .firstReader = first.row.reader,
                                .secondMask = maskName(second.row),
                                .secondReader = second.row.reader,
                                .region = region.id,
                                .firstMl = region.referenceMl,
                                .secondMl = region.predictionMl,
                                .agreedShare = made->places.agreedShare};
        if (region.referenceMl > 0 || region.predictionMl > 0) {
            row.dice = region.dice;
            row.nsd = region.nsd;
            row.hd95Mm = region.hd95Mm;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

Result<ReaderTable> readerTable(const Journal &journal, const std::vector<project::CaseRow> &cases,
                                const std::map<std::string, LabelMap> &atHand, const ProgressSink &progress)
{
    ReaderTable table;
    struct Work {
        const project::CaseRow *row;
        std::vector<MaskRow> masks;
    };
    std::vector<Work> work;
    std::size_t all = 0, done = 0;
    for (const project::CaseRow &row : cases) {
        const auto values = journal.valuesOf(row.id);
        if (!values) return std::unexpected(values.error());
        if (const auto blind = values->find("blind"); blind != values->end() && blind->second == "1") {
            table.leftOut.push_back(std::format("{} is being read blind.", row.name));
            continue;
        }
        auto masks = journal.masks(row.id);
        if (!masks) return std::unexpected(masks.error());
        if (masks->size() < 2) continue;
        all += masks->size() * (masks->size() - 1) / 2;
        work.push_back({&row, std::move(*masks)});
    }
    for (const Work &one : work) {
        std::vector<std::optional<ReadMask>> masks;
        for (const MaskRow &row : one.masks) {
            if (!report(progress, double(done) / double(all))) return fail(Errc::Cancelled, "The table was cancelled.");
            auto document = journal.load(row);
            if (!document) {
                table.leftOut.push_back(
                    std::format("{}, {}: {}", one.row->name, maskName(row), document.error().message));
                masks.emplace_back();
                continue;
            }
            ReadMask read{row, document->labels(), &schemeOf(*document, row)};
            if (const auto known = atHand.find(row.id); known != atHand.end()) read.labels = known->second;
            masks.emplace_back(std::move(read));
        }
        bool any = false;
        for (std::size_t a = 0; a < masks.size(); ++a)
            for (std::size_t b = a + 1; b < masks.size(); ++b, ++done) {
                if (!masks[a] || !masks[b]) continue;
                const auto rows = pairRows(one.row->name, *masks[a], *masks[b], [&](double share) {
                    return report(progress, (double(done) + share) / double(all));
                });
                if (!rows && rows.error().code == Errc::Cancelled) return std::unexpected(rows.error());
                if (!rows) {
                    table.leftOut.push_back(std::format("{}, {} and {}: {}", one.row->name, maskName(masks[a]->row),
                                                        maskName(masks[b]->row), rows.error().message));
                    continue;
                }
                table.rows.insert(table.rows.end(), rows->begin(), rows->end());
                ++table.pairs;
                any = true;
            }
        table.cases += any;
    }
    report(progress, 1);
    return table;
}

} // namespace glio::app
