#include "presenters/ProvenancePresenter.h"
#include "presenters/ViewPresenter.h"

#include "shell/MainWindow.h"
#include "support/Palette.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewGrid.h"
#include "glioscope/widgets/VolumeView.h"

#include <algorithm>
#include <cmath>

namespace glio::app {

using render::Plane;
using widgets::Mode;
using widgets::SliceView;

std::vector<render::LabelLook> ViewPresenter::looks() const
{
    std::vector<render::LabelLook> looks;
    for (const LabelDefinition &label : m_desk.model.scheme().labels()) {
        looks.push_back({label.value, labelColour(label, m_desk.settings),
                         !m_desk.model.overlay().hidden.contains(label.value), label.pattern});
    }
    return looks;
}

render::WorldBox ViewPresenter::headBox() const
{
    const std::vector<Series> &series = m_desk.model.series();
    render::WorldBox head{series.front().headLow, series.front().headHigh};
    for (const Series &one : series) { // one box for all views: switching the sequence moves nothing
        head.low = {std::min(head.low.x, one.headLow.x), std::min(head.low.y, one.headLow.y),
                    std::min(head.low.z, one.headLow.z)};
        head.high = {std::max(head.high.x, one.headHigh.x), std::max(head.high.y, one.headHigh.y),
                     std::max(head.high.z, one.headHigh.z)};
    }
    return head;
}

double ViewPresenter::fitMm(const View &view) const
{
    const QSize size = view.widget->canvasSize();
    if (size.width() < 16 || size.height() < 16) return 0;
    const render::PlaneAxes axes = render::planeAxes(m_desk.model.referenceGrid(), view.plane);
    return render::fitViewpoint(headBox(), axes, size.width(), size.height()).mmPerPixel;
}

render::Viewpoint ViewPresenter::resolved(const View &view) const
{
    const bool large = m_desk.window.grid()->layoutKind() == widgets::GridLayout::LargeAndThree;
    const double own = fitMm(view);
    if (m_viewpoint.mmPerPixel > 0) {
        // One large view and small ones beside it: each keeps its own share of the zoom.
        render::Viewpoint shown = m_viewpoint;
        if (large && own > 0 && m_zoomedFit > 0) shown.mmPerPixel *= own / m_zoomedFit;
        return shown;
    }
    const render::WorldBox head = headBox();
    render::Viewpoint widest{0.5 * (head.low + head.high), large ? own : 0};
    if (widest.mmPerPixel > 0) return widest;
    for (const View &each : m_views)
        if (m_desk.window.grid()->visibleSlices().contains(each.widget))
            widest.mmPerPixel = std::max(widest.mmPerPixel, fitMm(each));
    return widest;
}

render::SliceState ViewPresenter::stateOf(const View &view) const
{
    const CaseModel &model = m_desk.model;
    render::SliceState state;
    state.plane = view.plane;
    state.convention = m_radiological ? render::Convention::Radiological : render::Convention::Neurological;
    if (!model.isOpen() || view.series < 0) return state;
    const Series &series = model.series()[std::size_t(view.series)];
    state.image = *series.image;
    state.reference = model.referenceGrid();
    state.window = series.window;
    state.colours = view.colours;
    state.interpolation = m_cubic ? render::ImageInterpolation::Cubic : render::ImageInterpolation::Linear;
    state.orientationStated = model.orientationStated();
    state.cursor = model.cursor();
    state.viewpoint = resolved(view);
    state.crosshair = m_crosshair && m_mode != Mode::Doubts;
    if (m_planeColours) {
        state.crosshairColour = view.plane == Plane::Axial     ? Rgb{0xE7, 0x6A, 0x5A}
                                : view.plane == Plane::Coronal ? Rgb{0x6F, 0xCB, 0x97}
                                                               : Rgb{0xE7, 0xC9, 0x5A};
    }
    state.fitBox = headBox();

    const OverlayState &overlay = model.overlay();
    state.overlaysHidden = overlay.held;
    const bool other = showsOther(view);
    const bool byOrigin = overlay.byOrigin && !other && m_mode != Mode::Doubts && !model.previewing();
    if (model.hasMask() && (m_compared || !other)) {
        state.mask.mask = other ? m_compared->other : model.labels();
        state.mask.looks = looks();
        state.mask.style = render::OverlayStyle(overlay.style);
        state.mask.outlineWidth = overlay.lineWidth;
        state.mask.fillOpacity = overlay.fillOpacity;
        state.mask.patterns = overlay.patterns;
        state.mask.shape = m_smooth ? render::OutlineShape::Smooth : render::OutlineShape::VoxelCorners;
        state.mask.visible = overlay.visible;
        // Doubts compares sequences: lines leave the tissue to be seen.
        if (m_mode == Mode::Doubts) {
            state.mask.style = render::OverlayStyle::Outline;
            for (render::LabelLook &look : state.mask.looks) { // the mask's border, between the band's two lines
                const LabelDefinition *label = model.scheme().label(look.value);
                if (label && label->id == "ED") look.colour = {0xFF, 0xFF, 0xFF};
            }
        }
        if (overlay.highlighted != 0) state.mask.emphasised = {overlay.highlighted};
        if (byOrigin) {
            state.mask.mask = model.document().sourceMap();
            state.mask.looks = provenanceLooks(model.document());
            state.mask.emphasised.clear();
        }
    }
    const BandState &band = model.band();
    if (model.hasProbabilities()) {
        const std::string region = band.regionId.toStdString();
        if (const RegionField *field = model.bandLive().field(region)) {
            state.band.probability = field->map;
            state.band.inner = band.inner;
            state.band.outer = band.outer;
            state.band.visible = band.enabled;
            if (const RegionDefinition *definition = model.scheme().region(region)) {
                state.band.colour = regionColour(*definition, model.scheme(), m_desk.settings);
            }
            state.heat.values = field->map;
            state.heat.opacity = band.heatOpacity;
            state.heat.visible = band.heatMap;
        }
    }
    if (m_mark && m_mode == Mode::Doubts) state.places = {*m_mark};
    if (m_compared && model.hasMask() && (m_paired || m_mode != Mode::Doubts)) {
        // Lines take the colours of what is shown, which are those of no label while it is the origins.
        if (m_compared->contours && !byOrigin) state.compare.other = other ? model.labels() : m_compared->other;
        state.compare.disputed = m_compared->disputed;
        if (m_compared->mark) state.places = {*m_compared->mark};
    }
    return state;
}

void ViewPresenter::refresh(View &view)
{
    const CaseModel &model = m_desk.model;
    view.widget->setState(stateOf(view));
    const bool paired = m_paired && m_compared && (&view == &m_views[3] || &view == &m_views[4]);
    view.widget->setMaskName(!paired ? QString() : showsOther(view) ? m_compared->otherName : m_compared->ownName);
    if (!model.isOpen()) {
        view.widget->setEmptyText(tr("Open a case to begin."));
        view.widget->setCornerLines({});
        return;
    }
    if (view.series < 0) {
        view.widget->setEmptyText(tr("No other sequence to show."));
        view.widget->setCornerLines({});
        return;
    }
    const Series &series = model.series()[std::size_t(view.series)];
    view.widget->setCornerLines({model.name(), sequenceText(series.sequence)});
}

void ViewPresenter::refreshAll()
{
    const QList<SliceView *> visible = m_desk.window.grid()->visibleSlices();
    for (View &view : m_views) {
        if (visible.contains(view.widget)) refresh(view);
    }
}

void ViewPresenter::refreshVolume()
{
    const CaseModel &model = m_desk.model;
    widgets::VolumeView *widget = m_desk.window.grid()->volume();
    render::VolumeState state;
    state.content = m_content;
    if (model.isOpen()) {
        const Series &series = seriesOfHead(model.series());
        state.image = *series.image;
        state.window = series.window;
        state.reference = model.referenceGrid();
        state.cursor = model.cursor();
        state.orientationStated = model.orientationStated();
        if (model.hasMask() && model.overlay().visible) {
            state.mask = model.labels();
            state.looks = looks();
            if (const LabelDefinition *oedema = model.scheme().label("ED")) state.seeThrough = {oedema->value};
        }
        for (std::size_t n = 0; n < model.places().list.size(); ++n) {
            if (model.placeStates()[n] != PlaceState::Open) continue;
            const Place &place = model.places().list[n];
            // Markers, not volumes: a dot as large as its place would hide the tumour.
            state.places.push_back({place.centre, 0.03 * place.volumeMl, m_mark && m_mark->id == place.id});
        }
        widget->setCornerLines({model.name()});
    } else {
        widget->setCornerLines({});
    }
    widget->setState(std::move(state));
}

} // namespace glio::app
