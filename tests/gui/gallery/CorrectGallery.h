#pragma once
#include <QImage>

class QWidget;

/// The parts of the mode Correct with invented data, for the gallery. `picture` stands in for thumbnails.
QWidget *makeCorrectPanel(const QImage &picture);
/// Hint bar and brush chips over views.
void addCorrectOverlays(QWidget *views);
/// States that the panel does not show at once, side by side; the narrowest panel among them.
QWidget *makeCorrectStates(const QImage &picture);
