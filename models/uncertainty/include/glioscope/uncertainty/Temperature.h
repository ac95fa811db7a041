#pragma once
#include "glioscope/annotation/LabelScheme.h"

#include <cstdint>
#include <span>
#include <vector>

namespace glio::uncertainty {

/// Calibration of a softmax over background and a scheme's labels, question by question, so that sums over regions
/// stay what they are called: is it tumour (the labels of WT together, against the rest)? is that core (TC's labels
/// against the other labels of WT)? which label of core, which of the rim? Log odds (for the last: log probabilities)
/// are divided by one temperature a question and put together again by multiplication. Above 1: less certain.
/// Order within a question never changes. 1 changes nothing.
struct Temperatures {
    double tumour = 1, core = 1, label = 1;
    bool identity() const { return tumour == 1 && core == 1 && label == 1; }
    friend bool operator==(const Temperatures &, const Temperatures &) = default;
};
inline constexpr double kLeastTemperature = 0.25, kMostTemperature = 4;

/// Where a label stands in that tree.
enum class LabelRole : std::uint8_t { Core, Rim, Apart };
/// One role a label of the scheme, in its order; a scheme without TC has all of WT as Core.
std::vector<LabelRole> labelRoles(const LabelScheme &scheme);

/// In place on probabilities of the labels (background is what is left to 1), one plane of values.size() /
/// roles.size() voxels a label. Multi-threaded.
void applyTemperatures(std::span<float> values, std::span<const LabelRole> roles, const Temperatures &temperatures);

/// Voxels with known answers, kept as the three questions; temperatures are then the minimum of the negative log
/// likelihood, every case counting the same.
class TemperatureFit {
public:
    explicit TemperatureFit(std::vector<LabelRole> roles) : m_roles(std::move(roles)) {}

    /// `p`: probabilities of the labels in one voxel; `truth`: 0 background, 1-based number of the label, or
    /// kUnnamedTumour where only the first question has an answer.
    static constexpr int kUnnamedTumour = -1;
    void add(std::span<const float> p, int truth);
    /// What was added since the last call is one case.
    void endCase();
    int cases() const { return int(m_cases.size()); }

    /// `leaveOut`: cases (by number) that do not count.
    Temperatures fit(std::span<const int> leaveOut = {}) const;

private:
    struct Binary {
        float logOdds;
        std::uint8_t yes;
    };
    struct Choice {
        std::vector<float> logP; ///< of the labels in question
        std::uint8_t answer;
    };
    struct Case {
        std::vector<Binary> tumour, core;
        std::vector<Choice> label;
    };
    std::vector<LabelRole> m_roles;
    std::vector<Case> m_cases;
    Case m_open;
};

} // namespace glio::uncertainty
