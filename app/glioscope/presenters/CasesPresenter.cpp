#include "presenters/CasesPresenter.h"

#include "model/CaseModel.h"
#include "model/Journal.h"
#include "presenters/SequencePresenter.h"
#include "presenters/SignOffPresenter.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/widgets/CasesPage.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <memory>

namespace glio::app {

using widgets::Availability;

namespace {

widgets::CaseState shownState(const CaseRecord &record)
{
    return record.filesGone ? widgets::CaseState::SomethingMissing : widgets::CaseState(record.state);
}

bool matchesFilter(const CaseRecord &record, const QString &filter)
{
    if (filter == "check") return record.state == CaseState::NeedsChecking;
    if (filter == "second") return record.state == CaseState::SecondReader;
    if (filter == "approved") return record.state == CaseState::Approved;
    if (filter == "rejected") return record.state == CaseState::Rejected;
    if (filter == "missing") return record.filesGone;
    return true;
}

/// By letters, and numbers by their value: GL-9 before GL-10. QCollator does that in some builds of Qt alone.
bool comesBefore(const std::string &a, const std::string &b)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    for (std::size_t i = 0, j = 0;;) {
        if (i == a.size() || j == b.size()) return i == a.size() && j < b.size();
        if (digit(a[i]) && digit(b[j])) {
            const auto number = [&](const std::string &text, std::size_t &at) {
                while (at < text.size() && text[at] == '0')
                    ++at;
                const std::size_t from = at;
                while (at < text.size() && digit(text[at]))
                    ++at;
                return std::string_view(text).substr(from, at - from);
            };
            const std::string_view first = number(a, i), second = number(b, j);
            if (first.size() != second.size()) return first.size() < second.size();
            if (first != second) return first < second;
            continue;
        }
        if (a[i] != b[j]) return a[i] < b[j];
        ++i;
        ++j;
    }
}

bool has(const CaseRecord &record, Sequence sequence)
{
    return std::ranges::any_of(record.files, [&](const auto &file) { return file.sequence == sequence; });
}

double wholeTumourMl(const CaseRecord &record)
{
    const auto found = record.volumesMl.find("WT");
    return found == record.volumesMl.end() ? 0.0 : found->second;
}

/// Who did what: sign-off or rejection, time, notes.
std::vector<widgets::CasePreview::Check> workOf(const CaseRecord &record)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("glio::app::CasesPresenter", text); };
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    std::vector<widgets::CasePreview::Check> work;
    if (!record.signedBy.empty())
        work.push_back(
            {"badge-check", "ok", tr("Signed off by %1, %2").arg(text(record.signedBy), shortTime(record.signedAt))});
    if (record.state == CaseState::Rejected)
        work.push_back(
            {"circle-x", "error", tr("Rejected by %1: %2").arg(text(record.rejectedBy), text(record.rejectedReason))});
    if (record.secondsSpent() >= 30) {
        QStringList readers;
        for (const auto &[reader, seconds] : record.secondsByReader)
            if (seconds >= 30)
                readers << tr("%1 %2 min").arg(text(reader)).arg(std::max(1L, std::lround(seconds / 60)));
        const QString all = tr("%1 min").arg(std::max(1L, std::lround(record.secondsSpent() / 60)));
        work.push_back({"clock", "", readers.size() > 1 ? tr("%1 (%2)").arg(all, readers.join(", ")) : all});
    }
    if (!record.notes.empty()) work.push_back({"pencil", "", text(record.notes)});
    return work;
}

QString maskText(const CaseRecord &record)
{
    switch (record.mask.origin) {
    case MaskOrigin::Model:
        return QCoreApplication::translate("glio::app::CasesPresenter", "Model");
    case MaskOrigin::File:
        return QCoreApplication::translate("glio::app::CasesPresenter", "From a file");
    case MaskOrigin::Drawn:
        return QCoreApplication::translate("glio::app::CasesPresenter", "Drawn");
    case MaskOrigin::None:
        break;
    }
    return {};
}

} // namespace

CasesPresenter::CasesPresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    widgets::CasesPage *page = m_desk.window.casesPage();
    connect(page, &widgets::CasesPage::filterWished, this, [this](const QString &id) {
        m_filter = id;
        show();
    });
    connect(page, &widgets::CasesPage::searchChanged, this, [this](const QString &text) {
        m_search = text;
        show();
    });
    connect(page, &widgets::CasesPage::sortWished, this, [this](const QString &id) {
        m_desk.settings.setValue("cases/sort", id);
        show();
    });
    connect(page, &widgets::CasesPage::caseSelected, this, [this](const QString &id) {
        m_selected = id;
        showPreview();
    });
    connect(page, &widgets::CasesPage::caseOpenWished, this, [this](const QString &id) { emit openWished(id, false); });
    connect(page, &widgets::CasesPage::checkPlacesWished, this,
            [this](const QString &id) { emit openWished(id, true); });
    connect(page, &widgets::CasesPage::demoClosed, this, [this] {
        m_desk.settings.setValue("cases/demoClosed", true);
        m_desk.window.casesPage()->setDemoVisible(false);
    });
    connect(&m_desk.model, &CaseModel::opened, this, [this] { m_selected = m_desk.model.id(); });
    page->setDemoVisible(!m_desk.settings.value("cases/demoClosed").toBool());
    page->setImportAvailability(Availability::yes());
    show();
}

void CasesPresenter::reload()
{
    m_reload.request([this, store = m_desk.store, journal = &m_desk.journal]() -> LatestJob::Apply {
        auto records = std::make_shared<std::vector<CaseRecord>>(store.list());
        // A project that was brought here without its derived files still lists its cases.
        if (const auto rows = journal->cases()) {
            for (const project::CaseRow &row : *rows) {
                if (std::ranges::find(*records, row.id, &CaseRecord::id) != records->end()) continue;
                if (auto record = CaseStore::recordOf(row.json)) records->push_back(std::move(*record));
            }
        }
        auto thumbnails = std::make_shared<QHash<QString, std::vector<QImage>>>();
        for (const CaseRecord &record : *records) {
            std::vector<QImage> pictures;
            for (std::size_t n = 0; n < record.files.size(); ++n) {
                pictures.emplace_back(QString::fromStdString(
                    (store.folder(record.id) / ("thumb-" + std::to_string(n) + ".png")).string()));
            }
            (*thumbnails)[QString::fromStdString(record.id)] = std::move(pictures);
        }
        return [this, records, thumbnails] {
            m_records = std::move(*records);
            m_thumbnails = std::move(*thumbnails);
            show();
        };
    });
}

void CasesPresenter::show()
{
    widgets::CasesPage *page = m_desk.window.casesPage();
    std::vector<const CaseRecord *> shown;
    for (const CaseRecord &record : m_records) {
        if (!matchesFilter(record, m_filter)) continue;
        if (!m_search.isEmpty() && !QString::fromStdString(record.name).contains(m_search, Qt::CaseInsensitive) &&
            !QString::fromStdString(record.notes).contains(m_search, Qt::CaseInsensitive))
            continue;
        shown.push_back(&record);
    }
    const QString sort = m_desk.settings.value("cases/sort").toString();
    std::ranges::stable_sort(shown, [&](const CaseRecord *a, const CaseRecord *b) {
        if (sort == "date") return a->opened > b->opened;
        if (sort == "name") return comesBefore(a->name, b->name);
        if (sort == "state") return int(a->state) < int(b->state);
        return a->openMl > b->openMl;
    });
    std::vector<widgets::CaseRow> rows;
    for (const CaseRecord *record : shown) {
        widgets::CaseRow row;
        row.id = QString::fromStdString(record->id);
        row.name = QString::fromStdString(record->name);
        row.date = QString::fromStdString(record->date);
        const auto &pictures = m_thumbnails[row.id];
        if (!pictures.empty()) row.thumbnail = pictures[pictures.size() > 1 ? 1 : 0];
        bool missing = false;
        for (const Sequence sequence : kModelSequences) {
            row.sequences.push_back({sequenceText(sequence), !has(*record, sequence)});
            missing = missing || !has(*record, sequence);
        }
        row.state = shownState(*record);
        if (record->filesGone) row.stateText = tr("Files are gone");
        row.toCheck = record->openPlaces < 0    ? tr("none yet")
                      : record->openPlaces == 0 ? tr("all checked")
                                                : tr("%1 places").arg(record->openPlaces);
        if (record->mask.origin != MaskOrigin::None) row.tumourMl = wholeTumourMl(*record);
        row.mask = record->demo ? (maskText(*record).isEmpty() ? tr("Synthetic")
                                                               : tr("%1, synthetic case").arg(maskText(*record)))
                                : maskText(*record);
        rows.push_back(row);
    }
    std::vector<QString> order;
    for (const widgets::CaseRow &row : rows)
        order.push_back(row.id);
    const bool walking =
        m_desk.window.mode() != widgets::Mode::Cases && std::ranges::find(m_order, m_desk.model.id()) != m_order.end();
    if (!walking && order != m_order) {
        m_order = std::move(order);
        emit orderChanged();
    }
    int check = 0, approved = 0, second = 0, rejected = 0, missing = 0;
    for (const CaseRecord &record : m_records) {
        check += record.state == CaseState::NeedsChecking;
        approved += record.state == CaseState::Approved;
        second += record.state == CaseState::SecondReader;
        rejected += record.state == CaseState::Rejected;
        missing += record.filesGone;
    }
    page->setSearchActive(!m_search.isEmpty() || m_filter != "all");
    page->setRows(rows);
    page->setProject(m_desk.journal.isOwnProject() ? m_desk.journal.name() : tr("My cases"),
                     m_records.empty() ? tr("No case yet.")
                     : m_records.size() == 1
                         ? tr("1 case, %1 approved, %2 to check").arg(approved).arg(check)
                         : tr("%1 cases, %2 approved, %3 to check").arg(m_records.size()).arg(approved).arg(check));
    page->setFilters({{"all", tr("All cases"), "folder-open", int(m_records.size())},
                      {"check", tr("Needs checking"), "list-checks", check},
                      {"second", tr("Second reader"), "user-round", second},
                      {"approved", tr("Approved"), "badge-check", approved},
                      {"rejected", tr("Rejected"), "circle-x", rejected},
                      {"missing", tr("Something missing"), "triangle-alert", missing}},
                     m_filter);
    page->setSorts({{"check", tr("what to check first")},
                    {"date", tr("last opened")},
                    {"name", tr("name")},
                    {"state", tr("state")}},
                   sort);
    if (std::ranges::none_of(rows, [&](const auto &row) { return row.id == m_selected; }))
        m_selected = rows.empty() ? QString() : rows.front().id;
    page->setSelected(m_selected);
    showPreview();
}

void CasesPresenter::showPreview()
{
    widgets::CasesPage *page = m_desk.window.casesPage();
    const auto found = std::ranges::find(m_records, m_selected.toStdString(), &CaseRecord::id);
    if (found == m_records.end()) {
        page->setPreview(std::nullopt);
        return;
    }
    const CaseRecord &record = *found;
    widgets::CasePreview preview;
    preview.id = m_selected;
    preview.name = QString::fromStdString(record.name);
    preview.state = shownState(record);
    const auto &pictures = m_thumbnails[m_selected];
    for (const Sequence sequence : kModelSequences) {
        for (std::size_t n = 0; n < record.files.size() && n < pictures.size(); ++n) {
            if (record.files[n].sequence == sequence)
                preview.thumbs.push_back({sequenceText(sequence), {}, pictures[n]});
        }
    }
    QStringList missing;
    for (const Sequence sequence : kModelSequences) {
        if (!has(record, sequence)) missing.push_back(sequenceText(sequence));
    }
    if (missing.isEmpty())
        preview.checks.push_back({"check", "ok", tr("All four sequences found")});
    else
        preview.checks.push_back({"triangle-alert", "warn",
                                  missing.size() == 1 ? tr("%1 is missing").arg(missing.front())
                                                      : tr("Missing: %1").arg(missing.join(", "))});
    preview.checks.push_back(
        record.sameGrid
            ? widgets::CasePreview::Check{"check", "ok", tr("Same position and orientation")}
            : widgets::CasePreview::Check{"triangle-alert", "warn", tr("Different grids, shown as they lie")});
    if (record.longestSpacingMm > 0) {
        preview.checks.push_back({"check", record.longestSpacingMm > 3 ? "warn" : "ok",
                                  tr("Voxels up to %1 mm").arg(record.longestSpacingMm, 0, 'f', 1)});
    }
    if (record.demo) preview.checks.push_back({"info", "", tr("Synthetic images, made by Glioscope")});
    if (record.openPlaces > 0)
        preview.checks.push_back(
            {"list-checks", "doubt",
             tr("%1 places to check, %2 mL at stake").arg(record.openPlaces).arg(record.openMl, 0, 'f', 1)});
    preview.work = workOf(record);
    if (const LabelScheme *scheme = findLabelScheme(record.schemeId);
        scheme && record.mask.origin != MaskOrigin::None) {
        for (const LabelDefinition &label : scheme->labels()) {
            const auto ml = record.volumesMl.find(label.id);
            if (ml != record.volumesMl.end())
                preview.volumes.push_back(
                    {labelName(label), QColor(label.colour.r, label.colour.g, label.colour.b), ml->second});
        }
    }
    preview.open = Availability::yes();
    if (record.filesGone)
        preview.checks.push_back(
            {"triangle-alert", "warn", tr("Images are not where they were. Open the case to find them.")});
    preview.checkPlaces = record.filesGone        ? Availability::no(tr("Its images have to be found first."))
                          : record.openPlaces > 0 ? Availability::yes()
                                                  : Availability::no(tr("There are no open places."));
    page->setPreview(preview);
}

} // namespace glio::app
