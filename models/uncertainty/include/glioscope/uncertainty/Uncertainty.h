#pragma once
#include "glioscope/volume/Volume.h"

#include <span>
#include <vector>

namespace glio::uncertainty {

/// -sum p ln p in nats; p need not be normalised exactly; 0 ln 0 = 0.
double entropy(std::span<const double> p);

/// Sums over T looks, voxel by voxel (algorithms.md D): mean, entropy of the mean, mean entropy, mutual information.
/// A look is uint8 per label (p = value / 255) on one grid; background is what is left to 1.
class LookSums {
public:
    LookSums(const Geometry &geometry, int labels);

    /// `look` holds one volume a label, on the geometry given. Multi-threaded.
    void add(std::span<const Volume<std::uint8_t>> look);

    int looks() const { return m_looks; }
    std::vector<Volume<std::uint8_t>> mean() const; ///< per label, rounded
    /// Entropy of the mean / ln(classes), 0..100, 100 = most uncertain (the BraTS convention).
    Volume<std::uint8_t> entropyPercent() const;
    /// Mutual information (entropy of the mean minus mean entropy) / ln(classes), 0..100: what the looks disagree on.
    Volume<std::uint8_t> mutualInformationPercent() const;

private:
    template <class Value> Volume<std::uint8_t> map(Value value) const;
    Geometry m_geometry;
    int m_looks = 0;
    std::vector<std::vector<std::uint16_t>> m_sums; ///< per label, sum of bytes; at most 257 looks
    std::vector<float> m_entropySum;
};

/// Entropy of one look's classes / ln(classes), 0..100.
Volume<std::uint8_t> entropyPercent(std::span<const Volume<std::uint8_t>> look);

/// Spread of a region's volume over the looks: sigma / mean (population sigma); 0 for a mean of 0.
double volumeVariation(std::span<const double> volumes);

} // namespace glio::uncertainty
