#pragma once
#include "model/MaskComparison.h"
#include "presenters/Desk.h"
#include "support/LatestJob.h"

#include "glioscope/annotation/EditRules.h"
#include "glioscope/widgets/Availability.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <set>

namespace glio::app {
class ViewPresenter;

/// The mask at hand against another one of the case, or against what the model said: figures by region, kept up with
/// every step; what the views show of it; and the places where they differ, each settled by a step of the history.
class ComparePresenter final : public QObject {
    Q_OBJECT
public:
    ComparePresenter(const Desk &desk, ViewPresenter &views, QObject *parent = nullptr);

    const std::string &with() const { return m_with; } ///< id of the other mask; empty: none
    void compareWith(const std::string &id);
    bool busy() const { return m_load.busy() || m_job.busy() || m_timer.isActive(); }
    /// Of the masks as they are, once nothing is busy; null before the first.
    const MaskComparison *comparison() const { return m_made.get(); }
    int active() const { return m_active; } ///< id of the place that is visited; 0: none

signals:
    void comparedChanged(const QString &id); ///< empty: nothing is compared any more

private:
    void followMasks(); ///< which there are, and which one is at hand
    void reload();
    void request();
    void show();
    void showViews();
    void showFigures();
    void showPlaces();
    void visit(int id);
    void keep(int id);
    void take(int id);
    void settled(int id);
    void adjudicate();
    void tellBlocked(const WriteResult &result);
    const metrics::Disagreement *place(int id) const;
    std::string keyOf(const metrics::Disagreement &place) const;
    bool isKept(const metrics::Disagreement &place) const;
    std::vector<const metrics::Disagreement *> inOrder() const; ///< open ones by volume, then what was kept
    std::string plainName() const;
    QString nameOf(const std::string &id) const;
    QString whereOf(const metrics::Disagreement &place) const;
    QString summaryOf(const MaskComparison &made) const;
    widgets::Availability comparing() const;
    widgets::Availability changing() const;

    Desk m_desk;
    ViewPresenter &m_views;
    std::string m_with, m_told;         ///< m_told: what comparedChanged last told
    std::string m_own;                  ///< m_own: the mask at hand when it was last looked at
    std::optional<LabelMap> m_other;    ///< read, on our grid
    std::optional<LabelMap> m_compared; ///< the mask at hand that m_made is about
    std::shared_ptr<MaskComparison> m_made;
    QString m_problem;     ///< why the other one cannot be compared with
    std::set<int> m_taken; ///< places of m_made that are no more
    int m_active = 0;
    bool m_stale = false, m_disputed = true, m_contours = true;
    LatestJob m_load, m_job;
    QTimer m_timer;
};

} // namespace glio::app
