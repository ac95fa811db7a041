#include "glioscope/widgets/SequenceStrip.h"

#include "ListParts.h"
#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QListView>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace glio::widgets {
namespace {
enum Role {
    IdRole = Qt::UserRole + 1,
    DetailRole,
    ImageRole,
    MissingRole,
    UnsureRole,
    ActiveRole,
    VisibleRole,
    SelectableRole
};

/// Text on a picture: white with a dark edge, readable on any grey.
void drawShadowed(QPainter &painter, const QRectF &box, int flags, const QString &text, const QColor &colour)
{
    painter.setPen(QColor(0, 0, 0, 170));
    for (const QPointF offset : {QPointF(-1, 0), QPointF(1, 0), QPointF(0, -1), QPointF(0, 1), QPointF(1, 1)})
        painter.drawText(box.translated(offset), flags, text);
    painter.setPen(colour);
    painter.drawText(box, flags, text);
}

/// 118, or what a scroll bar leaves.
int roomFor(const QStyleOptionViewItem &option)
{
    const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
    return view ? std::min(Theme::px(118), view->viewport()->width()) : Theme::px(118);
}

class ThumbnailDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {Theme::px(118), Theme::px(124 + 8)};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        const bool active = index.data(ActiveRole).toBool(), missing = index.data(MissingRole).toBool();
        const QRectF frame =
            QRectF(option.rect.x(), option.rect.y(), roomFor(option), Theme::px(124)).adjusted(1, 1, -1, -1);
        const double radius = Theme::px(7);
        QPainterPath shape;
        shape.addRoundedRect(frame, radius, radius);
        const QString name = index.data(Qt::DisplayRole).toString(), detail = index.data(DetailRole).toString();
        QFont bold = Theme::font(TextSize::Small, QFont::DemiBold);
        if (missing) {
            QPen dashed(Theme::color(Token::Warn), 1.5);
            dashed.setDashPattern({3, 3});
            painter->setPen(dashed);
            painter->drawPath(shape);
            painter->setPen(Theme::color(Token::Warn));
            painter->setFont(bold);
            painter->drawText(frame.adjusted(0, 0, 0, -frame.height() * 0.60), Qt::AlignHCenter | Qt::AlignBottom,
                              name);
            const int plus = Theme::px(18);
            painter->drawPixmap(
                QPointF(frame.center().x() - plus / 2.0, frame.center().y() - plus / 2.0 + Theme::px(2)),
                Theme::pixmap("plus", 18, Theme::color(Token::Warn), painter->device()->devicePixelRatioF()));
            painter->setFont(Theme::font(TextSize::Small));
            painter->drawText(frame.adjusted(0, frame.height() * 0.64, 0, 0), Qt::AlignHCenter | Qt::AlignTop,
                              SequenceStrip::tr("not found"));
        } else {
            painter->fillPath(shape, Theme::color(Token::View));
            painter->setClipPath(shape);
            const QImage image = index.data(ImageRole).value<QImage>();
            if (!image.isNull()) {
                const QSizeF fitted =
                    QSizeF(image.size()).scaled(frame.width(), frame.height() - Theme::px(6), Qt::KeepAspectRatio);
                painter->drawImage(QRectF(frame.center() - QPointF(fitted.width() / 2, fitted.height() / 2), fitted),
                                   image);
            }
            painter->setClipping(false);
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(Theme::color(active                                   ? Token::Ac
                                              : option.state & QStyle::State_MouseOver ? Token::Line3
                                                                                       : Token::Line),
                                 active ? 2 : 1));
            painter->drawPath(shape);
            painter->setFont(bold);
            drawShadowed(*painter, frame.adjusted(Theme::px(7), Theme::px(5), 0, 0), Qt::AlignLeft | Qt::AlignTop, name,
                         Qt::white);
            painter->setFont(Theme::font(TextSize::Note));
            drawShadowed(*painter, frame.adjusted(0, 0, -Theme::px(7), -Theme::px(5)), Qt::AlignRight | Qt::AlignBottom,
                         detail, QColor("#C4CBD4"));
            if (index.data(UnsureRole).toBool())
                painter->drawPixmap(
                    QPointF(frame.right() - Theme::px(22), frame.top() + Theme::px(6)),
                    Theme::pixmap("triangle-alert", 16, QColor("#E7B65A"), painter->device()->devicePixelRatioF()));
        }
        if (option.state & QStyle::State_HasFocus) {
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(Theme::color(Token::Ac), 1, Qt::DotLine));
            painter->drawRoundedRect(frame.adjusted(3, 3, -3, -3), radius - 2, radius - 2);
        }
        painter->restore();
    }
};

class MaskDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {Theme::px(118), Theme::px(50 + 8)};
    }
    static QRect eyeRect(const QRect &row) { return {row.x(), row.y(), Theme::px(30), Theme::px(30)}; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool visible = index.data(VisibleRole).toBool(), active = index.data(ActiveRole).toBool();
        const QRectF card =
            QRectF(option.rect.x(), option.rect.y(), roomFor(option), Theme::px(50)).adjusted(0.5, 0.5, -0.5, -0.5);
        painter->setPen(Theme::color(active && index.model()->rowCount() > 1 ? Token::Line3 : Token::Line));
        painter->setBrush(Theme::color(option.state & QStyle::State_MouseOver ? Token::Bg3 : Token::Bg2));
        painter->drawRoundedRect(card, Theme::px(9), Theme::px(9));
        if (!visible) painter->setOpacity(0.65);
        painter->drawPixmap(QPointF(card.x() + Theme::px(9), card.y() + Theme::px(10)),
                            Theme::pixmap(visible ? "eye" : "eye-off", 15,
                                          Theme::color(visible ? Token::T1 : Token::T2),
                                          painter->device()->devicePixelRatioF()));
        painter->setPen(Theme::color(Token::T1));
        const QFont strong = Theme::font(TextSize::Small, QFont::DemiBold), plain = Theme::font(TextSize::Small);
        const QRectF text = card.adjusted(Theme::px(30), Theme::px(8), -Theme::px(6), -Theme::px(8));
        painter->setFont(strong);
        painter->drawText(
            text, Qt::AlignLeft | Qt::AlignTop,
            QFontMetrics(strong).elidedText(index.data().toString(), Qt::ElideRight, static_cast<int>(text.width())));
        painter->setFont(plain);
        painter->setPen(Theme::color(Token::T3));
        const QRectF below = card.adjusted(Theme::px(9), Theme::px(8), -Theme::px(6), -Theme::px(8));
        painter->drawText(below, Qt::AlignLeft | Qt::AlignBottom,
                          QFontMetrics(plain).elidedText(index.data(DetailRole).toString(), Qt::ElideRight,
                                                         static_cast<int>(below.width())));
        if (option.state & QStyle::State_HasFocus) {
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(Theme::color(Token::Ac), 1, Qt::DotLine));
            painter->drawRoundedRect(card.adjusted(2, 2, -2, -2), Theme::px(7), Theme::px(7));
        }
        painter->restore();
    }
};

} // namespace

SequenceStrip::SequenceStrip(QWidget *parent)
    : QFrame(parent), m_sequenceModel(new QStandardItemModel(this)), m_maskModel(new QStandardItemModel(this))
{
    setObjectName(QStringLiteral("sequenceStrip"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(9), Theme::px(10), Theme::px(8), Theme::px(8));
    layout->setSpacing(Theme::px(8));
    layout->addWidget(makeLabel(tr("Sequences"), "noteTitle", this));
    m_sequences = makeList("sequenceList", tr("Sequences of this case"), m_sequenceModel, this);
    m_sequences->setItemDelegate(new ThumbnailDelegate(this));
    m_sequences->setContextMenuPolicy(Qt::CustomContextMenu);
    layout->addWidget(m_sequences, 1000);
    m_maskTitle = new QWidget(this);
    m_maskTitle->setObjectName(QStringLiteral("maskTitle"));
    auto *title = new QHBoxLayout(m_maskTitle);
    title->setContentsMargins(0, 0, 0, 0);
    title->addWidget(makeLabel(tr("Masks"), "noteTitle", m_maskTitle));
    title->addStretch(1);
    auto *more = new IconButton(QStringLiteral("plus"), tr("New mask, copy, blind reading"), {}, 24, 15, m_maskTitle);
    more->setObjectName(QStringLiteral("maskMenu"));
    connect(more, &QToolButton::clicked, this,
            [this, more] { emit maskMenuWished({}, more->mapToGlobal(more->rect().bottomLeft())); });
    title->addWidget(more);
    layout->addWidget(m_maskTitle);
    m_masks = makeList("maskList", tr("Masks of this case"), m_maskModel, this);
    m_masks->setItemDelegate(new MaskDelegate(this));
    layout->addWidget(m_masks);
    layout->addStretch(1);
    m_masks->setContextMenuPolicy(Qt::CustomContextMenu);
    m_maskTitle->hide();
    m_masks->hide();

    const auto pick = [this](const QModelIndex &index) {
        const QString id = index.data(IdRole).toString();
        if (index.data(MissingRole).toBool())
            emit missingSequenceWished(id);
        else
            emit sequenceWished(id);
    };
    connect(m_sequences, &QListView::clicked, this, pick);
    connect(m_sequences, &QListView::activated, this, pick);
    connect(m_sequences, &QWidget::customContextMenuRequested, this, &SequenceStrip::openMenu);
    connect(m_masks, &QWidget::customContextMenuRequested, this, &SequenceStrip::openMaskMenu);
    connect(m_masks, &QListView::clicked, this, [this](const QModelIndex &index) {
        const QPoint at = m_masks->viewport()->mapFromGlobal(QCursor::pos());
        const bool eye = MaskDelegate::eyeRect(m_masks->visualRect(index)).contains(at);
        if (eye || index.data(ActiveRole).toBool() || !index.data(SelectableRole).toBool())
            emit maskVisibleWished(index.data(IdRole).toString(), !index.data(VisibleRole).toBool());
        else
            emit maskWished(index.data(IdRole).toString());
    });
    connect(m_masks, &QListView::activated, this, [this](const QModelIndex &index) {
        if (QGuiApplication::mouseButtons() != Qt::NoButton) return; // a double click has been answered as clicks
        emit maskVisibleWished(index.data(IdRole).toString(), !index.data(VisibleRole).toBool());
    });
    const auto fit = [this] {
        setFixedWidth(Theme::px(136));
        fitHeights();
        m_sequences->doItemsLayout();
        m_masks->doItemsLayout();
    };
    connect(&Theme::instance(), &Theme::themeChanged, this, fit);
    fit();
}

void SequenceStrip::setSequences(const std::vector<StripSequence> &items)
{
    m_sequenceModel->clear();
    for (const StripSequence &item : items) {
        auto *row = new QStandardItem(item.name);
        row->setData(item.id, IdRole);
        row->setData(item.detail, DetailRole);
        row->setData(item.thumbnail, ImageRole);
        row->setData(item.missing, MissingRole);
        row->setData(item.unsure, UnsureRole);
        row->setToolTip(item.reason);
        row->setAccessibleText(item.missing ? tr("%1, not found").arg(item.name)
                                            : QStringLiteral("%1, %2").arg(item.name, item.detail));
        m_sequenceModel->appendRow(row);
    }
    fitHeights();
}

/// Both lists are as high as their rows; the thumbnails give way and scroll when the window is low.
void SequenceStrip::fitHeights()
{
    m_sequences->setMaximumHeight(m_sequenceModel->rowCount() * Theme::px(132) + 2);
    m_masks->setFixedHeight(m_maskModel->rowCount() * Theme::px(58) + 2);
}

void SequenceStrip::setActiveSequence(const QString &id)
{
    for (int row = 0; row < m_sequenceModel->rowCount(); ++row)
        m_sequenceModel->item(row)->setData(m_sequenceModel->item(row)->data(IdRole).toString() == id, ActiveRole);
}

void SequenceStrip::setMasks(const std::vector<MaskItem> &items)
{
    m_maskModel->clear();
    for (const MaskItem &item : items) {
        auto *row = new QStandardItem(item.name);
        row->setData(item.id, IdRole);
        row->setData(item.detail, DetailRole);
        row->setData(item.visible, VisibleRole);
        row->setData(item.active, ActiveRole);
        row->setData(item.selectable, SelectableRole);
        const QString eye = item.active    ? tr("Click to hide or show this mask.")
                            : item.visible ? tr("Click the eye to end the comparison.")
                                           : tr("Click the eye to compare with this mask: it is drawn dashed.");
        row->setToolTip(item.active || !item.selectable ? eye : tr("Click to work on this mask.") + '\n' + eye);
        row->setAccessibleText(item.active    ? tr("%1, at work").arg(item.name)
                               : item.visible ? tr("%1, compared with").arg(item.name)
                                              : tr("%1, not shown").arg(item.name));
        m_maskModel->appendRow(row);
    }
    m_maskTitle->setVisible(!items.empty());
    m_masks->setVisible(!items.empty());
    fitHeights();
}

void SequenceStrip::openMaskMenu(const QPoint &at)
{
    const QModelIndex index = m_masks->indexAt(at);
    emit maskMenuWished(index.data(IdRole).toString(), m_masks->viewport()->mapToGlobal(at));
}

void SequenceStrip::openMenu(const QPoint &at)
{
    const QModelIndex index = m_sequences->indexAt(at);
    if (!index.isValid()) return;
    const QString id = index.data(IdRole).toString();
    QMenu menu(this);
    if (index.data(MissingRole).toBool()) {
        menu.addAction(tr("Choose a file"), this, [this, id] { emit missingSequenceWished(id); });
    } else {
        QMenu *kinds = menu.addMenu(tr("This is"));
        for (const auto &[kind, text] : m_kinds)
            kinds->addAction(text, this, [this, id, kind] { emit sequenceKindWished(id, kind); });
        kinds->setEnabled(!m_kinds.empty());
        menu.addSeparator();
        menu.addAction(tr("Remove from this case"), this, [this, id] { emit sequenceRemoveWished(id); });
    }
    menu.exec(m_sequences->viewport()->mapToGlobal(at));
}

} // namespace glio::widgets
