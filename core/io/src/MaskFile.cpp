#include "glioscope/io/MaskFile.h"

#include "Convert.h"
#include "RawVoxels.h"
#include "SegmentFields.h"
#include "Text.h"

#include "glioscope/io/ImageFile.h"
#include "glioscope/io/NiftiFile.h"

#include <algorithm>
#include <new>

namespace glio::io {
namespace {
namespace fs = std::filesystem;

/// What follows "scheme=" in a description, known here or not.
std::string schemeIn(std::string_view description)
{
    constexpr std::string_view key = "scheme=";
    const auto at = description.find(key);
    if (at == std::string_view::npos) return {};
    std::string id;
    for (const char c : description.substr(at + key.size())) {
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.') break;
        id.push_back(c);
    }
    return id;
}

std::unexpected<Error> tooMany(const fs::path &path, std::size_t segments)
{
    return fail(Errc::InvalidArgument, text(quoted(path), " holds ", segments,
                                            " segments, and a mask holds at most 255. Export fewer of them."));
}

/// Gives values to segments and brings their layers into one mask.
class Merge {
public:
    Merge(MaskFile &mask, const RawVoxels &raw, const fs::path &path) : m_mask(mask), m_raw(raw), m_path(path) {}

    Result<void> run()
    {
        if (m_mask.segments.size() > 255) return tooMany(m_path, m_mask.segments.size());
        giveValues();
        m_mask.labels = LabelVolume(m_raw.header.geometry);
        const auto target = m_mask.labels.edit();
        std::vector<Label> layer(target.size());
        Bytes room;
        for (std::int64_t number = 0; number < m_raw.header.volumes; ++number) {
            const auto voxels = volumeOf(m_raw, number, room, m_path);
            if (!voxels) return std::unexpected(voxels.error());
            if (auto read = convertToLabels(*voxels, m_raw.header.type, m_raw.swapBytes, 1, 0, layer, m_path); !read)
                return read;
            const auto table = tableOf(number, layer);
            if (!table) return std::unexpected(table.error());
            add(layer, *table, target);
        }
        tell();
        return {};
    }

private:
    using Table = std::array<Label, 256>;

    Label freeValue(std::int64_t wanted)
    {
        if (wanted >= 1 && wanted <= 255 && !m_used[std::size_t(wanted)]) {
            m_used[std::size_t(wanted)] = true;
            return Label(wanted);
        }
        for (std::size_t value = 1; value < 256; ++value)
            if (!m_used[value]) {
                m_used[value] = true;
                return Label(value);
            }
        return 0;
    }

    void giveValues()
    {
        auto &segments = m_mask.segments;
        for (auto &segment : segments) // first those that keep theirs, so that no renumbered one takes it
            if (segment.fileValue >= 1 && segment.fileValue <= 255 && !m_used[std::size_t(segment.fileValue)])
                segment.value = freeValue(segment.fileValue);
        for (auto &segment : segments)
            if (segment.value == 0) {
                segment.value = freeValue(0);
                m_mask.remarks.push_back(text("Segment \"", segment.name, "\" has the value ", segment.fileValue,
                                              " in the file, which an earlier segment has or which no mask can hold; "
                                              "here it is ",
                                              int(segment.value), "."));
            }
        for (std::size_t n = 0; n < segments.size(); ++n) {
            m_order[segments[n].value] = n + 1;
            if (segments[n].layer >= m_raw.header.volumes)
                m_mask.remarks.push_back(text("Segment \"", segments[n].name, "\" names layer ", segments[n].layer,
                                              ", and the file has ", m_raw.header.volumes,
                                              "; the segment is empty here."));
            for (std::size_t other = n + 1; other < segments.size(); ++other)
                if (segments[n].layer == segments[other].layer && segments[n].fileValue == segments[other].fileValue) {
                    m_mask.remarks.push_back(text("Segments \"", segments[n].name, "\" and \"", segments[other].name,
                                                  "\" claim the same voxels; they were given to the second."));
                    break;
                }
        }
    }

    /// File value -> mask value in one layer; values that no segment names get a segment of their own.
    Result<Table> tableOf(std::int64_t layer, std::span<const Label> voxels)
    {
        std::array<std::int64_t, 256> counts{};
        for (const Label value : voxels)
            ++counts[value];
        Table table{};
        for (const auto &segment : m_mask.segments)
            if (segment.layer == layer && segment.fileValue >= 1 && segment.fileValue <= 255)
                table[std::size_t(segment.fileValue)] = segment.value;
        for (std::size_t value = 1; value < 256; ++value) {
            if (counts[value] == 0 || table[value] != 0) continue;
            const Label given = freeValue(std::int64_t(value));
            if (given == 0) return tooMany(m_path, m_mask.segments.size() + 1);
            auto unnamed = unnamedSegment(given);
            unnamed.layer = layer;
            unnamed.fileValue = std::int64_t(value);
            m_mask.segments.push_back(std::move(unnamed));
            m_mask.remarks.push_back(text(counts[value], " voxels have the value ", value, " in layer ", layer,
                                          ", which no segment names; here they are \"Label ", int(given), "\"."));
            table[value] = given;
        }
        return table;
    }

    void add(std::span<const Label> layer, const Table &table, std::span<Label> target)
    {
        for (std::size_t n = 0; n < target.size(); ++n) {
            const Label value = table[layer[n]];
            if (value == 0) continue;
            if (target[n] != 0) {
                if (m_overlaps.empty()) m_overlaps.resize(target.size());
                m_overlaps[n] = true;
                const bool wins = m_order[value] >= m_order[target[n]];
                ++m_covered[wins ? target[n] : value];
                if (!wins) continue;
            }
            target[n] = value;
        }
    }

    void tell()
    {
        for (auto &segment : m_mask.segments)
            segment.coveredVoxels = m_covered[segment.value];
        if (const auto overlap = std::count(m_overlaps.begin(), m_overlaps.end(), true); overlap > 0)
            m_mask.remarks.push_back(text(overlap, " voxels belong to more than one segment of the file; each was "
                                                   "given to the later segment."));
    }

    MaskFile &m_mask;
    const RawVoxels &m_raw;
    const fs::path &m_path;
    std::array<bool, 256> m_used{};
    std::array<std::size_t, 256> m_order{}; ///< 0: no segment names it, and it loses to any that one names
    std::array<std::int64_t, 256> m_covered{};
    std::vector<bool> m_overlaps;
};

/// Segments of a file that holds nothing but values.
std::vector<MaskSegment> segmentsByValue(const LabelVolume &labels, const LabelScheme *scheme)
{
    auto segments = scheme ? segmentsOf(*scheme) : std::vector<MaskSegment>{};
    for (auto &segment : segments)
        segment.status.reset(); // the file says nothing about it
    for (const Label value : labelsPresent(labels))
        if (!scheme || !scheme->label(value)) segments.push_back(unnamedSegment(value));
    return segments;
}
} // namespace

std::vector<MaskSegment> segmentsOf(const LabelScheme &scheme, SegmentStatus status)
{
    std::vector<MaskSegment> segments;
    for (const auto &label : scheme.labels()) {
        MaskSegment segment;
        segment.value = label.value;
        segment.fileValue = label.value;
        segment.id = segment.region = label.id;
        segment.name = label.name;
        segment.colour = {label.colour.r / 255.0, label.colour.g / 255.0, label.colour.b / 255.0};
        segment.status = status;
        segment.terminology = Terminology{.context = "Segmentation category and type - 3D Slicer General Anatomy list",
                                          .category = label.category,
                                          .type = label.type,
                                          .typeModifier = {},
                                          .anatomicContext = "Anatomic codes - DICOM master list",
                                          .region = {"SCT", "12738006", "Brain"},
                                          .regionModifier = {}};
        segments.push_back(std::move(segment));
    }
    return segments;
}

Result<MaskFile> readMask(const fs::path &path)
try {
    const auto format = formatOf(path);
    if (!format) return std::unexpected(format.error());
    MaskFile mask;
    bool placed = true, segmented = false;
    if (*format == Format::Nifti) {
        const auto header = readNiftiHeader(path);
        if (!header) return std::unexpected(header.error());
        mask.description = header->description;
        placed = header->orientationStated();
    } else if (*format == Format::Nrrd || *format == Format::Meta) {
        const auto header = readTextHeader(path, *format);
        if (!header) return std::unexpected(header.error());
        mask.description = header->description;
        placed = header->orientationStated;
        if (const auto scheme = header->keys.find("glioscope_scheme"); scheme != header->keys.end())
            mask.schemeId = unescaped(scheme->second);
        segmented = hasSegments(*header);
    }
    if (mask.schemeId.empty()) mask.schemeId = schemeIn(mask.description);
    if (mask.schemeId.empty()) mask.schemeId = statedScheme(path);
    const auto *scheme = findLabelScheme(mask.schemeId);
    if (!mask.schemeId.empty() && !scheme)
        mask.remarks.push_back(
            text("The file states the label scheme \"", mask.schemeId, "\", which is not known here."));
    if (!placed)
        mask.remarks.push_back("The file does not say where it lies in the patient; its axes were taken as left, back "
                               "and up. Check its place on the image.");
    if (segmented) {
        const auto raw = readRaw(path, *format);
        if (!raw) return std::unexpected(raw.error());
        mask.segments = segmentsOf(raw->header, mask.remarks);
        if (auto merged = Merge(mask, *raw, path).run(); !merged) return std::unexpected(merged.error());
    } else {
        auto labels = readLabels(path);
        if (!labels) return std::unexpected(labels.error());
        mask.labels = std::move(*labels);
        mask.segments = segmentsByValue(mask.labels, scheme);
    }
    std::array<std::int64_t, 256> counts{};
    for (const Label value : mask.labels.voxels())
        ++counts[value];
    for (auto &segment : mask.segments)
        segment.voxels = counts[segment.value];
    return mask;
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory,
                text(quoted(path), " needs more memory than is free. Close other programs or use a smaller file."));
}

Result<void> writeSegNrrd(const fs::path &path, const LabelVolume &labels, std::span<const MaskSegment> segments,
                          const SegNrrdOptions &options)
{
    if (!lowerCase(path.filename().string()).ends_with(".nrrd"))
        return fail(Errc::InvalidArgument, text(quoted(path), " cannot hold segments for Slicer. Use .seg.nrrd."));
    std::array<bool, 256> used{};
    for (const auto &segment : segments) {
        if (segment.value == 0 || used[segment.value])
            return fail(Errc::InvalidArgument,
                        text(quoted(path), " was not written: segment \"", segment.name, "\" has the value ",
                             int(segment.value),
                             segment.value == 0 ? ", which is background." : ", which another segment has too.",
                             " Give each segment a value of its own from 1 to 255."));
        used[segment.value] = true;
    }
    return writeNrrdWithLines(path, labels, options.description, options.schemeId,
                              segmentLines(labels, segments, options.referenceExtentOffset));
}

Result<void> writeSegNrrd(const fs::path &path, const LabelVolume &labels, const LabelScheme &scheme,
                          const SegNrrdOptions &options)
{
    SegNrrdOptions withScheme = options;
    withScheme.schemeId = scheme.id();
    return writeSegNrrd(path, labels, segmentsOf(scheme), withScheme);
}

} // namespace glio::io
