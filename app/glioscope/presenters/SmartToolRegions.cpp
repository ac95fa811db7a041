#include "presenters/SmartToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/ToolPresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/tools/Propagate.h"
#include "glioscope/tools/Snake.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/SmartToolsPanel.h"

// Tools that fit a whole region: the model's border, a drawing carried on to other slices, the snake.
namespace glio::app {
namespace {

constexpr int kSnakeFirstSteps = 2; ///< until its first picture, which says that it moves
constexpr int kSnakeStepsShown = 6; ///< between two later ones
constexpr int kSnakeMostSteps = 600;

std::vector<tools::WeightedImage> weighted(const std::vector<std::shared_ptr<const ImageVolume>> &images)
{
    std::vector<tools::WeightedImage> out;
    for (const auto &image : images)
        out.push_back({image.get(), 1});
    return out;
}

/// The label takes the snake's shape; what it had beyond goes.
LabelPatch patchOf(const tools::Snake &snake, const LabelMap &labels, Label label)
{
    const Selection shape = snake.shape();
    const VoxelBox box = shape.box.joined(labels.boundingBox(label));
    LabelPatch patch{box, labels.values(box)};
    std::size_t at = 0;
    for (std::int64_t k = 0; k < box.size[2]; ++k)
        for (std::int64_t j = 0; j < box.size[1]; ++j)
            for (std::int64_t i = 0; i < box.size[0]; ++i, ++at) {
                Label &here = patch.labels[at];
                if (shape.holds({box.start[0] + i, box.start[1] + j, box.start[2] + k}))
                    here = label;
                else if (here == label)
                    here = 0;
            }
    return patch;
}

} // namespace

std::shared_ptr<const Volume<std::uint8_t>> SmartToolPresenter::labelPrior() const
{
    const CaseModel &model = m_desk.model;
    const LabelDefinition *label = model.scheme().label(m_brush.label());
    if (!label || !model.hasProbabilities() ||
        !model.bandLive().probabilities().geometry().sameGrid(model.document().grid()))
        return {};
    const RegionField *field = model.bandLive().field(label->id);
    return field ? std::make_shared<const Volume<std::uint8_t>>(field->map) : nullptr;
}

/// Only voxels that come into the region or leave it change, and take what the model says there: what was corrected by
/// hand within it stays.
SmartToolPresenter::Work SmartToolPresenter::borderWork() const
{
    const CaseModel &model = m_desk.model;
    const RegionDefinition *known = model.scheme().region(m_choice.toStdString());
    if (!known || !model.hasProbabilities()) return {};
    return [live = model.live(), region = *known, level = m_value / 100](const LabelMap &labels) -> Result<LabelPatch> {
        if (!live.mask().geometry().sameGrid(labels.geometry()))
            return fail(
                Errc::InvalidArgument,
                SmartToolPresenter::tr("The model's answer lies on another grid than this mask.").toStdString());
        LiveMask moved = live;
        if (const auto done = moved.setThreshold(region.id, level); !done) return std::unexpected(done.error());
        const RegionField *field = moved.field(region.id);
        VoxelBox box; // where the model sees anything of it, or the mask has it
        for (std::size_t p = 5; p < field->boxes.size(); ++p)
            box = box.joined(field->boxes[p]);
        for (const Label label : region.labels)
            box = box.joined(labels.boundingBox(label));
        if (box.empty())
            return fail(Errc::InvalidArgument,
                        SmartToolPresenter::tr("The model sees nothing of this region.").toStdString());
        LabelPatch patch{box, labels.values(box)};
        std::size_t at = 0;
        for (std::int64_t k = 0; k < box.size[2]; ++k)
            for (std::int64_t j = 0; j < box.size[1]; ++j)
                for (std::int64_t i = 0; i < box.size[0]; ++i, ++at) {
                    const Label says = moved.mask().at({box.start[0] + i, box.start[1] + j, box.start[2] + k});
                    Label &here = patch.labels[at];
                    if (region.contains(here) != region.contains(says)) here = says;
                }
        return patch;
    };
}

SmartToolPresenter::Work SmartToolPresenter::propagateWork() const
{
    tools::PropagateRequest request;
    request.label = m_brush.label();
    request.across = sliceAxis();
    request.from = m_desk.model.document().grid().nearestVoxel(m_desk.model.cursor())[std::size_t(request.across)];
    request.step = m_choice == "previous" ? -1 : 1;
    request.slices = std::int64_t(m_value);
    request.over = over();
    return [request, images = images(), note = m_note](const LabelMap &labels) -> Result<LabelPatch> {
        tools::PropagateRequest whole = request;
        whole.images = weighted(images);
        auto made = tools::propagate(labels, whole);
        if (!made) return std::unexpected(made.error());
        using tools::PropagateEnd;
        const QString why = made->end == PropagateEnd::Vanished ? SmartToolPresenter::tr("The region ends there.")
                            : made->end == PropagateEnd::Leaked
                                ? SmartToolPresenter::tr("It would run out there, so it stops.")
                            : made->end == PropagateEnd::LastSlice ? SmartToolPresenter::tr("That is the last slice.")
                                                                   : QString();
        if (made->slices == 0) return fail(Errc::InvalidArgument, why.toStdString());
        *note = SmartToolPresenter::tr("Slices drawn: %1.").arg(made->slices);
        if (!why.isEmpty()) *note += QLatin1Char(' ') + why;
        return std::move(made->patch);
    };
}

// --- snake ----------------------------------------------------------------------------------------------------------

void SmartToolPresenter::startSnake()
{
    m_snake.reset();
    std::vector<render::SeedMark> marks;
    for (const tools::SnakeBubble &bubble : m_bubbles)
        marks.push_back({bubble.centre, true});
    m_tools.setSeeds(std::move(marks));
    tools::SnakeSource source;
    source.driver = m_choice == "edges"   ? tools::SnakeDriver::Edges
                    : m_choice == "model" ? tools::SnakeDriver::Probability
                                          : tools::SnakeDriver::Regions;
    m_job.request([this, source, forces = snakeForces(), bubbles = m_bubbles, label = m_brush.label(),
                   images = images(), prior = labelPrior(), labels = m_desk.model.document().labels(), tool = m_tool,
                   choice = m_choice]() -> LatestJob::Apply {
        tools::SnakeSource whole = source;
        whole.images = weighted(images);
        whole.probability = prior.get();
        auto made = std::make_shared<Result<tools::Snake>>(tools::Snake::make(labels, label, bubbles, whole));
        auto patch = std::make_shared<LabelPatch>();
        if (*made) {
            (*made)->setForces(forces);
            (*made)->step(kSnakeFirstSteps);
            *patch = patchOf(**made, labels, label);
        }
        return [this, made, patch, tool, choice, labels] {
            if (tool != m_tool || choice != m_choice) return;
            if (!labels.sharesVoxelsWith(m_desk.model.document().labels())) return;
            if (!*made) {
                show(std::unexpected(made->error()));
                return;
            }
            m_snake = std::make_shared<tools::Snake>(std::move(**made));
            m_note = std::make_shared<QString>(tr("It moves."));
            show(*patch);
            moveSnake();
        };
    });
}

tools::SnakeForces SmartToolPresenter::snakeForces() const
{
    tools::SnakeForces forces{.expansion = 0, .smoothnessMm = m_value, .edges = 0.3};
    if (m_choice == "edges") forces = {.expansion = 0.7, .smoothnessMm = m_value, .edges = 1};
    if (m_choice == "model") forces.edges = 0;
    return forces;
}

void SmartToolPresenter::moveSnake()
{
    m_job.request([this, snake = m_snake, forces = snakeForces(), label = m_brush.label(),
                   labels = m_desk.model.document().labels()]() -> LatestJob::Apply {
        snake->setForces(forces);
        snake->step(kSnakeStepsShown);
        auto patch = std::make_shared<LabelPatch>(patchOf(*snake, labels, label));
        const bool rests = snake->atRest() || snake->steps() >= kSnakeMostSteps;
        return [this, snake, patch, rests, labels] {
            if (snake != m_snake || !labels.sharesVoxelsWith(m_desk.model.document().labels())) return;
            m_note = std::make_shared<QString>(rests ? tr("It rests.") : tr("It moves."));
            show(*patch);
            if (!rests) moveSnake();
        };
    });
}

} // namespace glio::app
