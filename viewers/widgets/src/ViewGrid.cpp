#include "glioscope/widgets/ViewGrid.h"

#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/VolumeView.h"

#include <QDataStream>
#include <QIODevice>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <array>

namespace glio::widgets {
namespace {

constexpr int layoutCount = 6;
/// Shares of the width and height where the gaps lie, by layout: first upright gaps, then level ones.
using Splits = std::array<double, 3>;
constexpr Splits defaultSplits[layoutCount] = {
    {0.5, 0.5, 0}, {0.693, 1.0 / 3, 2.0 / 3}, {1.0 / 3, 2.0 / 3, 0}, {0.5, 0.5, 0}, {0, 0, 0}, {0.5, 0, 0}};

/// A gap's grip: a little wider than the gap, so that it can be caught.
struct Grip {
    QWidget *widget = nullptr;
    int split = 0, second = -1; ///< numbers of the shares that it moves
    bool upright = true;        ///< the first one is a share of the width
};

} // namespace

struct ViewGrid::Private {
    SliceView *planes[3] = {};
    SliceView *sequences[4] = {};
    VolumeView *volume = nullptr;
    GridLayout layout = GridLayout::TwoByTwo;
    Splits splits[layoutCount];
    QWidget *main = nullptr, *maximised = nullptr, *active = nullptr;
    QList<Grip> grips;
    QPoint dragFrom;

    Private() { std::copy(std::begin(defaultSplits), std::end(defaultSplits), std::begin(splits)); }
    Splits &now() { return splits[int(layout)]; }

    QList<QWidget *> views() const
    {
        QList<QWidget *> all;
        for (SliceView *view : planes)
            all << view;
        all << volume;
        for (SliceView *view : sequences)
            all << view;
        return all;
    }

    QList<QWidget *> shown() const
    {
        if (maximised) return {maximised};
        QWidget *const first = main ? main : planes[0];
        switch (layout) {
        case GridLayout::TwoByTwo:
            return {planes[0], planes[1], planes[2], volume};
        case GridLayout::ThreeInARow:
            return {planes[0], planes[1], planes[2]};
        case GridLayout::FourSequences:
            return {sequences[0], sequences[1], sequences[2], sequences[3]};
        case GridLayout::Single:
            return {first};
        case GridLayout::Pair:
            return {sequences[0], sequences[1]};
        case GridLayout::LargeAndThree:
            break;
        }
        QList<QWidget *> list{first};
        for (QWidget *view : {static_cast<QWidget *>(planes[0]), static_cast<QWidget *>(planes[1]),
                              static_cast<QWidget *>(planes[2]), static_cast<QWidget *>(volume)})
            if (view != first) list << view;
        return list;
    }
};

ViewGrid::ViewGrid(QWidget *parent) : QWidget(parent), m(std::make_unique<Private>())
{
    setObjectName(QStringLiteral("viewGrid"));
    static const char *const names[3] = {"axial", "coronal", "sagittal"};
    for (int n = 0; n < 3; ++n) {
        m->planes[n] = new SliceView(QString::fromLatin1(names[n]), this);
        render::SliceState state;
        state.plane = render::Plane(n);
        m->planes[n]->setState(state);
    }
    for (int n = 0; n < 4; ++n)
        m->sequences[n] = new SliceView(QStringLiteral("sequence.%1").arg(n + 1), this);
    m->volume = new VolumeView(this);
    m->main = m->planes[0];
    const auto toggle = [this](QWidget *view) { maximise(m->maximised == view ? nullptr : view); };
    for (SliceView *view : allSlices()) {
        connect(view, &SliceView::activated, this, [this, view] { setActiveView(view); });
        connect(view, &SliceView::maximiseWished, this, [toggle, view] { toggle(view); });
    }
    connect(m->volume, &VolumeView::activated, this, [this] { setActiveView(m->volume); });
    connect(m->volume, &VolumeView::maximiseWished, this, [this, toggle] { toggle(m->volume); });
    for (int n = 0; n < 4; ++n) {
        Grip grip;
        grip.widget = new QWidget(this);
        grip.widget->installEventFilter(this);
        m->grips << grip;
    }
    setActiveView(m->planes[0]);
    connect(&Theme::instance(), &Theme::themeChanged, this, [this] {
        QResizeEvent again(size(), size());
        resizeEvent(&again);
        update();
    });
}

ViewGrid::~ViewGrid() = default;

SliceView *ViewGrid::slice(render::Plane plane) const { return m->planes[int(plane)]; }
SliceView *ViewGrid::sequenceView(int number) const { return m->sequences[std::clamp(number, 0, 3)]; }
VolumeView *ViewGrid::volume() const { return m->volume; }

QList<SliceView *> ViewGrid::allSlices() const
{
    return {m->planes[0],    m->planes[1],    m->planes[2],   m->sequences[0],
            m->sequences[1], m->sequences[2], m->sequences[3]};
}

QList<SliceView *> ViewGrid::visibleSlices() const
{
    QList<SliceView *> list;
    const auto shown = m->shown();
    for (QWidget *view : shown)
        if (auto *slice = qobject_cast<SliceView *>(view)) list << slice;
    return list;
}

void ViewGrid::setLayoutKind(GridLayout layout)
{
    const bool changed = layout != m->layout;
    m->layout = layout;
    if (m->maximised) maximise(nullptr);
    QResizeEvent again(size(), size());
    resizeEvent(&again);
    const auto shown = m->shown();
    if (!shown.contains(m->active)) setActiveView(shown.first());
    if (changed) emit layoutKindChanged(layout);
}

GridLayout ViewGrid::layoutKind() const { return m->layout; }

void ViewGrid::setMainView(QWidget *view)
{
    if (!view || view == m->main || !m->views().contains(view)) return;
    m->main = view;
    QResizeEvent again(size(), size());
    resizeEvent(&again);
}

QWidget *ViewGrid::mainView() const { return m->main; }

void ViewGrid::maximise(QWidget *view)
{
    if (view == m->maximised || (view && !m->views().contains(view))) return;
    m->maximised = view;
    for (SliceView *slice : allSlices())
        slice->setMaximised(slice == view);
    m->volume->setMaximised(m->volume == view);
    QResizeEvent again(size(), size());
    resizeEvent(&again);
    if (view) setActiveView(view);
    emit maximisedChanged(view);
}

QWidget *ViewGrid::maximised() const { return m->maximised; }

void ViewGrid::setActiveView(QWidget *view)
{
    if (view == m->active) return;
    m->active = view;
    for (SliceView *slice : allSlices())
        slice->setActive(slice == view);
    m->volume->setActive(m->volume == view);
    emit activeViewChanged(view);
}

QWidget *ViewGrid::activeView() const { return m->active; }

void ViewGrid::focusNextView()
{
    const auto shown = m->shown();
    const int at = int(shown.indexOf(m->active));
    QWidget *next = shown[(at + 1) % shown.size()];
    setActiveView(next);
    next->setFocus(Qt::OtherFocusReason);
}

QByteArray ViewGrid::saveSplits() const
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    for (const Splits &splits : m->splits)
        for (const double split : splits)
            out << split;
    return bytes;
}

void ViewGrid::restoreSplits(const QByteArray &bytes)
{
    QDataStream in(bytes);
    Splits read[layoutCount];
    std::copy(std::begin(defaultSplits), std::end(defaultSplits), std::begin(read));
    for (Splits &splits : read) {
        if (in.atEnd()) break; // kept when there were fewer layouts
        for (double &split : splits)
            in >> split;
    }
    if (in.status() != QDataStream::Ok) return;
    for (const Splits &splits : read)
        for (const double split : splits)
            if (!(split >= 0 && split <= 1)) return;
    std::copy(std::begin(read), std::end(read), std::begin(m->splits));
    QResizeEvent again(size(), size());
    resizeEvent(&again);
}

void ViewGrid::resizeEvent(QResizeEvent *)
{
    const int gap = Theme::px(2), w = width(), h = height();
    const auto shown = m->shown();
    const Splits &s = m->now();
    // A gap at a share of a length: [end of what is before, start of what is after).
    const auto cut = [gap](double share, int length) { return int(std::lround(share * (length - gap))); };
    const auto views = m->views();
    for (QWidget *view : views)
        if (!shown.contains(view)) view->hide();
    const auto place = [](QWidget *view, int x0, int y0, int x1, int y1) {
        view->setGeometry(x0, y0, std::max(1, x1 - x0), std::max(1, y1 - y0));
        view->show();
    };
    struct GripPlace {
        QRect rect;
        int split, second;
        bool upright;
    };
    QList<GripPlace> grips;
    const int reach = Theme::px(3);
    const auto level = [&](int y, int x0, int x1, int split) {
        grips << GripPlace{{x0, y - reach + 1, x1 - x0, gap + 2 * reach - 2}, split, -1, false};
    };
    const auto upright = [&](int x, int y0, int y1, int split) {
        grips << GripPlace{{x - reach + 1, y0, gap + 2 * reach - 2, y1 - y0}, split, -1, true};
    };
    if (shown.size() == 1) {
        place(shown[0], 0, 0, w, h);
    } else if (m->layout == GridLayout::Pair) {
        const int a = cut(s[0], w);
        place(shown[0], 0, 0, a, h);
        place(shown[1], a + gap, 0, w, h);
        upright(a, 0, h, 0);
    } else if (m->layout == GridLayout::ThreeInARow) {
        const int a = cut(s[0], w), b = cut(s[1], w);
        place(shown[0], 0, 0, a, h);
        place(shown[1], a + gap, 0, b, h);
        place(shown[2], b + gap, 0, w, h);
        upright(a, 0, h, 0);
        upright(b, 0, h, 1);
    } else if (m->layout == GridLayout::LargeAndThree) {
        const int a = cut(s[0], w), b = cut(s[1], h), c = cut(s[2], h);
        place(shown[0], 0, 0, a, h);
        place(shown[1], a + gap, 0, w, b);
        place(shown[2], a + gap, b + gap, w, c);
        place(shown[3], a + gap, c + gap, w, h);
        upright(a, 0, h, 0);
        level(b, a + gap, w, 1);
        level(c, a + gap, w, 2);
    } else {
        const int a = cut(s[0], w), b = cut(s[1], h);
        place(shown[0], 0, 0, a, b);
        place(shown[1], a + gap, 0, w, b);
        place(shown[2], 0, b + gap, a, h);
        place(shown[3], a + gap, b + gap, w, h);
        upright(a, 0, h, 0);
        level(b, 0, w, 1);
        grips << GripPlace{{a - 2 * reach, b - 2 * reach, 4 * reach + gap, 4 * reach + gap}, 0, 1, true};
    }
    for (int n = 0; n < m->grips.size(); ++n) {
        Grip &grip = m->grips[n];
        grip.widget->setVisible(n < grips.size());
        if (n >= grips.size()) continue;
        grip.split = grips[n].split;
        grip.second = grips[n].second;
        grip.upright = grips[n].upright;
        grip.widget->setGeometry(grips[n].rect);
        grip.widget->setCursor(grip.second >= 0 ? Qt::SizeAllCursor
                               : grip.upright   ? Qt::SplitHCursor
                                                : Qt::SplitVCursor);
        grip.widget->raise();
    }
}

bool ViewGrid::eventFilter(QObject *watched, QEvent *event)
{
    const auto found = std::ranges::find(m->grips, watched, &Grip::widget);
    if (found == m->grips.end()) return QWidget::eventFilter(watched, event);
    Splits &splits = m->now();
    if (event->type() == QEvent::MouseButtonDblClick) {
        splits[std::size_t(found->split)] = defaultSplits[int(m->layout)][std::size_t(found->split)];
        if (found->second >= 0)
            splits[std::size_t(found->second)] = defaultSplits[int(m->layout)][std::size_t(found->second)];
    } else if (event->type() == QEvent::MouseMove && static_cast<QMouseEvent *>(event)->buttons() & Qt::LeftButton) {
        const QPointF at = found->widget->mapToParent(static_cast<QMouseEvent *>(event)->position());
        const auto set = [&](int number, double share) {
            // Gaps of one direction keep their order and at least an eighth of the length between them.
            double low = 0.125, high = 0.875;
            const bool pair =
                m->layout == GridLayout::ThreeInARow || (m->layout == GridLayout::LargeAndThree && number > 0);
            const int first = m->layout == GridLayout::ThreeInARow ? 0 : 1;
            if (pair && number == first) high = splits[std::size_t(first + 1)] - 0.125;
            if (pair && number == first + 1) low = splits[std::size_t(first)] + 0.125;
            splits[std::size_t(number)] = std::clamp(share, low, std::max(low, high));
        };
        set(found->split, found->upright ? at.x() / std::max(1, width()) : at.y() / std::max(1, height()));
        if (found->second >= 0) set(found->second, at.y() / std::max(1, height()));
    } else {
        return event->type() == QEvent::MouseButtonPress;
    }
    QResizeEvent again(size(), size());
    resizeEvent(&again);
    return true;
}

void ViewGrid::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::color(Token::Bg0));
}

} // namespace glio::widgets
