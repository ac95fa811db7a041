#include <QtTest>
#include <QtWidgets>

#include "CorrectDesk.h"
#include "GuiTest.h"

#include "model/Journal.h"
#include "support/KeyTexts.h"

#include "glioscope/interaction/KeyMap.h"
#include "glioscope/widgets/KeysOverlay.h"
#include "glioscope/widgets/PreferencesDialog.h"
#include "glioscope/widgets/SmartToolsPanel.h"

#include <set>

using namespace glio;
using glio::gui::Correcting;
using glio::gui::Desk;
using glio::gui::showBall;
using interaction::Intent;
using interaction::KeyBinding;
using interaction::KeyContext;
using interaction::KeyMap;
using widgets::Mode;

namespace {
gui::TestHome *home = nullptr;

QString settingOf(const std::string &preset)
{
    return preset == "itk-snap" ? "itksnap" : QString::fromStdString(preset);
}

KeyContext contextOf(Mode mode)
{
    return mode == Mode::Doubts    ? KeyContext::Doubts
           : mode == Mode::Correct ? KeyContext::Correct
                                   : KeyContext::Everywhere;
}

/// Presses a key as the map writes it.
void press(QWidget *widget, const std::string &chord)
{
    const QKeyCombination key = QKeySequence::fromString(QString::fromStdString(chord), QKeySequence::PortableText)[0];
    QTest::keyClick(widget, key.key(), key.keyboardModifiers());
}

/// Controls that are seen and off, and say nowhere why.
QStringList silent(Desk &desk)
{
    QStringList names;
    for (QWidget *widget : desk.window().findChildren<QWidget *>()) {
        const bool control = qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget) ||
                             qobject_cast<QAbstractSlider *>(widget) || qobject_cast<QAbstractSpinBox *>(widget) ||
                             qobject_cast<QLineEdit *>(widget);
        if (!control || !widget->isVisible() || widget->isEnabled()) continue;
        if (qobject_cast<QAbstractSpinBox *>(widget->parentWidget())) continue; // the box's own field
        if (qobject_cast<QScrollBar *>(widget)) continue;
        bool says = false;
        for (const QWidget *at = widget; at && !at->isEnabled(); at = at->parentWidget())
            says = says || !at->toolTip().isEmpty();
        if (!says) names << (widget->objectName().isEmpty() ? widget->metaObject()->className() : widget->objectName());
    }
    return names;
}

struct Table {
    explicit Table(Desk &desk) : desk(desk)
    {
        desk.workstation.presenters().preferences.open("keys");
        dialog = desk.find<widgets::PreferencesDialog>("preferencesDialog");
        table = dialog->findChild<QTableWidget *>("prefKeyTable");
    }
    bool choose(const QString &act)
    {
        for (int row = 0; row < table->rowCount(); ++row)
            if (table->item(row, 0)->text() == act) {
                table->setCurrentCell(row, 0);
                return true;
            }
        return false;
    }
    QString key(const QString &act) { return choose(act) ? table->item(table->currentRow(), 1)->text() : "none"; }
    void rebind(const QString &act, Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        if (!choose(act)) qFatal("no row is named %s", qPrintable(act));
        dialog->findChild<QAbstractButton *>("prefKeyChange")->click();
        QTest::keyClick(table, key, modifiers);
    }
    QString note() { return dialog->findChild<QLabel *>("prefKeyNote")->text(); }
    Desk &desk;
    widgets::PreferencesDialog *dialog;
    QTableWidget *table;
};
} // namespace

class KeysTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        static gui::TestHome made;
        home = &made;
    }
    void init() // each journey begins with nothing kept
    {
        QDir(QString::fromStdString((home->path() / "data").string())).removeRecursively();
        QDir(QString::fromStdString((home->path() / "config").string())).removeRecursively();
    }

    void everyActHasItsOwnKeyInEveryPreset()
    {
        for (const std::string &id : interaction::presetIds()) {
            const auto map = KeyMap::load(interaction::presetFile(id));
            QVERIFY2(map.has_value(), id.c_str());
            for (const KeyMap::Clash &clash : map->clashes())
                QFAIL(qPrintable(QString::fromStdString(id + ": " + clash.first.chord + " has two meanings")));
            for (const Intent intent : interaction::allIntents()) {
                const QString name = QString::fromStdString(id + ": " + std::string(interaction::intentName(intent)));
                QVERIFY2(!map->chords(intent).empty(), qPrintable(name));
                QVERIFY2(!app::intentText(intent, 1).isEmpty() && !app::intentText(intent, -1).isEmpty(),
                         qPrintable(name));
            }
            // Where a mode takes a key for itself, what the key means elsewhere has another one there.
            for (const Mode mode : {Mode::Review, Mode::Correct, Mode::Doubts})
                for (const KeyBinding &binding : map->bindings()) {
                    if (binding.context != KeyContext::Everywhere && binding.context != contextOf(mode)) continue;
                    const bool reached = std::ranges::any_of(
                        map->chords(binding.intent, binding.amount), [&](const interaction::KeyChord &chord) {
                            const KeyBinding *found = map->find(chord, contextOf(mode));
                            return found && found->intent == binding.intent && found->amount == binding.amount;
                        });
                    QVERIFY2(reached, qPrintable(QString::fromStdString(id + ": " + binding.chord + " is hidden")));
                }
        }
    }

    void theOverlayListsEveryActOfItsMode()
    {
        Correcting desk(*home);
        showBall(desk);
        for (const std::string &id : interaction::presetIds()) {
            desk.workstation.settings().setValue("keys/preset", settingOf(id));
            const KeyMap &map = desk.workstation.presenters().preferences.keyMap();
            QCOMPARE(map.id(), id);
            for (const Mode mode : {Mode::Review, Mode::Correct, Mode::Doubts}) {
                desk.workstation.shell().setMode(mode);
                desk.workstation.shell().act(Intent::KeysOverlay, 0);
                auto *overlay = desk.find<widgets::KeysOverlay>("keysOverlay");
                QVERIFY(overlay->isVisible());
                std::set<QString> shown;
                for (const QLabel *label : overlay->findChildren<QLabel *>())
                    shown.insert(label->text());
                std::size_t rows = 0;
                for (const widgets::KeyGroup &group : desk.workstation.presenters().preferences.keyGroups(mode))
                    rows += group.rows.size();
                std::size_t expected = 0;
                for (const KeyBinding &binding : map.bindings()) {
                    if (binding.context != KeyContext::Everywhere && binding.context != contextOf(mode)) continue;
                    ++expected;
                    const QString text = app::intentText(binding.intent, binding.amount);
                    QVERIFY2(shown.contains(text), qPrintable(QString::fromStdString(id) + ": " + text));
                }
                QCOMPARE(rows, expected);
                QTest::keyClick(desk.find<QLineEdit>("keysSearch"), Qt::Key_Escape);
                QVERIFY(!overlay->isVisible());
            }
        }
    }

    void everyToolIsReachedByItsKey()
    {
        Correcting desk(*home);
        showBall(desk);
        desk.brush().selectLabel(desk.label("ET"));
        using interaction::Tool;
        const std::vector<std::pair<Intent, Tool>> tools{
            {Intent::ToolCrosshair, Tool::Crosshair}, {Intent::ToolPan, Tool::Pan},
            {Intent::ToolLasso, Tool::Lasso},         {Intent::ToolBrush, Tool::Brush},
            {Intent::ToolGrow, Tool::Grow},           {Intent::ToolRuler, Tool::Ruler},
            {Intent::ToolAdaptive, Tool::Adaptive},   {Intent::ToolFill, Tool::Fill},
            {Intent::ToolPoints, Tool::Points},       {Intent::ToolScissors, Tool::Scissors},
            {Intent::ToolAngle, Tool::Angle}};
        const std::vector<std::pair<Intent, QString>> plain{
            {Intent::SmartSmooth, "smooth"},   {Intent::SmartMargin, "margin"}, {Intent::SmartMirror, "mirror"},
            {Intent::SmartBetween, "between"}, {Intent::SmartRange, "range"},   {Intent::SmartCopy, "copy"}};
        for (const std::string &id : interaction::presetIds()) {
            desk.workstation.settings().setValue("keys/preset", settingOf(id));
            const KeyMap &map = desk.workstation.presenters().preferences.keyMap();
            for (const auto &[intent, tool] : tools) {
                press(desk.canvas(), map.chords(intent).front());
                QVERIFY2(desk.workstation.presenters().tools.tool() == tool, id.c_str());
            }
            auto *panel = desk.find<widgets::SmartToolsPanel>("smartTools");
            for (const auto &[intent, name] : plain) {
                press(desk.canvas(), map.chords(intent).front());
                QVERIFY2(panel->tool() == name || !desk.find<QAbstractButton>("smart." + name)->isEnabled(),
                         qPrintable(name));
                desk.smart().drop();
            }
            for (const auto &[intent, name] :
                 std::vector<std::pair<Intent, QString>>{{Intent::SmartIslands, "islands"},
                                                         {Intent::SmartSnake, "snake"},
                                                         {Intent::SmartCombine, "combine"},
                                                         {Intent::SmartPropagate, "propagate"},
                                                         {Intent::SmartBorder, "border"},
                                                         {Intent::SmartHollow, "hollow"}}) {
                press(desk.canvas(), map.chords(intent).front());
                auto *menu = desk.find<QMenu>("smart." + name + ".menu"); // a menu with its entries, for arrow keys
                QTRY_VERIFY(menu->isVisible());
                QVERIFY(menu->actions().size() > 1);
                menu->close();
                QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            }
        }
    }

    void whatIsOffSaysWhy()
    {
        {
            Desk desk; // nothing is open
            QCOMPARE(silent(desk).join(' '), QString());
        }
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        for (const bool mask : {false, true}) {
            if (mask) showBall(desk);
            for (const Mode mode : {Mode::Review, Mode::Correct, Mode::Doubts, Mode::Learn, Mode::Cases}) {
                desk.workstation.shell().setMode(mode);
                QCoreApplication::processEvents();
                QVERIFY2(
                    silent(desk).isEmpty(),
                    qPrintable(QString("mode %1, mask %2: %3").arg(int(mode)).arg(mask).arg(silent(desk).join(' '))));
            }
        }
        desk.workstation.shell().setMode(Mode::Correct);
        for (const LabelDefinition &label : desk.model().scheme().labels()) {
            desk.model().setLocked(label.value, true);
            desk.workstation.presenters().brush.selectLabel(label.value);
            QVERIFY2(silent(desk).isEmpty(), qPrintable(silent(desk).join(' ')));
        }
        QVERIFY(desk.model().signOff());
        for (const Mode mode : {Mode::Review, Mode::Correct, Mode::Doubts}) {
            desk.workstation.shell().setMode(mode);
            QCoreApplication::processEvents();
            QVERIFY2(silent(desk).isEmpty(), qPrintable(silent(desk).join(' ')));
        }
        // An act that is off says so when its key is pressed.
        desk.workstation.shell().setMode(Mode::Review);
        desk.workstation.presenters().preferences.open("general");
        auto *dialog = desk.find<widgets::PreferencesDialog>("preferencesDialog");
        for (const char *page : {"general", "views", "colours", "keys", "segment", "privacy", "saving", "engine"}) {
            dialog->showPage(page);
            QCoreApplication::processEvents();
            QVERIFY2(silent(desk).isEmpty(), qPrintable(QString("%1: %2").arg(page, silent(desk).join(' '))));
        }
    }

    void anyActCanHaveAnotherKey()
    {
        {
            Correcting desk(*home);
            Table keys(desk);
            for (const Intent intent : interaction::allIntents())
                QVERIFY2(keys.choose(app::intentText(intent, 1)) || keys.choose(app::intentText(intent, 0)) ||
                             keys.choose(app::intentText(intent, 0.05)),
                         interaction::intentName(intent).data());
            const KeyMap &map = desk.workstation.presenters().preferences.keyMap();
            keys.rebind("Snake", Qt::Key_K, Qt::ControlModifier);
            QCOMPARE(keys.key("Snake"), QString("Ctrl K"));
            QVERIFY(!map.find("Shift+K", KeyContext::Correct));
            QCOMPARE(map.find("Ctrl+K", KeyContext::Correct)->intent, Intent::SmartSnake);
            // A shifted symbol is written as it is typed, and a hold stays a hold.
            keys.rebind("Next case", Qt::Key_Exclam, Qt::ShiftModifier);
            QCOMPARE(map.find("!")->intent, Intent::CaseStep);
            keys.rebind("Hide all overlays (hold)", Qt::Key_J);
            QVERIFY(map.find("J")->hold);
            // A key that was somebody's is taken, and both are told.
            keys.rebind("Ruler", Qt::Key_S);
            QVERIFY2(keys.note().contains("Labels on or off"), qPrintable(keys.note()));
            QCOMPARE(map.find("S")->intent, Intent::ToolRuler);
            QVERIFY(map.chords(Intent::ToggleLabels).empty());
            QVERIFY(desk.find<QAbstractButton>("tool.ruler")->toolTip().endsWith("(S)"));
            QVERIFY(desk.find<QAbstractButton>("smart.snake")->toolTip().endsWith("(Ctrl+K)"));
            QCOMPARE(keys.key("Labels on or off"), QString());
            QVERIFY(map.clashes().empty());
            // Esc leaves it; Shift alone is no key yet.
            QVERIFY(keys.choose("Angle"));
            const QString angle = keys.key("Angle");
            keys.rebind("Angle", Qt::Key_Escape);
            QCOMPARE(keys.key("Angle"), angle);
            keys.dialog->close();
        }
        Correcting desk(*home); // kept
        press(desk.canvas(), "S");
        QCOMPARE(desk.workstation.presenters().tools.tool(), interaction::Tool::Ruler);
        Table keys(desk);
        QVERIFY(keys.choose("Ruler"));
        keys.dialog->findChild<QAbstractButton *>("prefKeyReset")->click();
        const KeyMap &map = desk.workstation.presenters().preferences.keyMap();
        QCOMPARE(map.find("6")->intent, Intent::ToolRuler);
        QCOMPARE(map.find("S")->intent, Intent::ToggleLabels); // it has its key back
        QVERIFY(keys.choose("Ruler"));
        QVERIFY(!keys.dialog->findChild<QAbstractButton *>("prefKeyReset")->isEnabled());
        QVERIFY(keys.choose("Snake"));
        keys.dialog->findChild<QAbstractButton *>("prefKeyClear")->click();
        QVERIFY(map.chords(Intent::SmartSnake).empty());
        keys.dialog->findChild<QAbstractButton *>("prefReset.keys")->click(); // the page: all as at first
        QCOMPARE(map.find("Shift+K", KeyContext::Correct)->intent, Intent::SmartSnake);
        QVERIFY(map.find("H")->hold);
        QVERIFY(map.clashes().empty());
    }

    void undoTakesBackWhatWasDoneLastMaskOrRuler()
    {
        Correcting desk(*home);
        app::MeasurePresenter &measures = desk.workstation.presenters().measures;
        QVERIFY(QTest::qWaitFor([&] { return !measures.reading(); }));
        const auto rulers = [&] { return measures.measures().drawn.size(); };
        const auto steps = [&] { return desk.model().document().position(); };
        auto *button = desk.find<QAbstractButton>("undoButton");
        desk.click(desk.middle()); // a stroke
        desk.workstation.shell().act(Intent::ToolRuler, 0);
        desk.drag(Qt::LeftButton,
                  {desk.middle() - QPoint(60, 40), desk.middle() - QPoint(0, 40), desk.middle() + QPoint(60, -40)});
        QCOMPARE(rulers(), std::size_t(1));
        QCOMPARE(desk.model().document().steps().size(), std::size_t(1)); // the mask's history stays the mask's
        QVERIFY2(button->toolTip().contains("Draw ruler 1"), qPrintable(button->toolTip()));
        const app::Measure drawn = measures.measures().drawn[0];
        desk.drag(Qt::LeftButton,
                  {desk.middle() + QPoint(60, -40), desk.middle() + QPoint(70, -30), desk.middle() + QPoint(80, -10)});
        QVERIFY(!(measures.measures().drawn[0] == drawn));
        desk.workstation.shell().act(Intent::ToolBrush, 0);
        desk.click(desk.middle() + QPoint(30, 50)); // another stroke
        QCOMPARE(steps(), std::size_t(2));
        desk.undo();
        QCOMPARE(steps(), std::size_t(1)); // the stroke was last
        QVERIFY2(button->toolTip().contains("Move ruler 1"), qPrintable(button->toolTip()));
        desk.undo();
        QVERIFY(measures.measures().drawn[0] == drawn);
        QCOMPARE(steps(), std::size_t(1));
        desk.undo();
        QCOMPARE(rulers(), std::size_t(0));
        desk.undo();
        QCOMPARE(steps(), std::size_t(0));
        const auto redo = [&] { QTest::keyClick(desk.canvas(), Qt::Key_Y, Qt::ControlModifier); };
        redo();
        QCOMPARE(steps(), std::size_t(1));
        QCOMPARE(rulers(), std::size_t(0));
        redo();
        QCOMPARE(rulers(), std::size_t(1));
        redo();
        QVERIFY(!(measures.measures().drawn[0] == drawn));
        redo();
        QCOMPARE(steps(), std::size_t(2));
        // What is taken back is taken back on the disk too.
        desk.undo();
        desk.undo();
        QVERIFY(desk.settle());
        const auto kept = desk.workstation.journal().valuesOf(desk.model().id().toStdString());
        QVERIFY(kept && app::measuresFromJson(kept->at("measures"))->drawn[0] == drawn);
    }

    void signingIsOnlyWhereItIsSeen()
    {
        Correcting desk(*home);
        showBall(desk);
        desk.press("margin");
        QVERIFY(desk.smart().busy());
        for (std::size_t row = 0; row < desk.model().placeStates().size(); ++row)
            desk.model().settlePlace(int(row), app::PlaceState::Kept);
        desk.workstation.shell().act(Intent::Approve, 0);
        QCOMPARE(desk.window().mode(), Mode::Review);
        QVERIFY(!desk.model().signedOff());
        QVERIFY(!desk.window().findChild<QDialog *>("nameDialog"));
    }

    void aTextKeepsItsKeys()
    {
        Correcting desk(*home);
        showBall(desk);
        desk.click(desk.middle());
        const std::size_t steps = desk.model().document().position();
        desk.workstation.shell().setMode(Mode::Review);
        QTest::mouseClick(desk.find<QToolButton>("writeNote"), Qt::LeftButton);
        auto *notes = desk.find<QPlainTextEdit>("caseNotes");
        notes->setFocus();
        QTRY_VERIFY(notes->hasFocus());
        QTest::keyClicks(notes, "bleed");
        QTest::keyClick(notes, Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(notes->textCursor().position(), 0);
        QTest::keyClick(notes, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(notes->toPlainText(), QString());
        QTest::keyClick(notes, Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier); // nothing is signed
        QVERIFY(!desk.window().findChild<QDialog *>("nameDialog"));
        QCOMPARE(desk.model().document().position(), steps);
        desk.canvas()->parentWidget()->setFocus();
        QTest::keyClick(desk.canvas(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(desk.model().document().position(), steps - 1);
    }

    void enterLeavesNothingBehindInAPlace()
    {
        Correcting desk(*home);
        showBall(desk);
        desk.workstation.shell().setMode(Mode::Doubts);
        app::DoubtPresenter &doubts = desk.workstation.presenters().doubts;
        doubts.step(+1);
        const auto row = std::size_t(doubts.current() - 1);
        QTest::keyClick(desk.canvas(), Qt::Key_F);
        QVERIFY(doubts.fixing());
        desk.workstation.shell().act(Intent::ToolGrow, 0);
        desk.brush().selectLabel(desk.label("CC"));
        const std::size_t steps = desk.model().document().position();
        desk.click(desk.middle());
        desk.enter(); // before there is anything to see
        QVERIFY(doubts.fixing());
        QVERIFY(desk.model().placeStates()[row] == app::PlaceState::Open);
        QTRY_COMPARE(desk.model().document().position(), steps + 1);
        QVERIFY(doubts.fixing());
        desk.workstation.shell().act(Intent::ToolLiveWire, 0);
        desk.click(desk.middle());
        desk.enter(); // one anchor makes no outline, and no settled place
        QVERIFY(doubts.fixing());
        QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        QVERIFY(!desk.smart().holds());
        QVERIFY(!desk.workstation.presenters().liveWire.holds());
        QVERIFY(!desk.workstation.presenters().tools.inHand());
        desk.enter();
        QVERIFY(!doubts.fixing());
        QVERIFY(desk.model().placeStates()[row] == app::PlaceState::Changed);
    }
};

QTEST_MAIN(KeysTest)
#include "KeysTest.moc"
