#include "glioscope/report/Page.h"

#include <array>
#include <format>

namespace glio::reporting {
namespace {

// ui.md section 11; a test holds them against resources/themes.
constexpr std::array kTokens{
    Token{"bg0", "#E9ECF0", "#0D0F12"},   Token{"bg1", "#F6F7F9", "#14171B"},   Token{"bg2", "#FFFFFF", "#1B1F25"},
    Token{"bg3", "#E8EBF0", "#242A32"},   Token{"line", "#DCE0E6", "#262C34"},  Token{"line2", "#C3CAD3", "#363E49"},
    Token{"line3", "#7C8794", "#5C6674"}, Token{"t1", "#1A1E24", "#E8EBEF"},    Token{"t2", "#4A535F", "#A9B2BD"},
    Token{"t3", "#616B77", "#7E8894"},    Token{"ac", "#0B6F65", "#45BFB0"},    Token{"acbg", "#DDF1EE", "#14302E"},
    Token{"doubt", "#5B45B8", "#B9A5FF"}, Token{"warn", "#8A5A00", "#E7B65A"},  Token{"warnbg", "#FBF1DC", "#2C2415"},
    Token{"err", "#B3261E", "#F2777A"},   Token{"errbg", "#FBE6E4", "#331C1E"}, Token{"ok", "#1E7A46", "#6FCB97"},
    Token{"okbg", "#E0F2E7", "#15291F"},  Token{"grid", "#E3E7EC", "#23282F"},
};

constexpr std::string_view kStyle = R"css(
* { box-sizing: border-box; }
html { background: var(--bg1); color: var(--t1); -webkit-text-size-adjust: 100%; }
body { margin: 0; font: 13px/1.5 Inter, system-ui, -apple-system, "Segoe UI", sans-serif;
  font-variant-numeric: tabular-nums; }
main, footer { max-width: 1000px; margin: 0 auto; padding: 0 32px; }
main { padding-top: 40px; }
h1 { font-size: 24px; line-height: 30px; font-weight: 600; margin: 0 0 6px; letter-spacing: -0.01em; text-wrap: balance; }
h2 { font-size: 18px; line-height: 24px; font-weight: 600; margin: 40px 0 8px; padding-top: 16px;
  border-top: 1px solid var(--line2); }
p { margin: 0 0 12px; max-width: 76ch; }
.lead { font-size: 15px; line-height: 22px; color: var(--t2); margin-bottom: 16px; }
.small { font-size: 12px; line-height: 16px; color: var(--t2); }
.facts { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 0 0 24px; }
.facts dt { font-size: 11px; line-height: 15px; color: var(--t3); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.notice { border-left: 3px solid var(--line3); background: var(--bg3); padding: 8px 12px; border-radius: 0 6px 6px 0; }
.notice.warn { border-color: var(--warn); background: var(--warnbg); }
.notice.err { border-color: var(--err); background: var(--errbg); }
.notice.ok { border-color: var(--ok); background: var(--okbg); }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 0 0 24px; }
.headlines > div { background: var(--bg2); border: 1px solid var(--line); border-radius: 9px; padding: 12px 16px;
  display: grid; grid-template-columns: auto 1fr; gap: 0 8px; align-items: center; align-content: start; }
.headlines strong { grid-column: 1 / -1; font-size: 24px; line-height: 32px; font-weight: 600; }
.headlines .small { grid-column: 1 / -1; }
.swatch { width: 10px; height: 10px; border-radius: 3px; background: var(--c); box-shadow: inset 0 0 0 1px rgba(0,0,0,.3); }
.scroll { overflow-x: auto; margin: 16px 0 24px; }
table { border-collapse: collapse; width: 100%; background: var(--bg1); }
caption { text-align: left; padding: 0 0 8px; color: var(--t2); caption-side: top; }
caption b, figcaption b { color: var(--t1); font-weight: 600; }
thead th { border-top: 1.5px solid var(--t1); border-bottom: 1px solid var(--line3); font-size: 12px; font-weight: 500;
  color: var(--t2); vertical-align: bottom; line-height: 16px; }
th, td { padding: 6px 8px; text-align: left; white-space: nowrap; vertical-align: top; }
thead th { white-space: normal; min-width: 48px; }
th.n, td.n { text-align: right; }
th:first-child, td:first-child { padding-left: 2px; }
th:last-child, td:last-child { padding-right: 2px; }
tbody th { font-weight: 500; }
tbody tr { border-bottom: 1px solid var(--line); }
tbody tr:last-child { border-bottom: 1.5px solid var(--t1); }
tbody tr:hover { background: var(--bg3); }
td small, th small { display: block; font-size: 11px; line-height: 14px; color: var(--t3); font-weight: 400; }
td.dim, th.dim { color: var(--t3); }
td.ok { color: var(--ok); } td.warn { color: var(--warn); font-weight: 500; } td.err { color: var(--err); font-weight: 500; }
th[title] { text-decoration: underline dotted var(--line3); text-underline-offset: 3px; }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 2px solid var(--ac); outline-offset: 2px; border-radius: 3px; }
th[aria-sort] button::after { color: var(--ac); content: " ↓"; }
th[aria-sort=ascending] button::after { content: " ↑"; }
figure { margin: 16px 0 24px; break-inside: avoid; }
.drawings { display: flex; flex-wrap: wrap; gap: 24px 20px; background: var(--bg2); border: 1px solid var(--line);
  border-radius: 9px; padding: 20px; }
.drawings svg { max-width: 100%; height: auto; flex: none; }
.of1 svg { width: 100%; } .of2 svg { width: calc((100% - 20px) / 2); } .of3 svg { width: calc((100% - 40px) / 3); }
figcaption { margin-top: 8px; color: var(--t2); max-width: 90ch; }
.picture { display: grid; gap: 4px; }
.picture img { image-rendering: pixelated; background: #000; border-radius: 3px; max-width: 100%; height: auto; }
.picture span { max-width: 204px; overflow-wrap: anywhere; }
footer { border-top: 1px solid var(--line2); margin-top: 40px; padding-top: 12px; padding-bottom: 32px; color: var(--t2);
  font-size: 12px; }
svg { font: 12px Inter, system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow: visible; }
svg text { fill: var(--t1); }
.grid { stroke: var(--grid); stroke-width: 1; }
.axis { stroke: var(--line2); stroke-width: 1; }
svg .tick { fill: var(--t2); font-size: 11px; }
svg .axistitle { fill: var(--t2); font-size: 11px; }
svg .note { fill: var(--t2); font-size: 12px; }
.charttitle, .rowname { font-weight: 600; font-size: 13px; }
.endlabel { font-size: 11.5px; font-weight: 500; }
.leader { stroke: var(--line2); stroke-width: 1; }
.reference { stroke: var(--t3); stroke-width: 1.25; stroke-dasharray: 2 3; }
.curve { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.casing { fill: none; stroke: var(--edge); stroke-width: 3.2; stroke-linejoin: round; stroke-linecap: round; }
.dashed { stroke-width: 1.5; stroke-dasharray: 2 3; }
.dot { fill: var(--c); stroke: var(--edge); stroke-width: 0.8; }
.dot.hollow { fill: var(--bg2); stroke: var(--c); stroke-width: 1.6; }
.share { fill: var(--line2); }
.whisker { stroke: var(--t1); stroke-width: 1.5; }
.mean { fill: var(--t1); }
.slope { stroke-width: 2; }
.better { --s: var(--ac); } .same { --s: var(--t3); } .worse { --s: var(--warn); }
.slope, .end { stroke: var(--s); } .end { fill: var(--s); } .end.hollow { fill: var(--bg2); stroke-width: 1.6; }
.slope.worse { stroke-dasharray: 5 3; }
svg .endlabel.worse { fill: var(--warn); }
@media screen and (max-width: 760px) { .of2 svg, .of3 svg { width: 100%; max-width: 440px; } }
@media (max-width: 640px) { main, footer { padding-left: 16px; padding-right: 16px; } .drawings { padding: 12px; } }
@media print {
  html { background: #fff; } body { font-size: 9.5pt; } main, footer { max-width: none; padding: 0; }
  .scroll { overflow: visible; } .drawings, .headlines > div { border-color: #bbb; background: #fff; }
  th, td { padding: 3px 5px; } table { font-size: 8pt; background: #fff; } caption { font-size: 9.5pt; }
  h2, caption { break-after: avoid; } tr, .headlines > div { break-inside: avoid; }
  th[aria-sort] button::after { content: ""; } tbody tr:hover { background: none; }
  @page { margin: 16mm 14mm; }
}
)css";

constexpr std::string_view kScript = R"js('use strict';
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const up = head.getAttribute('aria-sort') !== 'ascending';
      heads.forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const isNumber = head.classList.contains('n');
      const key = row => isNumber ? (row.cells[column].dataset.k === undefined ? NaN : +row.cells[column].dataset.k)
                                  : row.cells[column].textContent;
      const order = (a, b) => {
        const x = key(a), y = key(b);
        if (isNumber) return isNaN(x) || isNaN(y) ? isNaN(x) - isNaN(y) : up ? x - y : y - x;
        return up ? x.localeCompare(y) : y.localeCompare(x);
      };
      body.append(...[...body.rows].sort(order));
    });
  });
}
)js";

} // namespace

std::span<const Token> pageTokens() { return kTokens; }

std::string pageStyle()
{
    std::string light, dark;
    for (const Token &token : kTokens) {
        light += std::format("--{}:{};", token.name, token.light);
        dark += std::format("--{}:{};", token.name, token.dark);
    }
    light += "--edge:rgba(0,0,0,.45);";
    dark += "--edge:rgba(0,0,0,.55);";
    return std::format(":root{{color-scheme:light dark;{}}}\n"
                       "@media screen and (prefers-color-scheme: dark){{:root{{{}}}}}\n{}",
                       light, dark, kStyle);
}

std::string_view pageScript() { return kScript; }

} // namespace glio::reporting
