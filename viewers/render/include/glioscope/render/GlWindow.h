#pragma once
#include <cstdint>
#include <memory>

class vtkRenderWindow;

namespace glio::render {

/// A VTK window that draws in an OpenGL context which somebody else owns and makes current, into a framebuffer of its
/// own (a vtkGenericOpenGLRenderWindow without multisampling). Thread: the context's. Every function but `window` and
/// `resize` needs the context current.
class GlWindow {
public:
    GlWindow();
    ~GlWindow();
    GlWindow(const GlWindow &) = delete;
    GlWindow &operator=(const GlWindow &) = delete;

    vtkRenderWindow *window() const;
    /// Once for each context.
    void initialise();
    void release(); ///< before the context goes
    bool ready() const;
    void resize(int width, int height); ///< device pixels
    /// Draws and reads back: width x height pixels, 0xAARRGGBB, lowest row first. What is bound for drawing stays
    /// bound.
    void renderTo(std::uint32_t *pixels, int width, int height);
    /// "llvmpipe (LLVM 19.1.7, 256 bits)", for the log; empty before `initialise`.
    const char *rendererName() const;

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::render
