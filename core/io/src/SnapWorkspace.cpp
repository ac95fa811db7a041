#include "glioscope/io/SnapWorkspace.h"

#include "FileHeader.h"
#include "SnapRegistry.h"
#include "Text.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/io/RegionProposal.h"

#include <algorithm>

namespace glio::io {
namespace {
namespace fs = std::filesystem;

/// "Layer[012]" -> 12; -1 for other names.
int elementNumber(const std::string &key, std::string_view name)
{
    if (!key.starts_with(name) || !key.ends_with(']') || key.size() <= name.size() + 2 || key[name.size()] != '[')
        return -1;
    std::vector<std::int64_t> number;
    const auto digits = std::string_view(key).substr(name.size() + 1, key.size() - name.size() - 2);
    return wholeNumbers(digits, number) && number[0] >= 0 && number[0] < 1'000'000 ? int(number[0]) : -1;
}
/// A folder's numbered folders, by number.
std::vector<const SnapFolder *> elements(const SnapFolder &folder, std::string_view name)
{
    std::map<int, const SnapFolder *> byNumber;
    for (const auto &[key, inside] : folder.folders)
        if (const int number = elementNumber(key, name); number >= 0) byNumber[number] = &inside;
    std::vector<const SnapFolder *> list;
    for (const auto &[number, inside] : byNumber)
        list.push_back(inside);
    return list;
}

/// C:\a\b -> C:/a/b: as far as a path from there can be understood here.
fs::path pathOf(std::string text)
{
    const bool drive = text.size() > 2 && std::isalpha(static_cast<unsigned char>(text[0])) && text[1] == ':';
    if (drive || text.starts_with("\\\\") || (text.find('/') == std::string::npos && text.starts_with(".\\")))
        std::replace(text.begin(), text.end(), '\\', '/');
    return fs::path(text).lexically_normal();
}
bool isAbsolute(const fs::path &path)
{
    const std::string text = path.string();
    return path.is_absolute() || (text.size() > 2 && text[1] == ':' && text[2] == '/');
}
bool isFile(const fs::path &path)
{
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

void findFile(SnapLayer &layer, const std::string &written, const fs::path &savedIn, const fs::path &liesIn,
              const fs::path &workspace)
{
    layer.path = pathOf(written);
    if (written.empty() || written.find('\0') != std::string::npos) {
        layer.remark = text("A layer of ", quoted(workspace), " names no file. Save the workspace again in ITK-SNAP.");
        return;
    }
    if (!isAbsolute(layer.path)) {
        layer.path = (liesIn / layer.path).lexically_normal();
        layer.found = isFile(layer.path);
    } else {
        const auto relative = savedIn.empty() ? fs::path() : layer.path.lexically_relative(savedIn);
        if (!relative.empty())
            if (const auto here = (liesIn / relative).lexically_normal(); isFile(here)) {
                layer.moved = here != layer.path;
                layer.path = here;
                layer.found = true;
            }
        if (!layer.found) layer.found = isFile(layer.path);
    }
    if (!layer.found)
        layer.remark = text("The file ", quoted(layer.path), " of the workspace ", quoted(workspace),
                            " is missing. Put it back, or open the workspace in the folder that it was saved with.");
}

std::vector<std::string> tagsOf(const std::string &text)
{
    std::vector<std::string> tags;
    std::string tag;
    for (const char c : text + ",") {
        if (c != ',') {
            tag.push_back(c);
            continue;
        }
        if (auto word = trimmed(tag); !word.empty()) tags.push_back(std::move(word));
        tag.clear();
    }
    return tags;
}

SnapRole roleOf(const std::string &text)
{
    if (text == "MainRole") return SnapRole::Main;
    if (text == "OverlayRole") return SnapRole::Overlay;
    if (text == "SegmentationRole" || text == "LabelRole") return SnapRole::Segmentation;
    return SnapRole::Other;
}

bool isLabel(const SnapFolder &element)
{
    return element.entries.contains("Index") && element.entries.contains("Label");
}
/// The label table, wherever a version of ITK-SNAP put it: a folder of elements with Index and Label.
const SnapFolder *labelTable(const SnapFolder &folder)
{
    if (const auto list = elements(folder, "Element"); !list.empty() && isLabel(*list.front())) return &folder;
    for (const auto &[key, inside] : folder.folders)
        if (const auto *table = labelTable(inside)) return table;
    return nullptr;
}

void readLabels(const SnapFolder &table, SnapWorkspace &workspace, const fs::path &path)
{
    for (const auto *element : elements(table, "Element")) {
        std::vector<std::int64_t> index, alpha, colour, flags;
        const auto isByte = [](std::int64_t value) { return value >= 0 && value <= 255; };
        if (!isLabel(*element) || !wholeNumbers(element->entry("Index"), index) || index.size() != 1 || index[0] < 0 ||
            index[0] > 65535 || !wholeNumbers(element->entry("Color"), colour) || colour.size() != 3 ||
            !std::ranges::all_of(colour, isByte)) {
            if (workspace.remarks.size() < 20)
                workspace.remarks.push_back(text("The label \"", element->entry("Label"), "\" of ", quoted(path),
                                                 " was left out: its index or colour is no number in its range."));
            continue;
        }
        if (!wholeNumbers(element->entry("Alpha"), alpha) || alpha.size() != 1 || !isByte(alpha[0])) alpha = {255};
        if (!wholeNumbers(element->entry("Flags"), flags) || flags.size() != 2) flags = {1, 1};
        LabelFileEntry entry{.value = int(index[0]),
                             .colour = {std::uint8_t(colour[0]), std::uint8_t(colour[1]), std::uint8_t(colour[2])},
                             .alpha = double(alpha[0]) / 255,
                             .visible = flags[0] != 0,
                             .mesh = flags[1] != 0,
                             .name = element->entry("Label"),
                             .region = index[0] == 0 ? std::string() : proposeRegion(element->entry("Label"))};
        const auto same = std::ranges::find(workspace.labels, entry.value, &LabelFileEntry::value);
        if (same == workspace.labels.end())
            workspace.labels.push_back(std::move(entry));
        else
            *same = std::move(entry);
    }
}
} // namespace

Result<SnapWorkspace> readSnapWorkspace(const fs::path &path)
{
    if (const auto size = plainFileSize(path); !size) return std::unexpected(size.error()); // no pipe, no device
    const auto content = readFile(path, 16 << 20);
    if (!content) return std::unexpected(content.error());
    const auto registry = parseSnapRegistry(*content, path);
    if (!registry) return std::unexpected(registry.error());
    const auto *layers = registry->folder("Layers");
    const auto list = layers ? elements(*layers, "Layer") : std::vector<const SnapFolder *>{};
    if (list.empty())
        return fail(Errc::InvalidArgument,
                    text(quoted(path), " is a registry of ITK-SNAP without layers, so there is nothing to open."));

    std::error_code error;
    const auto whole = fs::absolute(path, error);
    const auto liesIn = (error ? path : whole).parent_path();
    const auto savedIn = pathOf(registry->entry("SaveLocation"));
    SnapWorkspace workspace;
    for (const auto *element : list) {
        SnapLayer layer;
        layer.roleText = element->entry("Role");
        layer.role = roleOf(layer.roleText);
        layer.tags = tagsOf(element->entry("Tags"));
        if (const auto *meta = element->folder("LayerMetaData")) layer.nickname = meta->entry("CustomNickName");
        findFile(layer, element->entry("AbsolutePath"), savedIn, liesIn, path);
        workspace.layers.push_back(std::move(layer));
    }
    if (const auto *table = labelTable(*registry)) readLabels(*table, workspace, path);
    return workspace;
}

} // namespace glio::io
