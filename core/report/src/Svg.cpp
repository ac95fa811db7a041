#include "glioscope/report/Svg.h"

#include <cmath>
#include <format>

namespace glio::reporting {
namespace {

// At most two digits: a hundredth of a pixel is enough, and files stay small.
std::string px(double value)
{
    std::string text = std::format("{:.2f}", std::isfinite(value) ? value : 0.0);
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string attributes(const Svg::Look &look)
{
    std::string text;
    if (!look.kind.empty()) text += std::format(" class=\"{}\"", escaped(look.kind));
    if (!look.colour.empty()) text += std::format(" style=\"--c:{}\"", escaped(look.colour));
    return text;
}

std::string pointList(std::span<const Point> points)
{
    std::string text;
    for (const Point &p : points)
        text += (text.empty() ? "" : " ") + px(p.x) + ',' + px(p.y);
    return text;
}

const char *anchorName(Svg::Anchor anchor)
{
    return anchor == Svg::Anchor::Start ? "start" : anchor == Svg::Anchor::Middle ? "middle" : "end";
}

} // namespace

std::string escaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
        }
    }
    return out;
}

std::string number(std::optional<double> value, int digits)
{
    if (!value || !std::isfinite(*value)) return "–";
    std::string text = std::format("{:.{}f}", std::abs(*value), digits);
    if (*value < 0 && text.find_first_of("123456789") != text.npos) text.insert(0, "−");
    return text;
}

Svg::Svg(double width, double height, std::string_view title, std::string_view description)
    : m_open(std::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" "
                         "role=\"img\" aria-label=\"{}\">",
                         px(width), px(height), px(width), px(height), escaped(title)))
{
    if (!description.empty()) m_open += "<desc>" + escaped(description) + "</desc>";
}

void Svg::close(const Look &look, std::string_view element)
{
    if (look.hint.empty())
        m_body += "/>";
    else
        m_body += std::format("><title>{}</title></{}>", escaped(look.hint), element);
}

void Svg::line(Point from, Point to, const Look &look)
{
    m_body += std::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"{}", px(from.x), px(from.y), px(to.x), px(to.y),
                          attributes(look));
    close(look, "line");
}

void Svg::polyline(std::span<const Point> points, const Look &look)
{
    m_body += std::format("<polyline points=\"{}\"{}", pointList(points), attributes(look));
    close(look, "polyline");
}

void Svg::polygon(std::span<const Point> points, const Look &look)
{
    m_body += std::format("<polygon points=\"{}\"{}", pointList(points), attributes(look));
    close(look, "polygon");
}

void Svg::rect(Point corner, double width, double height, const Look &look, double radius)
{
    m_body += std::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", px(corner.x), px(corner.y),
                          px(std::max(0.0, width)), px(std::max(0.0, height)));
    if (radius > 0) m_body += std::format(" rx=\"{}\"", px(radius));
    m_body += attributes(look);
    close(look, "rect");
}

void Svg::circle(Point centre, double radius, const Look &look)
{
    m_body +=
        std::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}", px(centre.x), px(centre.y), px(radius), attributes(look));
    close(look, "circle");
}

void Svg::text(Point at, std::string_view words, const Look &look, Anchor anchor)
{
    m_body += std::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\"{}>{}</text>", px(at.x), px(at.y),
                          anchorName(anchor), attributes(look), escaped(words));
}

void Svg::sideText(Point at, std::string_view words, const Look &look)
{
    m_body += std::format("<text transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\"{}>{}</text>",
                          px(at.x), px(at.y), attributes(look), escaped(words));
}

std::string Svg::finish() const { return m_open + m_body + "</svg>"; }

} // namespace glio::reporting
