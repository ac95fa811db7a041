#include "glioscope/project/MaskJournal.h"

#include <nlohmann/json.hpp>

namespace glio::project {
namespace {

enum Map { Labels = 0, Sources = 1 };

std::string stateText(const std::vector<StateChange> &state)
{
    auto list = nlohmann::json::array();
    for (const StateChange &change : state)
        list.push_back({change.key, change.before, change.after});
    // A reader's name may hold bytes that are no UTF-8: replaced rather than thrown at the writer.
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::vector<StateChange>> stateFrom(const std::string &text)
{
    std::vector<StateChange> state;
    const auto list = nlohmann::json::parse(text, nullptr, false);
    if (!list.is_array()) return std::nullopt;
    for (const auto &change : list) {
        if (!change.is_array() || change.size() != 3) return std::nullopt;
        for (const auto &part : change)
            if (!part.is_string()) return std::nullopt;
        state.push_back({change[0].get<std::string>(), change[1].get<std::string>(), change[2].get<std::string>()});
    }
    return state;
}

} // namespace

Step stepRow(const glio::Step &step)
{
    Step row;
    row.number = int(step.number);
    row.act = step.act.id;
    row.label = step.act.label;
    row.sizeMm = step.act.sizeMm;
    row.text = step.act.text;
    row.reader = step.reader;
    row.madeMs = step.madeMs;
    row.changedVoxels = step.changedVoxels;
    row.changeMl = step.changeMl;
    row.box = step.box;
    row.stateJson = stateText(step.state);
    return row;
}

StepBlobs blobsOf(const glio::Step &step) { return {step.labels.encoded(), step.sources.encoded()}; }

std::vector<SnapshotBlock> snapshotOf(const LabelMap &labels, const LabelMap &sources)
{
    const LabelMap nothing(labels.geometry());
    return {{Labels, 0, LabelDelta::between(nothing, labels).encoded()},
            {Sources, 0, LabelDelta::between(nothing, sources).encoded()}};
}

Result<std::pair<LabelDelta, LabelDelta>> deltasOf(const Project &project, const std::string &maskId,
                                                   std::int64_t number)
{
    const auto blobs = project.blobs(maskId, int(number));
    if (!blobs) return std::unexpected(blobs.error());
    auto labels = LabelDelta::decoded(blobs->labels), sources = LabelDelta::decoded(blobs->provenance);
    if (!labels || !sources)
        return fail(Errc::Io, "Step " + std::to_string(number) + " of the history in " + project.folder().string() +
                                  " is damaged and cannot be read.");
    return std::pair{std::move(*labels), std::move(*sources)};
}

Result<MaskDocument> restoreDocument(const Project &project, const MaskRow &mask, MaskDocument::Loader loader)
{
    const auto position = project.position(mask.id);
    if (!position) return std::unexpected(position.error());
    const auto rows = project.steps(mask.id);
    if (!rows) return std::unexpected(rows.error());
    std::vector<glio::Step> steps;
    for (const Step &row : *rows) {
        glio::Step step;
        step.number = row.number;
        step.act = {row.act, row.label, row.sizeMm, row.text};
        step.reader = row.reader;
        step.madeMs = row.madeMs;
        step.changedVoxels = row.changedVoxels;
        step.changeMl = row.changeMl;
        step.box = row.box;
        auto state = stateFrom(row.stateJson);
        if (!state)
            return fail(Errc::Io, "Step " + std::to_string(row.number) + " of the history in " +
                                      project.folder().string() + " is damaged and cannot be read.");
        step.state = std::move(*state);
        step.loaded = false;
        steps.push_back(std::move(step));
    }
    LabelMap labels(mask.geometry), sources(mask.geometry);
    std::size_t at = 0;
    // All snapshots damaged costs time, not the mask: the history from the beginning gives it too.
    if (const auto snapshot = project.latestSnapshot(mask.id, *position); snapshot && *snapshot) {
        LabelMap read[2] = {labels, sources};
        bool whole = (*snapshot)->blocks.size() == 2;
        for (const SnapshotBlock &block : (*snapshot)->blocks) {
            const auto delta = LabelDelta::decoded(block.bytes);
            whole = whole && (block.map == Labels || block.map == Sources) && delta &&
                    delta->applyTo(read[block.map]).has_value();
        }
        if (whole) {
            labels = std::move(read[Labels]);
            sources = std::move(read[Sources]);
            at = std::size_t((*snapshot)->position);
        }
    }
    const auto here = [&](std::int64_t number) { return deltasOf(project, mask.id, number); };
    auto document = MaskDocument::restored(std::move(labels), std::move(sources), std::move(steps), at,
                                           std::size_t(*position), here);
    if (document) document->setLoader(std::move(loader));
    return document;
}

} // namespace glio::project
