#include "Packed.h"
#include "State.h"

#include <sqlite3.h>

namespace glio::project {
namespace {

constexpr int kKept = 2; ///< besides the start

/// Nothing when a block is missing or damaged.
std::optional<Snapshot> load(const Project::State &state, std::int64_t ordinal, int position, std::int64_t blocks)
{
    Snapshot snapshot{position, {}};
    try {
        auto query = state.statement("SELECT map, block, data FROM snapshot_blocks WHERE snapshot = ? "
                                     "ORDER BY map, block");
        query.bind(1, ordinal);
        while (query.executeStep()) {
            auto bytes = unpacked(query.getColumn(2).getString());
            if (!bytes) return {};
            snapshot.blocks.push_back({query.getColumn(0).getInt(), query.getColumn(1).getInt64(), std::move(*bytes)});
        }
    } catch (const SQLite::Exception &exception) {
        if (sqlCode(exception) != SQLITE_CORRUPT) throw;
        return {};
    }
    if (std::int64_t(snapshot.blocks.size()) != blocks) return {};
    return snapshot;
}

} // namespace

void Project::State::insertSnapshot(const std::string &maskId, int position, const std::optional<std::string> &stepId,
                                    std::span<const SnapshotBlock> blocks)
{
    auto put = statement("INSERT INTO snapshots VALUES (NULL, ?, ?, ?, ?, ?)");
    put.bind(1, maskId);
    put.bind(2, position);
    stepId ? put.bind(3, *stepId) : put.bind(3);
    put.bind(4, nowMs());
    put.bind(5, std::int64_t(blocks.size()));
    put.exec();
    const std::int64_t ordinal = database->getLastInsertRowid();
    if (position == 0) {
        auto mark = statement("UPDATE masks SET has_start = 1 WHERE id = ?");
        mark.bind(1, maskId);
        mark.exec();
    }
    auto block = statement("INSERT INTO snapshot_blocks VALUES (?, ?, ?, ?)");
    for (const SnapshotBlock &one : blocks) {
        block.reset();
        block.bind(1, ordinal);
        block.bind(2, one.map);
        block.bind(3, one.block);
        bindBlob(block, 4, packed(one.bytes));
        block.exec();
    }
}

Result<void> Project::putSnapshot(const std::string &maskId, int position, std::span<const SnapshotBlock> blocks)
{
    return m_state->write([&]() -> Result<void> {
        if (const auto known = m_state->heldPosition(maskId); !known) return std::unexpected(known.error());
        // The step it stands on, not only the number: after undo and a new act that number is another mask.
        std::optional<std::string> stepId;
        if (position != 0) {
            auto step =
                m_state->statement("SELECT id FROM steps WHERE mask_id = ? AND number = ? AND abandoned_ms IS NULL");
            step.bind(1, maskId);
            step.bind(2, position);
            if (!step.executeStep())
                return fail(Errc::InvalidArgument, m_state->folder.string() + ": mask '" + maskId + "' has no step " +
                                                       std::to_string(position) + " that a snapshot could follow.");
            stepId = step.getColumn(0).getString();
        }
        m_state->insertSnapshot(maskId, position, stepId, blocks);
        // The first at the start stays for good: all steps build on it.
        auto clear = m_state->statement(
            "DELETE FROM snapshots WHERE mask_id = ?1 "
            "AND ordinal NOT IN (SELECT ordinal FROM snapshots WHERE mask_id = ?1 ORDER BY ordinal DESC LIMIT ?2) "
            "AND ordinal IS NOT (SELECT min(ordinal) FROM snapshots WHERE mask_id = ?1 AND position = 0)");
        clear.bind(1, maskId);
        clear.bind(2, kKept);
        clear.exec();
        return {};
    });
}

Result<std::optional<Snapshot>> Project::latestSnapshot(const std::string &maskId, int upTo) const
{
    return m_state->read([&]() -> Result<std::optional<Snapshot>> {
        if (const auto known = m_state->heldPosition(maskId); !known) return std::unexpected(known.error());
        auto query = m_state->statement(
            "SELECT s.ordinal, s.position, s.blocks FROM snapshots s LEFT JOIN steps t ON t.id = s.step "
            "WHERE s.mask_id = ? AND s.position <= ? "
            "AND (s.position = 0 OR (t.mask_id = s.mask_id AND t.number = s.position AND t.abandoned_ms IS NULL)) "
            "ORDER BY s.position DESC, s.ordinal DESC");
        query.bind(1, maskId);
        query.bind(2, upTo);
        bool sawDamage = false;
        while (query.executeStep()) {
            auto snapshot = load(*m_state, query.getColumn(0).getInt64(), query.getColumn(1).getInt(),
                                 query.getColumn(2).getInt64());
            if (snapshot) return snapshot;
            sawDamage = true;
        }
        auto mark = m_state->statement("SELECT has_start FROM masks WHERE id = ?");
        mark.bind(1, maskId);
        if (!sawDamage && mark.executeStep() && mark.getColumn(0).getInt() == 0) return std::nullopt;
        return fail(Errc::Io, m_state->file.string() + ": the snapshots of mask '" + maskId +
                                  "' are damaged and cannot be read. Its steps are not touched by this; use a backup "
                                  "to get the mask it started from.");
    });
}

} // namespace glio::project
