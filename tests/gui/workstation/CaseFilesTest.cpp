#include <QtTest>
#include <QtWidgets>

#include "GuiTest.h"

#include "model/Journal.h"

#include "glioscope/io/ImageFile.h"
#include "glioscope/widgets/Banner.h"

// Images that move or change between two sessions, and projects of one's own.
using namespace glio;
using glio::gui::Desk;
using glio::gui::showBall;
using widgets::Mode;
namespace fs = std::filesystem;

namespace {
gui::TestHome *home = nullptr;

/// A copy of the phantom of its own for each journey.
fs::path caseFolder(const std::string &name)
{
    const fs::path folder = home->path() / "cases" / name;
    fs::remove_all(home->path() / "cases");
    fs::create_directories(folder);
    for (const auto &file : fs::directory_iterator(home->phantomCase())) {
        std::string text = file.path().filename().string();
        fs::copy_file(file.path(), folder / text.replace(0, 8, name));
    }
    return folder;
}

/// Opens it, and waits until the project knows its images.
QString known(Desk &desk, const fs::path &folder)
{
    if (!desk.open(folder)) qFatal("%s does not open", folder.c_str());
    const QString id = desk.model().id();
    const bool recorded = QTest::qWaitFor(
        [&] {
            const auto rows = desk.workstation.journal().seriesOf(id.toStdString());
            return rows && rows->size() == desk.model().series().size();
        },
        10'000);
    if (!recorded || !desk.settle()) qFatal("the images were not recorded");
    return id;
}

QDialog *dialogNamed(Desk &desk, const char *name)
{
    QDialog *found = nullptr;
    (void)QTest::qWaitFor(
        [&] {
            found = desk.window().findChild<QDialog *>(name);
            return found && found->isVisible();
        },
        10'000);
    return found;
}

bool choose(Desk &desk, const char *dialog, const char *choice)
{
    QDialog *open = dialogNamed(desk, dialog);
    auto *button = open ? open->findChild<QPushButton *>(QStringLiteral("choice.%1").arg(choice)) : nullptr;
    if (!button) return false;
    button->click();
    return true;
}

void changeImage(const fs::path &file)
{
    auto image = io::readImage(file);
    if (!image) qFatal("%s", image.error().message.c_str());
    for (float &value : image->edit())
        value = value * 0.5f + 3;
    if (const auto done = io::writeImage(file, *image); !done) qFatal("%s", done.error().message.c_str());
}
} // namespace

class CaseFilesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        static gui::TestHome made;
        home = &made;
    }
    void init() { QDir(QString::fromStdString((home->path() / "data").string())).removeRecursively(); }

    void imagesThatMovedAreFoundByTheirContent()
    {
        const fs::path folder = caseFolder("MV-1"), elsewhere = home->path() / "elsewhere";
        fs::remove_all(elsewhere);
        QString id;
        {
            Desk desk;
            id = known(desk, folder);
        }
        fs::create_directories(elsewhere / "deep");
        int number = 0; // other names too
        for (const auto &file : fs::directory_iterator(folder))
            fs::rename(file.path(), elsewhere / "deep" / ("scan" + std::to_string(number++) + ".nii.gz"));
        Desk desk;
        desk.workstation.presenters().open.openStored(id);
        QVERIFY(choose(desk, "fileMissingDialog", "find"));
        auto *finder = qobject_cast<QFileDialog *>(dialogNamed(desk, "findFolderDialog"));
        QVERIFY(finder);
        emit finder->fileSelected(QString::fromStdString(elsewhere.string()));
        finder->close();
        QVERIFY(QTest::qWaitFor([&] { return desk.model().isOpen(); }, 20'000));
        QVERIFY(desk.settle());
        QCOMPARE(desk.model().id(), id);
        QCOMPARE(desk.model().series().size(), std::size_t(4));
        for (const Sequence sequence : kModelSequences) // what is what was known by the case, not by the new names
            QVERIFY(desk.model().seriesOf(sequence) >= 0);
        QVERIFY(desk.model().series()[0].path.string().starts_with(elsewhere.string()));
        QVERIFY(desk.find<QWidget>("toast")->isVisible());
        const auto record = app::CaseStore().find(id.toStdString());
        QVERIFY(record.has_value());
        QVERIFY(!record->filesGone);
    }

    void aChangedImageIsNeverUsedWithoutAsking()
    {
        const fs::path folder = caseFolder("CH-1"), t1c = folder / "CH-1-t1c.nii.gz";
        QString id;
        {
            Desk desk;
            id = known(desk, folder);
            showBall(desk);
            QVERIFY(desk.settle());
        }
        changeImage(t1c);
        Desk desk;
        desk.workstation.presenters().open.openPaths({QString::fromStdString(folder.string())});
        QDialog *dialog = dialogNamed(desk, "fileChangedDialog");
        QVERIFY(dialog);
        QCOMPARE(dialog->windowTitle(), QString("T1c has changed since this mask was drawn."));
        QVERIFY(choose(desk, "fileChangedDialog", "cancel"));
        QTest::qWait(200);
        QVERIFY(!desk.model().isOpen());

        desk.workstation.presenters().open.openStored(id);
        QVERIFY(choose(desk, "fileChangedDialog", "use"));
        QVERIFY(QTest::qWaitFor([&] { return desk.model().isOpen(); }, 20'000));
        QVERIFY(desk.settle());
        QCOMPARE(desk.model().series().size(), std::size_t(4));
        QVERIFY(desk.model().hasMask());
        // What was said holds: it is not asked again.
        QVERIFY(QTest::qWaitFor(
            [&] {
                const auto rows = desk.workstation.journal().seriesOf(id.toStdString());
                return rows && std::ranges::all_of(
                                   *rows, [](const auto &row) { return project::looksUnchanged(row, row.absolute); });
            },
            10'000));
        desk.model().close();
        desk.workstation.presenters().open.openStored(id);
        QVERIFY(QTest::qWaitFor([&] { return desk.model().isOpen(); }, 20'000));
        QVERIFY(!desk.window().findChild<QDialog *>("fileChangedDialog"));
    }

    void aChangedImageCanBeLeftOut()
    {
        const fs::path folder = caseFolder("CH-2");
        QString id;
        {
            Desk desk;
            id = known(desk, folder);
        }
        changeImage(folder / "CH-2-t2w.nii.gz");
        fs::remove(folder / "CH-2-t2f.nii.gz");
        Desk desk;
        desk.workstation.presenters().open.openStored(id);
        QVERIFY(choose(desk, "fileChangedDialog", "leave"));
        QVERIFY(choose(desk, "fileMissingDialog", "leave"));
        QVERIFY(QTest::qWaitFor([&] { return desk.model().isOpen(); }, 20'000));
        QVERIFY(desk.settle());
        QCOMPARE(desk.model().series().size(), std::size_t(2));
        QVERIFY(desk.model().seriesOf(Sequence::T1c) >= 0);
        QVERIFY(desk.model().seriesOf(Sequence::T2) < 0);
    }

    void aProjectOfOnesOwnHasItsOwnCases()
    {
        const fs::path folder = caseFolder("PR-1"), where = home->path() / "Glioma 2026.glio";
        fs::remove_all(where);
        QString id;
        {
            Desk desk;
            QVERIFY(desk.open(home->phantomCase()));
            app::ProjectPresenter &projects = desk.workstation.presenters().projects;
            QVERIFY(projects.make(QString::fromStdString((home->path() / "Glioma 2026").string())));
            QVERIFY(!desk.model().isOpen());
            QCOMPARE(desk.window().mode(), Mode::Cases);
            const auto listed = [&] {
                (void)QTest::qWaitFor([&] { return !desk.workstation.presenters().cases.loading(); }, 10'000);
                return desk.workstation.presenters().cases.records().size();
            };
            QCOMPARE(listed(), std::size_t(0));
            id = known(desk, folder);
            showBall(desk);
            desk.workstation.presenters().review.keep(true);
            QVERIFY(desk.settle());
            QVERIFY(fs::exists(where / "cases" / id.toStdString() / "case.json"));
            QVERIFY(fs::exists(where / "cases" / id.toStdString() / "probabilities.nii.gz"));
            QVERIFY(!app::CaseStore().find(id.toStdString()).has_value());   // not among My cases
            QVERIFY(!projects.make(QString::fromStdString(where.string()))); // never over another
            QVERIFY(projects.open({}));                                      // My cases
            QCOMPARE(listed(), std::size_t(1));
            QVERIFY(desk.workstation.presenters().cases.records().front().name != "PR-1");
            QCOMPARE(projects.recent().front().name, QString("Glioma 2026"));
            QVERIFY(projects.open(QString::fromStdString(where.string())));
            QCOMPARE(listed(), std::size_t(1));
        }
        Desk desk; // the next session goes on in it
        QCOMPARE(desk.workstation.journal().name(), QString("Glioma 2026"));
        desk.workstation.presenters().open.openStored(id);
        QVERIFY(QTest::qWaitFor([&] { return desk.model().isOpen(); }, 20'000));
        QVERIFY(desk.settle());
        QVERIFY(desk.model().hasMask());
        QVERIFY(desk.workstation.presenters().projects.open({}));
    }

    void aProjectThatCannotBeUsedIsRefusedWithASentence()
    {
        const fs::path where = home->path() / "Other.glio";
        fs::remove_all(where);
        Desk desk;
        app::ProjectPresenter &projects = desk.workstation.presenters().projects;
        QVERIFY(desk.open(home->phantomCase()));
        QVERIFY(!projects.open(QString::fromStdString(where.string()))); // not there
        QVERIFY(desk.model().isOpen());                                  // all is as it was
        QVERIFY(!desk.workstation.journal().isOwnProject());
        { // open elsewhere: to be read, and it says by whom
            const auto other =
                project::Project::open(where, {.reader = "Grace", .ifMissing = project::IfMissing::Create});
            QVERIFY(other.has_value());
            QVERIFY(projects.open(QString::fromStdString(where.string())));
            QVERIFY(desk.workstation.journal().readOnly());
            QCOMPARE(desk.workstation.journal().openedBy()->reader, std::string("Grace"));
            QVERIFY(desk.window().banner()->isShowing("journalReadOnly"));
            QVERIFY(desk.open(home->phantomCase()));
            QVERIFY(!desk.find<QToolButton>("modeCorrect")->isEnabled());
            QVERIFY(!fs::exists(where / "cases" / desk.model().id().toStdString() / "case.json"));
            QVERIFY(projects.open({}));
            QVERIFY(!desk.window().banner()->isShowing("journalReadOnly"));
        }
        QFile file(QString::fromStdString((where / "project.sqlite").string()));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write("this is no project at all, and long enough to be looked at by anybody who wants to");
        file.close();
        QVERIFY(!projects.open(QString::fromStdString(where.string())));
        QVERIFY(!desk.workstation.journal().isOwnProject());
    }
};

QTEST_MAIN(CaseFilesTest)
#include "CaseFilesTest.moc"
