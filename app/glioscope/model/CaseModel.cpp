#include "model/CaseModel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace glio::app {

CaseModel::CaseModel(QObject *parent) : QObject(parent), m_scheme(&defaultLabelScheme()) {}

const Series &seriesOfHead(const std::vector<Series> &all)
{
    for (const Sequence wished : {Sequence::T1c, Sequence::T1})
        if (const auto found = std::ranges::find(all, wished, &Series::sequence); found != all.end()) return *found;
    return all.front();
}

int CaseModel::seriesOf(Sequence sequence) const
{
    const auto found = std::ranges::find(m_series, sequence, &Series::sequence);
    return found == m_series.end() ? -1 : int(found - m_series.begin());
}

std::vector<Sequence> CaseModel::missingSequences() const
{
    std::vector<Sequence> missing;
    for (const Sequence sequence : kModelSequences) {
        if (seriesOf(sequence) < 0) missing.push_back(sequence);
    }
    return missing;
}

const Geometry &CaseModel::referenceGrid() const
{
    static const Geometry none;
    if (m_series.empty()) return none;
    const auto coarseness = [](const Series &series) {
        const Geometry &grid = series.image->geometry();
        return grid.voxelVolumeMm3();
    };
    return std::ranges::min_element(m_series, {}, coarseness)->image->geometry();
}

bool CaseModel::gridsDiffer() const
{
    return std::ranges::any_of(m_series, [this](const Series &series) {
        return !series.image->geometry().sameGrid(m_series.front().image->geometry(), 0.1);
    });
}

void CaseModel::open(QString id, QString name, std::vector<Series> series, bool orientationStated)
{
    close();
    m_orientationStated = orientationStated;
    m_id = std::move(id);
    m_name = std::move(name);
    m_series = std::move(series);
    if (m_series.empty()) return;
    replaceDocument(referenceGrid());
    m_cursor = m_firstCursor = referenceGrid().toWorld(referenceGrid().nearestVoxel(referenceGrid().centre()));
    emit opened();
}

void CaseModel::addSeries(Series series)
{
    m_series.push_back(std::move(series));
    emit seriesAdded(int(m_series.size()) - 1);
}

void CaseModel::removeSeries(int series)
{
    if (series < 0 || series >= int(m_series.size()) || m_series.size() < 2) return;
    m_series.erase(m_series.begin() + series);
    emit seriesRemoved(series);
}

void CaseModel::close()
{
    if (m_series.empty()) return;
    if (acting()) commitAct();
    m_series.clear();
    m_id.clear();
    m_name.clear();
    replaceDocument(Geometry{});
    dropLive();
    m_placeVotes.clear();
    m_source = m_answerSource = {};
    m_hiddenAnswer.reset();
    m_places = {};
    m_placeStates.clear();
    m_placesKnown = false;
    m_saved = true;
    m_band = BandState{.inner = m_band.inner, .outer = m_band.outer};
    m_overlay.hidden.clear();
    m_overlay.highlighted = 0;
    m_overlay.held = false;
    m_overlay.visible = true;
    m_scheme = &defaultLabelScheme();
    emit closed();
}

void CaseModel::setSequence(int series, Sequence sequence)
{
    if (series < 0 || series >= int(m_series.size()) || m_series[series].sequence == sequence) return;
    // A sequence is held by one series: the former holder takes what this one was.
    if (sequence != Sequence::Other) {
        if (const int holder = seriesOf(sequence); holder >= 0) {
            m_series[holder].sequence = m_series[series].sequence;
            m_series[holder].chosenByUser = true;
            m_series[holder].reason = tr("You chose this.");
            emit seriesChanged(holder);
        }
    }
    m_series[series].sequence = sequence;
    m_series[series].chosenByUser = m_series[series].certain = true;
    m_series[series].reason = tr("You chose this.");
    emit seriesChanged(series);
}

void CaseModel::setWindow(int series, DisplayRange window)
{
    if (series < 0 || series >= int(m_series.size())) return;
    if (!(window.high > window.low)) return;
    DisplayRange &now = m_series[series].window;
    if (now.low == window.low && now.high == window.high) return;
    now = window;
    emit windowChanged(series);
}

void CaseModel::setBandLive(LiveMask live, int looks)
{
    if (m_live.empty()) return;
    m_bandLive = std::move(live);
    m_answerSource.looks = looks;
    if (m_source.origin == MaskOrigin::Model) m_source.looks = looks;
    emit bandChanged();
}

void CaseModel::setSaved(bool saved)
{
    if (m_saved == saved) return;
    m_saved = saved;
    emit savedChanged();
}

void CaseModel::setBand(const BandState &band)
{
    m_band = band;
    emit bandChanged();
}

void CaseModel::setOverlay(const OverlayState &overlay)
{
    m_overlay = overlay;
    emit overlayChanged();
}

void CaseModel::setPlaces(Places places, std::vector<PlaceState> states, std::vector<PlaceVotes> votes)
{
    votes.resize(places.list.size());
    m_placeVotes = std::move(votes);
    m_places = std::move(places);
    states.resize(m_places.list.size(), PlaceState::Open);
    m_placeStates = std::move(states);
    m_placesKnown = true;
    // After an interruption the history knows more than the case's record does.
    if (std::ranges::any_of(m_document.states(), [](const auto &state) { return state.first.starts_with("place."); }))
        followStates();
    protectFinished();
    emit placesChanged();
}

int CaseModel::openPlaces() const { return int(std::ranges::count(m_placeStates, PlaceState::Open)); }

double CaseModel::openMl() const
{
    double ml = 0;
    for (std::size_t row = 0; row < m_placeStates.size(); ++row) {
        if (m_placeStates[row] == PlaceState::Open) ml += m_places.list[row].atStakeMl;
    }
    return ml;
}

void CaseModel::setCursor(const PointMm &cursor)
{
    if (!isOpen() || cursor == m_cursor) return;
    m_cursor = cursor;
    emit cursorChanged();
}

std::optional<PointMm> CaseModel::centreOf(const std::string &regionId) const
{
    const RegionDefinition *region = m_scheme->region(regionId);
    if (!region || !hasMask()) return std::nullopt;
    std::array<bool, 256> wanted{};
    for (const Label label : region->labels)
        wanted[label] = true;
    const auto each = [&](auto &&visit) {
        for (std::size_t n = 0; n < m_shown.blockCount(); ++n) {
            const LabelMap::Block *block = m_shown.block(n);
            if (!block) continue;
            const VoxelBox box = m_shown.blockBox(n);
            for (std::size_t at = 0; at < LabelMap::kBlockVoxels; ++at) {
                if ((*block)[at] == 0 || !wanted[(*block)[at]]) continue;
                constexpr auto edge = std::size_t(LabelMap::kEdge);
                visit(double(box.start[0]) + double(at % edge), double(box.start[1]) + double(at / edge % edge),
                      double(box.start[2]) + double(at / edge / edge));
            }
        }
    };
    double sum[3] = {0, 0, 0}, count = 0;
    each([&](double i, double j, double k) {
        sum[0] += i;
        sum[1] += j;
        sum[2] += k;
        ++count;
    });
    if (count == 0) return std::nullopt;
    double best = std::numeric_limits<double>::max();
    ContinuousIndex at{};
    each([&](double i, double j, double k) {
        const double di = i - sum[0] / count, dj = j - sum[1] / count, dk = k - sum[2] / count;
        const double distance = di * di + dj * dj + dk * dk;
        if (distance >= best) return;
        best = distance;
        at = {i, j, k};
    });
    return m_shown.geometry().toWorld(at);
}

Label CaseModel::labelUnderCursor() const
{
    if (!hasMask()) return 0;
    const Index3 voxel = m_shown.geometry().nearestVoxel(m_cursor);
    return m_shown.geometry().contains(voxel) ? m_shown.at(voxel) : Label{0};
}

std::optional<float> CaseModel::valueAtCursor(int series) const
{
    if (series < 0 || series >= int(m_series.size())) return std::nullopt;
    const ImageVolume &image = *m_series[series].image;
    const Index3 voxel = image.geometry().nearestVoxel(m_cursor);
    if (!image.geometry().contains(voxel)) return std::nullopt;
    return image.at(voxel);
}

} // namespace glio::app
