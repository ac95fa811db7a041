#pragma once
#include "MadeFiles.h"

#include "glioscope/volume/Volume.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cmath>

namespace glio::test {

/// A segmentation as 3D Slicer writes it, byte by byte. `layers` = 0: three dimensions.
struct MadeSegNrrd {
    int layers = 0;
    std::array<int, 3> size{3, 1, 1};
    std::string type = "unsigned char", space = "left-posterior-superior", directions = "(1,0,0) (0,1,0) (0,0,1)";
    std::string origin = "(0,0,0)", fields;
    std::string voxels; ///< as they lie in the file: the layers of a voxel side by side
    std::string encoding = "gzip";

    MadeSegNrrd &segment(int number, const std::string &name, int value, int layer, const std::string &more = "")
    {
        const std::string s = "Segment" + std::to_string(number) + "_";
        fields += s + "ID:=Segment_" + std::to_string(number + 1) + "\n" + s + "Name:=" + name + "\n" + s +
                  "LabelValue:=" + std::to_string(value) + "\n" + s + "Layer:=" + std::to_string(layer) + "\n";
        if (!more.empty()) fields += s + more + "\n";
        return *this;
    }
    std::string bytes() const
    {
        const bool list = layers > 0;
        std::string sizes = list ? std::to_string(layers) + " " : "";
        for (const int n : size)
            sizes += std::to_string(n) + " ";
        return "NRRD0004\n# Complete NRRD file format specification at:\ntype: " + type +
               "\ndimension: " + (list ? "4" : "3") + "\nspace: " + space + "\nsizes: " + sizes +
               "\nspace directions: " + (list ? "none " : "") + directions + "\nkinds: " + (list ? "list " : "") +
               "domain domain domain\nendian: little\nencoding: " + encoding + "\nspace origin: " + origin + "\n" +
               fields + "Segmentation_ContainedRepresentationNames:=Binary labelmap|\n\n" +
               (encoding == "gzip" ? gzip(voxels) : voxels);
    }
};

/// Oblique and anisotropic: turned about two axes, off the origin.
inline Geometry obliqueGrid(Size3 size = {7, 5, 4}, Spacing3 spacing = {0.5, 0.75, 4})
{
    const double c = std::cos(0.3), s = std::sin(0.3), d = std::cos(0.2), e = std::sin(0.2);
    return *Geometry::make(size, spacing, {-31.5, 12.25, 80}, {c, -s * d, s * e, s, c * d, -c * e, 0, e, d});
}
/// Labels 0 … most, one after the other.
inline LabelVolume countedMask(const Geometry &grid, int most = 4)
{
    LabelVolume mask(grid);
    const auto voxels = mask.edit();
    for (std::size_t n = 0; n < voxels.size(); ++n)
        voxels[n] = std::uint8_t(n % std::size_t(most + 1));
    return mask;
}

/// True: read. False: a whole sentence that names the file. Anything else, or slowness, fails the test.
template <class Read> bool readsOrTells(const std::filesystem::path &path, Read read)
{
    INFO(path);
    const auto start = std::chrono::steady_clock::now();
    const auto result = read(path);
    CHECK(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < 5);
    if (result) {
        for (const auto &remark : result->remarks)
            CHECK(remark.back() == '.');
        return true;
    }
    INFO(result.error().message);
    CHECK(result.error().code != Errc::Internal);
    CHECK(result.error().message.size() > 30);
    CHECK(result.error().message.back() == '.');
    CHECK(result.error().message.find(path.stem().stem().string()) != std::string::npos);
    return false;
}

} // namespace glio::test
