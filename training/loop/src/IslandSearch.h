#pragma once
// Private to training/loop.
#include "glioscope/base/Progress.h"
#include "glioscope/interchange/ModelFile.h"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace glio::loop {

/// One held-out case for the search: calibrated bytes with all islands, and the truth in the model's scheme, on one
/// grid. `regions`: which the truth can tell.
struct SearchCase {
    std::shared_ptr<const Probabilities> probabilities;
    LabelVolume truth;
    std::vector<std::string> regions;
};

/// Thresholds and island rules that maximise the mean lesion-wise Dice by the rules of BraTS 2023 (3 dilations, 50
/// mm3), found region by region from large to small (WT, TC, ET), each with what the earlier ones left. Of settings
/// within 0.005 of the best the mildest is taken: the threshold nearest to 0.5, then the smallest island, then the
/// lowest probability.
class IslandSearch {
public:
    IslandSearch(std::vector<SearchCase> cases, interchange::ModelInfo start);
    ~IslandSearch();

    /// `with`: which cases (by number) count. Errors: Cancelled, those of decode.
    Result<interchange::ModelInfo> fit(std::span<const int> with, const ProgressSink &progress = {});

    /// Mean lesion-wise Dice over `of` with these settings, by region. Errors: as above.
    Result<std::map<std::string, double>> score(std::span<const int> of, const interchange::ModelInfo &settings);

    /// Components of one region of one case at one setting of everything before it.
    struct Table;

private:
    Result<std::shared_ptr<const Table>> table(int number, const std::string &region,
                                               const interchange::ModelInfo &settings);
    std::vector<SearchCase> m_cases;
    interchange::ModelInfo m_start;
    std::map<std::string, std::shared_ptr<const Table>> m_tables; ///< by case, region and settings
};

} // namespace glio::loop
