#include "glioscope/render/SurfaceRenderer.h"

#include "Surfaces.h"
#include "glioscope/render/GlWindow.h"
#include "glioscope/render/PlaneSlice.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkImageData.h>
#include <vtkLight.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkShaderProperty.h>
#include <vtkSphereSource.h>
#include <vtkTexture.h>
#include <vtkUnsignedCharArray.h>

namespace glio::render {
namespace {

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

bool sameButCursor(const VolumeState &a, const VolumeState &b)
{
    const auto samePlaces = std::ranges::equal(a.places, b.places, [](const auto &p, const auto &q) {
        return p.centre == q.centre && p.volumeMl == q.volumeMl && p.highlighted == q.highlighted;
    });
    const auto samePlanes = [&] {
        const bool sameImage =
            a.image.has_value() == b.image.has_value() && (!a.image || a.image->sharesVoxelsWith(*b.image));
        return sameImage && a.window.low == b.window.low && a.window.high == b.window.high;
    };
    return a.content == b.content && a.looks == b.looks && a.seeThrough == b.seeThrough && samePlaces &&
           (a.content != VolumeContent::PlanesAndTumour || samePlanes());
}

struct SurfaceRenderer::Private {
    VolumeState state;
    SurfacesPtr surfaces;
    vtkNew<vtkRenderer> renderer;
    GlWindow inner; ///< draws into its own framebuffer
    std::vector<vtkSmartPointer<vtkActor>> solids, dots;
    std::vector<std::unique_ptr<Glass>> veils;
    Glass shell;
    PlanePicture planes[3];
    std::optional<ImageVolume> backgroundImage;
    float background = 0;
    std::vector<Rgba> pixels;

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
        if (vtkPolyData *mesh = surfaces ? surfaces->shown(state.content) : nullptr) {
            shell.show(mesh);
            shell.add(renderer);
        } else {
            shell.hide();
        }
        showPlanes();
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
            const PlaneAxes axes = planeAxes(state.reference ? *state.reference : state.image->geometry(), Plane(n));
            const double height = dot(state.cursor, axes.normal);
            planes[n].show(sliceImage(*state.image, axes, height, Across::Nearest), axes, height, state.window,
                           background + 0.02f * (state.window.high - background));
        }
    }

    void take(const VolumeShot &shot)
    {
        const bool other = surfaces != shot.surfaces || !sameButCursor(state, shot.state);
        const bool moved = !(state.cursor == shot.state.cursor);
        state = shot.state;
        surfaces = shot.surfaces;
        if (other)
            rebuild();
        else if (moved)
            showPlanes();
        const VolumeCamera &eye = shot.camera;
        vtkCamera *camera = renderer->GetActiveCamera();
        camera->SetViewAngle(eye.angle);
        camera->SetFocalPoint(eye.focus.x, eye.focus.y, eye.focus.z);
        camera->SetPosition(eye.position.x, eye.position.y, eye.position.z);
        camera->SetViewUp(eye.up.x, eye.up.y, eye.up.z);
        renderer->ResetCameraClippingRange();
    }
};

SurfaceRenderer::SurfaceRenderer() : m(std::make_unique<Private>()) {}
SurfaceRenderer::~SurfaceRenderer() = default;
void SurfaceRenderer::release() { m->inner.release(); }

VolumePicture SurfaceRenderer::draw(const VolumeShot &shot)
{
    const auto start = std::chrono::steady_clock::now();
    m->take(shot);
    VolumePicture result;
    result.camera = shot.camera;
    result.draft = shot.draft;
    result.subject = shot.subject;
    const int w = std::max(1, int(std::lround(shot.width * shot.ratio)));
    const int h = std::max(1, int(std::lround(shot.height * shot.ratio)));
    const int part = shot.draft ? 2 : 1, dw = (w + part - 1) / part, dh = (h + part - 1) / part;
    if (!m->inner.ready()) m->inner.initialise();
    m->inner.resize(dw, dh);
    m->pixels.resize(std::size_t(dw) * std::size_t(dh));
    m->inner.renderTo(m->pixels.data(), dw, dh);
    result.frame.resize(w, h);
    result.frame.ratio = shot.ratio;
    for (int y = 0; y < h; ++y) {
        const Rgba *from = m->pixels.data() + std::size_t(dh - 1 - y / part) * std::size_t(dw); // OpenGL's rows go up
        Rgba *to = result.frame.row(y);
        for (int x = 0; x < w; ++x)
            to[x] = from[x / part] | 0xFF000000;
    }
    result.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace glio::render
