#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glio::reporting {

/// `text` for HTML and SVG, in text and in attributes: & < > " and ' are written as references; control characters that
/// XML cannot hold are left out.
std::string escaped(std::string_view text);

/// `value` with `digits` behind the point and U+2212 for minus; "–" when there is none or it is not finite.
std::string number(std::optional<double> value, int digits);

struct Point {
    double x = 0, y = 0;
};

/// A drawing, element after element; later ones lie on top. Units are px at 100 %. Looks come from CSS classes of the
/// page around it (Page.h), so that one drawing serves light, dark and paper; `colour` (any CSS colour) reaches them as
/// --c. Text and hints are escaped here. A hint is what a pointer resting on the mark, and a screen reader, gets.
class Svg {
public:
    /// `title` and `description` are what a screen reader says.
    Svg(double width, double height, std::string_view title, std::string_view description = {});

    struct Look {
        std::string_view kind = {};   ///< CSS classes
        std::string_view colour = {}; ///< "" = what the classes say
        std::string_view hint = {};
    };
    enum class Anchor { Start, Middle, End };

    void line(Point from, Point to, const Look &look);
    void polyline(std::span<const Point> points, const Look &look);
    void polygon(std::span<const Point> points, const Look &look);
    void rect(Point corner, double width, double height, const Look &look, double radius = 0);
    void circle(Point centre, double radius, const Look &look);
    void text(Point at, std::string_view words, const Look &look, Anchor anchor = Anchor::Start);
    void sideText(Point at, std::string_view words, const Look &look); ///< turned a quarter, reads upwards, centred

    std::string finish() const; ///< <svg ...>...</svg>

private:
    void close(const Look &look, std::string_view element);
    std::string m_open, m_body;
};

} // namespace glio::reporting
