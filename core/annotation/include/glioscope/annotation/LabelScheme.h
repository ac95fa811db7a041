#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/volume/Volume.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace glio {

using Label = std::uint8_t; ///< 0 is background

struct Rgb {
    std::uint8_t r = 0, g = 0, b = 0;
    friend bool operator==(const Rgb &, const Rgb &) = default;
};

enum class LabelPattern { None, Hatch45, Dots, Hatch135, Cross };

/// A code of the DICOM segmentation context groups: scheme designator, value, meaning.
struct CodedTerm {
    std::string scheme, value, meaning;
};

/// One label value of a scheme.
struct LabelDefinition {
    Label value = 0;
    std::string id;   ///< "ET", "NET", "CC", "ED", "RC", "NCR", "WT": stable, in files and object names
    std::string name; ///< English; the window translates it by id
    Rgb colour;       ///< palette Distinct
    Rgb classicColour;
    LabelPattern pattern = LabelPattern::None;
    CodedTerm category, type;
    Label canonical = 0; ///< value in brats-ped-2024 (0: has no equivalent there and is dropped by conversion)
    /// Name or colours (both palettes) are a reader's for one mask, shown as they are; see EditedScheme.h.
    bool ownName = false, ownColour = false, added = false;
};

/// A union of labels that is measured as one: WT, TC, and every label as a region of its own.
struct RegionDefinition {
    std::string id, name;
    std::vector<Label> labels;
    bool ownName = false; ///< as its label's
    bool contains(Label label) const;
};

/// What the values of a mask mean (algorithms.md B.1). Immutable.
class LabelScheme {
public:
    const std::string &id() const { return m_id; }
    const std::string &name() const { return m_name; }
    const std::vector<LabelDefinition> &labels() const { return m_labels; } ///< without background, by value
    const std::vector<RegionDefinition> &regions() const
    {
        return m_regions;
    } ///< composites first (WT, TC), then labels
    const LabelDefinition *label(Label value) const;
    const LabelDefinition *label(std::string_view id) const;
    const RegionDefinition *region(std::string_view id) const;

    /// The same scheme, by its id, with other labels (by value, none of them 0) and regions.
    LabelScheme with(std::vector<LabelDefinition> labels, std::vector<RegionDefinition> regions) const;

    /// Errors: Io, InvalidArgument (what is wrong, where).
    static Result<LabelScheme> parse(std::string_view json, const std::string &origin);

private:
    std::string m_id, m_name;
    std::vector<LabelDefinition> m_labels;
    std::vector<RegionDefinition> m_regions;
};

/// The shipped schemes, read once from resources/labelschemes: brats-ped-2024 (default, first), brats-ped-2023,
/// brats-2015, brats-2021, brats-2023, brats-gli-2024, msd-task01, lgg. Thread: any.
const std::vector<LabelScheme> &labelSchemes();
const LabelScheme *findLabelScheme(std::string_view id);
const LabelScheme &defaultLabelScheme(); ///< brats-ped-2024

/// `mask` with the values of `to`: by canonical meaning. A label of `from` that `to` cannot express becomes the nearest
/// meaning that keeps WT and TC (cyst -> non-enhancing core, and so on) or 0 when there is none (RC).
/// Errors: InvalidArgument when the mask holds a value that `from` does not have, or when a whole-tumour-only scheme
/// would have to be turned into sub-regions.
Result<LabelVolume> convertLabels(const LabelVolume &mask, const LabelScheme &from, const LabelScheme &to);

/// Which schemes a mask may follow, best first, each with its reason; more than one means: ask.
struct SchemeCandidate {
    std::string id, reason;
};
struct SchemeDetection {
    std::vector<SchemeCandidate> candidates; ///< empty: the values fit no scheme
    bool certain = false;                    ///< exactly one candidate, or stated by the file
};
/// `description`: NIfTI description or sidecar text (may hold "scheme=ID"); `fileName` may follow a BraTS pattern.
SchemeDetection detectScheme(std::span<const Label> valuesPresent, const std::filesystem::path &fileName,
                             std::string_view description, Size3 size);

/// Values that occur, ascending, without 0.
std::vector<Label> labelsPresent(const LabelVolume &mask);

} // namespace glio
