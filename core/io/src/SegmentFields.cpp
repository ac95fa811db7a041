#include "SegmentFields.h"

#include "Text.h"

#include "glioscope/io/RegionProposal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace glio::io {
namespace {
constexpr std::string_view kStatusTag = "Segmentation.Status", kTermsTag = "TerminologyEntry";
constexpr std::array<std::pair<std::string_view, SegmentStatus>, 4> kStatuses{
    {{"notstarted", SegmentStatus::NotStarted},
     {"inprogress", SegmentStatus::InProgress},
     {"completed", SegmentStatus::Completed},
     {"flagged", SegmentStatus::Flagged}}};

std::vector<std::string> split(std::string_view text, char at)
{
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == at)
            parts.emplace_back();
        else
            parts.back().push_back(c);
    }
    return parts;
}
std::optional<CodedTerm> codedTerm(const std::string &text)
{
    if (text.empty()) return CodedTerm{};
    const auto parts = split(text, '^');
    if (parts.size() != 3) return std::nullopt;
    return CodedTerm{parts[0], parts[1], parts[2]};
}
/// Text inside a tag: what joins tags and terms must not occur in it, nor a line's end.
std::string plain(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == '|' || c == '~' || c == '^'; }, ' ');
    return text;
}
std::string triplet(const CodedTerm &term)
{
    return plain(term.scheme) + "^" + plain(term.value) + "^" + plain(term.meaning);
}

/// Numbers N of all keys "SegmentN_…".
std::set<int> segmentNumbers(const FileHeader &header)
{
    std::set<int> found;
    constexpr std::string_view start = "Segment";
    for (auto key = header.keys.lower_bound(std::string(start));
         key != header.keys.end() && key->first.starts_with(start); ++key) {
        int number = -1;
        const char *begin = key->first.data() + start.size(), *end = key->first.data() + key->first.size();
        const auto [stop, error] = std::from_chars(begin, end, number);
        if (error == std::errc{} && stop != begin && stop != end && *stop == '_' && number >= 0) found.insert(number);
    }
    return found;
}

/// First and last i, j, k of every value in one pass; last < first for values that do not occur.
struct Extents {
    std::array<Index3, 256> low, high;
    explicit Extents(const LabelVolume &mask)
    {
        low.fill(mask.size());
        high.fill({-1, -1, -1});
        const Label *value = mask.data();
        for (std::int64_t k = 0; k < mask.size()[2]; ++k)
            for (std::int64_t j = 0; j < mask.size()[1]; ++j)
                for (std::int64_t i = 0; i < mask.size()[0]; ++i, ++value) {
                    if (*value == 0) continue;
                    auto &l = low[*value], &h = high[*value];
                    l = {std::min(l[0], i), std::min(l[1], j), std::min(l[2], k)};
                    h = {std::max(h[0], i), std::max(h[1], j), std::max(h[2], k)};
                }
    }
    std::string of(Label value) const
    {
        const auto &l = low[value], &h = high[value];
        if (h[0] < 0) return "0 -1 0 -1 0 -1";
        return text(l[0], ' ', h[0], ' ', l[1], ' ', h[1], ' ', l[2], ' ', h[2]);
    }
};

std::string tagsText(const MaskSegment &segment)
{
    auto tags = segment.tags;
    if (segment.status)
        for (const auto &[name, status] : kStatuses)
            if (status == *segment.status) tags[std::string(kStatusTag)] = name;
    std::string line;
    for (const auto &[key, value] : tags) {
        if (key == kTermsTag && segment.terminology) continue;
        std::string joined = key + ":" + value;
        std::replace_if(joined.begin(), joined.end(), [](unsigned char c) { return c < 32 || c == '|'; }, ' ');
        line += joined + "|";
    }
    if (segment.terminology) line += std::string(kTermsTag) + ":" + terminologyText(*segment.terminology) + "|";
    return line;
}
} // namespace

std::string escaped(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else
            out.push_back(static_cast<unsigned char>(c) < 32 ? ' ' : c);
    }
    return out;
}
std::string unescaped(std::string_view value)
{
    std::string out;
    for (std::size_t n = 0; n < value.size(); ++n) {
        const char next = n + 1 < value.size() ? value[n + 1] : '\0';
        if (value[n] == '\\' && (next == '\\' || next == 'n')) {
            out.push_back(next == 'n' ? '\n' : '\\');
            ++n;
        } else {
            out.push_back(value[n]);
        }
    }
    return out;
}

std::optional<Terminology> parseTerminology(std::string_view text)
{
    auto parts = split(text, '~');
    if (parts.size() < 3) return std::nullopt;
    parts.resize(7);
    const auto category = codedTerm(parts[1]), type = codedTerm(parts[2]), typeModifier = codedTerm(parts[3]),
               region = codedTerm(parts[5]), regionModifier = codedTerm(parts[6]);
    if (!category || !type || !typeModifier || !region || !regionModifier) return std::nullopt;
    return Terminology{parts[0], *category, *type, *typeModifier, parts[4], *region, *regionModifier};
}
std::string terminologyText(const Terminology &terms)
{
    return plain(terms.context) + "~" + triplet(terms.category) + "~" + triplet(terms.type) + "~" +
           triplet(terms.typeModifier) + "~" + plain(terms.anatomicContext) + "~" + triplet(terms.region) + "~" +
           triplet(terms.regionModifier);
}

bool hasSegments(const FileHeader &header) { return !segmentNumbers(header).empty(); }

std::vector<MaskSegment> segmentsOf(const FileHeader &header, std::vector<std::string> &remarks)
{
    std::vector<MaskSegment> segments;
    const auto all = segmentNumbers(header);
    const bool layersStated =
        std::any_of(all.begin(), all.end(), [&](int n) { return header.keys.contains(text("Segment", n, "_Layer")); });
    for (const int number : all) {
        const auto field = [&](const char *what) -> std::optional<std::string> {
            const auto found = header.keys.find(text("Segment", number, "_", what));
            if (found == header.keys.end()) return std::nullopt;
            return unescaped(found->second);
        };
        MaskSegment segment;
        segment.id = field("ID").value_or(text("Segment_", number));
        segment.name = field("Name").value_or(segment.id);
        const auto unusable = [&](const char *what) {
            if (remarks.size() < 100)
                remarks.push_back(text("The ", what, " of segment \"", segment.name, "\" could not be used."));
        };
        if (const auto colour = field("Color")) {
            std::vector<double> parts;
            if (numbers(*colour, parts) && parts.size() == 3 &&
                std::ranges::all_of(parts, [](double c) { return c >= 0 && c <= 1; }))
                segment.colour = {parts[0], parts[1], parts[2]};
            else
                unusable("colour");
        }
        const auto whole = [&](const char *key, const char *what, std::int64_t otherwise) {
            const auto stated = field(key);
            std::vector<std::int64_t> value;
            if (!stated) return otherwise;
            if (wholeNumbers(*stated, value) && value.size() == 1 && value[0] >= 0) return value[0];
            unusable(what);
            return otherwise;
        };
        segment.layer = whole("Layer", "layer", header.volumes > 1 && !layersStated ? number : 0);
        segment.fileValue = whole("LabelValue", "label value", 1);
        if (const auto extent = field("Extent")) {
            std::vector<std::int64_t> ends;
            if (wholeNumbers(*extent, ends) && ends.size() == 6) {
                segment.extent.emplace();
                std::ranges::copy(ends, segment.extent->begin());
            } else {
                unusable("extent");
            }
        }
        for (const auto &tag : split(field("Tags").value_or(""), '|'))
            if (const auto at = tag.find(':'); at != std::string::npos && at > 0)
                segment.tags[tag.substr(0, at)] = tag.substr(at + 1);
        if (const auto status = segment.tags.find(std::string(kStatusTag)); status != segment.tags.end())
            for (const auto &[name, value] : kStatuses)
                if (status->second == name) segment.status = value;
        if (const auto terms = segment.tags.find(std::string(kTermsTag)); terms != segment.tags.end()) {
            segment.terminology = parseTerminology(terms->second);
            if (!segment.terminology) unusable("terminology");
        }
        const auto byName = proposeRegion(segment.name);
        const auto byCode = segment.terminology ? proposeRegion(segment.terminology->type) : std::string();
        // "Neoplasm" is what programs give any part of a tumour: the name knows more.
        segment.region = byCode.empty() || (byCode == "WT" && !byName.empty()) ? byName : byCode;
        if (!byName.empty() && !byCode.empty() && byName != byCode && byCode != "WT") {
            segment.region.clear();
            remarks.push_back(text("The name of segment \"", segment.name, "\" says ", byName, " and its code says ",
                                   byCode, ", so no region is proposed for it."));
        }
        segments.push_back(std::move(segment));
    }
    return segments;
}

MaskSegment unnamedSegment(Label value)
{
    static constexpr std::array<std::array<double, 3>, 6> colours{
        {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}, {0, 1, 1}, {1, 0, 1}}};
    MaskSegment segment;
    segment.value = value;
    segment.fileValue = value;
    segment.id = text("Label_", int(value));
    segment.name = text("Label ", int(value));
    segment.colour = colours[(value + 5u) % 6];
    return segment;
}

std::string segmentLines(const LabelVolume &mask, std::span<const MaskSegment> segments,
                         const Index3 &referenceExtentOffset)
{
    std::vector<MaskSegment> all(segments.begin(), segments.end());
    for (const Label value : labelsPresent(mask))
        if (std::ranges::none_of(segments, [&](const auto &s) { return s.value == value; })) {
            all.push_back(unnamedSegment(value));
            all.back().status = SegmentStatus::InProgress;
        }
    const Extents extents(mask);
    std::ostringstream out;
    out << "Segmentation_ContainedRepresentationNames:=Binary labelmap|\nSegmentation_ConversionParameters:=\n"
        << "Segmentation_MasterRepresentation:=Binary labelmap\nSegmentation_SourceRepresentation:=Binary labelmap\n"
        << "Segmentation_ReferenceImageExtentOffset:=" << referenceExtentOffset[0] << ' ' << referenceExtentOffset[1]
        << ' ' << referenceExtentOffset[2] << '\n';
    for (std::size_t n = 0; n < all.size(); ++n) {
        const auto &segment = all[n];
        const auto nothing = unnamedSegment(segment.value);
        const auto colour = segment.colour.value_or(*nothing.colour);
        const std::string s = text("Segment", n, "_");
        out << s << "ID:=" << escaped(segment.id.empty() ? nothing.id : segment.id) << '\n'
            << s << "Name:=" << escaped(segment.name.empty() ? nothing.name : segment.name) << '\n'
            << s << "NameAutoGenerated:=0\n"
            << s << "Color:=" << colour[0] << ' ' << colour[1] << ' ' << colour[2] << '\n'
            << s << "ColorAutoGenerated:=0\n"
            << s << "Extent:=" << extents.of(segment.value) << '\n'
            << s << "LabelValue:=" << int(segment.value) << '\n'
            << s << "Layer:=0\n"
            << s << "Tags:=" << escaped(tagsText(segment)) << '\n';
    }
    return std::move(out).str();
}

} // namespace glio::io
