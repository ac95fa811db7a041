#include "glioscope/widgets/CasesPage.h"

#include "CasesParts.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/EmptyState.h"
#include "glioscope/widgets/StackedBar.h"

#include <QBoxLayout>
#include <QDragEnterEvent>
#include <QHeaderView>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <QScrollArea>
#include <QShortcut>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTableView>

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
    }
    return {};
}

QString caseStateIcon(CaseState state)
{
    static constexpr const char *icons[] = {"circle", "bot", "list-checks", "user-round", "check", "triangle-alert"};
    return QLatin1String(icons[static_cast<int>(state)]);
}

QString caseStateTone(CaseState state)
{
    static constexpr const char *tones[] = {"", "accent", "doubt", "warn", "ok", "warn"};
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

QWidget *CasesPage::makeLeft()
{
    auto *left = new QFrame(this);
    left->setProperty("kind", "panelLeft");
    left->setFixedWidth(Theme::px(224));
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(Theme::px(10), Theme::px(14), Theme::px(10), Theme::px(14));
    layout->setSpacing(Theme::px(2));
    m_open = new ActionButton(tr("Open case"), QStringLiteral("folder-open"), tr("Ctrl G"), left);
    m_open->setObjectName(QStringLiteral("openCase"));
    m_open->setKind("primary");
    m_import = new ActionButton(tr("Import DICOM folder"), QStringLiteral("import"), {}, left);
    m_import->setObjectName(QStringLiteral("importDicom"));
    layout->addWidget(m_open);
    layout->addSpacing(Theme::px(6));
    layout->addWidget(m_import);
    layout->addSpacing(Theme::px(14));
    auto *scroll = new QScrollArea(left);
    scroll->setProperty("kind", "clear");
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *lists = new QWidget;
    auto *listLayout = new QVBoxLayout(lists);
    listLayout->setContentsMargins(0, 0, 0, 0);
    listLayout->setSpacing(Theme::px(2));
    scroll->setWidget(lists);
    layout->addWidget(scroll, 1);
    auto *project = makeLabel(tr("Project"), "noteTitle", left);
    project->setContentsMargins(Theme::px(8), 0, 0, Theme::px(4));
    listLayout->addWidget(project);
    m_filters = makeSideList("caseFilters", tr("Show cases by state"), m_filterModel, left);
    listLayout->addWidget(m_filters);
    m_recentTitle = makeLabel(tr("Recent"), "noteTitle", left);
    m_recentTitle->setContentsMargins(Theme::px(8), Theme::px(14), 0, Theme::px(4));
    listLayout->addWidget(m_recentTitle);
    m_recent = makeSideList("recentProjects", tr("Recently opened"), m_recentModel, left);
    listLayout->addWidget(m_recent);
    listLayout->addStretch(1);

    m_demoCard = new QFrame(left);
    m_demoCard->setObjectName(QStringLiteral("demoCard"));
    m_demoCard->setProperty("kind", "card");
    auto *card = new QVBoxLayout(m_demoCard);
    card->setContentsMargins(Theme::px(12), Theme::px(8), Theme::px(12), Theme::px(12));
    card->setSpacing(0);
    auto *title = new QHBoxLayout;
    title->setSpacing(Theme::px(8));
    auto *icon = new QLabel(m_demoCard);
    const auto tint = [icon] {
        icon->setPixmap(Theme::pixmap(QStringLiteral("brain"), 16, Theme::color(Token::T1), icon->devicePixelRatioF()));
    };
    tint();
    connect(&Theme::instance(), &Theme::themeChanged, icon, tint);
    title->addWidget(icon);
    title->addWidget(makeLabel(tr("New here?"), "strong", m_demoCard));
    title->addStretch(1);
    auto *close = new IconButton(QStringLiteral("x"), tr("Close this card. The demo stays in the Help menu."), {}, 26,
                                 14, m_demoCard);
    close->setObjectName(QStringLiteral("demoClose"));
    title->addWidget(close);
    card->addLayout(title);
    m_demoText = makeLabel(tr("Open the demo case and let the model mark it. It takes about 15 seconds."), "small",
                           m_demoCard, true);
    card->addWidget(m_demoText);
    card->addSpacing(Theme::px(10));
    m_demo = new ActionButton(tr("Try the demo"), QStringLiteral("play"), {}, m_demoCard);
    m_demo->setObjectName(QStringLiteral("tryDemo"));
    auto *demoRow = new QHBoxLayout;
    demoRow->setContentsMargins(0, 0, 0, 0);
    demoRow->addWidget(m_demo);
    card->addLayout(demoRow);
    layout->addWidget(m_demoCard);

    connect(m_open, &QPushButton::clicked, this, &CasesPage::openWished);
    connect(m_import, &QPushButton::clicked, this, &CasesPage::importWished);
    connect(m_demo, &QPushButton::clicked, this, &CasesPage::demoWished);
    connect(close, &QToolButton::clicked, this, &CasesPage::demoClosed);
    const auto filter = [this](const QModelIndex &index) { emit filterWished(index.data(IdRole).toString()); };
    connect(m_filters, &QListView::clicked, this, filter);
    connect(m_filters, &QListView::activated, this, filter);
    const auto recent = [this](const QModelIndex &index) { emit recentWished(index.data(IdRole).toString()); };
    connect(m_recent, &QListView::clicked, this, recent);
    return left;
}

QWidget *CasesPage::makeCentre()
{
    auto *centre = new QWidget(this);
    centre->setObjectName(QStringLiteral("casesCentre"));
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins(Theme::px(18), Theme::px(16), Theme::px(18), Theme::px(18));
    layout->setSpacing(Theme::px(12));
    auto *top = new QHBoxLayout;
    top->setSpacing(Theme::px(12));
    auto *titles = new QVBoxLayout;
    titles->setSpacing(0);
    m_title = makeLabel(tr("My cases"), "page", centre);
    m_summary = makeLabel({}, "hint", centre);
    titles->addWidget(m_title);
    titles->addWidget(m_summary);
    top->addLayout(titles, 1);
    m_search = new QLineEdit(centre);
    m_search->setObjectName(QStringLiteral("caseSearch"));
    m_search->setProperty("kind", "search");
    m_search->setAccessibleName(tr("Find a case"));
    m_search->setPlaceholderText(tr("Find a case"));
    m_search->setClearButtonEnabled(true);
    m_search->setFixedWidth(Theme::px(220));
    m_title->setMinimumWidth(1);
    m_summary->setMinimumWidth(1);
    m_search->addAction(Theme::icon(QStringLiteral("search"), Token::T3), QLineEdit::LeadingPosition);
    auto *slash = new KeyCap(QStringLiteral("/"), m_search);
    slash->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto *inside = new QHBoxLayout(m_search);
    inside->setContentsMargins(0, 0, Theme::px(9), 0);
    inside->addStretch(1);
    inside->addWidget(slash);
    connect(m_search, &QLineEdit::textChanged, slash,
            [slash](const QString &text) { slash->setVisible(text.isEmpty()); });
    m_sort = new ActionButton({}, QStringLiteral("list-filter"), {}, centre);
    m_sort->setObjectName(QStringLiteral("caseSort"));
    top->addWidget(m_search);
    top->addWidget(m_sort);
    layout->addLayout(top);

    m_tableStack = new QStackedWidget(centre);
    auto *card = new QFrame(m_tableStack);
    card->setProperty("kind", "tableCard");
    auto *cardLayout = new QVBoxLayout(card);
    cardLayout->setContentsMargins(1, 1, 1, 1);
    m_table = new QTableView(card);
    m_table->setObjectName(QStringLiteral("caseTable"));
    m_table->setAccessibleName(tr("Cases"));
    m_table->setModel(m_caseModel);
    m_table->setHorizontalHeader(makeCaseHeader(m_table));
    m_table->setItemDelegate(makeCaseDelegate(m_table));
    m_table->viewport()->installEventFilter(this);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    cardLayout->addWidget(m_table);
    m_empty = new EmptyState(QStringLiteral("casesEmpty"), m_tableStack);
    m_empty->setProperty("kind", "tableCard");
    m_tableStack->addWidget(card);
    m_tableStack->addWidget(m_empty);
    layout->addWidget(m_tableStack, 1);

    m_drop = new QFrame(centre);
    m_drop->setObjectName(QStringLiteral("dropArea"));
    m_drop->setProperty("kind", "dropArea");
    m_drop->setFixedHeight(Theme::px(116));
    auto *drop = new QHBoxLayout(m_drop);
    drop->setSpacing(Theme::px(10));
    auto *icon = new QLabel(m_drop);
    const auto tint = [icon] {
        icon->setPixmap(
            Theme::pixmap(QStringLiteral("download"), 18, Theme::color(Token::T3), icon->devicePixelRatioF()));
    };
    tint();
    connect(&Theme::instance(), &Theme::themeChanged, icon, tint);
    drop->addStretch(1);
    drop->addWidget(icon);
    drop->addWidget(makeLabel(tr("Drop NIfTI, NRRD or MHA files, or the folder of a case, here"), "hintBody", m_drop));
    drop->addStretch(1);
    layout->addWidget(m_drop);

    connect(m_search, &QLineEdit::textChanged, this, &CasesPage::searchChanged);
    auto *find = new QShortcut(QKeySequence(QStringLiteral("/")), this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, [this] { m_search->setFocus(Qt::ShortcutFocusReason); });
    connect(m_sort, &QPushButton::clicked, this, [this] {
        QMenu menu(this);
        for (const auto &[id, text] : m_sorts) {
            QAction *action = menu.addAction(text);
            action->setCheckable(true);
            action->setChecked(id == m_sortId);
            connect(action, &QAction::triggered, this, [this, id] { emit sortWished(id); });
        }
        menu.exec(m_sort->mapToGlobal(QPoint(0, m_sort->height() + 2)));
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &now) {
        if (now.isValid()) emit caseSelected(now.siblingAtColumn(CaseColumn).data(IdRole).toString());
    });
    connect(m_table, &QTableView::doubleClicked, this, [this](const QModelIndex &index) {
        emit caseOpenWished(index.siblingAtColumn(CaseColumn).data(IdRole).toString());
    });
    for (int key : {Qt::Key_Return, Qt::Key_Enter}) {
        auto *enter = new QShortcut(QKeySequence(key), m_table);
        enter->setContext(Qt::WidgetShortcut);
        connect(enter, &QShortcut::activated, this, [this] {
            if (m_table->currentIndex().isValid())
                emit caseOpenWished(m_table->currentIndex().siblingAtColumn(CaseColumn).data(IdRole).toString());
        });
    }
    connect(m_empty, &EmptyState::actionWished, this, [this](const QString &id) {
        if (id == QLatin1String("demo"))
            emit demoWished();
        else if (id == QLatin1String("open"))
            emit openWished();
        else
            m_search->clear();
    });
    setSorts({{QStringLiteral("check"), tr("what to check first")}}, QStringLiteral("check"));
    return centre;
}

QWidget *CasesPage::makePreview()
{
    m_preview = new QFrame(this);
    m_preview->setObjectName(QStringLiteral("casePreview"));
    m_preview->setProperty("kind", "panel");
    m_preview->setFixedWidth(Theme::px(336));
    auto *layout = new QVBoxLayout(m_preview);
    layout->setContentsMargins(1, 0, 0, 0);
    layout->setSpacing(0);
    auto *scroll = new QScrollArea(m_preview);
    scroll->setProperty("kind", "panel");
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_previewScrollRoom = new QWidget;
    m_previewBody = new QVBoxLayout(m_previewScrollRoom);
    m_previewBody->setContentsMargins(0, 0, 0, 0);
    m_previewBody->setSpacing(0);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(Theme::px(16), Theme::px(12), Theme::px(16), Theme::px(6));
    m_previewName = makeLabel({}, "title", m_preview);
    m_previewState = new Pill(m_preview);
    top->addWidget(m_previewName);
    top->addStretch(1);
    top->addWidget(m_previewState);
    m_previewBody->addLayout(top);
    m_previewBody->addStretch(1);
    scroll->setWidget(m_previewScrollRoom);
    layout->addWidget(scroll, 1);
    auto *foot = new QFrame(m_preview);
    foot->setObjectName(QStringLiteral("previewFooter"));
    foot->setProperty("kind", "footer");
    auto *acts = new QHBoxLayout(foot);
    acts->setContentsMargins(Theme::px(16), Theme::px(12), Theme::px(16), Theme::px(12));
    acts->setSpacing(Theme::px(8));
    m_previewOpen = new ActionButton(tr("Open"), {}, tr("Enter"), foot);
    m_previewOpen->setObjectName(QStringLiteral("previewOpen"));
    m_previewOpen->setKind("primary");
    m_previewCheck = new ActionButton(tr("Check places"), QStringLiteral("list-checks"), {}, foot);
    m_previewCheck->setObjectName(QStringLiteral("previewCheck"));
    acts->addWidget(m_previewOpen, 1);
    acts->addWidget(m_previewCheck, 1);
    layout->addWidget(foot);
    connect(m_previewOpen, &QPushButton::clicked, this, [this] { emit caseOpenWished(m_previewId); });
    connect(m_previewCheck, &QPushButton::clicked, this, [this] { emit checkPlacesWished(m_previewId); });
    return m_preview;
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

void CasesPage::setPreview(const std::optional<CasePreview> &preview)
{
    delete std::exchange(m_previewContent, nullptr);
    const bool any = preview.has_value();
    m_previewName->setVisible(any);
    m_previewState->setVisible(any);
    findChild<QFrame *>(QStringLiteral("previewFooter"))->setVisible(any);
    m_previewContent = new QWidget(m_previewScrollRoom);
    auto *layout = new QVBoxLayout(m_previewContent);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_previewBody->insertWidget(1, m_previewContent);
    if (!any) {
        m_previewId.clear();
        auto *hint = makeLabel(tr("Choose a case to see what is in it."), "hint", m_previewContent, true);
        hint->setContentsMargins(Theme::px(16), Theme::px(8), Theme::px(16), 0);
        layout->addWidget(hint);
        return;
    }
    m_previewId = preview->id;
    m_previewName->setText(preview->name);
    m_previewState->set(caseStateText(preview->state), caseStateIcon(preview->state), caseStateTone(preview->state));
    auto *grid = new QGridLayout;
    grid->setContentsMargins(Theme::px(16), Theme::px(4), Theme::px(16), Theme::px(12));
    grid->setSpacing(Theme::px(6));
    int cell = 0;
    for (const auto &thumb : preview->thumbs) {
        grid->addWidget(makeThumbTile(thumb, m_previewContent), cell / 2, cell % 2);
        ++cell;
    }
    layout->addLayout(grid);
    layout->addWidget(makeLine(m_previewContent));

    auto *checks = new Section(tr("Before you open it"), m_previewContent);
    for (const auto &check : preview->checks) {
        auto *row = new QHBoxLayout;
        row->setContentsMargins(0, Theme::px(2), 0, Theme::px(2));
        row->setSpacing(Theme::px(10));
        auto *icon = new QLabel(checks);
        const Token colour = check.tone == QLatin1String("ok")      ? Token::Ok
                             : check.tone == QLatin1String("warn")  ? Token::Warn
                             : check.tone == QLatin1String("error") ? Token::Err
                             : check.tone == QLatin1String("doubt") ? Token::Doubt
                                                                    : Token::T3;
        const auto tint = [icon, name = check.icon, colour] {
            icon->setPixmap(Theme::pixmap(name, 15, Theme::color(colour), icon->devicePixelRatioF()));
        };
        tint();
        connect(&Theme::instance(), &Theme::themeChanged, icon, tint);
        row->addWidget(icon, 0, Qt::AlignTop);
        row->addWidget(makeLabel(check.text, "small", checks, true), 1);
        checks->body()->addLayout(row);
    }
    checks->setVisible(!preview->checks.empty());
    layout->addWidget(checks);

    if (!preview->volumes.empty()) {
        auto *volumes = new Section(tr("Volumes"), m_previewContent);
        volumes->setProperty("state", "last");
        volumes->setNote(tr("mL"));
        auto *bar = new StackedBar(8, volumes);
        std::vector<StackedBar::Part> parts;
        double total = 0;
        for (const auto &volume : preview->volumes) {
            parts.push_back({volume.ml, volume.colour});
            total += volume.ml;
        }
        bar->setParts(parts, total);
        volumes->body()->addWidget(bar);
        volumes->body()->addSpacing(Theme::px(6));
        for (const auto &volume : preview->volumes) {
            auto *row = new QHBoxLayout;
            row->setSpacing(Theme::px(8));
            row->addWidget(makeColourSquare(volume.colour, volumes));
            auto *name = makeLabel(volume.name, "", volumes);
            name->setMinimumHeight(Theme::px(24));
            row->addWidget(name);
            row->addStretch(1);
            row->addWidget(makeLabel(oneDecimal(volume.ml), "", volumes));
            volumes->body()->addLayout(row);
        }
        layout->addWidget(volumes);
    }
    applyAvailability(m_previewOpen, preview->open);
    applyAvailability(m_previewCheck, preview->checkPlaces);
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
