#pragma once
#include "model/WorkClock.h"
#include "presenters/Desk.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <string>

namespace glio::app {
class ReviewPresenter;

/// What is kept beside the mask of a case: the reader's notes, and the time each reader spent on it.
class CaseNotesPresenter final : public QObject {
    Q_OBJECT
public:
    CaseNotesPresenter(const Desk &desk, ReviewPresenter &review, QObject *parent = nullptr);
    WorkClock &clock() { return m_clock; }
    void flush(); ///< hands what was typed and counted to the journal

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void take(); ///< of the case just opened
    void count();
    Desk m_desk;
    ReviewPresenter &m_review;
    std::string m_caseId, m_reader, m_notes;
    bool m_typed = false;
    double m_keptSeconds = 0;
    WorkClock m_clock;
    QElapsedTimer m_time;
    QTimer m_tick, m_typing;
};

} // namespace glio::app
