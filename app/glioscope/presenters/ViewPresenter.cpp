#include "presenters/ViewPresenter.h"

#include "shell/MainWindow.h"
#include "support/Palette.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"
#include "glioscope/widgets/VolumeView.h"

#include <QGuiApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace glio::app {

using render::Plane;
using widgets::GridLayout;
using widgets::LayoutChoice;
using widgets::Mode;
using widgets::SliceView;

namespace {
GridLayout gridLayout(LayoutChoice choice)
{
    switch (choice) {
    case LayoutChoice::TwoByTwo:
        return GridLayout::TwoByTwo;
    case LayoutChoice::LargeAndThree:
        return GridLayout::LargeAndThree;
    case LayoutChoice::ThreeInRow:
        return GridLayout::ThreeInARow;
    case LayoutChoice::FourSequences:
        return GridLayout::FourSequences;
    case LayoutChoice::CompareMasks:
        return GridLayout::Pair;
    case LayoutChoice::Single:
        break;
    }
    return GridLayout::Single;
}
/// The order of ui.md's picture of Doubts: oedema is judged on FLAIR first.
constexpr std::array kFourOrder{Sequence::Flair, Sequence::T1c, Sequence::T2, Sequence::T1};
} // namespace

ViewPresenter::ViewPresenter(const Desk &desk, QObject *parent)
    : QObject(parent),
      m_desk(desk),
      m_layouts{{Mode::Review, LayoutChoice::TwoByTwo},
                {Mode::Correct, LayoutChoice::LargeAndThree},
                {Mode::Doubts, LayoutChoice::FourSequences}}
{
    widgets::ViewGrid *grid = m_desk.window.grid();
    for (const Plane plane : {Plane::Axial, Plane::Coronal, Plane::Sagittal})
        m_views.push_back({grid->slice(plane), plane});
    for (int n = 0; n < 4; ++n)
        m_views.push_back({grid->sequenceView(n), Plane::Axial});
    for (View &view : m_views)
        bind(view);

    widgets::VolumeView *volume = grid->volume();
    connect(volume, &widgets::VolumeView::activated, this, [grid, volume] { grid->setActiveView(volume); });
    connect(volume, &widgets::VolumeView::cursorWished, this, &ViewPresenter::moveCursor);
    connect(volume, &widgets::VolumeView::contentWished, this, [this](render::VolumeContent content) {
        m_content = content;
        refreshVolume();
    });
    connect(volume, &widgets::VolumeView::copyWished, this,
            [volume] { QGuiApplication::clipboard()->setImage(volume->snapshot()); });
    connect(grid, &widgets::ViewGrid::activeViewChanged, this, [this] { emit activeSeriesChanged(activeSeries()); });
    connect(grid, &widgets::ViewGrid::layoutKindChanged, this, [this] { refreshAll(); });
    connect(grid, &widgets::ViewGrid::maximisedChanged, this, [this] { refreshAll(); });

    CaseModel &model = m_desk.model;
    connect(&model, &CaseModel::opened, this, [this] {
        m_viewpoint = {};
        m_mark.reset();
        chooseSequences();
        showSequenceMenus();
        refreshAll();
        refreshVolume();
        for (View &view : m_views)
            view.framesAtOpen = view.widget->canvas()->framesDrawn();
        emit activeSeriesChanged(activeSeries());
    });
    connect(&model, &CaseModel::closed, this, [this] {
        for (View &view : m_views)
            view.series = -1;
        refreshAll();
        refreshVolume();
    });
    connect(&model, &CaseModel::seriesAdded, this, [this] {
        chooseSequences();
        showSequenceMenus();
        refreshAll();
    });
    connect(&model, &CaseModel::seriesRemoved, this, [this](int series) {
        for (View &view : m_views)
            view.series = view.series == series ? -1 : view.series - (view.series > series ? 1 : 0);
        chooseSequences();
        showSequenceMenus();
        refreshAll();
        emit activeSeriesChanged(activeSeries());
    });
    connect(&model, &CaseModel::seriesChanged, this, [this] {
        chooseSequences();
        showSequenceMenus();
        refreshAll();
    });
    connect(&model, &CaseModel::windowChanged, this, [this](int series) {
        for (View &view : m_views) {
            if (view.series == series) refresh(view);
        }
    });
    connect(&model, &CaseModel::maskReplaced, this, [this] { m_mark.reset(); });
    connect(&model, &CaseModel::maskChanged, this, [this] {
        // The view under the hand now, the others in the next frame.
        View *first = m_leading ? std::to_address(std::ranges::find(m_views, m_leading, &View::widget)) : active();
        m_leading = nullptr;
        m_answered = first ? first->widget : nullptr;
        if (first) refresh(*first);
        m_linkTimer.start();
        m_volumeTimer.start(); // surfaces follow when the slider rests: both cores belong to the slices until then
    });
    // A hand that draws has both cores for the slices: 3D waits from the first touch until it has rested.
    connect(&model, &CaseModel::actComing, this, [this, volume] {
        volume->setWaiting(true);
        m_volumeTimer.start();
    });
    connect(&model, &CaseModel::bandChanged, this, &ViewPresenter::refreshAll);
    connect(&model, &CaseModel::overlayChanged, this, [this] {
        refreshAll();
        m_volumeTimer.start();
    });
    connect(&model, &CaseModel::placesChanged, this, [this] { m_volumeTimer.start(); });
    connect(&model, &CaseModel::cursorChanged, this, [this] {
        // The view that the hand is on answers first; the linked ones follow in the next frame, and under software
        // OpenGL the glass brain, which costs more than all slices together, when the hand rests.
        View *first = m_leading ? std::to_address(std::ranges::find(m_views, m_leading, &View::widget)) : active();
        m_leading = nullptr;
        m_answered = first ? first->widget : nullptr;
        if (first) refresh(*first);
        m_linkTimer.start();
        m_volumeTimer.start();
    });
    m_linkTimer.setSingleShot(true);
    m_linkTimer.setInterval(0); // after the first view was painted: that event is in the queue already
    connect(&m_linkTimer, &QTimer::timeout, this, [this] {
        const QList<SliceView *> visible = m_desk.window.grid()->visibleSlices();
        for (View &view : m_views) {
            if (view.widget != m_answered && visible.contains(view.widget)) refresh(view);
        }
    });
    m_fitTimer.setSingleShot(true);
    m_fitTimer.setInterval(0);
    connect(&m_fitTimer, &QTimer::timeout, this, [this] {
        if (m_desk.model.isOpen() && m_viewpoint.mmPerPixel <= 0) refreshAll();
    });
    m_volumeTimer.setSingleShot(true);
    m_volumeTimer.setInterval(200);
    connect(&m_volumeTimer, &QTimer::timeout, this, [this, volume] {
        if (m_desk.model.acting()) {
            m_volumeTimer.start();
            return;
        }
        refreshVolume(); // first: what it builds when it waits no more is this mask
        volume->setWaiting(false);
    });

    readSettings();
    connect(&m_desk.settings, &Settings::changed, this, [this](const QString &key) {
        if (!key.startsWith("views/") && !key.startsWith("colours/")) return;
        readSettings();
        refreshAll();
        refreshVolume();
    });
}

void ViewPresenter::readSettings()
{
    const Settings &settings = m_desk.settings;
    m_radiological = settings.isRadiological();
    m_corners = settings.value("views/corners").toBool();
    m_smooth = settings.value("views/smoothOutlines").toBool();
    m_cubic = settings.value("views/interpolation").toString() == "cubic";
    m_planeColours = settings.value("views/crosshair").toString() == "plane";
    for (View &view : m_views)
        view.widget->setCornersVisible(m_corners);
    m_desk.window.grid()->volume()->setCornersVisible(m_corners);
}

void ViewPresenter::bind(View &view)
{
    SliceView *widget = view.widget;
    const std::size_t number = std::size_t(&view - m_views.data());
    const auto self = [this, number]() -> View & { return m_views[number]; };
    connect(widget->canvas(), &widgets::ViewCanvas::resized, &m_fitTimer, qOverload<>(&QTimer::start));
    connect(widget, &SliceView::activated, this, [this, widget] { m_desk.window.grid()->setActiveView(widget); });
    connect(widget, &SliceView::cursorWished, this, [this, widget](const PointMm &point) {
        m_leading = widget;
        moveCursor(point);
    });
    connect(widget, &SliceView::sliceStepWished, this, [this, self](int steps) {
        m_leading = self().widget;
        moveCursor(render::stepped(m_desk.model.referenceGrid(), self().plane, m_desk.model.cursor(), steps));
    });
    connect(widget, &SliceView::zoomWished, this, [this, self](double factor, const PointMm &anchor) {
        applyViewpoint(self(), render::zoomed(self().widget->viewpoint(), factor, anchor));
    });
    connect(widget, &SliceView::panWished, this, [this, self](const PointMm &delta) {
        render::Viewpoint viewpoint = self().widget->viewpoint();
        viewpoint.centre = viewpoint.centre + delta;
        applyViewpoint(self(), viewpoint);
    });
    connect(widget, &SliceView::windowWished, this, [this, self](double level, double width) {
        const int series = self().series;
        if (series < 0) return;
        const DisplayRange now = m_desk.model.series()[series].window;
        const double newWidth =
            std::max(double(now.high) - now.low + width, 1e-6 * (std::abs(now.high) + std::abs(now.low)) + 1e-9);
        const double middle = (double(now.low) + now.high) / 2 + level;
        m_desk.model.setWindow(series, {float(middle - newWidth / 2), float(middle + newWidth / 2)});
    });
    connect(widget, &SliceView::windowAutoWished, this, [this, self] {
        if (const int series = self().series; series >= 0)
            m_desk.model.setWindow(series, m_desk.model.series()[series].autoRange);
    });
    connect(widget, &SliceView::windowResetWished, this, [this, self] {
        if (const int series = self().series; series >= 0)
            m_desk.model.setWindow(series, m_desk.model.series()[series].autoRange);
    });
    connect(widget, &SliceView::colourMapWished, this, [this, self](render::ColourMap map) {
        self().colours = map;
        refresh(self());
    });
    connect(widget, &SliceView::sequenceWished, this, [this, self](const QString &id) {
        self().series = id.toInt();
        showSequenceMenus();
        refresh(self());
        emit activeSeriesChanged(activeSeries());
    });
    connect(widget, &SliceView::resetViewWished, this, &ViewPresenter::fit);
    connect(widget, &SliceView::copyWished, this,
            [widget] { QGuiApplication::clipboard()->setImage(widget->snapshot()); });
}

void ViewPresenter::chooseSequences()
{
    const CaseModel &model = m_desk.model;
    const auto first = [&](std::initializer_list<Sequence> wished) {
        for (const Sequence sequence : wished) {
            if (const int series = model.seriesOf(sequence); series >= 0) return series;
        }
        return 0;
    };
    for (std::size_t n = 0; n < 3; ++n) {
        if (m_views[n].series >= 0 && m_views[n].series < int(model.series().size())) continue;
        m_views[n].series = m_views[n].plane == Plane::Coronal
                                ? first({Sequence::Flair, Sequence::T2, Sequence::T1c, Sequence::T1})
                                : first({Sequence::T1c, Sequence::T1, Sequence::Flair, Sequence::T2});
    }
    for (std::size_t n = 0; n < kFourOrder.size(); ++n) {
        if (m_paired && n < 2 && m_views[3 + n].series >= 0 && m_views[3 + n].series < int(model.series().size()))
            continue;
        m_views[3 + n].series = model.seriesOf(kFourOrder[n]);
    }
    // Places of missing sequences go to what else there is.
    for (int other = 0; other < int(model.series().size()); ++other) {
        const auto shown = [&](const View &view) { return view.series == other; };
        if (std::any_of(m_views.begin() + 3, m_views.end(), shown)) continue;
        const auto room =
            std::find_if(m_views.begin() + 3, m_views.end(), [](const View &view) { return view.series < 0; });
        if (room == m_views.end()) break;
        room->series = other;
    }
}

void ViewPresenter::showSequenceMenus()
{
    QList<widgets::SequenceChoice> choices;
    const std::vector<Series> &series = m_desk.model.series();
    for (std::size_t n = 0; n < series.size(); ++n) {
        QString name = sequenceText(series[n].sequence);
        if (series[n].sequence == Sequence::Other) name = QString::fromStdString(series[n].path.filename().string());
        choices.push_back({QString::number(n), name});
    }
    for (View &view : m_views)
        view.widget->setSequences(choices, QString::number(view.series));
}

void ViewPresenter::moveCursor(const PointMm &point)
{
    if (m_desk.model.isOpen()) m_desk.model.setCursor(render::snapped(m_desk.model.referenceGrid(), point));
}

void ViewPresenter::applyViewpoint(const View &from, const render::Viewpoint &viewpoint)
{
    m_viewpoint = viewpoint;
    m_zoomedFit = fitMm(from);
    m_viewpoint.mmPerPixel = std::clamp(m_viewpoint.mmPerPixel, 0.01, 5.0);
    refreshAll();
}

void ViewPresenter::applyMode(Mode mode)
{
    m_mode = mode;
    if (mode == Mode::Cases || mode == Mode::Learn) return;
    const LayoutChoice choice = m_layouts[mode];
    m_desk.window.grid()->maximise(nullptr);
    m_desk.window.grid()->setLayoutKind(gridLayout(choice));
    dealPair();
    QWidget *view = m_desk.window.grid()->activeView();
    const QList<SliceView *> visible = m_desk.window.grid()->visibleSlices();
    if (!visible.isEmpty() && !visible.contains(qobject_cast<SliceView *>(view)))
        m_desk.window.grid()->setActiveView(visible.front());
    refreshAll();
    emit layoutChanged(choice);
}

void ViewPresenter::setLayout(LayoutChoice choice)
{
    widgets::ViewGrid *grid = m_desk.window.grid();
    if (QWidget *view = grid->activeView(); view && choice != LayoutChoice::FourSequences) grid->setMainView(view);
    if (choice == LayoutChoice::FourSequences) { // of the plane that the reader looks at
        if (const View *from = active(); from && from < m_views.data() + 3) {
            for (std::size_t n = 3; n < m_views.size(); ++n)
                m_views[n].plane = from->plane;
        }
    }
    if (choice == LayoutChoice::CompareMasks && !m_paired) {
        const View *from = active();
        m_pairPlane = from ? from->plane : Plane::Axial;
        if (from && from->series >= 0) m_views[3].series = m_views[4].series = from->series;
    }
    m_layouts[m_mode] = choice;
    grid->maximise(nullptr);
    grid->setLayoutKind(gridLayout(choice));
    dealPair();
    refreshAll();
    emit layoutChanged(choice);
}

void ViewPresenter::setTool(interaction::Tool tool)
{
    m_tool = tool;
    for (View &view : m_views) // nobody draws where the mask at hand is not shown
        view.widget->setTool(showsOther(view) ? interaction::Tool::Crosshair : tool);
}
void ViewPresenter::setHeldKey(interaction::HeldKey held)
{
    for (View &view : m_views)
        view.widget->setHeldKey(held);
}
void ViewPresenter::setMouseMap(const interaction::MouseMap &map)
{
    for (View &view : m_views)
        view.widget->setMouseMap(map);
    m_desk.window.grid()->volume()->setMouseMap(map);
}

int ViewPresenter::activeSeries() const
{
    const View *view = active();
    return view ? view->series : -1;
}

QImage ViewPresenter::snapshot() const
{
    widgets::ViewGrid *grid = m_desk.window.grid();
    QImage picture = grid->grab().toImage();
    if (!m_desk.settings.value("privacy/snapshotStamp").toBool()) return picture;
    const int footer = int(26 * picture.devicePixelRatio());
    QImage stamped(picture.width(), picture.height() + footer, QImage::Format_RGB32);
    stamped.fill(Qt::black);
    QPainter painter(&stamped);
    picture.setDevicePixelRatio(1);
    painter.drawImage(0, 0, picture);
    painter.setPen(QColor(0xA9, 0xB2, 0xBD));
    painter.drawText(QRect(8, picture.height(), picture.width() - 16, footer), Qt::AlignVCenter | Qt::AlignRight,
                     tr("Research use only. Not for diagnosis."));
    return stamped;
}

void ViewPresenter::setProgress(double share)
{
    for (View &view : m_views)
        view.widget->setProgress(share);
}

bool ViewPresenter::slicesDrawn() const
{
    if (!m_desk.model.isOpen()) return false;
    for (SliceView *view : m_desk.window.grid()->visibleSlices()) {
        const auto own = std::ranges::find(m_views, view, &View::widget);
        if (own != m_views.end() && view->canvas()->framesDrawn() <= own->framesAtOpen) return false;
    }
    return true;
}

bool ViewPresenter::drawn() const
{
    return slicesDrawn() && !m_linkTimer.isActive() && !m_volumeTimer.isActive() &&
           !m_desk.window.grid()->volume()->updating();
}

} // namespace glio::app
