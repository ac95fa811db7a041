#include "model/CasePrefetch.h"

#include "support/Async.h"

#include "glioscope/base/Memory.h"
#include "glioscope/render/VolumeScene.h"

#include <sys/resource.h>

namespace glio::app {

namespace fs = std::filesystem;

namespace {
/// Four sequences, a mask and its probabilities take some 300 MB; the open case must keep room to work.
constexpr std::int64_t kFreeBytesNeeded = std::int64_t{1500} << 20;
constexpr int kNice = 10;

/// What the 3D view would build first, from the very snapshots that the case brings.
void makeSurfaces(LoadedCase &loaded, const std::stop_token &stop)
{
    if (loaded.series.empty()) return;
    std::optional<LabelMap> mask;
    if (loaded.kept && !loaded.kept->document.steps().empty()) mask = loaded.kept->document.labels();
    loaded.surfaces = render::buildSurfaces(mask, *seriesOfHead(loaded.series).image, {}, {}, stop);
}
} // namespace

CasePrefetch::CasePrefetch(const CaseStore &store, const Journal &journal, QObject *parent)
    : QObject(parent), m_store(store), m_journal(journal)
{
    m_pool.setMaxThreadCount(1);
}

CasePrefetch::~CasePrefetch() { cancel(); }

void CasePrefetch::cancel()
{
    if (m_cancelled) *m_cancelled = true;
    m_stop.request_stop();
}

std::vector<CasePrefetch::Stamp> CasePrefetch::stampsOf(const CaseRecord &record, const CaseStore &store)
{
    std::vector<fs::path> paths{store.folder(record.id) / "case.json"};
    for (const CaseRecord::File &file : record.files)
        paths.push_back(file.path);
    std::vector<Stamp> stamps;
    for (const fs::path &path : paths) {
        std::error_code error;
        Stamp stamp{path, fs::last_write_time(path, error), 0};
        if (!error && fs::is_regular_file(path, error)) stamp.bytes = fs::file_size(path, error);
        stamps.push_back(std::move(stamp));
    }
    return stamps;
}

void CasePrefetch::want(const QString &id)
{
    if (id == m_id) return;
    cancel();
    m_ready.reset();
    if (m_done) std::exchange(m_done, {})(std::nullopt);
    m_id.clear();
    const std::int64_t free = availableMemoryBytes();
    if (id.isEmpty() || m_journal.readOnly() || (free > 0 && free < kFreeBytesNeeded)) return;
    m_id = id;
    m_cancelled = std::make_shared<std::atomic<bool>>(false);
    m_stop = {};
    runAsync(
        this,
        [id = id.toStdString(), store = m_store, journal = &m_journal, cancelled = m_cancelled,
         stop = m_stop.get_token(), surfaces = m_surfacesMade]() -> std::shared_ptr<Ready> {
            setpriority(PRIO_PROCESS, 0, kNice); // of this thread; on Linux each has its own
            if (*cancelled) return nullptr;
            const auto record = store.find(id);
            if (!record || record->filesGone) return nullptr;
            auto stamps = stampsOf(*record, store);
            auto loaded = loadStored(*record, store, *cancelled, journal);
            if (!loaded || !loaded->troubles.empty()) return nullptr; // opening it says why
            if (surfaces) makeSurfaces(*loaded, stop);
            return std::make_shared<Ready>(Ready{std::move(*loaded), std::move(stamps)});
        },
        [this, cancelled = m_cancelled](std::shared_ptr<Ready> ready) {
            if (*cancelled) return;
            auto own = ready ? std::make_unique<Ready>(std::move(*ready)) : nullptr;
            if (m_done) {
                m_id.clear();
                handOver(std::move(own), std::exchange(m_done, {}));
            } else {
                m_ready = std::move(own);
                if (!m_ready) m_id.clear();
            }
        },
        &m_pool);
}

void CasePrefetch::handOver(std::unique_ptr<Ready> ready, const std::function<void(std::optional<LoadedCase>)> &done)
{
    if (ready && stampsOf(ready->loaded.record, m_store) == ready->stamps)
        done(std::move(ready->loaded));
    else
        done(std::nullopt);
}

bool CasePrefetch::take(const QString &id, std::function<void(std::optional<LoadedCase>)> done)
{
    if (id.isEmpty() || id != m_id) return false;
    if (m_ready) {
        m_id.clear();
        handOver(std::move(m_ready), done);
    } else {
        m_done = std::move(done);
    }
    return true;
}

} // namespace glio::app
