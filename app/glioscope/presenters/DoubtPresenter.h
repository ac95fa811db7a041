#pragma once
#include "model/CaseModel.h"
#include "presenters/Desk.h"
#include "support/LatestJob.h"

#include <QObject>

#include "glioscope/widgets/DoubtPanel.h"

namespace glio::app {
class ViewPresenter;

/// Places to check: finds them off the GUI thread, lists them, visits them, and settles them by one key each. Every
/// answer is a step of the history, so that undo brings mask and state back together.
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
    void act(widgets::PlaceAct act);
    bool fixing() const { return m_fixing; }
    void endFix(); ///< Enter: the place counts as changed, or as kept when nothing was drawn

signals:
    void found(int count, bool announce);
    void fixingChanged(bool on); ///< drawing tools in place
    void asked();                ///< a colleague is to look: the case waits for a second reader

private:
    void show();
    void showDetail();
    std::vector<int> order() const; ///< ids as listed
    QString questionOf(const Place &place) const;
    QString whereOf(const Place &place) const;
    void makeThumbnails();
    void settle(PlaceState state, const LabelPatch *patch = nullptr, const std::string &note = {});
    void takeLine(double level);
    void ask();
    int row() const; ///< of the place at hand, -1 without one

    Desk m_desk;
    ViewPresenter &m_views;
    LatestJob m_job, m_pictures;
    int m_current = 0;
    bool m_fixing = false;
    std::size_t m_fixFrom = 0; ///< where the history stood when the fix began
    widgets::PlaceSort m_sort = widgets::PlaceSort::VolumeAtStake;
    std::vector<QImage> m_thumbnails; ///< by row of places().list
};

} // namespace glio::app
