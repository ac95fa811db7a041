#pragma once
#include "glioscope/volume/Geometry.h"

#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace glio {

/// Voxels on a grid, i fastest: value of (i, j, k) lies at geometry().offset({i, j, k}).
/// Copies share the voxels; the first write through a copy makes it its own (copy on write). A copy handed to another
/// thread is therefore a snapshot: cheap, and never changed under the reader. One Volume object belongs to one thread.
template <class T> class Volume {
public:
    using Value = T;
    Volume() : Volume(Geometry{}) {}
    explicit Volume(const Geometry &geometry, T fill = T{})
        : m_geometry(geometry), m_voxels(std::make_shared<std::vector<T>>(std::size_t(geometry.voxelCount()), fill))
    {
    }
    /// Takes `voxels`, which must hold geometry.voxelCount() values.
    Volume(const Geometry &geometry, std::vector<T> voxels)
        : m_geometry(geometry), m_voxels(std::make_shared<std::vector<T>>(std::move(voxels)))
    {
        assert(std::int64_t(m_voxels->size()) == geometry.voxelCount());
    }

    const Geometry &geometry() const { return m_geometry; }
    const Size3 &size() const { return m_geometry.size(); }
    std::span<const T> voxels() const { return {m_voxels->data(), m_voxels->size()}; }
    const T *data() const { return m_voxels->data(); }
    T at(Index3 v) const
    {
        assert(m_geometry.contains(v));
        return (*m_voxels)[std::size_t(m_geometry.offset(v))];
    }

    /// For writing; copies first when the voxels are shared.
    std::span<T> edit()
    {
        if (m_voxels.use_count() > 1) m_voxels = std::make_shared<std::vector<T>>(*m_voxels);
        return {m_voxels->data(), m_voxels->size()};
    }
    void set(Index3 v, T value)
    {
        assert(m_geometry.contains(v));
        edit()[std::size_t(m_geometry.offset(v))] = value;
    }
    bool sharesVoxelsWith(const Volume &other) const { return m_voxels == other.m_voxels; }

    /// The same voxels placed elsewhere; sizes must agree.
    Volume withGeometry(const Geometry &geometry) const
    {
        assert(geometry.size() == m_geometry.size());
        Volume moved = *this;
        moved.m_geometry = geometry;
        return moved;
    }

private:
    Geometry m_geometry;
    std::shared_ptr<std::vector<T>> m_voxels;
};

using ImageVolume = Volume<float>;        ///< one MRI sequence, in the file's units
using LabelVolume = Volume<std::uint8_t>; ///< a mask: values mean what a LabelScheme says

} // namespace glio
