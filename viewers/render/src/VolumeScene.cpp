#include "glioscope/render/VolumeScene.h"

#include "Painter.h"
#include "Surfaces.h"
#include "glioscope/render/GlWindow.h"
#include "glioscope/render/PlaneSlice.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkCellArrayIterator.h>
#include <vtkFloatArray.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkImageData.h>
#include <vtkLight.h>
#include <vtkMatrix4x4.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkShaderProperty.h>
#include <vtkSphereSource.h>
#include <vtkTexture.h>
#include <vtkUnsignedCharArray.h>

namespace glio::render {
namespace {

double dot(const PointMm &a, const PointMm &b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
PointMm cross(const PointMm &a, const PointMm &b)
{
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

/// A translucent surface in two actors of the opaque pass, drawn in order: the first lays down depth and no colour, the
/// second blends the nearest layer alone. Depth peeling gives the same picture at many times the cost under llvmpipe.
struct Glass {
    vtkNew<vtkPolyDataMapper> mapper;
    vtkNew<vtkActor> depth, colour;

    Glass()
    {
        depth->SetMapper(mapper);
        depth->ForceOpaqueOn();
        depth->GetProperty()->SetOpacity(0);
        depth->GetProperty()->LightingOff();
        colour->SetMapper(mapper);
        colour->ForceOpaqueOn();
    }
    void add(vtkRenderer *renderer)
    {
        renderer->AddActor(depth);
        renderer->AddActor(colour);
    }
    void show(vtkPolyData *mesh)
    {
        mapper->SetInputData(mesh);
        depth->SetVisibility(mesh != nullptr);
        colour->SetVisibility(mesh != nullptr);
    }
    void hide()
    {
        depth->VisibilityOff();
        colour->VisibilityOff();
    }
};

struct PlanePicture {
    vtkNew<vtkPoints> points;
    vtkNew<vtkPolyData> quad;
    vtkNew<vtkImageData> image;
    vtkNew<vtkTexture> texture;
    vtkNew<vtkPolyDataMapper> mapper;
    vtkNew<vtkActor> actor;

    PlanePicture()
    {
        points->SetNumberOfPoints(4);
        vtkNew<vtkCellArray> cells;
        const vtkIdType corners[4] = {0, 1, 2, 3};
        cells->InsertNextCell(4, corners);
        vtkNew<vtkFloatArray> coordinates;
        coordinates->SetNumberOfComponents(2);
        coordinates->SetNumberOfTuples(4);
        coordinates->SetTuple2(0, 0, 0);
        coordinates->SetTuple2(1, 1, 0);
        coordinates->SetTuple2(2, 1, 1);
        coordinates->SetTuple2(3, 0, 1);
        quad->SetPoints(points);
        quad->SetPolys(cells);
        quad->GetPointData()->SetTCoords(coordinates);
        texture->SetInputData(image);
        texture->InterpolateOn();
        texture->SetColorModeToDirectScalars();
        mapper->SetInputData(quad);
        actor->SetMapper(mapper);
        actor->SetTexture(texture);
        actor->GetProperty()->LightingOff();
        actor->ForceOpaqueOn();
        // What is not head is not there: it must hide neither the tumour nor the other planes.
        actor->GetShaderProperty()->AddFragmentShaderReplacement(
            "//VTK::TCoord::Impl", true, "//VTK::TCoord::Impl\n  if (gl_FragData[0].a < 0.5) discard;\n", false);
        actor->VisibilityOff();
    }
    void show(const PlaneSlice<float> &slice, const PlaneAxes &axes, double height, const DisplayRange &window,
              float empty)
    {
        actor->SetVisibility(!slice.empty());
        if (slice.empty()) return;
        const auto corner = [&](int n, double i, double j) {
            const PointMm p =
                (slice.u0 + i * slice.du) * axes.right + (slice.v0 + j * slice.dv) * axes.down + height * axes.normal;
            points->SetPoint(n, p.x, p.y, p.z);
        };
        corner(0, -0.5, -0.5);
        corner(1, slice.nu - 0.5, -0.5);
        corner(2, slice.nu - 0.5, slice.nv - 0.5);
        corner(3, -0.5, slice.nv - 0.5);
        points->Modified();
        quad->Modified();
        image->SetDimensions(slice.nu, slice.nv, 1);
        vtkNew<vtkUnsignedCharArray> bytes;
        bytes->SetNumberOfComponents(4);
        bytes->SetNumberOfTuples(vtkIdType(slice.nu) * slice.nv);
        const float scale = 255 / std::max(window.high - window.low, 1e-20f);
        auto *out = bytes->GetPointer(0);
        for (const float v : slice.values) {
            const float t = (v - window.low) * scale;
            const auto grey = static_cast<unsigned char>(t > 0 ? std::min(t, 255.0f) : 0);
            out[0] = out[1] = out[2] = grey;
            out[3] = v > empty ? 255 : 0;
            out += 4;
        }
        image->GetPointData()->SetScalars(bytes);
        image->Modified();
        texture->Modified();
    }
};

} // namespace

struct VolumeScene::Private {
    VolumeState state;
    SurfacesPtr surfaces;
    vtkNew<vtkRenderer> renderer;
    GlWindow inner; ///< draws into its own framebuffer
    std::vector<vtkSmartPointer<vtkActor>> solids, dots;
    std::vector<std::unique_ptr<Glass>> veils;
    Glass shell;
    PlanePicture planes[3];
    int width = 1, height = 1;
    double ratio = 1, drawMs = 0;
    bool draft = false, drawnDraft = false, dirty = true;
    Frame picture, result; ///< the surfaces alone; with crosshair and texts
    bool cameraSet = false;
    std::optional<ImageVolume> backgroundImage;
    float background = 0;

    Private()
    {
        renderer->SetBackground(0, 0, 0);
        renderer->SetUseFXAA(false);
        shell.colour->GetProperty()->SetColor(0.62, 0.66, 0.71);
        shell.colour->GetProperty()->SetDiffuse(1.0);
        shell.colour->GetProperty()->SetAmbient(0.0);
        shell.colour->GetProperty()->SetSpecular(0.25);
        shell.colour->GetProperty()->SetSpecularPower(24);
        // Opacity by angle: 5 % where the surface faces the eye, 50 % where it turns away.
        shell.colour->GetShaderProperty()->AddFragmentShaderReplacement(
            "//VTK::Light::Impl", true,
            "//VTK::Light::Impl\n"
            "  float glioFacing = clamp(abs(normalVCVSOutput.z), 0.0, 1.0);\n"
            "  gl_FragData[0].a = mix(0.50, 0.05, glioFacing * glioFacing * glioFacing);\n",
            false);
        // From the upper left, moving with the eye: relief shows, and no side of the head lies in the dark.
        renderer->AutomaticLightCreationOff();
        vtkNew<vtkLight> key, fill;
        key->SetLightTypeToCameraLight();
        key->SetPosition(-0.6, 0.8, 1.0);
        key->SetIntensity(0.85);
        fill->SetLightTypeToHeadlight();
        fill->SetIntensity(0.3);
        renderer->AddLight(key);
        renderer->AddLight(fill);
        inner.window()->AddRenderer(renderer);
    }

    /// The opaque pass draws in the order of adding: what lies inside comes before what encloses it.
    void rebuild()
    {
        renderer->RemoveAllViewProps();
        solids.clear();
        veils.clear();
        dots.clear();
        for (PlanePicture &plane : planes)
            renderer->AddActor(plane.actor);
        for (const auto &place : state.places) {
            vtkNew<vtkSphereSource> ball;
            ball->SetCenter(place.centre.x, place.centre.y, place.centre.z);
            // The dot's volume is the place's, within what can be seen and does not cover.
            ball->SetRadius(std::clamp(std::cbrt(place.volumeMl * 1000 * 0.75 / 3.14159265), 2.0, 7.0));
            ball->SetThetaResolution(20);
            ball->SetPhiResolution(14);
            vtkNew<vtkPolyDataMapper> mapper;
            mapper->SetInputConnection(ball->GetOutputPort());
            auto actor = vtkSmartPointer<vtkActor>::New();
            actor->SetMapper(mapper);
            actor->GetProperty()->SetColor(0xB9 / 255.0, 0xA5 / 255.0, 1.0);
            actor->GetProperty()->SetAmbient(place.highlighted ? 0.6 : 0.2);
            renderer->AddActor(actor);
            dots.push_back(actor);
        }
        const auto isVeil = [&](Label label) {
            return std::ranges::find(state.seeThrough, label) != state.seeThrough.end();
        };
        const auto colour = [](vtkActor *actor, const LabelLook &look) {
            actor->GetProperty()->SetColor(look.colour.r / 255.0, look.colour.g / 255.0, look.colour.b / 255.0);
            actor->GetProperty()->SetAmbient(0.12);
            actor->GetProperty()->SetDiffuse(0.9);
            actor->GetProperty()->SetSpecular(0.18);
            actor->GetProperty()->SetSpecularPower(20);
        };
        if (surfaces) {
            for (const LabelLook &look : state.looks)
                if (vtkPolyData *mesh = look.visible && !isVeil(look.value) ? surfaces->mesh(look.value) : nullptr) {
                    vtkNew<vtkPolyDataMapper> mapper;
                    mapper->SetInputData(mesh);
                    auto actor = vtkSmartPointer<vtkActor>::New();
                    actor->SetMapper(mapper);
                    colour(actor, look);
                    renderer->AddActor(actor);
                    solids.push_back(actor);
                }
            const bool enclosing = std::ranges::all_of(state.looks, &LabelLook::visible);
            for (const LabelLook &look : state.looks)
                if (vtkPolyData *mesh = look.visible && isVeil(look.value) ? surfaces->mesh(look.value) : nullptr) {
                    auto veil = std::make_unique<Glass>();
                    veil->show(enclosing && surfaces->hull ? surfaces->hull.Get() : mesh);
                    colour(veil->colour, look);
                    veil->colour->GetProperty()->SetOpacity(0.36);
                    veil->add(renderer);
                    veils.push_back(std::move(veil));
                }
        }
        const bool whole = state.content == VolumeContent::WholeHead;
        const bool brain = state.content == VolumeContent::TumourAndBrain;
        vtkPolyData *mesh = !surfaces || (!whole && !brain) ? nullptr
                            : whole && surfaces->head       ? surfaces->head.Get()
                                                            : surfaces->shell.Get();
        if (mesh) {
            shell.show(mesh);
            shell.add(renderer);
        } else {
            shell.hide();
        }
        showPlanes();
        dirty = true;
    }

    const Geometry *grid() const
    {
        return state.reference ? &*state.reference : state.image ? &state.image->geometry() : nullptr;
    }

    float backgroundOf(const ImageVolume &image)
    {
        if (!backgroundImage || !backgroundImage->sharesVoxelsWith(image)) {
            backgroundImage = image;
            background = backgroundValue(image);
        }
        return background;
    }

    void showPlanes()
    {
        const bool on = state.content == VolumeContent::PlanesAndTumour && state.image;
        const float background = on ? backgroundOf(*state.image) : 0;
        for (int n = 0; n < 3; ++n) {
            if (!on) {
                planes[n].actor->VisibilityOff();
                continue;
            }
            const PlaneAxes axes = planeAxes(*grid(), Plane(n));
            const double height = dot(state.cursor, axes.normal);
            planes[n].show(sliceImage(*state.image, axes, height, Across::Nearest), axes, height, state.window,
                           background + 0.02f * (state.window.high - background));
        }
    }

    /// World point to device pixels of the picture.
    Point2 project(const PointMm &p) const
    {
        vtkMatrix4x4 *matrix =
            renderer->GetActiveCamera()->GetCompositeProjectionTransformMatrix(double(width) / height, -1, 1);
        const double in[4] = {p.x, p.y, p.z, 1};
        double out[4];
        matrix->MultiplyPoint(in, out);
        return {(out[0] / out[3] + 1) / 2 * width * ratio, (1 - out[1] / out[3]) / 2 * height * ratio};
    }

    void drawCrosshair()
    {
        if (!state.crosshair || !state.image || !grid()) return;
        const double reach = 18, gap = 3;
        std::vector<Loop> lines;
        for (int n = 0; n < 3; ++n) {
            const PointMm axis = planeAxes(*grid(), Plane(n)).normal;
            for (const double side : {-1.0, 1.0})
                lines.push_back(
                    {project(state.cursor + (side * gap) * axis), project(state.cursor + (side * reach) * axis)});
        }
        Pen pen;
        pen.colour = rgba(0x8F, 0xB3, 0xD1);
        pen.width = ratio;
        pen.casing = 1.6 * ratio;
        pen.opacity = 0.85;
        Painter(result).strokeOpen(lines, pen);
    }

    void draw()
    {
        const auto start = std::chrono::steady_clock::now();
        const int w = std::max(1, int(std::lround(width * ratio))), h = std::max(1, int(std::lround(height * ratio)));
        const int part = draft ? 2 : 1, dw = (w + part - 1) / part, dh = (h + part - 1) / part;
        if (!inner.ready()) inner.initialise();
        inner.resize(dw, dh);
        std::vector<Rgba> pixels(std::size_t(dw) * std::size_t(dh));
        inner.renderTo(pixels.data(), dw, dh);
        picture.resize(w, h);
        picture.ratio = ratio;
        for (int y = 0; y < h; ++y) {
            const Rgba *from = pixels.data() + std::size_t(dh - 1 - y / part) * std::size_t(dw); // OpenGL's rows go up
            Rgba *to = picture.row(y);
            for (int x = 0; x < w; ++x)
                to[x] = from[x / part] | 0xFF000000;
        }
        drawnDraft = draft;
        dirty = false;
        drawMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
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

void VolumeScene::release() { m->inner.release(); }
const Frame &VolumeScene::frame() const { return m->result; }
bool VolumeScene::needsDrawing() const { return m->dirty; }
double VolumeScene::lastDrawMs() const { return m->drawMs; }

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
    if (!draft && m->drawnDraft) m->dirty = true;
}

Frame &VolumeScene::compose()
{
    if (m->dirty) m->draw();
    m->result = m->picture;
    m->drawCrosshair();
    return m->result;
}

Frame &VolumeScene::composeNothing()
{
    m->result.resize(std::max(1, int(std::lround(m->width * m->ratio))),
                     std::max(1, int(std::lround(m->height * m->ratio))));
    m->result.ratio = m->ratio;
    std::ranges::fill(m->result.pixels, rgba(0, 0, 0));
    return m->result;
}

void VolumeScene::setState(VolumeState state)
{
    const bool moved = !(state.cursor == m->state.cursor);
    const auto same = [&](const VolumeState &a, const VolumeState &b) {
        const auto samePlaces = std::ranges::equal(a.places, b.places, [](const auto &p, const auto &q) {
            return p.centre == q.centre && p.volumeMl == q.volumeMl && p.highlighted == q.highlighted;
        });
        const bool sameImage =
            a.image.has_value() == b.image.has_value() && (!a.image || a.image->sharesVoxelsWith(*b.image));
        return a.looks == b.looks && a.seeThrough == b.seeThrough && a.content == b.content && samePlaces &&
               sameImage && a.window.low == b.window.low && a.window.high == b.window.high &&
               a.crosshair == b.crosshair;
    };
    const bool rest = same(m->state, state);
    const bool newContent = m->state.content != state.content;
    m->state = std::move(state);
    if (!rest) {
        m->rebuild();
        if (newContent) resetCamera();
    } else if (moved) {
        m->showPlanes();
        if (m->state.content == VolumeContent::PlanesAndTumour) m->dirty = true;
    }
}

const VolumeState &VolumeScene::state() const { return m->state; }

void VolumeScene::setSurfaces(SurfacesPtr surfaces)
{
    m->surfaces = std::move(surfaces);
    m->rebuild();
    if (!m->cameraSet) resetCamera();
}

const SurfacesPtr &VolumeScene::surfaces() const { return m->surfaces; }

void VolumeScene::turn(double dxPixels, double dyPixels)
{
    vtkCamera *camera = m->renderer->GetActiveCamera();
    camera->Azimuth(-0.5 * dxPixels);
    camera->Elevation(0.5 * dyPixels);
    camera->OrthogonalizeViewUp();
    m->renderer->ResetCameraClippingRange();
    m->dirty = true;
}

void VolumeScene::zoom(double factor)
{
    m->renderer->GetActiveCamera()->Dolly(std::clamp(factor, 0.2, 5.0));
    m->renderer->ResetCameraClippingRange();
    m->dirty = true;
}

void VolumeScene::pan(double dxPixels, double dyPixels)
{
    vtkCamera *camera = m->renderer->GetActiveCamera();
    double up[3], forward[3], position[3], focus[3];
    camera->GetViewUp(up);
    camera->GetDirectionOfProjection(forward);
    camera->GetPosition(position);
    camera->GetFocalPoint(focus);
    const double mm = 2 * camera->GetDistance() * std::tan(camera->GetViewAngle() * 3.14159265 / 360) / m->height;
    const PointMm right = cross({forward[0], forward[1], forward[2]}, {up[0], up[1], up[2]});
    const PointMm move = (-dxPixels * mm) * right + (dyPixels * mm) * PointMm{up[0], up[1], up[2]};
    camera->SetPosition(position[0] + move.x, position[1] + move.y, position[2] + move.z);
    camera->SetFocalPoint(focus[0] + move.x, focus[1] + move.y, focus[2] + move.z);
    m->renderer->ResetCameraClippingRange();
    m->dirty = true;
}

void VolumeScene::resetCamera()
{
    const auto box = m->extent();
    if (!box) return;
    m->cameraSet = true;
    const PointMm centre = 0.5 * (box->low + box->high), size = box->high - box->low;
    const double radius = std::max(10.0, 0.5 * std::sqrt(dot(size, size)));
    vtkCamera *camera = m->renderer->GetActiveCamera();
    camera->SetViewAngle(26);
    // A box's ball overstates it; the picture is framed a little tighter.
    const double distance = 0.84 * radius / std::sin(13 * 3.14159265 / 180);
    const PointMm from = (1 / std::sqrt(0.55 * 0.55 + 0.75 * 0.75 + 0.38 * 0.38)) * PointMm{-0.55, -0.75, 0.38};
    camera->SetFocalPoint(centre.x, centre.y, centre.z);
    camera->SetPosition(centre.x + distance * from.x, centre.y + distance * from.y, centre.z + distance * from.z);
    camera->SetViewUp(0, 0, 1);
    camera->OrthogonalizeViewUp();
    m->renderer->ResetCameraClippingRange();
    m->dirty = true;
}

std::optional<PointMm> VolumeScene::pick(double x, double y) const
{
    vtkCamera *camera = m->renderer->GetActiveCamera();
    vtkNew<vtkMatrix4x4> inverse;
    vtkMatrix4x4::Invert(camera->GetCompositeProjectionTransformMatrix(double(m->width) / m->height, -1, 1), inverse);
    const auto unproject = [&](double depth) {
        const double in[4] = {2 * x / m->width - 1, 1 - 2 * y / m->height, depth, 1};
        double out[4];
        inverse->MultiplyPoint(in, out);
        return PointMm{out[0] / out[3], out[1] / out[3], out[2] / out[3]};
    };
    const PointMm from = unproject(-1), direction = unproject(1) - from;
    const auto hit = [&](vtkPolyData *mesh) -> std::optional<double> {
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
    };
    std::optional<double> best;
    const auto consider = [&](std::optional<double> t) {
        if (t && (!best || *t < *best)) best = t;
    };
    // The tumour wins over the glass in front of it.
    if (m->surfaces)
        for (const LabelLook &look : m->state.looks)
            if (look.visible) consider(hit(m->surfaces->mesh(look.value)));
    if (!best)
        for (const PlanePicture &plane : m->planes)
            if (plane.actor->GetVisibility()) consider(hit(plane.quad));
    if (!best && m->shell.colour->GetVisibility()) consider(hit(m->shell.mapper->GetInput()));
    if (!best) return std::nullopt;
    return from + *best * direction;
}

VolumeScene::Marker VolumeScene::marker() const
{
    vtkMatrix4x4 *view = m->renderer->GetActiveCamera()->GetViewTransformMatrix();
    const auto at = [view](double x, double y, double z) {
        return ViewPoint2{view->GetElement(0, 0) * x + view->GetElement(0, 1) * y + view->GetElement(0, 2) * z,
                          view->GetElement(1, 0) * x + view->GetElement(1, 1) * y + view->GetElement(1, 2) * z};
    };
    return {at(-1, 0, 0), at(0, -1, 0), at(0, 0, 1)};
}

} // namespace glio::render
