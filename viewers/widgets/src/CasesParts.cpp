#include "CasesParts.h"

#include "ListParts.h"
#include "glioscope/widgets/Controls.h"

#include <QHeaderView>
#include <QListView>
#include <QPainter>
#include <QPainterPath>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTableView>

namespace glio::widgets {
namespace {
/// Room at the right of the volumes: none beside the mask's column, the table's padding where that is hidden.
int volumeInset(const QWidget *table)
{
    const auto *view = qobject_cast<const QTableView *>(table);
    return view && view->isColumnHidden(MaskColumn) ? Theme::px(18) : 0;
}

class CaseDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        const QRect cell = option.rect;
        if (option.state & QStyle::State_Selected) painter->fillRect(cell, Theme::color(Token::AcBg));
        painter->fillRect(QRect(cell.x(), cell.bottom(), cell.width(), 1), Theme::color(Token::Line));
        switch (index.column()) {
        case ThumbColumn:
            paintThumb(*painter, cell, index);
            break;
        case SequencesColumn:
            paintChips(*painter, cell, index);
            break;
        case StateColumn: {
            const auto state = static_cast<CaseState>(index.data(StateRole).toInt());
            Pill::paint(*painter, cell.x(), cell.center().y(), index.data().toString(), caseStateIcon(state),
                        caseStateTone(state));
            break;
        }
        default: {
            const bool name = index.column() == CaseColumn, volume = index.column() == VolumeColumn;
            const bool quiet = index.column() == CheckColumn && index.data(CountRole).toBool();
            const bool figures = volume || index.column() == DateColumn;
            const QFont font =
                figures ? Theme::figures() : Theme::font(TextSize::Body, name ? QFont::DemiBold : QFont::Normal);
            painter->setFont(font);
            painter->setPen(Theme::color(name || volume ? Token::T1 : quiet ? Token::T3 : Token::T2));
            const QRect box = cell.adjusted(index.column() == MaskColumn ? Theme::px(26) : 0, 0,
                                            volume ? -volumeInset(option.widget) : -Theme::px(8), 0);
            painter->drawText(box, Qt::AlignVCenter | (volume ? Qt::AlignRight : Qt::AlignLeft),
                              QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, box.width()));
        }
        }
        painter->restore();
    }

private:
    static void paintThumb(QPainter &painter, const QRect &cell, const QModelIndex &index)
    {
        const int side = Theme::px(40);
        const QRectF box(cell.x() + Theme::px(14), cell.center().y() - side / 2, side, side);
        QPainterPath clip;
        clip.addRoundedRect(box, Theme::px(5), Theme::px(5));
        painter.fillPath(clip, Theme::color(Token::View));
        const QImage image = index.data(ImageRole).value<QImage>();
        if (image.isNull()) return;
        painter.setClipPath(clip);
        const double scale = std::max(box.width() / image.width(), box.height() / image.height());
        const QSizeF size(image.width() * scale, image.height() * scale);
        painter.drawImage(QRectF(box.center() - QPointF(size.width() / 2, size.height() / 2), size), image);
    }
    static void paintChips(QPainter &painter, const QRect &cell, const QModelIndex &index)
    {
        const QFont font = Theme::font(TextSize::Note);
        painter.setFont(font);
        double x = cell.x();
        for (const QString &entry : index.data(ChipsRole).toStringList()) { // a missing one starts with '!'
            const bool missing = entry.startsWith(QLatin1Char('!'));
            const QString text = missing ? entry.mid(1) : entry;
            const QRectF box(x + 0.5, cell.center().y() - Theme::px(8) + 0.5,
                             QFontMetricsF(font).horizontalAdvance(text) + Theme::px(10), Theme::px(16) - 1);
            if (missing) {
                QPen dashed(Theme::color(Token::Warn), 1);
                dashed.setDashPattern({3, 2});
                painter.setPen(dashed);
                painter.setBrush(Qt::NoBrush);
            } else {
                painter.setPen(Qt::NoPen);
                painter.setBrush(Theme::color(Token::Bg3));
            }
            painter.drawRoundedRect(box, Theme::px(4), Theme::px(4));
            painter.setPen(Theme::color(missing ? Token::Warn : Token::T2));
            painter.drawText(box, Qt::AlignCenter, text);
            x += box.width() + Theme::px(4);
        }
    }
};

/// The header stands exactly over what the delegate draws.
class CaseHeader final : public QHeaderView {
public:
    explicit CaseHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent) {}

protected:
    void paintSection(QPainter *painter, const QRect &rect, int column) const override
    {
        painter->save();
        painter->fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), Theme::color(Token::Line));
        painter->setFont(Theme::font(TextSize::Small));
        painter->setPen(Theme::color(Token::T3));
        painter->drawText(rect.adjusted(column == MaskColumn ? Theme::px(26) : 0, 0,
                                        column == VolumeColumn ? -volumeInset(parentWidget()) : 0, 0),
                          Qt::AlignVCenter | (column == VolumeColumn ? Qt::AlignRight : Qt::AlignLeft),
                          model()->headerData(column, Qt::Horizontal).toString());
        painter->restore();
    }
};

/// Rows of the left column: icon, name, count; or two lines for a recent project.
class SideDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        return {Theme::px(180), Theme::px(index.data(DetailRole).isValid() ? 44 : 34)};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool current = index.data(CurrentRole).toBool();
        const QRectF row = QRectF(option.rect).adjusted(0, 0, 0, -Theme::px(2));
        const bool over = option.state & (QStyle::State_MouseOver | QStyle::State_HasFocus);
        if (current || over) {
            painter->setPen(option.state & QStyle::State_HasFocus ? QPen(Theme::color(Token::Ac)) : QPen(Qt::NoPen));
            painter->setBrush(Theme::color(current ? Token::Bg3 : Token::Bg2));
            painter->drawRoundedRect(row.adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(6), Theme::px(6));
        }
        const QRectF inside = row.adjusted(Theme::px(8), 0, -Theme::px(8), 0);
        if (index.data(DetailRole).isValid()) {
            painter->setFont(Theme::font());
            painter->setPen(Theme::color(Token::T1));
            painter->drawText(
                inside.adjusted(0, Theme::px(4), 0, 0), Qt::AlignLeft | Qt::AlignTop,
                QFontMetricsF(painter->font()).elidedText(index.data().toString(), Qt::ElideRight, inside.width()));
            painter->setFont(Theme::font(TextSize::Note));
            painter->setPen(Theme::color(Token::T3));
            painter->drawText(inside.adjusted(0, 0, 0, -Theme::px(4)), Qt::AlignLeft | Qt::AlignBottom,
                              QFontMetricsF(painter->font())
                                  .elidedText(index.data(DetailRole).toString(), Qt::ElideMiddle, inside.width()));
        } else {
            const Token colour = current ? Token::T1 : Token::T2;
            painter->drawPixmap(QPointF(inside.x(), row.center().y() - Theme::px(16) / 2.0),
                                Theme::pixmap(index.data(IconRole).toString(), 16, Theme::color(colour),
                                              painter->device()->devicePixelRatioF()));
            painter->setPen(Theme::color(colour));
            painter->setFont(Theme::font(TextSize::Body, current ? QFont::Medium : QFont::Normal));
            painter->drawText(inside.adjusted(Theme::px(25), 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                              index.data().toString());
            painter->setFont(Theme::font());
            painter->setPen(Theme::color(Token::T3));
            painter->drawText(inside, Qt::AlignRight | Qt::AlignVCenter,
                              QString::number(index.data(CountRole).toInt()));
        }
        painter->restore();
    }
};

/// Picture of the preview with its name and voxel size on it.
class ThumbTile final : public QWidget {
public:
    ThumbTile(const CasePreview::Thumb &thumb, QWidget *parent) : QWidget(parent), m_thumb(thumb)
    {
        setMinimumHeight(Theme::px(142));
        setAccessibleName(QStringLiteral("%1, %2").arg(thumb.name, thumb.detail));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        QPainterPath clip;
        clip.addRoundedRect(QRectF(rect()), Theme::px(7), Theme::px(7));
        painter.fillPath(clip, Theme::color(Token::View));
        painter.setClipPath(clip);
        if (!m_thumb.image.isNull()) {
            const QSizeF fitted = QSizeF(m_thumb.image.size())
                                      .scaled(width() - Theme::px(8), height() - Theme::px(8), Qt::KeepAspectRatio);
            painter.drawImage(
                QRectF(QRectF(rect()).center() - QPointF(fitted.width() / 2, fitted.height() / 2), fitted),
                m_thumb.image);
        }
        painter.setFont(Theme::font(TextSize::Small, QFont::DemiBold));
        painter.setPen(Qt::white);
        painter.drawText(rect().adjusted(Theme::px(8), Theme::px(5), 0, 0), Qt::AlignLeft | Qt::AlignTop, m_thumb.name);
        painter.setFont(Theme::font(TextSize::Note));
        painter.setPen(QColor("#C4CBD4"));
        painter.drawText(rect().adjusted(0, 0, -Theme::px(8), -Theme::px(5)), Qt::AlignRight | Qt::AlignBottom,
                         m_thumb.detail);
    }

private:
    CasePreview::Thumb m_thumb;
};

class ColourSquare final : public QWidget {
public:
    ColourSquare(const QColor &colour, QWidget *parent) : QWidget(parent), m_colour(colour)
    {
        setFixedSize(Theme::px(12), Theme::px(12));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(m_colour);
        painter.setPen(Theme::instance().isDark() ? QPen(Qt::NoPen) : QPen(QColor(0, 0, 0, 77)));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(3), Theme::px(3));
    }

private:
    QColor m_colour;
};
} // namespace

QStyledItemDelegate *makeCaseDelegate(QObject *parent) { return new CaseDelegate(parent); }
QHeaderView *makeCaseHeader(QWidget *parent) { return new CaseHeader(parent); }
QWidget *makeThumbTile(const CasePreview::Thumb &thumb, QWidget *parent) { return new ThumbTile(thumb, parent); }
QWidget *makeColourSquare(const QColor &colour, QWidget *parent) { return new ColourSquare(colour, parent); }

QListView *makeSideList(const char *name, const QString &accessible, QStandardItemModel *model, QWidget *parent)
{
    QListView *list = makeList(name, accessible, model, parent);
    list->setItemDelegate(new SideDelegate(list));
    list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return list;
}

} // namespace glio::widgets
