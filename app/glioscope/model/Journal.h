#pragma once
#include "glioscope/project/JournalWriter.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace glio::app {

/// A mask as it was kept, with its history.
struct KeptMask {
    MaskDocument document;
    std::int64_t maskId = 0;
    bool interrupted = false; ///< the session that left it did not end by itself
    std::int64_t lastMs = 0;  ///< when its last step was made, UTC since 1970; 0 without one
};

/// The memory of what hands and models did to masks: every step goes to the project *My cases* on a thread of its own
/// and counts as saved when its commit has returned. Thread: the GUI's, except `find`.
class Journal final : public QObject {
    Q_OBJECT
public:
    explicit Journal(const QString &reader, std::filesystem::path folder = defaultFolder(), QObject *parent = nullptr);
    ~Journal() override;
    static std::filesystem::path defaultFolder();

    /// Somebody else has the project open: it can be read here and not written.
    const std::optional<project::Holder> &openedBy() const { return m_openedBy; }
    const std::optional<Error> &problem() const { return m_problem; } ///< why another project had to be begun
    const std::filesystem::path &folder() const { return m_folder; }
    bool failing() const { return m_writer && m_writer->failing(); }
    std::size_t pending() const { return m_writer ? m_writer->pending() : 0; }

    /// The latest mask of a case; none: nothing was kept. Errors: Io. Thread: any; waits for what is being written.
    Result<std::optional<KeptMask>> find(const std::string &caseId) const;

    void open(const std::string &caseId); ///< from now on an end that is not `close` counts as an interruption
    void close(const std::string &caseId);
    void begin(const std::string &caseId, const Geometry &grid); ///< another mask: its first step makes its record
    void adopt(std::int64_t maskId);                             ///< what was `find`'s answer goes on
    void step(const Step &step, std::size_t before, const LabelMap &labels, const LabelMap &sources);
    void move(std::size_t position);
    void retry();
    Result<void> moveTo(const std::filesystem::path &folder);
    bool flush(int timeoutMs) { return !m_writer || m_writer->flush(timeoutMs); }

signals:
    void saved(qint64 number);             ///< this step is on the disk, and all before it
    void failed(const glio::Error &error); ///< what comes is kept in memory for now
    void recovered();

private:
    QString m_reader;
    std::filesystem::path m_folder;
    std::optional<project::Holder> m_openedBy;
    std::optional<Error> m_problem;
    std::shared_ptr<project::JournalWriter> m_writer; ///< null: nothing can be written here
    std::string m_caseId;
    Geometry m_grid;
    std::shared_ptr<std::int64_t> m_mask; ///< its id once the writer has made it; the writer's thread alone
};

} // namespace glio::app
