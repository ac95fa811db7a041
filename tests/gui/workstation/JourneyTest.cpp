#include <QtTest>
#include <QtWidgets>

#include "JourneyPlayer.h"

#include "support/UserText.h"

#include "glioscope/base/Paths.h"

#include <cmath>

// Whole journeys as recorded in journeys/*.journey, in the real window with the real engine process.
// GLIO_JOURNEY_PICTURES=DIR keeps a picture of the screen at every station.
using namespace glio;
using glio::gui::Desk;

namespace {
gui::TestHome *home = nullptr;

QByteArray read(const QString &file)
{
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

/// Voxels of the mask counted one by one, without the program's own sums.
std::map<QString, double> countedMl(const app::CaseModel &model)
{
    const LabelVolume mask = model.document().labels().toVolume();
    std::map<QString, double> ml;
    for (const RegionDefinition &region : model.scheme().regions()) {
        std::int64_t voxels = 0;
        for (const Label label : mask.voxels())
            voxels += std::ranges::contains(region.labels, label);
        ml[QString::fromStdString(region.id)] = double(voxels) * mask.geometry().voxelVolumeMm3() / 1000;
    }
    return ml;
}

/// The report's volumes are the mask's, in the page and in the figures; the PDF is one page.
QString reportProblem(Desk &desk, const QStringList &words)
{
    const QString folder = words.value(0);
    const QByteArray pdf = read(folder + "/report.pdf");
    if (!pdf.startsWith("%PDF") || pdf.count("/Type /Page\n") != 1) return "report.pdf is not one page";
    const QString html = QString::fromUtf8(read(folder + "/report.html"));
    const QJsonObject json = QJsonDocument::fromJson(read(folder + "/report.json")).object();
    const QJsonObject figures = json["volumes_ml"].toObject();
    const std::map<QString, double> counted = countedMl(desk.model());
    if (figures.size() != qsizetype(counted.size())) return "report.json has other regions";
    for (const auto &[id, ml] : counted) {
        if (std::abs(figures[id].toDouble(-1) - ml) > 1e-6 * std::max(1.0, ml))
            return QStringLiteral("report.json: %1 is %2, counted %3").arg(id).arg(figures[id].toDouble()).arg(ml);
        const RegionDefinition *region = desk.model().scheme().region(id.toStdString());
        const QString name = app::labelName(region->id, region->name).toHtmlEscaped();
        const QRegularExpression row("<td>" + QRegularExpression::escape(name) + "</td><td class=\"n\">([0-9.]+)</td>");
        const auto cell = row.match(html);
        if (!cell.hasMatch()) return "report.html has no row for " + name;
        if (std::abs(cell.captured(1).toDouble() - ml) > 0.0501)
            return QStringLiteral("report.html: %1 is %2, counted %3").arg(id, cell.captured(1)).arg(ml);
    }
    if (counted.at("WT") < 1) return "the tumour is under 1 mL: there is nothing to compare";
    for (const char *text : {"Signed off by Ada Lovelace", "Ruler 1", "Next scan in three months.",
                             "Set by the reader.", "Research use only. Not for diagnosis."})
        if (!html.contains(QString(text).toHtmlEscaped()))
            return QStringLiteral("report.html does not say: %1").arg(text);
    QStringList states;
    for (const QJsonValue &place : json["places"].toArray())
        states << place["state"].toString();
    if (states.count("changed") != 1 || states.count("kept") + 1 != states.size())
        return "report.json: the places are " + states.join(", ");
    if (!json["model"]["sha256"].isString()) return "report.json does not say which model";
    const QJsonObject drawn = json["measurements"]["drawn"].toArray().at(0).toObject();
    const auto &rulers = desk.workstation.presenters().measures.measures().drawn;
    if (rulers.size() != 1 || std::abs(drawn["mm"].toDouble() - rulers[0].value()) > 1e-9)
        return "report.json: the ruler is another";
    return {};
}

} // namespace

class JourneyTest final : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        const QString glio = QCoreApplication::applicationDirPath() + "/glio";
        std::error_code error;
        if (!QFile::exists(glio)) QSKIP("glio was not built");
        if (!std::filesystem::exists(resourceDir() / "models" / "glioscope-glioma" / "model.json", error))
            QSKIP("the model that the journey was recorded with is not bundled");
    }

    void aCaseIsOpenedSegmentedCheckedCorrectedMeasuredAndSignedOff()
    {
        const QString out = QString::fromStdString((home->path() / "out").string());
        QVERIFY(QDir().mkpath(out));
        gui::JourneyPlayer player({{"case", QString::fromStdString(home->phantomCase().string())}, {"out", out}});
        player.addCheck("report", reportProblem);
        const QString problem = player.play(GLIO_JOURNEYS "/approve.journey");
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }

    void aJourneySaysWhereItStops()
    {
        const auto stops = [](const char *lines) {
            QTemporaryFile file;
            if (!file.open()) return QString();
            file.write(lines);
            file.close();
            return gui::JourneyPlayer({}).play(file.fileName().toStdString());
        };
        QVERIFY(stops("press openCase").endsWith("there is no window"));
        QVERIFY(
            stops("start\npress noSuchThing").contains("line 2, press noSuchThing: no widget is named noSuchThing"));
        QVERIFY(stops("start\npress undoButton").contains("undoButton is hidden"));
        QVERIFY(stops("start\n# a remark\nwink").contains("line 3, wink: no gesture"));
        QVERIFY(stops("start\nexpect mode Review").endsWith("the mode is Cases"));
        QVERIFY(stops("start\nexpect colour blue").contains("no condition is named colour blue"));
    }
};

int main(int argc, char **argv)
{
    app::prepareApplication();
    gui::TestHome own;
    home = &own;
    QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QApplication application(argc, argv);
    {
        app::Settings settings;
        app::dressApplication(settings);
    }
    JourneyTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "JourneyTest.moc"
