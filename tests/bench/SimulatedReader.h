#pragma once
#include "glioscope/annotation/MaskDocument.h"
#include "glioscope/annotation/Probabilities.h"
#include "glioscope/tools/Points.h"
#include "glioscope/volume/Sequence.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glio::bench {

/// What a reader has before them. Masks in brats-ped-2024 on one grid; with `wholeTumourOnly` the one label 4 is all of
/// the tumour.
struct ReaderCase {
    std::string name, source; ///< `source`: a sentence, where the mask to correct comes from
    bool synthetic = false, wholeTumourOnly = false;
    std::vector<ImageVolume> images; ///< T1, T1c, T2, FLAIR: those there are
    std::vector<Sequence> sequences; ///< which; as long as `images`
    LabelVolume truth, prediction;
    std::vector<Volume<std::uint8_t>> priors; ///< [label], round(255 p) on the masks' grid; empty: none
};

enum class ReaderTool { Brush, Stroke, BrushEdges, Lasso, LassoBetween, Grow, Points, SmoothBrush };
struct ReaderToolName {
    ReaderTool tool;
    std::string_view id;
};
inline constexpr std::array kReaderTools{ReaderToolName{ReaderTool::Brush, "brush"},
                                         ReaderToolName{ReaderTool::Stroke, "stroke"},
                                         ReaderToolName{ReaderTool::BrushEdges, "brush_edges"},
                                         ReaderToolName{ReaderTool::Lasso, "lasso"},
                                         ReaderToolName{ReaderTool::LassoBetween, "lasso_between"},
                                         ReaderToolName{ReaderTool::Grow, "grow"},
                                         ReaderToolName{ReaderTool::Points, "points"},
                                         ReaderToolName{ReaderTool::SmoothBrush, "smooth_brush"}};

/// What answers the clicks of `points`: the mask from before the first of them, and all of them.
using PointsDecider = std::function<Result<LabelPatch>(const LabelMap &before, const tools::PointsRequest &request)>;

struct ReaderRules {
    double goal = 0.95; ///< Dice at which the reader is content
    int mostActs = 60;
    int leastActs = 20;        ///< goes on to here although content, so that courses can be compared
    int clicksUntilBetter = 5; ///< of points: as many are given before what they did is taken back for making it worse
    PointsDecider decide = {}; ///< of points; empty: tools::decideByPoints
};

/// How a correction went.
struct Course {
    std::vector<double> dice;    ///< [0] before, [n] after n acts: of what the reader would keep; never falls; shorter
                                 ///< when nothing was left to do
    std::optional<int> actsTo95; ///< acts to ReaderRules::goal; 0: it was there before
    int undone = 0;              ///< acts among them that were taken back for making it worse, or changed nothing
    double msPerAct = 0;         ///< computing of the tool and writing, without the reader's looking
    double after(std::size_t acts) const { return dice[std::min(acts, dice.size() - 1)]; }
};

/// Where a reader would click next: the voxel deepest inside the largest connected part of what lacks or is too much.
struct ErrorPlace {
    Index3 at{};
    double depthMm = 0; ///< to the part's edge, half a voxel before the nearest voxel outside it
    bool add = false;   ///< the truth has the region there and the mask does not
    Selection part;     ///< all of the connected error
};
/// Parts that hold a voxel of `refused` are passed over; ties go to what lacks, then to scan order. Null: none is left.
std::optional<ErrorPlace> nextError(const LabelMap &truth, const LabelMap &mask, const RegionDefinition &region,
                                    const std::vector<Index3> &refused = {});

double regionDice(const LabelMap &truth, const LabelMap &mask, const RegionDefinition &region);

/// Corrects `patient.prediction` in `document` (its first act brings the mask in) with one tool alone, always at the
/// next error, with the true label there (or none). Looks after every act: one that lowered the Dice is undone (points:
/// after some more clicks), still counts, and its place is given up. Deterministic. Thread: one; the tools use several.
Course correct(const ReaderCase &patient, const RegionDefinition &region, ReaderTool tool, MaskDocument &document,
               const ReaderRules &rules = {});

} // namespace glio::bench
