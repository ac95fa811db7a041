#pragma once
#include "glioscope/annotation/MaskDocument.h"

#include <QString>

#include <vector>

namespace glio::app {

/// A part of a mask by who set it last.
struct ProvenanceShare {
    Label byte = 0; ///< in the document's source map
    VoxelSource source;
    double share = 0; ///< 0..1 of what is labelled and of what a hand cleared
};

/// All parts that are not empty, in the order in which they came in; sums to 1. Cost: one pass over the set blocks.
std::vector<ProvenanceShare> provenanceShares(const MaskDocument &document);
/// "Glioscope glioma 1.0, then by hand", "By hand, Ada".
QString sourceName(const VoxelSource &source);
/// "82 %", "below 1 %".
QString shareText(double share);

} // namespace glio::app
