#include "MaskWriter.h"
#include "glioscope/annotation/EditedScheme.h"

#include <cassert>
#include <cstring>

namespace glio {
namespace {

constexpr std::string_view kSourceKey = "source.";

/// "model|name|version" and back; names are data and may hold anything but the bar.
std::string sourceText(const VoxelSource &source)
{
    constexpr std::array kinds{"none", "model", "edited", "manual", "reader"};
    std::string name = source.name;
    std::ranges::replace(name, '|', '/');
    return std::string(kinds[std::size_t(source.origin)]) + '|' + name + '|' + source.version;
}

VoxelSource sourceFrom(const std::string &text)
{
    constexpr std::array<std::string_view, 5> kinds{"none", "model", "edited", "manual", "reader"};
    const std::size_t first = text.find('|'), second = text.find('|', first + 1);
    if (first == std::string::npos || second == std::string::npos) return {};
    const auto kind = std::ranges::find(kinds, std::string_view(text).substr(0, first));
    if (kind == kinds.end()) return {};
    return {Origin(kind - kinds.begin()), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

} // namespace

MaskDocument::MaskDocument(const Geometry &grid) : m_labels(grid), m_sourceMap(grid) {}

std::vector<VoxelSource> MaskDocument::sources() const
{
    std::vector<VoxelSource> known(1);
    for (int n = 1; n < 256; ++n) {
        const std::string text = state(std::string(kSourceKey) + std::to_string(n));
        if (text.empty()) break;
        known.push_back(sourceFrom(text));
    }
    return known;
}

std::map<Origin, double> MaskDocument::provenance() const
{
    const std::vector<VoxelSource> known = sources();
    std::map<Origin, double> share;
    const std::array<std::int64_t, 256> counts = m_sourceMap.counts();
    double all = 0;
    for (std::size_t n = 1; n < known.size(); ++n) {
        share[known[n].origin] += double(counts[n]);
        all += double(counts[n]);
    }
    for (auto &[origin, part] : share)
        if (all > 0) part /= all;
    return share;
}

std::string MaskDocument::state(const std::string &key) const
{
    const auto found = m_state.find(key);
    return found == m_state.end() ? std::string() : found->second;
}

std::uint8_t MaskDocument::sourceByte(const VoxelSource &source)
{
    if (source.origin == Origin::None) return 0;
    const std::string text = sourceText(source);
    for (int n = 1; n < 256; ++n) {
        const std::string key = std::string(kSourceKey) + std::to_string(n);
        const std::string held = state(key);
        if (held == text) return std::uint8_t(n);
        if (!held.empty()) continue;
        m_state[key] = text;
        return std::uint8_t(n);
    }
    return 255; // 255 models and readers in one mask: the last stands for the rest
}

/// A hand on a model's voxel leaves the model's name there; anything else becomes the reader's own.
std::uint8_t MaskDocument::editedByte(std::uint8_t before)
{
    VoxelSource source{Origin::Manual, m_reader, ""};
    if (before != 0) {
        const VoxelSource held = sourceFrom(state(std::string(kSourceKey) + std::to_string(before)));
        if (held.origin == Origin::ModelEdited) return before;
        if (held.origin == Origin::Model) source = {Origin::ModelEdited, held.name, held.version};
    }
    return sourceByte(source);
}

// --- an act --------------------------------------------------------------------------------------------------------

void MaskDocument::begin(Act act)
{
    assert(!m_open);
    m_open = true;
    m_act = std::move(act);
    m_labelsBefore = m_labels;
    m_sourcesBefore = m_sourceMap;
    m_stateBefore = m_state;
}

namespace {
auto choose(const Selection &selection, Label label)
{
    return
        [&selection, label](const Index3 &, Label, std::size_t at) { return selection.inside[at] ? int(label) : -1; };
}
auto choose(const LabelPatch &patch)
{
    return [&patch](const Index3 &, Label, std::size_t at) { return int(patch.labels[at]); };
}
constexpr auto kNoSource = [](std::uint8_t before, Label) { return before; };
} // namespace

/// Who set a voxel once a hand has written it; asked once for each value that is met.
struct MaskDocument::Edited {
    explicit Edited(MaskDocument &document) : document(document) { bytes.fill(-1); }
    std::uint8_t operator()(std::uint8_t before, Label)
    {
        if (bytes[before] < 0) bytes[before] = document.editedByte(before);
        return std::uint8_t(bytes[before]);
    }
    MaskDocument &document;
    std::array<int, 256> bytes{};
};

std::array<bool, 256> MaskDocument::bytesByHand() const
{
    std::array<bool, 256> byHand{};
    const std::vector<VoxelSource> known = sources();
    for (std::size_t n = 1; n < known.size(); ++n)
        byHand[n] = known[n].byHand();
    return byHand;
}

WriteResult MaskDocument::write(const Selection &selection, Label label)
{
    assert(m_open);
    return MaskWriter{m_labels, &m_sourceMap, m_rules}.write(selection.box, choose(selection, label), Edited{*this});
}

WriteResult MaskDocument::write(const LabelPatch &patch)
{
    assert(m_open);
    return MaskWriter{m_labels, &m_sourceMap, m_rules}.write(patch.box, choose(patch), Edited{*this});
}

WriteResult MaskDocument::writeModel(const LabelVolume &answer, const VoxelSource &model, const VoxelBox &box)
{
    assert(m_open && answer.size() == grid().size());
    const std::uint8_t byte = sourceByte(model);
    const std::array<bool, 256> byHand = bytesByHand();
    const LabelMap held = m_sourceMap;
    const Label *answers = answer.data();
    return MaskWriter{m_labels, &m_sourceMap, m_rules, MaskWriter::Rules::LocksOnly}.write(
        box,
        [&](const Index3 &v, Label, std::size_t) { return byHand[held.at(v)] ? -1 : int(answers[grid().offset(v)]); },
        [byte](std::uint8_t, Label now) { return now ? byte : std::uint8_t{0}; },
        [&](const Index3 &v, std::int64_t length) {
            return std::memcmp(rowOf(m_labels, v), answers + grid().offset(v), std::size_t(length)) != 0;
        });
}

WriteResult MaskDocument::writeOther(const LabelVolume &mask, const VoxelSource &source)
{
    assert(m_open && mask.size() == grid().size());
    const std::uint8_t byte = sourceByte(source);
    const Label *values = mask.data();
    return MaskWriter{m_labels, &m_sourceMap, m_rules, MaskWriter::Rules::LocksOnly}.write(
        VoxelBox::whole(grid()), [&](const Index3 &v, Label, std::size_t) { return int(values[grid().offset(v)]); },
        [byte](std::uint8_t, Label now) { return now ? byte : std::uint8_t{0}; },
        [&](const Index3 &v, std::int64_t length) {
            return std::memcmp(rowOf(m_labels, v), values + grid().offset(v), std::size_t(length)) != 0;
        });
}

void MaskDocument::copyFrom(const MaskDocument &other)
{
    assert(m_open && m_steps.empty() && other.grid().sameGrid(grid()));
    m_labels = other.m_labels;
    m_sourceMap = other.m_sourceMap;
    for (const auto &[key, value] : other.m_state)
        if (key == "scheme" || key.starts_with(kSourceKey) || key.starts_with(kLabelKey)) m_state[key] = value;
}

void MaskDocument::setState(const std::string &key, const std::string &value)
{
    assert(m_open);
    if (value.empty())
        m_state.erase(key);
    else
        m_state[key] = value;
}

const Step *MaskDocument::commit(std::int64_t nowMs)
{
    assert(m_open);
    m_open = false;
    Step step;
    step.labels = LabelDelta::between(m_labelsBefore, m_labels);
    step.sources = LabelDelta::between(m_sourcesBefore, m_sourceMap);
    for (const auto &[key, value] : m_state) {
        const auto before = m_stateBefore.find(key);
        if (before == m_stateBefore.end() || before->second != value)
            step.state.push_back({key, before == m_stateBefore.end() ? std::string() : before->second, value});
    }
    for (const auto &[key, value] : m_stateBefore)
        if (!m_state.contains(key)) step.state.push_back({key, value, ""});
    m_labelsBefore = m_sourcesBefore = LabelMap();
    // A source that no voxel got is no change.
    const bool onlySources =
        std::ranges::all_of(step.state, [](const StateChange &change) { return change.key.starts_with(kSourceKey); });
    if (step.labels.empty() && step.sources.empty() && onlySources) {
        m_state = std::move(m_stateBefore);
        return nullptr;
    }
    m_stateBefore.clear();
    step.act = m_act;
    step.reader = m_reader;
    step.madeMs = nowMs;
    step.changedVoxels = step.labels.changedVoxels();
    step.changeMl = -double(step.labels.change()[0]) * grid().voxelVolumeMm3() / 1000;
    step.box = step.labels.box(m_labels);
    m_steps.resize(m_position);
    step.number = m_steps.empty() ? 1 : m_steps.back().number + 1;
    m_steps.push_back(std::move(step));
    m_position = m_steps.size();
    return &m_steps.back();
}

void MaskDocument::abandon()
{
    assert(m_open);
    m_open = false;
    m_labels = std::move(m_labelsBefore);
    m_sourceMap = std::move(m_sourcesBefore);
    m_state = std::move(m_stateBefore);
    m_labelsBefore = m_sourcesBefore = LabelMap();
    m_stateBefore.clear();
}

// --- previews ------------------------------------------------------------------------------------------------------

LabelMap MaskDocument::preview(const Selection &selection, Label label, WriteResult *result) const
{
    LabelMap shown = m_labels;
    const WriteResult done =
        MaskWriter{shown, nullptr, m_rules}.write(selection.box, choose(selection, label), kNoSource);
    if (result) *result = done;
    return shown;
}

LabelMap MaskDocument::preview(const LabelPatch &patch, WriteResult *result) const
{
    LabelMap shown = m_labels;
    const WriteResult done = MaskWriter{shown, nullptr, m_rules}.write(patch.box, choose(patch), kNoSource);
    if (result) *result = done;
    return shown;
}

void MaskDocument::previewModel(LabelMap &shown, const LabelVolume &answer, const VoxelBox &box) const
{
    assert(answer.size() == grid().size());
    const std::array<bool, 256> byHand = bytesByHand();
    const EditRules none;
    const Label *answers = answer.data();
    const auto kept = [&](const Index3 &v, Label own, Label answered) {
        return byHand[m_sourceMap.at(v)] || m_rules.locked[own] || m_rules.locked[answered] ||
               (m_rules.finished && m_rules.finished->at(v) != 0);
    };
    MaskWriter{shown, nullptr, none, MaskWriter::Rules::LocksOnly}.write(
        box,
        [&](const Index3 &v, Label, std::size_t) {
            const Label own = m_labels.at(v), answered = answers[grid().offset(v)];
            return int(kept(v, own, answered) ? own : answered);
        },
        kNoSource,
        [&](const Index3 &v, std::int64_t length) {
            const auto bytes = std::size_t(length);
            const Label *now = rowOf(shown, v);
            return std::memcmp(now, answers + grid().offset(v), bytes) != 0 ||
                   std::memcmp(now, rowOf(m_labels, v), bytes) != 0;
        });
}

} // namespace glio
