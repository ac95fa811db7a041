// ./dev soak kill --count N: kill -9 of the workstation while hands work, and what is there afterwards.
#include "GuiTest.h"

#include "model/Journal.h"

#include "glioscope/base/Random.h"
#include "glioscope/base/Sha256.h"
#include "glioscope/project/MaskJournal.h"
#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QProcess>

#include <csignal>
#include <cstdio>
#include <thread>
#include <unistd.h>

using namespace glio;
using glio::gui::Desk;
using interaction::Intent;
namespace fs = std::filesystem;

namespace {

std::string hashOf(const LabelMap &labels)
{
    const LabelVolume volume = labels.toVolume();
    return sha256Hex(std::as_bytes(volume.voxels())).substr(0, 16);
}

/// One line, whole, at once: what was written before a kill is readable after it.
void tell(const QString &line)
{
    const QByteArray bytes = line.toUtf8() + '\n';
    (void)!::write(STDOUT_FILENO, bytes.data(), std::size_t(bytes.size()));
}

void drag(QWidget *canvas, Qt::MouseButton button, const std::vector<QPoint> &way)
{
    const auto send = [&](QEvent::Type type, const QPoint &p, Qt::MouseButton changed, Qt::MouseButtons held) {
        QMouseEvent event(type, QPointF(p), canvas->mapToGlobal(QPointF(p)), changed, held, Qt::NoModifier);
        QApplication::sendEvent(canvas, &event);
        QApplication::processEvents();
    };
    send(QEvent::MouseButtonPress, way.front(), button, button);
    for (const QPoint &p : way)
        send(QEvent::MouseMove, p, Qt::NoButton, button);
    send(QEvent::MouseButtonRelease, way.back(), button, Qt::NoButton);
}

/// The session that is killed: strokes, erasing, lassos, locks, labels, undo, redo, jumps, in a real window.
int session(const QString &folder, std::uint64_t seed)
{
    Desk desk;
    app::CaseModel &model = desk.model();
    if (!desk.open(folder.toStdString())) return 5;
    tell(QStringLiteral("opened %1 %2 %3")
             .arg(model.document().position())
             .arg(model.document().steps().size())
             .arg(QString::fromStdString(hashOf(model.document().labels()))));
    // After every act, before anything is known of its saving: the state that the journal must know or not yet know.
    const auto told = [&] {
        tell(QStringLiteral("state %1 %2")
                 .arg(model.document().position())
                 .arg(QString::fromStdString(hashOf(model.document().labels()))));
    };
    QObject::connect(&desk.workstation.journal(), &app::Journal::saved, &model, [&](qint64) {
        if (desk.workstation.journal().pending() == 0) tell("saved");
    });
    desk.workstation.shell().setMode(widgets::Mode::Correct);
    widgets::SliceView *view = desk.window().grid()->slice(render::Plane::Axial);
    QWidget *canvas = view->canvas();
    CounterRandom random{seed};
    app::ShellPresenter &shell = desk.workstation.shell();
    const auto anywhere = [&] {
        return QPoint(int(random.uniform(0.25, 0.75) * canvas->width()),
                      int(random.uniform(0.25, 0.75) * canvas->height()));
    };
    for (;;) {
        const std::int64_t what = random.integer(0, 19);
        // A move within the history may be on the disk before it is told, and leads to a state that was told before.
        if (what == 14 || what == 15 || what == 16 || what == 18) tell("moving");
        if (what < 12) {
            shell.act(Intent::ToolBrush, 0);
            desk.workstation.presenters().brush.setSize(random.uniform(4, 20));
            desk.workstation.presenters().brush.selectRow(int(random.integer(1, 4)));
            std::vector<QPoint> way{anywhere()};
            for (int n = 0; n < 8; ++n)
                way.push_back(way.back() + QPoint(int(random.integer(-12, 12)), int(random.integer(-12, 12))));
            drag(canvas, what < 9 ? Qt::LeftButton : Qt::RightButton, way);
        } else if (what < 14) {
            shell.act(Intent::ToolLasso, 0);
            const QPoint p = anywhere();
            drag(canvas, Qt::LeftButton, {p, p + QPoint(40, 0), p + QPoint(40, 40), p + QPoint(0, 40)});
        } else if (what < 16) {
            shell.act(Intent::Undo, 0);
        } else if (what == 16) {
            shell.act(Intent::Redo, 0);
        } else if (what == 17) {
            model.setLocked(3, !model.isLocked(3));
        } else if (what == 18) {
            const auto steps = std::int64_t(model.document().steps().size());
            model.goTo(std::size_t(random.integer(std::max<std::int64_t>(0, steps - 12), steps)));
        } else {
            model.setCursor(render::stepped(model.referenceGrid(), render::Plane::Axial, model.cursor(),
                                            int(random.integer(-3, 3))));
        }
        told();
        QApplication::processEvents();
    }
}

struct State {
    std::size_t position = 0;
    QString hash;
    friend bool operator==(const State &, const State &) = default;
};

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{"count", "kills", "N", "25"},
                       {"seed", "of the sessions", "N", "1"},
                       {"child", "the session that is killed: case folder", "DIR"},
                       {"home", "", "DIR"}});
    parser.process(app);
    if (parser.isSet("child")) return session(parser.value("child"), parser.value("seed").toULongLong());

    gui::TestHome home;
    const fs::path folder = home.phantomCase();
    const int count = parser.value("count").toInt();
    CounterRandom random{parser.value("seed").toULongLong(), 99};
    int passed = 0, failed = 0, missing = 0;
    std::size_t steps = 0;
    std::optional<State> kept; ///< what the last round left
    for (int round = 0; round < count; ++round) {
        QProcess child;
        child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        child.start(QCoreApplication::applicationFilePath(),
                    {"--child", QString::fromStdString(folder.string()), "--seed",
                     QString::number(parser.value("seed").toULongLong() * 100'000 + std::uint64_t(round))});
        QString problem;
        QByteArray lines;
        const auto read = [&](int ms) {
            child.waitForReadyRead(ms);
            lines += child.readAllStandardOutput();
        };
        QElapsedTimer clock;
        clock.start();
        while (!lines.contains("opened ") && clock.elapsed() < 60'000 && child.state() != QProcess::NotRunning)
            read(50);
        const qint64 until = clock.elapsed() + random.integer(150, 2500);
        while (clock.elapsed() < until && child.state() != QProcess::NotRunning)
            read(int(std::max<qint64>(1, std::min<qint64>(20, until - clock.elapsed()))));
        ::kill(pid_t(child.processId()), SIGKILL);
        child.waitForFinished(10'000);
        lines += child.readAllStandardOutput();

        // What the window said: every state in turn, and up to which one all was on the disk.
        std::vector<State> states;
        if (kept) states.push_back(*kept);
        std::size_t saved = 0;
        bool moving = false;
        for (const QByteArray &line : lines.split('\n')) {
            const QList<QByteArray> words = line.split(' ');
            if (words.front() == "opened" && words.size() == 4) {
                const State opened{words[1].toULongLong(), QString::fromUtf8(words[3])};
                if (kept && !(opened == *kept)) problem = "the window opened another mask than was kept";
                states = {opened};
            } else if (words.front() == "moving") {
                moving = true;
            } else if (words.front() == "state" && words.size() == 3) {
                moving = false;
                states.push_back({words[1].toULongLong(), QString::fromUtf8(words[2])});
            } else if (words.front() == "saved" && !states.empty()) {
                saved = states.size() - 1;
            }
        }
        if (states.empty()) problem = "the window did not open";

        // What is there: the project opens, the history is whole, the mask is the journal replayed from nothing.
        auto project = project::Project::open(app::Journal::defaultFolder(), {.reader = "soak"});
        if (!project)
            problem = QString::fromStdString(project.error().message);
        else if ((*project)->isReadOnly())
            problem = "the lock outlived its process";
        else {
            const auto masks = (*project)->masks(
                app::CaseStore::idFor("PED-0001", {folder / "PED-0001-t1n.nii.gz", folder / "PED-0001-t1c.nii.gz",
                                                   folder / "PED-0001-t2w.nii.gz", folder / "PED-0001-t2f.nii.gz"}));
            const std::vector<project::MaskRow> cases = masks ? *masks : std::vector<project::MaskRow>{};
            State found{0, QString::fromStdString(hashOf(LabelMap(
                               states.empty() ? Geometry{} : (cases.empty() ? Geometry{} : cases.back().geometry))))};
            if (!cases.empty()) {
                const project::MaskRow mask = cases.back();
                const auto loader = [&](std::int64_t number) { return project::deltasOf(**project, mask.id, number); };
                auto document = project::restoreDocument(**project, mask, loader);
                if (!document) {
                    problem = QString::fromStdString(document.error().message);
                } else {
                    found = {document->position(), QString::fromStdString(hashOf(document->labels()))};
                    LabelMap replayed(mask.geometry);
                    for (std::size_t n = 0; n < document->position(); ++n) {
                        const auto deltas = project::deltasOf(**project, mask.id, document->steps()[n].number);
                        if (!deltas || !deltas->first.applyTo(replayed)) {
                            problem = QStringLiteral("step %1 cannot be replayed").arg(n + 1);
                            break;
                        }
                    }
                    if (problem.isEmpty() && !(replayed == document->labels()))
                        problem = "the mask is not its journal replayed";
                    steps = document->steps().size();
                }
            }
            if (problem.isEmpty() && !states.empty() && !(cases.empty() && states.size() <= 2)) {
                // At most the act in hand may be missing: the state is one of the last two told, or the one after.
                std::size_t back = 0;
                while (back < states.size() && !(states[states.size() - 1 - back] == found))
                    ++back;
                const bool ahead = back == states.size(); // saved, and killed before it could be told
                const bool moved = moving && !ahead && found.position <= states.back().position + 12;
                if (ahead && found.position != states.back().position + 1 && !states.empty()) {
                    problem = QStringLiteral("a mask that the window never showed (position %1 of %2)")
                                  .arg(found.position)
                                  .arg(states.back().position);
                } else if (!ahead && back > 1 && !moved) {
                    problem = QStringLiteral("%1 acts are missing").arg(back);
                } else if (!ahead && !moved && states.size() - 1 - back < saved) {
                    problem = "an act that was told as saved is missing";
                }
                missing += !ahead && back == 1;
            }
            kept = found;
        }
        if (problem.isEmpty())
            ++passed;
        else {
            ++failed;
            std::printf("round %d: %s\n", round + 1, qPrintable(problem));
        }
        if (round % 25 == 24 || round + 1 == count)
            std::fprintf(stderr, "kill: %d of %d rounds, history of %zu steps\n", round + 1, count, steps);
    }
    std::printf("%d kills, the act in hand missing in %d of them, history of %zu steps\n", count, missing, steps);
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
