#include "model/ReportFiles.h"

#include "glioscope/base/AtomicFile.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>

namespace glio::app {

namespace fs = std::filesystem;

namespace {

QString tr(const char *text) { return QCoreApplication::translate("glio::app::ReportFiles", text); }

QString tableHtml(const QString &title, const SummaryTable &table, const QString &note = {})
{
    if (table.rows.empty()) return {};
    QString html = QStringLiteral("<h2>%1</h2><table><tr>").arg(title.toHtmlEscaped());
    const auto cells = [](const QStringList &row, const char *tag) {
        QString line;
        for (qsizetype n = 0; n < row.size(); ++n)
            line += QStringLiteral("<%1%2>%3</%1>")
                        .arg(QLatin1String(tag), n > 0 ? QStringLiteral(" class=\"n\"") : QString(),
                             row[n].toHtmlEscaped());
        return line;
    };
    html += cells(table.heading, "th") + QStringLiteral("</tr>");
    for (const QStringList &row : table.rows)
        html += QStringLiteral("<tr>") + cells(row, "td") + QStringLiteral("</tr>");
    html += QStringLiteral("</table>");
    if (!note.isEmpty()) html += QStringLiteral("<p class=\"hint\">%1</p>").arg(note.toHtmlEscaped());
    return html;
}

Result<QByteArray> pdfOf(const CaseSummary &summary)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Portrait, QMarginsF()));
    writer.setResolution(600);
    writer.setTitle(summary.title);
    writer.setCreator(summary.madeBy);
    QPainter painter;
    if (!painter.begin(&writer)) return fail(Errc::Internal, "The PDF could not be begun. Try again.");
    painter.scale(600 / 72.0, 600 / 72.0);
    paintReport(painter, summary);
    painter.end();
    return bytes;
}

Result<void> put(const fs::path &file, const QByteArray &bytes)
{
    return writeFileAtomically(file, std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

} // namespace

QString reportHtml(const CaseSummary &summary)
{
    QString facts, pictures, warnings;
    for (const auto &[name, value] : summary.facts)
        facts += QStringLiteral("<tr><th>%1</th><td>%2</td></tr>").arg(name.toHtmlEscaped(), value.toHtmlEscaped());
    for (const QString &warning : summary.warnings)
        warnings += QStringLiteral("<p class=\"warn\">%1</p>").arg(warning.toHtmlEscaped());
    for (const KeyPicture &picture : summary.pictures)
        pictures += QStringLiteral("<figure><img src=\"%1\" alt=\"%2\"><figcaption>%2</figcaption></figure>")
                        .arg(QString::fromStdString(picture.file), picture.caption.toHtmlEscaped());
    QString legend;
    for (const auto &[name, colour] : summary.outlines)
        legend += QStringLiteral("<span class=\"key\"><i style=\"background:%1\"></i>%2</span>")
                      .arg(colour.name(), name.toHtmlEscaped());
    QString notes;
    if (!summary.notes.isEmpty())
        notes = QStringLiteral("<h2>%1</h2><p class=\"notes\">%2</p>")
                    .arg(tr("Notes").toHtmlEscaped(), summary.notes.toHtmlEscaped());
    const QString notice = QStringLiteral("<p class=\"notice\">%1</p>").arg(summary.notice.toHtmlEscaped());
    static const QString style = QStringLiteral(
        "body{font:14px/20px Inter,system-ui,sans-serif;margin:32px auto;padding:0 24px;color:#1A1E24;background:#fff;"
        "max-width:1080px}h1{font-size:24px;line-height:30px;margin:0}h2{font-size:15px;margin:24px 0 4px}"
        "table{border-collapse:collapse}td,th{padding:3px 20px 3px 0;text-align:left;font-weight:400}th{color:#4A535F}"
        ".n{text-align:right;font-variant-numeric:tabular-nums}.notice{color:#8A5A00;font-weight:600}"
        ".warn{color:#8A5A00}.hint{color:#4A535F;font-size:12px;margin:4px 0}.notes{white-space:pre-wrap}"
        ".pictures{display:grid;grid-template-columns:repeat(3,1fr);gap:8px;margin:16px 0}figure{margin:0}"
        "img{width:100%;display:block;border-radius:6px}figcaption{font-size:12px;color:#4A535F}"
        ".key{margin-right:16px}.key i{display:inline-block;width:10px;height:10px;margin-right:6px;border:1px solid "
        "#0004}"
        "@media print{body{margin:0}}");
    return QStringLiteral(
               "<!doctype html><html><head><meta charset=\"utf-8\"><title>%1</title><style>%2</style></head>"
               "<body><h1>%1</h1>%3<table>%4</table>%5<div class=\"pictures\">%6</div><p class=\"hint\">%7</p>")
               .arg(summary.title.toHtmlEscaped(), style, notice, facts, warnings, pictures, legend) +
           tableHtml(tr("Volumes"), summary.volumes) +
           tableHtml(tr("Diameters"), summary.diameters, summary.diametersNote) +
           tableHtml(tr("Rulers and angles"), summary.measures) +
           tableHtml(tr("Intensities, mean ± standard deviation (median)"), summary.intensities) + notes + notice +
           QStringLiteral("<p class=\"hint\">%1</p></body></html>").arg(summary.madeBy.toHtmlEscaped());
}

Result<void> writeReport(const SaveJob &job, const fs::path &folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return fail(Errc::Io,
                    "The folder " + folder.string() + " cannot be made: " + error.message() + ". Choose another one.");
    }
    const CaseSummary summary = summarise(job);
    for (const KeyPicture &picture : summary.pictures) {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        picture.image.save(&buffer, "PNG");
        if (const auto done = put(folder / picture.file, bytes); !done) return done;
    }
    const auto pdf = pdfOf(summary);
    if (!pdf) return std::unexpected(pdf.error());
    if (const auto done = put(folder / "report.pdf", *pdf); !done) return done;
    if (const auto done = put(folder / "report.html", reportHtml(summary).toUtf8()); !done) return done;
    return writeReportJson(job, folder / "report.json");
}

} // namespace glio::app
