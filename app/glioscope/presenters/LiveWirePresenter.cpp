#include "presenters/LiveWirePresenter.h"

#include "presenters/SmartToolSupport.h"
#include "presenters/ToolPresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewGrid.h"

#include <cmath>

namespace glio::app {

using interaction::Tool;
using widgets::SliceView;

namespace {

constexpr double kSamePointPixels = 3; ///< the second press of a double click
constexpr double kCloseToPixels = 9;   ///< a click on the first anchor

std::vector<PointMm> wayTo(std::optional<tools::LiveWire> &wire, const PointMm &from, const PointMm &to)
{
    return wire ? wire->pathTo(to) : std::vector<PointMm>{from, to};
}

} // namespace

LiveWirePresenter::LiveWirePresenter(const Desk &desk, ToolPresenter &tools, QObject *parent)
    : QObject(parent), m_desk(desk), m_tools(tools)
{
    connect(&m_tools, &ToolPresenter::drawn, this,
            [this](Tool tool, SliceView *view, int phase, const PointMm &point, bool positive) {
                if (tool == Tool::LiveWire && phase == 0) press(view, point, positive);
            });
    connect(&m_tools, &ToolPresenter::toolChanged, this, &LiveWirePresenter::escape);
    for (const auto signal :
         {&CaseModel::closed, &CaseModel::opened, &CaseModel::documentReplaced, &CaseModel::maskReplaced})
        connect(&m_desk.model, signal, this, &LiveWirePresenter::escape);
    for (SliceView *view : m_desk.window.grid()->allSlices())
        bind(view);
}

void LiveWirePresenter::bind(SliceView *view)
{
    connect(view, &SliceView::hovered, this, [this, view](const PointMm &point) { hover(view, point); });
    connect(view, &SliceView::toolDoubleClicked, this, [this] {
        if (m_tools.tool() != Tool::LiveWire) return;
        if (m_anchors.size() == 1)
            escape(); // its first click closed the outline, and the second began another
        else
            close();
    });
}

void LiveWirePresenter::press(SliceView *view, const PointMm &point, bool positive)
{
    const double mmPerPixel = view->transform().viewpoint().mmPerPixel;
    const bool elsewhere = m_view != view || (!m_anchors.empty() && !view->inSlice(m_anchors.front()));
    if (elsewhere) escape(); // another view or slice: a new outline
    m_view = view;
    if (m_anchors.empty()) {
        m_erases = !positive;
    } else if (m_anchors.size() > 2 && length(point - m_anchors.front()) < kCloseToPixels * mmPerPixel) {
        close();
        return;
    } else if (length(point - m_anchors.back()) < kSamePointPixels * mmPerPixel) {
        return;
    } else {
        m_parts.push_back(wayTo(m_wire, m_anchors.back(), point));
    }
    m_anchors.push_back(point);
    anchor(point);
    show();
}

void LiveWirePresenter::anchor(const PointMm &point)
{
    m_ahead.clear();
    m_wire.reset();
    std::vector<tools::WeightedImage> images;
    const auto held = imagesOf(m_desk.model);
    for (const auto &image : held)
        images.push_back({image.get(), 1});
    const render::PlaneAxes &axes = m_view->transform().axes();
    if (auto wire = tools::LiveWire::make(images, point, axes.right, axes.down)) m_wire = std::move(*wire);
}

void LiveWirePresenter::hover(SliceView *view, const PointMm &point)
{
    if (m_anchors.empty() || view != m_view || m_tools.tool() != Tool::LiveWire) return;
    if (!view->inSlice(m_anchors.front())) return; // another slice is shown
    m_ahead = wayTo(m_wire, m_anchors.back(), point);
    show();
}

void LiveWirePresenter::show()
{
    render::PenLine pen{.erasing = m_erases};
    for (const auto &part : m_parts)
        pen.points.insert(pen.points.end(), part.begin(), part.end());
    if (m_parts.empty()) pen.points = m_anchors;
    pen.points.insert(pen.points.end(), m_ahead.begin(), m_ahead.end());
    pen.closed = m_anchors.size() > 2;
    m_tools.setPen(m_view, std::move(pen));
    std::vector<render::SeedMark> marks;
    for (const PointMm &p : m_anchors)
        marks.push_back({p, !m_erases});
    m_tools.setSeeds(std::move(marks));
}

void LiveWirePresenter::close()
{
    if (m_anchors.size() < 3) return;
    std::vector<PointMm> shape;
    m_parts.push_back(wayTo(m_wire, m_anchors.back(), m_anchors.front()));
    for (const auto &part : m_parts)
        shape.insert(shape.end(), part.begin(), part.end());
    SliceView *view = m_view;
    const bool erases = m_erases;
    escape();
    m_tools.fillShape(view, shape, erases, erases ? "livewire.erase" : "livewire");
}

bool LiveWirePresenter::enter()
{
    if (m_anchors.size() < 3) return false;
    close();
    return true;
}

bool LiveWirePresenter::back()
{
    if (m_anchors.empty()) return false;
    if (m_anchors.size() == 1) return escape();
    m_anchors.pop_back();
    m_parts.pop_back();
    anchor(m_anchors.back());
    show();
    return true;
}

bool LiveWirePresenter::escape()
{
    if (m_anchors.empty()) return false;
    m_anchors.clear();
    m_parts.clear();
    m_ahead.clear();
    m_wire.reset();
    m_view = nullptr;
    m_tools.setPen(nullptr, {});
    m_tools.setSeeds({});
    return true;
}

} // namespace glio::app
