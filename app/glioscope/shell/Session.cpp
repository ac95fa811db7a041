#include "shell/Session.h"

#include "presenters/Presenters.h"
#include "presenters/ShellPresenter.h"

#include "glioscope/widgets/Mode.h"

#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QFileInfo>
#include <QScreen>

#include <algorithm>
#include <cstdio>

namespace glio::app {

using widgets::Mode;

Session::Session(Workstation &workstation, Options options, QObject *parent)
    : QObject(parent), m_workstation(workstation), m_options(std::move(options))
{
    Presenters &p = m_workstation.presenters();
    connect(&p.open, &OpenPresenter::openFailed, this, [this](const Error &error, const QString &) {
        m_failed = true;
        m_failure = QString::fromStdString(error.message);
    });
    connect(&p.segment, &SegmentPresenter::failed, this, [this](const Error &error) {
        m_failed = true;
        m_failure = QString::fromStdString(error.message);
    });
    connect(&p.review, &ReviewPresenter::saveFailed, this, [this](const Error &error, const QString &) {
        m_failed = true;
        m_failure = QString::fromStdString(error.message);
    });
}

void Session::start()
{
    Presenters &p = m_workstation.presenters();
    m_clock.start();
    if (m_options.demo && m_options.paths.isEmpty())
        p.open.openDemo();
    else if (!m_options.paths.isEmpty())
        p.open.openPaths(m_options.paths);
    else if (const QString last = m_workstation.settings().value("cases/last").toString();
             !m_options.quiet && !last.isEmpty() && m_workstation.settings().value("general/reopen").toBool())
        p.open.openStored(last);
    else
        m_phase = Phase::Show;
    connect(&m_timer, &QTimer::timeout, this, &Session::step);
    m_timer.start(30);
}

void Session::finish(int code, const QString &sentence)
{
    m_timer.stop();
    m_phase = Phase::Done;
    if (!sentence.isEmpty()) std::fprintf(stderr, "glioscope: %s\n", qPrintable(sentence));
    if (m_options.quiet) QApplication::exit(code);
}

void Session::showLayout()
{
    using widgets::LayoutChoice;
    const std::map<QString, LayoutChoice> names{{"two-by-two", LayoutChoice::TwoByTwo},
                                                {"large", LayoutChoice::LargeAndThree},
                                                {"row", LayoutChoice::ThreeInRow},
                                                {"sequences", LayoutChoice::FourSequences},
                                                {"single", LayoutChoice::Single}};
    const auto found = names.find(m_options.layout);
    if (found != names.end()) m_workstation.presenters().views.setLayout(found->second);
}

void Session::step()
{
    Presenters &p = m_workstation.presenters();
    if (m_options.quiet && m_failed) {
        finish(3, m_failure);
        return;
    }
    if (m_failed) {
        finish(0);
        return;
    }
    if (m_options.quiet && m_clock.elapsed() > 15 * 60 * 1000) {
        finish(1, tr("The picture was not ready after 15 minutes."));
        return;
    }
    switch (m_phase) {
    case Phase::Open:
        if (!m_workstation.model().isOpen() || !m_workstation.settled()) return;
        m_phase = m_options.segment ? Phase::Segment : Phase::Show;
        return;
    case Phase::Segment:
        if (m_workstation.engine().state() == client::EngineState::Stopped) {
            finish(1, m_workstation.engine().stopReason());
            return;
        }
        if (!p.segment.ready()) return;
        m_phase = Phase::Segmenting;
        p.segment.segment();
        return;
    case Phase::Segmenting:
        if (p.segment.busy() || !m_workstation.settled()) return;
        m_phase = m_options.save.isEmpty() ? Phase::Show : Phase::Save;
        return;
    case Phase::Save:
        p.review.saveResultsTo(QFileInfo(m_options.save).absoluteFilePath());
        m_phase = Phase::Saving;
        return;
    case Phase::Saving:
        if (!m_workstation.settled()) return;
        m_phase = Phase::Show;
        return;
    case Phase::Show:
        if (m_options.mode == "cases") m_workstation.shell().setMode(Mode::Cases);
        if (m_options.mode == "review") m_workstation.shell().setMode(Mode::Review);
        if (m_options.mode == "learn") m_workstation.shell().setMode(Mode::Learn);
        if (m_options.mode == "correct") m_workstation.shell().setMode(Mode::Correct);
        if (m_options.mode == "doubts") m_workstation.shell().setMode(Mode::Doubts);
        showLayout();
        if (m_options.place > 0) p.doubts.visit(m_options.place);
        if (m_options.show == "keys") m_workstation.shell().showKeys();
        if (m_options.show == "preferences") p.preferences.open();
        if (m_options.show == "about") m_workstation.shell().about();
        m_calm.start();
        m_phase = Phase::Picture;
        return;
    case Phase::Picture: {
        const bool onCase = m_workstation.model().isOpen() && m_workstation.window().mode() != Mode::Cases &&
                            m_workstation.window().mode() != Mode::Learn;
        if (p.cases.loading() || (onCase && !m_workstation.settled())) m_calm.restart();
        if (m_calm.elapsed() < 600) return;
        if (m_options.screenshot.isEmpty()) {
            finish(0);
            return;
        }
        QWidget *target = &m_workstation.window();
        QImage picture;
        const bool dialog = std::ranges::any_of(QApplication::topLevelWidgets(), [target](const QWidget *widget) {
            return widget != target && widget->isVisible() && qobject_cast<const QDialog *>(widget);
        });
        // A dialog lies over the window, so it takes the screen to see both.
        picture = dialog ? target->screen()->grabWindow(0).toImage() : target->grab().toImage();
        QDir().mkpath(QFileInfo(m_options.screenshot).absolutePath());
        if (!picture.save(m_options.screenshot))
            finish(1, tr("%1 cannot be written.").arg(m_options.screenshot));
        else
            finish(0);
        return;
    }
    case Phase::Done:
        return;
    }
}

} // namespace glio::app
