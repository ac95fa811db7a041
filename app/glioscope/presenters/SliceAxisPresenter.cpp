#include "presenters/SliceAxisPresenter.h"

#include "model/CaseModel.h"
#include "shell/MainWindow.h"
#include "support/Palette.h"
#include "support/Settings.h"

#include "glioscope/render/SliceAxis.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewGrid.h"

#include <array>
#include <memory>

namespace glio::app {

using render::Plane;

SliceAxisPresenter::SliceAxisPresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    const CaseModel *model = &m_desk.model;
    for (const auto signal : {&CaseModel::opened, &CaseModel::closed, &CaseModel::maskChanged,
                              &CaseModel::placesChanged, &CaseModel::overlayChanged}) {
        connect(model, signal, this, [this] { m_timer.start(); });
    }
    connect(m_desk.window.grid(), &widgets::ViewGrid::layoutKindChanged, this, [this] { m_timer.start(); });
    // Counting takes the cores that a moving slider needs for the pictures: it waits until the slider rests.
    m_timer.setSingleShot(true);
    m_timer.setInterval(120);
    connect(&m_timer, &QTimer::timeout, this, &SliceAxisPresenter::recount);
}

void SliceAxisPresenter::recount()
{
    const CaseModel &model = m_desk.model;
    const Geometry grid = model.referenceGrid();
    std::optional<LabelMap> mask;
    if (model.hasMask()) mask = model.labels();
    std::vector<render::LabelLook> looks;
    for (const LabelDefinition &label : model.scheme().labels()) {
        looks.push_back(
            {label.value, labelColour(label, m_desk.settings), !model.overlay().hidden.contains(label.value)});
    }
    std::optional<render::ByteVolume> places;
    std::vector<std::pair<PointMm, PointMm>> open;
    if (model.placesKnown() && !model.places().list.empty()) {
        places = model.places().map;
        const Geometry &placeGrid = places->geometry();
        for (std::size_t n = 0; n < model.places().list.size(); ++n) {
            if (model.placeStates()[n] != PlaceState::Open) continue;
            const Place &place = model.places().list[n];
            const Index3 last{place.start[0] + place.size[0] - 1, place.start[1] + place.size[1] - 1,
                              place.start[2] + place.size[2] - 1};
            open.emplace_back(placeGrid.toWorld(place.start), placeGrid.toWorld(last));
        }
    }
    const bool isOpen = model.isOpen();
    m_job.request([this, grid, mask, looks, places, open, isOpen]() -> LatestJob::Apply {
        auto axes = std::make_shared<std::array<render::SliceAxis, 3>>();
        for (const Plane plane : {Plane::Axial, Plane::Coronal, Plane::Sagittal}) {
            render::SliceAxis &axis = (*axes)[std::size_t(plane)];
            if (!isOpen) continue;
            axis = render::sliceAxis(grid, plane, mask, looks, places);
            axis.openPlaces.assign(std::size_t(axis.count), 0);
            for (const auto &[first, last] : open) {
                auto [low, high] =
                    std::minmax({render::sliceAt(grid, plane, first), render::sliceAt(grid, plane, last)});
                for (int slice = low; slice <= high; ++slice)
                    ++axis.openPlaces[std::size_t(slice)];
            }
        }
        return [this, axes] {
            for (widgets::SliceView *view : m_desk.window.grid()->allSlices()) {
                view->setAxis((*axes)[std::size_t(view->state().plane)]);
            }
        };
    });
}

} // namespace glio::app
