#include "presenters/CaseWalkPresenter.h"

#include "model/CaseModel.h"
#include "model/CasePrefetch.h"
#include "presenters/CasesPresenter.h"
#include "presenters/OpenPresenter.h"
#include "presenters/SegmentPresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/widgets/Toast.h"

#include <algorithm>

namespace glio::app {

CaseWalkPresenter::CaseWalkPresenter(const Desk &desk, CasesPresenter &cases, OpenPresenter &open,
                                     SegmentPresenter &segment, QObject *parent)
    : QObject(parent), m_desk(desk), m_cases(cases), m_open(open), m_segment(segment)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(500); // the case just opened comes first
    connect(&m_timer, &QTimer::timeout, this, &CaseWalkPresenter::readAhead);
    connect(&m_desk.model, &CaseModel::opened, this, [this] {
        m_target.clear();
        m_timer.start();
    });
    connect(&m_desk.model, &CaseModel::closed, &m_timer, qOverload<>(&QTimer::start));
    connect(&m_cases, &CasesPresenter::orderChanged, &m_timer, qOverload<>(&QTimer::start));
    connect(&m_segment, &SegmentPresenter::finished, &m_timer, qOverload<>(&QTimer::start));
}

QString CaseWalkPresenter::neighbour(const QString &id, int direction) const
{
    const std::vector<QString> &order = m_cases.order();
    const auto found = std::ranges::find(order, id);
    auto at = found - order.begin();
    if (found == order.end()) at = direction > 0 ? -1 : std::ptrdiff_t(order.size());
    for (at += direction; at >= 0 && at < std::ptrdiff_t(order.size()); at += direction) {
        const QString &next = order[std::size_t(at)];
        const auto record = std::ranges::find(m_cases.records(), next.toStdString(), &CaseRecord::id);
        if (record != m_cases.records().end() && !record->filesGone) return next;
    }
    return {};
}

void CaseWalkPresenter::step(int direction)
{
    if (!m_desk.model.isOpen() || direction == 0) return;
    const QString from = m_open.busy() && !m_target.isEmpty() ? m_target : m_desk.model.id();
    const QString id = neighbour(from, direction);
    if (id.isEmpty()) {
        m_desk.window.toast()->show(direction > 0 ? tr("This is the last case of the list.")
                                                  : tr("This is the first case of the list."),
                                    widgets::Tone::Plain);
        return;
    }
    m_direction = direction;
    m_target = id;
    m_open.openStored(id, m_desk.window.mode() == widgets::Mode::Doubts);
}

void CaseWalkPresenter::readAhead()
{
    if (m_open.busy() || m_segment.busy()) { // both cores and the memory belong to what the reader waits for
        if (m_open.busy()) m_timer.start();
        return;
    }
    QString id;
    if (m_desk.model.isOpen()) {
        id = neighbour(m_desk.model.id(), m_direction);
        if (id.isEmpty()) id = neighbour(m_desk.model.id(), -m_direction);
        if (id == m_desk.model.id()) id.clear();
    }
    m_open.prefetch().want(id);
}

} // namespace glio::app
