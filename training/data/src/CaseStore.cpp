#include "glioscope/data/CaseStore.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Sha256.h"
#include "glioscope/io/NiftiFile.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

namespace glio::data {
namespace {

std::string namesOf(const std::vector<SchemeCandidate> &candidates)
{
    std::string names;
    for (const auto &candidate : candidates)
        names += (names.empty() ? "" : ", ") + candidate.id;
    return names;
}

bool namesNoSubRegion(const LabelScheme &scheme)
{
    return std::ranges::all_of(scheme.labels(), [](const LabelDefinition &label) { return label.canonical == 0; });
}

Result<LabelVolume> unnamedTumour(const LabelVolume &mask)
{
    LabelVolume labels(mask.geometry());
    std::ranges::transform(mask.voxels(), labels.edit().begin(), [](Label v) { return v ? kUnnamedTumour : Label{0}; });
    return labels;
}

} // namespace

Result<std::vector<CaseEntry>> findTrainingCases(const std::filesystem::path &folder, const std::string &scheme)
{
    if (!scheme.empty() && !findLabelScheme(scheme))
        return fail(Errc::InvalidArgument, "There is no label scheme named \"" + scheme + "\".");
    const auto found = io::findCases(folder);
    if (!found) return std::unexpected(found.error());
    std::vector<CaseEntry> entries;
    for (const io::CaseFiles &files : *found) {
        if (!files.mask || files.sequences.empty()) continue;
        std::string id = scheme;
        if (id.empty()) {
            const auto mask = io::readNiftiLabels(*files.mask);
            if (!mask) return std::unexpected(mask.error());
            const auto header = io::readNiftiHeader(*files.mask);
            const auto detected =
                detectScheme(labelsPresent(*mask), *files.mask, header ? header->description : "", mask->size());
            if (!detected.certain)
                return fail(Errc::InvalidArgument,
                            files.mask->string() + (detected.candidates.empty()
                                                        ? " has values that no label scheme has."
                                                        : " does not say which label scheme it follows. It may be: " +
                                                              namesOf(detected.candidates) +
                                                              ". Name it in the recipe: --set data.scheme=NAME."));
            id = detected.candidates.front().id;
        }
        entries.push_back({files, id});
    }
    if (entries.empty())
        return fail(
            Errc::InvalidArgument,
            folder.string() +
                " holds no case with a mask. Each case is a folder of files in BraTS names, the mask named -seg.");
    return entries;
}

Result<std::vector<CaseEntry>> findTrainingCases(const std::filesystem::path &folder, const std::string &scheme,
                                                 const std::filesystem::path &split, const std::string &part)
{
    auto entries = findTrainingCases(folder, scheme);
    if (!entries || split.empty()) return entries;
    const auto text = readFile(split, 1 << 24);
    if (!text) return std::unexpected(text.error());
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains(part) || !json[part].is_array())
        return fail(Errc::InvalidArgument, split.string() + " has no list named \"" + part + "\".");
    std::set<std::string> names;
    for (const auto &name : json[part])
        if (name.is_string()) names.insert(name.get<std::string>());
    std::erase_if(*entries, [&names](const CaseEntry &entry) {
        return !names.contains(entry.files.name) && !names.contains(entry.files.folder.filename().string());
    });
    if (entries->empty())
        return fail(Errc::InvalidArgument, "No case of \"" + part + "\" lies in " + folder.string() + ".");
    return entries;
}

Result<std::vector<CaseEntry>> findAnyCases(const std::filesystem::path &folder)
{
    const auto found = io::findCases(folder);
    if (!found) return std::unexpected(found.error());
    std::vector<CaseEntry> entries;
    for (const io::CaseFiles &files : *found)
        if (!files.sequences.empty()) entries.push_back({files, {}});
    if (entries.empty())
        return fail(Errc::InvalidArgument, folder.string() + " holds no case. Each case is a folder of images whose "
                                                             "names say T1, T1c, T2 or FLAIR.");
    return entries;
}

Result<TrainingCase> readTrainingCase(const CaseEntry &entry, double spacingMm)
{
    std::vector<std::pair<Sequence, ImageVolume>> sequences;
    for (const auto &[sequence, path] : entry.files.sequences) {
        auto image = io::readNifti(path);
        if (!image) return std::unexpected(image.error());
        sequences.emplace_back(sequence, std::move(*image));
    }
    const auto mask = io::readNiftiLabels(*entry.files.mask);
    if (!mask) return std::unexpected(mask.error());
    const LabelScheme &scheme = *findLabelScheme(entry.schemeId);
    const auto labels =
        namesNoSubRegion(scheme) ? unnamedTumour(*mask) : convertLabels(*mask, scheme, defaultLabelScheme());
    if (!labels) return fail(labels.error().code, entry.files.mask->string() + ": " + labels.error().message);
    return prepareCase(entry.files.name, sequences, *labels, spacingMm);
}

CaseStore::CaseStore(std::vector<CaseEntry> entries, double spacingMm, std::filesystem::path cacheDir,
                     std::int64_t memoryBytes)
    : m_entries(std::move(entries)),
      m_spacingMm(spacingMm),
      m_cacheDir(std::move(cacheDir)),
      m_memoryBytes(memoryBytes),
      m_kept(m_entries.size()),
      m_lastUse(m_entries.size(), 0)
{
}

std::filesystem::path CaseStore::cacheFile(std::size_t n) const
{
    // Named by what went in: other files, a changed file or another spacing is another name.
    const CaseEntry &entry = m_entries[n];
    std::string key = "prepared-2 " + entry.schemeId + ' ' + std::to_string(m_spacingMm);
    auto paths = entry.files.sequences;
    const auto add = [&key](const std::filesystem::path &path) {
        std::error_code ignored;
        key += '\n' + path.string() + ' ' + std::to_string(std::filesystem::file_size(path, ignored)) + ' ' +
               std::to_string(std::filesystem::last_write_time(path, ignored).time_since_epoch().count());
    };
    for (const auto &[sequence, path] : paths)
        add(path);
    add(*entry.files.mask);
    return m_cacheDir / (sha256Hex(std::as_bytes(std::span(key))).substr(0, 24) + ".safetensors");
}

Result<CasePointer> CaseStore::get(std::size_t n)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_lastUse[n] = ++m_clock;
        if (m_kept[n]) return m_kept[n];
    }
    Result<TrainingCase> made = fail(Errc::Io, "");
    const auto path = m_cacheDir.empty() ? std::filesystem::path() : cacheFile(n);
    std::error_code ignored;
    if (!path.empty() && std::filesystem::exists(path, ignored)) made = readCase(path);
    if (!made) {
        made = readTrainingCase(m_entries[n], m_spacingMm);
        if (!made) return std::unexpected(made.error());
        if (!path.empty()) {
            std::filesystem::create_directories(m_cacheDir, ignored);
            if (const auto written = writeCase(*made, path); !written) return std::unexpected(written.error());
        }
    }
    auto pointer = std::make_shared<const TrainingCase>(std::move(*made));
    const auto bytesOf = [](const TrainingCase &c) { return c.geometry().voxelCount() * 17; };
    const std::scoped_lock lock(m_mutex);
    if (!m_kept[n]) m_kept[n] = pointer, m_used += bytesOf(*pointer);
    while (m_used > m_memoryBytes) {
        std::size_t oldest = n;
        for (std::size_t c = 0; c < m_kept.size(); ++c)
            if (m_kept[c] && m_lastUse[c] < m_lastUse[oldest]) oldest = c;
        m_used -= bytesOf(*m_kept[oldest]);
        m_kept[oldest].reset();
        if (oldest == n) break;
    }
    return pointer;
}

} // namespace glio::data
