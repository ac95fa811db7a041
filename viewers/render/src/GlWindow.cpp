#include "glioscope/render/GlWindow.h"

#include <string>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>
#include <vtkOpenGLFramebufferObject.h>
#include <vtkOpenGLState.h>
#include <vtk_glew.h>

namespace glio::render {

struct GlWindow::Private {
    vtkNew<vtkGenericOpenGLRenderWindow> window;
    bool ready = false;
    std::string name;
};

GlWindow::GlWindow() : m(std::make_unique<Private>())
{
    m->window->SetMultiSamples(0);
    m->window->SetFrameBlitModeToNoBlit();
    m->window->SetOwnContext(0);
    m->window->SetReadyForRendering(false);
}

GlWindow::~GlWindow() = default;

vtkRenderWindow *GlWindow::window() const { return m->window; }

void GlWindow::initialise()
{
    m->window->SetMapped(true);
    m->window->SetIsCurrent(true);
    m->window->OpenGLInitContext();
    m->window->OpenGLInitState();
    const auto *name = reinterpret_cast<const char *>(glGetString(GL_RENDERER));
    m->name = name ? name : "";
    m->window->SetReadyForRendering(true);
    m->ready = true;
}

void GlWindow::release()
{
    if (!m->ready) return;
    m->ready = false;
    m->window->SetReadyForRendering(false);
    m->window->Finalize();
    m->window->SetMapped(false);
    m->window->SetIsCurrent(false);
}

bool GlWindow::ready() const { return m->ready; }

void GlWindow::resize(int width, int height) { m->window->SetSize(width, height); }

void GlWindow::renderTo(std::uint32_t *pixels, int width, int height)
{
    if (!m->ready) return;
    GLint bound = 0;
    glGetIntegerv(GL_FRAMEBUFFER_BINDING, &bound);
    vtkOpenGLState *state = m->window->GetState();
    state->Reset();
    state->Push();
    state->ResetGLBlendFuncState();
    state->vtkglDepthFunc(GL_LEQUAL);
    m->window->Render();
    state->PushFramebufferBindings();
    m->window->GetRenderFramebuffer()->Bind(GL_READ_FRAMEBUFFER);
    glReadBuffer(GL_COLOR_ATTACHMENT0);
    glPixelStorei(GL_PACK_ALIGNMENT, 4);
    glReadPixels(0, 0, width, height, GL_BGRA, GL_UNSIGNED_INT_8_8_8_8_REV, pixels);
    state->PopFramebufferBindings();
    state->Pop();
    glBindFramebuffer(GL_FRAMEBUFFER, GLuint(bound));
}

const char *GlWindow::rendererName() const { return m->name.c_str(); }

} // namespace glio::render
