#include "presenters/StepPictures.h"

#include "model/CaseModel.h"
#include "model/StepPicture.h"
#include "support/Async.h"
#include "support/Palette.h"
#include "support/Settings.h"

#include <algorithm>

namespace glio::app {
namespace {

/// The sequence that shows a label best: enhancement on T1c, cysts on T2, the rest on FLAIR.
std::vector<Sequence> bestSequences(const LabelDefinition *label)
{
    const std::string id = label ? label->id : std::string();
    if (id == "ET" || id == "NET" || id == "NCR" || id.empty())
        return {Sequence::T1c, Sequence::Flair, Sequence::T2, Sequence::T1};
    if (id == "CC") return {Sequence::T2, Sequence::Flair, Sequence::T1c, Sequence::T1};
    return {Sequence::Flair, Sequence::T2, Sequence::T1c, Sequence::T1};
}

} // namespace

StepPictures::StepPictures(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(120); // a stroke is in hand: look again soon
    connect(&m_pause, &QTimer::timeout, this, &StepPictures::next);
    const CaseModel *model = &m_desk.model;
    for (const auto signal : {&CaseModel::documentReplaced, &CaseModel::maskReplaced, &CaseModel::closed})
        connect(model, signal, this, &StepPictures::forget);
    connect(model, &CaseModel::opened, this, &StepPictures::forget);
    connect(model, &CaseModel::labelsChanged, this, &StepPictures::forget);
    connect(&m_desk.settings, &Settings::changed, this, [this](const QString &key) {
        if (key.startsWith("colours/") || key == "views/convention") forget();
    });
}

StepPictures::Key StepPictures::keyOf(const Step &step) { return {step.number, step.madeMs}; }

QImage StepPictures::picture(const Step &step) const { return m_pictures.value(keyOf(step)); }

void StepPictures::forget()
{
    ++m_generation;
    m_pictures.clear();
    m_wanted.clear();
}

void StepPictures::want(const std::vector<qint64> &numbers)
{
    m_wanted.assign(numbers.rbegin(), numbers.rend());
    next();
}

void StepPictures::next()
{
    if (m_busy || m_wanted.empty()) return;
    const CaseModel &model = m_desk.model;
    if (!model.isOpen()) return m_wanted.clear();
    if (model.acting()) return m_pause.start();
    const std::vector<Step> &steps = model.document().steps();
    const Step *step = nullptr;
    while (!step && !m_wanted.empty()) {
        const auto found = std::ranges::lower_bound(steps, std::int64_t(m_wanted.back()), {}, &Step::number);
        m_wanted.pop_back();
        if (found == steps.end() || found->changedVoxels == 0 || m_pictures.contains(keyOf(*found))) continue;
        step = &*found;
    }
    if (!step) return;
    m_busy = true;
    StepPictureInput input;
    input.change = step->labels;
    input.grid = model.document().grid();
    input.convention =
        m_desk.settings.isRadiological() ? render::Convention::Radiological : render::Convention::Neurological;
    for (const LabelDefinition &label : model.scheme().labels())
        input.colours[label.value] = labelColour(label, m_desk.settings);
    int series = 0;
    for (const Sequence sequence : bestSequences(model.scheme().label(step->act.label)))
        if (const int found = model.seriesOf(sequence); found >= 0) {
            series = found;
            break;
        }
    input.image = model.series()[std::size_t(series)].image;
    input.window = model.series()[std::size_t(series)].window;
    MaskDocument::Loader load;
    if (!step->loaded) load = model.document().loader();
    runAsync(
        this,
        [input = std::move(input), load = std::move(load), number = step->number]() mutable -> QImage {
            if (load) {
                auto deltas = load(number);
                if (!deltas) return {};
                input.change = std::move(deltas->first);
            }
            return stepPicture(input);
        },
        [this, key = keyOf(*step), generation = m_generation](const QImage &picture) {
            m_busy = false;
            if (generation == m_generation) {
                m_pictures.insert(key, picture); // also the one that could not be made: it is not tried again
                if (!picture.isNull()) emit made(key.first, picture);
            }
            next();
        });
}

} // namespace glio::app
