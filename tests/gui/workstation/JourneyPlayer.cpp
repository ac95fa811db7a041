#include "JourneyPlayer.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QtTest>
#include <QtWidgets>

#include <cmath>

namespace glio::gui {
namespace {

constexpr int kWaitMs = 60'000, kMostKeys = 60;
constexpr double kStrokeStepMm = 2;

/// A gesture at a place of a widget, sent to the window that it is part of.
struct Spot {
    QWindow *window;
    QPoint at;
};
Spot spotOf(const QWidget *widget, const QPoint &at)
{
    return {widget->window()->windowHandle(), widget->mapTo(widget->window(), at)};
}

/// Empty when a hand reaches `widget` there.
QString covered(QWidget *widget, const QPoint &at)
{
    QWidget *top = widget->window()->childAt(widget->mapTo(widget->window(), at));
    for (QWidget *each = top; each; each = each->parentWidget())
        if (each == widget) return {};
    return QStringLiteral("%1 is covered by %2 %3")
        .arg(widget->objectName(), top ? QLatin1String(top->metaObject()->className()) : QLatin1String("nothing"),
             top ? top->objectName() : QString());
}

void bringIntoSight(QWidget *widget)
{
    for (QWidget *each = widget->parentWidget(); each; each = each->parentWidget())
        if (auto *area = qobject_cast<QScrollArea *>(each)) area->ensureWidgetVisible(widget, 0, 24);
    QCoreApplication::processEvents();
}

} // namespace

JourneyPlayer::JourneyPlayer(std::map<QString, QString> names) : m_names(std::move(names)) {}
JourneyPlayer::~JourneyPlayer() = default;

QString JourneyPlayer::play(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text)) return file.fileName() + " cannot be read";
    const QStringList lines = QString::fromUtf8(file.readAll()).split('\n');
    for (qsizetype n = 0; n < lines.size(); ++n) {
        QString line = lines[n].section('#', 0, 0).simplified();
        if (line.isEmpty()) continue;
        for (const auto &[name, value] : m_names)
            line.replace('$' + name, value);
        if (const QString problem = perform(line.split(' ')); !problem.isEmpty()) {
            if (m_desk) (void)picture("stopped");
            return QStringLiteral("%1, line %2, %3: %4")
                .arg(QFileInfo(file).fileName(), QString::number(n + 1), line, problem);
        }
    }
    return {};
}

QString JourneyPlayer::perform(const QStringList &words)
{
    if (words[0] == "start") {
        m_desk = std::make_unique<Desk>();
        m_desk->workstation.startEngine();
        return {};
    }
    if (!m_desk) return "there is no window";
    if (words[0] == "close") {
        m_desk->window().close();
        const bool settled = m_desk->settle();
        m_desk.reset();
        return settled ? QString() : QStringLiteral("it does not come to rest");
    }
    const QString problem = performHere(words);
    QCoreApplication::processEvents();
    return problem;
}

QString JourneyPlayer::performHere(const QStringList &words)
{
    const QString what = words[0], name = words.value(1), rest = words.mid(2).join(' ');
    if (what == "drop") return drop(words.mid(1));
    if (what == "press") return press(name);
    if (what == "accept") return accept(name);
    if (what == "double") return pressTwice(name, rest);
    if (what == "type") return type(name, rest);
    if (what == "enter") {
        const QString problem = type(name, rest);
        return problem.isEmpty() ? key("Return") : problem;
    }
    if (what == "key") return words.value(2) == "while" ? repeatKey(name, words.mid(3)) : key(name);
    if (what == "click" || what == "drag")
        return stroke(name == "right" ? Qt::RightButton : Qt::LeftButton, words.mid(2));
    if (what == "wheel") {
        m_desk->wheel(view()->canvas(), name.toInt());
        return {};
    }
    if (what == "wait") return waitFor(words.mid(1));
    if (what == "expect") return condition(words.mid(1));
    if (what == "remember") {
        const MaskDocument &document = m_desk->model().document();
        m_memories[name] = {document.labels(), document.steps(), document.position(),
                            m_desk->find<QLabel>("changeSinceDraft")->text()};
        return {};
    }
    if (what == "picture") return picture(name);
    if (what == "check")
        return m_checks.contains(name) ? m_checks[name](*m_desk, words.mid(2)) : "no check is named " + name;
    return "no gesture is named " + what;
}

QString JourneyPlayer::waitFor(const QStringList &words)
{
    QString problem;
    const bool came = QTest::qWaitFor(
        [&] {
            problem = condition(words);
            return problem.isEmpty();
        },
        kWaitMs);
    return came ? QString() : problem;
}

QString JourneyPlayer::repeatKey(const QString &chord, const QStringList &goesOn)
{
    for (int n = 0; condition(goesOn).isEmpty(); ++n) {
        if (n == kMostKeys) return QStringLiteral("it does not end");
        if (const QString problem = key(chord); !problem.isEmpty()) return problem;
    }
    return {};
}

QWidget *JourneyPlayer::found(const QString &name, QString &problem)
{
    // Of several with that name, the one that is seen: a dialog's while it is open.
    QWidget *best = nullptr;
    for (QWidget *widget : m_desk->window().findChildren<QWidget *>(name))
        if (!best || (widget->isVisible() && !best->isVisible())) best = widget;
    if (!best) problem = "no widget is named " + name;
    if (best && !best->isVisible()) problem = name + " is hidden";
    if (best && best->isVisible() && !best->isEnabled()) problem = name + " is off: " + best->toolTip();
    if (problem.isEmpty()) bringIntoSight(best);
    return best;
}

QString JourneyPlayer::press(const QString &name)
{
    QString problem;
    QWidget *widget = found(name, problem);
    return problem.isEmpty() ? press(widget) : problem;
}

QString JourneyPlayer::press(QWidget *widget)
{
    if (!widget->isEnabled()) return widget->objectName() + " is off";
    const QPoint middle = widget->rect().center();
    if (const QString problem = covered(widget, middle); !problem.isEmpty()) return problem;
    const Spot spot = spotOf(widget, middle);
    QTest::mouseMove(spot.window, spot.at);
    QTest::mouseClick(spot.window, Qt::LeftButton, {}, spot.at);
    return {};
}

QString JourneyPlayer::accept(const QString &name)
{
    QString problem;
    QWidget *dialog = found(name, problem);
    if (!problem.isEmpty()) return problem;
    for (QDialogButtonBox *box : dialog->findChildren<QDialogButtonBox *>())
        for (QAbstractButton *button : box->buttons())
            if (box->buttonRole(button) == QDialogButtonBox::AcceptRole) return press(button);
    return name + " has no button that accepts";
}

QString JourneyPlayer::pressTwice(const QString &name, const QString &text)
{
    QString problem;
    auto *view = qobject_cast<QAbstractItemView *>(found(name, problem));
    if (!problem.isEmpty()) return problem;
    if (!view) return name + " is no list";
    const QAbstractItemModel *rows = view->model();
    for (int row = 0; row < rows->rowCount(); ++row)
        for (int column = 0; column < rows->columnCount(); ++column) {
            const QModelIndex index = rows->index(row, column);
            const bool says =
                index.data().toString().contains(text) || index.data(Qt::AccessibleTextRole).toString().contains(text);
            view->scrollTo(index);
            const QRect cell = view->visualRect(index);
            if (!says || cell.isEmpty()) continue;
            const Spot spot = spotOf(view->viewport(), cell.center());
            QTest::mouseClick(spot.window, Qt::LeftButton, {}, spot.at);
            QTest::mouseDClick(spot.window, Qt::LeftButton, {}, spot.at);
            return {};
        }
    return "no row holds " + text;
}

QString JourneyPlayer::type(const QString &name, const QString &text)
{
    if (const QString problem = press(name); !problem.isEmpty()) return problem;
    if (const QString problem = key("Ctrl+A"); !problem.isEmpty()) return problem;
    QWidget *widget = QApplication::focusWidget();
    if (!widget) return "nothing has the focus";
    for (const QChar letter : text)
        QTest::keyClick(widget->window()->windowHandle(), letter.toLatin1());
    QCoreApplication::processEvents();
    if (QWidget *offers = QApplication::activePopupWidget()) offers->close(); // completions of a file name
    return {};
}

QString JourneyPlayer::key(const QString &chord)
{
    const QKeySequence keys(chord, QKeySequence::PortableText);
    if (keys.isEmpty() || keys[0].key() == Qt::Key_unknown) return "no key is named " + chord;
    QWidget *active = QApplication::activeModalWidget();
    if (!active) active = &m_desk->window();
    if (!active->isActiveWindow()) {
        active->activateWindow();
        if (!QTest::qWaitForWindowActive(active->windowHandle(), 5000)) return "the window does not get the focus";
    }
    QTest::keyClick(active->windowHandle(), keys[0].key(), keys[0].keyboardModifiers());
    return {};
}

QString JourneyPlayer::drop(const QStringList &files)
{
    QMimeData mime;
    QList<QUrl> urls;
    for (const QString &file : files)
        urls << QUrl::fromLocalFile(file);
    mime.setUrls(urls);
    // Without a drag source Qt's platform sends none: the widget under the hand gets what Qt would hand it.
    QWidget *window = &m_desk->window();
    const QPoint middle = window->rect().center();
    QWidget *target = window->childAt(middle);
    while (target && !target->acceptDrops())
        target = target->parentWidget();
    if (!target) return "nothing takes a file there";
    const QPoint at = target->mapFrom(window, middle);
    QDragEnterEvent enter(at, Qt::CopyAction, &mime, Qt::LeftButton, {});
    QApplication::sendEvent(target, &enter);
    if (!enter.isAccepted()) return "the files are not taken";
    QDropEvent event(at, Qt::CopyAction, &mime, Qt::LeftButton, {});
    QApplication::sendEvent(target, &event);
    return {};
}

widgets::SliceView *JourneyPlayer::view()
{
    widgets::SliceView *axial = m_desk->window().grid()->slice(render::Plane::Axial);
    const QList<widgets::SliceView *> visible = m_desk->window().grid()->visibleSlices();
    return axial->isVisible() || visible.isEmpty() ? axial : visible.front(); // four sequences, all axial
}

std::optional<PointMm> JourneyPlayer::point(const QString &text, QString &problem)
{
    static const QRegularExpression shape("^([a-z.]+)(?:\\+(-?[0-9.]+),(-?[0-9.]+))?$");
    const auto parts = shape.match(text);
    const QStringList numbers = text.split(',');
    if (!parts.hasMatch() && numbers.size() == 3)
        return PointMm{numbers[0].toDouble(), numbers[1].toDouble(), numbers[2].toDouble()};
    const QString from = parts.captured(1);
    const auto &lesions = m_desk->workstation.presenters().measures.diameters().lesions;
    std::optional<PointMm> place;
    if (from == "cursor") place = m_desk->model().cursor();
    if (from == "tumour") place = m_desk->model().centreOf("WT");
    if (from == "longest.a" && !lesions.empty()) place = lesions[0].size.longest.a;
    if (from == "longest.b" && !lesions.empty()) place = lesions[0].size.longest.b;
    if (!place) {
        problem = "there is no place " + text;
        return place;
    }
    const double mmPerPixel = view()->viewpoint().mmPerPixel;
    const render::ViewPoint2 at = view()->transform().toView(*place);
    return view()->transform().toWorld(
        {at.x + parts.captured(2).toDouble() / mmPerPixel, at.y + parts.captured(3).toDouble() / mmPerPixel});
}

QString JourneyPlayer::stroke(Qt::MouseButton button, const QStringList &points)
{
    widgets::SliceView *on = view();
    QWidget *canvas = on->canvas();
    if (!on->isVisible()) return "no slice view is shown";
    QList<QPoint> way;
    for (const QString &text : points) {
        QString problem;
        const auto place = point(text, problem);
        if (!place) return problem;
        const render::ViewPoint2 at = on->transform().toView(*place);
        const QPoint to(int(std::lround(at.x)), int(std::lround(at.y)));
        if (!canvas->rect().contains(to)) return text + " lies outside the view";
        if (problem = covered(canvas, to); !problem.isEmpty()) return problem;
        const QPoint from = way.isEmpty() ? to : way.last();
        const double mm = std::hypot(to.x() - from.x(), to.y() - from.y()) * on->viewpoint().mmPerPixel;
        const int steps = std::max(1, int(mm / kStrokeStepMm));
        for (int n = 1; n <= steps; ++n)
            way << from + (to - from) * n / steps;
    }
    if (way.isEmpty()) return "there is no place to go to";
    Spot spot = spotOf(canvas, way.first());
    QTest::mouseMove(spot.window, spot.at);
    QTest::mousePress(spot.window, button, {}, spot.at);
    for (const QPoint &at : way.mid(1)) {
        spot = spotOf(canvas, at);
        QTest::mouseMove(spot.window, spot.at);
    }
    QTest::mouseRelease(spot.window, button, {}, spot.at);
    return {};
}

QString JourneyPlayer::picture(const QString &name)
{
    const QString folder = qEnvironmentVariable("GLIO_JOURNEY_PICTURES");
    if (folder.isEmpty()) return {};
    QTest::qWait(400); // hover and toast animations end
    QDir().mkpath(folder);
    const QRect place = m_desk->window().geometry();
    const QPixmap shot = m_desk->window().screen()->grabWindow(0, place.x(), place.y(), place.width(), place.height());
    const QString file = folder + '/' + name + ".png";
    return shot.save(file) ? QString() : file + " cannot be written";
}

} // namespace glio::gui
