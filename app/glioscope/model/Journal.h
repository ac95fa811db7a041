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
    project::MaskRow row;
    bool blind = false;       ///< of a blind reading that has not ended: nothing else may be seen
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
    bool keeps() const { return m_writer && !m_readOnly; } ///< what is done goes to a disk
    const std::optional<project::Holder> &openedBy() const { return m_openedBy; }
    const std::string &whyReadOnly() const { return m_whyReadOnly; }
    const std::optional<Error> &problem() const { return m_problem; } ///< why another project had to be begun
    const std::filesystem::path &folder() const { return m_folder; }
    const std::filesystem::path &myCases() const { return m_default; }
    bool failing() const { return m_writer && m_writer->state().isFailing(); }
    std::size_t pending() const { return m_writer ? m_writer->pending() : 0; }

    /// The mask of a case that was worked on last; none: nothing was kept. Errors: Io. Thread: any, as the next two;
    /// waits for what is being written.
    Result<std::optional<KeptMask>> find(const std::string &caseId) const;
    /// All masks of a case that were not put away, in the order they were made.
    Result<std::vector<project::MaskRow>> masks(const std::string &caseId) const;
    Result<MaskDocument> load(const project::MaskRow &mask) const;

    void open(const std::string &caseId,
              const std::string &name); ///< from now on an end that is not `close` counts as an interruption
    void close(const std::string &caseId);
    /// Another mask: its first step makes its record. `named`: name, kind and reader of it.
    void begin(const std::string &caseId, const Geometry &grid, const project::MaskRow &named = {});
    void adopt(const project::MaskRow &mask); ///< what was read goes on, and is what `find` gives from now on
    const std::string &maskId() const { return m_row.id; }
    const project::MaskRow &maskRow() const { return m_row; } ///< of the mask at hand
    MaskDocument::Loader loader() const;                      ///< of the mask at hand; empty where nothing is kept
    void keepMask(const project::MaskRow &mask);              ///< makes its record, or renames it
    void keepMask(const project::MaskRow &mask, const MaskDocument &document);     ///< with all its steps
    void putAway(const std::string &caseId, const std::string &maskId, bool away); ///< from the list, not the disk
    void setBlind(const std::string &caseId, bool blind);
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
    project::MaskRow m_row;  ///< of the mask at hand
    bool m_maskKept = false; ///< its record exists
    bool m_failing = false;
};

} // namespace glio::app
