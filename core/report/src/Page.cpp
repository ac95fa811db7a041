#include "glioscope/report/Page.h"

#include "glioscope/report/Png.h"

#include <algorithm>
#include <format>

namespace glio::reporting {

Cell Cell::range(std::optional<double> value, std::optional<double> low, std::optional<double> high, int digits)
{
    Cell cell = of(value, digits);
    if (value && low && high) cell.note = std::format("{} to {}", number(low, digits), number(high, digits));
    return cell;
}

void Page::lead(std::string_view text) { m_body += std::format("<p class=\"lead\">{}</p>\n", escaped(text)); }

void Page::facts(std::span<const std::pair<std::string, std::string>> pairs)
{
    m_body += "<dl class=\"facts\">";
    for (const auto &[name, value] : pairs)
        m_body += std::format("<div><dt>{}</dt><dd>{}</dd></div>", escaped(name), escaped(value));
    m_body += "</dl>\n";
}

void Page::section(std::string_view title) { m_body += std::format("<h2>{}</h2>\n", escaped(title)); }
void Page::paragraph(std::string_view text) { m_body += std::format("<p>{}</p>\n", escaped(text)); }
void Page::notice(std::string_view text, std::string_view state)
{
    m_body += std::format("<p class=\"notice {}\">{}</p>\n", escaped(state), escaped(text));
}

void Page::headlines(std::span<const Headline> items)
{
    m_body += "<div class=\"headlines\">";
    for (const Headline &item : items)
        m_body += std::format("<div><span class=\"swatch\" style=\"--c:{}\"></span><span class=\"name\">{}</span>"
                              "<strong>{}</strong><span class=\"small\">{}</span></div>",
                              escaped(item.colour), escaped(item.name), escaped(item.value), escaped(item.note));
    m_body += "</div>\n";
}

void Page::table(const Table &table)
{
    ++m_tables;
    m_body += std::format("<div class=\"scroll\"><table{}><caption><b>Table {}.</b> {}</caption><thead><tr>",
                          table.sortable ? " class=\"sortable\"" : "", m_tables, escaped(table.caption));
    for (const Column &column : table.columns)
        m_body += std::format("<th scope=\"col\"{}{}>{}</th>", column.isNumber ? " class=\"n\"" : "",
                              column.hint.empty() ? "" : std::format(" title=\"{}\"", escaped(column.hint)),
                              escaped(column.name));
    m_body += "</tr></thead><tbody>\n";
    for (const auto &row : table.rows) {
        m_body += "<tr>";
        for (std::size_t c = 0; c < row.size(); ++c) {
            const Cell &cell = row[c];
            std::string kind = c < table.columns.size() && table.columns[c].isNumber ? "n" : "";
            if (!cell.state.empty()) kind += (kind.empty() ? "" : " ") + cell.state;
            const std::string open = c == 0 ? "th scope=\"row\"" : "td";
            const std::string note = cell.note.empty() ? "" : std::format("<small>{}</small>", escaped(cell.note));
            m_body += std::format("<{}{}{}>{}{}</{}>", open, kind.empty() ? "" : std::format(" class=\"{}\"", kind),
                                  cell.key ? std::format(" data-k=\"{}\"", *cell.key) : "", escaped(cell.text), note,
                                  c == 0 ? "th" : "td");
        }
        m_body += "</tr>\n";
    }
    m_body += "</tbody></table></div>\n";
}

void Page::figure(std::span<const std::string> drawings, std::string_view caption)
{
    ++m_figures;
    // Three abreast where there are three or more: they shrink together on paper and narrow windows.
    m_body += std::format("<figure><div class=\"drawings of{}\">", std::min<std::size_t>(3, drawings.size()));
    for (const std::string &drawing : drawings)
        m_body += drawing; // made by Svg, which escapes
    m_body +=
        std::format("</div><figcaption><b>Figure {}.</b> {}</figcaption></figure>\n", m_figures, escaped(caption));
}

void Page::pictures(std::span<const Picture> pictures, std::string_view caption)
{
    ++m_figures;
    m_body += "<figure><div class=\"drawings\">";
    for (const Picture &picture : pictures)
        m_body += std::format("<div class=\"picture\"><img alt=\"{}\" width=\"{}\" height=\"{}\" "
                              "src=\"data:image/png;base64,{}\"><span class=\"small\">{}</span></div>",
                              escaped(picture.caption), picture.shownWidth > 0 ? picture.shownWidth : picture.width,
                              picture.shownHeight > 0 ? picture.shownHeight : picture.height,
                              base64(encodePng(picture.width, picture.height, picture.rgb)), escaped(picture.caption));
    m_body +=
        std::format("</div><figcaption><b>Figure {}.</b> {}</figcaption></figure>\n", m_figures, escaped(caption));
}

void Page::footer(std::string_view text) { m_footer += std::format("<p>{}</p>", escaped(text)); }

std::string Page::html() const
{
    return std::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                       "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>\n{}</style>\n"
                       "</head>\n<body>\n<main>\n<h1>{}</h1>\n{}</main>\n<footer>{}</footer>\n<script>\n{}</script>\n"
                       "</body>\n</html>\n",
                       escaped(m_title), pageStyle(), escaped(m_title), m_body, m_footer, pageScript());
}

} // namespace glio::reporting
