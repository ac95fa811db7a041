#include "WidgetsFixture.h"

#include "glioscope/widgets/BandPanel.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/CasesPage.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/Dialogs.h"
#include "glioscope/widgets/DoubtPanel.h"
#include "glioscope/widgets/FocusRing.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/LearnPage.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/OverlayPanel.h"
#include "glioscope/widgets/PreferencesDialog.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SegmentPanel.h"
#include "glioscope/widgets/SequenceStrip.h"
#include "glioscope/widgets/StatusBar.h"
#include "glioscope/widgets/ToolRail.h"
#include "glioscope/widgets/TopBar.h"

#include <catch2/catch_test_macros.hpp>

#include <QAbstractItemView>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QScrollArea>
#include <QStandardItemModel>

using namespace glio::widgets;

namespace {
void press(QWidget *widget, int key, const QString &text = {})
{
    QKeyEvent down(QEvent::KeyPress, key, Qt::NoModifier, text);
    QApplication::sendEvent(widget, &down);
}
void drag(QWidget *widget, double fromX, double toX)
{
    const double y = widget->height() - 12;
    const auto send = [&](QEvent::Type type, double x, Qt::MouseButtons buttons) {
        const QPointF at(x, y);
        QMouseEvent event(type, at, widget->mapToGlobal(at), Qt::LeftButton, buttons, Qt::NoModifier);
        QApplication::sendEvent(widget, &event);
    };
    send(QEvent::MouseButtonPress, fromX, Qt::LeftButton);
    send(QEvent::MouseMove, toX, Qt::LeftButton);
    send(QEvent::MouseButtonRelease, toX, Qt::NoButton);
}
/// Icon-only buttons and switches that a screen reader would pass over in silence.
QStringList silentControls(QWidget &root)
{
    QStringList silent;
    for (QAbstractButton *button : root.findChildren<QAbstractButton *>())
        if (button->text().isEmpty() && button->accessibleName().isEmpty() && !button->objectName().startsWith("qt_") &&
            !button->inherits("QLineEditIconButton") && !button->inherits("QTableCornerButton"))
            silent << QString("%1 (%2)").arg(button->objectName(), button->metaObject()->className());
    return silent;
}
} // namespace

TEST_CASE("a reason takes the place of the tooltip and gives it back", "[widgets][availability]")
{
    application();
    IconButton button("camera", "Picture", "F9");
    const QString usual = button.toolTip();
    applyAvailability(&button, Availability::no("Open a case first."));
    applyAvailability(&button, Availability::no("The engine is starting."));
    CHECK_FALSE(button.isEnabled());
    CHECK(button.toolTip() == "The engine is starting.");
    applyAvailability(&button, Availability::yes());
    CHECK(button.isEnabled());
    CHECK(button.toolTip() == usual);
}

TEST_CASE("widgets carry the object names of the design", "[widgets][names]")
{
    application();
    QWidget window;
    TopBar top(&window);
    ToolRail rail(&window);
    SequenceStrip strip(&window);
    ReviewPanel review(&window);
    DoubtPanel doubts(&window);
    DoubtActions actions(&window);
    CasesPage cases(&window);
    LearnPage learn(&window);
    StatusBar status(&window);
    Banner banner(&window);
    Toast toast(&window);
    for (const char *name :
         {"topBar",         "modeSwitch",     "modeCases",      "modeReview",   "modeCorrect",    "modeDoubts",
          "modeLearn",      "undoButton",     "redoButton",     "layoutButton", "engineChip",     "helpButton",
          "toolRail",       "tool.crosshair", "tool.pan",       "tool.lasso",   "tool.brush",     "tool.grow",
          "tool.ruler",     "tool.adaptive",  "tool.fill",      "tool.points",  "tool.scissors",  "sequenceStrip",
          "maskList",       "regionList",     "overlaySection", "overlayStyle", "outlineWidth",   "fillOpacity",
          "overlayPattern", "bandSection",    "bandEnabled",    "bandRegion",   "bandThreshold",  "bandApply",
          "doubtList",      "doubtActions",   "placeDetail",    "doubtKeep",    "doubtFix",       "doubtOuter",
          "doubtInner",     "doubtAsk",       "doubtNext",      "doubtBack",    "casesPage",      "caseTable",
          "caseSearch",     "caseSort",       "caseFilters",    "casePreview",  "openCase",       "importDicom",
          "demoCard",       "tryDemo",        "learnPage",      "runCases",     "modelList",      "segmentButton",
          "jobCard",        "statusJob",      "toast",          "banner",       "measureSection", "placesSection",
          "startDoubts",    "startCorrect",   "makeReport",     "approveCase"}) {
        INFO(name);
        CHECK(window.findChildren<QWidget *>(QLatin1String(name)).size() == 1);
    }
    CHECK(silentControls(window).join(", ").toStdString() == "");
}

TEST_CASE("no widget has a style sheet of its own", "[widgets][theme]")
{
    application();
    PreferencesDialog preferences;
    AboutDialog about("0", {{"Qt", "LGPL", "text"}});
    ReviewPanel review;
    CasesPage cases;
    for (QWidget *root : {static_cast<QWidget *>(&preferences), static_cast<QWidget *>(&about),
                          static_cast<QWidget *>(&review), static_cast<QWidget *>(&cases)})
        for (QWidget *widget : root->findChildren<QWidget *>())
            CHECK(widget->styleSheet().isEmpty());
}

TEST_CASE("the mode switch asks, and shows only what it is told", "[widgets][topbar]")
{
    application();
    TopBar top;
    std::vector<Mode> wishes;
    QObject::connect(&top, &TopBar::modeWished, &top, [&](Mode mode) { wishes.push_back(mode); });
    top.setMode(Mode::Review);
    CHECK(wishes.empty());
    top.findChild<QAbstractButton *>("modeDoubts")->click();
    REQUIRE(wishes.size() == 1);
    CHECK(wishes[0] == Mode::Doubts);
    top.setModeAvailability(Mode::Correct, Availability::no("Open a case first."));
    top.findChild<QAbstractButton *>("modeCorrect")->click();
    CHECK(wishes.size() == 1);
    top.setDoubtCount(6);
    CHECK(top.findChild<QWidget *>("modeDoubts")->accessibleName().contains('6'));
}

TEST_CASE("the band slider runs from tighter to wider in steps of a hundredth and stops at its ends", "[widgets][band]")
{
    application();
    BandSlider slider;
    slider.resize(304, 50);
    std::vector<double> moves;
    int releases = 0;
    QObject::connect(&slider, &BandSlider::moved, &slider, [&](double p) { moves.push_back(p); });
    QObject::connect(&slider, &BandSlider::released, &slider, [&] { ++releases; });
    slider.setThreshold(0.5);
    CHECK(moves.empty());
    press(&slider, Qt::Key_Right); // wider: a lower threshold
    REQUIRE(moves.size() == 1);
    CHECK(std::abs(moves.back() - 0.49) < 1e-9);
    press(&slider, Qt::Key_PageDown);
    CHECK(std::abs(moves.back() - 0.59) < 1e-9);
    press(&slider, Qt::Key_End);
    CHECK(std::abs(moves.back() - 0.02) < 1e-9);
    press(&slider, Qt::Key_End);
    CHECK(moves.size() == 3);
    CHECK(releases == 4);
    drag(&slider, 152, 0);
    CHECK(std::abs(moves.back() - 0.98) < 1e-9);
    CHECK(releases == 5);
}

TEST_CASE("the band panel says why it is off, and offers the mask only when told", "[widgets][band]")
{
    application();
    BandPanel panel;
    panel.setRegions({{"WT", "Whole tumour", Qt::blue}, {"ET", "Enhancing tumour", Qt::yellow}});
    QStringList regions;
    QObject::connect(&panel, &BandPanel::regionWished, &panel, [&](const QString &id) { regions << id; });
    panel.setRegion("ET");
    CHECK(regions.isEmpty());
    CHECK(panel.findChild<QComboBox *>("bandRegion")->currentData().toString() == "ET");
    CHECK(panel.findChild<QWidget *>("bandApply")->isHidden());
    panel.setApplyVisible(true);
    CHECK_FALSE(panel.findChild<QWidget *>("bandApply")->isHidden());
    panel.setVolumes(56.1, 77.64, std::nullopt);
    CHECK(panel.findChild<QLabel *>("bandNowMl")->text() == "77.6 mL");
    panel.setAvailability(Availability::no("No stored probabilities. Run Segment once."));
    const auto lines = panel.findChildren<ReasonLine *>();
    CHECK(std::any_of(lines.begin(), lines.end(),
                      [](ReasonLine *line) { return !line->isHidden() && line->text().startsWith("No stored"); }));
    CHECK_FALSE(panel.findChild<QWidget *>("bandEnabled")->isEnabled());
}

TEST_CASE("a label's eye and lock ask for the other state and change only when told", "[widgets][labels]")
{
    application();
    LabelList list("regionList", "Regions");
    list.setRows({{"ET", "Enhancing tumour", "ET", Qt::yellow, glio::LabelPattern::None, 9.5, true, false, "Alt 1"}},
                 {{"WT", "Whole tumour", "all", 77.6, true}});
    std::vector<std::pair<QString, bool>> eyes, locks;
    QObject::connect(&list, &LabelList::visibleWished, &list,
                     [&](const QString &id, bool on) { eyes.emplace_back(id, on); });
    QObject::connect(&list, &LabelList::lockedWished, &list,
                     [&](const QString &id, bool on) { locks.emplace_back(id, on); });
    auto *eye = list.findChild<QAbstractButton *>("regionList.ET.eye");
    auto *lock = list.findChild<QAbstractButton *>("regionList.ET.lock");
    REQUIRE(eye);
    REQUIRE(lock);
    eye->click();
    eye->click(); // nobody answered: still the same wish
    CHECK(eyes == std::vector<std::pair<QString, bool>>{{"ET", false}, {"ET", false}});
    list.setVisibleLabel("ET", false);
    eye->click();
    CHECK(eyes.back() == std::pair<QString, bool>{"ET", true});
    lock->click();
    CHECK(locks == std::vector<std::pair<QString, bool>>{{"ET", true}});
    CHECK(eye->accessibleName().contains("Enhancing tumour"));
    list.setVolumes({{"ET", 12.345}, {"WT", 80.0}, {"unknown", 1.0}});
    const auto labels = list.findChildren<QLabel *>();
    const auto shows = [&](const QString &text) {
        return std::any_of(labels.begin(), labels.end(), [&](QLabel *label) { return label->text() == text; });
    };
    CHECK(shows("12.3"));
    CHECK(shows("80.0"));
}

TEST_CASE("what a union is made of gives way to a number that has grown", "[widgets][labels]")
{
    application();
    const auto made = [](std::optional<double> ml) {
        auto list = std::make_unique<LabelList>("regionList", "Regions");
        list->setRows(
            {{"ET", "Enhancing tumour", "ET", Qt::yellow, glio::LabelPattern::None, ml, true, false, "Alt 1"}},
            {{"TC", "Tumour core", "ET + NET + CC", ml, false}});
        return list;
    };
    const auto says = [](LabelList &list) {
        for (QLabel *label : list.findChildren<QLabel *>())
            if (label->text() == "ET + NET + CC") return !label->isHidden();
        return false;
    };
    int differ = 0;
    for (int width = 318; width <= 450; width += 3) {
        const auto fresh = made(1156.2), dash = made(std::nullopt), later = made(std::nullopt);
        for (LabelList *list : {fresh.get(), dash.get(), later.get()}) {
            list->show();
            list->resize(width, 200);
        }
        differ += says(*fresh) != says(*dash);
        later->setVolumes({{"ET", 1156.2}, {"TC", 1156.2}});
        INFO(width);
        CHECK(says(*later) == says(*fresh));
    }
    CHECK(differ > 0); // there are widths where it matters
}

TEST_CASE("the pre-flight names what is missing and the button says why it is off", "[widgets][segment]")
{
    application();
    SegmentPanel panel;
    panel.setPreflight({{"T1", PreflightRow::State::Found, "T1 found", {}},
                        {"FLAIR", PreflightRow::State::Missing, "FLAIR is missing.", "Choose a file"}});
    QStringList acts;
    int segments = 0;
    QObject::connect(&panel, &SegmentPanel::preflightActionWished, &panel, [&](const QString &id) { acts << id; });
    QObject::connect(&panel, &SegmentPanel::segmentWished, &panel, [&] { ++segments; });
    panel.findChild<QAbstractButton *>("preflight.FLAIR.act")->click();
    CHECK(acts == QStringList{"FLAIR"});
    auto *button = panel.findChild<QAbstractButton *>("segmentButton");
    panel.setAvailability(Availability::no("The engine is starting."));
    button->click();
    CHECK(segments == 0);
    CHECK(button->toolTip() == "The engine is starting.");
    panel.setAvailability(Availability::yes());
    button->click();
    CHECK(segments == 1);
    panel.setJob(JobView{"Segmenting", {}, 0.5, "about 10 s left", {}, false, false, true, false});
    int stops = 0;
    QObject::connect(&panel, &SegmentPanel::stopWished, &panel, [&] { ++stops; });
    auto *stop = panel.findChild<QPushButton *>("stopJob");
    stop->click();
    CHECK(stops == 1);
    CHECK(stop->text() == "Stopping"); // at once
    stop->click();
    CHECK(stops == 1);
}

TEST_CASE("open places stand above checked ones and a click asks for the place", "[widgets][doubts]")
{
    application();
    DoubtPanel panel;
    panel.setRows({{11, 1, {}, "Oedema or normal?", "Right, axial 90 to 104", 3.4, PlaceState::Open},
                   {12, 2, {}, "Cyst or non-enhancing?", "Left, axial 4 to 9", 0.8, PlaceState::Kept}},
                  23, 0.6);
    auto *open = panel.findChild<QAbstractItemView *>("doubtList");
    auto *checked = panel.findChild<QAbstractItemView *>("doubtCheckedList");
    REQUIRE(open->model()->rowCount() == 1);
    REQUIRE(checked->model()->rowCount() == 1);
    std::vector<int> wished;
    QObject::connect(&panel, &DoubtPanel::placeWished, &panel, [&](int id) { wished.push_back(id); });
    emit open->clicked(open->model()->index(0, 0));
    emit checked->clicked(checked->model()->index(0, 0));
    CHECK(wished == std::vector<int>{11, 12});
    CHECK(open->model()->index(0, 0).data(Qt::AccessibleTextRole).toString().contains("3.4 mL at stake"));
}

TEST_CASE("only Back and Next are in the action bar until more is shown", "[widgets][doubts]")
{
    application();
    DoubtActions actions;
    CHECK(actions.findChild<QWidget *>("doubtKeep")->isHidden());
    CHECK_FALSE(actions.findChild<QWidget *>("doubtNext")->isHidden());
    std::vector<PlaceAct> wished;
    QObject::connect(&actions, &DoubtActions::actWished, &actions, [&](PlaceAct act) { wished.push_back(act); });
    actions.setShown(PlaceAct::Keep, true);
    actions.findChild<QAbstractButton *>("doubtKeep")->click();
    CHECK(wished == std::vector<PlaceAct>{PlaceAct::Keep});
}

TEST_CASE("the cases page shows what to do when it is empty, and asks for a case by its id", "[widgets][cases]")
{
    application();
    CasesPage page;
    page.resize(1300, 800);
    int demos = 0;
    QStringList opened, selected;
    QObject::connect(&page, &CasesPage::demoWished, &page, [&] { ++demos; });
    QObject::connect(&page, &CasesPage::caseOpenWished, &page, [&](const QString &id) { opened << id; });
    QObject::connect(&page, &CasesPage::caseSelected, &page, [&](const QString &id) { selected << id; });
    auto *demo = page.findChild<QAbstractButton *>("casesEmpty.demo");
    REQUIRE(demo);
    demo->click();
    CHECK(demos == 1);
    page.setRows({{"id-1",
                   "PED-0001",
                   "",
                   {},
                   {{"T1", false}, {"FLAIR", true}},
                   CaseState::Draft,
                   {},
                   "2 places",
                   12.6,
                   "Model"},
                  {"id-2", "PED-0002", "", {}, {}, CaseState::NotStarted, {}, {}, {}, {}}});
    auto *table = page.findChild<QAbstractItemView *>("caseTable");
    REQUIRE(table->model()->rowCount() == 2);
    page.setSelected("id-2");
    CHECK(selected.isEmpty()); // told, not asked
    table->setCurrentIndex(table->model()->index(0, 1));
    CHECK(selected == QStringList{"id-1"});
    emit table->doubleClicked(table->model()->index(1, 4));
    CHECK(opened == QStringList{"id-2"});
    CasePreview preview;
    preview.id = "id-1";
    preview.name = "PED-0001";
    preview.checkPlaces = Availability::no("Segment first.");
    page.setPreview(preview);
    page.findChild<QAbstractButton *>("previewOpen")->click();
    CHECK(opened.back() == "id-1");
    CHECK_FALSE(page.findChild<QWidget *>("previewCheck")->isEnabled());
}

TEST_CASE("the newest banner is shown and the older one comes back", "[widgets][banner]")
{
    application();
    QWidget window;
    window.resize(800, 600);
    Banner banner(&window);
    banner.setMessage({"engineLost",
                       Tone::Warn,
                       {},
                       "The engine stopped and is starting again",
                       "Your mask is safe.",
                       {{"details", "Details", false}}});
    banner.setMessage(
        {"sides", Tone::Warn, {}, "Left and right are not stated in this file", "Check before you use it.", {}});
    std::vector<std::pair<QString, QString>> acts;
    QObject::connect(&banner, &Banner::actionWished, &banner,
                     [&](const QString &of, const QString &act) { acts.emplace_back(of, act); });
    banner.clear("sides");
    CHECK_FALSE(banner.isHidden());
    CHECK(banner.isShowing("engineLost"));
    banner.findChild<QAbstractButton *>("banner.details")->click();
    CHECK(acts == std::vector<std::pair<QString, QString>>{{"engineLost", "details"}});
    banner.clear("engineLost");
    CHECK(banner.isHidden());
}

TEST_CASE("a setting is shown without being asked for, and asked for when it is changed by hand",
          "[widgets][preferences]")
{
    application();
    PreferencesDialog dialog;
    std::vector<std::pair<QString, QVariant>> wishes;
    QObject::connect(&dialog, &PreferencesDialog::valueWished, &dialog,
                     [&](const QString &key, const QVariant &value) { wishes.emplace_back(key, value); });
    dialog.setValue("general/scale", 150);
    dialog.setValue("general/reopen", true);
    dialog.setValue("segment/memoryGb", 4);
    dialog.setValue("segment/band", 0.75);
    dialog.setValue("nobody/knows", 1);
    CHECK(wishes.empty());
    auto *scale = dialog.findChild<QComboBox *>("pref.general/scale");
    CHECK(scale->currentData().toInt() == 150);
    CHECK(dialog.findChild<QComboBox *>("pref.segment/band")->currentData().toDouble() == 0.75);
    auto *reopen = dialog.findChild<QAbstractButton *>("pref.general/reopen");
    CHECK(reopen->isChecked());
    reopen->click();
    REQUIRE(wishes.size() == 1);
    CHECK(wishes[0].first == "general/reopen");
    CHECK(wishes[0].second.toBool() == false);
}

TEST_CASE("a reason must be typed before it is taken", "[widgets][dialogs]")
{
    application();
    ReasonDialog dialog("Approve with open places", "Say why.", "Approve");
    auto *accept = dialog.findChild<QAbstractButton *>("reasonAccept");
    CHECK_FALSE(accept->isEnabled());
    auto *edit = dialog.findChild<QLineEdit *>("reasonText");
    edit->setText("   ");
    CHECK_FALSE(accept->isEnabled());
    edit->setText(" second look agreed ");
    CHECK(accept->isEnabled());
    CHECK(dialog.reason() == "second look agreed");
}

TEST_CASE("the Review panel fits into 300 px, whatever the model is called", "[widgets][review]")
{
    application();
    ReviewPanel panel;
    panel.segment()->setModels({{"m", "A model whose maker could not stop writing before the line was full", {}}}, "m");
    panel.segment()->setPreflight({{"FLAIR", PreflightRow::State::Missing,
                                    "FLAIR is missing. Without FLAIR it finds oedema less well.", "Choose a file"}});
    panel.regions()->setRows(
        {{"ET", "Enhancing tumour", "ET", Qt::yellow, glio::LabelPattern::None, 9.5, true, false, "Alt 1"}},
        {{"TC", "Tumour core", "ET + NET + CC", 22.9, false}});
    panel.measure()->setMeasurement(Measurement{"Enhancing, longest by across", 141.2, 132.8, "T1c, axial 97"});
    panel.resize(300, 900);
    panel.show();
    QApplication::processEvents();
    auto *body = panel.findChild<QScrollArea *>()->widget();
    for (QWidget *part : body->findChildren<QWidget *>(Qt::FindDirectChildrenOnly)) {
        INFO(part->objectName().toStdString());
        CHECK(part->minimumSizeHint().width() <= 289);
    }
    CHECK(body->minimumSizeHint().width() <= 289); // 300 less the line and the scroll bar
}

TEST_CASE("the focus ring waits for a key", "[widgets][focus]")
{
    application();
    QWidget window;
    FocusRing ring(&window);
    window.show();
    CHECK_FALSE(ring.isVisible());
}
