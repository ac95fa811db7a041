#pragma once
#include "glioscope/widgets/Controls.h"

#include <catch2/catch_test_macros.hpp>

#include <QApplication>
#include <QDoubleSpinBox>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>

// What a hand does to a widget, and what an eye finds there.

inline void press(QWidget *widget, int key, const QString &text = {})
{
    QKeyEvent down(QEvent::KeyPress, key, Qt::NoModifier, text);
    QApplication::sendEvent(widget, &down);
}
inline void mouse(QWidget *widget, QEvent::Type type, QPointF at)
{
    const bool up = type == QEvent::MouseButtonRelease;
    QMouseEvent event(type, at, widget->mapToGlobal(at), Qt::LeftButton, up ? Qt::NoButton : Qt::LeftButton,
                      Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}
inline void wheel(QWidget *widget)
{
    const QPointF at = widget->rect().center();
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(widget, &event);
}
/// Types into a spin box as a hand does: what stands there is replaced, and Tab or Enter ends it.
inline void type(QDoubleSpinBox *box, const QString &text)
{
    box->selectAll();
    for (const QChar letter : text)
        press(box, letter.unicode(), letter);
}
inline bool showsReason(QWidget &root, const QString &text)
{
    const auto lines = root.findChildren<glio::widgets::ReasonLine *>();
    return std::any_of(lines.begin(), lines.end(),
                       [&](glio::widgets::ReasonLine *line) { return !line->isHidden() && line->text() == text; });
}
template <class T> T *child(QWidget &root, const char *name)
{
    T *found = root.findChild<T *>(QLatin1String(name));
    INFO(name);
    REQUIRE(found);
    return found;
}
