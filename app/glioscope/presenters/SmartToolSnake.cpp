#include "presenters/SmartToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/SmartToolSupport.h"
#include "presenters/ToolPresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/SmartToolRows.h"
#include "glioscope/widgets/SmartToolsPanel.h"

// The snake plays by itself until it rests; it can be stopped, moved by hand and started over.
namespace glio::app {
namespace {

constexpr int kSnakeFirstSteps = 2; ///< until its first picture, which says that it moves
constexpr int kSnakeStepsShown = 6; ///< between two later ones
constexpr int kSnakeMostSteps = 600;

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

void SmartToolPresenter::startSnake()
{
    m_snake.reset();
    if (m_snakePlays)
        showWorking();
    else
        hidePatch();
    widgets::SnakeRow *row = m_desk.window.correctPanel()->smartTools()->snake();
    row->setReady(false);
    std::vector<render::SeedMark> marks;
    for (const tools::SnakeBubble &bubble : m_bubbles)
        marks.push_back({bubble.centre, true});
    m_tools.setSeeds(std::move(marks));
    tools::SnakeSource source;
    source.driver = m_choice == "edges"   ? tools::SnakeDriver::Edges
                    : m_choice == "model" ? tools::SnakeDriver::Probability
                                          : tools::SnakeDriver::Regions;
    const int firstSteps = m_snakePlays ? kSnakeFirstSteps : 0;
    m_job.request([this, source, firstSteps, forces = snakeForces(), bubbles = m_bubbles, label = m_brush.label(),
                   images = images(), prior = labelPrior(), labels = m_desk.model.document().labels(), tool = m_tool,
                   choice = m_choice, asked = m_asked]() -> LatestJob::Apply {
        tools::SnakeSource whole = source;
        whole.images = weighted(images);
        whole.probability = prior.get();
        auto made = std::make_shared<Result<tools::Snake>>(tools::Snake::make(labels, label, bubbles, whole));
        auto patch = std::make_shared<LabelPatch>();
        if (*made && firstSteps > 0) {
            (*made)->setForces(forces);
            (*made)->step(firstSteps);
            *patch = patchOf(**made, labels, label);
        }
        return [this, made, patch, firstSteps, tool, choice, labels, asked] {
            if (tool != m_tool || choice != m_choice || asked != m_asked) return;
            if (!labels.sharesVoxelsWith(m_desk.model.document().labels())) return;
            if (!*made) {
                show(std::unexpected(made->error()));
                return;
            }
            m_snake = std::make_shared<tools::Snake>(std::move(**made));
            widgets::SnakeRow *shown = m_desk.window.correctPanel()->smartTools()->snake();
            shown->setReady(true);
            shown->setPlaying(m_snakePlays);
            if (firstSteps > 0) {
                m_note = std::make_shared<QString>(tr("It moves."));
                show(*patch);
            }
            if (m_snakePlays) moveSnake();
        };
    });
}

tools::SnakeForces SmartToolPresenter::snakeForces() const
{
    tools::SnakeForces forces = m_forces;
    forces.smoothnessMm = m_value;
    return forces;
}

void SmartToolPresenter::moveSnake()
{
    m_job.request([this, snake = m_snake, forces = snakeForces(), watch = m_watch, label = m_brush.label(),
                   labels = m_desk.model.document().labels()]() -> LatestJob::Apply {
        snake->setForces(forces);
        for (int step = 0; step < kSnakeStepsShown && !watch.stopped(); ++step)
            snake->step();
        auto patch = std::make_shared<LabelPatch>(patchOf(*snake, labels, label));
        const bool rests = snake->atRest() || snake->steps() >= kSnakeMostSteps;
        return [this, snake, patch, rests, labels] {
            if (snake != m_snake || !labels.sharesVoxelsWith(m_desk.model.document().labels())) return;
            if (rests) m_snakePlays = false;
            m_note = std::make_shared<QString>(rests          ? tr("It rests.")
                                               : m_snakePlays ? tr("It moves.")
                                                              : tr("It waits."));
            show(*patch);
            m_desk.window.correctPanel()->smartTools()->snake()->setPlaying(m_snakePlays);
            if (m_snakePlays) moveSnake();
        };
    });
}

void SmartToolPresenter::playSnake(bool on)
{
    if (m_tool != "snake" || !m_snake) return;
    m_snakePlays = on;
    m_desk.window.correctPanel()->smartTools()->snake()->setPlaying(on);
    if (on && !m_job.busy()) moveSnake();
}

void SmartToolPresenter::setSnakeForces(double expansion, double edges)
{
    m_forces.expansion = expansion;
    m_forces.edges = edges;
    // While it moves its next steps take them; one that rests may have somewhere to go now.
    if (m_tool == "snake" && m_snake && !m_job.busy() && m_snake->atRest()) playSnake(true);
}

} // namespace glio::app
