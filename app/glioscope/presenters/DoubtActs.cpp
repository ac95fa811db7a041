#include "presenters/DoubtPresenter.h"

#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/annotation/Decode.h"

#include <QInputDialog>

#include <algorithm>

namespace glio::app {

int DoubtPresenter::row() const
{
    const auto &list = m_desk.model.places().list;
    const auto found = std::ranges::find(list, m_current, &Place::id);
    return m_current == 0 || found == list.end() ? -1 : int(found - list.begin());
}

void DoubtPresenter::act(widgets::PlaceAct act)
{
    switch (act) {
    case widgets::PlaceAct::Next:
        step(+1);
        return;
    case widgets::PlaceAct::Back:
        step(-1);
        return;
    default:
        break;
    }
    if (row() < 0 || m_desk.model.refuseChange()) return;
    switch (act) {
    case widgets::PlaceAct::Keep:
        if (m_fixing)
            endFix();
        else
            settle(PlaceState::Kept);
        break;
    case widgets::PlaceAct::Fix:
        if (m_fixing) break;
        // A settled place is opened first: no tool writes in one.
        if (m_desk.model.placeStates()[std::size_t(row())] != PlaceState::Open)
            m_desk.model.settlePlace(row(), PlaceState::Open);
        m_fixing = true;
        m_fixFrom = m_desk.model.document().position();
        emit fixingChanged(true);
        break;
    case widgets::PlaceAct::TakeOuter:
        takeLine(m_desk.model.band().outer);
        break;
    case widgets::PlaceAct::TakeInner:
        takeLine(m_desk.model.band().inner);
        break;
    case widgets::PlaceAct::Ask:
        ask();
        break;
    default:
        break;
    }
}

void DoubtPresenter::endFix()
{
    if (!m_fixing) return;
    m_fixing = false;
    emit fixingChanged(false);
    settle(m_desk.model.document().position() > m_fixFrom ? PlaceState::Changed : PlaceState::Kept);
}

void DoubtPresenter::settle(PlaceState state, const LabelPatch *patch, const std::string &note)
{
    const std::vector<int> ids = order(); // as it was shown: the next one is the next in sight
    const int at = row();
    if (at < 0) return;
    m_desk.model.settlePlace(at, state, patch, note);
    const CaseModel &model = m_desk.model;
    const auto here = std::ranges::find(ids, m_current) - ids.begin();
    for (std::size_t n = 1; n <= ids.size(); ++n) {
        const int id = ids[(std::size_t(here) + n) % ids.size()];
        const auto found = std::ranges::find(model.places().list, id, &Place::id);
        if (model.placeStates()[std::size_t(found - model.places().list.begin())] != PlaceState::Open) continue;
        visit(id);
        return;
    }
    show();
}

void DoubtPresenter::takeLine(double level)
{
    const CaseModel &model = m_desk.model;
    const Place &place = model.places().list[std::size_t(row())];
    const Probabilities &probabilities = model.bandLive().probabilities();
    if (!probabilities.geometry().sameGrid(model.document().grid())) return;
    // The line of the whole tumour there, and within it the classes as they are.
    Thresholds thresholds = model.bandLive().thresholds();
    thresholds["WT"] = level;
    LabelVolume decided(probabilities.geometry());
    if (!decodeInto(decided, probabilities, thresholds, place.start, place.size)) return;
    LabelPatch patch{{place.start, place.size}, model.document().labels().values({place.start, place.size})};
    std::size_t at = 0;
    for (std::int64_t k = 0; k < place.size[2]; ++k)
        for (std::int64_t j = 0; j < place.size[1]; ++j)
            for (std::int64_t i = 0; i < place.size[0]; ++i, ++at) {
                const Index3 v{place.start[0] + i, place.start[1] + j, place.start[2] + k};
                if (model.places().map.at(v) == place.id) patch.labels[at] = decided.at(v);
            }
    settle(PlaceState::Changed, &patch);
}

void DoubtPresenter::ask()
{
    auto *dialog = new QInputDialog(&m_desk.window);
    dialog->setObjectName("askDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Ask a colleague"));
    dialog->setLabelText(tr("What should the second reader look at?"));
    dialog->setInputMode(QInputDialog::TextInput);
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, id = m_current, open = m_desk.model.id()](const QString &text) {
                if (m_current != id || m_desk.model.id() != open) return;
                settle(PlaceState::Asked, nullptr, text.left(200).toStdString());
                emit asked();
            });
    dialog->open();
}

} // namespace glio::app
