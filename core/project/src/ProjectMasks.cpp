#include "Packed.h"
#include "State.h"

#include <sqlite3.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace glio::project {
namespace {

constexpr std::array<std::pair<MaskKind, const char *>, 4> kKinds{
    {{MaskKind::Model, "model"}, {MaskKind::Mine, "mine"}, {MaskKind::Reader, "reader"}, {MaskKind::Import, "import"}}};

const char *kindName(MaskKind kind)
{
    return std::ranges::find(kKinds, kind, [](auto &k) { return k.first; })->second;
}

/// JSON writes the shortest text that reads back as the same number, so a grid comes back to the last bit.
std::string geometryText(const Geometry &geometry)
{
    const PointMm o = geometry.origin();
    return nlohmann::json{{"size", geometry.size()},
                          {"spacing", geometry.spacing()},
                          {"origin", {o.x, o.y, o.z}},
                          {"direction", geometry.direction()}}
        .dump();
}

Result<Geometry> geometryFrom(const std::string &text)
{
    const auto json = nlohmann::json::parse(text);
    const auto origin = json.at("origin").get<std::array<double, 3>>();
    return Geometry::make(json.at("size").get<Size3>(), json.at("spacing").get<Spacing3>(),
                          {origin[0], origin[1], origin[2]}, json.at("direction").get<Matrix3>());
}

std::string boxText(const VoxelBox &box)
{
    return nlohmann::json{box.start[0], box.start[1], box.start[2], box.size[0], box.size[1], box.size[2]}.dump();
}

VoxelBox boxFrom(const std::string &text)
{
    const auto n = nlohmann::json::parse(text).get<std::array<std::int64_t, 6>>();
    return {{n[0], n[1], n[2]}, {n[3], n[4], n[5]}};
}

void insertStep(const Project::State &state, const std::string &maskId, int number, const Step &step,
                const StepBlobs &blobs)
{
    auto put = state.statement("INSERT INTO steps VALUES (NULL, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    put.bind(1, step.id.empty() ? newId() : step.id);
    put.bind(2, maskId);
    put.bind(3, number);
    put.bind(4, step.act);
    put.bind(5, int(step.label));
    put.bind(6, step.sizeMm);
    put.bind(7, step.text);
    put.bind(8, step.reader);
    put.bind(9, step.madeMs != 0 ? step.madeMs : nowMs());
    put.bind(10, step.changedVoxels);
    put.bind(11, step.changeMl);
    put.bind(12, boxText(step.box));
    put.bind(13, step.stateJson);
    put.exec();
    auto blob = state.statement("INSERT INTO step_blobs VALUES (last_insert_rowid(), ?, ?)");
    bindBlob(blob, 1, packed(blobs.labels));
    bindBlob(blob, 2, packed(blobs.provenance));
    blob.exec();
}

void setPositionTo(const Project::State &state, const std::string &maskId, int position)
{
    auto put = state.statement("UPDATE masks SET position = ? WHERE id = ?");
    put.bind(1, position);
    put.bind(2, maskId);
    put.exec();
}

} // namespace

Result<std::vector<MaskRow>> Project::masks(const std::string &caseId) const
{
    return m_state->read([&]() -> Result<std::vector<MaskRow>> {
        auto query = m_state->statement("SELECT id, case_id, name, kind, scheme, reader, geometry, made_ms FROM masks "
                                        "WHERE case_id = ? ORDER BY ordinal");
        query.bind(1, caseId);
        std::vector<MaskRow> rows;
        while (query.executeStep()) {
            const auto text = [&](int column) { return query.getColumn(column).getString(); };
            const auto kind = std::ranges::find(kKinds, text(3), [](auto &k) { return std::string(k.second); });
            auto geometry = geometryFrom(text(6));
            if (!geometry || kind == kKinds.end())
                return fail(Errc::Io, m_state->file.string() + ": the entry of mask '" + text(2) +
                                          "' is damaged. Use a backup, or copy what can still be read.");
            rows.push_back({text(0), text(1), text(2), kind->first, text(4), text(5), std::move(*geometry),
                            query.getColumn(7).getInt64()});
        }
        return rows;
    });
}

Result<void> Project::putMask(const MaskRow &mask, std::span<const SnapshotBlock> start)
{
    if (mask.id.empty()) return fail(Errc::InvalidArgument, "A mask needs an id before it can be kept.");
    return m_state->write([&]() -> Result<void> {
        if (auto known = m_state->needCase(mask.caseId); !known) return known;
        auto put = m_state->statement(
            "INSERT INTO masks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT (id) DO UPDATE SET "
            "case_id = excluded.case_id, name = excluded.name, kind = excluded.kind, scheme = excluded.scheme, "
            "reader = excluded.reader, geometry = excluded.geometry");
        put.bind(1, mask.id);
        put.bind(2, mask.caseId);
        put.bind(3, mask.name);
        put.bind(4, kindName(mask.kind));
        put.bind(5, mask.schemeId);
        put.bind(6, mask.reader);
        put.bind(7, geometryText(mask.geometry));
        put.bind(8, mask.madeMs != 0 ? mask.madeMs : nowMs());
        put.exec();
        if (start.empty()) return {};
        auto has = m_state->statement("SELECT 1 FROM snapshots WHERE mask_id = ? AND position = 0");
        has.bind(1, mask.id);
        if (!has.executeStep()) m_state->insertSnapshot(mask.id, 0, std::nullopt, start);
        return {};
    });
}

Result<int> Project::append(const std::string &maskId, const Step &step, const StepBlobs &blobs)
{
    return m_state->write([&]() -> Result<int> {
        const auto position = m_state->heldPosition(maskId);
        if (!position) return position;
        if (!step.id.empty()) {
            auto twin = m_state->statement("SELECT number FROM steps WHERE id = ?");
            twin.bind(1, step.id);
            if (twin.executeStep()) return twin.getColumn(0).getInt();
        }
        const int number = *position + 1;
        if (step.number != 0 && step.number != number)
            return fail(Errc::Internal, m_state->folder.string() + ": step " + std::to_string(step.number) +
                                            " does not follow the history of mask '" + maskId + "', which stands at " +
                                            std::to_string(*position) + ". Was the project changed elsewhere?");
        auto abandon = m_state->statement(
            "UPDATE steps SET abandoned_ms = ? WHERE mask_id = ? AND number > ? AND abandoned_ms IS NULL");
        abandon.bind(1, nowMs());
        abandon.bind(2, maskId);
        abandon.bind(3, *position);
        abandon.exec();
        insertStep(*m_state, maskId, number, step, blobs);
        setPositionTo(*m_state, maskId, number);
        return number;
    });
}

Result<void> Project::setPosition(const std::string &maskId, int position)
{
    return m_state->write([&]() -> Result<void> {
        if (const auto known = m_state->heldPosition(maskId); !known) return std::unexpected(known.error());
        const int count = m_state->stepCount(maskId);
        if (position < 0 || position > count)
            return fail(Errc::InvalidArgument, m_state->folder.string() + ": mask '" + maskId + "' has " +
                                                   std::to_string(count) + " steps; it cannot stand at " +
                                                   std::to_string(position) + '.');
        setPositionTo(*m_state, maskId, position);
        return {};
    });
}

Result<int> Project::position(const std::string &maskId) const
{
    return m_state->read([&] { return m_state->heldPosition(maskId); });
}

Result<std::vector<Step>> Project::steps(const std::string &maskId) const
{
    return m_state->read([&]() -> Result<std::vector<Step>> {
        if (const auto known = m_state->heldPosition(maskId); !known) return std::unexpected(known.error());
        auto query = m_state->statement(
            "SELECT number, id, act, label, size_mm, text, reader, made_ms, changed_voxels, change_ml, box, state "
            "FROM steps WHERE mask_id = ? AND abandoned_ms IS NULL ORDER BY number");
        query.bind(1, maskId);
        std::vector<Step> steps;
        while (query.executeStep()) {
            const auto at = [&](int column) { return query.getColumn(column); };
            steps.push_back({at(0).getInt(), at(1).getString(), at(2).getString(), Label(at(3).getInt()),
                             at(4).getDouble(), at(5).getString(), at(6).getString(), at(7).getInt64(),
                             at(8).getInt64(), at(9).getDouble(), boxFrom(at(10).getString()), at(11).getString()});
        }
        return steps;
    });
}

Result<StepBlobs> Project::blobs(const std::string &maskId, int number) const
{
    const auto damaged = [&] {
        return fail(Errc::Io, m_state->file.string() + ": step " + std::to_string(number) + " of mask '" + maskId +
                                  "' is damaged and cannot be read. The other steps are not touched by this; use a "
                                  "backup to get it back.");
    };
    auto found = m_state->read([&]() -> Result<StepBlobs> {
        if (const auto known = m_state->heldPosition(maskId); !known) return std::unexpected(known.error());
        auto step =
            m_state->statement("SELECT ordinal FROM steps WHERE mask_id = ? AND number = ? AND abandoned_ms IS NULL");
        step.bind(1, maskId);
        step.bind(2, number);
        if (!step.executeStep()) {
            if (number >= 1 && number <= m_state->stepCount(maskId)) return damaged();
            return fail(Errc::InvalidArgument, m_state->folder.string() + ": mask '" + maskId + "' has no step " +
                                                   std::to_string(number) + '.');
        }
        try {
            auto query = m_state->statement("SELECT labels, provenance FROM step_blobs WHERE step = ?");
            query.bind(1, step.getColumn(0).getInt64());
            if (!query.executeStep()) return damaged();
            auto labels = unpacked(query.getColumn(0).getString());
            auto provenance = unpacked(query.getColumn(1).getString());
            if (!labels || !provenance) return damaged();
            return StepBlobs{std::move(*labels), std::move(*provenance)};
        } catch (const SQLite::Exception &exception) {
            if (sqlCode(exception) == SQLITE_CORRUPT) return damaged();
            throw;
        }
    });
    return found;
}

} // namespace glio::project
