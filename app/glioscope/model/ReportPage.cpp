#include "model/ReportFiles.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>

namespace glio::app {

namespace {

constexpr double kLeft = 36, kRight = 559, kBottom = 812; // points of A4, 595 x 842
const QColor kInk(0x1A, 0x1E, 0x24), kGrey(0x4A, 0x53, 0x5F), kNotice(0x8A, 0x5A, 0x00), kLine(0xC3, 0xCA, 0xD3);

QString tr(const char *text) { return QCoreApplication::translate("glio::app::ReportFiles", text); }

/// Writes from top to bottom and knows how much room is left.
class Page {
public:
    explicit Page(QPainter &painter) : m_painter(painter)
    {
        m_painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing | QPainter::SmoothPixmapTransform);
    }

    double y = 32;

    double advance(const QString &text, double size, QFont::Weight weight = QFont::Normal)
    {
        setFont(size, weight);
        return m_painter.fontMetrics().horizontalAdvance(text) / kFine;
    }
    void text(QRectF room, int flags, const QString &text, double size, const QColor &colour,
              QFont::Weight weight = QFont::Normal)
    {
        setFont(size, weight);
        m_painter.save();
        m_painter.scale(1 / kFine, 1 / kFine);
        m_painter.setPen(colour);
        const QRectF fine(room.topLeft() * kFine, room.size() * kFine);
        const QString shown = flags & Qt::TextWordWrap
                                  ? text
                                  : m_painter.fontMetrics().elidedText(text, Qt::ElideRight, int(fine.width()) + 1);
        m_painter.drawText(fine, flags, shown);
        m_painter.restore();
    }
    double wrappedHeight(const QString &text, double width, double size)
    {
        setFont(size, QFont::Normal);
        return m_painter.fontMetrics()
                   .boundingRect(QRect(0, 0, int(width * kFine), 1 << 24), Qt::TextWordWrap, text)
                   .height() /
               kFine;
    }
    void line(double left, double right, double at)
    {
        m_painter.setPen(QPen(kLine, 0.5));
        m_painter.drawLine(QPointF(left, at), QPointF(right, at));
    }
    /// Swatches with their names, one after the other.
    void legend(const std::vector<std::pair<QString, QColor>> &entries)
    {
        double x = kLeft;
        for (const auto &[name, colour] : entries) {
            m_painter.setPen(QPen(kGrey, 0.4));
            m_painter.setBrush(colour);
            m_painter.drawRect(QRectF(x, y + 2, 7, 7));
            const double wide = advance(name, 7.5) + 2;
            text({x + 11, y, wide, 11}, Qt::AlignLeft | Qt::AlignVCenter, name, 7.5, kGrey);
            x += wide + 22;
        }
        if (!entries.empty()) y += 16;
    }
    void image(const QRectF &room, const QImage &image) { m_painter.drawImage(room, image); }

    /// A table between `left` and `right`; the first column takes `nameWidth`, the others share the rest. At most
    /// `most` rows; where rows are left out the last line says how many. Returns its lower edge.
    double table(double left, double right, double top, const QString &title, const SummaryTable &table,
                 double nameWidth, std::size_t most)
    {
        if (table.rows.empty()) return top;
        constexpr double row = 11.5, size = 8;
        text({left, top, right - left, 14}, Qt::AlignLeft | Qt::AlignVCenter, title, 9, kInk, QFont::DemiBold);
        top += 15;
        const double wide =
            table.heading.size() > 1 ? (right - left - nameWidth) / double(table.heading.size() - 1) : 0;
        const auto cells = [&](const QStringList &texts, const QColor &colour) {
            for (qsizetype n = 0; n < texts.size(); ++n) {
                const QRectF room = n == 0 ? QRectF(left, top, nameWidth, row)
                                           : QRectF(left + nameWidth + double(n - 1) * wide + 3, top, wide - 3, row);
                text(room, (n == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter, texts[n], size, colour);
            }
            top += row;
        };
        cells(table.heading, kGrey);
        line(left, right, top);
        top += 1;
        const std::size_t fits = table.rows.size() > most ? most - 1 : table.rows.size();
        for (std::size_t n = 0; n < fits; ++n)
            cells(table.rows[n], kInk);
        if (fits < table.rows.size()) cells({tr("%1 more in report.html").arg(table.rows.size() - fits)}, kGrey);
        return top + 2;
    }

private:
    static constexpr double kFine = 16; // fonts measure in whole pixels: a finer unit keeps the letters apart as drawn
    void setFont(double size, QFont::Weight weight)
    {
        QFont font(QStringLiteral("Inter"));
        font.setPixelSize(int(size * kFine));
        font.setWeight(weight);
        font.setFeature("calt", 0); // its other shapes of ":" and "±" have no letter behind them: lost in copies
        m_painter.setFont(font);
    }
    QPainter &m_painter;
};

void paintHead(Page &page, const CaseSummary &summary)
{
    page.text({kLeft, page.y, 330, 24}, Qt::AlignLeft | Qt::AlignVCenter, summary.title, 17, kInk, QFont::DemiBold);
    page.text({kRight - 220, page.y, 220, 24}, Qt::AlignRight | Qt::AlignVCenter, summary.notice, 9, kNotice,
              QFont::DemiBold);
    page.y += 27;
    page.line(kLeft, kRight, page.y);
    page.y += 4;
    const double column = (kRight - kLeft) / 2;
    const std::size_t half = (summary.facts.size() + 1) / 2;
    for (std::size_t n = 0; n < summary.facts.size(); ++n) {
        const double x = kLeft + (n < half ? 0 : column), y = page.y + double(n % half) * 11.5;
        page.text({x, y, 58, 11.5}, Qt::AlignLeft | Qt::AlignVCenter, summary.facts[n].first, 8, kGrey);
        page.text({x + 60, y, column - 66, 11.5}, Qt::AlignLeft | Qt::AlignVCenter, summary.facts[n].second, 8, kInk);
    }
    page.y += double(half) * 11.5 + 3;
    for (const QString &warning : summary.warnings) {
        page.text({kLeft, page.y, kRight - kLeft, 12}, Qt::AlignLeft | Qt::AlignVCenter, warning, 8, kNotice,
                  QFont::Medium);
        page.y += 12;
    }
    page.y += 3;
}

void paintPictures(Page &page, const CaseSummary &summary)
{
    constexpr double gap = 5, wide = (kRight - kLeft - 2 * gap) / 3, high = wide * 300 / 360;
    for (std::size_t n = 0; n < summary.pictures.size(); ++n) {
        const double x = kLeft + double(n % 3) * (wide + gap);
        page.image({x, page.y, wide, high}, summary.pictures[n].image);
        page.text({x, page.y + high + 1, wide, 11}, Qt::AlignLeft | Qt::AlignVCenter, summary.pictures[n].caption, 7.5,
                  kGrey);
        if (n % 3 == 2 || n + 1 == summary.pictures.size()) page.y += high + 15;
    }
}

} // namespace

void paintReport(QPainter &painter, const CaseSummary &summary)
{
    Page page(painter);
    paintHead(page, summary);
    paintPictures(page, summary);
    page.legend(summary.outlines);

    const double middle = kLeft + 205, right = middle + 18;
    const double volumes = page.table(kLeft, middle, page.y, tr("Volumes"), summary.volumes, 105, 9);
    double side = page.table(right, kRight, page.y, tr("Diameters"), summary.diameters, 62, 3);
    if (!summary.diametersNote.isEmpty()) {
        const double high = page.wrappedHeight(summary.diametersNote, kRight - right, 7.5);
        page.text({right, side, kRight - right, high + 1}, Qt::AlignLeft | Qt::TextWordWrap, summary.diametersNote, 7.5,
                  kGrey);
        side += high + 5;
    }
    side = page.table(right, kRight, side, tr("Rulers and angles"), summary.measures, 120, 4);
    page.y = std::max(volumes, side) + 3;
    page.y = page.table(kLeft, kRight, page.y, tr("Intensities, mean ± standard deviation (median)"),
                        summary.intensities, 105, 9) +
             3;

    const double room = kBottom - 14 - page.y - 15;
    if (!summary.notes.isEmpty() && room > 11) {
        page.text({kLeft, page.y, 200, 14}, Qt::AlignLeft | Qt::AlignVCenter, tr("Notes"), 9, kInk, QFont::DemiBold);
        QString notes = summary.notes;
        const QString rest = tr("… whole in report.html");
        while (page.wrappedHeight(notes, kRight - kLeft, 8) > room && notes.size() > rest.size() + 8)
            notes = notes.left(std::max<qsizetype>(0, (notes.size() - rest.size()) * 9 / 10)).trimmed() + rest;
        page.text({kLeft, page.y + 15, kRight - kLeft, room}, Qt::AlignLeft | Qt::TextWordWrap, notes, 8, kInk);
    }
    page.line(kLeft, kRight, kBottom - 10);
    page.text({kLeft, kBottom - 8, 300, 12}, Qt::AlignLeft | Qt::AlignVCenter, summary.notice, 8, kNotice,
              QFont::DemiBold);
    page.text({kRight - 200, kBottom - 8, 200, 12}, Qt::AlignRight | Qt::AlignVCenter, summary.madeBy, 8, kGrey);
}

} // namespace glio::app
