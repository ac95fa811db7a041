#pragma once
#include "CorrectDesk.h"

namespace glio::gui {

/// A case in Correct, and a hand that draws in the axial view in mm from its middle.
struct Drawing : Correcting {
    using Correcting::Correcting;
    QPoint at(double rightMm, double downMm) { return middle() + QPoint(pixels(rightMm), pixels(downMm)); }
    Index3 voxelAt(double rightMm, double downMm)
    {
        const QPoint p = at(rightMm, downMm);
        return mask().geometry().nearestVoxel(view()->transform().toWorld({double(p.x()), double(p.y())}));
    }
    Label shownAt(double rightMm, double downMm) { return model().labels().at(voxelAt(rightMm, downMm)); }
    void stroke(Qt::MouseButton button, double x0, double y0, double x1, double y1)
    {
        drag(button, QList<QPoint>{at(x0, y0), at((x0 + x1) / 2, (y0 + y1) / 2), at(x1, y1)});
    }
    /// Round a part of the picture; a lasso closes with the release.
    void round(Qt::MouseButton button, double x0, double y0, double x1, double y1)
    {
        drag(button, QList<QPoint>{at(x0, y0), at((x0 + x1) / 2, y0), at(x1, y0), at(x1, (y0 + y1) / 2), at(x1, y1),
                                   at((x0 + x1) / 2, y1), at(x0, y1), at(x0, (y0 + y1) / 2)});
    }
    bool idle()
    {
        return QTest::qWaitFor([this] { return !smart().busy(); }, 30'000);
    }
    void chooseArea(const char *id)
    {
        auto *area = find<QComboBox>("smartArea");
        const int index = area->findData(id);
        if (index < 0) qFatal("there is no area %s", id);
        area->setCurrentIndex(index);
        emit area->activated(index);
    }
    QString said() { return find<QLabel>("smartPreview")->text(); }
    interaction::Tool tool() { return workstation.presenters().tools.tool(); }
};

} // namespace glio::gui
