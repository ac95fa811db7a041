#include "shell/BenchParts.h"

#include "shell/Workstation.h"

#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QMouseEvent>

#include <cmath>

namespace glio::app::bench {

Hand::Hand(Workstation &workstation)
    : canvas(workstation.window().grid()->slice(render::Plane::Axial)->canvas()),
      middle(canvas->width() / 2.0, canvas->height() / 2.0)
{
}

void Hand::send(QEvent::Type type, const QPointF &at, Qt::MouseButton button, Qt::MouseButtons held) const
{
    QMouseEvent event(type, at, canvas->mapToGlobal(at), button, held, Qt::NoModifier);
    QApplication::sendEvent(canvas, &event);
}

QPointF Hand::around(int n) const { return middle + QPointF(90 * std::cos(0.31 * n), 70 * std::sin(0.47 * n)); }

} // namespace glio::app::bench
