#include "glioscope/widgets/DoubtPanel.h"

#include "ListParts.h"
#include "glioscope/widgets/BandPanel.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/EmptyState.h"
#include "glioscope/widgets/StackedBar.h"

#include <QActionGroup>
#include <QBoxLayout>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace glio::widgets {
namespace {
enum Role { IdRole = Qt::UserRole + 1, RankRole, ImageRole, WhereRole, MlRole, StateRole, ActiveRole };

struct StateLook {
    QString text;
    const char *icon, *tone;
};
StateLook look(PlaceState state)
{
    switch (state) {
    case PlaceState::Kept:
        return {DoubtPanel::tr("Kept"), "check", "ok"};
    case PlaceState::Changed:
        return {DoubtPanel::tr("Changed"), "pencil", "accent"};
    case PlaceState::Asked:
        return {DoubtPanel::tr("Asked"), "user-round", "warn"};
    case PlaceState::Open:
        break;
    }
    return {{}, "", ""};
}

/// Rank, picture, question, where, mL at stake; a pill once it was checked.
class PlaceDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {Theme::px(320), Theme::px(73)};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        const QRectF row = QRectF(option.rect).adjusted(0.5, 0, -0.5, -Theme::px(1));
        const bool active = index.data(ActiveRole).toBool();
        const auto state = static_cast<PlaceState>(index.data(StateRole).toInt());
        if (active) {
            QColor edge = Theme::color(Token::Doubt);
            edge.setAlphaF(0.36f);
            painter->setPen(edge);
            painter->setBrush(Theme::color(Token::DoubtBg));
            painter->drawRoundedRect(row.adjusted(0, 0.5, 0, -0.5), Theme::px(8), Theme::px(8));
        } else if (option.state & (QStyle::State_MouseOver | QStyle::State_HasFocus)) {
            painter->setPen(option.state & QStyle::State_HasFocus ? QPen(Theme::color(Token::Ac)) : QPen(Qt::NoPen));
            painter->setBrush(Theme::color(Token::Bg2));
            painter->drawRoundedRect(row.adjusted(0, 0.5, 0, -0.5), Theme::px(8), Theme::px(8));
        }
        if (state != PlaceState::Open && !active) painter->setOpacity(0.66);
        double x = row.x() + Theme::px(10);
        painter->setFont(Theme::font(TextSize::Body, active ? QFont::DemiBold : QFont::Normal));
        painter->setPen(Theme::color(active ? Token::Doubt : Token::T3));
        painter->drawText(QRectF(x, row.y(), Theme::px(18), row.height()), Qt::AlignRight | Qt::AlignVCenter,
                          QString::number(index.data(RankRole).toInt()));
        x += Theme::px(18 + 12);
        const bool narrow = row.width() < Theme::px(330); // then the question takes two lines
        const double side = Theme::px(narrow ? 44 : 56);
        const QRectF thumb(x, row.center().y() - side / 2, side, side);
        QPainterPath clip;
        clip.addRoundedRect(thumb, Theme::px(6), Theme::px(6));
        painter->fillPath(clip, Theme::color(Token::View));
        const QImage image = index.data(ImageRole).value<QImage>();
        if (!image.isNull()) {
            painter->setClipPath(clip);
            painter->drawImage(thumb, image);
            painter->setClipping(false);
        }
        x += side + Theme::px(12);
        const double numberWide = Theme::px(narrow ? 36 : 74);
        const QRectF text(x, row.y(), row.right() - Theme::px(10) - numberWide - x, row.height());
        const StateLook shown = look(state);
        const bool pill = state != PlaceState::Open;
        const double line = Theme::px(18), small = Theme::px(16), block = line + small + (pill ? Theme::px(21) : 0);
        const QFont question = Theme::font(TextSize::Body, QFont::Medium), where = Theme::font(TextSize::Small),
                    number = Theme::figures(TextSize::Body, QFont::DemiBold);
        const bool two =
            narrow && !pill && QFontMetricsF(question).horizontalAdvance(index.data().toString()) > text.width();
        double y = row.center().y() - (two ? block + line : block) / 2;
        painter->setFont(question);
        painter->setPen(Theme::color(Token::T1));
        if (two) {
            painter->drawText(QRectF(text.x(), y, text.width(), 2 * line),
                              Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, index.data().toString());
            y += line;
        } else {
            painter->drawText(
                QRectF(text.x(), y, text.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                QFontMetricsF(question).elidedText(index.data().toString(), Qt::ElideRight, text.width()));
        }
        painter->setFont(where);
        painter->setPen(Theme::color(Token::T3));
        painter->drawText(
            QRectF(text.x(), y + line, text.width(), small), Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetricsF(where).elidedText(index.data(WhereRole).toString(), Qt::ElideRight, text.width()));
        if (pill)
            Pill::paint(*painter, static_cast<int>(text.x()), static_cast<int>(y + line + small + Theme::px(12)),
                        shown.text, QLatin1String(shown.icon), QLatin1String(shown.tone));
        const QRectF right(row.right() - Theme::px(10) - numberWide, row.center().y() - Theme::px(17), numberWide,
                           Theme::px(34));
        painter->setFont(number);
        painter->setPen(Theme::color(Token::T1));
        painter->drawText(right, Qt::AlignRight | Qt::AlignTop, oneDecimal(index.data(MlRole).toDouble()));
        painter->setFont(Theme::font(TextSize::Note));
        painter->setPen(Theme::color(Token::T3));
        painter->drawText(right, Qt::AlignRight | Qt::AlignBottom,
                          narrow ? DoubtPanel::tr("mL") : DoubtPanel::tr("mL at stake"));
        painter->restore();
    }
};

QListView *makePlaceList(const char *name, const QString &accessible, QStandardItemModel *model, QWidget *parent)
{
    QListView *list = makeList(name, accessible, model, parent);
    list->setItemDelegate(new PlaceDelegate(list));
    list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setUniformItemSizes(true);
    return list;
}
} // namespace

DoubtPanel::DoubtPanel(QWidget *parent)
    : SidePanel(400, parent), m_model(new QStandardItemModel(this)), m_checked(new QStandardItemModel(this))
{
    setObjectName(QStringLiteral("doubtPanel"));
    auto *header = new QFrame(this);
    m_header = header;
    header->setProperty("kind", "section");
    auto *top = new QVBoxLayout(header);
    top->setContentsMargins(Theme::px(16), Theme::px(12), Theme::px(16), Theme::px(10));
    top->setSpacing(Theme::px(6));
    auto *titleRow = new QHBoxLayout;
    titleRow->addWidget(makeLabel(tr("Places to check"), "sectionTitle", header));
    titleRow->addStretch(1);
    m_sort = new QToolButton(header);
    m_sort->setObjectName(QStringLiteral("doubtSort"));
    m_sort->setProperty("kind", "menuText");
    m_sort->setPopupMode(QToolButton::InstantPopup);
    m_sort->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_sort->setLayoutDirection(Qt::RightToLeft); // the arrow stands after the words
    m_sort->setIcon(Theme::icon(QStringLiteral("chevron-down"), Token::T3));
    m_sort->setIconSize({Theme::px(14), Theme::px(14)});
    auto *sorts = new QMenu(m_sort);
    sorts->setLayoutDirection(Qt::LeftToRight);
    const std::pair<PlaceSort, QString> choices[] = {{PlaceSort::VolumeAtStake, tr("By volume at stake")},
                                                     {PlaceSort::Slice, tr("By slice")},
                                                     {PlaceSort::Label, tr("By label")}};
    for (const auto &[sort, text] : choices)
        sorts->addAction(text, this, [this, sort] { emit sortWished(sort); });
    m_sort->setMenu(sorts);
    titleRow->addWidget(m_sort);
    top->addLayout(titleRow);
    m_strip = new StackedBar(6, header);
    top->addWidget(m_strip);
    auto *counts = new QHBoxLayout;
    m_count = new QLabel(header);
    m_count->setObjectName(QStringLiteral("doubtCount"));
    m_count->setProperty("kind", "small");
    m_openMl = withFigures(makeLabel({}, "small", header));
    m_openMl->setObjectName(QStringLiteral("doubtOpenMl"));
    counts->addWidget(m_count);
    counts->addStretch(1);
    counts->addWidget(m_openMl);
    top->addLayout(counts);
    m_looking = makeLabel({}, "hint", header);
    m_looking->hide();
    top->addWidget(m_looking);
    addSection(header);

    auto *lists = new QWidget(this);
    auto *rows = new QVBoxLayout(lists);
    rows->setContentsMargins(Theme::px(6), Theme::px(6), Theme::px(6), Theme::px(6));
    rows->setSpacing(0);
    m_list = makePlaceList("doubtList", tr("Places to check, by volume at stake"), m_model, lists);
    m_list->setMinimumWidth(1); // its rows take the panel's width, whatever that is
    rows->addWidget(m_list);
    m_small = makeLabel({}, "hint", lists);
    m_small->setContentsMargins(Theme::px(12), Theme::px(6), 0, Theme::px(6));
    m_small->hide();
    rows->addWidget(m_small);
    m_checkedTitle = new QToolButton(lists);
    m_checkedTitle->setObjectName(QStringLiteral("doubtCheckedTitle"));
    m_checkedTitle->setProperty("kind", "menuText");
    m_checkedTitle->setCheckable(false);
    m_checkedTitle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_checkedTitle->setIconSize({Theme::px(14), Theme::px(14)});
    rows->addWidget(m_checkedTitle);
    m_checkedList = makePlaceList("doubtCheckedList", tr("Checked places"), m_checked, lists);
    m_checkedList->setMinimumWidth(1);
    rows->addWidget(m_checkedList);
    m_empty = new EmptyState(QStringLiteral("doubtEmpty"), lists);
    m_empty->setMinimumHeight(Theme::px(320));
    m_empty->hide();
    rows->addWidget(m_empty);
    addSection(lists);
    addStretch();

    m_detail = new Section(tr("Place"), this);
    m_detail->setObjectName(QStringLiteral("placeDetail"));
    m_detail->setProperty("state", "last");
    m_detail->header()->addWidget(makeLabel(tr("Confidence band"), "hint", m_detail));
    m_band = new Switch(tr("Confidence band"), m_detail);
    m_band->setObjectName(QStringLiteral("placeBandEnabled"));
    m_detail->header()->addWidget(m_band);
    m_looks = makeLabel({}, "small", m_detail, true);
    m_looks->setObjectName(QStringLiteral("placeLooks"));
    m_slider = new BandSlider(m_detail);
    m_slider->setObjectName(QStringLiteral("placeThreshold"));
    auto *ends = new QHBoxLayout;
    m_tighter = withFigures(makeLabel({}, "hint", m_detail));
    m_now = withFigures(makeLabel({}, "small", m_detail));
    m_wider = withFigures(makeLabel({}, "hint", m_detail));
    m_now->setAlignment(Qt::AlignHCenter);
    m_wider->setAlignment(Qt::AlignRight);
    ends->addWidget(m_tighter);
    ends->addStretch(1);
    ends->addWidget(m_now);
    ends->addStretch(1);
    ends->addWidget(m_wider);
    auto *note = new QFrame(m_detail);
    note->setProperty("kind", "noteCard");
    auto *noteRow = new QHBoxLayout(note);
    noteRow->setContentsMargins(Theme::px(11), Theme::px(9), Theme::px(11), Theme::px(9));
    auto *info = new QLabel(note);
    info->setPixmap(Theme::pixmap(QStringLiteral("info"), 15, Theme::color(Token::T2), devicePixelRatioF()));
    m_calibration = makeLabel({}, "small", note, true);
    noteRow->addWidget(info, 0, Qt::AlignTop);
    noteRow->addWidget(m_calibration, 1);
    m_calibrationNote = note;
    m_detail->body()->addWidget(m_looks);
    m_detail->body()->addSpacing(Theme::px(6));
    m_detail->body()->addWidget(m_slider);
    m_detail->body()->addLayout(ends);
    m_detail->body()->addSpacing(Theme::px(8));
    m_detail->body()->addWidget(note);
    m_noteEdit = new QLineEdit(m_detail);
    m_noteEdit->setObjectName(QStringLiteral("placeNote"));
    m_noteEdit->setPlaceholderText(tr("Note on this place"));
    m_noteEdit->setAccessibleName(tr("Note on this place"));
    m_noteEdit->setMaxLength(200);
    m_detail->body()->addSpacing(Theme::px(8));
    m_detail->body()->addWidget(m_noteEdit);
    connect(m_noteEdit, &QLineEdit::editingFinished, this, [this] {
        if (m_noteEdit->isModified()) emit noteWished(m_noteEdit->text().trimmed());
        m_noteEdit->setModified(false);
    });
    auto *foot = new QFrame(this);
    foot->setProperty("kind", "footer");
    auto *footLayout = new QVBoxLayout(foot);
    footLayout->setContentsMargins(0, 0, 0, 0);
    footLayout->addWidget(m_detail);
    m_footRoom = foot;
    setFooter(foot);

    const auto pick = [this](const QModelIndex &index) { emit placeWished(index.data(IdRole).toInt()); };
    for (QListView *list : {m_list, m_checkedList}) {
        connect(list, &QListView::clicked, this, pick);
        connect(list, &QListView::activated, this, pick);
    }
    connect(m_checkedTitle, &QToolButton::clicked, this, [this] {
        m_checkedList->setVisible(!m_checkedList->isVisible());
        m_checkedTitle->setIcon(Theme::icon(
            m_checkedList->isVisible() ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"), Token::T3));
    });
    connect(m_slider, &BandSlider::moved, this, &DoubtPanel::thresholdMoved);
    connect(m_slider, &BandSlider::released, this, &DoubtPanel::thresholdReleased);
    connect(m_band, &Switch::clicked, this, &DoubtPanel::bandEnabledWished);
    connect(&Theme::instance(), &Theme::themeChanged, this, &DoubtPanel::fitLists);
    setSort(PlaceSort::VolumeAtStake);
    setProgress(0, 0, 0, 0);
    setRows({}, 0, 0);
    setDetail({});
}

void DoubtPanel::setRows(const std::vector<DoubtRow> &rows, int smallCount, double smallMl)
{
    m_model->clear();
    m_checked->clear();
    for (const DoubtRow &row : rows) {
        auto *item = new QStandardItem(row.question);
        item->setData(row.id, IdRole);
        item->setData(row.rank, RankRole);
        item->setData(row.thumbnail, ImageRole);
        item->setData(row.where, WhereRole);
        item->setData(row.atStakeMl, MlRole);
        item->setData(static_cast<int>(row.state), StateRole);
        const QString said = tr("Place %1. %2 %3. %4 mL at stake.")
                                 .arg(row.rank)
                                 .arg(row.question, row.where, oneDecimal(row.atStakeMl));
        item->setAccessibleText(
            row.state == PlaceState::Open ? said : QStringLiteral("%1 %2.").arg(said, look(row.state).text));
        (row.state == PlaceState::Open ? m_model : m_checked)->appendRow(item);
    }
    m_small->setVisible(smallCount > 0);
    m_small->setText(tr("%n small places, %1 mL together", nullptr, smallCount).arg(oneDecimal(smallMl)));
    const bool anyChecked = m_checked->rowCount() > 0;
    m_checkedTitle->setVisible(anyChecked);
    m_checkedTitle->setText(tr("Checked  %1").arg(m_checked->rowCount()));
    m_checkedTitle->setIcon(Theme::icon(QStringLiteral("chevron-down"), Token::T3));
    m_checkedList->setVisible(anyChecked);
    m_list->setVisible(m_model->rowCount() > 0);
    m_empty->setVisible(rows.empty());
    m_header->setVisible(!rows.empty());
    fitLists();
}

void DoubtPanel::fitLists()
{
    for (QListView *list : {m_list, m_checkedList}) {
        list->doItemsLayout();
        list->setFixedHeight(list->model()->rowCount() * Theme::px(73));
    }
}

void DoubtPanel::setThumbnail(int id, const QImage &image)
{
    for (QStandardItemModel *model : {m_model, m_checked})
        for (int row = 0; row < model->rowCount(); ++row)
            if (model->item(row)->data(IdRole).toInt() == id) model->item(row)->setData(image, ImageRole);
}

void DoubtPanel::setActive(int id)
{
    for (QListView *list : {m_list, m_checkedList}) {
        auto *model = static_cast<QStandardItemModel *>(list->model());
        for (int row = 0; row < model->rowCount(); ++row) {
            const bool active = model->item(row)->data(IdRole).toInt() == id;
            model->item(row)->setData(active, ActiveRole);
            if (active) {
                list->setCurrentIndex(model->index(row, 0));
                const QRect at = list->visualRect(model->index(row, 0));
                ensureShown(list, at);
            }
        }
    }
}

void DoubtPanel::setProgress(int kept, int changed, int total, double openMl)
{
    m_strip->setParts(
        {{static_cast<double>(kept), Theme::color(Token::Ok)}, {static_cast<double>(changed), Theme::color(Token::Ac)}},
        total);
    const QString strong = QStringLiteral("<span style='color:%1;font-weight:600'>%2</span>")
                               .arg(Theme::color(Token::T1).name(), tr("%1 of %2").arg(kept + changed).arg(total));
    m_count->setText(kept + changed == 0 ? tr("%1 checked").arg(strong)
                                         : tr("%1 checked: %2 kept, %3 changed").arg(strong).arg(kept).arg(changed));
    m_openMl->setText(tr("%1 mL open").arg(oneDecimal(openMl)));
}

void DoubtPanel::setSort(PlaceSort sort)
{
    m_sorted = sort;
    const bool narrow = width() < Theme::px(360);
    switch (sort) {
    case PlaceSort::VolumeAtStake:
        m_sort->setText(narrow ? tr("by volume") : tr("sorted by volume at stake"));
        break;
    case PlaceSort::Slice:
        m_sort->setText(narrow ? tr("by slice") : tr("sorted by slice"));
        break;
    case PlaceSort::Label:
        m_sort->setText(narrow ? tr("by label") : tr("sorted by label"));
        break;
    }
}

void DoubtPanel::showVolumes()
{
    // In a narrow panel each word stands over its number.
    const bool narrow = width() < Theme::px(360);
    m_tighter->setText((narrow ? tr("Tighter\n%1 mL") : tr("Tighter, %1 mL")).arg(oneDecimal(m_tighterMl)));
    m_now->setText((narrow ? tr("Mask now\n%1 mL") : tr("Mask now %1 mL")).arg(oneDecimal(m_nowMl)));
    m_wider->setText((narrow ? tr("Wider\n%1 mL") : tr("Wider, %1 mL")).arg(oneDecimal(m_widerMl)));
}

void DoubtPanel::resizeEvent(QResizeEvent *event)
{
    SidePanel::resizeEvent(event);
    setSort(m_sorted);
    showVolumes();
}

void DoubtPanel::setDetail(const std::optional<PlaceDetail> &detail)
{
    m_footRoom->setVisible(detail.has_value());
    if (!detail) return;
    m_detail->setTitle(detail->title);
    m_looks->setText(detail->looks);
    m_slider->setLines(detail->inner, detail->outer);
    m_slider->setThreshold(detail->threshold);
    m_slider->setBarColour(detail->colour);
    if (detail->histogram) m_slider->setHistogram(*detail->histogram);
    m_tighterMl = detail->tighterMl;
    m_nowMl = detail->nowMl;
    m_widerMl = detail->widerMl;
    showVolumes();
    setStyleProperty(m_now, "kind", "smallStrong");
    if (m_noteEdit->text() != detail->note && !(m_noteEdit->hasFocus() && m_noteEdit->isModified()))
        m_noteEdit->setText(detail->note);
    applyAvailability(m_noteEdit, detail->noting);
    m_calibration->setText(detail->calibration);
    m_calibrationNote->setVisible(!detail->calibration.isEmpty());
}

void DoubtPanel::setBandEnabled(bool on) { m_band->setChecked(on); }

void DoubtPanel::setLooking(int look, int of)
{
    m_looking->setVisible(of > 0);
    m_looking->setText(tr("Looking again, %1 of %2").arg(look).arg(of));
}

void DoubtPanel::setEmptyText(const QString &title, const QString &text)
{
    m_empty->set(QStringLiteral("list-checks"), title, text, {});
}

// --- DoubtActions ----------------------------------------------------------------------------------------------------

} // namespace glio::widgets
