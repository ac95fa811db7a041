#pragma once
#include "glioscope/render/Frame.h"

#include <QImage>

namespace glio::widgets {

/// A QImage over the frame's own memory, without a copy: valid while the frame lives and keeps its size. Painting into
/// it writes into the frame.
inline QImage imageOver(render::Frame &frame)
{
    QImage image(reinterpret_cast<uchar *>(frame.pixels.data()), frame.width, frame.height, frame.width * 4,
                 QImage::Format_RGB32);
    image.setDevicePixelRatio(frame.ratio);
    return image;
}
inline QImage imageOver(const render::Frame &frame)
{
    QImage image(reinterpret_cast<const uchar *>(frame.pixels.data()), frame.width, frame.height, frame.width * 4,
                 QImage::Format_RGB32);
    image.setDevicePixelRatio(frame.ratio);
    return image;
}

} // namespace glio::widgets
