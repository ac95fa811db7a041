#include "model/CaseMasks.h"

#include "model/Journal.h"

#include "glioscope/annotation/EditedScheme.h"
#include "glioscope/io/GeometryGuard.h"

#include <QDateTime>

#include <algorithm>

namespace glio::app {

using project::MaskKind;
using project::MaskRow;

namespace {
constexpr const char *kNameKey = "mask.name";
}

const LabelScheme *schemeOf(const MaskDocument &document, const MaskRow &row)
{
    const LabelScheme *scheme = findLabelScheme(document.state("scheme"));
    if (!scheme) scheme = findLabelScheme(row.schemeId);
    return scheme ? &editedScheme(*scheme, document.states()) : nullptr;
}

Result<LabelMap> broughtTo(const LabelMap &labels, const LabelScheme &from, const LabelScheme &to, const Geometry &grid)
{
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
        const LabelScheme *from = schemeOf(*document, row);
        return broughtTo(document->labels(), from ? *from : *scheme, *scheme, grid);
    };
}

MaskSource sourceOfMask(const MaskRow &row, const MaskDocument &document, const MaskSource &answer)
{
    bool model = false;
    const VoxelSource *file = nullptr;
    const std::vector<VoxelSource> sources = document.sources();
    for (const VoxelSource &voxels : sources) {
        model = model || voxels.origin == Origin::Model || voxels.origin == Origin::ModelEdited;
        if (voxels.origin == Origin::OtherReader) file = &voxels;
    }
    if (model && answer.origin == MaskOrigin::Model) return answer;
    MaskSource source;
    source.origin = MaskOrigin::Drawn;
    source.made = QDateTime::fromMSecsSinceEpoch(row.madeMs);
    if (model) {
        source.origin = MaskOrigin::Model; // the answer itself is not kept any more
    } else if (file) {
        source.origin = MaskOrigin::File;
        source.file = file->name;
        if (answer.origin == MaskOrigin::File && answer.file.filename() == source.file) source.file = answer.file;
    }
    return source;
}

Result<void> CaseMasks::takeUp(const std::string &id)
{
    if (id == current()) return {};
    const MaskRow *row = find(id);
    if (!row) return fail(Errc::InvalidArgument, "This case has no mask of that name.");
    if (m_model.acting()) m_model.commitAct();
    auto document = m_journal.load(*row);
    if (!document) return std::unexpected(document.error());
    const MaskSource source = sourceOfMask(*row, *document, m_model.answerSource());
    m_journal.adopt(*row);
    m_model.takeUp(std::move(*document), source);
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
    m_model.takeUp(std::move(document), source);
}

void CaseMasks::add(const std::string &name, Content content)
{
    if (!m_model.isOpen()) return;
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

void CaseMasks::beginBlind(const std::string &reader)
{
    if (m_blind || !m_model.isOpen()) return;
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
