#pragma once
#include "glioscope/annotation/MaskDocument.h"
#include "glioscope/project/JournalWriter.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace glio::app {

/// A mask as it was kept, with its history.
struct KeptMask {
    MaskDocument document;
    std::string maskId;
    bool interrupted = false; ///< the session that left it did not end by itself
    std::int64_t lastMs = 0;  ///< when its last step was made, UTC since 1970; 0 without one
};

/// The memory of what hands and models did to masks: every step goes to the project that is open, *My cases* unless
/// another was chosen, on a thread of its own and counts as saved when its commit has returned. Thread: the GUI's,
/// except where it says so.
class Journal final : public QObject {
    Q_OBJECT
public:
    explicit Journal(const QString &reader, std::filesystem::path folder = defaultFolder(), QObject *parent = nullptr);
    ~Journal() override;
    static std::filesystem::path defaultFolder();
    void setReader(const QString &reader) { m_reader = reader; } ///< for what is kept from now on

    /// A project as `use` wants it. Errors: as Project::open; a newer Glioscope's is Unsupported.
    Result<std::unique_ptr<project::Project>> openProject(const std::filesystem::path &folder,
                                                          project::IfMissing ifMissing) const;
    /// From now on this one is the memory; no case may be open. What waits is written first.
    void use(std::unique_ptr<project::Project> project);
    QString name() const;                                ///< of the project: its folder's, without ".glio"
    bool isOwnProject() const { return m_own; }          ///< not *My cases*
    Result<std::vector<project::CaseRow>> cases() const; ///< Thread: any
    void keepCase(const std::string &caseId, const std::string &name, const std::string &json);

    /// It can be read here and not written: somebody else has it open (`openedBy`), or the folder is not ours to write.
    const QString &reader() const { return m_reader; }
    bool readOnly() const { return m_readOnly; }
    const std::optional<project::Holder> &openedBy() const { return m_openedBy; }
    const std::string &whyReadOnly() const { return m_whyReadOnly; }
    const std::optional<Error> &problem() const { return m_problem; } ///< why another project had to be begun
    const std::filesystem::path &folder() const { return m_folder; }
    const std::filesystem::path &myCases() const { return m_default; }
    bool failing() const { return m_writer && m_writer->state().isFailing(); }
    std::size_t pending() const { return m_writer ? m_writer->pending() : 0; }

    /// The latest mask of a case; none: nothing was kept. Errors: Io. Thread: any; waits for what is being written.
    Result<std::optional<KeptMask>> find(const std::string &caseId) const;

    void open(const std::string &caseId,
              const std::string &name); ///< from now on an end that is not `close` counts as an interruption
    void close(const std::string &caseId);
    void begin(const std::string &caseId, const Geometry &grid); ///< another mask: its first step makes its record
    void adopt(const std::string &maskId);                       ///< what was `find`'s answer goes on
    void step(const Step &step, std::size_t before, const LabelMap &labels, const LabelMap &sources);
    void move(std::size_t position);
    /// A text kept with a case under `key` ("notes", "measures" …), on the disk soon after; `valuesOf` reads what was
    /// kept, and waits for what is being written. Nothing is kept where the project can only be read.
    void keepValue(const std::string &caseId, const std::string &key, const std::string &value);
    Result<std::map<std::string, std::string>> valuesOf(const std::string &caseId) const; ///< Thread: any
    /// The images that a case was read from, as they were when its mask was last worked on. Thread: any.
    Result<std::vector<project::Series>> seriesOf(const std::string &caseId) const;
    void keepSeries(const std::string &caseId, std::vector<project::Series> series);
    std::filesystem::path writtenFolder() const; ///< Thread: any
    /// Waits until what was done is on the disk, so that a kill can take no more than the act in hand. At most half a
    /// second, and not at all while writing fails: then all waits in memory and the reader knows it.
    void waitForDisk();
    void retry();
    /// Goes on in another folder; `moved` or `failed` tells the end.
    void moveTo(const std::filesystem::path &folder);

signals:
    void saved(qint64 number);             ///< this step is on the disk, and all before it
    void failed(const glio::Error &error); ///< what comes is kept in memory for now
    void recovered();
    void moved(const QString &folder);

private:
    QString m_reader;
    std::filesystem::path m_folder;
    std::optional<project::Holder> m_openedBy;
    std::string m_whyReadOnly;
    bool m_readOnly = false;
    std::optional<Error> m_problem;
    void start(std::unique_ptr<project::Project> project);
    std::shared_ptr<project::JournalWriter> writer() const; ///< Thread: any
    mutable std::mutex m_writerMutex;                       ///< of the pointer alone
    std::shared_ptr<project::JournalWriter> m_writer;       ///< null: nothing can be written here
    bool m_own = false;
    std::filesystem::path m_default; ///< where *My cases* lies
    std::string m_caseId;
    Geometry m_grid;
    std::string m_mask;      ///< its id
    bool m_maskKept = false; ///< its record was handed to the writer
    bool m_failing = false;
};

} // namespace glio::app
