#pragma once
#include "GuiTest.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/SmartToolsPanel.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QtTest>

#include <cmath>

namespace glio::gui {

/// A case in Correct with the brush in hand and what journeys of tools ask and do.
struct Correcting : Desk {
    explicit Correcting(TestHome &home)
    {
        if (!open(home.phantomCase())) qFatal("the phantom does not open");
        workstation.shell().setMode(widgets::Mode::Correct);
        workstation.shell().act(interaction::Intent::ToolBrush, 0);
        brush().setSize(12);
        toMiddle();
    }
    app::BrushPresenter &brush() { return workstation.presenters().brush; }
    app::SmartToolPresenter &smart() { return workstation.presenters().smart; }
    widgets::SliceView *view() { return window().grid()->slice(render::Plane::Axial); }
    QWidget *canvas() { return view()->canvas(); }
    const LabelMap &mask() { return model().document().labels(); }
    std::int64_t voxels(Label label) { return mask().count(label); }
    Label label(const char *id) { return model().scheme().label(id)->value; }
    void toMiddle()
    {
        model().setCursor(render::snapped(model().referenceGrid(), model().referenceGrid().centre()));
        settle();
    }
    QPoint pixelOf(const PointMm &p)
    {
        const render::ViewPoint2 at = view()->transform().toView(p);
        return {int(std::lround(at.x)), int(std::lround(at.y))};
    }
    QPoint middle() { return pixelOf(model().cursor()); }
    int pixels(double mm) { return int(std::lround(mm / view()->viewpoint().mmPerPixel)); }
    void drag(Qt::MouseButton button, const QList<QPoint> &way)
    {
        QTest::mousePress(canvas(), button, {}, way.front());
        for (const QPoint &p : way) {
            QMouseEvent move(QEvent::MouseMove, QPointF(p), canvas()->mapToGlobal(QPointF(p)), Qt::NoButton, button,
                             Qt::NoModifier);
            QApplication::sendEvent(canvas(), &move);
        }
        QTest::mouseRelease(canvas(), button, {}, way.back());
    }
    void click(const QPoint &at) { QTest::mouseClick(canvas(), Qt::LeftButton, {}, at); }
    /// Presses the button of a tool, and its menu's entry where it has one.
    void press(const QString &id, const QString &choice = {})
    {
        auto *panel = find<widgets::SmartToolsPanel>("smartTools");
        auto *button = find<QAbstractButton>("smart." + id);
        if (!button->isEnabled()) qFatal("%s is off: %s", qPrintable(id), qPrintable(button->toolTip()));
        if (choice.isEmpty())
            button->click();
        else
            emit panel->toolWished(id, choice);
    }
    void value(double value) { find<QDoubleSpinBox>("smartValue")->setValue(value); }
    bool ready()
    {
        return QTest::qWaitFor([this] { return smart().ready() && !smart().busy(); }, 30'000);
    }
    void enter() { QTest::keyClick(canvas(), Qt::Key_Return); }
    void undo() { QTest::keyClick(canvas(), Qt::Key_Z, Qt::ControlModifier); }
    QString lastAct() { return QString::fromStdString(model().document().steps().back().act.id); }
};

/// Voxels whose label differs.
inline std::int64_t differing(const LabelMap &a, const LabelMap &b)
{
    const VoxelBox whole = VoxelBox::whole(a.geometry());
    const std::vector<Label> before = a.values(whole), after = b.values(whole);
    std::int64_t count = 0;
    for (std::size_t n = 0; n < before.size(); ++n)
        count += before[n] != after[n];
    return count;
}

} // namespace glio::gui
