#include "glioscope/widgets/SliceView.h"

#include "FrameImage.h"
#include "MeasureTexts.h"
#include "ViewHeader.h"
#include "ViewPen.h"
#include "ViewTexts.h"
#include "ViewWindowEditor.h"
#include "glioscope/render/SliceScene.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/SliceSlider.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/ViewCanvas.h"

#include <QElapsedTimer>
#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <cmath>
#include <utility>

namespace glio::widgets {

using interaction::DragAct;
using interaction::MouseButton;
using interaction::WheelAct;

namespace {

interaction::Modifiers modifiersOf(Qt::KeyboardModifiers keys)
{
    return {bool(keys & Qt::ShiftModifier), bool(keys & Qt::ControlModifier), bool(keys & Qt::AltModifier)};
}

MouseButton buttonOf(Qt::MouseButton button)
{
    switch (button) {
    case Qt::LeftButton:
        return MouseButton::Left;
    case Qt::MiddleButton:
        return MouseButton::Middle;
    case Qt::RightButton:
        return MouseButton::Right;
    default:
        return MouseButton::None;
    }
}

QString planeName(render::Plane plane)
{
    switch (plane) {
    case render::Plane::Coronal:
        return SliceView::tr("Coronal");
    case render::Plane::Sagittal:
        return SliceView::tr("Sagittal");
    case render::Plane::Axial:
        break;
    }
    return SliceView::tr("Axial");
}

/// A name that leaves room for what else stands in a header.
QString shortened(const QString &name)
{
    constexpr int kLetters = 28;
    return name.size() <= kLetters ? name : name.left(kLetters - 1) + QChar(0x2026);
}

/// Intensities as a reader wants them: whole numbers where they are large, three figures where they are small.
QString level(double value)
{
    const double size = std::abs(value);
    return QString::number(value, 'f', size >= 20 ? 0 : size >= 2 ? 1 : 3);
}

} // namespace

struct SliceView::Private {
    explicit Private(SliceView *view, const QString &name)
        : q(view),
          header(new ViewHeader(QStringLiteral("view.") + name, {}, false, view)),
          canvas(new ViewCanvas(view)),
          slider(new SliceSlider(view))
    {
    }

    SliceView *q;
    ViewHeader *header;
    ViewCanvas *canvas;
    SliceSlider *slider;
    render::SliceScene scene;
    interaction::MouseMap mouse;
    interaction::Tool tool = interaction::Tool::Crosshair;
    interaction::HeldKey held = interaction::HeldKey::None;
    QStringList cornerLines;
    QString maskName;
    bool corners = true;
    QString emptyText;
    double progress = -1;
    double composeMs = 0;
    QList<SequenceChoice> sequences;
    QString sequenceId;
    ViewWindowEditor *editor = nullptr;

    std::optional<render::MeasureHit> measure;
    DragAct act = DragAct::None;
    Qt::MouseButton button = Qt::NoButton;
    QPointF last;
    PointMm anchor;
    double wheelRest = 0;
    ViewPen pen;
    std::unique_ptr<PenProximity> proximity; ///< once there was a pen

    ViewTexts texts() const
    {
        const render::SliceState &state = scene.state();
        ViewTexts texts;
        texts.letters = render::edgeLetters(scene.transform().axes(), state.orientationStated);
        texts.orientationStated = state.orientationStated;
        texts.neurological = state.convention == render::Convention::Neurological;
        texts.corners = corners;
        texts.image = state.image.has_value();
        texts.plane = state.plane;
        texts.topLeft = cornerLines;
        texts.mmPerPixel = scene.transform().viewpoint().mmPerPixel;
        texts.emptyText = emptyText;
        texts.progress = progress;
        texts.heat = state.heat.visible && state.heat.values && !state.overlaysHidden;
        if (state.image) {
            const double width = double(state.window.high) - state.window.low;
            const QString position = QString::fromStdString(
                render::positionText(scene.transform().axes(), state.cursor, state.orientationStated));
            texts.bottomLeft << tr("W %1  L %2").arg(level(width), level(state.window.low + width / 2))
                             << tr("%1 / %2  ·  %3 mm").arg(scene.slice() + 1).arg(scene.sliceCount()).arg(position);
        }
        return texts;
    }

    /// The finished frame with its texts, in the scene's own memory.
    render::Frame &compose()
    {
        QElapsedTimer timer;
        timer.start();
        render::Frame &frame = scene.compose();
        QImage picture = imageOver(frame);
        QPainter painter(&picture);
        paintViewTexts(painter, QSizeF(canvas->size()), texts());
        if (scene.state().image && !scene.state().overlaysHidden)
            paintMeasureTexts(painter, scene.measures(), scene.transform(), *scene.grid());
        painter.end();
        composeMs = double(timer.nsecsElapsed()) / 1e6;
        return frame;
    }

    void tellState()
    {
        const render::SliceState &state = scene.state();
        const QString plane = planeName(state.plane);
        header->setTitle(maskName.isEmpty() ? plane : tr("%1, %2").arg(plane, shortened(maskName)));
        const int count = scene.sliceCount(), slice = scene.slice();
        header->setText(count > 0 ? tr("%1 / %2").arg(slice + 1).arg(count) : QString());
        slider->setPlaneName(plane);
        slider->setSlice(slice);
        QString sequence;
        for (const SequenceChoice &item : std::as_const(sequences))
            if (item.id == sequenceId) sequence = item.name;
        q->setAccessibleName(count > 0
                                 ? tr("%1 view, %2, slice %3 of %4")
                                       .arg(maskName.isEmpty() ? plane : tr("%1, %2").arg(plane, maskName), sequence)
                                       .arg(slice + 1)
                                       .arg(count)
                                 : tr("%1 view, empty").arg(plane));
    }

    PointMm worldAt(const QPointF &at) const { return scene.transform().toWorld({at.x(), at.y()}); }

    void press(const QSinglePointEvent *event)
    {
        q->setFocus(Qt::MouseFocusReason);
        emit q->activated();
        if (!scene.grid()) return;
        if (event->button() == Qt::LeftButton &&
            windowTextRect(QSizeF(canvas->size()), texts()).contains(event->position())) {
            openWindowEditor();
            return;
        }
        button = event->button();
        last = event->position();
        anchor = worldAt(last);
        measure = event->modifiers() == Qt::NoModifier && button == Qt::LeftButton ? measureUnder(last) : std::nullopt;
        if (measure) {
            act = DragAct::None;
            emit q->measureUsed(0, measure->id, measure->point, anchor);
            return;
        }
        act = mouse.drag(tool, buttonOf(button), modifiersOf(event->modifiers()), held);
        if (act == DragAct::UseTool && event->pointerType() == QPointingDevice::PointerType::Eraser && toolErases())
            act = DragAct::EraseTool;
        if (act == DragAct::MoveCursor) emit q->cursorWished(anchor);
        if (usesTool()) emit q->toolUsed(0, anchor, act);
    }

    void tellWindow()
    {
        if (!editor) return;
        const DisplayRange &window = scene.state().window;
        const double width = double(window.high) - window.low;
        editor->setValues(window.low + width / 2, width);
    }

    void openWindowEditor()
    {
        if (!editor) {
            editor = new ViewWindowEditor(q);
            connect(editor, &ViewWindowEditor::changeWished, q, &SliceView::windowWished);
            connect(editor, &ViewWindowEditor::autoWished, q, &SliceView::windowAutoWished);
            connect(editor, &ViewWindowEditor::resetWished, q, &SliceView::windowResetWished);
        }
        tellWindow();
        const QRectF at = windowTextRect(QSizeF(canvas->size()), texts());
        editor->adjustSize();
        editor->move(canvas->mapToGlobal(QPoint(int(at.left()), int(at.top()) - editor->height() - Theme::px(6))));
        editor->show();
    }

    /// What of a measure a press would take: ends with any tool that draws nothing, lines with the measuring tools.
    std::optional<render::MeasureHit> measureUnder(const QPointF &at) const
    {
        using interaction::Tool;
        const bool measuring = tool == Tool::Ruler || tool == Tool::Angle;
        if ((!measuring && tool != Tool::Crosshair && tool != Tool::Pan) || held != interaction::HeldKey::None ||
            !scene.grid() || scene.state().overlaysHidden)
            return std::nullopt;
        auto hit = render::measureAt(scene.measures(), {at.x(), at.y()}, scene.transform(), *scene.grid());
        if (hit && hit->point < 0 && !measuring) hit.reset();
        return hit;
    }

    void showPointer(bool overMeasure)
    {
        const bool ring = tool == interaction::Tool::Brush || tool == interaction::Tool::Adaptive; // it is the pointer
        canvas->setCursor(overMeasure                      ? Qt::PointingHandCursor
                          : tool == interaction::Tool::Pan ? Qt::OpenHandCursor
                          : ring                           ? Qt::BlankCursor
                                                           : Qt::CrossCursor);
    }

    bool usesTool() const
    {
        return act == DragAct::UseTool || act == DragAct::EraseTool || act == DragAct::PickLabel ||
               act == DragAct::StraightLine;
    }

    bool toolErases() const
    {
        using interaction::Tool;
        return tool == Tool::Brush || tool == Tool::Adaptive || tool == Tool::Lasso || tool == Tool::Grow ||
               tool == Tool::Points || tool == Tool::Scribble || tool == Tool::LiveWire;
    }

    void release(const QSinglePointEvent *event)
    {
        if (event->button() == button) release(event->position());
    }

    void release(const QPointF &at)
    {
        if (const auto held = std::exchange(measure, std::nullopt))
            emit q->measureUsed(2, held->id, held->point, worldAt(at));
        if (usesTool()) emit q->toolUsed(2, worldAt(at), act);
        button = Qt::NoButton;
        act = DragAct::None;
    }

    /// The pen is up without having said so: what it drew ends where it was last.
    void endPen()
    {
        if (!pen.lift()) return;
        if (button != Qt::NoButton) release(last);
        emit q->penPressed(-1);
    }

    void leavePen()
    {
        endPen();
        if (pen.leave()) emit q->penNear(false);
    }

    void usePen(QTabletEvent *event)
    {
        if (pen.lost(*event)) endPen();
        const bool erased = pen.erases();
        const auto step = pen.take(*event);
        if (!step) return;
        if (!proximity) proximity = std::make_unique<PenProximity>([this] { leavePen(); });
        if (pen.erases() != erased) emit q->penNear(pen.erases());
        // The release still draws with the last pressure; what comes after it is no pen's.
        if (*step != ViewPen::Step::Release) emit q->penPressed(pen.pressure());
        if (*step == ViewPen::Step::Press) {
            const bool twice = pen.tappedTwice();
            press(event);
            if (twice && usesTool()) emit q->toolDoubleClicked(worldAt(event->position()));
        }
        if (*step == ViewPen::Step::Move) move(event);
        if (*step == ViewPen::Step::Release) {
            release(event);
            emit q->penPressed(-1);
        }
    }

    void move(const QSinglePointEvent *event)
    {
        const QPointF now = event->position(), step = now - last;
        if (!scene.grid()) return;
        if (button == Qt::NoButton) {
            showPointer(measureUnder(now).has_value());
            emit q->hovered(worldAt(now));
            return;
        }
        last = now;
        if (measure) {
            emit q->measureUsed(1, measure->id, measure->point, worldAt(now));
            return;
        }
        const render::ViewTransform &transform = scene.transform();
        switch (act) {
        case DragAct::MoveCursor:
            emit q->cursorWished(worldAt(now));
            break;
        case DragAct::Pan: {
            const double mm =
                transform.viewpoint().mmPerPixel; // the picture follows the hand: its centre goes against it
            emit q->panWished((-step.x() * mm) * transform.axes().right + (-step.y() * mm) * transform.axes().down);
            break;
        }
        case DragAct::Zoom:
            emit q->zoomWished(interaction::MouseMap::zoomOfDrag(step.y()), anchor);
            break;
        case DragAct::Window: {
            const render::SliceState &state = scene.state();
            const auto change =
                interaction::MouseMap::windowOfDrag(step.x(), step.y(), double(state.window.high) - state.window.low);
            emit q->windowWished(change.level, change.width);
            break;
        }
        default:
            if (!usesTool()) break;
            emit q->hovered(worldAt(now));
            emit q->toolUsed(1, worldAt(now), act);
        }
    }

    void wheel(QWheelEvent *event)
    {
        event->accept();
        emit q->activated();
        if (!scene.grid()) return;
        const QPoint delta = event->angleDelta(); // Alt and some desktops turn a wheel sideways
        wheelRest += (delta.y() != 0 ? delta.y() : delta.x()) / 120.0;
        const int steps = int(wheelRest);
        if (steps == 0) return;
        wheelRest -= steps;
        switch (const WheelAct what = mouse.wheel(tool, modifiersOf(event->modifiers()))) {
        case WheelAct::Slice:
        case WheelAct::FastSlice:
            emit q->sliceStepWished(steps * interaction::MouseMap::slicesPerStep(what));
            break;
        case WheelAct::Zoom:
            emit q->zoomWished(interaction::MouseMap::zoomOfWheel(steps), worldAt(event->position()));
            break;
        case WheelAct::BrushSize:
            emit q->brushSizeStepWished(steps);
            break;
        case WheelAct::None:
            break;
        }
    }

    bool tooltip(const QHelpEvent *event)
    {
        const render::SliceState &state = scene.state();
        if (!state.image || !badgeRect(QSizeF(canvas->size())).contains(event->pos())) {
            QToolTip::hideText();
            return true;
        }
        QString text;
        if (!state.orientationStated)
            text = tr("Left and right are not stated in this file.");
        else if (state.plane == render::Plane::Sagittal)
            text = tr("The patient's front is on the left of the picture.");
        else if (state.convention == render::Convention::Neurological)
            text = tr("Neurological view: the patient's right is on the right of the picture.");
        else
            text = tr("Radiological view: the patient's right is on the left of the picture.");
        QToolTip::showText(event->globalPos(), text, canvas);
        return true;
    }

    void buildMenu()
    {
        auto *menu = new QMenu(q);
        menu->addAction(tr("Window auto"), q, &SliceView::windowAutoWished);
        menu->addAction(tr("Window reset"), q, &SliceView::windowResetWished);
        menu->addSeparator();
        const auto colours = [this, menu](const QString &name, render::ColourMap map) {
            menu->addAction(name, q, [this, map] { emit q->colourMapWished(map); });
        };
        colours(tr("Grey"), render::ColourMap::Grey);
        colours(tr("Grey, inverted"), render::ColourMap::GreyInverted);
        colours(tr("Hot metal"), render::ColourMap::Hot);
        menu->addSeparator();
        menu->addAction(tr("Copy picture"), q, &SliceView::copyWished);
        menu->addAction(tr("Reset the view"), q, &SliceView::resetViewWished);
        header->moreButton()->setMenu(menu);
    }
};

SliceView::SliceView(const QString &name, QWidget *parent) : QWidget(parent), m(std::make_unique<Private>(this, name))
{
    const QString objectName = QStringLiteral("view.") + name;
    setObjectName(objectName);
    m->canvas->setObjectName(objectName + QStringLiteral(".canvas"));
    m->slider->setObjectName(objectName + QStringLiteral(".slider"));
    m->header->menuButton()->setObjectName(objectName + QStringLiteral(".sequence"));
    m->emptyText = tr("No image");
    setFocusPolicy(Qt::StrongFocus);
    m->canvas->setMouseTracking(true);
    m->canvas->setTabletTracking(true); // a pen over the picture moves the ring as a mouse does
    m->canvas->installEventFilter(this);
    m->buildMenu();

    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m->canvas, 1);
    row->addWidget(m->slider);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m->header);
    column->addLayout(row, 1);

    m->canvas->setCompose([this]() -> const render::Frame & {
        m->scene.resize(m->canvas->width(), m->canvas->height(), m->canvas->devicePixelRatioF());
        return m->compose();
    });
    connect(m->canvas, &ViewCanvas::resized, this,
            [this] { m->scene.resize(m->canvas->width(), m->canvas->height(), m->canvas->devicePixelRatioF()); });
    connect(m->header, &ViewHeader::maximiseWished, this, &SliceView::maximiseWished);
    connect(m->header, &ViewHeader::pressed, this, [this] {
        setFocus(Qt::MouseFocusReason);
        emit activated();
    });
    connect(m->slider, &SliceSlider::sliceStepWished, this, &SliceView::sliceStepWished);
    connect(m->slider, &SliceSlider::sliceWished, this, [this](int slice) {
        emit activated();
        const render::SliceState &now = m->scene.state();
        if (const Geometry *grid = now.grid()) emit cursorWished(render::atSlice(*grid, now.plane, now.cursor, slice));
    });
    connect(&Theme::instance(), &Theme::themeChanged, m->canvas, &ViewCanvas::redraw);
    m->tellState();
}

SliceView::~SliceView()
{
    delete m->canvas; // while the frame that it shows lives
}

void SliceView::setState(render::SliceState state)
{
    m->scene.setState(std::move(state));
    m->tellState();
    m->tellWindow();
    m->canvas->redraw();
}

void SliceView::setMarks(const render::ToolMarks &marks)
{
    if (marks == m->scene.marks()) return;
    m->scene.setMarks(marks);
    m->canvas->redraw();
}

const render::ToolMarks &SliceView::marks() const { return m->scene.marks(); }

void SliceView::setMeasures(const std::vector<render::MeasureMark> &measures)
{
    if (measures == m->scene.measures()) return;
    m->scene.setMeasures(measures);
    m->canvas->redraw();
}

const std::vector<render::MeasureMark> &SliceView::measures() const { return m->scene.measures(); }
const render::SliceState &SliceView::state() const { return m->scene.state(); }
void SliceView::setAxis(render::SliceAxis axis) { m->slider->setAxis(std::move(axis)); }

void SliceView::setSequences(const QList<SequenceChoice> &sequences, const QString &currentId)
{
    m->sequences = sequences;
    m->sequenceId = currentId;
    auto *menu = new QMenu(this);
    QString current = tr("None");
    for (const SequenceChoice &item : sequences) {
        QAction *action = menu->addAction(item.name);
        action->setCheckable(true);
        action->setChecked(item.id == currentId);
        if (item.id == currentId) current = item.name;
        connect(action, &QAction::triggered, this, [this, id = item.id] { emit sequenceWished(id); });
    }
    QMenu *old = m->header->menuButton()->menu();
    m->header->menuButton()->setMenu(menu);
    if (old) old->deleteLater();
    m->header->menuButton()->setText(current);
    m->header->menuButton()->setAccessibleName(tr("Sequence: %1").arg(current));
    m->tellState();
}

void SliceView::setMaskName(const QString &name)
{
    if (name == m->maskName) return;
    m->maskName = name;
    m->tellState();
}

void SliceView::setCornerLines(const QStringList &lines)
{
    if (lines == m->cornerLines) return;
    m->cornerLines = lines;
    m->canvas->redraw();
}

void SliceView::setCornersVisible(bool visible)
{
    m->corners = visible;
    m->canvas->redraw();
}

void SliceView::setActive(bool active) { m->header->setActive(active); }
void SliceView::setMaximised(bool maximised) { m->header->setMaximised(maximised); }

void SliceView::setProgress(double share)
{
    if (share == m->progress) return;
    m->progress = share;
    m->canvas->redraw();
}

void SliceView::setEmptyText(const QString &text)
{
    m->emptyText = text;
    m->canvas->redraw();
}

void SliceView::setTool(interaction::Tool tool)
{
    m->tool = tool;
    m->showPointer(false);
}

void SliceView::setMouseMap(const interaction::MouseMap &map) { m->mouse = map; }
void SliceView::setHeldKey(interaction::HeldKey held) { m->held = held; }
render::Viewpoint SliceView::viewpoint() const { return m->scene.transform().viewpoint(); }
const render::ViewTransform &SliceView::transform() const { return m->scene.transform(); }
bool SliceView::inSlice(const PointMm &point) const
{
    const Geometry *grid = m->scene.grid() ? &*m->scene.grid() : nullptr;
    return grid && std::abs(transform().height(point)) < render::inSliceMm(*grid, transform().axes());
}

QSize SliceView::canvasSize() const { return m->canvas->size(); }
ViewCanvas *SliceView::canvas() const { return m->canvas; }
SliceSlider *SliceView::slider() const { return m->slider; }
double SliceView::lastComposeMs() const { return m->composeMs; }

QImage SliceView::snapshot() const
{
    QImage picture = imageOver(m->compose()).copy();
    picture.setDevicePixelRatio(1);
    return picture;
}

bool SliceView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m->canvas) return QWidget::eventFilter(watched, event);
    if (m->pen.goneBefore(event->type())) m->leavePen();
    switch (event->type()) {
    case QEvent::WindowDeactivate:
        m->endPen();
        return QWidget::eventFilter(watched, event);
    case QEvent::TabletPress:
    case QEvent::TabletMove:
    case QEvent::TabletRelease:
        m->usePen(static_cast<QTabletEvent *>(event));
        return true;
    case QEvent::MouseButtonPress:
        if (!m->pen.shadows()) m->press(static_cast<QMouseEvent *>(event));
        return true;
    case QEvent::MouseButtonDblClick:
        if (m->pen.shadows()) return true;
        m->press(static_cast<QMouseEvent *>(event));
        if (m->usesTool()) emit toolDoubleClicked(m->worldAt(static_cast<QMouseEvent *>(event)->position()));
        return true;
    case QEvent::Leave:
        emit left();
        return false;
    case QEvent::MouseMove:
        if (!m->pen.shadows()) m->move(static_cast<QMouseEvent *>(event));
        return true;
    case QEvent::MouseButtonRelease:
        if (!m->pen.shadows()) m->release(static_cast<QMouseEvent *>(event));
        return true;
    case QEvent::Wheel:
        m->wheel(static_cast<QWheelEvent *>(event));
        return true;
    case QEvent::ToolTip:
        return m->tooltip(static_cast<QHelpEvent *>(event));
    case QEvent::ContextMenu:
        return true; // the right button zooms
    default:
        return QWidget::eventFilter(watched, event);
    }
}

void SliceView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    emit activated();
}

void SliceView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        m->buildMenu();
        m->tellState();
    }
}

} // namespace glio::widgets
