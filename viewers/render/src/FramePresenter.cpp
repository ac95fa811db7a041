#include "FramePresenter.h"

#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper2D.h>
#include <vtkProperty2D.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkTexture.h>
#include <vtkTexturedActor2D.h>
#include <vtkUnsignedCharArray.h>
#include <vtkWeakPointer.h>

namespace glio::render {

struct FramePresenter::Private {
    vtkWeakPointer<vtkRenderWindow> window;
    vtkNew<vtkRenderer> renderer;
    vtkNew<vtkPoints> points;
    vtkNew<vtkPolyData> quad;
    vtkNew<vtkImageData> image;
    vtkNew<vtkTexture> texture;
    vtkNew<vtkTexturedActor2D> actor;
    int width = 0, height = 0;
};

FramePresenter::FramePresenter() : m(std::make_unique<Private>())
{
    m->points->SetNumberOfPoints(4);
    vtkNew<vtkCellArray> cells;
    const vtkIdType corners[4] = {0, 1, 2, 3};
    cells->InsertNextCell(4, corners);
    // The frame's first row is the top one; a texture's is the bottom one.
    vtkNew<vtkFloatArray> coordinates;
    coordinates->SetNumberOfComponents(2);
    coordinates->SetNumberOfTuples(4);
    coordinates->SetTuple2(0, 0, 1);
    coordinates->SetTuple2(1, 1, 1);
    coordinates->SetTuple2(2, 1, 0);
    coordinates->SetTuple2(3, 0, 0);
    m->quad->SetPoints(m->points);
    m->quad->SetPolys(cells);
    m->quad->GetPointData()->SetTCoords(coordinates);
    m->texture->SetInputData(m->image);
    m->texture->InterpolateOff();
    m->texture->RepeatOff();
    m->texture->SetColorModeToDirectScalars();
    vtkNew<vtkPolyDataMapper2D> mapper;
    mapper->SetInputData(m->quad);
    m->actor->SetMapper(mapper);
    m->actor->SetTexture(m->texture);
    m->renderer->SetBackground(0, 0, 0);
    m->renderer->AddViewProp(m->actor);
}

FramePresenter::~FramePresenter() { attach(nullptr); }

void FramePresenter::attach(vtkRenderWindow *window)
{
    if (m->window) m->window->RemoveRenderer(m->renderer);
    m->window = window;
    if (window) window->AddRenderer(m->renderer);
}

void FramePresenter::show(const Frame &frame)
{
    if (frame.width < 1 || frame.height < 1) return;
    if (frame.width != m->width || frame.height != m->height) {
        m->width = frame.width;
        m->height = frame.height;
        m->points->SetPoint(0, 0, 0, 0);
        m->points->SetPoint(1, frame.width, 0, 0);
        m->points->SetPoint(2, frame.width, frame.height, 0);
        m->points->SetPoint(3, 0, frame.height, 0);
        m->points->Modified();
        m->quad->Modified();
        m->image->SetDimensions(frame.width, frame.height, 1);
    }
    vtkNew<vtkUnsignedCharArray> bytes;
    bytes->SetNumberOfComponents(4);
    bytes->SetArray(reinterpret_cast<unsigned char *>(const_cast<Rgba *>(frame.pixels.data())),
                    vtkIdType(frame.pixels.size()) * 4, 1);
    m->image->GetPointData()->SetScalars(bytes);
    m->image->Modified();
    m->texture->Modified();
}

} // namespace glio::render
