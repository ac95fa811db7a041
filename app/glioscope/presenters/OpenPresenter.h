#pragma once
#include "model/CaseLoader.h"
#include "model/CasePrefetch.h"
#include "presenters/Desk.h"
#include "presenters/FileQuestions.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

#include <atomic>
#include <memory>

namespace glio::io {
struct GridComparison;
}

namespace glio::app {
class DoubtPresenter;
class ReviewPresenter;
class SequencePresenter;

/// Brings files to the screen: dialog, drop, command line, recent cases, demo. Reading goes on off the GUI thread; a
/// bad file gives a sentence and leaves the open case as it is.
class OpenPresenter final : public QObject {
    Q_OBJECT
public:
    OpenPresenter(const Desk &desk, SequencePresenter &sequences, ReviewPresenter &review, DoubtPresenter &doubts,
                  QObject *parent = nullptr);

    void openPaths(const QStringList &paths, bool demo = false);
    void openStored(const QString &id, bool checkPlaces = false);
    void openDemo();    ///< makes the phantom case first when it is missing
    void chooseFiles(); ///< Ctrl+G
    void chooseFolder();
    void chooseMask(); ///< Ctrl+O
    void chooseSequence(const QString &sequence);
    void dropped(const QStringList &paths); ///< on an open case: adds; else opens
    void addSequence(const QString &path, std::optional<Sequence> as = {});
    void addMask(const QString &path);
    void cancel();
    bool busy() const { return m_busy > 0; }
    CasePrefetch &prefetch() { return m_prefetch; } ///< openStored shows what lies ready there

signals:
    void restored(const QDateTime &until); ///< the last session did not end by itself; its work is here
    void caseOpened(bool checkPlaces, bool demo);
    void openFailed(const glio::Error &error, const QString &name);
    void fileFailed(const glio::Error &error, const QString &name);
    void working(const QString &text);                      ///< empty: done
    void maskAdded(const QString &id, const QString &name); ///< beside the one at hand
    void filesMoved(const QString &sentence);               ///< and were found by their content

private:
    using Load = std::function<Result<LoadedCase>(const std::atomic<bool> &, const FileChoices &)>;
    void run(Load load, const QString &what, bool checkPlaces, bool demo, const FileChoices &choices = {});
    void recordFiles(); ///< what the images of the open case are, off this thread
    void readStored(const QString &id, bool checkPlaces);
    void take(LoadedCase loaded, bool checkPlaces, bool demo);
    void takeMask(LabelVolume mask, const std::filesystem::path &file, const SchemeDetection &detection);
    void putMask(const LabelVolume &mask, const std::filesystem::path &file, const LabelScheme &scheme);
    void workWith(const LabelVolume &mask, const std::filesystem::path &file, const LabelScheme &scheme);
    static QString gridText(const io::GridComparison &comparison);
    void useMask(LabelVolume mask, const std::filesystem::path &file, const QString &schemeId);

    Desk m_desk;
    SequencePresenter &m_sequences;
    ReviewPresenter &m_review;
    DoubtPresenter &m_doubts;
    CasePrefetch m_prefetch;
    FileQuestions m_questions;
    std::shared_ptr<std::atomic<bool>> m_cancelled;
    int m_busy = 0, m_number = 0;
};

} // namespace glio::app
