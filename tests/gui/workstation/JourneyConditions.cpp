#include "JourneyPlayer.h"

#include "glioscope/widgets/Banner.h"

#include <QtWidgets>

#include <algorithm>

// What a journey may wait for and expect:
//   settled | segmented                nothing is under way; a model has given the mask and its places are found
//   mode NAME | tool NAME              Cases, Review, Correct, Doubts, Learn; Crosshair, Brush, Ruler, Grow
//   enabled NAME | off NAME            a widget that can be pressed; one that cannot
//   shown NAME | hidden NAME
//   text NAME has TEXT                 in a label, line, edit, button or list
//   banner ID                          the banner shows that message
//   preview | no preview               a tool's answer is shown and not yet taken
//   place visited                      Doubts stands at a place
//   places STATE is|over N             open, kept, changed, asked
//   step ID                            the last step that holds
//   steps N more than MEMORY
//   change is MEMORY                   the sentence on what changed since the draft
//   mask is|is not MEMORY | mask marks LABEL | history is MEMORY | history replays
//   measured                           the diameters are proposed
//   signed by READER | not signed
namespace glio::gui {
namespace {

QString when(bool holds, const QString &otherwise) { return holds ? QString() : otherwise; }

QString textOf(const QWidget *widget)
{
    if (auto *label = qobject_cast<const QLabel *>(widget)) return label->text();
    if (auto *line = qobject_cast<const QLineEdit *>(widget)) return line->text();
    if (auto *edit = qobject_cast<const QPlainTextEdit *>(widget)) return edit->toPlainText();
    if (auto *button = qobject_cast<const QAbstractButton *>(widget)) return button->text();
    QStringList rows;
    if (auto *view = qobject_cast<const QAbstractItemView *>(widget); view && view->model())
        for (int row = 0; row < view->model()->rowCount(); ++row)
            for (int column = 0; column < view->model()->columnCount(); ++column)
                for (const int role : {int(Qt::DisplayRole), int(Qt::AccessibleTextRole)})
                    rows << view->model()->index(row, column).data(role).toString();
    return rows.join('\n');
}

bool sameSteps(const std::vector<Step> &a, const std::vector<Step> &b)
{
    return std::ranges::equal(a, b, [](const Step &x, const Step &y) {
        return x.number == y.number && x.act == y.act && x.reader == y.reader && x.madeMs == y.madeMs &&
               x.changedVoxels == y.changedVoxels;
    });
}

/// Every step back to the empty mask and forward again, on a copy: what undo would do were the case not signed off.
QString replayed(const MaskDocument &document)
{
    MaskDocument copy = document;
    const std::size_t last = copy.position();
    if (last == 0) return QStringLiteral("there is no step");
    for (std::size_t n = last; n > 0; --n)
        if (const auto done = copy.undo(); !done)
            return QStringLiteral("step %1: %2").arg(n).arg(QString::fromStdString(done.error().message));
    if (!copy.labels().boundingBox().empty()) return QStringLiteral("something is marked before the first step");
    for (std::size_t n = 0; n < last; ++n)
        if (!copy.redo()) return QStringLiteral("step %1 cannot be done again").arg(n + 1);
    return when(copy.labels() == document.labels(), QStringLiteral("the steps do not lead to the mask"));
}

} // namespace

QString JourneyPlayer::condition(const QStringList &words)
{
    const QString kind = words.value(0), one = words.value(1), two = words.value(2);
    app::CaseModel &model = m_desk->model();
    const app::Presenters &p = m_desk->workstation.presenters();
    QWidget *widget = m_desk->window().findChild<QWidget *>(one);
    if (kind == "settled") return when(m_desk->workstation.settled(), "something is still under way");
    if (kind == "segmented")
        return when(!p.segment.busy() && model.hasProbabilities() && model.placesKnown(), "Segment is not done");
    if (kind == "mode") {
        static const QStringList names{"Cases", "Review", "Correct", "Doubts", "Learn"};
        const QString now = names.value(int(m_desk->window().mode()));
        return when(now == one, "the mode is " + now);
    }
    if (kind == "tool") {
        static const std::map<QString, interaction::Tool> tools{{"Crosshair", interaction::Tool::Crosshair},
                                                                {"Brush", interaction::Tool::Brush},
                                                                {"Ruler", interaction::Tool::Ruler},
                                                                {"Grow", interaction::Tool::Grow}};
        if (!tools.contains(one)) return "no tool is named " + one;
        return when(p.tools.tool() == tools.at(one), "another tool is in the hand");
    }
    if (kind == "enabled" || kind == "shown") {
        if (!widget) return "no widget is named " + one;
        if (!widget->isVisible()) return one + " is hidden";
        return when(kind == "shown" || widget->isEnabled(), one + " is off: " + widget->toolTip());
    }
    if (kind == "off") return when(widget && !widget->isEnabled(), one + " can be used");
    if (kind == "hidden") return when(!widget || !widget->isVisible(), one + " is shown");
    if (kind == "text") {
        if (!widget) return "no widget is named " + one;
        const QString wanted = words.mid(3).join(' '), now = textOf(widget);
        return when(now.contains(wanted), one + " says \"" + now + '"');
    }
    if (kind == "banner") return when(m_desk->window().banner()->isShowing(one), "the banner does not say it");
    if (kind == "preview")
        return when(model.previewing() && p.smart.ready() && !p.smart.busy(),
                    "the tool says \"" + m_desk->find<QLabel>("smartPreview")->text() + '"');
    if (kind == "no" && one == "preview") return when(!model.previewing(), "a tool's answer is shown");
    if (kind == "place") return when(p.doubts.current() > 0, "no place is visited");
    if (kind == "places") {
        static const std::map<QString, app::PlaceState> states{{"open", app::PlaceState::Open},
                                                               {"kept", app::PlaceState::Kept},
                                                               {"changed", app::PlaceState::Changed},
                                                               {"asked", app::PlaceState::Asked}};
        if (!states.contains(one)) return "no state of a place is named " + one;
        const auto count = std::ranges::count(model.placeStates(), states.at(one));
        const int wanted = words.value(3).toInt();
        return when(two == "over" ? count > wanted : count == wanted, QStringLiteral("%1 are %2").arg(count).arg(one));
    }
    const MaskDocument &document = model.document();
    if (kind == "step") {
        if (document.position() == 0) return "no step holds";
        const QString now = QString::fromStdString(document.steps()[document.position() - 1].act.id);
        return when(now == one, "the last step is " + now);
    }
    if (kind == "steps") {
        const auto before = m_memories.find(words.value(4));
        if (before == m_memories.end()) return "nothing is remembered as " + words.value(4);
        const auto more = std::ptrdiff_t(document.position()) - std::ptrdiff_t(before->second.position);
        return when(more == one.toInt(), QStringLiteral("%1 steps more").arg(more));
    }
    if (kind == "change") {
        const QString now = m_desk->find<QLabel>("changeSinceDraft")->text();
        return when(m_memories.contains(two) && m_memories[two].sinceDraft == now, "it says \"" + now + '"');
    }
    if (kind == "history" && one == "replays") return replayed(document);
    if (kind == "mask" && one == "marks") {
        const LabelDefinition *label = model.scheme().label(two.toStdString());
        if (!label) return "no label is named " + two;
        return when(document.labels().count(label->value) > 0, "nothing is marked " + two);
    }
    if (kind == "mask" || kind == "history") {
        const bool other = two == "not";
        const auto before = m_memories.find(words.value(other ? 3 : 2));
        if (before == m_memories.end()) return "nothing is remembered as " + words.last();
        const bool same = kind == "mask" ? before->second.mask == document.labels()
                                         : before->second.position == document.position() &&
                                               sameSteps(before->second.steps, document.steps());
        return when(same != other, other ? "it is the same" : "it is another");
    }
    if (kind == "measured")
        return when(!p.measures.busy() && !p.measures.reading() && !p.measures.diameters().lesions.empty(),
                    "nothing is measured");
    if (kind == "signed") {
        const QString by = words.mid(2).join(' ');
        return when(model.signedOff() && model.signedOff()->reader == by, "it is not signed off by " + by);
    }
    if (kind == "not" && one == "signed") return when(!model.signedOff(), "it is signed off");
    return "no condition is named " + words.join(' ');
}

} // namespace glio::gui
