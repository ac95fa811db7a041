#pragma once
#include "GuiTest.h"

#include <QPoint>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace glio::widgets {
class SliceView;
}

namespace glio::gui {

/// Performs a journey: a text file of gestures, one a line, `#` begins a remark. Each becomes events on the window's
/// own handle, so that what lies on top gets them, as from a hand. A gesture on a widget that is hidden, off or covered
/// ends the journey.
///
///   start | close                      a window with its engine; it is closed and gone
///   drop FILE                          files dropped onto the window
///   press NAME                         left click on the widget with that object name (scrolled to first)
///   accept NAME                        left click on the button that accepts that dialog
///   double NAME TEXT                   double click on the row of a list or table that holds TEXT
///   type NAME TEXT, enter NAME TEXT    its text replaced by TEXT; and Return
///   key CHORD, key CHORD while COND    at what has the focus; again and again, at most 60 times
///   click BUTTON POINT                 in the axial view: left, right
///   drag BUTTON POINT POINT...         in the axial view, an event every 2 mm
///   wheel STEPS                        in the axial view
///   wait COND, expect COND             within a minute; at once
///   remember NAME                      mask, history and change since the draft under that name
///   picture NAME                       NAME.png of the screen, into the folder that GLIO_JOURNEY_PICTURES names;
///                                      stopped.png where it could not go on
///   check NAME WORDS...                what the test itself looks at
///
/// POINT: `cursor`, `tumour` (the whole tumour's middle), `longest.a`, `longest.b` (of the first diameters), each with
/// `+RIGHT,DOWN` in mm on the screen, or `X,Y,Z` in LPS mm. COND: see JourneyConditions.cpp. `$name` in any word is
/// replaced by what the test gave. Thread: GUI.
class JourneyPlayer {
public:
    /// What a test looks at by itself: empty when it holds, else a sentence.
    using Check = std::function<QString(Desk &desk, const QStringList &words)>;

    explicit JourneyPlayer(std::map<QString, QString> names);
    ~JourneyPlayer();
    void addCheck(const QString &name, Check check) { m_checks[name] = std::move(check); }
    /// Empty when all of it could be done and held, else a sentence with file and line.
    QString play(const std::filesystem::path &file);
    Desk *desk() { return m_desk.get(); }

    struct Memory {
        LabelMap mask;
        std::vector<Step> steps;
        std::size_t position = 0;
        QString sinceDraft; ///< "Changed since the draft: +1.2 mL"
    };

private:
    QString perform(const QStringList &words);
    QString performHere(const QStringList &words);
    QString condition(const QStringList &words); ///< empty: it holds
    QString waitFor(const QStringList &words);
    QString repeatKey(const QString &chord, const QStringList &goesOn);

    QWidget *found(const QString &name, QString &problem);
    QString press(const QString &name);
    QString press(QWidget *widget);
    QString accept(const QString &name);
    QString pressTwice(const QString &name, const QString &text);
    QString type(const QString &name, const QString &text);
    QString key(const QString &chord);
    QString drop(const QStringList &files);
    QString stroke(Qt::MouseButton button, const QStringList &points);
    QString picture(const QString &name);
    std::optional<PointMm> point(const QString &text, QString &problem);
    widgets::SliceView *view(); ///< axial: the one of the three planes, or the first sequence's

    std::map<QString, QString> m_names;
    std::map<QString, Check> m_checks;
    std::map<QString, Memory> m_memories;
    std::unique_ptr<Desk> m_desk;
};

} // namespace glio::gui
