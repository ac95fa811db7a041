#include "HeldOut.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/base/Random.h"
#include "glioscope/interchange/Safetensors.h"
#include "glioscope/io/NiftiFile.h"
#include "glioscope/volume/Resample.h"
#include "glioscope/volume/Statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace glio::loop {
namespace {
using Json = nlohmann::json;

/// BraTS-PED-00021-000 and -001 are one patient at two times.
std::string patientOf(const std::string &name)
{
    const auto dash = name.rfind('-');
    const bool timepoint = dash != std::string::npos && name.size() - dash == 4 &&
                           name.find_first_not_of("0123456789", dash + 1) == std::string::npos;
    return timepoint ? name.substr(0, dash) : name;
}

double spreadOf(const ImageVolume &image)
{
    const std::array q{0.02, 0.98};
    const auto found = quantiles(image.voxels(), q);
    return std::max(1e-6, double(found[1] - found[0]));
}

void addNoise(ImageVolume &image, double share, std::uint64_t seed)
{
    const double sigma = share * spreadOf(image);
    const float background = backgroundValue(image);
    const auto voxels = image.edit();
    const std::int64_t plane = image.size()[0] * image.size()[1];
    parallelFor(0, image.size()[2], 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            CounterRandom random{seed, std::uint64_t(k)};
            for (std::int64_t v = k * plane; v < (k + 1) * plane; ++v)
                if (voxels[std::size_t(v)] != background) voxels[std::size_t(v)] += float(random.normal(0, sigma));
        }
    });
}

/// Slices of `mm` along k: every voxel becomes the mean of its slice.
void thicken(ImageVolume &image, double mm)
{
    const auto many = std::max<std::int64_t>(1, std::lround(mm / image.geometry().spacing()[2]));
    const std::int64_t plane = image.size()[0] * image.size()[1], nk = image.size()[2];
    const auto voxels = image.edit();
    for (std::int64_t k = 0; k < nk; k += many) {
        const std::int64_t last = std::min(nk, k + many);
        parallelFor(0, plane, 4096, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t v = begin; v < end; ++v) {
                float sum = 0;
                for (std::int64_t c = k; c < last; ++c)
                    sum += voxels[std::size_t(c * plane + v)];
                for (std::int64_t c = k; c < last; ++c)
                    voxels[std::size_t(c * plane + v)] = sum / float(last - k);
            }
        });
    }
}

/// The head moved while it was scanned: copies shifted and turned in the slice plane lie over each other, and ghosts
/// lie a fraction of the field apart along j.
void moveHead(ImageVolume &image, double mm, std::uint64_t seed)
{
    const Geometry &grid = image.geometry();
    const auto [ni, nj, nk] = image.size();
    CounterRandom random{seed, 77};
    struct Copy {
        double i, j, turn, weight;
    };
    std::vector<Copy> copies{{0, 0, 0, 0.4}};
    for (int n = 0; n < 3; ++n)
        copies.push_back({random.normal(0, mm / grid.spacing()[0]), random.normal(0, mm / grid.spacing()[1]),
                          random.normal(0, 0.05), 0.2});
    const double ghost = double(nj) / double(random.integer(3, 5));
    copies.push_back({0, ghost, 0, 0.18});
    copies.push_back({0, -ghost, 0, 0.18});
    const ImageVolume still = image;
    const auto out = image.edit();
    parallelFor(0, nk, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k)
            for (std::int64_t j = 0; j < nj; ++j)
                for (std::int64_t i = 0; i < ni; ++i) {
                    double sum = 0;
                    for (const Copy &copy : copies) {
                        const double x = double(i) - double(ni) / 2, y = double(j) - double(nj) / 2;
                        const double c = std::cos(copy.turn), s = std::sin(copy.turn);
                        double fromJ = s * x + c * y + double(nj) / 2 + copy.j;
                        fromJ -= std::floor(fromJ / double(nj)) * double(nj); // ghosts wrap round
                        sum += copy.weight *
                               double(sampleLinear(still, {c * x - s * y + double(ni) / 2 + copy.i, fromJ, double(k)}));
                    }
                    out[std::size_t(grid.offset({i, j, k}))] = float(sum);
                }
    });
}

void drop(HeldOutCase &one, std::initializer_list<Sequence> sequences)
{
    for (const Sequence sequence : sequences) {
        if (one.inputs.size() <= 1) return;
        std::erase_if(one.inputs, [sequence](const auto &input) { return input.sequence == sequence; });
    }
}
} // namespace

Result<HeldOutCase> readHeldOut(const data::CaseEntry &entry)
{
    HeldOutCase one{
        .name = entry.files.name, .patient = patientOf(entry.files.name), .inputs = {}, .truth = {}, .regions = {}};
    for (const auto &[sequence, path] : entry.files.sequences) {
        auto image = io::readNifti(path);
        if (!image) return std::unexpected(image.error());
        one.inputs.push_back({sequence, std::move(*image)});
    }
    const auto mask = io::readNiftiLabels(*entry.files.mask);
    if (!mask) return std::unexpected(mask.error());
    const LabelScheme &scheme = *findLabelScheme(entry.schemeId);
    // A mask of the whole tumour alone: any label of it will do, and only WT is asked about.
    const bool wholeOnly = std::ranges::all_of(scheme.labels(), [](const auto &label) { return label.canonical == 0; });
    if (wholeOnly) {
        one.truth = LabelVolume(mask->geometry());
        const Label any = defaultLabelScheme().region("WT")->labels.back();
        std::ranges::transform(mask->voxels(), one.truth.edit().begin(), [any](Label v) { return v ? any : Label{0}; });
        one.regions = {"WT"};
        return one;
    }
    auto truth = convertLabels(*mask, scheme, defaultLabelScheme());
    if (!truth) return fail(truth.error().code, entry.files.mask->string() + ": " + truth.error().message);
    one.truth = *std::move(truth);
    one.regions = {"WT", "TC", "ET"};
    return one;
}

Result<HeldOutCase> makeHeldOut(std::span<const phantom::AnatomyPointer> anatomies, phantom::PhantomOptions options,
                                std::uint64_t seed, int n)
{
    const auto made = phantom::makePhantom(anatomies, options, seed, std::uint64_t(n));
    if (!made) return std::unexpected(made.error());
    HeldOutCase one{.name = "phantom-" + std::to_string(seed) + "-" + std::to_string(n),
                    .patient = {},
                    .inputs = {},
                    .truth = made->labels,
                    .regions = {"WT", "TC", "ET"}};
    one.patient = one.name;
    for (std::size_t s = 0; s < 4; ++s)
        one.inputs.push_back({kModelSequences[s], made->sequences[s]});
    return one;
}

HeldOutCase degraded(const HeldOutCase &good, int kind, std::uint64_t seed)
{
    HeldOutCase one = good; // shares the voxels of what is not changed
    static constexpr std::array kNames{"noise", "blur", "thick", "two", "no-t1c", "fading"};
    one.name += std::string("+") + kNames[std::size_t(kind % kDegradations)];
    std::uint64_t n = seed;
    switch (kind % kDegradations) {
    case 0:
        for (auto &input : one.inputs)
            addNoise(input.image, 0.15, ++n);
        break;
    case 1:
        for (auto &input : one.inputs) {
            const auto &mm = input.image.geometry().spacing();
            smooth(input.image, {2.5 / mm[0], 2.5 / mm[1], 2.5 / mm[2]});
        }
        break;
    case 2:
        for (auto &input : one.inputs)
            thicken(input.image, 8);
        break;
    case 3:
        drop(one, {Sequence::T1, Sequence::T2});
        break;
    case 4:
        drop(one, {Sequence::T1c, Sequence::T1});
        break;
    default: // half of the contrast is lost in noise and bias
        for (auto &input : one.inputs) {
            const auto voxels = input.image.edit();
            const Geometry &grid = input.image.geometry();
            for (std::size_t v = 0; v < voxels.size(); ++v)
                voxels[v] *= float(0.4 + 1.2 * double(v) / double(grid.voxelCount()));
            addNoise(input.image, 0.08, ++n);
        }
    }
    return one;
}

std::string faultName(Fault fault)
{
    static constexpr std::array kNames{"swapped_sequences", "upside_down", "heavy_motion", "no_tumour"};
    return kNames[std::size_t(fault)];
}

HeldOutCase withFault(const HeldOutCase &good, Fault fault, int n)
{
    HeldOutCase one = good;
    one.name += "!" + faultName(fault);
    if (fault == Fault::Swapped && one.inputs.size() >= 2) {
        static constexpr std::array kPairs{std::array{0, 2}, std::array{2, 3}, std::array{1, 3},
                                           std::array{0, 1}, std::array{0, 3}, std::array{1, 2}};
        const auto &pair = kPairs[std::size_t(n) % kPairs.size()];
        const std::size_t a = std::size_t(pair[0]) % one.inputs.size(), b = std::size_t(pair[1]) % one.inputs.size();
        std::swap(one.inputs[a].sequence, one.inputs[b].sequence);
    } else if (fault == Fault::UpsideDown) {
        for (auto &input : one.inputs) {
            const std::int64_t plane = input.image.size()[0] * input.image.size()[1], nk = input.image.size()[2];
            const auto voxels = input.image.edit();
            for (std::int64_t k = 0; k < nk / 2; ++k)
                std::swap_ranges(voxels.begin() + k * plane, voxels.begin() + (k + 1) * plane,
                                 voxels.begin() + (nk - 1 - k) * plane);
        }
    } else if (fault == Fault::Motion) {
        std::uint64_t seed = std::uint64_t(n) * 10;
        for (auto &input : one.inputs)
            moveHead(input.image, 5, ++seed);
    }
    return one;
}

KeptLook keep(inference::Segmenter::RawLook look, int labels)
{
    const Geometry &grid = look.grid;
    const std::int64_t voxels = grid.voxelCount();
    KeptLook kept{.raw = std::move(look), .start = {}, .size = {1, 1, 1}};
    auto &values = kept.raw.values;
    Index3 low{1 << 30, 1 << 30, 1 << 30}, high{-1, -1, -1};
    for (std::int64_t v = 0; v < voxels; ++v) {
        float sum = 0;
        for (int n = 0; n < labels; ++n)
            sum += values[std::size_t(n * voxels + v)];
        if (sum < 5e-4f) continue;
        const Index3 c{v % grid.size()[0], v / grid.size()[0] % grid.size()[1], v / (grid.size()[0] * grid.size()[1])};
        for (std::size_t a = 0; a < 3; ++a)
            low[a] = std::min(low[a], c[a]), high[a] = std::max(high[a], c[a]);
    }
    if (high[0] < 0) low = high = {0, 0, 0};
    kept.start = low;
    for (std::size_t a = 0; a < 3; ++a)
        kept.size[a] = high[a] - low[a] + 1;
    std::vector<float> cut;
    cut.reserve(std::size_t(labels * kept.size[0] * kept.size[1] * kept.size[2]));
    for (int n = 0; n < labels; ++n)
        for (std::int64_t k = low[2]; k <= high[2]; ++k)
            for (std::int64_t j = low[1]; j <= high[1]; ++j) {
                const auto *row = values.data() + n * voxels + grid.offset({low[0], j, k});
                cut.insert(cut.end(), row, row + kept.size[0]);
            }
    values = std::move(cut);
    return kept;
}

inference::Segmenter::RawLook KeptLook::whole(int labels) const
{
    inference::Segmenter::RawLook look{.grid = raw.grid, .values = {}, .images = raw.images, .pooled = raw.pooled};
    const std::int64_t voxels = raw.grid.voxelCount();
    look.values.assign(std::size_t(labels * voxels), 0.0f);
    const float *from = raw.values.data();
    for (int n = 0; n < labels; ++n)
        for (std::int64_t k = 0; k < size[2]; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j, from += size[0])
                std::copy(from, from + size[0],
                          look.values.data() + n * voxels + raw.grid.offset({start[0], start[1] + j, start[2] + k}));
    return look;
}

Result<void> writeLook(const KeptLook &look, const std::filesystem::path &path)
{
    Json note;
    const Geometry &g = look.raw.grid;
    note["grid"] = {g.size(), g.spacing(), {g.origin().x, g.origin().y, g.origin().z}, g.direction()};
    note["box"] = {look.start, look.size};
    note["images"] = look.raw.images;
    note["pooled"] = look.raw.pooled;
    const interchange::TensorView view{"values",
                                       interchange::Dtype::F32,
                                       {std::int64_t(look.raw.values.size())},
                                       std::as_bytes(std::span(look.raw.values))};
    return interchange::writeSafetensors(path, std::span(&view, 1), {{"look", note.dump()}});
}

Result<KeptLook> readLook(const std::filesystem::path &path)
{
    const auto file = interchange::Safetensors::read(path);
    if (!file) return std::unexpected(file.error());
    const auto damaged = [&path] {
        return fail(Errc::ModelDamaged, path.string() + " is not a kept look. Delete it; it is made anew.");
    };
    const auto *values = file->find("values");
    const auto note = file->metadata().find("look");
    if (!values || values->dtype != interchange::Dtype::F32 || note == file->metadata().end()) return damaged();
    KeptLook look;
    try {
        const Json json = Json::parse(note->second);
        const auto origin = json.at("grid").at(2).get<std::array<double, 3>>();
        const auto grid = Geometry::make(json.at("grid").at(0).get<Size3>(), json.at("grid").at(1).get<Spacing3>(),
                                         {origin[0], origin[1], origin[2]}, json.at("grid").at(3).get<Matrix3>());
        if (!grid) return damaged();
        look.raw.grid = *grid;
        look.start = json.at("box").at(0).get<Index3>();
        look.size = json.at("box").at(1).get<Size3>();
        look.raw.images = json.at("images").get<uncertainty::Features>();
        look.raw.pooled = json.at("pooled").get<std::vector<double>>();
    } catch (const Json::exception &) {
        return damaged();
    }
    look.raw.values.resize(values->bytes.size() / sizeof(float));
    std::memcpy(look.raw.values.data(), values->bytes.data(), look.raw.values.size() * sizeof(float));
    return look;
}

} // namespace glio::loop
