#include "ItkBaseline.h"

#include <itkImage.h>
#include <itkSignedMaurerDistanceMapImageFilter.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using Mask = itk::Image<unsigned char, 3>;
using Map = itk::Image<float, 3>;

Mask::Pointer image(std::span<const std::uint8_t> bytes, const glio::Size3 &size, const glio::Spacing3 &spacing)
{
    auto mask = Mask::New();
    Mask::SizeType n;
    Mask::SpacingType mm;
    for (unsigned a = 0; a < 3; ++a)
        n[a] = std::size_t(size[a]), mm[a] = spacing[a];
    mask->SetRegions(Mask::RegionType(n));
    mask->SetSpacing(mm);
    mask->Allocate();
    std::copy(bytes.begin(), bytes.end(), mask->GetBufferPointer());
    return mask;
}

std::vector<float> distances(std::span<const std::uint8_t> from, std::span<const std::uint8_t> to,
                             const glio::Size3 &size, const glio::Spacing3 &spacing)
{
    auto filter = itk::SignedMaurerDistanceMapImageFilter<Mask, Map>::New();
    filter->SetInput(image(to, size, spacing));
    filter->SetUseImageSpacing(true);
    filter->SetSquaredDistance(false);
    filter->Update();
    const float *map = filter->GetOutput()->GetBufferPointer();
    std::vector<float> list;
    const std::int64_t ni = size[0], nij = size[0] * size[1];
    for (std::int64_t k = 1; k + 1 < size[2]; ++k)
        for (std::int64_t j = 1; j + 1 < size[1]; ++j)
            for (std::int64_t i = 1; i + 1 < ni; ++i) {
                const auto v = std::size_t(i + ni * j + nij * k);
                if (!from[v]) continue;
                if (from[v - 1] && from[v + 1] && from[v - std::size_t(ni)] && from[v + std::size_t(ni)] &&
                    from[v - std::size_t(nij)] && from[v + std::size_t(nij)])
                    continue;
                list.push_back(std::abs(map[v]));
            }
    return list;
}

double percentile(std::vector<float> list)
{
    if (list.empty()) return 0;
    const auto at = list.begin() + std::ptrdiff_t(0.95 * double(list.size() - 1));
    std::nth_element(list.begin(), at, list.end());
    return *at;
}

} // namespace

double itkHd95(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b, const glio::Size3 &size,
               const glio::Spacing3 &spacing)
{
    return std::max(percentile(distances(a, b, size, spacing)), percentile(distances(b, a, size, spacing)));
}
