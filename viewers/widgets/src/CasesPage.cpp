#include "glioscope/widgets/CasesPage.h"

#include "CasesParts.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/EmptyState.h"

#include <QDragEnterEvent>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QStandardItemModel>

namespace glio::widgets {

QString caseStateText(CaseState state)
{
    switch (state) {
    case CaseState::NotStarted:
        return CasesPage::tr("Not started");
    case CaseState::Draft:
        return CasesPage::tr("Draft");
    case CaseState::NeedsChecking:
        return CasesPage::tr("Needs checking");
    case CaseState::SecondReader:
        return CasesPage::tr("Second reader");
    case CaseState::Approved:
        return CasesPage::tr("Approved");
    case CaseState::SomethingMissing:
        return CasesPage::tr("Something missing");
    case CaseState::Rejected:
        return CasesPage::tr("Rejected");
    }
    return {};
}

QString caseStateIcon(CaseState state)
{
    static constexpr const char *icons[] = {"circle",         "bot",     "list-checks", "user-round", "check",
                                            "triangle-alert", "circle-x"};
    return QLatin1String(icons[static_cast<int>(state)]);
}

QString caseStateTone(CaseState state)
{
    static constexpr const char *tones[] = {"", "accent", "doubt", "warn", "ok", "warn", "error"};
    return QLatin1String(tones[static_cast<int>(state)]);
}

CasesPage::CasesPage(QWidget *parent)
    : QFrame(parent),
      m_filterModel(new QStandardItemModel(this)),
      m_recentModel(new QStandardItemModel(this)),
      m_caseModel(new QStandardItemModel(this))
{
    setObjectName(QStringLiteral("casesPage"));
    setAcceptDrops(true);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeLeft());
    layout->addWidget(makeCentre(), 1);
    layout->addWidget(makePreview());
    setRows({});
    setPreview({});
    setRecent({});
}

void CasesPage::setProject(const QString &title, const QString &summary)
{
    m_title->setText(title);
    m_summary->setText(summary);
}

void CasesPage::setRows(const std::vector<CaseRow> &rows)
{
    const QSignalBlocker quiet(m_table->selectionModel());
    m_caseModel->clear();
    m_caseModel->setHorizontalHeaderLabels({QString(), tr("Case"), tr("Scan date"), tr("Sequences"), tr("State"),
                                            tr("To check"), tr("Tumour mL"), tr("Mask")});
    for (const CaseRow &row : rows) {
        QList<QStandardItem *> items;
        for (int column = 0; column < ColumnCount; ++column)
            items << new QStandardItem;
        items[ThumbColumn]->setData(row.thumbnail, ImageRole);
        items[CaseColumn]->setText(row.name);
        items[CaseColumn]->setData(row.id, IdRole);
        items[DateColumn]->setText(row.date);
        QStringList chips, said;
        for (const SequenceChip &chip : row.sequences) {
            chips << (chip.missing ? QLatin1Char('!') + chip.name : chip.name);
            said << (chip.missing ? tr("%1 missing").arg(chip.name) : chip.name);
        }
        items[SequencesColumn]->setData(chips, ChipsRole);
        items[SequencesColumn]->setAccessibleText(said.join(QStringLiteral(", ")));
        items[StateColumn]->setText(row.stateText.isEmpty() ? caseStateText(row.state) : row.stateText);
        items[StateColumn]->setData(static_cast<int>(row.state), StateRole);
        items[CheckColumn]->setText(row.toCheck.isEmpty() ? tr("none yet") : row.toCheck);
        items[CheckColumn]->setData(row.toCheck.isEmpty(), CountRole);
        items[VolumeColumn]->setText(row.tumourMl ? oneDecimal(*row.tumourMl) : QString());
        items[MaskColumn]->setText(row.mask);
        m_caseModel->appendRow(items);
    }
    m_tableStack->setCurrentIndex(rows.empty() ? 1 : 0);
    setSearchActive(m_searching);
    fitColumns();
}

void CasesPage::focusTable() { m_table->setFocus(Qt::OtherFocusReason); }

void CasesPage::setOpening(const QString &what)
{
    m_opening = what;
    applyAvailability(m_demo, what.isEmpty() ? Availability::yes() : Availability::no(tr("A case is being opened.")));
    setSearchActive(m_searching);
}

void CasesPage::setSearchActive(bool active)
{
    m_searching = active;
    if (!m_opening.isEmpty())
        m_empty->set(QStringLiteral("brain"), tr("Opening %1").arg(m_opening), tr("This takes a moment."), {});
    else if (active)
        m_empty->set(QStringLiteral("search"), tr("No case has this name"),
                     tr("Search looks at case names and identifiers."),
                     {{QStringLiteral("clear"), tr("Clear the search"), QStringLiteral("x"), false}});
    else
        m_empty->set(QStringLiteral("brain"), tr("Open a case to begin"),
                     tr("Drop the files of a case here, or start with the demo. Everything stays on this computer."),
                     {{QStringLiteral("demo"), tr("Try the demo"), QStringLiteral("play"), true},
                      {QStringLiteral("open"), tr("Open case"), QStringLiteral("folder-open"), false}});
}

void CasesPage::setSelected(const QString &id)
{
    const QSignalBlocker quiet(m_table->selectionModel());
    for (int row = 0; row < m_caseModel->rowCount(); ++row)
        if (m_caseModel->item(row, CaseColumn)->data(IdRole).toString() == id) {
            m_table->selectRow(row);
            m_table->viewport()->update();
            return;
        }
    m_table->clearSelection();
    m_table->viewport()->update();
}

void CasesPage::setFilters(const std::vector<CaseFilter> &filters, const QString &current)
{
    m_filterModel->clear();
    for (const CaseFilter &filter : filters) {
        auto *item = new QStandardItem(filter.name);
        item->setData(filter.id, IdRole);
        item->setData(filter.icon, IconRole);
        item->setData(filter.count, CountRole);
        item->setData(filter.id == current, CurrentRole);
        item->setAccessibleText(tr("%1, %n cases", nullptr, filter.count).arg(filter.name));
        m_filterModel->appendRow(item);
    }
    m_filters->setFixedHeight(static_cast<int>(filters.size()) * Theme::px(34) + 2);
}

void CasesPage::setSorts(const std::vector<std::pair<QString, QString>> &idAndText, const QString &current)
{
    m_sorts = idAndText;
    m_sortId = current;
    for (const auto &[id, text] : m_sorts)
        if (id == current) m_sort->setText(tr("Sort: %1").arg(text));
    m_sort->updateGeometry();
}

void CasesPage::setRecent(const std::vector<RecentProject> &recent)
{
    m_recentModel->clear();
    for (const RecentProject &project : recent) {
        auto *item = new QStandardItem(project.name);
        item->setData(project.id, IdRole);
        item->setData(project.detail, DetailRole);
        item->setToolTip(project.detail);
        m_recentModel->appendRow(item);
    }
    m_recentTitle->setVisible(!recent.empty());
    m_recent->setVisible(!recent.empty());
    m_recent->setFixedHeight(static_cast<int>(recent.size()) * Theme::px(44) + 2);
}

void CasesPage::setDemoVisible(bool visible) { m_demoCard->setVisible(visible); }
void CasesPage::setDemoText(const QString &text) { m_demoText->setText(text); }
void CasesPage::setDemoAvailability(const Availability &availability) { applyAvailability(m_demo, availability); }
void CasesPage::setImportAvailability(const Availability &availability) { applyAvailability(m_import, availability); }

void CasesPage::dragEnterEvent(QDragEnterEvent *event)
{
    if (!event->mimeData()->hasUrls()) return;
    event->acceptProposedAction();
    setStyleProperty(m_drop, "state", "over");
}

void CasesPage::dragLeaveEvent(QDragLeaveEvent *) { setStyleProperty(m_drop, "state", ""); }

void CasesPage::dropEvent(QDropEvent *event)
{
    setStyleProperty(m_drop, "state", "");
    QStringList paths;
    for (const QUrl &url : event->mimeData()->urls())
        if (url.isLocalFile()) paths << url.toLocalFile();
    if (!paths.isEmpty()) {
        event->acceptProposedAction();
        emit filesDropped(paths);
    }
}

void CasesPage::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    m_preview->setFixedWidth(Theme::px(width() < Theme::px(1440) ? 300 : 336));
    m_preview->setVisible(width() >= Theme::px(1100)); // the table keeps its width
    m_drop->setVisible(height() >= Theme::px(560));
}

bool CasesPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && watched == m_table->viewport()) fitColumns();
    return QFrame::eventFilter(watched, event);
}

void CasesPage::fitColumns()
{
    if (m_caseModel->columnCount() < ColumnCount) return;
    const double room100 = 100.0 * m_table->width() / Theme::px(100);
    m_table->setColumnHidden(MaskColumn, room100 < 820);
    m_table->setColumnHidden(DateColumn, room100 < 740);
    m_table->setColumnHidden(CheckColumn, room100 < 640); // the preview says it too
    // Columns keep the mock-up's widths; the last one takes what is left.
    auto *header = m_table->horizontalHeader();
    header->setFixedHeight(Theme::px(35));
    m_table->verticalHeader()->setDefaultSectionSize(Theme::px(52));
    m_table->verticalHeader()->setMinimumSectionSize(Theme::px(52));
    const double widths[] = {66, 120, 120, 190, 164, 110, 76};
    double room = 0;
    for (int column = 0; column < MaskColumn; ++column)
        room += m_table->isColumnHidden(column) ? 0 : Theme::px(widths[column]);
    const bool mask = !m_table->isColumnHidden(MaskColumn);
    const double squeeze = std::clamp((m_table->width() - Theme::px(mask ? 110 : 26)) / room, 0.6, 1.0);
    for (int column = 0; column < MaskColumn; ++column)
        header->resizeSection(column,
                              static_cast<int>(Theme::px(widths[column]) * (column == ThumbColumn ? 1.0 : squeeze)));
    header->setSectionResizeMode(MaskColumn, mask ? QHeaderView::Stretch : QHeaderView::Interactive);
    header->setSectionResizeMode(VolumeColumn, mask ? QHeaderView::Interactive : QHeaderView::Stretch);
}

} // namespace glio::widgets
