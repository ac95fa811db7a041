// Draws every panel with invented data. usage: widget_gallery OUT-DIR [--image FILE] [--scale PERCENT]
#include "CorrectGallery.h"

#include "glioscope/widgets/BandPanel.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/CasesPage.h"
#include "glioscope/widgets/CoachMark.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/Dialogs.h"
#include "glioscope/widgets/DoubtPanel.h"
#include "glioscope/widgets/EmptyState.h"
#include "glioscope/widgets/FocusRing.h"
#include "glioscope/widgets/KeysOverlay.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/LearnPage.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/OverlayPanel.h"
#include "glioscope/widgets/PreferencesDialog.h"
#include "glioscope/widgets/ReviewFooter.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SegmentPanel.h"
#include "glioscope/widgets/SequenceStrip.h"
#include "glioscope/widgets/StatusBar.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/Toast.h"
#include "glioscope/widgets/ToolRail.h"
#include "glioscope/widgets/TopBar.h"

#include <QtWidgets>

using namespace glio::widgets;

namespace {

/// A head-like drawing, bright rim for T1c and so on: enough to judge a thumbnail's frame.
QImage sampleHead(int seed, int side = 240)
{
    QImage image(side, side * 6 / 5, QImage::Format_RGB32);
    image.fill(Qt::black);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const int greys[] = {150, 165, 120, 105};
    const int grey = greys[seed % 4];
    painter.setPen(QPen(QColor(grey - 40, grey - 40, grey - 40), side / 40.0));
    painter.setBrush(QColor(grey, grey, grey));
    painter.drawEllipse(QPointF(side / 2.0, side * 0.6), side * 0.40, side * 0.50);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(40, 40, 40));
    painter.drawEllipse(QPointF(side * 0.45, side * 0.58), side * 0.05, side * 0.14);
    painter.drawEllipse(QPointF(side * 0.56, side * 0.58), side * 0.05, side * 0.14);
    painter.setPen(
        QPen(QColor(seed % 4 == 1 ? 250 : 90, seed % 4 == 1 ? 250 : 90, seed % 4 == 1 ? 250 : 90), side / 24.0));
    painter.setBrush(QColor(seed % 4 == 3 ? 220 : 70, seed % 4 == 3 ? 220 : 70, seed % 4 == 3 ? 220 : 70));
    painter.drawEllipse(QPointF(side * 0.33, side * 0.5), side * 0.09, side * 0.12);
    return image;
}

std::array<std::int64_t, 256> sampleHistogram()
{
    std::array<std::int64_t, 256> counts{};
    for (int q = 1; q < 255; ++q) {
        const double p = q / 255.0;
        counts[q] = static_cast<std::int64_t>(60 + 600 * std::exp(-p * 22) + 420 * std::exp(-(1 - p) * 18) +
                                              20 * std::sin(q * 0.7));
    }
    return counts;
}

const QColor et("#FFB31A"), net("#DB3F5C"), cc("#D5FBEF"), ed("#5592F5");

void addMenus(TopBar *bar)
{
    for (const char *name : {"File", "Edit", "View", "Segment", "Learn", "Help"})
        bar->menuBar()->addMenu(QString::fromLatin1(name))->addAction(QStringLiteral("Entry"));
}

void fillRegions(LabelList *list)
{
    list->setRows(
        {{"ET", "Enhancing tumour", "ET", et, glio::LabelPattern::None, 9.5, true, false, "Alt 1"},
         {"NET", "Non-enhancing", "NET", net, glio::LabelPattern::Hatch45, 10.5, true, false, "Alt 2"},
         {"CC", "Cyst", "CC", cc, glio::LabelPattern::Dots, 2.9, true, true, "Alt 3"},
         {"ED", "Oedema", "ED", ed, glio::LabelPattern::Hatch135, 54.7, false, false, "Alt 4"}},
        {{"TC", "Tumour core", "ET + NET + CC", 22.9, false}, {"WT", "Whole tumour", "all four", 77.6, true}});
}

void fillReview(ReviewPanel *panel, bool withMask)
{
    panel->segment()->setVisible(!withMask);
    panel->segment()->setPreflight({{"T1", PreflightRow::State::Found, "T1, T1c and T2 found", {}},
                                    {"FLAIR", PreflightRow::State::Missing,
                                     "FLAIR is missing. Without FLAIR it finds oedema less well.", "Choose a file"},
                                    {"grid", PreflightRow::State::Found, "Same position and orientation", {}}});
    panel->segment()->setModels(
        {{"ped1", "Glioscope PED 1", {}}, {"adult", "Adult glioma 2", Availability::no("It needs ADC.")}}, "ped1");
    panel->segment()->setDevice("CPU, 2 cores, bf16");
    panel->segment()->setEstimate("about 15 s", "1.9 of 5.0 GB free");
    fillRegions(panel->regions());
    panel->band()->setRegions({{"WT", "Whole tumour", ed}, {"TC", "Tumour core", net}, {"ET", "Enhancing tumour", et}});
    panel->band()->setHistogram(sampleHistogram());
    panel->band()->setThreshold(0.5);
    panel->band()->setBandEnabled(true);
    panel->band()->setVolumes(56.1, 77.6, 109.1);
    panel->band()->setLooks(4);
    if (withMask) {
        panel->measure()->setMeasurement(Measurement{"Enhancing, longest by across", 41.2, 32.8, "T1c, axial 97"});
        panel->places()->setSummary(6, 14, 9.8, 3.4);
        panel->footer()->setApproveAvailability(Availability::no("Check the 6 open places first."), true);
    } else {
        panel->regions()->setEmptyText("No mask yet. Segment this case, or open a mask with Ctrl O.");
        panel->band()->setAvailability(Availability::no("No stored probabilities. Run Segment once."));
        panel->places()->setDoubtsAvailability(Availability::no("Segment first."));
        panel->places()->setCorrectAvailability(Availability::no("Drawing on the mask comes with a later version."));
        panel->footer()->setReportAvailability(Availability::no("Segment first."));
        panel->footer()->setApproveAvailability(Availability::no("Segment first."));
    }
}

struct Frame {
    QWidget *root;
    TopBar *top;
    StatusBar *status;
    QHBoxLayout *body;
};

Frame makeFrame(Mode mode)
{
    auto *window = new QMainWindow;
    window->setObjectName(QStringLiteral("mainWindow"));
    window->resize(1600, 1000);
    auto *top = new TopBar(window);
    addMenus(top);
    top->setMode(mode);
    top->setDoubtCount(6);
    top->setRedo(Availability::no("Nothing to redo."), {});
    top->setEngine(EngineState::Ready, "Engine ready · CPU", {});
    window->setMenuWidget(top);
    auto *status = new StatusBar(window);
    window->setStatusBar(status);
    auto *centre = new QWidget(window);
    auto *body = new QHBoxLayout(centre);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(0);
    window->setCentralWidget(centre);
    return {window, top, status, body};
}

QWidget *makeViews()
{
    auto *views = new QWidget;
    auto *grid = new QGridLayout(views);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(2);
    for (int n = 0; n < 4; ++n) {
        auto *picture = new QLabel;
        picture->setAutoFillBackground(true);
        QPalette black;
        black.setColor(QPalette::Window, Qt::black);
        picture->setPalette(black);
        picture->setPixmap(QPixmap::fromImage(sampleHead(n, 340)));
        picture->setAlignment(Qt::AlignCenter);
        grid->addWidget(picture, n / 2, n % 2);
    }
    return views;
}

QWidget *makeReview(bool withMask)
{
    Frame frame = makeFrame(Mode::Review);
    auto *strip = new SequenceStrip;
    std::vector<StripSequence> sequences;
    const char *names[] = {"T1", "T1c", "T2", "FLAIR"};
    for (int n = 0; n < 4; ++n)
        sequences.push_back({names[n], names[n], n == 3 ? "1.2 mm" : "1.0 mm", "The file name says so.", sampleHead(n),
                             !withMask && n == 3, n == 2});
    strip->setSequences(sequences);
    strip->setActiveSequence("T1c");
    if (withMask)
        strip->setMasks({{"working", "Working", "Model + 3 edits", true, true},
                         {"draft", "First draft", "Glioscope PED 1", false, false}});
    auto *panel = new ReviewPanel;
    fillReview(panel, withMask);
    auto *views = makeViews();
    frame.body->addWidget(new ToolRail);
    frame.body->addWidget(strip);
    frame.body->addWidget(views, 1);
    frame.body->addWidget(panel);
    panel->setFixedWidth(Theme::px(336));
    frame.status->setCursor(std::array{-31.0, 6.0, 29.0});
    frame.status->setValues({{"T1c", "61"}, {"FLAIR", "138"}});
    frame.status->setUnderCross("Non-enhancing");
    frame.status->setSaved("Saved 4 s ago");
    if (withMask) {
        auto *toast = new Toast(views);
        toast->show("Segmented. 14 places to check.", Tone::Doubt, "Show");
        frame.status->setJob(JobView{"Segment", "Looking again, 2 of 4", 0.4, "about 20 s left",
                                     "The mask is there already.", false, false, true, false});
    } else {
        auto *banner = new Banner(views);
        banner->setMessage(
            {"lost",
             Tone::Warn,
             "unplug",
             "The engine stopped and is starting again",
             "Your mask is safe. You can go on drawing. Segment and Learn come back in a moment. Try 2 of 5.",
             {{"details", "Details", false}},
             0.45,
             false});
        frame.top->setEngine(EngineState::Starting, "Engine starting, try 2 of 5", {});
        auto *mark = new CoachMark(frame.root);
        QTimer::singleShot(0, mark, [mark, panel] {
            mark->pointAt(panel->segment()->segmentButton(), "Let the model mark it",
                          "One click, about 15 seconds. The mask appears in all views.", 1, 3);
        });
    }
    return frame.root;
}

QWidget *makeDoubts()
{
    Frame frame = makeFrame(Mode::Doubts);
    auto *column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(makeViews(), 1);
    auto *actions = new DoubtActions;
    for (PlaceAct act : {PlaceAct::Keep, PlaceAct::Fix, PlaceAct::TakeOuter, PlaceAct::TakeInner, PlaceAct::Ask})
        actions->setShown(act, true);
    column->addWidget(actions);
    auto *panel = new DoubtPanel;
    panel->setRows(
        {{1, 1, sampleHead(3).scaled(56, 56), "Oedema or normal?", "Right, axial 90 to 104", 3.4, PlaceState::Open},
         {2, 2, sampleHead(0).scaled(56, 56), "Oedema or normal?", "Right, axial 88 to 101", 2.6, PlaceState::Open},
         {3, 3, sampleHead(1).scaled(56, 56), "Enhancing or non-enhancing?", "Right, axial 93 to 99", 1.5,
          PlaceState::Open},
         {4, 4, sampleHead(2).scaled(56, 56), "Oedema or normal?", "Right, axial 108 to 113", 1.1, PlaceState::Open},
         {7, 7, sampleHead(3).scaled(56, 56), "Oedema or normal?", "Right, axial 95 to 100", 2.9, PlaceState::Changed},
         {8, 8, sampleHead(3).scaled(56, 56), "Oedema or normal?", "Right, axial 84 to 86", 0.9, PlaceState::Kept}},
        23, 0.6);
    panel->setProgress(6, 2, 14, 9.8);
    panel->setActive(1);
    panel->setBandEnabled(true);
    PlaceDetail detail{
        "Place 1",
        "The model looked 4 times: oedema twice, normal tissue twice.",
        75.9,
        77.6,
        79.3,
        0.5,
        0.9,
        0.1,
        sampleHistogram(),
        ed,
        "Compared with 14 of your approved cases: places like this one were oedema about 6 times in 10."};
    panel->setDetail(detail);
    panel->setFixedWidth(Theme::px(400));
    frame.body->addWidget(new ToolRail);
    frame.body->addLayout(column, 1);
    frame.body->addWidget(panel);
    frame.status->setCursor(std::array{-33.5, 35.7, 29.0});
    frame.status->setValues({{"FLAIR", "171"}});
    frame.status->setNote("All four views are linked");
    frame.status->setSaved("Saved 9 s ago");
    return frame.root;
}

QWidget *makeCorrect()
{
    Frame frame = makeFrame(Mode::Correct);
    auto *rail = new ToolRail;
    rail->setTools({Tool::Crosshair, Tool::Pan, Tool::Lasso, Tool::Brush, Tool::Grow, Tool::Ruler, Tool::Adaptive,
                    Tool::Fill, Tool::Points, Tool::Scissors});
    rail->setTool(Tool::Brush);
    auto *views = makeViews();
    addCorrectOverlays(views);
    frame.body->addWidget(rail);
    frame.body->addWidget(views, 1);
    frame.body->addWidget(makeCorrectPanel(sampleHead(1).scaled(56, 56)));
    frame.status->setSaved("Saved 1 s ago");
    return frame.root;
}

QWidget *makeCases(bool empty)
{
    Frame frame = makeFrame(Mode::Cases);
    frame.top->setCaseActsVisible(false);
    frame.top->setDoubtCount(0);
    auto *page = new CasesPage;
    page->setProject("Paediatric glioma 2026", "46 cases, 38 approved, 5 need checking");
    page->setFilters({{"all", "All cases", "folder-open", 46},
                      {"check", "Needs checking", "list-checks", 5},
                      {"second", "Second reader", "user-round", 2},
                      {"approved", "Approved", "badge-check", 38},
                      {"missing", "Something missing", "triangle-alert", 1}},
                     "all");
    page->setRecent({{"1", "Paediatric glioma 2026", "46 cases, open now"}, {"2", "Demo", "1 case"}});
    page->setImportAvailability(Availability::no("DICOM folders come with a later version."));
    const std::vector<SequenceChip> four{{"T1", false}, {"T1c", false}, {"T2", false}, {"FLAIR", false}},
        three{{"T1", false}, {"T1c", false}, {"T2", false}, {"FLAIR", true}};
    if (!empty) {
        page->setRows(
            {{"a",
              "PED-0017",
              "14 Mar 2026",
              sampleHead(3),
              four,
              CaseState::NeedsChecking,
              {},
              "6 places",
              77.6,
              "Model + 3 edits"},
             {"b", "PED-0023", "12 Mar 2026", sampleHead(3), four, CaseState::Draft, {}, "11 places", 41.2, "Model"},
             {"c",
              "PED-0021",
              "9 Mar 2026",
              sampleHead(3),
              four,
              CaseState::Approved,
              {},
              "all checked",
              63.9,
              "Corrected"},
             {"d",
              "PED-0019",
              "8 Mar 2026",
              sampleHead(3),
              three,
              CaseState::SomethingMissing,
              "Sequence missing",
              {},
              {},
              {}},
             {"e", "PED-0015", "1 Mar 2026", sampleHead(3), four, CaseState::NotStarted, {}, {}, {}, {}},
             {"f",
              "PED-0014",
              "26 Feb 2026",
              sampleHead(3),
              four,
              CaseState::SecondReader,
              {},
              "2 places",
              52.0,
              "Corrected"}});
        page->setSelected("a");
        CasePreview preview;
        preview.id = "a";
        preview.name = "PED-0017";
        preview.state = CaseState::NeedsChecking;
        preview.thumbs = {{"T1", "1.0 mm", sampleHead(0)},
                          {"T1c", "1.0 mm", sampleHead(1)},
                          {"T2", "1.0 mm", sampleHead(2)},
                          {"FLAIR", "1.2 mm", sampleHead(3)}};
        preview.checks = {{"check", "ok", "All four sequences found"},
                          {"check", "ok", "Same position and orientation"},
                          {"check", "ok", "Skull already removed, as the model expects"},
                          {"list-checks", "doubt", "6 places to check, 9.8 mL at stake"}};
        preview.volumes = {
            {"Enhancing tumour", et, 9.5}, {"Non-enhancing", net, 10.5}, {"Cyst", cc, 2.9}, {"Oedema", ed, 54.7}};
        page->setPreview(preview);
    }
    frame.body->addWidget(page);
    frame.status->setContext("Paediatric glioma 2026", "46 cases");
    frame.status->setSaved("Saved");
    return frame.root;
}

QWidget *makeKeys()
{
    auto *window = static_cast<QWidget *>(makeReview(true));
    auto *keys = new KeysOverlay(window);
    keys->setPreset("ITK-SNAP");
    keys->setGroups({{"This mode",
                      {{{"Ctrl", "Return"}, "Segment"},
                       {{"H"}, "Hold to hide all overlays"},
                       {{"S"}, "Labels on and off"},
                       {{"W"}, "Band on and off"},
                       {{"{"}, "Band tighter"},
                       {{"}"}, "Band wider"}}},
                     {"Views",
                      {{{"PgUp"}, "Next slice"},
                       {{"PgDn"}, "Previous slice"},
                       {{"["}, "Previous sequence"},
                       {{"]"}, "Next sequence"},
                       {{"C"}, "Centre on the cursor"},
                       {{"Ctrl", "F"}, "Fit"}}},
                     {"Tools", {{{"1"}, "Crosshair"}, {{"2"}, "Zoom and pan"}, {{"6"}, "Ruler"}}},
                     {"Window",
                      {{{"Ctrl", "1"}, "Cases"},
                       {{"Ctrl", "2"}, "Review"},
                       {{"F3"}, "Panels"},
                       {{"F4"}, "Full screen"},
                       {{"?"}, "This card"}}}});
    QTimer::singleShot(0, keys, [keys] { keys->open(); });
    return window;
}

QWidget *makeIcons()
{
    auto *sheet = new QWidget;
    sheet->resize(1200, 900);
    sheet->setProperty("kind", "panelBody");
    sheet->setAttribute(Qt::WA_StyledBackground);
    auto *grid = new QGridLayout(sheet);
    int n = 0;
    for (const QString &file : QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")})) {
        const QString name = file.chopped(4);
        auto *cell = new QVBoxLayout;
        auto *icon = new QLabel;
        icon->setAlignment(Qt::AlignCenter);
        icon->setPixmap(Theme::pixmap(name, 32, Theme::color(Token::T1)));
        auto *text = makeLabel(name, "note");
        text->setAlignment(Qt::AlignCenter);
        cell->addWidget(icon);
        cell->addWidget(text);
        grid->addLayout(cell, n / 14, n % 14);
        ++n;
    }
    return sheet;
}

QWidget *makeStates()
{
    auto *sheet = new QWidget;
    sheet->resize(1100, 640);
    auto *grid = new QGridLayout(sheet);
    auto *first = new EmptyState("gallery.first");
    first->setProperty("kind", "tableCard");
    first->set("brain", "Open a case to begin",
               "Drop the files of a case here, or start with the demo. Everything stays on this computer.",
               {{"demo", "Try the demo", "play", true}, {"open", "Open case", "folder-open", false}});
    auto *driver = new EmptyState("gallery.driver");
    driver->setProperty("kind", "tableCard");
    driver->set("monitor-off", "This graphics driver is too old",
                "It offers OpenGL 2.1 and the image views need 3.2. Software drawing works too, only slower.",
                {{"restart", "Restart with software drawing", "", false}});
    auto *running = new SegmentPanel;
    running->setJob(JobView{"Segmenting PED-0017", "Looking, 1 of 4", 0.42, "about 10 s left",
                            "Nothing is changed until the mask is whole.", false, false, true, false});
    auto *band = new BandPanel;
    band->setRegions({{"WT", "Whole tumour", ed}});
    band->setHistogram(sampleHistogram());
    band->setThreshold(0.31);
    band->setBandEnabled(true);
    band->setVolumes(56.1, 84.2, 109.1);
    band->setApplyVisible(true);
    auto *overlay = new OverlayPanel;
    overlay->setAvailability(Availability::no("No mask is shown."));
    auto *column = new QVBoxLayout;
    column->addWidget(running);
    column->addWidget(band);
    column->addWidget(overlay);
    column->addStretch(1);
    grid->addWidget(first, 0, 0);
    grid->addWidget(driver, 1, 0);
    grid->addLayout(column, 0, 1, 2, 1);
    return sheet;
}

void settle(int ms)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < ms)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.size() < 2) {
        qWarning("usage: widget_gallery OUT-DIR [--scale PERCENT]");
        return 2;
    }
    QDir().mkpath(arguments[1]);
    const qsizetype scaleAt = arguments.indexOf(QStringLiteral("--scale"));
    if (scaleAt > 0) Theme::instance().setScale(arguments.value(scaleAt + 1).toInt());
    Theme::instance().setMotion(false);
    Theme::instance().install();
    const qsizetype onlyAt = arguments.indexOf(QStringLiteral("--only"));
    const QString only = onlyAt > 0 ? arguments.value(onlyAt + 1) : QString();

    const std::pair<const char *, std::function<QWidget *()>> pages[] = {
        {"cases", [] { return makeCases(false); }},
        {"cases-empty", [] { return makeCases(true); }},
        {"review", [] { return makeReview(true); }},
        {"review-start", [] { return makeReview(false); }},
        {"doubts", [] { return makeDoubts(); }},
        {"correct", [] { return makeCorrect(); }},
        {"correct-states", [] { return makeCorrectStates(sampleHead(1).scaled(56, 56)); }},
        {"keys", [] { return makeKeys(); }},
        {"learn",
         [] {
             Frame frame = makeFrame(Mode::Learn);
             frame.top->setCaseActsVisible(false);
             auto *page = new LearnPage;
             page->setApprovedCases(2, 5);
             page->setModels(
                 {{"ped1", "PED 1", "bundled", "", "Made on synthetic heads, 261 cases. Cannot be removed."}});
             frame.body->addWidget(page);
             return frame.root;
         }},
        {"preferences",
         [] {
             auto *dialog = new PreferencesDialog;
             dialog->setValue("general/reopen", true);
             dialog->setAvailability("general/language", Availability::no("English is the only language so far."));
             return static_cast<QWidget *>(dialog);
         }},
        {"about",
         [] {
             return static_cast<QWidget *>(new AboutDialog("0.1.0", {{"Qt 6.8", "LGPL-3.0", "Qt is free software …"},
                                                                     {"VTK 9.3", "BSD-3-Clause", "…"},
                                                                     {"Inter", "OFL-1.1", "…"}}));
         }},
        {"notice", [] { return static_cast<QWidget *>(new NoticeDialog); }},
        {"states", [] { return makeStates(); }},
        {"icons", [] { return makeIcons(); }}};
    for (const char *theme : {"reading-room", "light"}) {
        Theme::instance().setTheme(QLatin1String(theme));
        for (const auto &[name, make] : pages) {
            if (!only.isEmpty() && !only.split(QLatin1Char(',')).contains(QLatin1String(name))) continue;
            std::unique_ptr<QWidget> widget(make());
            widget->show();
            settle(120);
            widget->grab().save(
                QStringLiteral("%1/%2-%3.png").arg(arguments[1], QLatin1String(name), QLatin1String(theme)));
        }
    }
    return 0;
}
