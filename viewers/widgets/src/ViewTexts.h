#pragma once
#include "glioscope/render/SliceGeometry.h"

#include <QPainter>
#include <QStringList>

namespace glio::widgets {

/// What is written over a slice. Sizes are the view's logical ones.
struct ViewTexts {
    render::EdgeLetters letters;
    bool orientationStated = true, neurological = false;
    bool corners = true, image = false;
    render::Plane plane = render::Plane::Axial;
    QStringList topLeft, bottomLeft;
    double mmPerPixel = 1;
    QString emptyText;
    double progress = -1;
    bool heat = false; ///< legend of the heat map
};

/// Light text with a soft dark shadow, readable on white and on black.
void shadowedText(QPainter &painter, const QRectF &room, int flags, const QString &text, const QColor &colour);
void paintViewTexts(QPainter &painter, const QSizeF &size, const ViewTexts &texts);
/// Corner lines from (x, y) downwards, or upwards when `up`.
void paintCornerLines(QPainter &painter, double x, double y, const QStringList &lines, bool up);
/// Where the window's figures stand in the lower left corner.
QRectF windowTextRect(const QSizeF &size, const ViewTexts &texts);
/// Where the orientation badge lies.
QRectF badgeRect(const QSizeF &size);
/// How far the lines of a lower corner are raised so that they clear the letter and the scale bar of a narrow view.
double raisedBy(const QSizeF &size, const QStringList &lines);
QFont cornerFont();

} // namespace glio::widgets
