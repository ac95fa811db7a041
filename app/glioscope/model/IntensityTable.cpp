#include "model/IntensityTable.h"

#include <cmath>
#include <format>

namespace glio::app {

IntensityTable intensityTable(const LabelMap &mask, const LabelScheme &scheme, const std::vector<NamedImage> &images)
{
    std::vector<std::vector<Label>> regions;
    for (const RegionDefinition &region : scheme.regions())
        regions.push_back(region.labels);
    IntensityTable table;
    for (const RegionDefinition &region : scheme.regions())
        table.rows.push_back({region.id, region.name, {}});
    for (const NamedImage &image : images) {
        table.sequences.push_back(image.name);
        const auto found = measure::intensityStatistics(mask, regions, image.image);
        for (std::size_t n = 0; n < found.size(); ++n)
            table.rows[n].bySequence.push_back(found[n]);
    }
    std::erase_if(table.rows, [](const IntensityTable::Row &row) {
        return std::ranges::all_of(row.bySequence, [](const auto &cell) { return cell.voxels == 0; });
    });
    return table;
}

std::string toTabs(const IntensityTable &table)
{
    std::string text = "region\tsequence\tvoxels\tmm3\tmean\tsd\tmedian\tp5\tp95\tmin\tmax\n";
    for (const IntensityTable::Row &row : table.rows)
        for (std::size_t n = 0; n < row.bySequence.size(); ++n) {
            const measure::IntensityStatistics &s = row.bySequence[n];
            text += std::format("{}\t{}\t{}\t{:.1f}\t{:.6g}\t{:.6g}\t{:.6g}\t{:.6g}\t{:.6g}\t{:.6g}\t{:.6g}\n", row.id,
                                table.sequences[n], s.voxels, s.volumeMm3, s.mean, s.deviation, s.median, s.low, s.high,
                                s.smallest, s.largest);
        }
    return text;
}

std::string intensityText(double value)
{
    const double size = std::abs(value);
    return std::format("{:.{}f}", value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

} // namespace glio::app
