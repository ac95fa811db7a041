#pragma once
#include "model/IntensityTable.h"
#include "presenters/Desk.h"
#include "support/LatestJob.h"

#include <QObject>
#include <QTimer>

namespace glio::app {

/// Intensities by region and sequence, worked out off the GUI thread while their section is open.
class IntensityPresenter final : public QObject {
    Q_OBJECT
public:
    explicit IntensityPresenter(const Desk &desk, QObject *parent = nullptr);
    const IntensityTable &table() const { return m_table; } ///< as shown
    bool busy() const { return m_job.busy() || m_timer.isActive(); }

private:
    void request();
    void show();
    Desk m_desk;
    LatestJob m_job;
    QTimer m_timer;
    IntensityTable m_table;
};

/// The sequences of the open case, as the table and the report take them.
std::vector<NamedImage> namedImages(const CaseModel &model);

} // namespace glio::app
