#pragma once
#include "model/CaseModel.h"
#include "presenters/Desk.h"
#include "support/LatestJob.h"

#include <QObject>

#include "glioscope/widgets/DoubtPanel.h"

namespace glio::app {
class ViewPresenter;

/// Places to check: finds them off the GUI thread, lists them, visits them. Reading only: Keep, Fix and the lines come
/// with the drawing tools.
class DoubtPresenter final : public QObject {
    Q_OBJECT
public:
    DoubtPresenter(const Desk &desk, ViewPresenter &views, QObject *parent = nullptr);

    /// Looks for places in `live`'s probabilities; the model gets them when they are found. `states`: of an earlier
    /// session, taken when their number fits.
    void find(const LiveMask &live, std::vector<PlaceState> states, bool announce, std::vector<PlaceVotes> votes = {});
    bool looking() const { return m_job.busy(); }
    void visit(int id);       ///< place id, 1-based
    void step(int direction); ///< next or previous in the order shown
    int current() const { return m_current; }

signals:
    void found(int count, bool announce);

private:
    void show();
    void showDetail();
    std::vector<int> order() const; ///< ids as listed
    QString questionOf(const Place &place) const;
    QString whereOf(const Place &place) const;
    void makeThumbnails();

    Desk m_desk;
    ViewPresenter &m_views;
    LatestJob m_job, m_pictures;
    int m_current = 0;
    widgets::PlaceSort m_sort = widgets::PlaceSort::VolumeAtStake;
    std::vector<QImage> m_thumbnails; ///< by row of places().list
};

} // namespace glio::app
