#include "glioscope/widgets/CasesPage.h"

#include "CasesParts.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/EmptyState.h"

#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>

namespace glio::widgets {

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
    m_recentTitle = makeLabel(tr("Recent projects"), "noteTitle", left);
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

} // namespace glio::widgets
