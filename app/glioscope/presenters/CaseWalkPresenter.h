#pragma once
#include "presenters/Desk.h"

#include <QObject>
#include <QString>
#include <QTimer>

namespace glio::app {
class CasesPresenter;
class OpenPresenter;
class SegmentPresenter;

/// From case to case in the order and under the filter that the list showed last; the one that comes next is read
/// ahead while the open one is worked on.
class CaseWalkPresenter final : public QObject {
    Q_OBJECT
public:
    CaseWalkPresenter(const Desk &desk, CasesPresenter &cases, OpenPresenter &open, SegmentPresenter &segment,
                      QObject *parent = nullptr);
    void step(int direction); ///< +1 next, -1 previous

private:
    QString neighbour(const QString &id, int direction) const; ///< empty at the end of the list
    void readAhead();
    Desk m_desk;
    CasesPresenter &m_cases;
    OpenPresenter &m_open;
    SegmentPresenter &m_segment;
    int m_direction = +1;
    QString m_target; ///< on its way to the screen
    QTimer m_timer;
};

} // namespace glio::app
