#pragma once
#include "glioscope/widgets/Availability.h"

#include <QFrame>

#include <optional>

class QLabel;
class QProgressBar;

namespace glio::widgets {

class ActionButton;

/// A long job as every place shows it (ui.md section 5).
struct JobView {
    QString title;        ///< "Segmenting PED-0017"
    QString step;         ///< "Looking again, 2 of 4"
    double fraction = -1; ///< 0..1; below 0: not known yet
    QString timeLeft;     ///< from TimeLeft
    QString safe;         ///< where it is safe: "Your mask stays as it is until the result was read back."
    bool pausable = false, paused = false, stoppable = true, stopping = false;
};

/// The words for the time left: "Working" before 5 % and 3 s have passed; then rounded to 1 min above 10 min, to 10 s
/// below 1 min, and never counting up by more than one step. Not a widget; presenters keep one per job.
class TimeLeft {
public:
    QString update(double fraction, double elapsedSeconds);
    void reset() { m_shownSeconds = -1; }

private:
    int m_shownSeconds = -1;
};

/// [jobCard]: what, of how many, bar, time left, where it is safe, Pause, Stop.
class JobCard final : public QFrame {
    Q_OBJECT
public:
    explicit JobCard(QWidget *parent = nullptr);
    void setJob(const JobView &job);

signals:
    void pauseWished(bool pause);
    void stopWished(); ///< [stopJob]; the button answers "Stopping" at once

private:
    QLabel *m_title, *m_step, *m_time, *m_safe;
    QProgressBar *m_bar;
    ActionButton *m_pause, *m_stop;
    JobView m_job;
};

} // namespace glio::widgets
