#include "GuiTest.h"

#include "glioscope/io/ImageFile.h"
#include "glioscope/phantom/Phantom.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QApplication>
#include <QWheelEvent>

#include <cmath>

namespace glio::gui {

namespace fs = std::filesystem;

TestHome::TestHome()
{
    const QByteArray root = m_folder.path().toUtf8();
    qputenv("XDG_DATA_HOME", root + "/data");
    qputenv("XDG_CONFIG_HOME", root + "/config");
    qputenv("XDG_CACHE_HOME", root + "/cache");
}

fs::path TestHome::phantomCase(bool withoutFlair)
{
    const fs::path folder = path() / (withoutFlair ? "PED-0002" : "PED-0001");
    if (fs::exists(folder)) return folder;
    fs::create_directories(folder);
    phantom::PhantomOptions options{.variety = phantom::Variety::Demo,
                                    .spacingMm = {3, 3, 4},
                                    .size = {72, 76, 44},
                                    .cover = phantom::HeadCover::Stripped,
                                    .degrade = false};
    const auto anatomy = phantom::proceduralAnatomy(7, 3.0);
    const auto made = phantom::makePhantom(*anatomy, options, 7, 1);
    if (!made) qFatal("phantom: %s", made.error().message.c_str());
    static constexpr std::array kNames{"t1n", "t1c", "t2w", "t2f"};
    for (std::size_t n = 0; n < kNames.size(); ++n) {
        if (withoutFlair && n == 3) continue;
        const auto done =
            io::writeImage(folder / (folder.filename().string() + "-" + kNames[n] + ".nii.gz"), made->sequences[n]);
        if (!done) qFatal("phantom: %s", done.error().message.c_str());
    }
    if (const auto done = io::writeLabels(truth(), made->labels, {.schemeId = made->schemeId}); !done)
        qFatal("phantom: %s", done.error().message.c_str());
    return folder;
}

Probabilities ballProbabilities(const Geometry &grid)
{
    const LabelScheme &scheme = defaultLabelScheme();
    Probabilities made{.schemeId = scheme.id()};
    for (std::size_t n = 0; n < scheme.labels().size(); ++n)
        made.classes.emplace_back(grid);
    const PointMm middle = grid.centre();
    const Size3 size = grid.size();
    auto core = made.classes.front().edit(), rest = made.classes.back().edit();
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i) {
                const PointMm d = grid.toWorld(Index3{i, j, k}) - middle;
                const double r = std::sqrt(d.x * d.x + d.y * d.y + d.z * d.z);
                // A wide soft border on the patient's left is what there is to check.
                const double soft = d.x > 0 ? 6.0 : 1.0;
                const double whole = 1 / (1 + std::exp((r - 20) / soft)), inner = 1 / (1 + std::exp(r - 10));
                const auto at = std::size_t(grid.offset({i, j, k}));
                core[at] = std::uint8_t(std::lround(255 * whole * inner));
                rest[at] = std::uint8_t(std::lround(255 * whole * (1 - inner)));
            }
    return made;
}

Desk::Desk(client::EngineClient::Options engine) : workstation(std::move(engine))
{
    workstation.presenters().tour.setEnabled(false);
    workstation.settings().setValue("notice/confirmed", true);
    window().resize(1600, 1000);
    window().show();
    window().activateWindow();
    (void)QTest::qWaitForWindowExposed(&window());
}

bool Desk::open(const fs::path &folder)
{
    workstation.presenters().open.openPaths({QString::fromStdString(folder.string())});
    return QTest::qWaitFor([this] { return model().isOpen(); }, 60'000) && settle();
}

bool Desk::settle(int timeoutMs)
{
    return QTest::qWaitFor([this] { return workstation.settled(); }, timeoutMs);
}

void Desk::wheel(QWidget *canvas, int steps)
{
    const QPointF at(canvas->width() / 2.0, canvas->height() / 2.0);
    QWheelEvent event(at, canvas->mapToGlobal(at), {}, QPoint(0, 120 * steps), Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas, &event);
}

qint64 Desk::frames()
{
    qint64 sum = 0;
    for (widgets::SliceView *view : window().grid()->visibleSlices())
        sum += view->canvas()->framesDrawn();
    return sum;
}

void showBall(Desk &desk)
{
    auto live = app::LiveMask::make(ballProbabilities(desk.model().referenceGrid()));
    QVERIFY(live.has_value());
    desk.model().setLive(std::move(*live), {.origin = app::MaskOrigin::Model, .modelName = "Test"});
    desk.workstation.presenters().doubts.find(desk.model().live(), {}, false);
    QVERIFY(desk.settle());
}

} // namespace glio::gui
