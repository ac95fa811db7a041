#include "model/CaseModel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace glio::app {

CaseModel::CaseModel(QObject *parent) : QObject(parent), m_scheme(&defaultLabelScheme()) {}

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
    m_series.clear();
    m_id.clear();
    m_name.clear();
    m_fileMask = {};
    m_live = {};
    m_bandLive = {};
    m_votes.clear();
    m_placeVotes.clear();
    m_applied.clear();
    m_source = {};
    m_places = {};
    m_placeStates.clear();
    m_placesKnown = false;
    m_saved = true;
    m_band = BandState{.inner = m_band.inner, .outer = m_band.outer};
    m_overlay.hidden.clear();
    m_overlay.locked.clear();
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

const LabelVolume &CaseModel::mask() const { return m_live.empty() ? m_fileMask : m_live.mask(); }

std::map<std::string, double> CaseModel::volumesMl() const
{
    if (!hasMask()) return {};
    return m_live.empty() ? regionVolumesMl(m_fileMask, *m_scheme) : m_live.volumesMl();
}

void CaseModel::setMask(LabelVolume mask, const LabelScheme &scheme, MaskSource source)
{
    m_live = {};
    m_bandLive = {};
    m_fileMask = std::move(mask);
    m_scheme = &scheme;
    m_source = std::move(source);
    m_overlay.hidden.clear();
    m_band.enabled = false;
    setPlaces({}, {});
    m_placesKnown = false;
    m_saved = true;
    emit maskReplaced();
    emit maskChanged();
    emit bandChanged();
    emit placesChanged();
    emit savedChanged();
}

void CaseModel::setLive(LiveMask live, MaskSource source)
{
    m_fileMask = {};
    m_bandLive = {};
    m_votes.clear();
    m_live = std::move(live);
    m_scheme = &m_live.scheme();
    m_applied = m_live.thresholds();
    m_source = std::move(source);
    m_places = {};
    m_placeStates.clear();
    m_placesKnown = false;
    m_overlay.hidden.clear();
    m_band.enabled = true;
    if (!m_live.field(m_band.regionId.toStdString())) {
        m_band.regionId = QString::fromStdString(m_scheme->regions().front().id);
    }
    emit maskReplaced();
    emit maskChanged();
    emit bandChanged();
    emit placesChanged();
    setSaved(false);
}

void CaseModel::setBandLive(LiveMask live, int looks)
{
    if (m_live.empty()) return;
    m_bandLive = std::move(live);
    m_source.looks = looks;
    emit bandChanged();
}

void CaseModel::moveThreshold(double threshold)
{
    if (m_live.empty()) return;
    const std::string region = m_band.regionId.toStdString();
    if (std::abs(m_live.threshold(region) - threshold) < 1e-9) return;
    if (!m_live.setThreshold(region, threshold)) return;
    emit maskChanged();
}

double CaseModel::bandThreshold() const { return m_live.threshold(m_band.regionId.toStdString()); }

bool CaseModel::thresholdMoved() const
{
    if (m_live.empty()) return false;
    for (const RegionDefinition &region : m_scheme->regions()) {
        const auto applied = m_applied.find(region.id);
        if (std::abs((applied == m_applied.end() ? 0.5 : applied->second) - m_live.threshold(region.id)) > 1e-9)
            return true;
    }
    return false;
}

void CaseModel::applyThreshold()
{
    if (!thresholdMoved()) return;
    m_applied = m_live.thresholds();
    emit maskChanged();
    setSaved(false);
}

void CaseModel::resetThreshold()
{
    if (!thresholdMoved()) return;
    for (const RegionDefinition &region : m_scheme->regions()) {
        const auto applied = m_applied.find(region.id);
        m_live.setThreshold(region.id, applied == m_applied.end() ? 0.5 : applied->second);
    }
    emit maskChanged();
}

LiveMask CaseModel::applied() const
{
    LiveMask mask = m_live; // volumes are shared until one is changed
    for (const RegionDefinition &region : m_scheme->regions()) {
        const auto applied = m_applied.find(region.id);
        (void)mask.setThreshold(region.id, applied == m_applied.end() ? 0.5 : applied->second);
    }
    return mask;
}

void CaseModel::clearMask()
{
    if (!hasMask()) return;
    m_live = {};
    m_bandLive = {};
    m_fileMask = {};
    m_source = {};
    m_places = {};
    m_placeStates.clear();
    m_placesKnown = false;
    m_band.enabled = false;
    emit maskReplaced();
    emit maskChanged();
    emit bandChanged();
    emit placesChanged();
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
    emit placesChanged();
}

void CaseModel::setPlaceState(int row, PlaceState state)
{
    if (row < 0 || row >= int(m_placeStates.size()) || m_placeStates[row] == state) return;
    m_placeStates[row] = state;
    setSaved(false);
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
    const LabelVolume &volume = mask();
    std::array<bool, 256> wanted{};
    for (const Label label : region->labels)
        wanted[label] = true;
    const Size3 size = volume.size();
    const auto each = [&](auto &&visit) {
        const std::uint8_t *voxel = volume.data();
        for (std::int64_t k = 0; k < size[2]; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j)
                for (std::int64_t i = 0; i < size[0]; ++i, ++voxel)
                    if (*voxel != 0 && wanted[*voxel]) visit(double(i), double(j), double(k));
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
    return volume.geometry().toWorld(at);
}

Label CaseModel::labelUnderCursor() const
{
    if (!hasMask()) return 0;
    const Index3 voxel = mask().geometry().nearestVoxel(m_cursor);
    return mask().geometry().contains(voxel) ? mask().at(voxel) : Label{0};
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
