#include "model/CaseMasks.h"

#include "model/Journal.h"

#include "glioscope/annotation/EditedScheme.h"
#include "glioscope/io/GeometryGuard.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <format>

namespace glio::app {

using project::MaskKind;
using project::MaskRow;

namespace {
constexpr const char *kNameKey = "mask.name";
}

const LabelScheme &schemeOf(const MaskDocument &document, const MaskRow &row)
{
    const LabelScheme *scheme = findLabelScheme(document.state("scheme"));
    if (!scheme) scheme = findLabelScheme(row.schemeId);
    return editedScheme(scheme ? *scheme : defaultLabelScheme(), document.states());
}

namespace {

/// A label that a reader added means what its name says: the same value under two names is not the same thing.
Result<void> checkOwnLabels(const LabelScheme &from, const LabelScheme &to)
{
    for (const LabelDefinition &label : from.labels()) {
        const LabelDefinition *other = to.label(label.value);
        if (other && (label.added || other->added) && other->name != label.name)
            return fail(
                Errc::InvalidArgument,
                std::format("Label {} is \"{}\" in one mask and \"{}\" in the other. Give both the same name first.",
                            label.value, to.label(label.value)->name, label.name));
    }
    return {};
}

} // namespace

Result<LabelMap> broughtTo(const LabelMap &labels, const LabelScheme &from, const LabelScheme &to, const Geometry &grid)
{
    if (from.id() == to.id())
        if (const auto same = checkOwnLabels(from, to); !same) return std::unexpected(same.error());
    const bool sameGrid = labels.geometry().sameGrid(grid);
    if (sameGrid && from.id() == to.id()) return labels;
    LabelVolume voxels = labels.toVolume();
    if (from.id() != to.id()) {
        auto turned = convertLabels(voxels, from, to);
        if (!turned) return std::unexpected(turned.error());
        voxels = std::move(*turned);
    }
    if (sameGrid) return LabelMap::from(voxels);
    auto moved = io::resampleMaskTo(voxels, grid);
    if (!moved) return std::unexpected(moved.error());
    // Finer or coarser voxels change a border a little; a smaller box cuts whole parts off.
    double before = 0, outside = 0;
    const Geometry &own = voxels.geometry();
    const VoxelBox box = labels.boundingBox();
    for (std::int64_t k = box.start[2]; k < box.start[2] + box.size[2]; ++k)
        for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j)
            for (std::int64_t i = box.start[0]; i < box.start[0] + box.size[0]; ++i) {
                if (voxels.at({i, j, k}) == 0) continue;
                ++before;
                outside += !grid.contains(grid.nearestVoxel(own.toWorld(Index3{i, j, k})));
            }
    if (outside > 0.01 * before)
        return fail(
            Errc::Geometry,
            std::format("{:.0f} % of one mask lies outside the voxels of the other. Work on the mask that covers "
                        "more, then compare.",
                        100 * outside / before));
    return LabelMap::from(moved->labels);
}

CaseMasks::CaseMasks(CaseModel &model, Journal &journal, QObject *parent)
    : QObject(parent), m_model(model), m_journal(journal)
{
    connect(&model, &CaseModel::opened, this, [this] {
        m_list.clear();
        if (auto masks = m_journal.masks(m_model.id().toStdString())) m_list = std::move(*masks);
        setBlind(false);
        emit changed();
    });
    connect(&model, &CaseModel::closed, this, [this] {
        m_list.clear();
        setBlind(false);
        emit changed();
    });
    connect(&model, &CaseModel::maskReplaced, this, &CaseMasks::followCurrent);
    connect(&model, &CaseModel::stepMade, this, &CaseMasks::followName);
    connect(&model, &CaseModel::historyMoved, this, &CaseMasks::followName);
}

const std::string &CaseMasks::current() const { return m_journal.maskId(); }

const MaskRow *CaseMasks::find(const std::string &id) const
{
    const auto found = std::ranges::find(m_list, id, &MaskRow::id);
    return found == m_list.end() ? nullptr : &*found;
}

/// A mask that was begun is listed before its first step has made its record.
void CaseMasks::followCurrent()
{
    if (m_model.hasMask() && !current().empty() && !find(current())) m_list.push_back(m_journal.maskRow());
    emit changed();
}

/// Names are steps of the history: an undo brings the former one back.
void CaseMasks::followName()
{
    const auto row = std::ranges::find(m_list, current(), &MaskRow::id);
    const std::string name = m_model.document().state(kNameKey);
    if (row == m_list.end() || row->name == name) return;
    row->name = name;
    m_journal.keepMask(*row);
    emit changed();
}

void CaseMasks::setBlind(bool blind)
{
    if (m_blind == blind) return;
    m_blind = blind;
    emit blindChanged();
}

std::function<Result<LabelMap>()> CaseMasks::reading(const std::string &id) const
{
    if (id == current()) return [labels = m_model.document().labels()]() -> Result<LabelMap> { return labels; };
    const LabelScheme *scheme = &m_model.scheme();
    const Geometry grid = m_model.document().grid();
    if (id == kDraftId) {
        if (!m_model.hasProbabilities())
            return
                []() -> Result<LabelMap> { return fail(Errc::InvalidArgument, "The model has not marked this case."); };
        return [mask = m_model.modelMask(), from = &m_model.live().scheme(), scheme, grid] {
            return broughtTo(LabelMap::from(mask), *from, *scheme, grid);
        };
    }
    const MaskRow *row = find(id);
    if (!row)
        return []() -> Result<LabelMap> { return fail(Errc::InvalidArgument, "This case has no mask of that name."); };
    return [journal = &m_journal, row = *row, scheme, grid]() -> Result<LabelMap> {
        const auto document = journal->load(row);
        if (!document) return std::unexpected(document.error());
        return broughtTo(document->labels(), schemeOf(*document, row), *scheme, grid);
    };
}

namespace {

bool hasOrigin(const MaskDocument &document, std::initializer_list<Origin> wanted)
{
    const std::vector<VoxelSource> sources = document.sources();
    const std::array<std::int64_t, 256> counts = document.sourceMap().counts();
    for (std::size_t n = 1; n < sources.size(); ++n)
        if (counts[n] > 0 && std::ranges::contains(wanted, sources[n].origin)) return true;
    return false;
}

/// As the step "segment" names it.
std::string modelText(const MaskSource &source)
{
    const std::string name = source.modelName.toStdString(), version = source.modelVersion.toStdString();
    return version.empty() ? name : name + ' ' + version;
}

} // namespace

MaskSource sourceOfMask(const MaskRow &row, const MaskDocument &document, const MaskSource &answer)
{
    MaskSource source;
    source.origin = MaskOrigin::Drawn;
    source.made = QDateTime::fromMSecsSinceEpoch(row.madeMs);
    // Where it began: the last step that brought a whole mask. What single places were taken from says provenance.
    const Act *began = nullptr;
    for (std::size_t n = 0; n < document.position(); ++n) {
        const Act &act = document.steps()[n].act;
        if (act.id == "segment" || act.id == "import" || act.id == "mask.copy") began = &act;
    }
    std::string model = began && began->id == "segment" ? began->text : "";
    const bool copied = began && began->id == "mask.copy";
    if (copied && hasOrigin(document, {Origin::Model, Origin::ModelEdited})) {
        for (const VoxelSource &voxels : document.sources())
            if (voxels.origin == Origin::Model || voxels.origin == Origin::ModelEdited)
                model = voxels.version.empty() ? voxels.name : voxels.name + ' ' + voxels.version;
    }
    if ((began && began->id == "segment") || !model.empty()) {
        if (answer.origin == MaskOrigin::Model && modelText(answer) == model) return answer;
        source.origin = MaskOrigin::Model; // an earlier answer, of which no more is known
        source.modelName = QString::fromStdString(model);
    } else if ((began && began->id == "import") || (copied && hasOrigin(document, {Origin::OtherReader}))) {
        source.origin = MaskOrigin::File;
        source.file = began->id == "import" ? began->text : row.name;
        if (answer.origin == MaskOrigin::File && answer.file.filename() == source.file) source.file = answer.file;
    }
    return source;
}

Result<void> CaseMasks::mayChange() const
{
    if (m_holder)
        if (const std::string why = m_holder(); !why.empty()) return fail(Errc::Unsupported, why);
    if (!m_journal.keeps())
        return fail(Errc::Unsupported, "Nothing can be kept here, so the mask at hand would be lost. Open a project "
                                       "that can be written first.");
    m_journal.waitForDisk();
    if (m_journal.failing() || m_journal.pending() > 0)
        return fail(Errc::Io,
                    "The last steps of this mask are in memory only. Make room on the disk, or save elsewhere, "
                    "then try again.");
    return {};
}

Result<void> CaseMasks::takeUp(const std::string &id)
{
    if (id == current()) return {};
    const MaskRow *row = find(id);
    if (!row) return fail(Errc::InvalidArgument, "This case has no mask of that name.");
    if (const auto may = mayChange(); !may) return may;
    if (m_model.acting()) m_model.commitAct();
    m_journal.waitForDisk(); // what is read back may be what was just left
    auto document = m_journal.load(*row);
    if (!document) return std::unexpected(document.error());
    const MaskSource source = sourceOfMask(*row, *document, m_model.answerSource());
    m_journal.adopt(*row);
    const LabelScheme &scheme = schemeOf(*document, *row);
    m_model.takeUp(std::move(*document), source, scheme);
    return {};
}

void CaseMasks::begin(MaskRow row, MaskDocument document)
{
    row.id = project::newId();
    row.caseId = m_model.id().toStdString();
    row.geometry = document.grid();
    row.madeMs = QDateTime::currentMSecsSinceEpoch();
    row.schemeId = document.state("scheme");
    const MaskSource source = sourceOfMask(row, document, m_model.answerSource());
    m_journal.keepMask(row, document);
    m_journal.adopt(row);
    m_list.push_back(row);
    const LabelScheme &scheme = schemeOf(document, row);
    m_model.takeUp(std::move(document), source, scheme);
}

Result<void> CaseMasks::add(const std::string &name, Content content)
{
    if (!m_model.isOpen()) return fail(Errc::InvalidArgument, "No case is open.");
    if (const auto may = mayChange(); !may) return may;
    if (m_model.acting()) m_model.commitAct();
    const MaskDocument &now = m_model.document();
    MaskDocument document(now.grid());
    document.setReader(m_model.reader());
    document.begin({content == Content::Empty ? "mask.new" : "mask.copy", 0, 0, name});
    document.setState("scheme", m_model.scheme().id());
    document.setState(kNameKey, name);
    if (content == Content::CopyOfCurrent) document.copyFrom(now);
    document.commit(QDateTime::currentMSecsSinceEpoch());
    MaskRow row;
    row.name = name;
    row.reader = m_model.reader();
    begin(std::move(row), std::move(document));
    return {};
}

Result<std::string> CaseMasks::addBeside(const LabelVolume &mask, const LabelScheme &scheme, const std::string &name)
{
    const LabelScheme &ours = m_model.scheme();
    LabelVolume labels = mask;
    if (scheme.id() != ours.id()) {
        auto turned = convertLabels(mask, scheme, ours);
        if (!turned) return std::unexpected(turned.error());
        labels = std::move(*turned);
    }
    MaskDocument document(labels.geometry());
    document.setReader(m_model.reader());
    document.begin({"import", 0, 0, name});
    document.setState("scheme", ours.id());
    document.setState(kNameKey, name);
    document.writeOther(labels, {Origin::OtherReader, name, ""});
    document.commit(QDateTime::currentMSecsSinceEpoch());
    MaskRow row;
    row.id = project::newId();
    row.caseId = m_model.id().toStdString();
    row.name = name;
    row.kind = MaskKind::Import;
    row.schemeId = ours.id();
    row.geometry = labels.geometry();
    row.madeMs = QDateTime::currentMSecsSinceEpoch();
    m_journal.keepMask(row, document);
    m_list.push_back(row);
    emit changed();
    return row.id;
}

bool CaseMasks::rename(const std::string &name)
{
    if (name.empty() || !m_model.hasMask()) return false;
    return m_model.setNamed({"mask.rename", 0, 0, name}, kNameKey, name);
}

void CaseMasks::putAway(const std::string &id)
{
    if (id == current() || !find(id)) return;
    m_journal.putAway(m_model.id().toStdString(), id, true);
    std::erase_if(m_list, [&](const MaskRow &row) { return row.id == id; });
    emit changed();
}

Result<void> CaseMasks::beginBlind(const std::string &reader)
{
    if (m_blind || !m_model.isOpen()) return {};
    if (const auto may = mayChange(); !may) return may;
    if (m_model.acting()) m_model.commitAct();
    m_blind = true;
    m_journal.setBlind(m_model.id().toStdString(), true);
    m_model.setReader(QString::fromStdString(reader));
    MaskDocument document(m_model.document().grid());
    document.setReader(reader);
    document.begin({"mask.blind", 0, 0, reader});
    document.setState("scheme", m_model.scheme().id());
    document.setState(kNameKey, reader);
    document.commit(QDateTime::currentMSecsSinceEpoch());
    MaskRow row;
    row.name = reader;
    row.reader = reader;
    m_model.setAnswerHidden(true);
    begin(std::move(row), std::move(document));
    emit blindChanged();
    return {};
}

void CaseMasks::endBlind()
{
    if (!m_blind) return;
    m_journal.setBlind(m_model.id().toStdString(), false);
    m_model.setAnswerHidden(false);
    setBlind(false);
    emit changed();
}

void CaseMasks::restoreBlind()
{
    m_model.setAnswerHidden(true);
    setBlind(true);
    emit changed();
}

} // namespace glio::app
