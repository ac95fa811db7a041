#include "model/KeyPictures.h"

#include "glioscope/render/SliceScene.h"

#include <QCoreApplication>
#include <QPainter>

#include <array>
#include <utility>

namespace glio::app {

using render::Plane;

namespace {

constexpr int kWidth = 360, kHeight = 300; // logical pixels; two device pixels each, for print
constexpr double kRatio = 2;

QString tr(const char *text) { return QCoreApplication::translate("glio::app::KeyPictures", text); }

void write(QPainter &painter, const QRectF &room, int flags, const QString &text, const QColor &colour)
{
    painter.setPen(QColor(0, 0, 0, 150));
    for (const QPointF &step : {QPointF(-1, 0), QPointF(1, 0), QPointF(0, -1), QPointF(0, 1)})
        painter.drawText(room.translated(step), flags, text);
    painter.setPen(colour);
    painter.drawText(room, flags, text);
}

void drawLetters(QPainter &painter, const render::EdgeLetters &letters)
{
    const QColor colour(0xF2, 0xD2, 0x7A);
    const double wide = 40, high = 18, edge = 5;
    const auto letter = [&](double x, double y, int flags, const std::string &text) {
        write(painter, {x, y, wide, high}, flags | Qt::AlignVCenter, QString::fromStdString(text), colour);
    };
    letter(edge, (kHeight - high) / 2.0, Qt::AlignLeft, letters.left);
    letter(kWidth - edge - wide, (kHeight - high) / 2.0, Qt::AlignRight, letters.right);
    letter((kWidth - wide) / 2.0, edge, Qt::AlignHCenter, letters.top);
    letter((kWidth - wide) / 2.0, kHeight - edge - high, Qt::AlignHCenter, letters.bottom);
}

void drawScaleBar(QPainter &painter, double mmPerPixel)
{
    const render::ScaleBar bar = render::scaleBar(mmPerPixel, kWidth);
    const double right = kWidth - 10, base = kHeight - 9;
    const QPolygonF shape(
        {{right - bar.pixels, base - 5}, {right - bar.pixels, base}, {right, base}, {right, base - 5}});
    painter.setPen(QPen(Qt::black, 3));
    painter.drawPolyline(shape);
    painter.setPen(QPen(Qt::white, 1.4));
    painter.drawPolyline(shape);
    const double wide = std::max(bar.pixels, 50.0);
    write(painter, {right - bar.pixels / 2 - wide / 2, base - 22, wide, 16}, Qt::AlignCenter,
          tr("%1 cm").arg(bar.centimetres), Qt::white);
}

void drawDiameterTexts(QPainter &painter, const render::SliceScene &scene)
{
    for (const render::MeasureMark &mark : scene.measures()) {
        if (render::measureStrength(mark, scene.transform(), *scene.grid()) < 1) continue;
        render::ViewPoint2 a = scene.transform().toView(mark.points[0]), b = scene.transform().toView(mark.points[1]);
        if (a.x > b.x) std::swap(a, b);
        write(painter, {std::min(b.x + 6, kWidth - 66.0), b.y - 8, 66, 16}, Qt::AlignLeft | Qt::AlignVCenter,
              QString::fromStdString(mark.text), Qt::white);
    }
}

int imageOf(const ReportImages &images, std::initializer_list<Sequence> wished)
{
    for (const Sequence sequence : wished)
        for (std::size_t n = 0; n < images.images.size(); ++n)
            if (images.images[n].sequence == sequence) return int(n);
    return -1;
}

QString caption(const QString &name, Plane plane, int slice)
{
    switch (plane) {
    case Plane::Coronal:
        return tr("%1, coronal %2").arg(name).arg(slice);
    case Plane::Sagittal:
        return tr("%1, sagittal %2").arg(name).arg(slice);
    case Plane::Axial:
        break;
    }
    return tr("%1, axial %2").arg(name).arg(slice);
}

} // namespace

std::optional<PointMm> largestCut(const LabelMap &mask, Plane plane)
{
    const Geometry &grid = mask.geometry();
    const auto axis = std::size_t(render::planeAxes(grid, plane).normalVoxelAxis);
    struct Cut {
        std::int64_t voxels = 0;
        std::array<double, 3> sum{};
    };
    std::vector<Cut> cuts(std::size_t(grid.size()[axis]));
    for (std::size_t n = 0; n < mask.blockCount(); ++n) {
        const LabelMap::Block *block = mask.block(n);
        if (!block) continue;
        const VoxelBox box = mask.blockBox(n);
        Index3 v;
        for (v[2] = box.start[2]; v[2] < box.start[2] + box.size[2]; ++v[2])
            for (v[1] = box.start[1]; v[1] < box.start[1] + box.size[1]; ++v[1])
                for (v[0] = box.start[0]; v[0] < box.start[0] + box.size[0]; ++v[0]) {
                    if ((*block)[LabelMap::insideBlock(v)] == 0) continue;
                    Cut &cut = cuts[std::size_t(v[axis])];
                    ++cut.voxels;
                    for (std::size_t a = 0; a < 3; ++a)
                        cut.sum[a] += double(v[a]);
                }
    }
    const auto best = std::ranges::max_element(cuts, {}, &Cut::voxels);
    if (best == cuts.end() || best->voxels == 0) return std::nullopt;
    const double n = double(best->voxels);
    return grid.toWorld(ContinuousIndex{best->sum[0] / n, best->sum[1] / n, best->sum[2] / n});
}

std::vector<KeyPicture> keyPictures(const LabelMap &mask, const RanoReading &diameters, const ReportImages &images)
{
    std::vector<int> rows;
    for (const int found :
         {imageOf(images, {Sequence::T1c, Sequence::T1, Sequence::T2, Sequence::Flair, Sequence::Other}),
          imageOf(images, {Sequence::Flair, Sequence::T2})})
        if (found >= 0 && std::ranges::find(rows, found) == rows.end()) rows.push_back(found);

    std::vector<render::MeasureMark> cross;
    const std::vector<std::size_t> shown = diameters.shown();
    for (const std::size_t n : shown)
        for (const measure::Line &line : {diameters.lesions[n].size.longest, diameters.lesions[n].size.across})
            cross.push_back({int(cross.size()) + 1,
                             {line.a, line.b},
                             tr("%1 mm").arg(line.lengthMm(), 0, 'f', 1).toStdString(),
                             false,
                             -1});

    std::vector<KeyPicture> pictures;
    for (const int row : rows) {
        const NamedImage &image = images.images[std::size_t(row)];
        for (const Plane plane : {Plane::Axial, Plane::Coronal, Plane::Sagittal}) {
            std::optional<PointMm> where = largestCut(mask, plane);
            if (plane == Plane::Axial && !shown.empty()) where = diameters.lesions[shown.front()].size.longest.middle();
            if (!where) where = images.reference.centre();
            render::SliceState state;
            state.image = image.image;
            state.reference = images.reference;
            state.window = images.windows[std::size_t(row)];
            state.mask.mask = mask;
            state.mask.looks = images.looks;
            state.mask.style = render::OverlayStyle::Outline;
            state.plane = plane;
            state.convention = images.convention;
            state.orientationStated = images.orientationStated;
            state.cursor = render::snapped(images.reference, *where);
            state.fitBox = images.head;
            state.crosshair = false;
            render::SliceScene scene;
            scene.resize(kWidth, kHeight, kRatio);
            scene.setState(std::move(state));
            if (plane == Plane::Axial) scene.setMeasures(cross);
            KeyPicture picture;
            picture.plane = plane;
            picture.slice = scene.slice() + 1;
            picture.caption = caption(QString::fromStdString(image.name), plane, picture.slice);
            static constexpr std::array kPlanes{"axial", "coronal", "sagittal"};
            picture.file =
                (pictures.size() < 3 ? "first-" : "second-") + std::string(kPlanes[std::size_t(plane)]) + ".png";
            render::Frame &frame = scene.compose();
            picture.image = QImage(reinterpret_cast<const uchar *>(frame.pixels.data()), frame.width, frame.height,
                                   frame.width * 4, QImage::Format_RGB32)
                                .copy();
            picture.image.setDevicePixelRatio(kRatio);
            QPainter painter(&picture.image);
            painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
            QFont font(QStringLiteral("Inter"));
            font.setPixelSize(13);
            font.setWeight(QFont::DemiBold);
            painter.setFont(font);
            drawLetters(painter, render::edgeLetters(scene.transform().axes(), images.orientationStated));
            font.setPixelSize(12);
            font.setWeight(QFont::Medium);
            painter.setFont(font);
            drawScaleBar(painter, scene.transform().viewpoint().mmPerPixel);
            if (plane == Plane::Axial) drawDiameterTexts(painter, scene);
            painter.end();
            picture.image.setDevicePixelRatio(1);
            pictures.push_back(std::move(picture));
        }
    }
    return pictures;
}

} // namespace glio::app
