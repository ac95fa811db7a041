#include "presenters/ComparePresenter.h"

#include "model/CaseMasks.h"
#include "model/CaseModel.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/UserText.h"

#include "glioscope/widgets/ComparePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/TopBar.h"

#include <QDebug>

#include <algorithm>

namespace glio::app {

using widgets::Availability;
using widgets::LayoutChoice;

ComparePresenter::ComparePresenter(const Desk &desk, ViewPresenter &views, QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views)
{
    widgets::ComparePanel *panel = m_desk.window.reviewPanel()->compare();
    connect(panel, &widgets::ComparePanel::withWished, this,
            [this](const QString &id) { compareWith(id.toStdString()); });
    connect(panel, &widgets::ComparePanel::disputedWished, this, [this](bool on) {
        m_disputed = on;
        show();
    });
    connect(panel, &widgets::ComparePanel::contoursWished, this, [this](bool on) {
        m_contours = on;
        show();
    });
    connect(panel, &widgets::ComparePanel::placeWished, this, &ComparePresenter::visit);
    connect(panel, &widgets::ComparePanel::keepWished, this, &ComparePresenter::keep);
    connect(panel, &widgets::ComparePanel::takeWished, this, &ComparePresenter::take);
    connect(panel, &widgets::ComparePanel::adjudicateWished, this, &ComparePresenter::adjudicate);
    connect(&m_views, &ViewPresenter::layoutChanged, this, [this](LayoutChoice choice) {
        if (choice != LayoutChoice::CompareMasks || !comparing().available) return;
        m_desk.window.reviewPanel()->compare()->setOpen(true);
        if (!m_with.empty()) return;
        // The newest one of another reader; without one, any other; else what the model said.
        std::string chosen = m_desk.model.hasProbabilities() ? CaseMasks::kDraftId : std::string();
        for (const bool anybody : {true, false})
            for (const project::MaskRow &row : m_desk.masks->list())
                if (row.id != m_own && (anybody || row.reader != m_desk.model.reader())) chosen = row.id;
        compareWith(chosen);
    });
    m_timer.setSingleShot(true);
    m_timer.setInterval(150); // when the hand rests
    connect(&m_timer, &QTimer::timeout, this, &ComparePresenter::request);
    const CaseModel *model = &m_desk.model;
    for (const auto signal : {&CaseModel::stepMade, &CaseModel::historyMoved})
        connect(model, signal, this, [this] {
            if (!m_other) return;
            if (!m_compared || !m_compared->sharesVoxelsWith(m_desk.model.document().labels())) {
                m_stale = true;
                m_timer.start();
            }
            show();
        });
    connect(model, &CaseModel::labelsChanged, this, [this] {
        if (!m_other) return;
        m_stale = true;
        m_timer.start();
    });
    connect(model, &CaseModel::signOffChanged, this, &ComparePresenter::show);
    for (const auto signal : {&CaseModel::opened, &CaseModel::closed, &CaseModel::maskReplaced})
        connect(model, signal, this, &ComparePresenter::followMasks);
    for (const auto signal : {&CaseMasks::changed, &CaseMasks::blindChanged})
        connect(m_desk.masks, signal, this, &ComparePresenter::followMasks);
    followMasks();
}

Availability ComparePresenter::comparing() const
{
    const CaseModel &model = m_desk.model;
    if (m_desk.masks->blind()) return Availability::no(tr("Ends when the blind reading ends."));
    if (!model.isOpen()) return Availability::no(tr("Open a case first."));
    if (!model.hasMask()) return Availability::no(tr("Segment first."));
    const bool others = std::ranges::any_of(
        m_desk.masks->list(), [this](const project::MaskRow &row) { return row.id != m_desk.masks->current(); });
    return others || model.hasProbabilities() ? Availability::yes()
                                              : Availability::no(tr("Comparing needs a second mask."));
}

void ComparePresenter::followMasks()
{
    const CaseMasks &masks = *m_desk.masks;
    const Availability available = comparing();
    const std::string before = std::exchange(m_own, masks.current());
    if (before != m_own) { // figures and places of another pair: nothing is settled by them
        m_made.reset();
        m_other.reset();
        m_taken.clear();
        m_active = 0;
    }
    if (!m_with.empty() && m_with == m_own && before != m_own)
        m_with = before; // taken up: the former one is now the other
    const bool known = m_with == CaseMasks::kDraftId ? m_desk.model.hasProbabilities() : masks.find(m_with) != nullptr;
    if (!available.available || !known || m_with == m_own) m_with.clear();
    std::vector<widgets::CompareChoice> choices;
    if (available.available) {
        for (const project::MaskRow &row : masks.list())
            if (row.id != m_own) choices.push_back({QString::fromStdString(row.id), nameOf(row.id)});
        if (m_desk.model.hasProbabilities()) choices.push_back({CaseMasks::kDraftId, nameOf(CaseMasks::kDraftId)});
    }
    widgets::ComparePanel *panel = m_desk.window.reviewPanel()->compare();
    panel->setMasks(choices, QString::fromStdString(m_with));
    panel->setAvailability(available);
    m_desk.window.topBar()->setLayoutAvailability(LayoutChoice::CompareMasks, available);
    if (std::exchange(m_told, m_with) != m_with) emit comparedChanged(QString::fromStdString(m_with));
    reload();
}

void ComparePresenter::compareWith(const std::string &id)
{
    if (!comparing().available || id == m_with) return;
    m_with = id;
    m_made.reset();
    m_other.reset();
    m_active = 0;
    followMasks();
}

void ComparePresenter::reload()
{
    m_problem.clear();
    m_timer.stop();
    if (m_with.empty()) {
        m_load.drop();
        m_job.drop();
        m_other.reset();
        m_made.reset();
        m_taken.clear();
        m_active = 0;
        m_stale = false;
        show();
        m_views.endPair();
        return;
    }
    m_stale = true;
    show();
    m_load.request([this, id = m_with, read = m_desk.masks->reading(m_with)]() -> LatestJob::Apply {
        auto labels = std::make_shared<Result<LabelMap>>(read());
        return [this, id, labels] {
            if (id != m_with) return;
            if (!*labels) {
                qWarning("compare: %s", labels->error().message.c_str());
                m_problem =
                    tr("This mask cannot be compared with: %1").arg(QString::fromStdString(labels->error().message));
                m_other.reset();
                m_made.reset();
                show();
                return;
            }
            m_other = std::move(**labels);
            request();
        };
    });
}

void ComparePresenter::request()
{
    if (!m_other || m_with.empty()) return;
    const LabelMap &mine = m_desk.model.document().labels();
    if (!mine.geometry().sameGrid(m_other->geometry())) return; // another mask is being read
    m_stale = true;
    show();
    m_job.request([this, id = m_with, own = m_own, mine, theirs = *m_other,
                   scheme = &m_desk.model.scheme()]() -> LatestJob::Apply {
        auto made = std::make_shared<Result<MaskComparison>>(compareTwoMasks(mine, theirs, *scheme));
        return [this, id, own, made, mine] {
            if (id != m_with || own != m_own) return;
            if (!*made) {
                m_problem =
                    tr("This mask cannot be compared with: %1").arg(QString::fromStdString(made->error().message));
                m_made.reset();
                m_active = 0;
                show();
                return;
            }
            const metrics::Disagreement *was = place(m_active);
            const std::string key = was ? keyOf(*was) : std::string();
            m_made = std::make_shared<MaskComparison>(std::move(**made));
            m_compared = mine;
            m_taken.clear();
            const auto same = std::ranges::find_if(
                m_made->places.list, [&](const metrics::Disagreement &each) { return keyOf(each) == key; });
            m_active = key.empty() || same == m_made->places.list.end() ? 0 : same->id;
            m_stale = !m_desk.model.document().labels().sharesVoxelsWith(mine);
            show();
        };
    });
}

void ComparePresenter::show()
{
    showViews();
    showFigures();
    showPlaces();
    widgets::ComparePanel *panel = m_desk.window.reviewPanel()->compare();
    panel->setStale(m_stale);
    panel->setShown(m_disputed, m_contours);
    panel->setActAvailability(changing());
    panel->setAdjudicateAvailability(!comparing().available ? comparing()
                                     : m_with.empty() ? Availability::no(tr("Choose a mask to compare with first."))
                                                      : Availability::yes());
}

void ComparePresenter::showViews()
{
    if (m_with.empty() || !m_other) {
        if (m_views.compared()) m_views.setCompared(std::nullopt);
        return;
    }
    ComparedMask shown{*m_other, std::nullopt, m_contours, nameOf(m_own), nameOf(m_with), std::nullopt};
    if (m_made && m_disputed) shown.disputed = m_made->places.map;
    if (const metrics::Disagreement *at = place(m_active))
        shown.mark = render::PlaceMark{m_made->places.map.geometry(), at->box.start, at->box.size, at->id};
    m_views.setCompared(std::move(shown));
}

/// As the history and the voxels remember it, in no language.
std::string ComparePresenter::plainName() const
{
    const project::MaskRow *row = m_desk.masks->find(m_with);
    return row ? maskName(*row) : std::string();
}

QString ComparePresenter::nameOf(const std::string &id) const
{
    if (id == CaseMasks::kDraftId) return tr("First draft");
    const project::MaskRow *row = m_desk.masks->find(id);
    const QString name = row && !row->name.empty() ? QString::fromStdString(row->name) : tr("Working");
    const QString reader = row ? QString::fromStdString(row->reader) : QString();
    return reader.isEmpty() || name == reader ? name : tr("%1, %2").arg(name, reader);
}

QString ComparePresenter::summaryOf(const MaskComparison &made) const
{
    const auto &regions = made.regions;
    if (std::ranges::all_of(regions,
                            [](const auto &region) { return region.referenceMl == 0 && region.predictionMl == 0; }))
        return tr("Both masks are empty. There is nothing to compare.");
    if (made.places.disputedMl == 0) return tr("The masks agree everywhere.");
    return tr("They agree on %1 % of what either marks; %2 mL are disputed.")
        .arg(QString::number(100 * made.places.agreedShare, 'f', 1),
             QString::number(made.places.disputedMl, 'f', made.places.disputedMl < 0.95 ? 2 : 1));
}

void ComparePresenter::showFigures()
{
    widgets::ComparePanel *panel = m_desk.window.reviewPanel()->compare();
    if (!m_made) {
        panel->setFigures({}, m_with.empty()         ? QString()
                              : !m_problem.isEmpty() ? m_problem
                                                     : tr("The masks are being compared."));
        return;
    }
    const QString none(QChar(0x2013));
    std::vector<widgets::CompareFigures> rows;
    for (const metrics::RegionMetrics &region : m_made->regions) {
        const RegionDefinition *definition = m_desk.model.scheme().region(region.id);
        widgets::CompareFigures row{QString::fromStdString(region.id),
                                    definition ? labelName(*definition) : labelName(region.id),
                                    none,
                                    none,
                                    none,
                                    QString::number(region.referenceMl, 'f', 1),
                                    QString::number(region.predictionMl, 'f', 1),
                                    {}};
        const bool mine = region.referenceMl > 0, theirs = region.predictionMl > 0;
        if (mine || theirs) {
            row.dice = QString::number(region.dice, 'f', 3);
            row.nsd = QString::number(region.nsd, 'f', 3);
            if (region.hd95Mm && mine && theirs) row.hd95 = QString::number(*region.hd95Mm, 'f', 1);
        }
        if (!mine && !theirs)
            row.note = tr("Neither mask has it.");
        else if (!theirs)
            row.note = tr("The other mask has none of it, so there is no distance.");
        else if (!mine)
            row.note = tr("The mask at hand has none of it, so there is no distance.");
        rows.push_back(row);
    }
    panel->setFigures(rows, summaryOf(*m_made));
}

} // namespace glio::app
