#include "glioscope/widgets/VolumeView.h"

#include "FrameImage.h"
#include "SurfaceThread.h"
#include "ViewHeader.h"
#include "ViewTexts.h"
#include "glioscope/render/VolumeScene.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/ViewCanvas.h"

#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QTimer>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace glio::widgets {

using interaction::MouseButton;
using interaction::TurnAct;
using render::VolumeContent;

namespace {

QString contentName(VolumeContent content)
{
    switch (content) {
    case VolumeContent::Tumour:
        return VolumeView::tr("Tumour");
    case VolumeContent::PlanesAndTumour:
        return VolumeView::tr("Planes + tumour");
    case VolumeContent::WholeHead:
        return VolumeView::tr("Whole head");
    case VolumeContent::TumourAndBrain:
        break;
    }
    return VolumeView::tr("Tumour + brain");
}

} // namespace

struct VolumeView::Private {
    explicit Private(VolumeView *view)
        : q(view),
          header(new ViewHeader(QStringLiteral("view.3d"), VolumeView::tr("3D"), true, view)),
          canvas(new ViewCanvas(view))
    {
        surfaceThread.setDrawn([this](std::optional<render::VolumePicture> picture) { show(std::move(picture)); });
    }

    VolumeView *q;
    ViewHeader *header;
    ViewCanvas *canvas;
    SurfaceThread surfaceThread;
    render::VolumeScene scene;
    double drawMs = 0; ///< of the last picture, at full resolution
    interaction::MouseMap mouse;
    QStringList cornerLines;
    bool corners = true;

    // What the running or last build was asked for; a newer wish waits until it ends.
    std::optional<LabelMap> builtMask;
    std::optional<LabelVolume> builtBrain;
    std::optional<ImageVolume> builtImage;
    bool busy = false, again = false, waiting = false;
    int builds = 0;
    render::SurfacesPtr ahead; ///< made before the case was shown; until its mask has come
    std::jthread worker;

    QTimer cursorTimer;
    QPointF pressed, last;
    Qt::MouseButton button = Qt::NoButton;
    TurnAct act = TurnAct::None;
    bool moved = false;
    bool cutting = false;
    QPolygonF cut; ///< drawn so far

    void requestSurfaces()
    {
        const render::VolumeState &state = scene.state();
        if (render::sameSnapshot(builtMask, state.mask) && render::sameSnapshot(builtImage, state.image) &&
            render::sameSnapshot(builtBrain, state.brain)) {
            again = false;
            return;
        }
        if (waiting) {
            again = true;
            return;
        }
        if (busy) {
            again = true;
            if (!render::sameSnapshot(builtImage, state.image))
                worker.request_stop(); // another case: what comes is of no use
            return;
        }
        busy = true;
        again = false;
        ++builds;
        builtMask = state.mask;
        builtImage = state.image;
        builtBrain = state.brain;
        worker = std::jthread([this, mask = builtMask, image = builtImage, brain = builtBrain,
                               previous = ahead ? ahead : scene.surfaces()](std::stop_token stop) {
            ::setpriority(PRIO_PROCESS, id_t(::gettid()), 5); // the window comes first, as with the pictures
            auto surfaces = render::buildSurfaces(mask, image, brain, previous, stop);
            QMetaObject::invokeMethod(
                q, [this, surfaces = std::move(surfaces)] { take(surfaces); }, Qt::QueuedConnection);
        });
    }

    void take(const render::SurfacesPtr &surfaces)
    {
        busy = false;
        if (surfaces && render::sameSnapshot(builtImage, scene.state().image))
            scene.setSurfaces(surfaces);
        else
            again = true; // stopped, or of a case that has gone
        if (surfaces && builtMask) ahead.reset();
        if (again) {
            if (!surfaces) builtImage.reset(), builtMask.reset();
            requestSurfaces();
        }
        canvas->redraw();
        if (!busy) emit q->surfacesReady();
    }

    bool empty() const { return !scene.state().image && !scene.state().mask; }

    /// A picture at a time: what changes while it is drawn is drawn next, in one go.
    void draw()
    {
        if (!waiting && !empty() && !surfaceThread.failed() && !surfaceThread.drawing() && scene.needsDrawing())
            surfaceThread.draw(scene.shoot());
    }

    void show(std::optional<render::VolumePicture> picture)
    {
        if (picture) {
            drawMs = picture->milliseconds * (picture->draft ? 4 : 1);
            scene.take(std::move(*picture));
        }
        canvas->redraw();
        draw();
    }

    /// Without a case nothing is drawn, so the driver is not even loaded for an empty window.
    render::Frame &background()
    {
        scene.resize(canvas->width(), canvas->height(), canvas->devicePixelRatioF());
        draw();
        return empty() || surfaceThread.failed() ? scene.composeNothing() : scene.compose();
    }

    const render::Frame &compose()
    {
        render::Frame &frame = background();
        QImage picture = imageOver(frame);
        QPainter painter(&picture);
        painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
        const QSizeF size = canvas->size();
        if (empty() || surfaceThread.failed()) {
            painter.setFont(Theme::font(TextSize::Body));
            painter.setPen(QColor(0x7E, 0x88, 0x94));
            painter.drawText(QRectF(QPointF(), size).adjusted(Theme::px(24), 0, -Theme::px(24), 0),
                             Qt::AlignCenter | Qt::TextWordWrap,
                             empty() ? VolumeView::tr("No image")
                                     : VolumeView::tr("This graphics driver is too old.\nSlices are drawn without it; "
                                                      "3D needs OpenGL 3.2."));
        } else {
            QStringList lines = corners ? cornerLines : QStringList();
            if (busy) lines << VolumeView::tr("Updating");
            paintCornerLines(painter, Theme::px(10), Theme::px(7), lines, false);
            if (cut.size() > 1) {
                painter.setPen(QPen(QColor(0, 0, 0, 140), Theme::px(3.1)));
                painter.setBrush(QColor(0xF2, 0x77, 0x7A, 40));
                painter.drawPolygon(cut);
                painter.setPen(QPen(QColor(0xF2, 0x77, 0x7A), Theme::px(1.5)));
                painter.setBrush(Qt::NoBrush);
                painter.drawPolygon(cut);
            }
            drawMarker(painter, size);
        }
        painter.end();
        return frame;
    }

    void drawMarker(QPainter &painter, const QSizeF &size)
    {
        const render::VolumeScene::Marker marker = scene.marker();
        const double arm = Theme::px(20);
        const QPointF origin(Theme::px(36), size.height() - Theme::px(34));
        painter.setFont(Theme::font(TextSize::Note, QFont::DemiBold));
        const bool stated = scene.state().orientationStated;
        const auto axis = [&](const render::ViewPoint2 &way, const QString &letter) {
            const QPointF tip(origin.x() + arm * way.x, origin.y() - arm * way.y);
            painter.setPen(QPen(QColor(0xA9, 0xB2, 0xBD), Theme::px(1.5), Qt::SolidLine, Qt::RoundCap));
            painter.drawLine(origin, tip);
            const QPointF text(origin.x() + 1.45 * arm * way.x, origin.y() - 1.45 * arm * way.y);
            const double side = Theme::px(16);
            shadowedText(painter, QRectF(text.x() - side / 2, text.y() - side / 2, side, side), Qt::AlignCenter, letter,
                         Theme::color(Token::Letters));
        };
        axis(marker.right, stated ? QStringLiteral("R") : QStringLiteral("?"));
        axis(marker.anterior, QStringLiteral("A"));
        axis(marker.superior, QStringLiteral("S"));
    }

    void press(QMouseEvent *event)
    {
        q->setFocus(Qt::MouseFocusReason);
        emit q->activated();
        button = event->button();
        if (cutting && button == Qt::LeftButton) {
            cut = QPolygonF{event->position()};
            return;
        }
        const auto keys = event->modifiers();
        const MouseButton which = button == Qt::LeftButton     ? MouseButton::Left
                                  : button == Qt::MiddleButton ? MouseButton::Middle
                                  : button == Qt::RightButton  ? MouseButton::Right
                                                               : MouseButton::None;
        act = mouse.turn(
            which, {bool(keys & Qt::ShiftModifier), bool(keys & Qt::ControlModifier), bool(keys & Qt::AltModifier)});
        pressed = last = event->position();
        moved = false;
    }

    void move(QMouseEvent *event)
    {
        if (button == Qt::NoButton) return;
        const QPointF now = event->position(), step = now - last;
        if (!cut.isEmpty()) {
            cut << now;
            canvas->redraw();
            return;
        }
        if (!moved && (now - pressed).manhattanLength() < 4) return;
        moved = true;
        last = now;
        scene.setDraft(drawMs > 40);
        switch (act) {
        case TurnAct::Turn:
            scene.turn(step.x(), step.y());
            break;
        case TurnAct::Zoom:
            scene.zoom(interaction::MouseMap::zoomOfDrag(step.y()));
            break;
        case TurnAct::Pan:
            scene.pan(step.x(), step.y());
            break;
        case TurnAct::None:
            return;
        }
        canvas->redraw();
    }

    void release(QMouseEvent *event)
    {
        if (event->button() != button) return;
        if (!cut.isEmpty()) {
            button = Qt::NoButton;
            const QPolygonF shape = std::exchange(cut, {});
            canvas->redraw();
            if (shape.size() > 2) emit q->cutDrawn(shape);
            return;
        }
        const bool click = !moved && button == Qt::LeftButton && act == TurnAct::Turn;
        button = Qt::NoButton;
        scene.setDraft(false);
        canvas->redraw();
        if (!click) return;
        const QPointF at = event->position();
        if (const auto point = scene.pick(at.x(), at.y())) emit q->cursorWished(*point);
    }
};

VolumeView::VolumeView(QWidget *parent) : QWidget(parent), m(std::make_unique<Private>(this))
{
    setObjectName(QStringLiteral("view.3d"));
    m->canvas->setObjectName(QStringLiteral("view.3d.canvas"));
    m->header->menuButton()->setObjectName(QStringLiteral("view.3d.content"));
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("3D view"));
    m->canvas->installEventFilter(this);
    m->cornerLines << tr("Drag to turn, right-drag to zoom");

    auto *menu = new QMenu(this);
    for (const VolumeContent content : {VolumeContent::TumourAndBrain, VolumeContent::Tumour,
                                        VolumeContent::PlanesAndTumour, VolumeContent::WholeHead})
        menu->addAction(contentName(content), this, [this, content] { emit contentWished(content); });
    m->header->menuButton()->setMenu(menu);
    m->header->menuButton()->setText(contentName(VolumeContent::TumourAndBrain));
    auto *more = new QMenu(this);
    more->addAction(tr("Copy picture"), this, &VolumeView::copyWished);
    more->addAction(tr("Reset the view"), this, &VolumeView::resetCamera);
    m->header->moreButton()->setMenu(more);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m->header);
    column->addWidget(m->canvas, 1);

    m->cursorTimer.setSingleShot(true);
    m->cursorTimer.setInterval(60);
    connect(&m->cursorTimer, &QTimer::timeout, m->canvas, &ViewCanvas::redraw);
    m->canvas->setCompose([this]() -> const render::Frame & { return m->compose(); });
    connect(m->header->resetButton(), &QToolButton::clicked, this, &VolumeView::resetCamera);
    connect(m->header, &ViewHeader::maximiseWished, this, &VolumeView::maximiseWished);
    connect(m->header, &ViewHeader::pressed, this, [this] {
        setFocus(Qt::MouseFocusReason);
        emit activated();
    });
    connect(&Theme::instance(), &Theme::themeChanged, m->canvas, &ViewCanvas::redraw);
}

VolumeView::~VolumeView()
{
    m->worker.request_stop();
    if (m->worker.joinable()) m->worker.join();
    delete m->canvas; // while the frame that it shows lives
}

void VolumeView::setState(render::VolumeState state)
{
    if (!render::sameSnapshot(m->scene.state().image, state.image)) m->scene.forget();
    m->scene.setState(std::move(state));
    m->header->menuButton()->setText(contentName(m->scene.state().content));
    m->header->setTitle(tr("3D")); // the menu's width follows its text
    m->requestSurfaces();
    // A cursor that runs with the wheel takes no time from the slice views; it is shown a moment later.
    if (m->scene.needsDrawing())
        m->canvas->redraw();
    else if (!m->cursorTimer.isActive())
        m->cursorTimer.start();
}

const render::VolumeState &VolumeView::state() const { return m->scene.state(); }

void VolumeView::setCornerLines(const QStringList &lines)
{
    m->cornerLines = lines;
    m->canvas->redraw();
}

void VolumeView::setCornersVisible(bool visible)
{
    m->corners = visible;
    m->canvas->redraw();
}

void VolumeView::setActive(bool active) { m->header->setActive(active); }
void VolumeView::setMaximised(bool maximised) { m->header->setMaximised(maximised); }
void VolumeView::setMouseMap(const interaction::MouseMap &map) { m->mouse = map; }

void VolumeView::setCutting(bool on)
{
    m->cutting = on;
    m->cut.clear();
    m->canvas->setCursor(on ? Qt::CrossCursor : Qt::ArrowCursor);
    m->canvas->redraw();
}

std::optional<QPointF> VolumeView::project(const PointMm &point) const
{
    const QSizeF size = m->canvas->size();
    const auto at = m->scene.camera().project(point, size.width() / std::max(size.height(), 1.0));
    if (!at) return std::nullopt;
    return QPointF(at->x * size.width(), at->y * size.height());
}

void VolumeView::resetCamera()
{
    m->scene.resetCamera();
    m->canvas->redraw();
}

void VolumeView::setWaiting(bool waiting)
{
    if (m->waiting == waiting) return;
    m->waiting = waiting;
    if (waiting) {
        // A case's first build is never stopped: the head would not come for as long as somebody draws.
        if (m->busy && m->scene.surfaces()) m->worker.request_stop();
        return;
    }
    if (m->again && !m->busy) m->requestSurfaces();
    m->draw();
}

void VolumeView::offerSurfaces(render::SurfacesPtr surfaces) { m->ahead = std::move(surfaces); }
int VolumeView::buildsBegun() const { return m->builds; }

bool VolumeView::updating() const
{
    const bool stale = m->canvas->isVisible() && !m->empty() && !m->surfaceThread.failed() && m->scene.needsDrawing();
    return m->busy || m->again || m->surfaceThread.drawing() || stale;
}
ViewCanvas *VolumeView::canvas() const { return m->canvas; }

QImage VolumeView::snapshot() const
{
    if (m->scene.frame().width < 1) return {};
    QImage picture = imageOver(m->scene.frame()).copy();
    picture.setDevicePixelRatio(1);
    return picture;
}

bool VolumeView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m->canvas) return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonDblClick:
        m->press(static_cast<QMouseEvent *>(event));
        return true;
    case QEvent::MouseMove:
        m->move(static_cast<QMouseEvent *>(event));
        return true;
    case QEvent::MouseButtonRelease:
        m->release(static_cast<QMouseEvent *>(event));
        return true;
    case QEvent::Wheel:
        m->scene.zoom(interaction::MouseMap::zoomOfWheel(static_cast<QWheelEvent *>(event)->angleDelta().y() / 120.0));
        m->canvas->redraw();
        event->accept();
        return true;
    case QEvent::ContextMenu:
        return true;
    default:
        return QWidget::eventFilter(watched, event);
    }
}

void VolumeView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    emit activated();
}

} // namespace glio::widgets
