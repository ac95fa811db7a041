#include "SimulatedReader.h"

#include "ReaderStrokes.h"

#include "glioscope/annotation/Brush.h"
#include "glioscope/metrics/Components.h"
#include "glioscope/metrics/DistanceTransform.h"
#include "glioscope/tools/Grow.h"
#include "glioscope/tools/Points.h"
#include "glioscope/tools/Smooth.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace glio::bench {
namespace {

using Inside = std::array<bool, 256>;
Inside insideOf(const RegionDefinition &region)
{
    Inside inside{};
    for (const Label label : region.labels)
        inside[label] = true;
    return inside;
}

Index3 voxelIn(const VoxelBox &box, std::size_t offset)
{
    const auto n = std::int64_t(offset);
    return {box.start[0] + n % box.size[0], box.start[1] + n / box.size[0] % box.size[1],
            box.start[2] + n / (box.size[0] * box.size[1])};
}

struct Part {
    metrics::Components components;
    std::int32_t id = 0;
    std::int64_t voxels = 0;
};
Part largestPart(const std::vector<std::uint8_t> &wrong, const VoxelBox &box, const std::vector<Index3> &refused)
{
    Part part{metrics::connectedComponents(wrong, box.size)};
    std::vector<std::int64_t> voxels(std::size_t(part.components.count) + 1, 0);
    for (const std::int32_t id : part.components.labels)
        ++voxels[std::size_t(id)];
    for (const Index3 &v : refused)
        if (box.contains(v)) voxels[std::size_t(part.components.labels[box.offset(v)])] = 0;
    for (std::int32_t id = 1; id <= part.components.count; ++id)
        if (voxels[std::size_t(id)] > part.voxels) {
            part.id = id;
            part.voxels = voxels[std::size_t(id)];
        }
    return part;
}

/// Time in the tools alone.
class Stopwatch {
public:
    template <class Work> auto operator()(Work work)
    {
        const auto start = std::chrono::steady_clock::now();
        auto result = work();
        m_ms += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        return result;
    }
    double ms() const { return m_ms; }

private:
    double m_ms = 0;
};

/// One reader at one mask with one tool.
class Hand {
public:
    Hand(const ReaderCase &patient, const RegionDefinition &region, ReaderTool tool, const LabelMap &truth,
         const PointsDecider &decide)
        : m_patient(patient), m_region(region), m_tool(tool), m_truth(truth), m_decide(decide), m_drawer(truth, region)
    {
        for (const ImageVolume &image : patient.images) {
            m_images.push_back(&image);
            m_weighted.push_back({&image, 1});
        }
    }

    Result<LabelPatch> act(const LabelMap &now, const ErrorPlace &place, int number)
    {
        switch (m_tool) {
        case ReaderTool::SmoothBrush:
            if (number == 1) return m_clock([&] { return tools::smoothLabels(now, 1.0); });
            return brush(now, place, 1);
        case ReaderTool::Brush:
            return brush(now, place, 1);
        case ReaderTool::Stroke:
            return stroke(now, place);
        case ReaderTool::BrushEdges:
            return brush(now, place, 1.5);
        case ReaderTool::Lasso:
            return m_clock([&]() -> Result<LabelPatch> {
                return tools::relabelled(now, shapeOnSlice(now.geometry(), place), m_truth.at(place.at));
            });
        case ReaderTool::LassoBetween: {
            auto patch = m_clock([&] { return m_drawer.act(now); });
            m_finished = !patch;
            if (m_finished) return fail(Errc::Cancelled, "No slice is worth another lasso.");
            return std::move(*patch);
        }
        case ReaderTool::Grow:
            return grow(now, place);
        case ReaderTool::Points:
            return points(now, place);
        }
        return fail(Errc::Internal, "There is no such tool.");
    }
    void dropClick()
    {
        if (!m_clicks.empty()) m_clicks.pop_back();
    }
    void forgetClicks() { m_clicks.clear(); }
    /// A brush that did harm at a place is taken half as large there, once; then its ball fits into the error.
    bool triesSmaller(const Index3 &at)
    {
        const bool brush = m_tool == ReaderTool::Brush || m_tool == ReaderTool::Stroke ||
                           m_tool == ReaderTool::BrushEdges || m_tool == ReaderTool::SmoothBrush;
        if (!brush || m_smallerAt == at) return false;
        m_smallerAt = at;
        return true;
    }
    bool finished() const { return m_finished; } ///< the tool has nothing more to do
    /// What the last act did says nothing of the place that the reader went to: smoothing, filling between slices.
    bool actedElsewhere(int number) const
    {
        return (m_tool == ReaderTool::SmoothBrush && number == 1) || m_tool == ReaderTool::LassoBetween;
    }
    Stopwatch &clock() { return m_clock; }

private:
    Result<LabelPatch> brush(const LabelMap &now, const ErrorPlace &place, double larger)
    {
        return m_clock([&]() -> Result<LabelPatch> {
            const Geometry &grid = now.geometry();
            const PointMm middle = grid.toWorld(place.at);
            const double diameterMm =
                (m_smallerAt == place.at ? 0.5 : 1) * larger * std::clamp(1.6 * 2 * place.depthMm, 2.0, 30.0);
            auto ball = brushFootprint(grid, {.diameterMm = diameterMm}, middle, middle);
            if (!ball) return std::unexpected(ball.error());
            if (m_tool == ReaderTool::BrushEdges) ball = followEdges(*ball, grid, m_images, middle, 0.5);
            return tools::relabelled(now, *ball, m_truth.at(place.at));
        });
    }

    /// The ring shows before the press how wide the brush is, so the best of a few widths is taken.
    Result<LabelPatch> stroke(const LabelMap &now, const ErrorPlace &place)
    {
        Result<LabelPatch> best = fail(Errc::Internal, "No width was tried.");
        double bestDice = -1;
        for (const double width : {0.8, 1.2, 1.6, 2.2, 3.0}) {
            auto patch = m_clock([&] { return strokePatch(now, place, m_truth.at(place.at), width); });
            if (!patch) return patch;
            const double dice = diceWith(now, *patch);
            if (dice <= bestDice) continue;
            bestDice = dice;
            best = std::move(patch);
        }
        return best;
    }

    Result<LabelPatch> grow(const LabelMap &now, const ErrorPlace &place)
    {
        const auto field = m_clock([&] { return tools::growField(now.geometry(), m_weighted, {place.at}); });
        if (!field) return std::unexpected(field.error());
        Result<LabelPatch> best = fail(Errc::Internal, "No reach was tried.");
        double bestDice = -1;
        for (const double reach : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0}) {
            auto patch =
                m_clock([&] { return tools::relabelled(now, tools::within(*field, reach), m_truth.at(place.at)); });
            const double dice = diceWith(now, patch);
            if (dice <= bestDice) continue;
            bestDice = dice;
            best = std::move(patch);
        }
        return best;
    }

    double diceWith(const LabelMap &now, const LabelPatch &patch) const
    {
        LabelMap with = now;
        tools::write(with, patch);
        return regionDice(m_truth, with, m_region);
    }

    /// Clicks gather while they are of one label and lie in the box that the earlier ones decide; otherwise the reader
    /// takes what stands (Enter) and starts anew.
    Result<LabelPatch> points(const LabelMap &now, const ErrorPlace &place)
    {
        const Label label = place.add ? m_truth.at(place.at) : now.at(place.at);
        tools::PointsRequest request{.label = label, .images = m_weighted};
        const bool goesOn = !m_clicks.empty() && label == m_clickLabel &&
                            tools::boxOfPoints(now.geometry(), m_clicks, request.radiusMm).contains(place.at);
        if (!goesOn) {
            m_clicks.clear();
            m_clickLabel = label;
            m_before = now;
        }
        using Says = tools::PointClick::Says;
        m_clicks.push_back({place.at, place.add ? Says::Belongs : Says::DoesNotBelong});
        request.clicks = m_clicks;
        if (!m_patient.priors.empty()) request.prior = &m_patient.priors[label];
        return m_clock(
            [&] { return m_decide ? m_decide(m_before, request) : tools::decideByPoints(m_before, request); });
    }

    const ReaderCase &m_patient;
    const RegionDefinition &m_region;
    ReaderTool m_tool;
    const LabelMap &m_truth;
    const PointsDecider &m_decide;
    std::vector<const ImageVolume *> m_images;
    std::vector<tools::WeightedImage> m_weighted;
    Stopwatch m_clock;
    std::optional<Index3> m_smallerAt;
    std::vector<tools::PointClick> m_clicks;
    Label m_clickLabel = 0;
    LabelMap m_before; ///< the mask before the first of these clicks
    SliceDrawer m_drawer;
    bool m_finished = false;
};

} // namespace

double regionDice(const LabelMap &truth, const LabelMap &mask, const RegionDefinition &region)
{
    const Inside inside = insideOf(region);
    const VoxelBox box = truth.boundingBox().joined(mask.boundingBox());
    if (box.empty()) return 1;
    const auto a = truth.values(box), b = mask.values(box);
    std::int64_t both = 0, sum = 0;
    for (std::size_t n = 0; n < a.size(); ++n) {
        both += inside[a[n]] && inside[b[n]];
        sum += std::int64_t(inside[a[n]]) + std::int64_t(inside[b[n]]);
    }
    return sum > 0 ? 2 * double(both) / double(sum) : 1;
}

std::optional<ErrorPlace> nextError(const LabelMap &truth, const LabelMap &mask, const RegionDefinition &region,
                                    const std::vector<Index3> &refused)
{
    const Geometry &grid = truth.geometry();
    const Inside inside = insideOf(region);
    const VoxelBox box = truth.boundingBox().joined(mask.boundingBox()).grown({1, 1, 1}, grid);
    if (box.empty()) return std::nullopt;
    const auto is = truth.values(box), now = mask.values(box);
    std::vector<std::uint8_t> lacks(is.size()), tooMuch(is.size());
    for (std::size_t n = 0; n < is.size(); ++n) {
        lacks[n] = inside[is[n]] && !inside[now[n]];
        tooMuch[n] = !inside[is[n]] && inside[now[n]];
    }
    Part part = largestPart(lacks, box, refused), other = largestPart(tooMuch, box, refused);
    ErrorPlace place;
    place.add = part.voxels >= other.voxels;
    if (!place.add) part = std::move(other);
    if (part.id == 0) return std::nullopt;

    Index3 low = box.size, high{-1, -1, -1};
    for (std::size_t n = 0; n < is.size(); ++n)
        if (part.components.labels[n] == part.id) {
            const Index3 v = voxelIn(box, n);
            for (std::size_t a = 0; a < 3; ++a) {
                low[a] = std::min(low[a], v[a] - box.start[a]);
                high[a] = std::max(high[a], v[a] - box.start[a]);
            }
        }
    for (std::size_t a = 0; a < 3; ++a) {
        place.part.box.start[a] = box.start[a] + low[a];
        place.part.box.size[a] = high[a] - low[a] + 1;
    }
    // A border of one voxel round the part, where the grid has one: the right voxels that distances are measured to.
    place.part.box = place.part.box.grown({1, 1, 1}, grid).intersected(box);
    place.part.inside.resize(std::size_t(place.part.box.count()));
    std::vector<std::uint8_t> right(place.part.inside.size());
    for (std::size_t n = 0; n < right.size(); ++n) {
        place.part.inside[n] = part.components.labels[box.offset(voxelIn(place.part.box, n))] == part.id;
        right[n] = !place.part.inside[n];
    }
    const auto squared = metrics::squaredDistances(right, place.part.box.size, grid.spacing());
    const auto deepest = std::size_t(std::ranges::max_element(squared) - squared.begin());
    place.at = voxelIn(place.part.box, deepest);
    place.depthMm = std::sqrt(double(squared[deepest])) - std::ranges::min(grid.spacing()) / 2;
    return place;
}

Course correct(const ReaderCase &patient, const RegionDefinition &region, ReaderTool tool, MaskDocument &document,
               const ReaderRules &rules)
{
    const LabelMap truth = LabelMap::from(patient.truth);
    document = MaskDocument(patient.truth.geometry());
    document.begin({.id = "segment"});
    document.writeModel(patient.prediction, {Origin::Model, "prediction", ""},
                        VoxelBox::whole(patient.truth.geometry()));
    document.commit(0);

    Hand hand(patient, region, tool, truth, rules.decide);
    Course course;
    course.dice.push_back(regionDice(truth, document.labels(), region));
    std::vector<Index3> refused, doubtful;
    std::size_t good = document.position();
    // Everything since the last good state, as Ctrl+Z or Esc does.
    const auto takeBack = [&] {
        course.undone += int(doubtful.size());
        refused.insert(refused.end(), doubtful.begin(), doubtful.end());
        doubtful.clear();
        hand.forgetClicks();
        return document.goTo(good).has_value();
    };
    // Points show what they would do and gather clicks until it is right; the other tools are judged at once.
    const std::size_t patience = tool == ReaderTool::Points ? std::size_t(rules.clicksUntilBetter) : 1;
    for (int act = 1; act <= rules.mostActs; ++act) {
        if (!course.actsTo95 && course.dice.back() >= rules.goal) course.actsTo95 = act - 1;
        if (course.actsTo95 && act > rules.leastActs) break;
        const auto place = nextError(truth, document.labels(), region, refused);
        if (!place) break;
        const auto patch = hand.act(document.labels(), *place, act);
        if (hand.finished()) break;
        const bool changed = patch && hand.clock()([&] {
            document.begin({.id = "correct", .label = truth.at(place->at)});
            document.write(*patch);
            return document.commit(act) != nullptr;
        });
        const double dice = regionDice(truth, document.labels(), region);
        course.dice.push_back(std::max(dice, course.dice.back()));
        if (changed && dice >= course.dice[course.dice.size() - 2]) {
            good = document.position();
            doubtful.clear();
            continue;
        }
        if (!changed) {
            ++course.undone;
            hand.dropClick();
            if (!hand.actedElsewhere(act)) refused.push_back(place->at);
            continue;
        }
        doubtful.push_back(place->at);
        if (doubtful.size() < patience) continue;
        const bool again = hand.actedElsewhere(act) || hand.triesSmaller(place->at);
        if (!takeBack()) break;
        if (again) refused.pop_back();
    }
    if (!doubtful.empty()) (void)takeBack();
    if (!course.actsTo95 && course.dice.back() >= rules.goal) course.actsTo95 = int(course.dice.size()) - 1;
    course.msPerAct = hand.clock().ms() / double(std::max<std::size_t>(1, course.dice.size() - 1));
    return course;
}

} // namespace glio::bench
