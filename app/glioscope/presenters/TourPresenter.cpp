#include "presenters/TourPresenter.h"

#include "model/CaseModel.h"
#include "presenters/SegmentPresenter.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"

#include "glioscope/widgets/CoachMark.h"
#include "glioscope/widgets/DoubtPanel.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SegmentPanel.h"

namespace glio::app {

TourPresenter::TourPresenter(const Desk &desk, SegmentPresenter &segment, QObject *parent)
    : QObject(parent), m_desk(desk), m_segment(segment)
{
    connect(&m_segment, &SegmentPresenter::firstResult, this, [this] {
        if (m_step == 1 && m_mark) m_mark->dismiss();
    });
}

widgets::CoachMark *TourPresenter::mark()
{
    if (!m_mark) {
        m_mark = new widgets::CoachMark(&m_desk.window);
        connect(m_mark, &widgets::CoachMark::skipTourWished, this, &TourPresenter::end);
    }
    return m_mark;
}

void TourPresenter::begin()
{
    if (!m_enabled || m_desk.settings.value("tour/done").toBool() || m_desk.model.hasMask()) return;
    m_step = 1;
    mark()->pointAt(m_desk.window.reviewPanel()->segment()->segmentButton(), tr("Mark the tumour"),
                    tr("The model marks it and says where it is unsure."), 1, 3);
}

void TourPresenter::placesFound(int count)
{
    if (m_step != 1) return;
    if (count == 0) {
        end();
        return;
    }
    m_step = 2;
    mark()->pointAt(m_desk.window.reviewPanel()->places()->startButton(), tr("Look where it is unsure"),
                    tr("Each place opens in all four sequences."), 2, 3);
}

void TourPresenter::placeVisited()
{
    if (m_step != 2) return;
    m_step = 3;
    mark()->pointAt(m_desk.window.doubtActions(), tr("Go through the places"),
                    tr("N goes on, Shift+N goes back. That is the loop. Open your own case."), 3, 3);
    m_desk.settings.setValue("tour/done", true);
}

void TourPresenter::end()
{
    m_step = 0;
    m_desk.settings.setValue("tour/done", true);
    if (m_mark) m_mark->dismiss();
}

} // namespace glio::app
