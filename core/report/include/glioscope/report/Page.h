#pragma once
#include "glioscope/report/Svg.h"

#include <cstdint>

namespace glio::reporting {

/// A cell: what is shown, what it is sorted by when that is not its text, and a state for its look.
struct Cell {
    std::string text;
    std::optional<double> key; ///< numbers sort by this; cells without one come last
    std::string state = {};    ///< "", "ok", "warn", "err", "dim"
    std::string note = {};     ///< small, under the text
    Cell() = default;
    Cell(std::string words) : text(std::move(words)) {}
    Cell(const char *words) : text(words) {}
    /// A number, "–" where it does not exist.
    static Cell of(std::optional<double> value, int digits) { return {number(value, digits), value}; }
    /// The number, and its range as the note where there is one.
    static Cell range(std::optional<double> value, std::optional<double> low, std::optional<double> high, int digits);

private:
    Cell(std::string words, std::optional<double> sortKey) : text(std::move(words)), key(sortKey) {}
};

struct Column {
    std::string name;
    std::string hint = {}; ///< what the number is, shown on rest
    bool isNumber = true;
};
struct Table {
    std::string caption;
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    bool sortable = false; ///< by a small script inside the page; without scripts it stays as it is
};

/// An RGB picture, written into the page as a data: address.
struct Picture {
    std::string caption;
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;       ///< row by row, three bytes a pixel
    int shownWidth = 0, shownHeight = 0; ///< px on the page; 0: its own size
};

/// One self-contained HTML page: nothing in it is fetched, from anywhere (a Content-Security-Policy says so to the
/// browser too). Light and dark by the reader's setting, black on white on paper. All text given here is escaped.
class Page {
public:
    explicit Page(std::string title) : m_title(std::move(title)) {}

    void lead(std::string_view text);                                       ///< under the title, grey
    void facts(std::span<const std::pair<std::string, std::string>> pairs); ///< small name and value list
    void section(std::string_view title);
    void paragraph(std::string_view text);
    void notice(std::string_view text, std::string_view state); ///< a framed line; state "warn", "err", "ok"

    struct Headline {
        std::string name, value, note, colour;
    };
    void headlines(std::span<const Headline> items); ///< the few large numbers
    void table(const Table &table);
    /// Drawings side by side where they fit, numbered "Figure n", with one caption.
    void figure(std::span<const std::string> drawings, std::string_view caption);
    void pictures(std::span<const Picture> pictures, std::string_view caption);
    void footer(std::string_view text);

    std::string html() const;

private:
    std::string m_title, m_body, m_footer;
    int m_figures = 0, m_tables = 0;
};

/// The page's colours by name, as `resources/themes/*.json` has them: {"bg1", "t1", "ac" ...}.
struct Token {
    std::string_view name, light, dark;
};
std::span<const Token> pageTokens();
/// The style sheet and the script of the page.
std::string pageStyle();
std::string_view pageScript();

} // namespace glio::reporting
