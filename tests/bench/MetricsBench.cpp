#include "ItkBaseline.h"

#include "glioscope/base/Memory.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/base/Random.h"
#include "glioscope/metrics/RegionMetrics.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>

using namespace glio;

namespace {

double seconds(const auto &work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A tumour of about 110 ml with rim, core, cyst, oedema and specks: lumpy balls by value noise on a coarse lattice.
LabelVolume lumpyTumour(const Geometry &grid, std::uint64_t seed)
{
    CounterRandom random{seed};
    std::array<double, 12 * 12 * 12> lattice;
    for (double &value : lattice)
        value = random.uniform(-1, 1);
    LabelVolume mask(grid);
    const auto out = mask.edit();
    const Size3 n = grid.size();
    const auto noise = [&](double x, double y, double z) {
        double sum = 0;
        for (int c = 0; c < 8; ++c) {
            const int i = int(x) + (c & 1), j = int(y) + (c >> 1 & 1), k = int(z) + (c >> 2);
            const double w = (1 - std::abs(x - i)) * (1 - std::abs(y - j)) * (1 - std::abs(z - k));
            sum += w * lattice[std::size_t(i % 12 + 12 * (j % 12) + 144 * (k % 12))];
        }
        return sum;
    };
    for (std::int64_t k = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j)
            for (std::int64_t i = 0; i < n[0]; ++i) {
                const double r = std::hypot(double(i) - 90, double(j) - 120, double(k) - 80) +
                                 9 * noise(double(i) / 12, double(j) / 12, double(k) / 12) +
                                 3 * noise(double(i) / 3, double(j) / 3, double(k) / 3);
                const Label label = r < 9 ? 3 : r < 15 ? 2 : r < 19 ? 1 : r < 29 ? 4 : 0;
                out[std::size_t(grid.offset({i, j, k}))] = label;
            }
    for (int speck = 0; speck < 60; ++speck) {
        const Index3 at{random.integer(40, 180), random.integer(40, 190), random.integer(20, 130)};
        const auto radius = random.integer(1, 3);
        const auto label = Label(random.integer(1, 4));
        for (std::int64_t k = -radius; k <= radius; ++k)
            for (std::int64_t j = -radius; j <= radius; ++j)
                for (std::int64_t i = -radius; i <= radius; ++i)
                    if (i * i + j * j + k * k <= radius * radius)
                        out[std::size_t(grid.offset({at[0] + i, at[1] + j, at[2] + k}))] = label;
    }
    return mask;
}

} // namespace

int main(int argc, char **argv)
{
    const bool asJson = argc > 1 && std::strcmp(argv[1], "--json") == 0;
    const Geometry grid = Geometry::make({240, 240, 155}, {1, 1, 1}).value();
    const LabelVolume reference = lumpyTumour(grid, 1), prediction = lumpyTumour(grid, 2);
    const LabelScheme &scheme = defaultLabelScheme();
    Result<std::vector<metrics::RegionMetrics>> regions;
    double ours = 1e9;
    for (int round = 0; round < 3; ++round)
        ours = std::min(ours, seconds([&] { regions = metrics::compareMasks(reference, prediction, scheme); }));
    if (!regions) return 1;
    const double peakMb = double(peakResidentBytes()) / 1e6;
    double worst = 0;
    const double baseline = seconds([&] {
        for (const auto &m : *regions) {
            std::vector<std::uint8_t> a(reference.voxels().size()), b(a.size());
            for (std::size_t v = 0; v < a.size(); ++v) {
                a[v] = scheme.region(m.id)->contains(reference.voxels()[v]);
                b[v] = scheme.region(m.id)->contains(prediction.voxels()[v]);
            }
            worst = std::max(worst, std::abs(itkHd95(a, b, grid.size(), grid.spacing()) - m.hd95Mm.value_or(0)));
        }
    });
    const nlohmann::json result{{"case", "240x240x155, six regions, 60 specks"},
                                {"threads", threadCount()},
                                {"glioscope_s", ours},
                                {"glioscope_what", "Dice, HD95, surface Dice, lesion-wise"},
                                {"baseline_s", baseline},
                                {"baseline", "ITK Maurer distance maps, HD95 alone"},
                                {"ratio", baseline / ours},
                                {"hd95_difference_mm", worst},
                                {"peak_rss_mb", peakMb},
                                {"budget_s", 1.0}};
    if (asJson)
        std::printf("%s\n", result.dump(2).c_str());
    else
        std::printf("metrics, %s, %d threads\n  everything            %.3f s (budget 1 s), peak %.0f MB\n  %s  %.3f "
                    "s\n  ratio                 %.1f x\n",
                    result["case"].get<std::string>().c_str(), threadCount(), ours, peakMb,
                    result["baseline"].get<std::string>().c_str(), baseline, baseline / ours);
    return 0;
}
