#pragma once
#include "model/IntensityTable.h"
#include "model/Measures.h"

#include "glioscope/render/SliceState.h"

#include <QImage>
#include <QString>

#include <vector>

namespace glio::app {

/// What pictures and figures of a report need of the images: snapshots, so that a worker can use them.
struct ReportImages {
    std::vector<NamedImage> images;
    std::vector<DisplayRange> windows; ///< one an image, as the reader has set it
    Geometry reference;
    render::WorldBox head;
    std::vector<render::LabelLook> looks;
    render::Convention convention = render::Convention::Radiological;
    bool orientationStated = true;
};

/// A slice with the outlines of the mask, letters and scale bar. 720 x 600 pixels.
struct KeyPicture {
    QString caption;  ///< "T1c, axial 71"
    std::string file; ///< "t1c-axial.png"
    int slice = 0;    ///< 1-based, as the views count
    render::Plane plane = render::Plane::Axial;
    QImage image;
};

/// T1c (or what there is) and FLAIR (likewise), one after the other: axial, coronal, sagittal, each through the
/// largest cut of what is marked; the axial ones through the slice of the diameters, with them drawn. Thread: any;
/// needs a QGuiApplication for its letters.
std::vector<KeyPicture> keyPictures(const LabelMap &mask, const RanoReading &diameters, const ReportImages &images);

/// A point on the slice across `plane` that cuts the most marked voxels, in the middle of them; none: nothing marked.
std::optional<PointMm> largestCut(const LabelMap &mask, render::Plane plane);

} // namespace glio::app
