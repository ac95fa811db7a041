#include "Surfaces.h"

#include "glioscope/render/VolumeScene.h"
#include "glioscope/volume/Resample.h"

#include <algorithm>
#include <cmath>
#include <vtkFloatArray.h>
#include <vtkFlyingEdges3D.h>
#include <vtkImageData.h>
#include <vtkLogger.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyDataNormals.h>
#include <vtkSurfaceNets3D.h>
#include <vtkUnsignedCharArray.h>
#include <vtkWindowedSincPolyDataFilter.h>

namespace glio::render {
namespace {

/// Points from the grid's own mm (voxel index times spacing) to the world. Normals come afterwards.
vtkSmartPointer<vtkPolyData> inWorld(vtkPolyData *mesh, const Geometry &grid)
{
    vtkNew<vtkPoints> points;
    points->SetNumberOfPoints(mesh->GetNumberOfPoints());
    for (vtkIdType n = 0; n < mesh->GetNumberOfPoints(); ++n) {
        double p[3];
        mesh->GetPoint(n, p);
        const PointMm world =
            grid.toWorld(ContinuousIndex{p[0] / grid.spacing()[0], p[1] / grid.spacing()[1], p[2] / grid.spacing()[2]});
        points->SetPoint(n, world.x, world.y, world.z);
    }
    vtkNew<vtkPolyData> moved;
    moved->SetPoints(points);
    moved->SetPolys(mesh->GetPolys());
    vtkNew<vtkPolyDataNormals> normals;
    normals->SetInputData(moved);
    normals->SplittingOff();
    normals->ConsistencyOn();
    normals->AutoOrientNormalsOn();
    normals->Update();
    vtkSmartPointer<vtkPolyData> out = normals->GetOutput();
    return out;
}

template <class T> vtkSmartPointer<vtkImageData> gridOf(const Size3 &size, const Spacing3 &spacing, const Index3 &start)
{
    auto image = vtkSmartPointer<vtkImageData>::New();
    image->SetDimensions(int(size[0]), int(size[1]), int(size[2]));
    image->SetSpacing(spacing[0], spacing[1], spacing[2]);
    image->SetOrigin(double(start[0]) * spacing[0], double(start[1]) * spacing[1], double(start[2]) * spacing[2]);
    vtkNew<T> values;
    values->SetNumberOfTuples(size[0] * size[1] * size[2]);
    image->GetPointData()->SetScalars(values);
    return image;
}

/// Label 0: all labels together.
vtkSmartPointer<vtkPolyData> labelMesh(const LabelMap &mask, Label label, const VoxelBox &inner)
{
    const Geometry &grid = mask.geometry();
    const Index3 start{inner.start[0] - 2, inner.start[1] - 2, inner.start[2] - 2};
    const Size3 size{inner.size[0] + 4, inner.size[1] + 4, inner.size[2] + 4};
    const auto box = gridOf<vtkUnsignedCharArray>(size, grid.spacing(), start);
    auto *out = static_cast<unsigned char *>(box->GetScalarPointer());
    std::fill_n(out, size[0] * size[1] * size[2], std::uint8_t(0));
    const std::vector<Label> values = mask.values(inner);
    const Label *from = values.data();
    for (std::int64_t k = 0; k < inner.size[2]; ++k)
        for (std::int64_t j = 0; j < inner.size[1]; ++j) {
            unsigned char *to = out + ((k + 2) * size[1] + (j + 2)) * size[0] + 2;
            for (std::int64_t i = 0; i < inner.size[0]; ++i, ++from)
                to[i] = label ? *from == label : *from != 0;
        }
    vtkNew<vtkSurfaceNets3D> nets;
    nets->SetInputData(box);
    nets->SetValue(0, 1);
    nets->SmoothingOn();
    nets->SetNumberOfIterations(15);
    nets->SetRelaxationFactor(0.5);
    nets->SetOutputMeshTypeToTriangles();
    nets->Update();
    if (nets->GetOutput()->GetNumberOfCells() == 0) return nullptr;
    return inWorld(nets->GetOutput(), grid);
}

void shrink(vtkPolyData *mesh, double mm)
{
    vtkDataArray *normals = mesh->GetPointData()->GetNormals();
    if (!normals) return;
    for (vtkIdType n = 0; n < mesh->GetNumberOfPoints(); ++n) {
        double p[3], v[3];
        mesh->GetPoint(n, p);
        normals->GetTuple(n, v);
        mesh->GetPoints()->SetPoint(n, p[0] - mm * v[0], p[1] - mm * v[1], p[2] - mm * v[2]);
    }
    mesh->GetPoints()->Modified();
}

/// The outer surface of what lies above `threshold`: the largest piece, its holes closed, so that no ventricle shows
/// through the glass. Values are smoothed by one voxel first.
vtkSmartPointer<vtkPolyData> outerSurface(ImageVolume field, float threshold, std::stop_token stop)
{
    const Geometry &grid = field.geometry();
    const auto &size = grid.size();
    smooth(field, {0.65, 0.65, 0.65});
    if (stop.stop_requested()) return nullptr;
    auto values = field.edit();
    const std::int64_t ni = size[0], nj = size[1], nk = size[2], plane = ni * nj;
    const std::size_t all = values.size();
    std::vector<std::int32_t> piece(all, 0);
    std::vector<std::int64_t> queue;
    const auto flood = [&](std::int64_t seed, std::int32_t number, auto belongs) {
        std::int64_t count = 0;
        queue.assign(1, seed);
        piece[std::size_t(seed)] = number;
        while (!queue.empty()) {
            const std::int64_t at = queue.back();
            queue.pop_back();
            ++count;
            const std::int64_t i = at % ni, j = at / ni % nj, k = at / plane;
            const auto visit = [&](bool inside, std::int64_t next) {
                if (inside && piece[std::size_t(next)] == 0 && belongs(next)) {
                    piece[std::size_t(next)] = number;
                    queue.push_back(next);
                }
            };
            visit(i > 0, at - 1);
            visit(i + 1 < ni, at + 1);
            visit(j > 0, at - ni);
            visit(j + 1 < nj, at + ni);
            visit(k > 0, at - plane);
            visit(k + 1 < nk, at + plane);
        }
        return count;
    };
    std::int32_t number = 0, largest = 0;
    std::int64_t most = 0;
    const auto above = [&](std::int64_t n) { return values[std::size_t(n)] > threshold; };
    for (std::size_t n = 0; n < all; ++n)
        if (piece[n] == 0 && values[n] > threshold) {
            const std::int64_t count = flood(std::int64_t(n), ++number, above);
            if (count > most) {
                most = count;
                largest = number;
            }
        }
    if (most < 50 || stop.stop_requested()) return nullptr;
    // What the outside reaches stays; everything else becomes solid.
    for (std::int32_t &p : piece)
        p = p == largest ? 1 : 0;
    const auto open = [&](std::int64_t n) { return piece[std::size_t(n)] == 0; };
    for (std::int64_t k = 0; k < nk; ++k)
        for (std::int64_t j = 0; j < nj; ++j)
            for (std::int64_t i = 0; i < ni; ++i) {
                if (i > 0 && j > 0 && k > 0 && i + 1 < ni && j + 1 < nj && k + 1 < nk) continue;
                const std::int64_t n = i + ni * (j + nj * k);
                if (piece[std::size_t(n)] == 0) flood(n, 2, open);
            }
    const float high = 2 * std::abs(threshold) + 1;
    // A rim of one sample below the threshold closes the surface where the head touches the volume's border.
    const auto box = gridOf<vtkFloatArray>({ni + 2, nj + 2, nk + 2}, grid.spacing(), {-1, -1, -1});
    auto *out = static_cast<float *>(box->GetScalarPointer());
    std::fill_n(out, (ni + 2) * (nj + 2) * (nk + 2), threshold - 1);
    for (std::int64_t k = 0; k < nk; ++k)
        for (std::int64_t j = 0; j < nj; ++j)
            for (std::int64_t i = 0; i < ni; ++i) {
                const auto n = std::size_t(i + ni * (j + nj * k));
                float &to = out[((k + 1) * (nj + 2) + j + 1) * (ni + 2) + i + 1];
                if (piece[n] == 2)
                    to = std::min(values[n], threshold); // other pieces count as outside
                else if (piece[n] == 1)
                    to = std::min(values[n], threshold + high);
                else
                    to = threshold + high;
            }
    if (stop.stop_requested()) return nullptr;
    vtkNew<vtkFlyingEdges3D> edges;
    edges->SetInputData(box);
    edges->SetValue(0, threshold);
    edges->ComputeNormalsOff();
    edges->ComputeGradientsOff();
    edges->ComputeScalarsOff();
    vtkNew<vtkWindowedSincPolyDataFilter> sinc;
    sinc->SetInputConnection(edges->GetOutputPort());
    sinc->SetNumberOfIterations(12);
    sinc->SetPassBand(0.16);
    sinc->NonManifoldSmoothingOn();
    sinc->NormalizeCoordinatesOn();
    sinc->Update();
    if (sinc->GetOutput()->GetNumberOfCells() == 0) return nullptr;
    return inWorld(sinc->GetOutput(), grid);
}

/// A coarser grid (at least `mm` spacing) so that the shell has about 100 000 triangles and turns smoothly.
ImageVolume coarse(const ImageVolume &image, double mm)
{
    Spacing3 spacing = image.geometry().spacing();
    bool finer = false;
    for (double &s : spacing)
        if (s < mm) {
            s = mm;
            finer = true;
        }
    if (!finer) return image;
    const auto grid = image.geometry().withSpacing(spacing);
    if (!grid) return image;
    auto result = resample(image, *grid, Interpolation::Linear, backgroundValue(image), Antialias::Yes);
    return result ? std::move(*result) : image;
}

float median(std::vector<float> values)
{
    if (values.empty()) return 0;
    std::ranges::nth_element(values, values.begin() + std::ptrdiff_t(values.size() / 2));
    return values[values.size() / 2];
}

vtkSmartPointer<vtkPolyData> imageShell(const ImageVolume &image, std::stop_token stop)
{
    ImageVolume field = coarse(image, 1.8);
    auto values = field.edit();
    const float background = backgroundValue(field), high = autoWindow(field).high;
    if (!(high > background)) return nullptr;
    std::vector<float> tissue;
    for (std::size_t n = 0; n < values.size(); n += 7)
        if (values[n] > background + 0.08f * (high - background)) tissue.push_back(values[n]);
    const float threshold = background + 0.60f * (median(std::move(tissue)) - background);
    return outerSurface(std::move(field), threshold, stop);
}

/// VTK works bounds out at the first question and keeps them: here, before two threads ask.
SurfacesPtr finished(const std::shared_ptr<Surfaces> &made)
{
    for (vtkPolyData *mesh : {made->hull.Get(), made->shell.Get(), made->head.Get()})
        if (mesh) mesh->ComputeBounds();
    for (const auto &[label, mesh] : made->labels)
        mesh->ComputeBounds();
    return made;
}

} // namespace

SurfacesPtr buildSurfaces(const std::optional<LabelMap> &mask, const std::optional<ImageVolume> &image,
                          const std::optional<LabelVolume> &brain, const SurfacesPtr &previous, std::stop_token stop)
{
    vtkLogger::SetStderrVerbosity(vtkLogger::VERBOSITY_WARNING); // SurfaceNets reports every step as INFO
    auto made = std::make_shared<Surfaces>();
    made->mask = mask;
    made->image = image;
    made->brainMask = brain;
    if (previous && sameSnapshot(previous->mask, mask)) {
        made->labels = previous->labels;
        made->hull = previous->hull;
    } else if (mask) {
        const auto counts = mask->counts();
        for (int label = 1; label < 256; ++label) {
            if (counts[std::size_t(label)] == 0) continue;
            if (stop.stop_requested()) return nullptr;
            if (const auto mesh = labelMesh(*mask, Label(label), mask->boundingBox(Label(label))))
                made->labels[Label(label)] = mesh;
        }
        if (const VoxelBox all = mask->boundingBox(); !all.empty()) made->hull = labelMesh(*mask, 0, all);
        if (made->hull) shrink(made->hull, 0.33);
    }
    if (previous && sameSnapshot(previous->image, image) && sameSnapshot(previous->brainMask, brain)) {
        made->shell = previous->shell;
        made->head = previous->head;
        return finished(made);
    }
    if (image && !stop.stop_requested()) made->shell = imageShell(*image, stop);
    if (brain && !stop.stop_requested()) {
        made->head = made->shell;
        std::vector<float> values(brain->voxels().begin(), brain->voxels().end());
        for (float &v : values)
            v = v > 0 ? 1.0f : 0.0f;
        made->shell = outerSurface(coarse(ImageVolume(brain->geometry(), std::move(values)), 1.8), 0.5f, stop);
    }
    if (stop.stop_requested()) return nullptr;
    return finished(made);
}

std::size_t triangleCount(const Surfaces &surfaces, Label label)
{
    vtkPolyData *mesh = surfaces.mesh(label);
    return mesh ? std::size_t(mesh->GetNumberOfCells()) : 0;
}

WorldBox bounds(const Surfaces &surfaces, Label label)
{
    vtkPolyData *mesh = surfaces.mesh(label);
    if (!mesh) return {};
    double b[6];
    mesh->GetBounds(b);
    return {{b[0], b[2], b[4]}, {b[1], b[3], b[5]}};
}

} // namespace glio::render
