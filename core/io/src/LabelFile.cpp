#include "glioscope/io/LabelFile.h"

#include "FileHeader.h"
#include "Text.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/io/RegionProposal.h"

#include <algorithm>
#include <iomanip>
#include <optional>
#include <set>

namespace glio::io {
namespace {
constexpr std::size_t kMostRemarks = 20;

/// The line's label, or what is wrong with it.
std::expected<LabelFileEntry, std::string> entryOf(std::string_view line)
{
    // Seven numbers, then the name.
    std::array<double, 7> values{};
    std::size_t at = 0;
    static constexpr std::array<const char *, 7> names{"index", "red",        "green",          "blue",
                                                       "alpha", "visibility", "mesh visibility"};
    static constexpr std::array<double, 7> most{65535, 255, 255, 255, 1, 1, 1};
    constexpr std::size_t alpha = 4;
    for (std::size_t n = 0; n < values.size(); ++n) {
        at = line.find_first_not_of(" \t", at);
        if (at == std::string_view::npos) return std::unexpected(text("it ends before its ", names[n]));
        const auto end = std::min(line.find_first_of(" \t\"", at), line.size());
        const auto word = line.substr(at, end - at);
        std::vector<double> number;
        if (!numbers(word, number) || number.size() != 1 || !(number[0] >= 0 && number[0] <= most[n]) ||
            (n != alpha && number[0] != double(int(number[0]))))
            return std::unexpected(text("its ", names[n], " is \"", word.substr(0, 40), "\", not a ",
                                        n == alpha ? "" : "whole ", "number from 0 to ", most[n]));
        values[n] = number[0];
        at = end;
    }
    std::string name = trimmed(line.substr(at));
    if (name.empty()) return std::unexpected("it has no name");
    if (name.front() == '"') {
        const auto last = name.rfind('"');
        name = last > 0 ? name.substr(1, last - 1) : name.substr(1);
    }
    LabelFileEntry entry{.value = int(values[0]),
                         .colour = {std::uint8_t(values[1]), std::uint8_t(values[2]), std::uint8_t(values[3])},
                         .alpha = values[alpha],
                         .visible = values[5] != 0,
                         .mesh = values[6] != 0,
                         .name = name,
                         .region = {}};
    if (entry.value != 0) entry.region = proposeRegion(entry.name);
    return entry;
}
} // namespace

Result<LabelFile> parseLabelFile(std::string_view content, const std::filesystem::path &path)
{
    if (content.find('\0') != std::string_view::npos)
        return fail(Errc::InvalidArgument,
                    text(quoted(path), " is no label description file: it is not text. Export one from ITK-SNAP."));
    if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
    LabelFile file;
    std::size_t wrong = 0;
    const auto remark = [&](const auto &...what) {
        if (++wrong <= kMostRemarks) file.remarks.push_back(text(what...));
    };
    std::size_t number = 0;
    while (!content.empty()) {
        const auto end = std::min(content.find_first_of("\r\n"), content.size());
        const auto line = content.substr(0, end);
        ++number;
        const bool pair = content.substr(end).starts_with("\r\n"); // one line's end, not two
        content.remove_prefix(std::min(end + (pair ? 2 : 1), content.size()));
        const auto first = line.find_first_not_of(" \t");
        if (first == std::string_view::npos || line[first] == '#') continue;
        auto entry = entryOf(line);
        if (!entry) {
            remark("Line ", number, " of ", quoted(path), " was left out: ", entry.error(), ".");
            continue;
        }
        const auto same = std::ranges::find(file.entries, entry->value, &LabelFileEntry::value);
        if (same == file.entries.end()) {
            if (file.entries.size() < 65536) file.entries.push_back(std::move(*entry));
            continue;
        }
        remark("Line ", number, " of ", quoted(path), " describes label ", entry->value,
               " once more; the later line counts.");
        *same = std::move(*entry);
    }
    if (wrong > kMostRemarks)
        file.remarks.push_back(text(wrong - kMostRemarks, " more lines of ", quoted(path), " have such faults."));
    if (file.entries.empty())
        return fail(Errc::InvalidArgument,
                    text(quoted(path), " is no label description file: no line of it describes a label. ",
                         file.remarks.empty() ? "" : file.remarks.front() + " ", "Export one from ITK-SNAP."));
    return file;
}

Result<LabelFile> readLabelFile(const std::filesystem::path &path)
{
    if (const auto size = plainFileSize(path); !size) return std::unexpected(size.error()); // no pipe, no device
    const auto content = readFile(path, 4 << 20);
    if (!content) return std::unexpected(content.error());
    return parseLabelFile(*content, path);
}

std::string labelFileText(std::span<const LabelFileEntry> entries)
{
    std::ostringstream out;
    out << "################################################\n# ITK-SnAP Label Description File\n# File format:\n"
           "# IDX   -R-  -G-  -B-  -A--  VIS MSH  LABEL\n# Fields:\n#    IDX:   Zero-based index\n"
           "#    -R-:   Red color component (0..255)\n#    -G-:   Green color component (0..255)\n"
           "#    -B-:   Blue color component (0..255)\n#    -A-:   Label transparency (0.00 .. 1.00)\n"
           "#    VIS:   Label visibility (0 or 1)\n#    MSH:   Label mesh visibility (0 or 1)\n"
           "#  LABEL:   Label description\n################################################\n";
    const auto put = [&](const LabelFileEntry &entry) {
        std::string name = entry.name;
        for (char &c : name)
            c = c == '"' ? '\'' : static_cast<unsigned char>(c) < 32 ? ' ' : c;
        out << std::setw(5) << entry.value << ' ' << std::setw(5) << int(entry.colour.r) << std::setw(5)
            << int(entry.colour.g) << std::setw(5) << int(entry.colour.b) << ' ' << std::setw(8) << std::setprecision(6)
            << entry.alpha << "  " << int(entry.visible) << "  " << int(entry.mesh) << "    \"" << name << "\"\n";
    };
    if (std::ranges::none_of(entries, [](const auto &e) { return e.value == 0; }))
        put({.value = 0,
             .colour = {},
             .alpha = 0,
             .visible = false,
             .mesh = false,
             .name = "Clear Label",
             .region = {}});
    for (const auto &entry : entries)
        put(entry);
    return std::move(out).str();
}

Result<void> writeLabelFile(const std::filesystem::path &path, std::span<const LabelFileEntry> entries)
{
    std::set<int> values;
    for (const auto &entry : entries) {
        if (entry.value < 0 || entry.value > 65535 || !(entry.alpha >= 0 && entry.alpha <= 1))
            return fail(Errc::InvalidArgument,
                        text(quoted(path), " was not written: label \"", entry.name, "\" has the value ", entry.value,
                             " and the alpha ", entry.alpha, "; allowed are 0 to 65535 and 0 to 1."));
        if (!values.insert(entry.value).second)
            return fail(Errc::InvalidArgument, text(quoted(path), " was not written: the value ", entry.value,
                                                    " occurs twice. Give each label its own."));
    }
    return writeFileAtomically(path, labelFileText(entries));
}

std::vector<LabelFileEntry> labelFileEntries(const LabelScheme &scheme)
{
    std::vector<LabelFileEntry> entries;
    for (const auto &label : scheme.labels())
        entries.push_back({.value = int(label.value),
                           .colour = label.colour,
                           .alpha = 1,
                           .visible = true,
                           .mesh = true,
                           .name = label.name,
                           .region = label.id});
    return entries;
}

} // namespace glio::io
