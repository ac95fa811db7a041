#include "model/Measures.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace glio::app {

using nlohmann::json;

namespace {

json pointJson(const PointMm &p) { return {p.x, p.y, p.z}; }
json lineJson(const measure::Line &line) { return {pointJson(line.a), pointJson(line.b)}; }

PointMm pointOf(const json &value)
{
    const PointMm p{value.at(0).get<double>(), value.at(1).get<double>(), value.at(2).get<double>()};
    if (!std::isfinite(p.x + p.y + p.z)) throw std::invalid_argument("a place is not a number");
    return p;
}
measure::Line lineOf(const json &value) { return {pointOf(value.at(0)), pointOf(value.at(1))}; }

RanoReading readingOf(const json &value)
{
    RanoReading reading{.regionId = value.at("region").get<std::string>(), .lesions = {}, .edited = true};
    for (const json &entry : value.at("lesions")) {
        measure::Lesion lesion;
        lesion.size = {lineOf(entry.at("longest")), lineOf(entry.at("across"))};
        lesion.slice = entry.at("slice").get<std::int64_t>();
        lesion.slices = entry.at("slices").get<int>();
        lesion.volumeMl = entry.at("ml").get<double>();
        lesion.measurable = entry.at("measurable").get<bool>();
        reading.lesions.push_back(lesion);
    }
    return reading;
}

CaseMeasures read(const json &root)
{
    CaseMeasures measures;
    for (const json &entry : root.at("drawn")) {
        Measure one;
        one.id = entry.at("id").get<int>();
        one.kind = entry.at("kind").get<std::string>() == "angle" ? MeasureKind::Angle : MeasureKind::Ruler;
        one.number = entry.at("number").get<int>();
        const std::string plane = entry.at("plane").get<std::string>();
        one.plane = plane == "coronal"    ? render::Plane::Coronal
                    : plane == "sagittal" ? render::Plane::Sagittal
                                          : render::Plane::Axial;
        for (const json &p : entry.at("points"))
            one.points.push_back(pointOf(p));
        if (one.id < 1 || one.points.size() != (one.kind == MeasureKind::Angle ? 3u : 2u))
            throw std::invalid_argument("a measure has the wrong number of points");
        measures.drawn.push_back(std::move(one));
    }
    measures.mask = root.value("mask", "");
    if (root.contains("diameters")) measures.edited = readingOf(root.at("diameters"));
    if (root.contains("diameters_of"))
        for (const auto &[mask, reading] : root.at("diameters_of").items())
            measures.ofOther.emplace(mask, readingOf(reading));
    return measures;
}

json readingJson(const RanoReading &reading)
{
    json lesions = json::array();
    for (const measure::Lesion &lesion : reading.lesions)
        lesions.push_back({{"longest", lineJson(lesion.size.longest)},
                           {"across", lineJson(lesion.size.across)},
                           {"slice", lesion.slice},
                           {"slices", lesion.slices},
                           {"ml", lesion.volumeMl},
                           {"measurable", lesion.measurable}});
    return {{"region", reading.regionId}, {"lesions", lesions}};
}

} // namespace

double Measure::value() const
{
    return kind == MeasureKind::Angle ? measure::angleDegrees(points[0], points[1], points[2])
                                      : length(points[1] - points[0]);
}

PointMm Measure::middle() const { return kind == MeasureKind::Angle ? points[1] : 0.5 * (points[0] + points[1]); }

int RanoReading::measurable() const { return int(std::ranges::count(lesions, true, &measure::Lesion::measurable)); }

std::vector<std::size_t> RanoReading::shown() const
{
    std::vector<std::size_t> rows;
    for (std::size_t n = 0; n < lesions.size() && int(rows.size()) < measure::RanoRules{}.targets; ++n)
        if (lesions[n].measurable) rows.push_back(n);
    if (rows.empty() && !lesions.empty()) rows.push_back(0);
    return rows;
}

int CaseMeasures::add(MeasureKind kind, render::Plane plane, std::vector<PointMm> points)
{
    int id = 1, number = 1;
    for (const Measure &one : drawn) {
        id = std::max(id, one.id + 1);
        if (one.kind == kind) number = std::max(number, one.number + 1);
    }
    drawn.push_back({id, kind, number, plane, std::move(points)});
    return id;
}

Measure *CaseMeasures::find(int id)
{
    const auto found = std::ranges::find(drawn, id, &Measure::id);
    return found == drawn.end() ? nullptr : &*found;
}

bool CaseMeasures::remove(int id)
{
    return std::erase_if(drawn, [id](const Measure &m) { return m.id == id; }) > 0;
}

void CaseMeasures::turnTo(const std::string &maskId)
{
    if (maskId == mask) return;
    if (!mask.empty()) { // else they are of the mask that the case had alone
        if (edited) ofOther[mask] = *std::exchange(edited, std::nullopt);
        if (auto own = ofOther.extract(maskId)) edited = std::move(own.mapped());
    }
    mask = maskId;
}

std::string toJson(const CaseMeasures &measures)
{
    static constexpr std::array kPlanes{"axial", "coronal", "sagittal"};
    json root{{"version", 1}, {"drawn", json::array()}};
    for (const Measure &one : measures.drawn) {
        json points = json::array();
        for (const PointMm &p : one.points)
            points.push_back(pointJson(p));
        root["drawn"].push_back({{"id", one.id},
                                 {"kind", one.kind == MeasureKind::Angle ? "angle" : "ruler"},
                                 {"number", one.number},
                                 {"plane", kPlanes[std::size_t(one.plane)]},
                                 {"points", points}});
    }
    if (!measures.mask.empty()) root["mask"] = measures.mask;
    if (measures.edited) root["diameters"] = readingJson(*measures.edited);
    for (const auto &[mask, reading] : measures.ofOther)
        root["diameters_of"][mask] = readingJson(reading);
    return root.dump();
}

Result<CaseMeasures> measuresFromJson(std::string_view text)
{
    if (text.empty()) return CaseMeasures{};
    try {
        return read(json::parse(text));
    } catch (const std::exception &error) {
        return fail(Errc::InvalidArgument,
                    std::string("The rulers kept with this case cannot be read: ") + error.what() + ".");
    }
}

} // namespace glio::app
