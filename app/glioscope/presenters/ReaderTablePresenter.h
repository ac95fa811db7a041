#pragma once
#include "presenters/Desk.h"

#include "glioscope/base/Error.h"
#include "glioscope/project/ProjectTypes.h"
#include "glioscope/widgets/JobCard.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>
#include <vector>

namespace glio::app {

/// The inter-reader table as CSV, of the open case or of all cases of the project: asks where to, makes it on a pool
/// thread with progress, time left and stop, and says where it is or why it is not.
class ReaderTablePresenter final : public QObject {
    Q_OBJECT
public:
    explicit ReaderTablePresenter(const Desk &desk, QObject *parent = nullptr);
    enum class Scope { Case, Project };
    void ask(Scope scope); ///< [readerTableDialog]
    void make(Scope scope, const QString &file);
    void stop();
    bool busy() const { return m_going != nullptr; }

signals:
    void made(const QString &file);
    void failed(const glio::Error &error); ///< a stop is none

private:
    struct Going {
        std::atomic<double> share{0};
        std::atomic<bool> stop{false};
    };
    void showJob();
    void followMasks();
    Desk m_desk;
    std::shared_ptr<Going> m_going;
    QString m_title;
    widgets::TimeLeft m_timeLeft;
    QElapsedTimer m_clock;
    QTimer m_timer;
};

} // namespace glio::app
