#pragma once
#include "glioscope/render/SliceState.h"

#include <cstdint>
#include <vector>

namespace glio::render {

/// Values on an upright lattice in a view's plane. In-plane coordinates are mm: u = p . right, v = p . down (from the
/// world's origin), so a lattice does not depend on zoom or pan.
template <class T> struct PlaneSlice {
    int nu = 0, nv = 0;    ///< 0: the plane misses the volume
    double u0 = 0, v0 = 0; ///< in-plane position of sample (0, 0)
    double du = 1, dv = 1; ///< mm between samples, above 0
    std::vector<T> values; ///< u fastest
    bool empty() const { return nu == 0 || nv == 0; }
    T at(int i, int j) const { return values[std::size_t(j) * std::size_t(nu) + std::size_t(i)]; }
};

enum class Across { Nearest, Linear }; ///< how values between two slices of the volume are found

/// The plane at `heightMm` (p . normal) through a volume. When the volume's axes run along the plane's, the lattice is
/// the voxels of one slice; otherwise it is sampled through world space at half the smallest spacing. Images: outside
/// is NaN. Labels: nearest voxel, outside 0. Bytes: linear, outside 0.
PlaneSlice<float> sliceImage(const ImageVolume &volume, const PlaneAxes &axes, double heightMm, Across across);
PlaneSlice<std::uint8_t> sliceLabels(const LabelMap &mask, const PlaneAxes &axes, double heightMm);
PlaneSlice<float> sliceBytes(const ByteVolume &volume, const PlaneAxes &axes, double heightMm, Across across);

} // namespace glio::render
