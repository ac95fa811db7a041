#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Progress.h"
#include "glioscope/metrics/Lesions.h"

#include <optional>
#include <string>
#include <vector>

namespace glio::metrics {

/// Plain: whole-volume values, null where they do not exist; lesion-wise by the rules that fit the scheme.
/// The BraTS presets give the challenge's values: 374 mm where a region is missing on one side.
enum class Preset { Plain, Brats2023, BratsPed2024 };

struct MetricOptions {
    Preset preset = Preset::Plain;
    SurfaceConvention surface = SurfaceConvention::Surfel;
    double nsdToleranceMm = 1.0;
};

/// Values of one region of one case. Empty optionals do not exist (HD95 against an empty region).
struct RegionMetrics {
    std::string id;
    double referenceMl = 0, predictionMl = 0;
    double dice = 1;
    std::optional<double> hd95Mm;
    double nsd = 1;
    LesionScore lesions;
};

/// Every region of the scheme, composites first. Both masks on one grid and in `scheme`.
/// Errors: Geometry (grids differ; the sentence says by what), Cancelled. Multi-threaded.
Result<std::vector<RegionMetrics>> compareMasks(const LabelVolume &reference, const LabelVolume &prediction,
                                                const LabelScheme &scheme, const MetricOptions &options = {},
                                                const ProgressSink &progress = {});

} // namespace glio::metrics
