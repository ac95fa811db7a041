#pragma once
#include "presenters/Desk.h"

#include <QObject>
#include <QPointer>

namespace glio::widgets {
class CoachMark;
}

namespace glio::app {
class SegmentPresenter;

/// The tour of ui.md section 7: one mark at Segment, one at the places; each closes with Esc, none returns by itself.
class TourPresenter final : public QObject {
    Q_OBJECT
public:
    TourPresenter(const Desk &desk, SegmentPresenter &segment, QObject *parent = nullptr);
    void begin(); ///< after the demo case was opened
    void placesFound(int count);
    void placeVisited();
    void end();
    void setEnabled(bool enabled) { m_enabled = enabled; } ///< off for pictures, tests and benchmarks

private:
    widgets::CoachMark *mark();
    Desk m_desk;
    SegmentPresenter &m_segment;
    QPointer<widgets::CoachMark> m_mark;
    int m_step = 0; ///< 0: not running
    bool m_enabled = true;
};

} // namespace glio::app
