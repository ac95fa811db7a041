#include "presenters/DoubtPresenter.h"

#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/UserText.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/TopBar.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace glio::app {

using widgets::Availability;

namespace {

constexpr int kThumbnail = 112; // 56 px at 200 %

/// Which sequence shows a hesitation best: enhancement on T1c, cysts on T2, the rest on FLAIR.
std::vector<Sequence> bestSequences(const Place &place)
{
    const auto has = [&](const char *id) { return place.labelA == id || place.labelB == id; };
    if (has("ET")) return {Sequence::T1c, Sequence::T1, Sequence::Flair, Sequence::T2};
    if (has("CC")) return {Sequence::T2, Sequence::Flair, Sequence::T1c, Sequence::T1};
    return {Sequence::Flair, Sequence::T2, Sequence::T1c, Sequence::T1};
}

/// Axial picture of the surroundings of a place, 1.6 times its extent, patient's right on the left.
QImage cropAround(const ImageVolume &image, const DisplayRange &window, const Volume<std::uint8_t> &band,
                  const Place &place)
{
    QImage picture(kThumbnail, kThumbnail, QImage::Format_RGB32);
    const double mm = std::max(1.6 * place.extentMm, 24.0);
    const float gain = 255.0f / std::max(window.high - window.low, 1e-20f);
    const Geometry &grid = image.geometry(), &bandGrid = band.geometry();
    for (int y = 0; y < kThumbnail; ++y) {
        auto *line = reinterpret_cast<QRgb *>(picture.scanLine(y));
        for (int x = 0; x < kThumbnail; ++x) {
            const PointMm p{place.centre.x + ((x + 0.5) / kThumbnail - 0.5) * mm,
                            place.centre.y + ((y + 0.5) / kThumbnail - 0.5) * mm, place.centre.z};
            const Index3 v = grid.nearestVoxel(p);
            int grey = 0;
            if (grid.contains(v)) {
                const float value = (image.at(v) - window.low) * gain;
                grey = std::isfinite(value) ? int(std::clamp(value, 0.0f, 255.0f)) : 0;
            }
            const Index3 b = bandGrid.nearestVoxel(p);
            const int q = bandGrid.contains(b) ? band.at(b) : 0;
            const bool undecided = q > 25 && q < 230; // violet where the model wavers
            line[x] = undecided ? qRgb((grey * 3 + 0xB9) / 4, (grey * 3 + 0xA5) / 4, (grey * 3 + 0xFF) / 4)
                                : qRgb(grey, grey, grey);
        }
    }
    return picture;
}

/// Looks for the two labels of each place, as the average over its voxels.
std::vector<PlaceVotes> countVotes(const Places &places, const std::string &schemeId,
                                   const std::vector<Volume<std::uint8_t>> &votes, int looks)
{
    std::vector<PlaceVotes> counted(places.list.size());
    const LabelScheme *scheme = findLabelScheme(schemeId);
    if (!scheme || votes.size() != scheme->labels().size() || looks < 2) return counted;
    for (std::size_t n = 0; n < places.list.size(); ++n) {
        const Place &place = places.list[n];
        double first = 0, second = 0;
        std::int64_t voxels = 0;
        for (std::int64_t k = place.start[2]; k < place.start[2] + place.size[2]; ++k)
            for (std::int64_t j = place.start[1]; j < place.start[1] + place.size[1]; ++j)
                for (std::int64_t i = place.start[0]; i < place.start[0] + place.size[0]; ++i) {
                    if (places.map.at({i, j, k}) != place.id) continue;
                    ++voxels;
                    int all = 0;
                    for (std::size_t label = 0; label < votes.size(); ++label) {
                        const int count = votes[label].at({i, j, k});
                        all += count;
                        if (scheme->labels()[label].id == place.labelA) first += count;
                        if (scheme->labels()[label].id == place.labelB) second += count;
                    }
                    if (place.labelA.empty()) first += looks - all;
                    if (place.labelB.empty()) second += looks - all;
                }
        if (voxels == 0) continue;
        counted[n] = {int(std::lround(first / double(voxels))), int(std::lround(second / double(voxels)))};
    }
    return counted;
}

} // namespace

DoubtPresenter::DoubtPresenter(const Desk &desk, ViewPresenter &views, QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views)
{
    widgets::DoubtPanel *panel = m_desk.window.doubtPanel();
    connect(panel, &widgets::DoubtPanel::placeWished, this, &DoubtPresenter::visit);
    connect(panel, &widgets::DoubtPanel::noteWished, this,
            [this](const QString &note) { m_desk.model.setPlaceNote(row(), note.toStdString()); });
    connect(panel, &widgets::DoubtPanel::sortWished, this, [this](widgets::PlaceSort sort) {
        m_sort = sort;
        show();
    });
    connect(panel, &widgets::DoubtPanel::thresholdMoved, this, [this](double p) { m_desk.model.moveThreshold(p); });
    connect(panel, &widgets::DoubtPanel::bandEnabledWished, this, [this](bool on) {
        BandState band = m_desk.model.band();
        band.enabled = on;
        m_desk.model.setBand(band);
    });
    widgets::DoubtActions *actions = m_desk.window.doubtActions();
    connect(actions, &widgets::DoubtActions::actWished, this, [this](widgets::PlaceAct act) { this->act(act); });
    const CaseModel *model = &m_desk.model;
    connect(model, &CaseModel::opened, this, [this] {
        m_current = 0;
        show();
    });
    connect(model, &CaseModel::closed, this, [this] {
        m_job.drop();
        m_current = 0;
        show();
    });
    connect(model, &CaseModel::maskReplaced, this, [this] {
        m_current = 0;
        show();
    });
    connect(model, &CaseModel::placesChanged, this, &DoubtPresenter::show);
    connect(model, &CaseModel::signOffChanged, this, &DoubtPresenter::show);
    for (const auto act : {widgets::PlaceAct::Keep, widgets::PlaceAct::Fix, widgets::PlaceAct::TakeOuter,
                           widgets::PlaceAct::TakeInner, widgets::PlaceAct::Ask})
        actions->setShown(act, true);
    connect(model, &CaseModel::maskChanged, this, [this] {
        if (m_current != 0 && !m_desk.model.acting()) showDetail();
    });
    connect(model, &CaseModel::stepMade, this, &DoubtPresenter::showDetail);
    connect(model, &CaseModel::bandChanged, this, &DoubtPresenter::showDetail);
    show();
}

void DoubtPresenter::find(const LiveMask &live, std::vector<PlaceState> states, bool announce,
                          std::vector<PlaceVotes> votes)
{
    const BandState &band = m_desk.model.band();
    m_job.request([this, probabilities = live.probabilities(), states = std::move(states), announce,
                   votes = std::move(votes), looks = m_desk.model.answerSource().looks,
                   lookVotes = m_desk.model.votes(),
                   options = PlaceOptions{.inner = band.inner, .outer = band.outer}]() mutable -> LatestJob::Apply {
        auto places = std::make_shared<Result<Places>>(findPlaces(probabilities, options));
        if (*places && !lookVotes.empty()) votes = countVotes(**places, probabilities.schemeId, lookVotes, looks);
        return [this, places, states, announce, votes] {
            if (!*places) {
                qWarning("places: %s", places->error().message.c_str());
                return;
            }
            if (m_desk.model.answerHidden()) return; // a blind reading has begun meanwhile
            const int count = int((*places)->list.size());
            const bool fits = states.size() == (*places)->list.size();
            m_current = 0;
            m_thumbnails.assign((*places)->list.size(), {});
            m_desk.model.setPlaces(std::move(**places), fits ? states : std::vector<PlaceState>{},
                                   votes.size() == std::size_t(count) ? votes : std::vector<PlaceVotes>{});
            makeThumbnails();
            emit found(count, announce);
        };
    });
}

void DoubtPresenter::makeThumbnails()
{
    const CaseModel &model = m_desk.model;
    const RegionField *field = model.bandLive().field("WT");
    if (!field) return;
    std::vector<std::shared_ptr<const ImageVolume>> images;
    std::vector<DisplayRange> windows;
    for (const Place &place : model.places().list) {
        int series = 0;
        for (const Sequence sequence : bestSequences(place)) {
            if (const int found = model.seriesOf(sequence); found >= 0) {
                series = found;
                break;
            }
        }
        images.push_back(model.series()[std::size_t(series)].image);
        windows.push_back(model.series()[std::size_t(series)].window);
    }
    m_pictures.request([this, images, windows, places = model.places().list, band = field->map]() -> LatestJob::Apply {
        auto pictures = std::make_shared<std::vector<QImage>>();
        for (std::size_t n = 0; n < places.size(); ++n)
            pictures->push_back(cropAround(*images[n], windows[n], band, places[n]));
        return [this, pictures, count = places.size()] {
            if (m_desk.model.places().list.size() != count) return;
            m_thumbnails = *pictures;
            for (std::size_t n = 0; n < count; ++n) {
                m_desk.window.doubtPanel()->setThumbnail(m_desk.model.places().list[n].id, m_thumbnails[n]);
            }
        };
    });
}

std::vector<int> DoubtPresenter::order() const
{
    const CaseModel &model = m_desk.model;
    std::vector<int> rows(model.places().list.size());
    for (std::size_t n = 0; n < rows.size(); ++n)
        rows[n] = int(n);
    const auto &list = model.places().list;
    if (m_sort == widgets::PlaceSort::Slice)
        std::ranges::stable_sort(rows, {}, [&](int n) { return -list[std::size_t(n)].centre.z; });
    if (m_sort == widgets::PlaceSort::Label) {
        std::ranges::stable_sort(
            rows, {}, [&](int n) { return std::pair(list[std::size_t(n)].labelA, list[std::size_t(n)].labelB); });
    }
    std::ranges::stable_partition(rows, [&](int n) { return model.placeStates()[std::size_t(n)] == PlaceState::Open; });
    std::vector<int> ids;
    for (const int n : rows)
        ids.push_back(list[std::size_t(n)].id);
    return ids;
}

QString DoubtPresenter::questionOf(const Place &place) const
{
    return tr("%1 or %2?")
        .arg(labelName(place.labelA, m_desk.model.scheme()), labelName(place.labelB, m_desk.model.scheme()).toLower());
}

QString DoubtPresenter::whereOf(const Place &place) const
{
    const Geometry &grid = m_desk.model.live().mask().geometry();
    const Geometry &shown = m_desk.model.referenceGrid();
    const Index3 last{place.start[0] + place.size[0] - 1, place.start[1] + place.size[1] - 1,
                      place.start[2] + place.size[2] - 1};
    auto [low, high] = std::minmax({render::sliceAt(shown, render::Plane::Axial, grid.toWorld(place.start)) + 1,
                                    render::sliceAt(shown, render::Plane::Axial, grid.toWorld(last)) + 1});
    if (low == high) {
        if (place.side == "left") return tr("Left, axial %1").arg(low);
        if (place.side == "right") return tr("Right, axial %1").arg(low);
        return tr("Midline, axial %1").arg(low);
    }
    if (place.side == "left") return tr("Left, axial %1 to %2").arg(low).arg(high);
    if (place.side == "right") return tr("Right, axial %1 to %2").arg(low).arg(high);
    return tr("Midline, axial %1 to %2").arg(low).arg(high);
}

void DoubtPresenter::show()
{
    const CaseModel &model = m_desk.model;
    widgets::DoubtPanel *panel = m_desk.window.doubtPanel();
    const auto &list = model.places().list;
    std::vector<widgets::DoubtRow> rows;
    int kept = 0, changed = 0;
    double largestOpen = 0;
    for (const int id : order()) {
        const auto found = std::ranges::find(list, id, &Place::id);
        const std::size_t n = std::size_t(found - list.begin());
        const PlaceState state = model.placeStates()[n];
        widgets::DoubtRow row{id,
                              id,
                              n < m_thumbnails.size() ? m_thumbnails[n] : QImage(),
                              questionOf(*found),
                              whereOf(*found),
                              found->atStakeMl,
                              widgets::PlaceState(state)};
        rows.push_back(row);
        if (state == PlaceState::Kept) ++kept;
        if (state == PlaceState::Changed) ++changed;
        if (state == PlaceState::Open) largestOpen = std::max(largestOpen, found->atStakeMl);
    }
    panel->setRows(rows, model.places().smallCount, model.places().smallMl);
    panel->setProgress(kept, changed, int(list.size()), model.openMl());
    panel->setSort(m_sort);
    panel->setActive(m_current);
    if (!model.hasMask())
        panel->setEmptyText(tr("No mask yet"), tr("Segment first."));
    else if (!model.hasProbabilities())
        panel->setEmptyText(tr("No stored probabilities"), tr("Run Segment once."));
    else if (!model.placesKnown())
        panel->setEmptyText(tr("Looking for places"), tr("The mask is ready and can be read."));
    else
        panel->setEmptyText(tr("Nothing to check"), tr("The looks agree everywhere."));

    widgets::PlacesSection *section = m_desk.window.reviewPanel()->places();
    section->setSummary(model.openPlaces(), int(list.size()), model.openMl(), largestOpen);
    section->setDoubtsAvailability(
        !model.hasMask()            ? Availability::no(tr("Segment first."))
        : !model.hasProbabilities() ? Availability::no(tr("No stored probabilities. Run Segment once."))
        : !model.placesKnown()      ? Availability::no(tr("The places are being looked for."))
        : list.empty()              ? Availability::no(tr("Nothing to check. The looks agree everywhere."))
                                    : Availability::yes());
    section->setCorrectAvailability(model.isOpen() ? Availability::yes() : Availability::no(tr("Open a case first.")));
    m_desk.window.topBar()->setDoubtCount(model.openPlaces());
    widgets::DoubtActions *actions = m_desk.window.doubtActions();
    const Availability go = list.empty() ? Availability::no(tr("There is no place to go to.")) : Availability::yes();
    actions->setAvailability(widgets::PlaceAct::Next, go);
    actions->setAvailability(widgets::PlaceAct::Back, go);
    const Availability settle = model.signedOff() ? Availability::no(tr("This case is signed off. Reopen it first."))
                                : row() >= 0      ? Availability::yes()
                                                  : Availability::no(tr("Go to a place first."));
    for (const auto act : {widgets::PlaceAct::Keep, widgets::PlaceAct::Fix, widgets::PlaceAct::TakeOuter,
                           widgets::PlaceAct::TakeInner, widgets::PlaceAct::Ask})
        actions->setAvailability(act, settle);
    showDetail();
}

void DoubtPresenter::showDetail()
{
    widgets::DoubtPanel *panel = m_desk.window.doubtPanel();
    const CaseModel &model = m_desk.model;
    panel->setBandEnabled(model.band().enabled);
    const auto found = std::ranges::find(model.places().list, m_current, &Place::id);
    if (m_current == 0 || found == model.places().list.end() || !model.hasProbabilities()) {
        panel->setDetail(std::nullopt);
        return;
    }
    widgets::PlaceDetail detail;
    detail.title = tr("Place %1").arg(found->id);
    const int looks = model.answerSource().looks;
    const std::size_t row = std::size_t(found - model.places().list.begin());
    const PlaceVotes votes = row < model.placeVotes().size() ? model.placeVotes()[row] : PlaceVotes{};
    if (looks > 1 && votes.first + votes.second > 0) {
        const auto times = [](int n) { return n == 1 ? tr("once") : n == 2 ? tr("twice") : tr("%1 times").arg(n); };
        const QString first = labelName(found->labelA, model.scheme()).toLower(),
                      second = labelName(found->labelB, model.scheme()).toLower();
        const int other = looks - votes.first - votes.second; // what is said adds up to the looks
        detail.looks =
            other > 0
                ? tr("The model looked %1 times: %2 %3, %4 %5, something else %6.")
                      .arg(QString::number(looks), first, times(votes.first), second, times(votes.second), times(other))
                : tr("The model looked %1 times: %2 %3, %4 %5.")
                      .arg(QString::number(looks), first, times(votes.first), second, times(votes.second));
    } else {
        detail.looks = tr("The model wavers here.");
    }
    const std::string region = model.band().regionId.toStdString();
    detail.threshold = model.bandThreshold();
    detail.inner = model.band().inner;
    detail.outer = model.band().outer;
    detail.tighterMl = model.bandLive().volumeMlAt(region, detail.inner);
    detail.widerMl = model.bandLive().volumeMlAt(region, detail.outer);
    const auto volumes = model.volumesMl();
    if (const auto now = volumes.find(region); now != volumes.end()) detail.nowMl = now->second;
    if (const RegionField *field = model.bandLive().field(region)) detail.histogram = field->histogram;
    detail.colour = QColor(0x55, 0x92, 0xF5);
    detail.note = QString::fromStdString(model.placeNote(int(row)));
    if (model.signedOff()) detail.noting = widgets::Availability::no(tr("This case is signed off. Reopen it first."));
    panel->setDetail(detail);
}

void DoubtPresenter::visit(int id)
{
    const CaseModel &model = m_desk.model;
    const auto found = std::ranges::find(model.places().list, id, &Place::id);
    if (found == model.places().list.end()) return;
    m_current = id;
    if (m_fixing) { // another place: this one was not ended
        m_fixing = false;
        emit fixingChanged(false);
    }
    const render::PlaceMark mark{model.live().mask().geometry(), found->start, found->size, id};
    m_views.visit(found->centre, 78.0, mark);
    show();
}

void DoubtPresenter::step(int direction)
{
    const std::vector<int> ids = order();
    if (ids.empty()) return;
    const auto here = std::ranges::find(ids, m_current);
    if (here == ids.end()) {
        visit(direction > 0 ? ids.front() : ids.back());
        return;
    }
    const auto count = std::ptrdiff_t(ids.size());
    visit(ids[std::size_t(((here - ids.begin()) + direction + count) % count)]);
}

} // namespace glio::app
