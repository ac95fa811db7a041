#include "ProjectPrivate.h"

#include <nlohmann/json.hpp>

namespace glio::project {
namespace {

void bindBlob(SQLite::Statement &statement, int place, const std::string &blob)
{
    statement.bind(place, blob.data(), int(blob.size()));
}

std::string_view blobAt(SQLite::Statement &statement, int column)
{
    const SQLite::Column value = statement.getColumn(column);
    return {static_cast<const char *>(value.getBlob()), std::size_t(value.getBytes())};
}

std::string stateText(const std::vector<StateChange> &state)
{
    auto list = nlohmann::json::array();
    for (const StateChange &change : state)
        list.push_back({change.key, change.before, change.after});
    // A reader's name may hold bytes that are no UTF-8: replaced rather than thrown at the writer.
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<StateChange> stateFrom(const std::string &text)
{
    std::vector<StateChange> state;
    for (const auto &change : nlohmann::json::parse(text))
        state.push_back(
            {change.at(0).get<std::string>(), change.at(1).get<std::string>(), change.at(2).get<std::string>()});
    return state;
}

Result<LabelDelta> deltaAt(SQLite::Statement &statement, int column)
{
    const auto bytes = unpacked(blobAt(statement, column));
    return bytes ? LabelDelta::decoded(*bytes) : Result<LabelDelta>(std::unexpected(bytes.error()));
}

} // namespace

Result<std::int64_t> Project::addMask(const MaskRow &row)
{
    std::int64_t id = 0;
    const auto done = m->write("The mask cannot be saved", [&](SQLite::Database &database) {
        SQLite::Statement put(database, "INSERT INTO masks(case_id, name, kind, reader, grid, made, position) "
                                        "VALUES(?, ?, ?, ?, ?, ?, ?)");
        put.bind(1, row.caseId);
        put.bind(2, row.name);
        put.bind(3, row.kind);
        put.bind(4, row.reader);
        put.bind(5, gridText(row.grid));
        put.bind(6, row.madeMs);
        put.bind(7, std::int64_t(row.position));
        put.exec();
        id = database.getLastInsertRowid();
    });
    if (!done) return std::unexpected(done.error());
    return id;
}

std::vector<MaskRow> Project::masks(const std::string &caseId) const
{
    std::vector<MaskRow> rows;
    try {
        SQLite::Statement query(*m->database, "SELECT id, case_id, name, kind, reader, grid, made, position FROM "
                                              "masks WHERE case_id = ? ORDER BY id");
        query.bind(1, caseId);
        while (query.executeStep()) {
            MaskRow row{query.getColumn(0).getInt64(),  query.getColumn(1).getString(),
                        query.getColumn(2).getString(), query.getColumn(3).getString(),
                        query.getColumn(4).getString(), {},
                        query.getColumn(6).getInt64(),  std::size_t(query.getColumn(7).getInt64())};
            const auto grid = gridFrom(query.getColumn(5).getString());
            if (!grid) continue;
            row.grid = *grid;
            rows.push_back(std::move(row));
        }
    } catch (const SQLite::Exception &) {
    }
    return rows;
}

Result<void> Project::append(std::int64_t mask, const Step &step, std::size_t before)
{
    const std::string labels = packed(step.labels.encoded()), sources = packed(step.sources.encoded());
    return m->write("The step cannot be saved", [&](SQLite::Database &database) {
        SQLite::Statement aside(database, "UPDATE steps SET abandoned = 1 WHERE abandoned = 0 AND mask_id = ? AND id "
                                          "IN (SELECT id FROM steps WHERE mask_id = ? AND abandoned = 0 ORDER BY "
                                          "number LIMIT -1 OFFSET ?)");
        aside.bind(1, mask);
        aside.bind(2, mask);
        aside.bind(3, std::int64_t(before));
        aside.exec();
        SQLite::Statement stale(database, "DELETE FROM snapshots WHERE mask_id = ? AND position > ?");
        stale.bind(1, mask);
        stale.bind(2, std::int64_t(before));
        stale.exec();
        SQLite::Statement put(database, "INSERT INTO steps(mask_id, number, act, label, size, text, reader, made, "
                                        "changed, change_ml, box, state, labels, sources) "
                                        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        put.bind(1, mask);
        put.bind(2, step.number);
        put.bind(3, step.act.id);
        put.bind(4, int(step.act.label));
        put.bind(5, step.act.sizeMm);
        put.bind(6, step.act.text);
        put.bind(7, step.reader);
        put.bind(8, step.madeMs);
        put.bind(9, step.changedVoxels);
        put.bind(10, step.changeMl);
        put.bind(11, nlohmann::json{step.box.start, step.box.size}.dump());
        put.bind(12, stateText(step.state));
        bindBlob(put, 13, labels);
        bindBlob(put, 14, sources);
        put.exec();
        SQLite::Statement move(database, "UPDATE masks SET position = ? WHERE id = ?");
        move.bind(1, std::int64_t(before) + 1);
        move.bind(2, mask);
        move.exec();
    });
}

Result<void> Project::setPosition(std::int64_t mask, std::size_t position)
{
    return m->write("The place in the history cannot be saved", [&](SQLite::Database &database) {
        SQLite::Statement move(database, "UPDATE masks SET position = ? WHERE id = ?");
        move.bind(1, std::int64_t(position));
        move.bind(2, mask);
        move.exec();
    });
}

Result<void> Project::putSnapshot(std::int64_t mask, std::size_t position, const LabelMap &labels,
                                  const LabelMap &sources)
{
    // A map is what changed since nothing.
    const LabelMap nothing(labels.geometry());
    const std::string labelBlob = packed(LabelDelta::between(nothing, labels).encoded());
    const std::string sourceBlob = packed(LabelDelta::between(nothing, sources).encoded());
    return m->write("The mask cannot be saved", [&](SQLite::Database &database) {
        SQLite::Statement put(database, "INSERT OR REPLACE INTO snapshots VALUES(?, ?, ?, ?)");
        put.bind(1, mask);
        put.bind(2, std::int64_t(position));
        bindBlob(put, 3, labelBlob);
        bindBlob(put, 4, sourceBlob);
        put.exec();
        SQLite::Statement old(database, "DELETE FROM snapshots WHERE mask_id = ? AND position NOT IN (SELECT position "
                                        "FROM snapshots WHERE mask_id = ? ORDER BY position DESC LIMIT 2)");
        old.bind(1, mask);
        old.bind(2, mask);
        old.exec();
    });
}

Result<std::pair<LabelDelta, LabelDelta>> Project::deltas(std::int64_t mask, std::int64_t number) const
{
    const std::string name = "Step " + std::to_string(number) + " of the history in " + m->file().string();
    try {
        SQLite::Statement query(*m->database, "SELECT labels, sources FROM steps WHERE mask_id = ? AND number = ? AND "
                                              "abandoned = 0");
        query.bind(1, mask);
        query.bind(2, number);
        if (!query.executeStep()) return fail(Errc::Io, name + " is not there.");
        auto labels = deltaAt(query, 0), sources = deltaAt(query, 1);
        if (!labels || !sources) return fail(Errc::Io, name + " is damaged and cannot be read.");
        return std::pair{std::move(*labels), std::move(*sources)};
    } catch (const SQLite::Exception &exception) {
        return std::unexpected(errorOf(exception, m->file(), name + " cannot be read"));
    }
}

Result<MaskDocument> Project::restore(const MaskRow &mask, MaskDocument::Loader loader) const
{
    try {
        LabelMap labels(mask.grid), sources(mask.grid);
        std::size_t at = 0;
        SQLite::Statement snapshot(*m->database, "SELECT position, labels, sources FROM snapshots WHERE mask_id = ? "
                                                 "AND position <= ? ORDER BY position DESC");
        snapshot.bind(1, mask.id);
        snapshot.bind(2, std::int64_t(mask.position));
        while (snapshot.executeStep()) {
            const auto labelDelta = deltaAt(snapshot, 1), sourceDelta = deltaAt(snapshot, 2);
            LabelMap readLabels(mask.grid), readSources(mask.grid);
            if (!labelDelta || !sourceDelta || !labelDelta->applyTo(readLabels) || !sourceDelta->applyTo(readSources))
                continue; // a damaged one costs time, not the mask: an older one or the whole history gives it
            labels = std::move(readLabels);
            sources = std::move(readSources);
            at = std::size_t(snapshot.getColumn(0).getInt64());
            break;
        }
        std::vector<Step> steps;
        SQLite::Statement query(*m->database,
                                "SELECT number, act, label, size, text, reader, made, changed, change_ml, box, state "
                                "FROM steps WHERE mask_id = ? AND abandoned = 0 ORDER BY number");
        query.bind(1, mask.id);
        while (query.executeStep()) {
            Step step;
            step.number = query.getColumn(0).getInt64();
            step.act = {query.getColumn(1).getString(), Label(query.getColumn(2).getInt()),
                        query.getColumn(3).getDouble(), query.getColumn(4).getString()};
            step.reader = query.getColumn(5).getString();
            step.madeMs = query.getColumn(6).getInt64();
            step.changedVoxels = query.getColumn(7).getInt64();
            step.changeMl = query.getColumn(8).getDouble();
            const auto box = nlohmann::json::parse(query.getColumn(9).getString());
            step.box = {box.at(0).get<Index3>(), box.at(1).get<Size3>()};
            step.state = stateFrom(query.getColumn(10).getString());
            step.loaded = false;
            steps.push_back(std::move(step));
        }
        // While restoring, steps are read here; afterwards the caller's loader reads them.
        const auto here = [this, id = mask.id](std::int64_t number) { return deltas(id, number); };
        auto document =
            MaskDocument::restored(std::move(labels), std::move(sources), std::move(steps), at, mask.position, here);
        if (document) document->setLoader(std::move(loader));
        return document;
    } catch (const SQLite::Exception &exception) {
        return std::unexpected(errorOf(exception, m->file(), "The history cannot be read"));
    } catch (const nlohmann::json::exception &) {
        return fail(Errc::Io, "The history in " + m->file().string() + " is damaged and cannot be read.");
    }
}

} // namespace glio::project
