#include "glioscope/data/LeakCheck.h"

#include "glioscope/io/NiftiFile.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <map>
#include <set>

namespace glio::data {
namespace {

// Not against forgers: two copies of a volume must meet, two different ones must not by chance.
std::uint64_t contentHash(std::span<const std::byte> bytes, std::uint64_t seed)
{
    std::uint64_t h = seed ^ bytes.size();
    std::size_t n = 0;
    for (; n + 8 <= bytes.size(); n += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + n, 8);
        h = (h ^ word) * 0x9E3779B97F4A7C15ull;
        h ^= h >> 29;
    }
    for (; n < bytes.size(); ++n)
        h = (h ^ std::uint64_t(bytes[n])) * 0x9E3779B97F4A7C15ull;
    return h ^ h >> 32;
}

// Of every image, and of the mask unless it is empty: many cases may have no tumour.
Result<std::set<std::uint64_t>> contentsOf(const CaseEntry &entry)
{
    std::set<std::uint64_t> contents;
    for (const auto &[sequence, path] : entry.files.sequences) {
        const auto image = io::readNifti(path);
        if (!image) return std::unexpected(image.error());
        const auto voxels = image->voxels();
        const bool constant = std::ranges::adjacent_find(voxels, std::ranges::not_equal_to()) == voxels.end();
        if (!constant) contents.insert(contentHash(std::as_bytes(voxels), 1));
    }
    if (entry.files.mask) {
        const auto mask = io::readNiftiLabels(*entry.files.mask);
        if (!mask) return std::unexpected(mask.error());
        if (std::ranges::any_of(mask->voxels(), [](std::uint8_t v) { return v != 0; }))
            contents.insert(contentHash(std::as_bytes(mask->voxels()), 2));
    }
    return contents;
}

} // namespace

std::string patientOf(const std::string &caseName)
{
    std::vector<std::string> parts(1);
    for (const unsigned char c : caseName) {
        if (c == '_' || c == '-')
            parts.emplace_back();
        else
            parts.back() += char(std::toupper(c));
    }
    const auto digits = [](const std::string &part, std::size_t count) {
        return part.size() == count && part.find_first_not_of("0123456789") == std::string::npos;
    };
    std::size_t keep = parts.size();
    if (parts[0] == "TCGA" && parts.size() > 3) keep = 3;
    if (parts.size() > 2 && digits(parts.back(), 3) && digits(parts[parts.size() - 2], 5)) keep = parts.size() - 1;
    std::string patient = parts[0];
    for (std::size_t n = 1; n < keep; ++n)
        patient += '-' + parts[n];
    return patient;
}

std::string Leak::sentence() const
{
    return first + " and " + second + (sameVoxels ? " hold the same voxels" : " are of the same patient");
}

Result<std::vector<Leak>> findLeaks(std::span<const CaseEntry> one, std::span<const CaseEntry> other,
                                    const ProgressSink &progress)
{
    std::map<std::string, std::vector<std::size_t>> byPatient;
    std::map<std::uint64_t, std::vector<std::size_t>> byContent;
    const double total = double(one.size() + other.size());
    for (std::size_t n = 0; n < one.size(); ++n) {
        byPatient[patientOf(one[n].files.name)].push_back(n);
        const auto contents = contentsOf(one[n]);
        if (!contents) return std::unexpected(contents.error());
        for (const std::uint64_t content : *contents)
            byContent[content].push_back(n);
        if (!report(progress, double(n + 1) / total)) return fail(Errc::Cancelled, "Stopped.");
    }
    std::vector<Leak> leaks;
    for (std::size_t n = 0; n < other.size(); ++n) {
        std::map<std::size_t, Leak> found;
        const auto pair = [&](std::size_t with) -> Leak & {
            Leak &leak = found[with];
            leak.first = one[with].files.name, leak.second = other[n].files.name;
            return leak;
        };
        if (const auto same = byPatient.find(patientOf(other[n].files.name)); same != byPatient.end())
            for (const std::size_t with : same->second)
                pair(with).samePatient = true;
        const auto contents = contentsOf(other[n]);
        if (!contents) return std::unexpected(contents.error());
        for (const std::uint64_t content : *contents)
            if (const auto same = byContent.find(content); same != byContent.end())
                for (const std::size_t with : same->second)
                    pair(with).sameVoxels = true;
        for (auto &[with, leak] : found)
            leaks.push_back(std::move(leak));
        if (!report(progress, double(one.size() + n + 1) / total)) return fail(Errc::Cancelled, "Stopped.");
    }
    return leaks;
}

Result<void> refuseLeaks(std::span<const CaseEntry> one, const std::string &oneSide, std::span<const CaseEntry> other,
                         const std::string &otherSide, const ProgressSink &progress)
{
    const auto leaks = findLeaks(one, other, progress);
    if (!leaks) return std::unexpected(leaks.error());
    if (leaks->empty()) return {};
    std::string names;
    for (std::size_t n = 0; n < std::min<std::size_t>(5, leaks->size()); ++n)
        names += (n ? "; " : "") + (*leaks)[n].sentence();
    if (leaks->size() > 5) names += "; and " + std::to_string(leaks->size() - 5) + " more pairs";
    return fail(Errc::InvalidArgument, "The cases for " + oneSide + " and for " + otherSide +
                                           " must not share patients, or the figures lie: " + names +
                                           ". Take them out of one of the two folders.");
}

} // namespace glio::data
