#pragma once
#include "glioscope/widgets/Theme.h"

#include <QApplication>

/// One application for all cases of this program; no display is needed, nothing here draws with OpenGL.
inline QApplication &application()
{
    static int argc = 1;
    static char name[] = "test_widgets";
    static char *argv[] = {name, nullptr};
    static QApplication *app = [] {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        auto *made = new QApplication(argc, argv); // never deleted: Catch2 ends the program after static objects
        glio::widgets::Theme::instance().setMotion(false);
        glio::widgets::Theme::instance().install();
        return made;
    }();
    return *app;
}
