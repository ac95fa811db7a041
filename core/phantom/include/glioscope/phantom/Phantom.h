#pragma once
#include "glioscope/phantom/Anatomy.h"
#include "glioscope/volume/Sequence.h"

#include <map>
#include <memory>
#include <optional>
#include <span>

namespace glio::phantom {

/// A tumour's shape from a label map (values of brats-ped-2024), cut to its box to spare memory.
struct Shape {
    std::string name;
    LabelVolume labels;
    bool paediatric = true;
    double coreMl = 0;                  ///< ET + NET + CC
    std::optional<PointMm> placeShares; ///< its middle as shares (0..1) of the brain's box along L, P, S, when known
};
/// Cuts and measures a label map. A map on the 240 x 240 x 155 mm of BraTS knows its place in the brain.
Shape makeShape(std::string name, const LabelVolume &labels, bool paediatric);

enum class Variety {
    Training, ///< as wide as the world: contrasts, shapes, degradations, heads and stripped brains
    Demo      ///< calm and pretty: one large tumour with rim, cyst and oedema, four clean sequences
};
enum class HeadCover { Either, Stripped, WithHead };

struct PhantomOptions {
    Variety variety = Variety::Training;
    Spacing3 spacingMm{1, 1, 1};
    Size3 size{0, 0, 0}; ///< voxels of the field; 0 along an axis: 240 x 240 x 155 mm / spacing (a head: 180 mm high)
    HeadCover cover = HeadCover::Either;
    double towardsTumour = 0;    ///< 0: field centred on the brain; 1: on the tumour; between: a point between
    double emptyShare = 0.08;    ///< cases without a tumour
    double realShapeShare = 0.5; ///< of the tumours, how many take a shape from `shapes` (when there are any)
    std::shared_ptr<const std::vector<Shape>> shapes;
    bool degrade = true; ///< bias, blur, thick slices, noise, gamma, shifts
};

/// One synthetic patient. `sequences` in the order of kModelSequences, all on the grid of `labels`, values like a
/// scanner's (positive, arbitrary scale; background 0 when stripped, noise when not). Every sequence is present:
/// dropping some is the trainer's work. A real background without T1c has one made from its T1.
struct PhantomCase {
    std::array<ImageVolume, 4> sequences;
    LabelVolume labels; ///< scheme brats-ped-2024: 1 ET, 2 NET, 3 CC, 4 ED
    std::string schemeId = "brats-ped-2024";
    bool headCovered = false;        ///< skull and scalp are in the images
    std::string anatomy, tumourKind; ///< names, for phantom.json; kind "none" for an empty case
    std::map<std::string, double> parameters;
    const Geometry &geometry() const { return labels.geometry(); }
};

/// The case number `caseNumber` of the series `seed`: the same voxels on any machine with any number of threads.
/// Thread: any; several at once may share the anatomy. Errors: InvalidArgument (spacing, size), OutOfMemory.
/// Cost on one core: about 0.1 s at 4 mm, 0.4 s at 2 mm, some seconds at 1 mm.
Result<PhantomCase> makePhantom(const Anatomy &anatomy, const PhantomOptions &options, std::uint64_t seed,
                                std::uint64_t caseNumber);

/// Draws one of `anatomies` (equal chances) for the case and makes it. Errors: as above; InvalidArgument when empty.
Result<PhantomCase> makePhantom(std::span<const AnatomyPointer> anatomies, const PhantomOptions &options,
                                std::uint64_t seed, std::uint64_t caseNumber);

} // namespace glio::phantom
