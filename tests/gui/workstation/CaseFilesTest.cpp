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
};

QTEST_MAIN(CaseFilesTest)
#include "CaseFilesTest.moc"
