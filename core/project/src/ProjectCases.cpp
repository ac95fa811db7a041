#include "State.h"

namespace glio::project {
namespace {

std::map<std::string, std::string> pairs(SQLite::Statement &query)
{
    std::map<std::string, std::string> values;
    while (query.executeStep())
        values.emplace(query.getColumn(0).getString(), query.getColumn(1).getString());
    return values;
}

CaseRow caseOf(SQLite::Statement &query)
{
    return {query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getString(),
            query.getColumn(3).getInt64()};
}

} // namespace

Result<std::vector<CaseRow>> Project::cases() const
{
    return m_state->read([&]() -> Result<std::vector<CaseRow>> {
        auto query = m_state->statement(
            "SELECT id, name, json, updated_ms FROM cases WHERE forgotten_ms IS NULL ORDER BY name, id");
        std::vector<CaseRow> rows;
        while (query.executeStep())
            rows.push_back(caseOf(query));
        return rows;
    });
}

Result<std::optional<CaseRow>> Project::findCase(const std::string &caseId) const
{
    return m_state->read([&]() -> Result<std::optional<CaseRow>> {
        auto query =
            m_state->statement("SELECT id, name, json, updated_ms FROM cases WHERE id = ? AND forgotten_ms IS NULL");
        query.bind(1, caseId);
        if (!query.executeStep()) return std::nullopt;
        return caseOf(query);
    });
}

Result<void> Project::putCase(const CaseRow &row)
{
    if (row.id.empty()) return fail(Errc::InvalidArgument, "A case needs an id before it can be kept.");
    return m_state->write([&]() -> Result<void> {
        auto put = m_state->statement(
            "INSERT INTO cases VALUES (?, ?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
            "json = excluded.json, updated_ms = excluded.updated_ms, forgotten_ms = NULL");
        put.bind(1, row.id);
        put.bind(2, row.name);
        put.bind(3, row.json);
        put.bind(4, nowMs());
        put.exec();
        return {};
    });
}

Result<void> Project::forgetCase(const std::string &caseId)
{
    return m_state->write([&]() -> Result<void> {
        if (auto known = m_state->needCase(caseId); !known) return known;
        auto put = m_state->statement("UPDATE cases SET forgotten_ms = ? WHERE id = ?");
        put.bind(1, nowMs());
        put.bind(2, caseId);
        put.exec();
        return {};
    });
}

Result<std::vector<Series>> Project::series(const std::string &caseId) const
{
    return m_state->read([&]() -> Result<std::vector<Series>> {
        auto query = m_state->statement("SELECT sequence, form, relative, absolute, sha256, bytes, modified_ns "
                                        "FROM series WHERE case_id = ? ORDER BY ordinal");
        query.bind(1, caseId);
        std::vector<Series> rows;
        while (query.executeStep())
            rows.push_back({query.getColumn(0).getString(),
                            query.getColumn(1).getInt() == 1 ? SeriesForm::Folder : SeriesForm::File,
                            query.getColumn(2).getString(), query.getColumn(3).getString(),
                            query.getColumn(4).getString(), query.getColumn(5).getInt64(),
                            query.getColumn(6).getInt64()});
        return rows;
    });
}

Result<void> Project::putSeries(const std::string &caseId, std::span<const Series> series)
{
    return m_state->write([&]() -> Result<void> {
        if (auto known = m_state->needCase(caseId); !known) return known;
        auto clear = m_state->statement("DELETE FROM series WHERE case_id = ?");
        clear.bind(1, caseId);
        clear.exec();
        auto put = m_state->statement("INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        std::int64_t ordinal = 0;
        for (const Series &row : series) {
            put.reset();
            put.bind(1, caseId);
            put.bind(2, ordinal++);
            put.bind(3, row.sequence);
            put.bind(4, row.form == SeriesForm::Folder ? 1 : 0);
            put.bind(5, row.relative.string());
            put.bind(6, row.absolute.string());
            put.bind(7, row.sha256);
            put.bind(8, row.bytes);
            put.bind(9, row.modifiedNs);
            put.exec();
        }
        return {};
    });
}

Result<std::map<std::string, std::string>> Project::values() const
{
    return m_state->read([&]() -> Result<std::map<std::string, std::string>> {
        auto query = m_state->statement("SELECT key, value FROM project_values WHERE key <> ?");
        query.bind(1, kIdKey);
        return pairs(query);
    });
}

Result<void> Project::putValue(const std::string &key, const std::string &value)
{
    if (key == kIdKey) return fail(Errc::InvalidArgument, "The project's id cannot be changed.");
    return m_state->write([&]() -> Result<void> {
        auto put = m_state->statement("INSERT OR REPLACE INTO project_values VALUES (?, ?)");
        put.bind(1, key);
        put.bind(2, value);
        put.exec();
        return {};
    });
}

Result<std::map<std::string, std::string>> Project::caseValues(const std::string &caseId) const
{
    return m_state->read([&]() -> Result<std::map<std::string, std::string>> {
        auto query = m_state->statement("SELECT key, value FROM case_values WHERE case_id = ?");
        query.bind(1, caseId);
        return pairs(query);
    });
}

Result<void> Project::putCaseValue(const std::string &caseId, const std::string &key, const std::string &value)
{
    return m_state->write([&]() -> Result<void> {
        if (auto known = m_state->needCase(caseId); !known) return known;
        auto put = m_state->statement("INSERT OR REPLACE INTO case_values VALUES (?, ?, ?)");
        put.bind(1, caseId);
        put.bind(2, key);
        put.bind(3, value);
        put.exec();
        return {};
    });
}

Result<std::vector<ReaderRow>> Project::readers() const
{
    return m_state->read([&]() -> Result<std::vector<ReaderRow>> {
        auto query = m_state->statement("SELECT name, first_ms, last_ms FROM readers ORDER BY first_ms, name");
        std::vector<ReaderRow> rows;
        while (query.executeStep())
            rows.push_back(
                {query.getColumn(0).getString(), query.getColumn(1).getInt64(), query.getColumn(2).getInt64()});
        return rows;
    });
}

} // namespace glio::project
