#include "glioscope/metrics/Disagreements.h"

#include "glioscope/metrics/Components.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>
#include <span>

namespace glio::metrics {
namespace {

struct Part {
    std::vector<std::size_t> voxels; ///< offsets in the box
    std::map<std::pair<Label, Label>, int> says;
};

Disagreement described(const Part &part, const VoxelBox &box, const Geometry &grid)
{
    Disagreement place;
    const auto at = [&box](std::size_t n) {
        const auto i = std::int64_t(n);
        return Index3{box.start[0] + i % box.size[0], box.start[1] + i / box.size[0] % box.size[1],
                      box.start[2] + i / (box.size[0] * box.size[1])};
    };
    place.volumeMl = double(part.voxels.size()) * grid.voxelVolumeMm3() / 1000;
    const auto most = std::ranges::max_element(part.says, {}, [](const auto &pair) { return pair.second; });
    std::tie(place.first, place.second) = most->first;
    Index3 low = at(part.voxels.front()), high = low;
    double sum[3] = {};
    for (const std::size_t n : part.voxels) {
        const Index3 v = at(n);
        for (std::size_t a = 0; a < 3; ++a) {
            low[a] = std::min(low[a], v[a]);
            high[a] = std::max(high[a], v[a]);
            sum[a] += double(v[a]);
        }
    }
    place.box = {low, {high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1}};
    const double count = double(part.voxels.size());
    const PointMm middle = grid.toWorld(ContinuousIndex{sum[0] / count, sum[1] / count, sum[2] / count});
    double best = std::numeric_limits<double>::max();
    for (const std::size_t n : part.voxels) {
        const PointMm p = grid.toWorld(at(n));
        const double away = dot(p - middle, p - middle);
        if (away >= best) continue;
        best = away;
        place.centre = p;
    }
    return place;
}

std::string quoted(const std::string &text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

std::string decimals(double value, int digits)
{
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

} // namespace

Result<Disagreements> findDisagreements(const LabelMap &first, const LabelMap &second, double smallestMl)
{
    const Geometry &grid = first.geometry();
    if (!grid.sameGrid(second.geometry()))
        return fail(Errc::Geometry, "The two masks lie on different voxels. Put one on the other's grid first.");
    Disagreements found;
    found.map = LabelMap(grid);
    const VoxelBox box = first.boundingBox().joined(second.boundingBox());
    if (box.size[0] <= 0 || box.size[1] <= 0 || box.size[2] <= 0) return found;
    const std::vector<Label> a = first.values(box), b = second.values(box);
    std::vector<std::uint8_t> differs(a.size());
    std::int64_t either = 0, same = 0;
    for (std::size_t n = 0; n < a.size(); ++n) {
        differs[n] = a[n] != b[n];
        either += a[n] != 0 || b[n] != 0;
        same += a[n] != 0 && a[n] == b[n];
    }
    const double voxelMl = grid.voxelVolumeMm3() / 1000;
    found.disputedMl = double(either - same) * voxelMl;
    if (either > 0) found.agreedShare = double(same) / double(either);
    const Components components = connectedComponents(differs, box.size, Connectivity::Faces6);
    std::vector<Part> parts(std::size_t(components.count));
    for (std::size_t n = 0; n < a.size(); ++n) {
        const std::int32_t part = components.labels[n];
        if (part == 0) continue;
        parts[std::size_t(part - 1)].voxels.push_back(n);
        ++parts[std::size_t(part - 1)].says[{a[n], b[n]}];
    }
    std::ranges::stable_sort(parts, std::greater(), [](const Part &part) { return part.voxels.size(); });
    std::vector<Label> ids(a.size(), 0);
    for (const Part &part : parts) {
        const double ml = double(part.voxels.size()) * voxelMl;
        if (ml < smallestMl || found.list.size() == 255) {
            ++found.smallCount;
            found.smallMl += ml;
            continue;
        }
        found.list.push_back(described(part, box, grid));
        found.list.back().id = int(found.list.size());
        for (const std::size_t n : part.voxels)
            ids[n] = Label(found.list.size());
    }
    found.map.setValues(box, ids);
    return found;
}

std::string readerTableCsv(const std::vector<ReaderPair> &rows)
{
    std::string text = "case,mask_a,reader_a,mask_b,reader_b,region,volume_a_ml,volume_b_ml,dice,hd95_mm,nsd_1mm,"
                       "agreed_share\n";
    for (const ReaderPair &row : rows) {
        for (const std::string *field :
             {&row.caseName, &row.firstMask, &row.firstReader, &row.secondMask, &row.secondReader, &row.region})
            text += quoted(*field) + ',';
        const auto known = [](const std::optional<double> &value, int digits) {
            return value ? decimals(*value, digits) : std::string();
        };
        text += decimals(row.firstMl, 3) + ',' + decimals(row.secondMl, 3) + ',' + known(row.dice, 4) + ',' +
                known(row.hd95Mm, 2) + ',' + known(row.nsd, 4) + ',' + decimals(row.agreedShare, 4) + '\n';
    }
    return text;
}

} // namespace glio::metrics
