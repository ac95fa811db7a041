#include "glioscope/annotation/Places.h"

#include "glioscope/annotation/Decode.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glio {
namespace {

/// A working copy of the undecided voxels' box, with a margin so that neighbours need no bounds checks.
struct Box {
    Index3 start{};
    Size3 size{};
    std::vector<std::uint8_t> on;
    std::int64_t at(std::int64_t i, std::int64_t j, std::int64_t k) const { return i + size[0] * (j + size[1] * k); }
};

std::vector<Index3> ball(const Spacing3 &spacing, double radiusMm)
{
    std::vector<Index3> offsets;
    std::array<std::int64_t, 3> reach;
    for (std::size_t a = 0; a < 3; ++a)
        reach[a] = std::int64_t(std::floor(radiusMm / spacing[a]));
    for (std::int64_t k = -reach[2]; k <= reach[2]; ++k)
        for (std::int64_t j = -reach[1]; j <= reach[1]; ++j)
            for (std::int64_t i = -reach[0]; i <= reach[0]; ++i)
                if (std::hypot(double(i) * spacing[0], double(j) * spacing[1], double(k) * spacing[2]) <=
                    radiusMm + 1e-9)
                    offsets.push_back({i, j, k});
    return offsets;
}

void open(Box &box, const std::vector<Index3> &element, std::int64_t margin)
{
    if (element.size() < 2) return;
    std::vector<std::int64_t> shifts;
    for (const Index3 &o : element)
        shifts.push_back(box.at(o[0], o[1], o[2]));
    std::vector<std::uint8_t> opened(box.on.size(), 0);
    for (std::int64_t k = margin; k < box.size[2] - margin; ++k)
        for (std::int64_t j = margin; j < box.size[1] - margin; ++j)
            for (std::int64_t i = margin; i < box.size[0] - margin; ++i) {
                const std::int64_t v = box.at(i, j, k);
                if (!box.on[std::size_t(v)]) continue;
                const bool whole = std::all_of(shifts.begin(), shifts.end(),
                                               [&](std::int64_t s) { return box.on[std::size_t(v + s)] != 0; });
                if (!whole) continue;
                for (const std::int64_t s : shifts)
                    opened[std::size_t(v + s)] = 1;
            }
    box.on = std::move(opened);
}

/// 26-connected pieces among voxels whose `piece` number agrees.
std::vector<std::vector<std::int64_t>> components(Box &box, const std::vector<std::int64_t> &members,
                                                  const auto &pieceOf)
{
    std::vector<std::vector<std::int64_t>> found;
    for (const std::int64_t v : members)
        box.on[std::size_t(v)] = 2; // 2: waiting
    std::vector<std::int64_t> stack;
    for (const std::int64_t seed : members) {
        if (box.on[std::size_t(seed)] != 2) continue;
        auto &part = found.emplace_back();
        const auto piece = pieceOf(seed);
        stack.push_back(seed);
        box.on[std::size_t(seed)] = 1;
        while (!stack.empty()) {
            const std::int64_t v = stack.back();
            stack.pop_back();
            part.push_back(v);
            for (int n = 0; n < 27; ++n) {
                const std::int64_t next = v + box.at(n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1);
                if (box.on[std::size_t(next)] != 2 || pieceOf(next) != piece) continue;
                box.on[std::size_t(next)] = 1;
                stack.push_back(next);
            }
        }
    }
    return found;
}

struct Extent {
    Index3 low, high;
};

Extent extentOf(const Box &box, const std::vector<std::int64_t> &part)
{
    Extent e{{1 << 30, 1 << 30, 1 << 30}, {-1, -1, -1}};
    for (const std::int64_t v : part) {
        const Index3 at{v % box.size[0], v / box.size[0] % box.size[1], v / (box.size[0] * box.size[1])};
        for (std::size_t a = 0; a < 3; ++a)
            e.low[a] = std::min(e.low[a], at[a]), e.high[a] = std::max(e.high[a], at[a]);
    }
    return e;
}

/// The two classes with the largest mean probability in the place; "" is normal tissue.
void hesitation(Place &place, const Probabilities &probabilities, const LabelScheme &scheme,
                const std::vector<std::int64_t> &voxels)
{
    std::vector<std::pair<double, std::string>> shares;
    double labelled = 0;
    for (std::size_t n = 0; n < scheme.labels().size(); ++n) {
        double sum = 0;
        for (const std::int64_t v : voxels)
            sum += probabilities.label(n).data()[v];
        sum /= 255.0 * double(voxels.size());
        labelled += sum;
        shares.emplace_back(sum, scheme.labels()[n].id);
    }
    shares.emplace_back(std::max(0.0, 1 - labelled), std::string());
    std::stable_sort(shares.begin(), shares.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    place.labelA = shares[0].second;
    place.labelB = shares.size() > 1 ? shares[1].second : std::string();
    if (place.labelA.empty()) std::swap(place.labelA, place.labelB); // "oedema or normal", never "normal or oedema"
    place.meanProbability = labelled;
}

} // namespace

Result<Places> findPlaces(const Probabilities &probabilities, const PlaceOptions &options, const ProgressSink &progress)
{
    const Error cancelled{Errc::Cancelled, "Looking for doubtful places was cancelled."};
    if (probabilities.empty())
        return fail(Errc::InvalidArgument, "There are no probabilities to look for doubtful places in.");
    const LabelScheme *scheme = findLabelScheme(probabilities.schemeId);
    if (!scheme) return fail(Errc::InvalidArgument, "The probabilities follow an unknown label scheme.");
    const auto whole = regionProbability(probabilities, "WT");
    if (!whole) return std::unexpected(whole.error());
    const bool hasCore = scheme->region("TC") != nullptr && scheme->labels().size() > 1;
    const auto core = hasCore ? regionProbability(probabilities, "TC") : whole;
    if (!core) return std::unexpected(core.error());

    const Geometry &grid = probabilities.geometry();
    const double low = 255 * options.outer, high = 255 * options.inner;
    const auto between = [&](std::uint8_t q) { return q > low && q < high; };
    const auto undecided = [&](std::size_t v) {
        const std::uint8_t w = whole->data()[v];
        return between(w) || (hasCore && w >= high && between(core->data()[v]));
    };

    Places places;
    places.map = Volume<std::uint8_t>(grid);
    Extent all{{1 << 30, 1 << 30, 1 << 30}, {-1, -1, -1}};
    const Size3 n = grid.size();
    for (std::int64_t k = 0, v = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j)
            for (std::int64_t i = 0; i < n[0]; ++i, ++v)
                if (undecided(std::size_t(v))) {
                    all.low = {std::min(all.low[0], i), std::min(all.low[1], j), std::min(all.low[2], k)};
                    all.high = {std::max(all.high[0], i), std::max(all.high[1], j), std::max(all.high[2], k)};
                }
    if (all.high[0] < 0) return places;
    if (!report(progress, 0.3)) return std::unexpected(cancelled);

    const auto element = ball(grid.spacing(), options.openingMm);
    std::int64_t margin = 1;
    for (const Index3 &o : element)
        margin = std::max({margin, o[0], o[1], o[2]});
    Box box;
    for (std::size_t a = 0; a < 3; ++a)
        box.start[a] = all.low[a] - margin, box.size[a] = all.high[a] - all.low[a] + 1 + 2 * margin;
    box.on.assign(std::size_t(box.size[0] * box.size[1] * box.size[2]), 0);
    for (std::int64_t k = all.low[2]; k <= all.high[2]; ++k)
        for (std::int64_t j = all.low[1]; j <= all.high[1]; ++j)
            for (std::int64_t i = all.low[0]; i <= all.high[0]; ++i)
                box.on[std::size_t(box.at(i - box.start[0], j - box.start[1], k - box.start[2]))] =
                    undecided(std::size_t(grid.offset({i, j, k})));
    open(box, element, margin);
    if (!report(progress, 0.6)) return std::unexpected(cancelled);

    std::vector<std::int64_t> members;
    for (std::size_t v = 0; v < box.on.size(); ++v)
        if (box.on[v]) members.push_back(std::int64_t(v));
    std::vector<std::vector<std::int64_t>> parts;
    for (auto &part : components(box, members, [](std::int64_t) { return 0; })) {
        const Extent e = extentOf(box, part);
        std::array<std::int64_t, 3> cuts{1, 1, 1};
        for (std::size_t a = 0; a < 3; ++a)
            cuts[a] = std::max<std::int64_t>(
                1, std::int64_t(
                       std::ceil(double(e.high[a] - e.low[a] + 1) * grid.spacing()[a] / options.longestMm - 1e-9)));
        if (cuts[0] * cuts[1] * cuts[2] == 1) {
            parts.push_back(std::move(part));
            continue;
        }
        const auto pieceOf = [&](std::int64_t v) {
            const Index3 at{v % box.size[0], v / box.size[0] % box.size[1], v / (box.size[0] * box.size[1])};
            std::int64_t piece = 0;
            for (std::size_t a = 0; a < 3; ++a)
                piece = piece * 64 + std::clamp<std::int64_t>((at[a] - e.low[a]) * cuts[a] / (e.high[a] - e.low[a] + 1),
                                                              0, cuts[a] - 1);
            return piece;
        };
        for (auto &piece : components(box, part, pieceOf))
            parts.push_back(std::move(piece));
    }
    std::stable_sort(parts.begin(), parts.end(), [](const auto &a, const auto &b) { return a.size() > b.size(); });

    const double voxelMl = grid.voxelVolumeMm3() / 1000, middle = grid.centre().x;
    const auto map = places.map.edit();
    for (const auto &part : parts) {
        const double ml = double(part.size()) * voxelMl;
        if (ml < options.smallestMl || int(places.list.size()) >= options.most) {
            ++places.smallCount;
            places.smallMl += ml;
            continue;
        }
        Place place;
        place.id = int(places.list.size()) + 1;
        const Extent e = extentOf(box, part);
        for (std::size_t a = 0; a < 3; ++a) {
            place.start[a] = e.low[a] + box.start[a];
            place.size[a] = e.high[a] - e.low[a] + 1;
            place.extentMm = std::max(place.extentMm, double(place.size[a]) * grid.spacing()[a]);
        }
        std::vector<std::int64_t> voxels;
        std::array<double, 3> mean{};
        for (const std::int64_t v : part) {
            const Index3 at{v % box.size[0] + box.start[0], v / box.size[0] % box.size[1] + box.start[1],
                            v / (box.size[0] * box.size[1]) + box.start[2]};
            voxels.push_back(grid.offset(at));
            map[std::size_t(voxels.back())] = std::uint8_t(place.id);
            for (std::size_t a = 0; a < 3; ++a)
                mean[a] += double(at[a]) / double(part.size());
        }
        // The centroid of a crescent lies outside it: the member nearest to the centroid is where the cursor goes.
        double nearest = 1e300;
        for (const std::int64_t v : voxels) {
            const Index3 at{v % n[0], v / n[0] % n[1], v / (n[0] * n[1])};
            const double gap =
                std::hypot((double(at[0]) - mean[0]) * grid.spacing()[0], (double(at[1]) - mean[1]) * grid.spacing()[1],
                           (double(at[2]) - mean[2]) * grid.spacing()[2]);
            if (gap < nearest) nearest = gap, place.centre = grid.toWorld(at);
        }
        place.volumeMl = place.atStakeMl = ml;
        hesitation(place, probabilities, *scheme, voxels);
        place.side = std::abs(place.centre.x - middle) <= 5 ? "midline" : place.centre.x > middle ? "left" : "right";
        places.list.push_back(place);
    }
    report(progress, 1);
    return places;
}

} // namespace glio
