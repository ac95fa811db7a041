#include "glioscope/widgets/HistoryList.h"

#include "ListParts.h"
#include "glioscope/widgets/Controls.h"

#include <QAbstractListModel>
#include <QBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QStyledItemDelegate>

namespace glio::widgets {

class HistoryModel final : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;
    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        if (!index.isValid()) return {};
        const HistoryRow &row = at(index);
        switch (role) {
        case Qt::DisplayRole:
            return row.text;
        case Qt::ToolTipRole:
            return row.detail.isEmpty() ? row.text : QStringLiteral("%1, %2").arg(row.text, row.detail);
        case Qt::DecorationRole:
            return row.thumbnail;
        case Qt::AccessibleTextRole:
            return said(row);
        }
        return {};
    }
    Qt::ItemFlags flags(const QModelIndex &index) const override
    {
        if (!index.isValid()) return Qt::NoItemFlags;
        return at(index).kind == HistoryRow::Kind::Step ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags;
    }
    const HistoryRow &at(const QModelIndex &index) const { return m_rows[static_cast<std::size_t>(index.row())]; }
    void set(std::vector<HistoryRow> rows)
    {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    void setCurrent(qint64 id)
    {
        bool above = id == 0 || find(id).isValid(); // an id nobody knows: no step can be said to be undone
        for (HistoryRow &row : m_rows) {
            if (row.kind != HistoryRow::Kind::Step) continue;
            row.current = row.id == id;
            if (row.current) above = false;
            row.undone = above;
        }
        if (!m_rows.empty()) emit dataChanged(index(0), index(rowCount() - 1));
    }
    void setThumbnail(qint64 id, const QImage &image)
    {
        const QModelIndex where = find(id);
        if (!where.isValid()) return;
        m_rows[static_cast<std::size_t>(where.row())].thumbnail = image;
        emit dataChanged(where, where, {Qt::DecorationRole, Qt::SizeHintRole});
    }
    QModelIndex current() const
    {
        for (std::size_t n = 0; n < m_rows.size(); ++n)
            if (m_rows[n].current) return index(static_cast<int>(n));
        return {};
    }

private:
    QModelIndex find(qint64 id) const
    {
        for (std::size_t n = 0; n < m_rows.size(); ++n)
            if (m_rows[n].kind == HistoryRow::Kind::Step && m_rows[n].id == id) return index(static_cast<int>(n));
        return {};
    }
    static QString said(const HistoryRow &row)
    {
        if (row.kind == HistoryRow::Kind::Heading) return row.text;
        QStringList parts{row.text};
        for (const QString &part : {row.detail, row.time})
            if (!part.isEmpty()) parts << part;
        if (row.undone) parts << HistoryList::tr("undone");
        if (row.current) parts << HistoryList::tr("the mask now");
        return parts.join(QStringLiteral(", "));
    }
    std::vector<HistoryRow> m_rows;
};

namespace {
class StepDelegate final : public QStyledItemDelegate {
public:
    StepDelegate(const HistoryModel *model, QObject *parent) : QStyledItemDelegate(parent), m_model(model) {}
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        const HistoryRow &row = m_model->at(index);
        const bool heading = row.kind == HistoryRow::Kind::Heading;
        return {Theme::px(100), Theme::px(heading ? 26 : row.thumbnail.isNull() && !row.pictured ? 30 : 46)};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const HistoryRow &row = m_model->at(index);
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        if (row.kind == HistoryRow::Kind::Heading)
            paintHeading(*painter, option.rect, row);
        else
            paintStep(*painter, option, row);
        painter->restore();
    }

private:
    static void paintHeading(QPainter &painter, const QRect &rect, const HistoryRow &row)
    {
        painter.setFont(Theme::font(TextSize::Note, QFont::DemiBold));
        painter.setPen(Theme::color(Token::T3));
        painter.drawText(rect.adjusted(Theme::px(8), Theme::px(5), -Theme::px(8), 0), Qt::AlignLeft | Qt::AlignVCenter,
                         row.text);
    }
    static void paintStep(QPainter &painter, const QStyleOptionViewItem &option, const HistoryRow &row)
    {
        const QRectF box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
        const bool focused = option.state & QStyle::State_HasFocus;
        const bool hovered = option.state & QStyle::State_MouseOver;
        if (row.current || hovered || focused) {
            painter.setPen(focused ? QPen(Theme::color(Token::Ac)) : QPen(Qt::NoPen));
            painter.setBrush(Theme::color(row.current ? Token::AcBg : Token::Bg2));
            painter.drawRoundedRect(box, Theme::px(6), Theme::px(6));
        }
        if (row.undone) painter.setOpacity(0.45);
        const qreal ratio = painter.device()->devicePixelRatioF();
        const int icon = Theme::px(15);
        double x = box.left() + Theme::px(8);
        const double middle = QRectF(option.rect).center().y();
        painter.drawPixmap(QPointF(x, middle - icon / 2.0),
                           Theme::pixmap(row.undone ? QStringLiteral("redo-2") : row.icon, 15,
                                         Theme::color(row.current ? Token::Ac : Token::T3), ratio));
        x += icon + Theme::px(10);
        if (!row.thumbnail.isNull() || row.pictured) {
            const double side = Theme::px(40);
            const QRectF frame(x, middle - side / 2, side, side);
            QPainterPath clip;
            clip.addRoundedRect(frame, Theme::px(4), Theme::px(4));
            painter.save();
            painter.setClipPath(clip);
            if (row.thumbnail.isNull())
                painter.fillRect(frame, Theme::color(Token::Bg2));
            else
                painter.drawImage(frame, row.thumbnail);
            painter.restore();
            x += side + Theme::px(10);
        }
        const QFont body = Theme::font(TextSize::Body), note = Theme::font(TextSize::Note),
                    number = Theme::figures(TextSize::Note);
        const QString time = row.undone ? HistoryList::tr("undone") : row.time;
        double right = box.right() - Theme::px(8);
        const double timeWide = QFontMetricsF(number).horizontalAdvance(time);
        painter.setFont(number);
        painter.setPen(Theme::color(Token::T3));
        painter.drawText(QRectF(right - timeWide, box.top(), timeWide + 1, box.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, time);
        right -= timeWide + (time.isEmpty() ? 0 : Theme::px(8));
        const QFontMetricsF metrics(body);
        const double wide = std::min(metrics.horizontalAdvance(row.text) + 1, right - x);
        painter.setFont(body);
        painter.setPen(Theme::color(Token::T1));
        painter.drawText(QRectF(x, box.top(), wide, box.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(row.text, Qt::ElideRight, wide));
        x += wide + Theme::px(9);
        if (row.detail.isEmpty() || right - x < Theme::px(24)) return; // the tooltip has it whole
        painter.setFont(note);
        painter.setPen(Theme::color(Token::T3));
        painter.drawText(QRectF(x, box.top(), right - x, box.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(note).elidedText(row.detail, Qt::ElideRight, right - x));
    }
    const HistoryModel *m_model;
};
} // namespace

HistoryList::HistoryList(QWidget *parent)
    : QFrame(parent), m_section(new Section(tr("History"), this)), m_model(new HistoryModel(this))
{
    setObjectName(QStringLiteral("historySection"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    m_section->setInset(8); // the tint of a row reaches beyond the text
    m_section->setProperty("state", "last");
    m_view = makeList("historyList", tr("History, newest first"), m_model, m_section);
    m_view->setItemDelegate(new StepDelegate(m_model, m_view));
    m_view->setFocusPolicy(Qt::StrongFocus);
    m_view->setMinimumSize(1, Theme::px(150)); // five rows; its rows take the panel's width, whatever that is
    m_view->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, &HistoryList::shownChanged);
    m_empty = makeLabel(tr("Every change to the mask appears here."), "small", m_section, true);
    m_empty->setContentsMargins(Theme::px(8), 0, Theme::px(8), 0);
    m_section->body()->addWidget(m_empty, 0, Qt::AlignTop);
    m_section->body()->addWidget(m_view, 1);
    connect(m_view, &QListView::clicked, this, &HistoryList::go);
    connect(&Theme::instance(), &Theme::themeChanged, m_view, [this] { m_view->doItemsLayout(); });
    m_view->hide();
}

void HistoryList::go(const QModelIndex &index)
{
    if (index.isValid() && m_model->at(index).kind == HistoryRow::Kind::Step) emit goWished(m_model->at(index).id);
}

bool HistoryList::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            go(m_view->currentIndex());
            return true;
        }
    }
    if (watched == m_view->viewport() && (event->type() == QEvent::Show || event->type() == QEvent::Resize))
        QMetaObject::invokeMethod(this, &HistoryList::shownChanged, Qt::QueuedConnection); // once it is laid out
    return QFrame::eventFilter(watched, event);
}

std::vector<qint64> HistoryList::shownSteps() const
{
    std::vector<qint64> ids;
    if (!m_view->isVisible()) return ids;
    QModelIndex index = m_view->indexAt({1, 1});
    if (!index.isValid()) index = m_model->index(0);
    for (; index.isValid() && m_view->visualRect(index).top() < m_view->viewport()->height();
         index = index.siblingAtRow(index.row() + 1))
        if (const HistoryRow &row = m_model->at(index); row.kind == HistoryRow::Kind::Step) ids.push_back(row.id);
    return ids;
}

void HistoryList::setRows(std::vector<HistoryRow> rows)
{
    QScrollBar *bar = m_view->verticalScrollBar();
    const int scrolled = bar->value();
    m_empty->setVisible(rows.empty());
    m_view->setVisible(!rows.empty());
    m_model->set(std::move(rows));
    m_view->doItemsLayout(); // at once, or there is nothing to scroll in yet
    bar->setValue(scrolled);
    showCurrent();
    emit shownChanged();
}

void HistoryList::setCurrent(qint64 id)
{
    m_model->setCurrent(id);
    showCurrent();
}

void HistoryList::showCurrent()
{
    const QModelIndex current = m_model->current();
    const qint64 id = current.isValid() ? m_model->at(current).id : 0;
    QScrollBar *bar = m_view->verticalScrollBar();
    const int scrolled = bar->value();
    m_view->setCurrentIndex(current); // where the arrow keys start; the view scrolls there by itself
    bar->setValue(scrolled);
    if (id != std::exchange(m_shown, id) && current.isValid()) m_view->scrollTo(current);
}

void HistoryList::setThumbnail(qint64 id, const QImage &image) { m_model->setThumbnail(id, image); }

void HistoryList::setNote(const QString &text) { m_section->setNote(text); }

} // namespace glio::widgets
