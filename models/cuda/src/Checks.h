#pragma once
#include "glioscope/cuda/Kernels.h"

namespace glio::cuda {

inline Result<void> check(const NormActivate &w)
{
    if (w.samples < 1 || w.channels < 1 || w.voxels < 1 || w.groups < 1 || w.channels % w.groups != 0)
        return fail(Errc::InvalidArgument, "A norm needs sizes above 0 and groups that divide its channels.");
    return {};
}

inline Result<void> check(const Accumulate &w)
{
    const bool sizes = w.classes >= 1 && w.planes >= 1 && w.window[0] >= 1 && w.window[1] >= 1 && w.window[2] >= 1;
    const bool inside = w.start[0] >= 0 && w.start[1] >= 0 && w.start[2] >= 0 &&
                        w.start[0] + w.window[0] <= w.columns && w.start[1] + w.window[1] <= w.rows &&
                        w.window[2] <= w.planes;
    if (!sizes || !inside) return fail(Errc::InvalidArgument, "The window does not lie inside the volume's planes.");
    return {};
}

} // namespace glio::cuda
