#include "glioscope/widgets/JobCard.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QCoreApplication>
#include <QProgressBar>

#include <cmath>

namespace glio::widgets {

QString TimeLeft::update(double fraction, double elapsedSeconds)
{
    if (fraction < 0.05 || elapsedSeconds < 3) return QCoreApplication::translate("glio::widgets::TimeLeft", "Working");
    const double left = elapsedSeconds * (1 - std::min(fraction, 1.0)) / fraction;
    const auto rounded = [](double seconds) {
        if (seconds >= 600) return static_cast<int>(std::lround(seconds / 60)) * 60;
        if (seconds >= 60) return static_cast<int>(std::lround(seconds / 30)) * 30;
        return std::max(10, static_cast<int>(std::ceil(seconds / 10)) * 10);
    };
    int shown = rounded(left);
    if (m_shownSeconds >= 0 && shown > m_shownSeconds) { // a wrong guess grows by one step at a time
        const int step = m_shownSeconds >= 600 ? 60 : m_shownSeconds >= 60 ? 30 : 10;
        shown = std::min(shown, m_shownSeconds + step);
    }
    m_shownSeconds = shown;
    if (shown < 60) return QCoreApplication::translate("glio::widgets::TimeLeft", "about %1 s left").arg(shown);
    const int halves = shown / 30;
    const QString minutes =
        halves % 2 == 0 || shown >= 600 ? QString::number(shown / 60) : QString::number(halves / 2.0, 'f', 1);
    return QCoreApplication::translate("glio::widgets::TimeLeft", "about %1 min left").arg(minutes);
}

JobCard::JobCard(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("jobCard"));
    setProperty("kind", "card");
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(14), Theme::px(12), Theme::px(14), Theme::px(12));
    layout->setSpacing(Theme::px(6));
    m_title = makeLabel({}, "strong", this, true); // a long case name takes a second line and never widens the panel
    layout->addWidget(m_title);
    auto *row = new QHBoxLayout;
    row->setSpacing(Theme::px(8));
    m_step = makeLabel({}, "small", this);
    m_time = makeLabel({}, "small", this);
    m_time->setObjectName(QStringLiteral("jobTimeLeft"));
    row->addWidget(m_step);
    row->addStretch(1);
    row->addWidget(m_time);
    layout->addLayout(row);
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(QStringLiteral("jobBar"));
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    layout->addWidget(m_bar);
    m_safe = makeLabel({}, "hint", this, true);
    layout->addWidget(m_safe);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    m_pause = new ActionButton(tr("Pause"), QStringLiteral("pause"), {}, this);
    m_pause->setObjectName(QStringLiteral("pauseJob"));
    m_stop = new ActionButton(tr("Stop"), QStringLiteral("square"), {}, this);
    m_stop->setObjectName(QStringLiteral("stopJob"));
    acts->addStretch(1);
    acts->addWidget(m_pause);
    acts->addWidget(m_stop);
    layout->addLayout(acts);
    connect(m_pause, &QPushButton::clicked, this, [this] { emit pauseWished(!m_job.paused); });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_stop->setText(tr("Stopping")); // at once, whatever the engine says later
        m_stop->setEnabled(false);
        emit stopWished();
    });
}

void JobCard::setJob(const JobView &job)
{
    m_job = job;
    m_title->setText(job.title);
    m_step->setText(job.step);
    m_step->setVisible(!job.step.isEmpty());
    m_time->setText(job.stopping ? QString() : job.paused ? tr("Paused") : job.timeLeft);
    m_bar->setRange(0, job.fraction < 0 ? 0 : 1000);
    m_bar->setValue(static_cast<int>(std::lround(1000 * std::clamp(job.fraction, 0.0, 1.0))));
    m_safe->setText(job.safe);
    m_safe->setVisible(!job.safe.isEmpty());
    m_pause->setVisible(job.pausable);
    m_pause->setText(job.paused ? tr("Go on") : tr("Pause"));
    m_pause->setIconName(job.paused ? QStringLiteral("play") : QStringLiteral("pause"));
    m_stop->setVisible(job.stoppable);
    m_stop->setEnabled(!job.stopping);
    m_stop->setText(job.stopping ? tr("Stopping") : tr("Stop"));
    setAccessibleName(QStringLiteral("%1, %2").arg(job.title, job.stopping ? job.step : m_time->text()));
}

} // namespace glio::widgets
