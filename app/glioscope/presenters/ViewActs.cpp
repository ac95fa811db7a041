#include "presenters/ViewPresenter.h"

#include "shell/MainWindow.h"
#include "support/Palette.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewGrid.h"

#include <algorithm>
#include <cmath>

namespace glio::app {

using widgets::LayoutChoice;
using widgets::SliceView;

ViewPresenter::View *ViewPresenter::active()
{
    return const_cast<View *>(std::as_const(*this).active()); // one search for both
}

const ViewPresenter::View *ViewPresenter::active() const
{
    const QWidget *widget = m_desk.window.grid()->activeView();
    for (const View &view : m_views) {
        if (view.widget == widget) return &view;
    }
    const QList<SliceView *> visible = m_desk.window.grid()->visibleSlices();
    for (const View &view : m_views) {
        if (!visible.isEmpty() && view.widget == visible.front()) return &view;
    }
    return nullptr;
}

render::Plane ViewPresenter::activePlane() const
{
    const View *view = active();
    return view ? view->plane : render::Plane::Axial;
}

void ViewPresenter::stepSlice(int steps)
{
    if (const View *view = active())
        moveCursor(render::stepped(m_desk.model.referenceGrid(), view->plane, m_desk.model.cursor(), steps));
}

void ViewPresenter::stepCursor(int right, int up)
{
    const View *view = active();
    if (!view || !m_desk.model.isOpen()) return;
    const Geometry &grid = m_desk.model.referenceGrid();
    const render::PlaneAxes axes = render::planeAxes(
        grid, view->plane, m_radiological ? render::Convention::Radiological : render::Convention::Neurological);
    const auto stepAlong = [&](const PointMm &direction) { // one voxel along the grid axis that runs this way
        double best = -1, mm = 1;
        for (int a = 0; a < 3; ++a) {
            const PointMm axis = grid.axis(a);
            const double along = std::abs(axis.x * direction.x + axis.y * direction.y + axis.z * direction.z);
            if (along > best) {
                best = along;
                mm = grid.spacing()[a];
            }
        }
        return mm;
    };
    moveCursor(m_desk.model.cursor() + (right * stepAlong(axes.right)) * axes.right +
               (-up * stepAlong(axes.down)) * axes.down);
}

void ViewPresenter::stepSequence(int steps)
{
    View *view = active();
    const int count = int(m_desk.model.series().size());
    if (!view || count == 0) return;
    showSequence(((view->series + steps) % count + count) % count);
}

void ViewPresenter::showSequence(int series)
{
    View *view = active();
    if (!view || series < 0 || series >= int(m_desk.model.series().size())) return;
    view->series = series;
    showSequenceMenus();
    refresh(*view);
    emit activeSeriesChanged(series);
}

void ViewPresenter::centreOnCursor()
{
    const View *view = active();
    if (!view) return;
    render::Viewpoint viewpoint = view->widget->viewpoint();
    viewpoint.centre = m_desk.model.cursor();
    applyViewpoint(*view, viewpoint);
}

void ViewPresenter::fit()
{
    m_viewpoint = {};
    refreshAll();
}

void ViewPresenter::zoom(double factor)
{
    if (const View *view = active())
        applyViewpoint(*view, render::zoomed(view->widget->viewpoint(), factor, m_desk.model.cursor()));
}

void ViewPresenter::windowAuto()
{
    if (const int series = activeSeries(); series >= 0)
        m_desk.model.setWindow(series, m_desk.model.series()[series].autoRange);
}

void ViewPresenter::windowReset()
{
    const int series = activeSeries();
    if (series < 0) return;
    const auto values = m_desk.model.series()[series].image->voxels();
    const auto [low, high] = std::ranges::minmax_element(values); // the whole range, as the file has it
    m_desk.model.setWindow(series, {*low, *high});
}

void ViewPresenter::toggleCorners() { m_desk.settings.setValue("views/corners", !m_corners); }

void ViewPresenter::toggleCrosshair()
{
    m_crosshair = !m_crosshair;
    refreshAll();
}

void ViewPresenter::maximiseActive()
{
    widgets::ViewGrid *grid = m_desk.window.grid();
    grid->maximise(grid->maximised() ? nullptr : grid->activeView());
}

void ViewPresenter::stepView() { m_desk.window.grid()->focusNextView(); }

void ViewPresenter::toggleTiled()
{
    setLayout(m_layouts[m_mode] == LayoutChoice::LargeAndThree ? LayoutChoice::TwoByTwo : LayoutChoice::LargeAndThree);
}

void ViewPresenter::stepPlaceSlice(int direction)
{
    const View *view = active();
    const CaseModel &model = m_desk.model;
    if (!view || !model.hasProbabilities()) return;
    const Geometry &grid = model.referenceGrid();
    const Geometry &placeGrid = model.live().mask().geometry();
    const int here = render::sliceAt(grid, view->plane, model.cursor());
    const render::PlaneAxes axes = render::planeAxes(grid, view->plane);
    const int towards = direction * axes.normalSign; // in voxel indices
    int best = -1;
    for (std::size_t n = 0; n < model.places().list.size(); ++n) {
        if (model.placeStates()[n] != PlaceState::Open) continue;
        const Place &place = model.places().list[n];
        const ContinuousIndex first{double(place.start[0]), double(place.start[1]), double(place.start[2])};
        const ContinuousIndex last{first[0] + place.size[0] - 1, first[1] + place.size[1] - 1,
                                   first[2] + place.size[2] - 1};
        int low = render::sliceAt(grid, view->plane, placeGrid.toWorld(first));
        int high = render::sliceAt(grid, view->plane, placeGrid.toWorld(last));
        if (low > high) std::swap(low, high);
        const int next = towards > 0 ? std::max(low, here + 1) : std::min(high, here - 1);
        if (next < low || next > high) continue;
        if (best < 0 || std::abs(next - here) < std::abs(best - here)) best = next;
    }
    if (best >= 0) moveCursor(render::atSlice(grid, view->plane, model.cursor(), best));
}

void ViewPresenter::visit(const PointMm &centre, double heightMm, std::optional<render::PlaceMark> mark)
{
    m_mark = std::move(mark);
    const View *view = active();
    const int pixels = view ? std::max(view->widget->canvasSize().height(), 100) : 400;
    m_viewpoint = {centre, heightMm / pixels};
    m_zoomedFit = view ? fitMm(*view) : 0;
    moveCursor(centre);
    refreshAll();
    refreshVolume();
}

void ViewPresenter::goTo(const PointMm &centre, double heightMm) { visit(centre, heightMm, std::move(m_mark)); }

void ViewPresenter::setMark(std::optional<render::PlaceMark> mark)
{
    m_mark = std::move(mark);
    refreshAll();
}

} // namespace glio::app
