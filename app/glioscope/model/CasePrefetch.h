#pragma once
#include "model/CaseLoader.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace glio::app {

/// Reads the case that will probably be wanted next, whole and ready for show, 3D surfaces included, on a thread that
/// gives way to others.
/// At most one case is held, and none while memory is short. Thread: GUI.
class CasePrefetch final : public QObject {
    Q_OBJECT
public:
    CasePrefetch(const CaseStore &store, const Journal &journal, QObject *parent = nullptr);
    ~CasePrefetch();

    void want(const QString &id); ///< empty: nothing; what is held or being read of another case goes
    const QString &wanted() const { return m_id; }
    bool isReady() const { return m_ready != nullptr; }
    void setSurfacesMade(bool made) { m_surfacesMade = made; } ///< off: the benchmark's baseline
    /// Hands the case of that id over, now or when it was read; nothing when its files have changed since or it could
    /// not be read. False: this case is not the one that was wanted, and `done` is never called.
    bool take(const QString &id, std::function<void(std::optional<LoadedCase>)> done);

private:
    /// What tells whether a file is still the one that was read.
    struct Stamp {
        std::filesystem::path path;
        std::filesystem::file_time_type time;
        std::uintmax_t bytes = 0;
        bool operator==(const Stamp &) const = default;
    };
    struct Ready {
        LoadedCase loaded;
        std::vector<Stamp> stamps;
    };
    static std::vector<Stamp> stampsOf(const CaseRecord &record, const CaseStore &store);
    void cancel();
    void handOver(std::unique_ptr<Ready> ready, const std::function<void(std::optional<LoadedCase>)> &done);
    const CaseStore &m_store;
    const Journal &m_journal;
    QString m_id;
    std::unique_ptr<Ready> m_ready;
    std::function<void(std::optional<LoadedCase>)> m_done;
    std::shared_ptr<std::atomic<bool>> m_cancelled;
    std::stop_source m_stop; ///< the same for surfaces
    bool m_surfacesMade = true;
    QThreadPool m_pool; ///< last: its end waits for what is being read
};

} // namespace glio::app
