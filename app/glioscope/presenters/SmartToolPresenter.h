#pragma once
#include "presenters/Desk.h"
#include "support/JobWatch.h"
#include "support/LatestJob.h"

#include "glioscope/annotation/EditRules.h"
#include "glioscope/annotation/MaskDocument.h"
#include "glioscope/interaction/MouseMap.h"
#include "glioscope/render/SliceState.h"
#include "glioscope/tools/Snake.h"

#include <QObject>
#include <QPolygonF>
#include <QString>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace glio::tools {
struct GrowField;
}
namespace glio::widgets {
class SliceView;
}

namespace glio::app {
class BrushPresenter;
class ToolPresenter;
class ViewPresenter;

/// Smart tools: each works on a snapshot in a thread of its own, shows what it would change, and changes nothing until
/// it is taken (Enter). Dropping (Esc), another tool, or any other change of the mask stops what is under way and
/// leaves all as it was.
class SmartToolPresenter final : public QObject {
    Q_OBJECT
public:
    SmartToolPresenter(const Desk &desk, ViewPresenter &views, BrushPresenter &brush, ToolPresenter &tools,
                       QObject *parent = nullptr);
    ~SmartToolPresenter() override;

    void start(const QString &id, const QString &choice = {}); ///< as by the panel's button
    bool apply();                                              ///< true: taken, or will be when it is there
    bool drop();                                               ///< true: there was something to drop
    bool back();                                               ///< true: the last stroke, click or box went
    void stepValue(double steps);                              ///< the wheel: reach of a growing region
    bool busy() const { return m_job.busy() || m_promptId != 0; }
    bool ready() const { return m_patch.has_value(); } ///< a preview stands
    bool working() const { return m_working; }         ///< a preview comes
    bool holds() const; ///< it works, or has been given clicks or strokes that nothing was made of yet

private:
    /// What a tool gives: the labels of a box, or why not.
    using Work = std::function<Result<LabelPatch>(const LabelMap &)>;
    void clicked(interaction::Tool tool, widgets::SliceView *view, const PointMm &point, bool positive);
    void setValue(double value);
    void bindRows();
    void compute();
    void renewWatch(); ///< what runs is asked to stop; the next request is watched
    void hidePatch();  ///< what is shown answers an older question: it cannot be taken any more
    void showWorking();
    void followRules(); ///< what may be painted over, or how far a tool reaches, is another
    void propose(Work work);
    void show(const Result<LabelPatch> &patch);
    void reset();
    void showAvailability();
    Work workNow() const; ///< of the tool at hand, with all it has been given; empty while a click is missing
    Work pointsWork() const;
    Work scribblesWork() const;
    void scribbled(widgets::SliceView *view, int phase, const PointMm &point, bool positive);
    void pointed(widgets::SliceView *view, int phase, const PointMm &point, bool positive); ///< a click or a box
    void addBox(const render::PlaneAxes &axes, const PointMm &from, const PointMm &to, bool positive);
    void showPoints();
    void showAreas();
    void setArea(const QString &id);
    void areaDrawn(widgets::SliceView *view, const std::vector<PointMm> &shape, bool positive);
    /// The voxels of the area at hand; nothing: everywhere. Errors: InvalidArgument, a sentence for the reader.
    Result<std::optional<Selection>> area() const;
    void startRange();
    void proposeRange();
    void showRange();
    Work rangeWork() const;
    bool networkAnswers() const; ///< the engine has a network that understands clicks, and this mask's labels
    void askNetwork();           ///< about all clicks; without any it only prepares the case
    Work borderWork() const;
    Work propagateWork() const;
    /// The model's probability of the label at hand on the mask's grid; null without one.
    std::shared_ptr<const Volume<std::uint8_t>> labelPrior() const;
    void startSnake(); ///< from the label and the bubbles
    void moveSnake();  ///< on by some steps, and further while it plays
    void playSnake(bool on);
    tools::SnakeForces snakeForces() const;
    void setSnakeForces(double expansion, double edges);
    void cut(const QPolygonF &shape);
    void grow(const Index3 &seed);
    void showGrown();
    int sliceAxis() const;      ///< voxel axis across the active view
    bool clicksIslands() const; ///< islands, by a click on one
    std::vector<Label> locked() const;
    std::vector<Label> over() const; ///< what *Paint over* lets a tool cover
    std::vector<std::shared_ptr<const ImageVolume>> images() const;
    QString changeText(const WriteResult &result, const LabelMap &shown) const;

    Desk m_desk;
    ViewPresenter &m_views;
    BrushPresenter &m_brush;
    ToolPresenter &m_tools;
    LatestJob m_job;
    QString m_tool, m_choice;
    double m_value = 0, m_low = 0, m_high = 0;
    std::optional<LabelPatch> m_patch;
    std::uint64_t m_asked = 0; ///< counts the previews asked for: only the last one's answer is shown
    bool m_working = false, m_applyWhenDone = false; ///< a preview comes; Enter was pressed meanwhile
    std::optional<Index3> m_seed;
    int m_seedAxis = 2;
    struct Point {
        Index3 at;
        bool positive;
        int act; ///< of one click, or all of one box
    };
    std::vector<Point> m_points;
    struct Stroke {
        std::vector<PointMm> line;
        bool positive;
        int across; ///< voxel axis across the view that it was drawn in
    };
    std::vector<Stroke> m_strokes;
    bool m_drawing = false;          ///< the last stroke is not finished, or a box is drawn
    std::optional<PointMm> m_corner; ///< where a box begins
    bool m_cornerSays = true;
    QString m_areaId;
    std::optional<Selection> m_lassoed;
    std::vector<render::PenLine> m_lassoLines;
    int m_rangeSeries = 0;    ///< number in CaseModel::series
    qint64 m_promptId = 0;    ///< of the request under way; 0: none
    qint64 m_images = 0;      ///< another number whenever the case's images are others
    bool m_takesAway = false; ///< the region grown is taken away: the other button
    std::shared_ptr<const tools::GrowField> m_field;
    std::shared_ptr<tools::Snake> m_snake; ///< the worker's while the job is busy
    std::vector<tools::SnakeBubble> m_bubbles;
    std::shared_ptr<QString> m_note; ///< what the worker has to say beside its patch
    tools::SnakeForces m_forces;
    bool m_snakePlays = true;
    JobWatch m_watch;
    QTimer m_progress;
    bool m_starting = false, m_own = false; ///< the rail's tool, or the mask, is changed by us
};

} // namespace glio::app
