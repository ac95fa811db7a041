#pragma once
#include <QString>

#include <memory>

namespace glio::widgets {

/// An OpenGL context of 3.2 or newer that draws to no window: 3D is drawn in it and read back. It is made at the first
/// `makeCurrent`, so a window that shows no 3D never loads a driver. Thread: the GUI thread.
class OffscreenGl {
public:
    OffscreenGl();
    ~OffscreenGl(); ///< whoever made something in the context has freed it by then

    bool makeCurrent(); ///< false: there is no such OpenGL here; `version` says what there is
    void doneCurrent();
    bool made() const;       ///< a context lives
    bool failed() const;     ///< tried, and there is none
    QString version() const; ///< "4.5", "2.1"; empty: no OpenGL at all, or not tried yet

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::widgets
