#include "model/CaseModel.h"

#include <QDateTime>

#include <array>
#include <charconv>
#include <cmath>

// What CaseModel does with its mask: acts, history, previews, the threshold, places as part of the history.
namespace glio::app {
namespace {

constexpr std::array kPlaceStates{"", "kept", "changed", "asked"};

std::string lockKey(Label label) { return "lock." + std::to_string(label); }
std::string thresholdKey(const std::string &region) { return "threshold." + region; }
std::string noteKey(int id) { return "note." + std::to_string(id); }
std::string placeKey(int id) { return "place." + std::to_string(id); }

std::string numberText(double value)
{
    std::array<char, 32> text{};
    const auto [end, code] = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), code == std::errc() ? end : text.data()};
}

} // namespace

void CaseModel::replaceDocument(const Geometry &grid)
{
    m_document = MaskDocument(grid);
    m_document.setReader(m_reader);
    m_draftVolumes.clear();
    showMask();
    followSignOff();
    emit documentReplaced();
}

void CaseModel::dropLive()
{
    m_live = {};
    m_bandLive = {};
    m_votes.clear();
    m_applied.clear();
    m_modelThresholds.clear();
    m_modelMask = {};
}

void CaseModel::showMask()
{
    m_shown = m_document.labels();
    m_previewing = false;
}

void CaseModel::setReader(const QString &name)
{
    m_reader = name.toStdString();
    m_document.setReader(m_reader);
}

std::map<std::string, double> CaseModel::volumesMl() const
{
    if (!hasMask()) return {};
    return regionVolumesMl(m_shown, *m_scheme);
}

void CaseModel::followStates()
{
    followScheme();
    EditRules &rules = m_document.rules();
    const auto before = rules.locked;
    rules.locked.reset();
    for (const LabelDefinition &label : m_scheme->labels())
        rules.locked[label.value] = !m_document.state(lockKey(label.value)).empty();
    if (rules.locked != before) emit locksChanged();
    followSignOff();

    bool places = false;
    for (std::size_t row = 0; row < m_placeStates.size(); ++row) {
        const std::string text = m_document.state(placeKey(m_places.list[row].id));
        const auto state =
            PlaceState(std::ranges::find_if(kPlaceStates, [&](const char *known) { return text == known; }) -
                       kPlaceStates.begin());
        places = places || state != m_placeStates[row];
        m_placeStates[row] = state;
    }
    if (places) {
        protectFinished();
        emit placesChanged();
    }

    if (m_live.empty()) return;
    for (const RegionDefinition &region : m_scheme->regions()) {
        const auto model = m_modelThresholds.find(region.id);
        double threshold = model == m_modelThresholds.end() ? 0.5 : model->second;
        if (const std::string text = m_document.state(thresholdKey(region.id)); !text.empty())
            std::from_chars(text.data(), text.data() + text.size(), threshold);
        m_applied[region.id] = threshold;
        (void)m_live.setThreshold(region.id, threshold);
    }
}

/// Places that were kept or changed are settled: no tool and no model writes there until they are opened again.
void CaseModel::protectFinished()
{
    std::optional<LabelMap> finished;
    std::array<bool, 256> settled{};
    bool any = false;
    for (std::size_t row = 0; row < m_placeStates.size(); ++row) {
        const bool is = m_placeStates[row] == PlaceState::Kept || m_placeStates[row] == PlaceState::Changed;
        const int id = m_places.list[row].id;
        if (!is || id < 1 || id > 255) continue;
        settled[std::size_t(id)] = any = true;
    }
    if (any && m_places.map.geometry().sameGrid(m_document.grid())) {
        finished = LabelMap::from(m_places.map);
        for (std::size_t n = 0; n < finished->blockCount(); ++n) {
            if (!finished->block(n)) continue;
            for (Label &value : finished->editBlock(n))
                value = settled[value] ? 1 : 0;
        }
    }
    m_document.rules().finished = std::move(finished);
}

void CaseModel::setMask(const LabelVolume &mask, const LabelScheme &scheme, MaskSource source)
{
    if (refuseChange()) return;
    if (acting()) commitAct(); // a stroke in hand is kept, and ends here
    dropPreview();
    dropLive();
    m_hiddenAnswer.reset();
    setPlaces({}, {});
    m_placesKnown = false;
    if (!m_document.grid().sameGrid(mask.geometry())) replaceDocument(mask.geometry());
    m_source = std::move(source);
    m_overlay.hidden.clear();
    m_band.enabled = false;
    const std::string name = m_source.file.filename().string();
    m_document.begin({"import", 0, 0, name});
    forgetLabelEdits(scheme);
    m_document.setState("scheme", scheme.id());
    m_document.writeOther(mask, {Origin::OtherReader, name, ""});
    followScheme(&scheme); // also when the same mask was read again
    emit maskReplaced();
    commitAct();
    m_draftVolumes = volumesMl();
    m_saved = true;
    emit maskChanged();
    emit bandChanged();
    emit placesChanged();
    emit savedChanged();
}

void CaseModel::setLive(LiveMask live, MaskSource source)
{
    if (refuseChange()) return;
    if (acting()) commitAct(); // a stroke in hand is kept, and ends here
    dropPreview();
    // Values that mean something else are never mixed: what was there stays as it is, as a mask of its own.
    const bool apart = hasMask() && m_scheme->id() != live.scheme().id() && !m_document.labels().boundingBox().empty();
    if (apart && m_document.state("mask.name").empty() && !m_source.file.empty()) {
        const std::string name = m_source.file.filename().string();
        setNamed({"mask.rename", 0, 0, name}, "mask.name", name); // two that are called "Working" are not told apart
    }
    dropLive();
    m_live = std::move(live);
    if (apart) replaceDocument(m_live.mask().geometry());
    if (!m_document.grid().sameGrid(m_live.mask().geometry())) replaceDocument(m_live.mask().geometry());
    m_applied = m_modelThresholds = m_live.thresholds();
    m_modelMask = m_live.mask();
    m_hiddenAnswer.reset();
    m_answerSource = source;
    m_source = std::move(source);
    m_places = {};
    m_placeStates.clear();
    m_placesKnown = false;
    m_overlay.hidden.clear();
    m_band.enabled = true;
    const std::string model = m_source.modelName.toStdString(), version = m_source.modelVersion.toStdString();
    m_document.begin({"segment", 0, 0, version.empty() ? model : model + ' ' + version});
    forgetLabelEdits(m_live.scheme());
    m_document.setState("scheme", m_live.scheme().id());
    for (const auto &[key, value] : std::map(m_document.states()))
        if (key.starts_with("place.") || key.starts_with("note.") || key.starts_with("threshold."))
            m_document.setState(key, "");
    m_document.writeModel(m_live.mask(), {Origin::Model, model, version}, VoxelBox::whole(m_document.grid()));
    followScheme(&m_live.scheme());
    if (!m_live.field(m_band.regionId.toStdString()))
        m_band.regionId = QString::fromStdString(m_scheme->regions().front().id);
    emit maskReplaced();
    if (!commitAct()) emit maskChanged();
    m_draftVolumes = volumesMl();
    emit bandChanged();
    emit placesChanged();
    setSaved(false);
}

void CaseModel::restore(MaskDocument document, std::optional<LiveMask> live, MaskSource source, MaskSource answer)
{
    if (acting()) commitAct(); // a stroke in hand is kept, and ends here
    dropPreview();
    dropLive();
    m_hiddenAnswer.reset();
    m_document = std::move(document);
    m_document.setReader(m_reader);
    if (live) {
        m_live = std::move(*live);
        m_applied = m_modelThresholds = m_live.thresholds();
        m_modelMask = m_live.mask();
        m_band.enabled = true;
        m_answerSource = std::move(answer);
    }
    m_source = std::move(source);
    m_places = {};
    m_placeStates.clear();
    m_placesKnown = false;
    showMask();
    followStates();
    if (!m_live.empty() && !m_live.field(m_band.regionId.toStdString()))
        m_band.regionId = QString::fromStdString(m_scheme->regions().front().id);
    m_draftVolumes = draftVolumes();
    emit maskReplaced();
    emit maskChanged();
    m_saved = true;
    emit savedChanged();
    emit historyMoved();
    emit bandChanged();
    emit placesChanged();
}

/// The draft is what the model had given, not what became of it since.
std::map<std::string, double> CaseModel::draftVolumes() const
{
    const bool drafted = m_source.origin == MaskOrigin::Model && answerFits();
    return drafted ? regionVolumesMl(m_modelMask, *m_scheme) : volumesMl();
}

bool CaseModel::answerFits() const
{
    return !m_live.empty() && m_live.mask().geometry().sameGrid(m_document.grid()) &&
           m_live.scheme().id() == m_scheme->id();
}

void CaseModel::takeUp(MaskDocument document, MaskSource source, const LabelScheme &scheme)
{
    if (acting()) commitAct(); // a stroke in hand is kept, and ends here
    dropPreview();
    m_document = std::move(document);
    m_document.setReader(m_reader);
    m_source = std::move(source);
    m_overlay.hidden.clear();
    followScheme(findLabelScheme(scheme.id()));
    showMask();
    followStates();
    protectFinished();
    m_draftVolumes = draftVolumes();
    emit maskReplaced();
    emit maskChanged();
    emit historyMoved();
    emit bandChanged();
    emit placesChanged();
    emit overlayChanged();
}

void CaseModel::setAnswerHidden(bool hidden)
{
    if (hidden == answerHidden()) return;
    dropPreview();
    if (hidden) {
        m_hiddenAnswer = Answer{std::move(m_live),   std::move(m_bandLive), m_modelThresholds, m_modelMask,   m_votes,
                                std::move(m_places), m_placeVotes,          m_placesKnown,     m_band.enabled};
        dropLive();
        m_places = {};
        m_placeStates.clear();
        m_placeVotes.clear();
        m_placesKnown = m_band.enabled = m_band.heatMap = false;
    } else {
        Answer answer = std::move(*m_hiddenAnswer);
        m_hiddenAnswer.reset();
        m_live = std::move(answer.live);
        m_bandLive = std::move(answer.bandLive);
        m_modelThresholds = std::move(answer.modelThresholds);
        m_modelMask = std::move(answer.modelMask);
        m_votes = std::move(answer.votes);
        m_places = std::move(answer.places);
        m_placeVotes = std::move(answer.placeVotes);
        m_placeStates.assign(m_places.list.size(), PlaceState::Open);
        m_placesKnown = answer.placesKnown;
        m_band.enabled = answer.band;
        followStates();
    }
    protectFinished();
    emit maskReplaced();
    emit bandChanged();
    emit placesChanged();
}

const MaskSource &CaseModel::answerSource() const
{
    return m_hiddenAnswer || !m_live.empty() ? m_answerSource : m_source;
}

// --- acts -----------------------------------------------------------------------------------------------------------

void CaseModel::beginDrawing()
{
    if (hasMask() || !isOpen()) return;
    m_source = {};
    m_source.origin = MaskOrigin::Drawn;
    m_source.made = QDateTime::currentDateTime();
    emit maskReplaced();
    emit maskChanged();
}

void CaseModel::beginAct(Act act)
{
    if (refuseChange()) return;
    emit actComing();
    dropPreview();
    beginDrawing();
    m_document.begin(std::move(act));
}

WriteResult CaseModel::write(const Selection &selection, Label label)
{
    if (!acting()) return {};
    const WriteResult result = m_document.write(selection, label);
    if (result.changed > 0) {
        m_shown = m_document.labels();
        emit maskChanged();
    }
    return result;
}

WriteResult CaseModel::write(const LabelPatch &patch)
{
    if (!acting()) return {};
    const WriteResult result = m_document.write(patch);
    if (result.changed > 0) {
        m_shown = m_document.labels();
        emit maskChanged();
    }
    return result;
}

bool CaseModel::commitAct()
{
    if (!acting()) return false;
    const Step *step = m_document.commit(QDateTime::currentMSecsSinceEpoch());
    m_shown = m_document.labels();
    if (!step) return false;
    followStates();
    emit maskChanged();
    setSaved(false);
    emit stepMade();
    return true;
}

void CaseModel::abandonAct()
{
    if (!acting()) return;
    m_document.abandon();
    showMask();
    emit maskChanged();
}

void CaseModel::setPreview(LabelMap shown)
{
    if (acting() || refuseChange()) return;
    m_shown = std::move(shown);
    m_previewing = true;
    emit maskChanged();
}

void CaseModel::dropPreview()
{
    if (thresholdMoved()) resetThreshold();
    if (!m_previewing) return;
    showMask();
    emit maskChanged();
}

bool CaseModel::moved(const Result<VoxelBox> &box)
{
    if (!box) {
        emit historyFailed(box.error());
        return false;
    }
    const std::string scheme = m_scheme->id();
    showMask();
    followStates();
    if (m_scheme->id() != scheme) emit maskReplaced(); // other labels altogether
    emit maskChanged();
    emit bandChanged();
    setSaved(false);
    emit historyMoved();
    return true;
}

bool CaseModel::undo()
{
    if (acting() || !m_document.canUndo() || refuseChange()) return false;
    emit actComing();
    dropPreview();
    return moved(m_document.undo());
}

bool CaseModel::redo()
{
    if (acting() || !m_document.canRedo() || refuseChange()) return false;
    emit actComing();
    dropPreview();
    return moved(m_document.redo());
}

bool CaseModel::goTo(std::size_t position)
{
    if (acting() || position == m_document.position() || refuseChange()) return false;
    emit actComing();
    dropPreview();
    return moved(m_document.goTo(position));
}

void CaseModel::setLocked(Label label, bool locked)
{
    if (label == 0 || isLocked(label) == locked) return;
    setNamed({locked ? "lock" : "unlock", label, 0, ""}, lockKey(label), locked ? "1" : "");
}

bool CaseModel::setNamed(Act act, const std::string &key, const std::string &value)
{
    if (acting() || m_document.state(key) == value || refuseChange()) return false;
    beginAct(std::move(act));
    m_document.setState(key, value);
    return commitAct();
}

void CaseModel::setPaintOver(PaintOver over, std::bitset<256> onlyOver, std::optional<IntensityLimit> intensity)
{
    EditRules &rules = m_document.rules();
    rules.over = over;
    rules.onlyOver = onlyOver;
    rules.intensity = std::move(intensity);
}

void CaseModel::settlePlace(int row, PlaceState state, const LabelPatch *patch, const std::string &note)
{
    if (row < 0 || row >= int(m_placeStates.size()) || acting() || refuseChange()) return;
    const int id = m_places.list[std::size_t(row)].id;
    beginAct({"place", 0, 0, kPlaceStates[std::size_t(state)]});
    m_document.setState(placeKey(id), kPlaceStates[std::size_t(state)]);
    if (!note.empty()) m_document.setState(noteKey(id), note);
    // What is decided now may decide anew what was settled; what else is settled is not part of the patch.
    m_document.rules().finished.reset();
    if (patch) m_document.write(*patch);
    commitAct();
    protectFinished();
}

std::string CaseModel::placeNote(int row) const
{
    if (row < 0 || row >= int(m_places.list.size())) return {};
    return m_document.state(noteKey(m_places.list[std::size_t(row)].id));
}

void CaseModel::setPlaceNote(int row, const std::string &note)
{
    if (row < 0 || row >= int(m_places.list.size()) || acting() || placeNote(row) == note || refuseChange()) return;
    beginAct({"note", 0, 0, ""});
    m_document.setState(noteKey(m_places.list[std::size_t(row)].id), note);
    commitAct();
}

// --- threshold ------------------------------------------------------------------------------------------------------

void CaseModel::moveThreshold(double threshold)
{
    if (!answerFits() || acting()) return;
    const std::string region = m_band.regionId.toStdString();
    if (std::abs(m_live.threshold(region) - threshold) < 1e-9) return;
    if (!m_previewing) m_shown = m_document.labels();
    const auto box = m_live.setThreshold(region, threshold);
    if (!box) return;
    m_previewing = true;
    m_document.previewModel(m_shown, m_live.mask(), *box);
    emit maskChanged();
}

double CaseModel::bandThreshold() const { return m_live.threshold(m_band.regionId.toStdString()); }

bool CaseModel::thresholdMoved() const
{
    if (m_live.empty()) return false;
    return std::ranges::any_of(m_scheme->regions(), [&](const RegionDefinition &region) {
        const auto applied = m_applied.find(region.id);
        return std::abs((applied == m_applied.end() ? 0.5 : applied->second) - m_live.threshold(region.id)) > 1e-9;
    });
}

void CaseModel::applyThreshold()
{
    if (!thresholdMoved() || !answerFits() || acting() || refuseChange()) return;
    const std::string region = m_band.regionId.toStdString();
    m_document.begin({"threshold", 0, m_live.threshold(region), region});
    for (const RegionDefinition &each : m_scheme->regions()) {
        const auto applied = m_applied.find(each.id);
        const double before = applied == m_applied.end() ? 0.5 : applied->second, now = m_live.threshold(each.id);
        if (std::abs(before - now) > 1e-9) m_document.setState(thresholdKey(each.id), numberText(now));
    }
    m_document.writeModel(
        m_live.mask(),
        {Origin::Model, m_answerSource.modelName.toStdString(), m_answerSource.modelVersion.toStdString()},
        VoxelBox::whole(m_document.grid()));
    m_previewing = false;
    commitAct();
    emit bandChanged();
}

void CaseModel::resetThreshold()
{
    if (!thresholdMoved()) return;
    for (const RegionDefinition &region : m_scheme->regions()) {
        const auto applied = m_applied.find(region.id);
        (void)m_live.setThreshold(region.id, applied == m_applied.end() ? 0.5 : applied->second);
    }
    showMask();
    emit maskChanged();
}

} // namespace glio::app
