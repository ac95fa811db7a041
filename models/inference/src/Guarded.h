#pragma once
// Includes LibTorch: private to models/inference.
#include "glioscope/base/Error.h"
#include "glioscope/nets/Net.h"

#include <torch/types.h>

#include <malloc.h>
#include <new>
#include <string>

namespace glio::inference {

/// What the pass kept for itself goes back to the system at its end: the window may need the memory.
struct GiveBack {
    ~GiveBack() { malloc_trim(0); }
};

/// The one place where exceptions of a pass become errors.
template <class Work> auto guarded(Work work) -> decltype(work())
{
    const GiveBack afterwards;
    try {
        return work();
    } catch (const nets::Interrupted &) {
        return fail(Errc::Cancelled, "The segmentation was cancelled.");
    } catch (const std::bad_alloc &) {
        return fail(Errc::OutOfMemory,
                    "There was not enough memory for the segmentation. Close other programs, or give it a "
                    "lower memory limit so that it works in smaller windows.");
    } catch (const c10::OutOfMemoryError &error) {
        return fail(Errc::OutOfMemory, std::string("The device has not enough memory for the segmentation: ") +
                                           error.what_without_backtrace());
    } catch (const c10::Error &error) {
        const std::string what = error.what_without_backtrace();
        if (what.find("memory") != std::string::npos && what.find("alloc") != std::string::npos)
            return fail(Errc::OutOfMemory, "There was not enough memory for the segmentation.");
        return fail(Errc::Internal, "The segmentation failed: " + what);
    } catch (const std::exception &error) {
        return fail(Errc::Internal, std::string("The segmentation failed: ") + error.what());
    }
}

} // namespace glio::inference
