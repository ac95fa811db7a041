#include "glioscope/data/TrainingCase.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/interchange/Safetensors.h"
#include "glioscope/phantom/Phantom.h"
#include "glioscope/volume/Axes.h"
#include "glioscope/volume/Preprocess.h"
#include "glioscope/volume/Resample.h"

#include <algorithm>
#include <cstring>
#include <sstream>

namespace glio::data {
namespace {

TrainingCase fromInputs(const std::string &name, const ModelInputs &inputs, LabelVolume labels)
{
    TrainingCase made{.name = name, .labels = std::move(labels)};
    for (int s = 0; s < 4; ++s) {
        const auto channel = inputs.channel(s);
        made.images[std::size_t(s)] = ImageVolume(inputs.grid, std::vector<float>(channel.begin(), channel.end()));
        made.present[std::size_t(s)] = inputs.present[std::size_t(s)];
    }
    return made;
}

} // namespace

Result<LabelVolume> labelsOnGrid(const LabelVolume &labels, const Geometry &grid)
{
    const double finest = *std::ranges::max_element(grid.spacing());
    const double coarsest = *std::ranges::min_element(labels.geometry().spacing());
    if (finest < 1.2 * coarsest || labels.geometry().sameGrid(grid)) return resampleLabels(labels, grid);
    LabelVolume result(grid);
    const auto winner = result.edit();
    std::vector<float> best(winner.size(), 0.0f), tumour(winner.size(), 0.0f);
    for (const Label label : labelsPresent(labels)) {
        ImageVolume share(labels.geometry());
        const auto values = share.edit();
        const auto voxels = labels.voxels();
        for (std::size_t n = 0; n < voxels.size(); ++n)
            values[n] = voxels[n] == label ? 1.0f : 0.0f;
        const auto coarse = resample(share, grid, Interpolation::Linear, 0.0f, Antialias::Yes);
        if (!coarse) return std::unexpected(coarse.error());
        const auto shares = coarse->voxels();
        for (std::size_t n = 0; n < shares.size(); ++n) {
            tumour[n] += shares[n];
            if (shares[n] > best[n]) best[n] = shares[n], winner[n] = label;
        }
    }
    // A voxel is tumour when most of it is; which label is then decided among the labels.
    for (std::size_t n = 0; n < winner.size(); ++n)
        if (tumour[n] < 0.5f) winner[n] = 0;
    return result;
}

Result<TrainingCase> prepareCase(const std::string &name, std::span<const std::pair<Sequence, ImageVolume>> sequences,
                                 const LabelVolume &labels, double spacingMm)
{
    const auto inputs = prepareInputs(sequences, kModelSequences, {spacingMm, spacingMm, spacingMm});
    if (!inputs) return fail(inputs.error().code, name + ": " + inputs.error().message);
    auto onGrid = labelsOnGrid(labels, inputs->grid);
    if (!onGrid) return std::unexpected(onGrid.error());
    return fromInputs(name, *inputs, std::move(*onGrid));
}

Result<TrainingCase> prepareCase(const phantom::PhantomCase &phantom, double spacingMm)
{
    std::vector<std::pair<Sequence, ImageVolume>> sequences;
    for (std::size_t s = 0; s < 4; ++s)
        sequences.emplace_back(kModelSequences[s], phantom.sequences[s]);
    return prepareCase("phantom", sequences, phantom.labels, spacingMm);
}

Result<void> writeCase(const TrainingCase &trainingCase, const std::filesystem::path &path)
{
    using interchange::Dtype;
    const Geometry &grid = trainingCase.geometry();
    const auto dhw = tensorShape(grid.size());
    const std::vector<std::int64_t> shape(dhw.begin(), dhw.end());
    std::vector<interchange::TensorView> views;
    for (std::size_t s = 0; s < 4; ++s)
        if (trainingCase.present[s])
            views.push_back({std::string(sequenceId(kModelSequences[s])), Dtype::F32, shape,
                             std::as_bytes(trainingCase.images[s].voxels())});
    views.push_back({"labels", Dtype::U8, shape, std::as_bytes(trainingCase.labels.voxels())});
    std::ostringstream place;
    place.precision(17);
    for (const double v : grid.spacing())
        place << v << ' ';
    place << grid.origin().x << ' ' << grid.origin().y << ' ' << grid.origin().z;
    for (const double v : grid.direction())
        place << ' ' << v;
    return interchange::writeSafetensors(path, views, {{"name", trainingCase.name}, {"place", place.str()}});
}

Result<TrainingCase> readCase(const std::filesystem::path &path)
{
    const auto file = interchange::Safetensors::read(path);
    if (!file) return std::unexpected(file.error());
    const auto damaged = [&path] {
        return fail(Errc::ModelDamaged, path.string() + " is not a prepared case. Delete it; it is made anew.");
    };
    const auto *labels = file->find("labels");
    const auto place = file->metadata().find("place"), name = file->metadata().find("name");
    if (!labels || labels->shape.size() != 3 || labels->dtype != interchange::Dtype::U8 ||
        place == file->metadata().end() || name == file->metadata().end())
        return damaged();
    std::istringstream text(place->second);
    Spacing3 spacing{};
    PointMm origin;
    Matrix3 direction{};
    for (double &v : spacing)
        text >> v;
    text >> origin.x >> origin.y >> origin.z;
    for (double &v : direction)
        text >> v;
    const auto grid =
        Geometry::make(volumeSize({labels->shape[0], labels->shape[1], labels->shape[2]}), spacing, origin, direction);
    if (!text || !grid) return damaged();
    TrainingCase made{.name = name->second, .labels = LabelVolume(*grid)};
    std::memcpy(made.labels.edit().data(), labels->bytes.data(), labels->bytes.size());
    for (std::size_t s = 0; s < 4; ++s) {
        made.images[s] = ImageVolume(*grid);
        const auto *view = file->find(sequenceId(kModelSequences[s]));
        if (!view) continue;
        if (view->shape != labels->shape || view->dtype != interchange::Dtype::F32) return damaged();
        std::memcpy(made.images[s].edit().data(), view->bytes.data(), view->bytes.size());
        made.present[s] = true;
    }
    return made;
}

} // namespace glio::data
