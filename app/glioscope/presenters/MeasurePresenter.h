#pragma once
#include "model/MeasureHistory.h"
#include "model/Measures.h"
#include "presenters/Desk.h"
#include "support/LatestJob.h"

#include "glioscope/interaction/MouseMap.h"

#include <QObject>
#include <QTimer>

namespace glio::widgets {
class SliceView;
}

namespace glio::app {
class ToolPresenter;
class ViewPresenter;

/// Rulers, angles and the diameters by the response criteria: drawn, moved, chosen and removed in the views and in the
/// list, kept with the case at once. The diameters are proposed from the mask until somebody moves an end of them.
class MeasurePresenter final : public QObject {
    Q_OBJECT
public:
    MeasurePresenter(const Desk &desk, ViewPresenter &views, ToolPresenter &tools, QObject *parent = nullptr);

    const CaseMeasures &measures() const { return m_kept; }
    const RanoReading &diameters() const { return m_kept.edited ? *m_kept.edited : m_proposed; } ///< as shown
    bool busy() const { return m_job.busy() || m_timer.isActive(); }
    bool reading() const { return m_reading; }
    int chosen() const { return m_chosen; } ///< id; below 0: a line of the diameters; 0: none
    void showMarks();                       ///< after the mode has changed: the diameters belong to Review

    // --- keys
    bool nudge(int right, int up); ///< arrows: the chosen end, with a measuring tool in hand; false: not theirs
    bool nextEnd();                ///< the tool's key once more: the next end of what is chosen
    bool enter();                  ///< a point where the crosshair is
    bool escape();                 ///< true: something was begun or chosen
    bool removeChosen();           ///< true: a ruler or angle is gone; undo and the toast bring it back

    // --- undo, as far as what was measured is what was done last; false, or empty: it is not
    bool undo();
    bool redo();
    QString undoText() const;
    QString redoText() const;

signals:
    void undoChanged();

private:
    void bind(widgets::SliceView *view);
    void used(widgets::SliceView *view, int phase, const PointMm &point);
    void held(widgets::SliceView *view, int phase, int id, int end, const PointMm &point);
    void setPoint(const PointMm &point); ///< of what is being drawn: fixes the moving one
    void finish();
    void choose(int id, int end);
    void go(int id);
    void remove(int id);
    PointMm *endOf(int id, int end); ///< makes a proposal the reader's own
    void moveEnd(int id, int end, const PointMm &to, const PointMm &normal);
    void moveChosen(widgets::SliceView *view, int right, int up);
    void propose();
    void keep();
    void persist();
    void read();
    void turnToMask();
    void followBlind(); ///< a blind reader sees what was measured in that reading alone; it joins the rest at the end
    const char *key() const;
    bool comeTo(std::optional<CaseMeasures> measures);
    static QString changeText(const MeasureHistory::Change *change);
    void show();
    void showPanel();
    QString whereText(render::Plane plane, const PointMm &point) const;
    QString valueText(MeasureKind kind, double value) const;
    bool measuring() const;
    MeasureKind kind() const;

    Desk m_desk;
    ViewPresenter &m_views;
    ToolPresenter &m_tools;
    CaseMeasures m_kept, m_before; ///< now; when it was kept last
    MeasureHistory m_history;
    std::string m_maskId; ///< whose steps the positions of m_history count
    RanoReading m_proposed;
    int m_chosen = 0, m_end = -1;
    std::vector<PointMm> m_drawing; ///< points of the one that is being drawn; the last follows the hand
    widgets::SliceView *m_drawingView = nullptr;
    PointMm m_pressed;
    bool m_moved = false;
    int m_opening = 0;      ///< counts the cases opened
    bool m_reading = false; ///< what was kept with the case is on its way
    LatestJob m_job;
    QTimer m_timer;
};

} // namespace glio::app
