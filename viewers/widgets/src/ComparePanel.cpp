#include "glioscope/widgets/ComparePanel.h"

#include "ListParts.h"
#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTableWidget>

#include <algorithm>

namespace glio::widgets {
namespace {

enum Role { IdRole = Qt::UserRole + 1, WhereRole, MlRole, KeptRole, ActiveRole };
constexpr double kRow = 46, kFigure = 24;
constexpr int kRowsShown = 6;

/// What the masks say, where, how much; a tick where mine was kept.
class DisputeDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {Theme::px(100), Theme::px(kRow)};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool active = index.data(ActiveRole).toBool(), kept = index.data(KeptRole).toBool();
        const bool focused = option.state & QStyle::State_HasFocus;
        if (active || focused || option.state & QStyle::State_MouseOver) {
            QColor edge = Theme::color(Token::Doubt);
            edge.setAlphaF(0.36f);
            painter->setPen(focused ? QPen(Theme::color(Token::Ac)) : active ? QPen(edge) : QPen(Qt::NoPen));
            painter->setBrush(Theme::color(active ? Token::DoubtBg : Token::Bg2));
            painter->drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(6), Theme::px(6));
        }
        if (kept && !active) painter->setOpacity(0.66);
        const QRectF room = QRectF(option.rect).adjusted(Theme::px(8), 0, -Theme::px(8), 0);
        const double number = Theme::px(44), line = Theme::px(18);
        QRectF text(room.x(), room.center().y() - line, room.width() - number - Theme::px(6), line);
        const QFont says = Theme::font(TextSize::Body), where = Theme::font(TextSize::Small);
        painter->setFont(says);
        painter->setPen(Theme::color(Token::T1));
        painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetricsF(says).elidedText(index.data().toString(), Qt::ElideRight, text.width()));
        text.translate(0, line);
        if (kept) {
            painter->drawPixmap(QPointF(text.x(), text.center().y() - Theme::px(7)),
                                Theme::pixmap(QStringLiteral("check"), 14, Theme::color(Token::Ok),
                                              painter->device()->devicePixelRatioF()));
            text.setLeft(text.left() + Theme::px(18));
        }
        painter->setFont(where);
        painter->setPen(Theme::color(Token::T3));
        painter->drawText(
            text, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetricsF(where).elidedText(index.data(WhereRole).toString(), Qt::ElideRight, text.width()));
        const QRectF right(room.right() - number, room.center().y() - line, number, 2 * line);
        painter->setFont(Theme::figures(TextSize::Body, QFont::DemiBold));
        painter->setPen(Theme::color(Token::T1));
        painter->drawText(right, Qt::AlignRight | Qt::AlignTop, index.data(MlRole).toString());
        painter->setFont(Theme::font(TextSize::Note));
        painter->setPen(Theme::color(Token::T3));
        painter->drawText(right, Qt::AlignRight | Qt::AlignBottom, ComparePanel::tr("mL"));
        painter->restore();
    }
};

/// Two of them are told apart by their second digit below 0.1 mL.
QString smallVolume(double ml) { return ml < 0.095 ? QString::number(ml, 'f', 2) : oneDecimal(ml); }

} // namespace

ComparePanel::ComparePanel(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Compare masks"), this))
{
    setObjectName(QStringLiteral("compareSection"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    m_content = new QWidget(m_section);
    auto *content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(Theme::px(6));
    m_with = new ElidingComboBox(m_content);
    m_with->setObjectName(QStringLiteral("compareWith"));
    m_with->setAccessibleName(tr("Compare with"));
    m_with->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    auto *row = new QHBoxLayout;
    row->addWidget(makeLabel(tr("With"), "muted", m_content));
    row->addWidget(m_with, 1);
    content->addLayout(row);
    m_compared = new QWidget(m_content);
    auto *compared = new QVBoxLayout(m_compared);
    compared->setContentsMargins(0, 0, 0, 0);
    compared->setSpacing(Theme::px(6));
    content->addWidget(m_compared);
    makeFigures();
    makePlaces();
    makeActs();
    m_section->body()->addWidget(m_content);
    m_fold = new IconButton(QStringLiteral("chevron-down"), tr("Show the comparison"), {}, 28, 15, m_section);
    m_fold->setObjectName(QStringLiteral("foldCompare"));
    m_section->header()->addWidget(m_fold);
    connect(m_fold, &QToolButton::clicked, this, [this] { setOpen(!isOpen()); });
    connect(m_with, &QComboBox::activated, this, [this] { emit withWished(m_with->currentData().toString()); });
    connect(&Theme::instance(), &Theme::themeChanged, this, &ComparePanel::tint);
    setMasks({}, {});
    setOpen(false);
}

void ComparePanel::makeFigures()
{
    m_table = new QTableWidget(m_compared);
    m_table->setObjectName(QStringLiteral("compareTable"));
    m_table->setAccessibleName(tr("How alike the masks are, by region"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setFont(Theme::figures(TextSize::Small));
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setColumnCount(5);
    const struct {
        QString text, tip;
    } heads[] = {{tr("Dice"), tr("Twice the shared volume over the sum of both")},
                 {tr("HD95"), tr("95 % of both surfaces lie closer than this, in mm")},
                 {tr("NSD"), tr("Share of both surfaces within 1 mm of the other")},
                 {tr("Mine"), tr("Volume in the mask at hand, in mL")},
                 {tr("Theirs"), tr("Volume in the other mask, in mL")}};
    for (int n = 0; n < 5; ++n) {
        auto *head = new QTableWidgetItem(heads[n].text);
        head->setToolTip(heads[n].tip);
        head->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_table->setHorizontalHeaderItem(n, head);
    }
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setMinimumSectionSize(Theme::px(30));
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_units = makeLabel(tr("HD95 in mm, NSD is surface Dice at 1 mm, volumes in mL."), "hint", m_compared, true);
    m_summary = makeLabel({}, "small", m_compared, true);
    m_summary->setObjectName(QStringLiteral("compareSummary"));
    auto *compared = qobject_cast<QVBoxLayout *>(m_compared->layout());
    compared->addWidget(m_table);
    compared->addWidget(m_units);
    compared->addWidget(m_summary);
    m_disputed = new Switch(tr("Fill what is disputed"), m_compared);
    m_disputed->setObjectName(QStringLiteral("compareDisputed"));
    addRow(compared, tr("Fill what is disputed"), m_disputed);
    m_contours = new Switch(tr("Lines of the other mask"), m_compared);
    m_contours->setObjectName(QStringLiteral("compareContours"));
    addRow(compared, tr("Lines of the other mask"), m_contours);
    for (Switch *toggle : {m_disputed, m_contours})
        toggle->setCheckable(true);
    connect(m_disputed, &Switch::clicked, this, &ComparePanel::disputedWished);
    connect(m_contours, &Switch::clicked, this, &ComparePanel::contoursWished);
}

void ComparePanel::makePlaces()
{
    m_places = new QStandardItemModel(this);
    m_progress = makeLabel({}, "smallStrong", m_compared);
    m_progress->setObjectName(QStringLiteral("compareProgress"));
    m_list = makeList("compareList", tr("Places where the masks differ, by volume"), m_places, m_compared);
    m_list->setItemDelegate(new DisputeDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMinimumWidth(1);
    m_list->installEventFilter(this);
    m_rest = makeLabel({}, "hint", m_compared, true);
    m_rest->setObjectName(QStringLiteral("compareRest"));
    m_keep = new ActionButton(tr("Keep mine"), QStringLiteral("check"), QStringLiteral("K"), m_compared);
    m_keep->setObjectName(QStringLiteral("keepMine"));
    m_keep->setToolTip(tr("This place stays as it is in the mask at hand  (K)"));
    m_take = new ActionButton(tr("Take theirs"), QStringLiteral("import"), {}, m_compared);
    m_take->setObjectName(QStringLiteral("takeTheirs"));
    m_take->setToolTip(tr("This place becomes what the other mask says  (Shift+K)"));
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    acts->addWidget(m_keep, 1);
    acts->addWidget(m_take, 1);
    m_actReason = new ReasonLine(m_compared);
    auto *compared = qobject_cast<QVBoxLayout *>(m_compared->layout());
    compared->addWidget(m_progress);
    compared->addWidget(m_list);
    compared->addWidget(m_rest);
    compared->addLayout(acts);
    compared->addWidget(m_actReason);
    const auto pick = [this](const QModelIndex &index) { emit placeWished(index.data(IdRole).toInt()); };
    connect(m_list, &QListView::clicked, this, pick);
    connect(m_keep, &QPushButton::clicked, this, [this] { emit keepWished(activePlace()); });
    connect(m_take, &QPushButton::clicked, this, [this] { emit takeWished(activePlace()); });
}

void ComparePanel::makeActs()
{
    m_adjudicate = new ActionButton(tr("Adjudicated copy"), QStringLiteral("copy"), {}, m_content);
    m_adjudicate->setObjectName(QStringLiteral("adjudicate"));
    m_adjudicate->setSmall(true);
    m_adjudicate->setToolTip(tr("A third mask, a copy of the one at hand, to settle the differences in"));
    m_readers = new ActionButton(tr("Table as CSV"), QStringLiteral("chevron-down"), {}, m_content);
    m_readers->setIconAtEnd(true);
    m_readers->setObjectName(QStringLiteral("readerTable"));
    m_readers->setSmall(true);
    m_readers->setToolTip(tr("How alike each two masks are, region by region"));
    auto *menu = new QMenu(m_readers);
    menu->setObjectName(QStringLiteral("readerTableMenu"));
    connect(menu->addAction(tr("All masks of this case…")), &QAction::triggered, this, &ComparePanel::caseTableWished);
    connect(menu->addAction(tr("All cases of the project…")), &QAction::triggered, this,
            &ComparePanel::projectTableWished);
    m_readers->setMenu(menu);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    acts->addWidget(m_adjudicate);
    acts->addStretch(1);
    acts->addWidget(m_readers);
    auto *content = qobject_cast<QVBoxLayout *>(m_content->layout());
    content->addLayout(acts);
    m_job = new JobCard(m_content);
    m_job->setObjectName(QStringLiteral("compareJob"));
    m_job->hide();
    content->addWidget(m_job);
    connect(m_adjudicate, &QPushButton::clicked, this, &ComparePanel::adjudicateWished);
    connect(m_job, &JobCard::stopWished, this, &ComparePanel::stopTableWished);
}

bool ComparePanel::isOpen() const { return !m_section->isFolded(); }

void ComparePanel::setOpen(bool open)
{
    m_section->setFolded(!open);
    m_fold->setIconName(open ? QStringLiteral("chevron-up") : QStringLiteral("chevron-down"));
    m_fold->setNameAndKey(open ? tr("Hide the comparison") : tr("Show the comparison"), {});
    if (open) emit opened();
}

void ComparePanel::setAvailability(const Availability &availability)
{
    applyAvailability(m_with, availability);
    m_section->setReason(availability.reason);
}

void ComparePanel::setMasks(const std::vector<CompareChoice> &masks, const QString &current)
{
    const QSignalBlocker quiet(m_with);
    m_with->clear();
    m_with->addItem(tr("No other mask"), QString());
    for (const CompareChoice &mask : masks)
        m_with->addItem(mask.text, mask.id);
    m_with->setCurrentIndex(std::max(0, m_with->findData(current)));
    m_compared->setVisible(m_with->currentIndex() > 0);
}

void ComparePanel::setFigures(const std::vector<CompareFigures> &rows, const QString &summary)
{
    m_table->setRowCount(int(rows.size()));
    for (int r = 0; r < int(rows.size()); ++r) {
        const CompareFigures &row = rows[std::size_t(r)];
        auto *head = new QTableWidgetItem(row.id);
        head->setToolTip(row.name);
        m_table->setVerticalHeaderItem(r, head);
        m_table->setRowHeight(r, Theme::px(kFigure));
        const QString values[] = {row.dice, row.hd95, row.nsd, row.mine, row.theirs};
        for (int c = 0; c < 5; ++c) {
            auto *cell = new QTableWidgetItem(values[c]);
            cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            cell->setToolTip(row.note.isEmpty() ? row.name : tr("%1: %2").arg(row.name, row.note));
            cell->setData(Qt::AccessibleTextRole,
                          tr("%1, %2 %3").arg(row.name, m_table->horizontalHeaderItem(c)->text(), values[c]));
            m_table->setItem(r, c, cell);
        }
    }
    m_table->setFixedHeight(Theme::px(kFigure) * int(rows.size()) + Theme::px(36));
    m_table->setVisible(!rows.empty());
    m_units->setVisible(!rows.empty());
    m_summary->setText(summary);
    m_summary->setVisible(!summary.isEmpty());
    tint();
}

void ComparePanel::tint()
{
    const QColor colour = Theme::color(m_stale ? Token::T3 : Token::T1);
    for (int r = 0; r < m_table->rowCount(); ++r)
        for (int c = 0; c < m_table->columnCount(); ++c)
            if (QTableWidgetItem *cell = m_table->item(r, c)) cell->setForeground(colour);
    setStyleProperty(m_summary, "kind", m_stale ? "hint" : "small");
}

void ComparePanel::setStale(bool stale)
{
    if (stale == m_stale) return;
    m_stale = stale;
    tint();
}

void ComparePanel::setShown(bool disputed, bool contours)
{
    m_disputed->setChecked(disputed);
    m_contours->setChecked(contours);
}

void ComparePanel::setPlaces(const std::vector<CompareRow> &rows, int active, const QString &progress,
                             const QString &rest)
{
    const int count = int(rows.size());
    while (m_places->rowCount() > count)
        m_places->removeRow(m_places->rowCount() - 1);
    while (m_places->rowCount() < count)
        m_places->appendRow(new QStandardItem);
    QModelIndex current;
    for (int n = 0; n < count; ++n) { // rows stay what they are: the focus stays too
        QStandardItem *item = m_places->item(n);
        const CompareRow &row = rows[std::size_t(n)];
        item->setText(row.says);
        item->setData(row.id, IdRole);
        item->setData(row.where, WhereRole);
        item->setData(smallVolume(row.ml), MlRole);
        item->setData(row.kept, KeptRole);
        item->setData(row.id == active, ActiveRole);
        item->setAccessibleText(tr("%1. %2. %3 mL.").arg(row.says, row.where, smallVolume(row.ml)));
        if (row.id == active) current = item->index();
    }
    if (current.isValid()) {
        m_list->setCurrentIndex(current);
        m_list->scrollTo(current);
    }
    m_list->setVisible(count > 0);
    m_list->setFixedHeight(Theme::px(kRow) * std::clamp(count, 1, kRowsShown) + 2);
    m_progress->setText(progress);
    m_progress->setVisible(!progress.isEmpty());
    m_rest->setText(rest);
    m_rest->setVisible(!rest.isEmpty());
    m_keep->setVisible(count > 0);
    m_take->setVisible(count > 0);
}

void ComparePanel::setActAvailability(const Availability &availability)
{
    applyAvailability(m_keep, availability);
    applyAvailability(m_take, availability);
    m_actReason->setText(m_keep->isVisibleTo(m_compared) ? availability.reason : QString());
}

void ComparePanel::setAdjudicateAvailability(const Availability &availability)
{
    applyAvailability(m_adjudicate, availability);
}

void ComparePanel::setTableAvailability(const Availability &availability)
{
    applyAvailability(m_readers, availability);
}

void ComparePanel::setJob(const std::optional<JobView> &job)
{
    m_job->setVisible(job.has_value());
    if (job) m_job->setJob(*job);
}

int ComparePanel::activePlace() const
{
    const QModelIndex index = m_list->currentIndex();
    return index.isValid() ? index.data(IdRole).toInt() : 0;
}

bool ComparePanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_list || event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const int id = activePlace();
    if (id == 0) return false;
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit placeWished(id);
        return true;
    case Qt::Key_K:
        if (!m_keep->isEnabled()) return true;
        if (key->modifiers() & Qt::ShiftModifier)
            emit takeWished(id);
        else
            emit keepWished(id);
        return true;
    default:
        return false;
    }
}

} // namespace glio::widgets
