#include "glioscope/render/VolumeScene.h"

#include "Painter.h"
#include "Surfaces.h"
#include "glioscope/render/PlaneSlice.h"

#include <algorithm>
#include <cmath>
#include <vtkCellArray.h>
#include <vtkCellArrayIterator.h>

namespace glio::render {
namespace {

/// How far along the ray the mesh is met first, in lengths of `direction`.
std::optional<double> hit(vtkPolyData *mesh, const PointMm &from, const PointMm &direction)
{
    std::optional<double> nearest;
    if (!mesh) return nearest;
    vtkIdType count = 0;
    const vtkIdType *ids = nullptr;
    const auto cells = vtk::TakeSmartPointer(mesh->GetPolys()->NewIterator());
    for (cells->GoToFirstCell(); !cells->IsDoneWithTraversal(); cells->GoToNextCell()) {
        cells->GetCurrentCell(count, ids);
        for (vtkIdType n = 2; n < count; ++n) { // Möller and Trumbore
            double p[3][3];
            mesh->GetPoint(ids[0], p[0]);
            mesh->GetPoint(ids[n - 1], p[1]);
            mesh->GetPoint(ids[n], p[2]);
            const PointMm a{p[0][0], p[0][1], p[0][2]};
            const PointMm e1 = PointMm{p[1][0], p[1][1], p[1][2]} - a, e2 = PointMm{p[2][0], p[2][1], p[2][2]} - a;
            const PointMm h = cross(direction, e2);
            const double det = dot(e1, h);
            if (std::abs(det) < 1e-12) continue;
            const PointMm s = from - a;
            const double u = dot(s, h) / det;
            if (u < 0 || u > 1) continue;
            const PointMm q = cross(s, e1);
            const double v = dot(direction, q) / det;
            if (v < 0 || u + v > 1) continue;
            const double t = dot(e2, q) / det;
            if (t > 0 && (!nearest || t < *nearest)) nearest = t;
        }
    }
    return nearest;
}

} // namespace

struct VolumeScene::Private {
    VolumeState state;
    SurfacesPtr surfaces;
    VolumeCamera camera;
    int width = 1, height = 1;
    double ratio = 1;
    bool draft = false, dirty = true, cameraSet = false;
    int subject = 0;
    VolumePicture picture; ///< the surfaces alone
    Frame result;          ///< with crosshair and texts

    const Geometry *grid() const
    {
        return state.reference ? &*state.reference : state.image ? &state.image->geometry() : nullptr;
    }
    double aspect() const { return double(width) / height; }
    int deviceWidth() const { return std::max(1, int(std::lround(width * ratio))); }
    int deviceHeight() const { return std::max(1, int(std::lround(height * ratio))); }

    /// In the eye of the picture that is shown, so that it stays with what is seen while the next one is drawn.
    void drawCrosshair()
    {
        if (!state.crosshair || !state.image || !grid()) return;
        const double reach = 18, gap = 3;
        const auto at = [&](const PointMm &p) -> std::optional<Point2> {
            const auto share = picture.camera.project(p, aspect());
            if (!share) return std::nullopt;
            return Point2{share->x * result.width, share->y * result.height};
        };
        std::vector<Loop> lines;
        for (int n = 0; n < 3; ++n) {
            const PointMm axis = planeAxes(*grid(), Plane(n)).normal;
            for (const double side : {-1.0, 1.0}) {
                const auto from = at(state.cursor + (side * gap) * axis);
                const auto to = at(state.cursor + (side * reach) * axis);
                if (from && to) lines.push_back({*from, *to});
            }
        }
        Pen pen;
        pen.colour = rgba(0x8F, 0xB3, 0xD1);
        pen.width = ratio;
        pen.casing = 1.6 * ratio;
        pen.opacity = 0.85;
        Painter(result).strokeOpen(lines, pen);
    }

    /// A picture of another size, until the one of the right size comes.
    void stretch()
    {
        const Frame &from = picture.frame;
        for (int y = 0; y < result.height; ++y) {
            const Rgba *row = from.row(int(std::int64_t(y) * from.height / result.height));
            Rgba *to = result.row(y);
            for (int x = 0; x < result.width; ++x)
                to[x] = row[std::int64_t(x) * from.width / result.width];
        }
    }

    /// Where the ray first meets one of the slice planes inside the image.
    std::optional<double> hitPlanes(const PointMm &from, const PointMm &direction) const
    {
        std::optional<double> nearest;
        if (state.content != VolumeContent::PlanesAndTumour || !state.image) return nearest;
        const Geometry &voxels = state.image->geometry();
        for (int n = 0; n < 3; ++n) {
            const PointMm normal = planeAxes(*grid(), Plane(n)).normal;
            const double slope = dot(direction, normal);
            if (std::abs(slope) < 1e-9) continue;
            const double t = dot(state.cursor - from, normal) / slope;
            if (t <= 0 || (nearest && t >= *nearest)) continue;
            if (voxels.contains(voxels.toIndex(from + t * direction))) nearest = t;
        }
        return nearest;
    }

    /// What the camera should hold: the shell when shown, else the tumour, else the image.
    std::optional<WorldBox> extent() const
    {
        std::optional<WorldBox> all;
        const auto add = [&](const WorldBox &b) {
            if (!all) all = b;
            all->low = {std::min(all->low.x, b.low.x), std::min(all->low.y, b.low.y), std::min(all->low.z, b.low.z)};
            all->high = {std::max(all->high.x, b.high.x), std::max(all->high.y, b.high.y),
                         std::max(all->high.z, b.high.z)};
        };
        if (surfaces) {
            const bool shellShown =
                state.content == VolumeContent::TumourAndBrain || state.content == VolumeContent::WholeHead;
            if (shellShown && surfaces->shell) add(bounds(*surfaces, 0));
            for (const auto &[label, mesh] : surfaces->labels)
                add(bounds(*surfaces, label));
        }
        if ((!all || state.content == VolumeContent::PlanesAndTumour) && state.image) add(headBox(*state.image));
        return all;
    }
};

VolumeScene::VolumeScene() : m(std::make_unique<Private>()) {}

VolumeScene::~VolumeScene() = default;

const Frame &VolumeScene::frame() const { return m->result; }
bool VolumeScene::needsDrawing() const { return m->dirty; }

void VolumeScene::resize(int width, int height, double ratio)
{
    width = std::max(1, width);
    height = std::max(1, height);
    if (width == m->width && height == m->height && ratio == m->ratio) return;
    m->width = width;
    m->height = height;
    m->ratio = ratio;
    m->dirty = true;
}

void VolumeScene::setDraft(bool draft)
{
    m->draft = draft;
    if (!draft && m->picture.draft) m->dirty = true;
}

VolumeShot VolumeScene::shoot()
{
    m->dirty = false;
    VolumeShot shot{m->state, m->surfaces, m->camera, m->width, m->height, m->ratio, m->draft, m->subject};
    shot.state.mask.reset(); // a stroke need not copy it because a picture holds it
    shot.state.brain.reset();
    if (m->state.content != VolumeContent::PlanesAndTumour) shot.state.image.reset();
    return shot;
}

void VolumeScene::forget()
{
    ++m->subject;
    m->surfaces.reset();
    m->picture = {};
    m->cameraSet = false;
    m->dirty = true;
}

void VolumeScene::take(VolumePicture picture)
{
    if (picture.subject != m->subject) return;
    m->picture = std::move(picture);
    if (!m->draft && m->picture.draft) m->dirty = true;
}

Frame &VolumeScene::compose()
{
    const Frame &from = m->picture.frame;
    if (from.width < 1) return composeNothing();
    if (from.width == m->deviceWidth() && from.height == m->deviceHeight()) {
        m->result = from;
    } else {
        m->result.resize(m->deviceWidth(), m->deviceHeight());
        m->stretch();
    }
    m->result.ratio = m->ratio;
    m->drawCrosshair();
    return m->result;
}

Frame &VolumeScene::composeNothing()
{
    m->result.resize(m->deviceWidth(), m->deviceHeight());
    m->result.ratio = m->ratio;
    std::ranges::fill(m->result.pixels, rgba(0, 0, 0));
    return m->result;
}

void VolumeScene::setState(VolumeState state)
{
    const bool moved = !(state.cursor == m->state.cursor);
    const bool newContent = m->state.content != state.content;
    if (!sameButCursor(m->state, state) || (moved && state.content == VolumeContent::PlanesAndTumour)) m->dirty = true;
    m->state = std::move(state);
    if (newContent) resetCamera();
}

const VolumeState &VolumeScene::state() const { return m->state; }

void VolumeScene::setSurfaces(SurfacesPtr surfaces)
{
    m->surfaces = std::move(surfaces);
    m->dirty = true;
    if (!m->cameraSet) resetCamera();
}

const SurfacesPtr &VolumeScene::surfaces() const { return m->surfaces; }
const VolumeCamera &VolumeScene::camera() const { return m->camera; }

void VolumeScene::turn(double dxPixels, double dyPixels)
{
    m->camera.turn(-0.5 * dxPixels, 0.5 * dyPixels);
    m->dirty = true;
}

void VolumeScene::zoom(double factor)
{
    m->camera.dolly(factor);
    m->dirty = true;
}

void VolumeScene::pan(double dxPixels, double dyPixels)
{
    m->camera.pan(dxPixels, dyPixels, m->height);
    m->dirty = true;
}

void VolumeScene::resetCamera()
{
    const auto box = m->extent();
    if (!box) return;
    m->cameraSet = true;
    m->camera = VolumeCamera::framing(*box);
    m->dirty = true;
}

std::optional<PointMm> VolumeScene::pick(double x, double y) const
{
    const PointMm from = m->camera.position;
    const PointMm direction = m->camera.through(x / m->width, y / m->height, m->aspect());
    std::optional<double> best;
    // The tumour wins over the glass in front of it.
    if (m->surfaces)
        for (const LabelLook &look : m->state.looks) {
            if (!look.visible) continue;
            const auto t = hit(m->surfaces->mesh(look.value), from, direction);
            if (t && (!best || *t < *best)) best = t;
        }
    if (!best) best = m->hitPlanes(from, direction);
    if (!best && m->surfaces) best = hit(m->surfaces->shown(m->state.content), from, direction);
    if (!best) return std::nullopt;
    return from + *best * direction;
}

VolumeScene::Marker VolumeScene::marker() const
{
    const PointMm right = m->camera.right(), up = m->camera.up;
    const auto at = [&](const PointMm &way) { return ViewPoint2{dot(way, right), dot(way, up)}; };
    return {at({-1, 0, 0}), at({0, -1, 0}), at({0, 0, 1})};
}

} // namespace glio::render
