#include "Hands.h"
#include "WidgetsFixture.h"

#include "glioscope/widgets/BrushPanel.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/HistoryList.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/SmartToolsPanel.h"

#include <catch2/catch_approx.hpp>

#include <QAction>
#include <QComboBox>
#include <QElapsedTimer>
#include <QListView>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>

#include <map>

using namespace glio::widgets;
using Catch::Approx;

namespace {
std::vector<HistoryRow> sampleRows()
{
    using Kind = HistoryRow::Kind;
    return {{Kind::Step, 31, "eraser", "Erase Oedema", "6.0 mm", "10:43", true, false, {}},
            {Kind::Step, 30, "brush", "Paint Enhancing", "8.0 mm ball", "10:42", false, true, {}},
            {Kind::Heading, 0, {}, "Yesterday", {}, {}, false, false, {}},
            {Kind::Step, 2, "bot", "Segment", "Glioscope PED 1", "16:05", false, false, {}}};
}
/// A panel in the state with the most in it.
void fill(CorrectPanel &panel)
{
    panel.labels()->setRows(
        {{"ET", "Enhancing tumour", "ET", Qt::yellow, glio::LabelPattern::None, 9.9, true, false, "Alt 1"}}, {});
    panel.brush()->setRangeOn(true);
    panel.brush()->setEdgesOn(true);
    panel.smartTools()->setTool("islands", "small");
    panel.smartTools()->setToolAvailability("margin", Availability::no("Oedema is locked on every side."));
    panel.history()->setRows(sampleRows());
    panel.history()->setNote("31 steps, 4.2 MB");
    panel.footer()->setChange(0.4);
}
} // namespace

TEST_CASE("the parts of Correct carry the object names of the design", "[widgets][correct][names]")
{
    application();
    QWidget window;
    CorrectPanel panel(&window);
    for (const char *name :
         {"correctPanel",    "labelList",        "paintOver",     "brushSection", "brushSize",    "brushSizeSlider",
          "brushShape",      "brush3d",          "brushRangeOn",  "brushRange",   "brushTake",    "brushRangeSequence",
          "brushEdges",      "brushStrength",    "brushReset",    "smartTools",   "smart.grow",   "smart.points",
          "smart.between",   "smart.smooth",     "smart.islands", "smart.margin", "smart.fill",   "smart.scissors",
          "smart.propagate", "smart.snake",      "smart.border",  "smart.hollow", "smart.mirror", "smart.combine",
          "smart.copy",      "smartOptions",     "smartValue",    "smartPreview", "smartApply",   "smartDrop",
          "historyList",     "changeSinceDraft", "doneCorrect"}) {
        INFO(name);
        CHECK(window.findChildren<QWidget *>(QLatin1String(name)).size() == 1);
    }
    for (QAbstractButton *button : window.findChildren<QAbstractButton *>()) {
        INFO(button->objectName().toStdString());
        CHECK((!button->text().isEmpty() || !button->accessibleName().isEmpty()));
    }
    for (QWidget *widget : window.findChildren<QWidget *>())
        CHECK(widget->styleSheet().isEmpty());
}

TEST_CASE("a smart tool is asked for by a click and at hand only when told", "[widgets][smart]")
{
    application();
    SmartToolsPanel panel;
    QSignalSpy tools(&panel, &SmartToolsPanel::toolWished), values(&panel, &SmartToolsPanel::valueWished);
    auto *smooth = child<QAbstractButton>(panel, "smart.smooth");
    auto *strip = child<QWidget>(panel, "smartOptions");
    CHECK(strip->isHidden());
    smooth->click();
    REQUIRE(tools.size() == 1);
    CHECK(tools[0][0].toString() == "smooth");
    CHECK_FALSE(smooth->isChecked());
    CHECK(strip->isHidden());
    panel.setTool("smooth");
    CHECK(smooth->isChecked());
    CHECK_FALSE(strip->isHidden());
    auto *value = child<QDoubleSpinBox>(panel, "smartValue");
    CHECK(value->text() == "1.0 mm");
    CHECK(value->minimum() == 0.5);
    CHECK(value->maximum() == 5.0);
    panel.setValue(2.5);
    panel.setPreview("Adds 3.2 mL.");
    CHECK(child<QLabel>(panel, "smartPreview")->text() == "Adds 3.2 mL.");
    panel.setTool("mirror");
    CHECK(value->isHidden());
    panel.setTool("nobody knows");
    CHECK(panel.tool() == "mirror");
    panel.setTool({});
    CHECK(strip->isHidden());
    CHECK(values.isEmpty());
    CHECK(tools.size() == 1);
}

TEST_CASE("a margin can be below zero and shows its sign", "[widgets][smart]")
{
    application();
    SmartToolsPanel panel;
    panel.setTool("margin");
    std::vector<double> values;
    int applied = 0;
    QObject::connect(&panel, &SmartToolsPanel::valueWished, &panel, [&](double mm) { values.push_back(mm); });
    QObject::connect(&panel, &SmartToolsPanel::applyWished, &panel, [&] { ++applied; });
    auto *value = child<QDoubleSpinBox>(panel, "smartValue");
    CHECK(value->text() == "+2.0 mm");
    panel.setValue(-3.5);
    CHECK(value->text() == QString(QChar(0x2212)) + "3.5 mm");
    press(value, Qt::Key_Up);
    REQUIRE(values.size() == 1);
    CHECK(values[0] == Approx(-3.0));
    type(value, "-1.5"); // the hyphen of the keyboard
    press(value, Qt::Key_Return);
    REQUIRE(values.size() == 2); // what was typed, and then the act
    CHECK(values[1] == Approx(-1.5));
    CHECK(applied == 1);
    type(value, "+4");
    press(value, Qt::Key_Return);
    CHECK(values.back() == Approx(4.0));
    CHECK(value->text() == "+4.0 mm");
}

TEST_CASE("Enter applies and Esc drops, unless Drop has the focus or Apply is off", "[widgets][smart]")
{
    application();
    SmartToolsPanel panel;
    panel.setTool("smooth");
    int applied = 0, dropped = 0;
    QObject::connect(&panel, &SmartToolsPanel::applyWished, &panel, [&] { ++applied; });
    QObject::connect(&panel, &SmartToolsPanel::dropWished, &panel, [&] { ++dropped; });
    auto *apply = child<QAbstractButton>(panel, "smartApply");
    auto *drop = child<QAbstractButton>(panel, "smartDrop");
    press(apply, Qt::Key_Return);
    CHECK(applied == 1);
    press(drop, Qt::Key_Return);
    press(apply, Qt::Key_Escape);
    CHECK(applied == 1);
    CHECK(dropped == 2);
    panel.setApplyAvailability(Availability::no("Nothing would change."));
    press(child<QWidget>(panel, "smartValue"), Qt::Key_Return);
    apply->click();
    CHECK(applied == 1);
    CHECK(showsReason(panel, "Nothing would change."));
}

TEST_CASE("the reasons of smart tools stand under the grid, one line each", "[widgets][smart][availability]")
{
    application();
    SmartToolsPanel panel;
    panel.setToolAvailability("margin", Availability::no("Oedema is locked on every side."));
    CHECK(showsReason(panel, "Margin is off: Oedema is locked on every side."));
    CHECK(child<QWidget>(panel, "smart.margin")->toolTip() == "Oedema is locked on every side.");
    panel.setToolAvailability("grow", Availability::no("The engine is starting."));
    panel.setToolAvailability("points", Availability::no("The engine is starting."));
    CHECK(showsReason(panel, "Grow region, Model points are off: The engine is starting.\n"
                             "Margin is off: Oedema is locked on every side."));
    for (const char *id : {"grow", "points", "between", "smooth", "islands", "margin", "fill", "scissors", "mirror",
                           "combine", "copy", "propagate", "snake", "border", "hollow", "scribbles", "range"})
        panel.setToolAvailability(id, Availability::no("Open a mask first."));
    CHECK(showsReason(panel, "Open a mask first."));
    QSignalSpy tools(&panel, &SmartToolsPanel::toolWished);
    child<QAbstractButton>(panel, "smart.islands")->click();
    CHECK(tools.isEmpty());
}

TEST_CASE("Islands asks with the entry of its menu", "[widgets][smart]")
{
    application();
    SmartToolsPanel panel;
    panel.show();
    QSignalSpy tools(&panel, &SmartToolsPanel::toolWished);
    child<QAbstractButton>(panel, "smart.islands")->click();
    CHECK(tools.isEmpty());
    auto *menu = panel.findChild<QMenu *>("smart.islands.menu");
    REQUIRE(menu);
    REQUIRE(menu->actions().size() == 6);
    menu->actions()[1]->trigger();
    menu->close();
    REQUIRE(tools.size() == 1);
    CHECK(tools[0][0].toString() == "islands");
    CHECK(tools[0][1].toString() == "small");
    panel.setTool("islands", "small");
    CHECK(child<QDoubleSpinBox>(panel, "smartValue")->text() == "0.1 mL");
    panel.setTool("islands", "largest");
    CHECK(child<QWidget>(panel, "smartValue")->isHidden());
}

TEST_CASE("a click or Enter on a step asks to go there; a heading asks nothing", "[widgets][history]")
{
    application();
    HistoryList list;
    list.resize(336, 300);
    list.setRows(sampleRows());
    list.show();
    QApplication::processEvents();
    std::vector<qint64> wished;
    QObject::connect(&list, &HistoryList::goWished, &list, [&](qint64 id) { wished.push_back(id); });
    list.setCurrent(2);
    list.setCurrent(30);
    CHECK(wished.empty());
    QListView *view = list.view();
    const auto click = [&](int row) {
        const QPointF at = view->visualRect(view->model()->index(row, 0)).center();
        mouse(view->viewport(), QEvent::MouseButtonPress, at);
        mouse(view->viewport(), QEvent::MouseButtonRelease, at);
    };
    click(0);
    click(2); // the heading
    CHECK(wished == std::vector<qint64>{31});
    list.setCurrent(30);
    press(view, Qt::Key_Down); // over the heading
    press(view, Qt::Key_Return);
    CHECK(wished == std::vector<qint64>{31, 2});
}

TEST_CASE("undo in the history marks what stands above the current step", "[widgets][history]")
{
    application();
    HistoryList list;
    list.setRows(sampleRows());
    const auto said = [&](int row) {
        return list.view()->model()->index(row, 0).data(Qt::AccessibleTextRole).toString().toStdString();
    };
    CHECK(said(0) == "Erase Oedema, 6.0 mm, 10:43, undone");
    CHECK(said(1) == "Paint Enhancing, 8.0 mm ball, 10:42, the mask now");
    list.setCurrent(2);
    CHECK(said(1) == "Paint Enhancing, 8.0 mm ball, 10:42, undone");
    CHECK(said(3) == "Segment, Glioscope PED 1, 16:05, the mask now");
    list.setCurrent(0); // before the first step
    CHECK(said(3) == "Segment, Glioscope PED 1, 16:05, undone");
    list.setCurrent(31);
    CHECK(said(1) == "Paint Enhancing, 8.0 mm ball, 10:42");
}

TEST_CASE("a history of 5,000 steps is shown and scrolled without lag", "[widgets][history][cost]")
{
    application();
    HistoryList list;
    list.resize(336, 600);
    list.show();
    std::vector<HistoryRow> rows;
    for (int n = 5000; n > 0; --n)
        rows.push_back(
            {HistoryRow::Kind::Step, n, "brush", "Paint Enhancing", "8.0 mm ball", "10:42", false, n == 2500, {}});
    QElapsedTimer timer;
    timer.start();
    list.setRows(rows);
    QApplication::processEvents();
    QListView *view = list.view();
    CHECK(list.findChildren<QWidget *>().size() < 20); // rows are drawn, not made of widgets
    CHECK(view->viewport()->rect().intersects(view->visualRect(view->model()->index(2500, 0))));
    QScrollBar *bar = view->verticalScrollBar();
    REQUIRE(bar->maximum() > 4000 * 28);
    for (int n = 0; n <= 20; ++n) {
        bar->setValue(bar->maximum() * n / 20);
        view->grab();
    }
    CHECK(timer.elapsed() < 2000); // measured 0.03 s; a widget for each row takes tens of seconds
    const int scrolled = 1234;
    bar->setValue(scrolled);
    rows.insert(rows.begin(), {HistoryRow::Kind::Step, 5001, "lock", "Lock Oedema", {}, "10:43", false, false, {}});
    list.setRows(rows);
    CHECK(bar->value() == scrolled); // the same step is current: it stays where it was looked at
}

TEST_CASE("the change since the draft has its sign, and zero has none", "[widgets][correct]")
{
    application();
    CorrectFooter footer;
    QSignalSpy done(&footer, &CorrectFooter::doneWished);
    auto *label = child<QLabel>(footer, "changeSinceDraft");
    footer.setChange(0.42);
    CHECK(label->accessibleName() == "Changed since the draft: +0.4 mL");
    footer.setChange(-1.26);
    CHECK(label->accessibleName() == QString("Changed since the draft: ") + QChar(0x2212) + "1.3 mL");
    footer.setChange(-0.01);
    CHECK(label->accessibleName() == "Changed since the draft: 0.0 mL");
    footer.setChange({});
    CHECK(label->text().isEmpty());
    CHECK(done.isEmpty());
    child<QAbstractButton>(footer, "doneCorrect")->click();
    CHECK(done.size() == 1);
    footer.setDoneAvailability(Availability::no("A stroke is being drawn."));
    CHECK(showsReason(footer, "A stroke is being drawn."));
}

TEST_CASE("Paint over keeps its choice while its entries change", "[widgets][correct]")
{
    application();
    PaintOverRow row;
    QSignalSpy wishes(&row, &PaintOverRow::choiceWished);
    CHECK(child<QComboBox>(row, "paintOver")->currentText() == "Everything unlocked");
    row.setChoices({{"all", "All labels"}, {"unlocked", "Everything unlocked"}, {"empty", "Empty places only"}});
    CHECK(row.choice() == "unlocked");
    row.setChoice("empty");
    row.setChoice("nobody knows");
    CHECK(row.choice() == "empty");
    CHECK(wishes.isEmpty());
    emit child<QComboBox>(row, "paintOver")->activated(0);
    REQUIRE(wishes.size() == 1);
    CHECK(wishes[0][0].toString() == "all");
}

TEST_CASE("the Correct panel fits into 300 px and follows the interface size", "[widgets][correct]")
{
    application();
    CorrectPanel panel;
    fill(panel);
    panel.resize(300, 900);
    panel.show();
    QApplication::processEvents();
    auto *body = panel.findChild<QScrollArea *>()->widget();
    CHECK(body->minimumSizeHint().width() <= 289); // 300 less the line and the scroll bar
    const auto heights = [&] {
        std::map<QString, int> found;
        for (const char *name : {"brushSize", "smart.smooth", "smartValue", "brush3d", "doneCorrect"})
            found[QLatin1String(name)] = child<QWidget>(panel, name)->height();
        return found;
    };
    const auto at100 = heights();
    for (const auto &[name, height] : at100) {
        INFO(name.toStdString());
        CHECK(height >= 28);
    }
    Theme::instance().setScale(200);
    panel.resize(600, 1800);
    QApplication::processEvents();
    const auto at200 = heights();
    const int wide = body->minimumSizeHint().width();
    for (const QToolButton *shape : child<Segmented>(panel, "brushShape")->findChildren<QToolButton *>())
        CHECK(shape->width() >= shape->fontMetrics().horizontalAdvance(shape->text()));
    Theme::instance().setScale(100);
    CHECK(wide <= 2 * 289);
    for (const auto &[name, height] : at100) {
        INFO(name.toStdString());
        CHECK(std::abs(at200.at(name) - 2 * height) <= 2);
    }
}
