#include "CorrectGallery.h"

#include "glioscope/widgets/BrushHud.h"
#include "glioscope/widgets/BrushPanel.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/HistoryList.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/SmartToolsPanel.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/ToolHints.h"

#include <QtWidgets>

#include <cmath>

using namespace glio::widgets;

namespace {
const QColor et("#FFB31A"), net("#DB3F5C"), cc("#D5FBEF"), ed("#5592F5");

std::vector<std::int64_t> greys()
{
    std::vector<std::int64_t> counts(256);
    for (int n = 0; n < 256; ++n)
        counts[n] = static_cast<std::int64_t>(4000 * std::exp(-std::pow((n - 92) / 26.0, 2)) +
                                              900 * std::exp(-std::pow((n - 150) / 18.0, 2)) +
                                              260 * std::exp(-std::pow((n - 212) / 20.0, 2)));
    return counts;
}

std::vector<HistoryRow> steps(const QImage &picture)
{
    using Kind = HistoryRow::Kind;
    return {{Kind::Step, 31, "eraser", "Erase Oedema", "6.0 mm", "10:43", true, false, {}},
            {Kind::Step, 30, "brush", "Paint Enhancing", "8.0 mm ball", "10:42", false, true, {}},
            {Kind::Step, 29, "brush", "Paint Enhancing", "8.0 mm ball", "10:42", false, false, picture},
            {Kind::Step, 28, "split", "Keep largest island", "Enhancing", "10:40", false, false, {}},
            {Kind::Step, 27, "lock", "Lock Oedema", "", "10:39", false, false, {}},
            {Kind::Heading, 0, {}, "Yesterday", {}, {}, false, false, {}},
            {Kind::Step, 2, "bot", "Segment", "Glioscope PED 1", "16:05", false, false, {}}};
}

void fill(CorrectPanel *panel, const QImage &picture)
{
    using glio::LabelPattern;
    panel->labels()->setRows({{"ET", "Enhancing tumour", "ET", et, LabelPattern::None, 9.9, true, false, "Alt 1"},
                              {"NET", "Non-enhancing", "NET", net, LabelPattern::Hatch45, 10.4, true, false, "Alt 2"},
                              {"CC", "Cyst", "CC", cc, LabelPattern::Dots, 2.9, true, true, "Alt 3"},
                              {"ED", "Oedema", "ED", ed, LabelPattern::Hatch135, 54.5, true, true, "Alt 4"}},
                             {});
    panel->labels()->setActive("ET");
    panel->brush()->setRangeSequences({{"T1", "T1"}, {"T1c", "T1c"}, {"FLAIR", "FLAIR"}});
    panel->brush()->setRangeSequence("T1c");
    panel->brush()->setRangeLimits(0, 255, 1);
    panel->brush()->setRangeHistogram(greys());
    panel->brush()->setRange(168, 255);
    panel->brush()->setRangeOn(true);
    panel->smartTools()->setToolAvailability("margin", Availability::no("Oedema is locked on every side."));
    panel->history()->setRows(steps(picture));
    panel->history()->setNote("31 steps, 4.2 MB");
    panel->footer()->setChange(0.4);
}
} // namespace

QWidget *makeCorrectPanel(const QImage &picture)
{
    auto *panel = new CorrectPanel;
    fill(panel, picture);
    panel->setFixedWidth(Theme::px(336));
    return panel;
}

void addCorrectOverlays(QWidget *views)
{
    auto *hints = new ToolHints(views);
    hints->setHints("brush",
                    {{"Left", "paint"}, {"Right", "erase"}, {"Shift", "+ wheel size"}, {"Ctrl", "+ click pick label"}});
    const auto chip = [views](QPoint at, const BrushHudText &text) {
        auto *hud = new BrushHud(views);
        hud->setKept(true);
        hud->setPointer(at);
        hud->setText(text);
        return hud;
    };
    chip({150, 160}, {et, "Enhancing tumour", "8.0 mm ball", "T1c 168 to 255"});
    chip({150, 220}, {et, "Enhancing tumour", "8.0 mm ball", {}, true});
    chip({150, 280}, {et, "Enhancing tumour", "8.0 mm ball", {}})->showBlocked("Oedema is locked");
}

QWidget *makeCorrectStates(const QImage &picture)
{
    auto *sheet = new QWidget;
    sheet->resize(Theme::px(1360), Theme::px(1000));
    auto *row = new QHBoxLayout(sheet);
    const auto add = [&](int width) {
        auto *panel = new CorrectPanel;
        fill(panel, picture);
        panel->setFixedWidth(Theme::px(width));
        row->addWidget(panel);
        return panel;
    };
    CorrectPanel *narrow = add(300);
    narrow->brush()->setEdgesAvailability(Availability::no("Needs an image in this view."));
    narrow->brush()->setRangeOn(false);
    narrow->smartTools()->setToolAvailability("points", Availability::no("The engine is starting."));
    narrow->smartTools()->setToolAvailability("margin", Availability::yes());
    narrow->smartTools()->setTool("margin");
    CorrectPanel *smooth = add(336);
    smooth->brush()->setEdgesOn(true);
    smooth->brush()->setRangeOn(false);
    smooth->smartTools()->setToolAvailability("margin", Availability::yes());
    smooth->smartTools()->setTool("smooth");
    smooth->smartTools()->setPreview("Adds 3.2 mL.");
    smooth->paintOver()->setChoices({{"unlocked", "Everything unlocked"}, {"NET", "Non-enhancing only"}});
    CorrectPanel *off = add(336);
    off->brush()->setAvailability(Availability::no("Open a mask first."));
    for (const char *tool :
         {"grow", "points", "between", "smooth", "islands", "margin", "fill", "scissors", "mirror", "combine", "copy"})
        off->smartTools()->setToolAvailability(tool, Availability::no("Open a mask first."));
    off->history()->setRows({});
    off->history()->setNote({});
    off->footer()->setChange({});
    off->footer()->setDoneAvailability(Availability::no("A stroke is being drawn."));
    auto *column = new QVBoxLayout;
    auto *islands = new SmartToolsPanel;
    islands->setTool("islands", "small");
    islands->setPreview("Drops 3 pieces, 0.2 mL together.");
    islands->setApplyAvailability(Availability::no("Nothing is as small as that."));
    column->addWidget(islands);
    auto *dock = new HistoryList;
    std::vector<HistoryRow> many;
    for (int n = 5000; n > 0; --n)
        many.push_back({HistoryRow::Kind::Step, n, "brush", QStringLiteral("Paint Enhancing %1").arg(n), "8.0 mm ball",
                        "10:42", n > 4990, n == 4990, n % 3 == 0 ? picture : QImage()});
    dock->setRows(many);
    dock->setNote("5000 steps, 84.0 MB");
    column->addWidget(dock, 1);
    row->addLayout(column, 1);
    return sheet;
}
