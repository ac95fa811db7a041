#pragma once
#include "presenters/Desk.h"
#include "support/LatestJob.h"

#include <QTimer>

namespace glio::app {

/// Fills the lanes of the slice sliders (labels, doubt, open places per slice), counted off the GUI thread.
class SliceAxisPresenter final : public QObject {
    Q_OBJECT
public:
    explicit SliceAxisPresenter(const Desk &desk, QObject *parent = nullptr);

private:
    void recount();
    Desk m_desk;
    LatestJob m_job;
    QTimer m_timer;
};

} // namespace glio::app
