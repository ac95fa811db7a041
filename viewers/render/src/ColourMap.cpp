#include "glioscope/render/ColourMap.h"

#include <algorithm>
#include <cmath>

namespace glio::render {
namespace {

using Table = std::array<Rgba, 256>;

Table make(Rgba (*colour)(double))
{
    Table table;
    for (int i = 0; i < 256; ++i)
        table[std::size_t(i)] = colour(i / 255.0);
    return table;
}

unsigned byte(double v) { return unsigned(std::lround(255 * std::clamp(v, 0.0, 1.0))); }

// Sixteenth points of cividis (Nunez et al. 2018), linear between them: within 2 of the published table.
constexpr unsigned cividisPoints[17][3] = {
    {0, 34, 78},     {0, 45, 106},    {27, 56, 111},   {50, 67, 108},   {67, 78, 108},   {82, 89, 109},
    {96, 100, 111},  {110, 112, 115}, {124, 123, 120}, {139, 135, 121}, {155, 148, 119}, {171, 160, 116},
    {188, 174, 110}, {206, 188, 102}, {224, 202, 90},  {242, 217, 71},  {254, 232, 56}};

Rgba cividis(double t)
{
    const double at = t * 16;
    const int i = std::min(15, int(at));
    double c[3];
    for (int n = 0; n < 3; ++n)
        c[n] = (cividisPoints[i][n] + (at - i) * (double(cividisPoints[i + 1][n]) - cividisPoints[i][n])) / 255;
    return rgba(byte(c[0]), byte(c[1]), byte(c[2]));
}

} // namespace

const std::array<Rgba, 256> &colourTable(ColourMap map)
{
    static const Table grey = make([](double t) { return rgba(byte(t), byte(t), byte(t)); });
    static const Table inverted = make([](double t) { return rgba(byte(1 - t), byte(1 - t), byte(1 - t)); });
    static const Table hot = make([](double t) { return rgba(byte(t * 3), byte(t * 3 - 1), byte(t * 3 - 2)); });
    static const Table heat = make(cividis);
    switch (map) {
    case ColourMap::GreyInverted:
        return inverted;
    case ColourMap::Hot:
        return hot;
    case ColourMap::Cividis:
        return heat;
    case ColourMap::Grey:
        break;
    }
    return grey;
}

} // namespace glio::render
