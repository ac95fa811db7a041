#include "DicomFile.h"

#include "Bytes.h"
#include "Text.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <string_view>

namespace glio::io {
namespace {
constexpr std::uint32_t kUndefined = 0xffffffff;
constexpr std::uint32_t kItem = dicomTag(0xfffe, 0xe000), kItemEnd = dicomTag(0xfffe, 0xe00d),
                        kSequenceEnd = dicomTag(0xfffe, 0xe0dd);
constexpr std::uint32_t kTransferSyntax = dicomTag(0x0002, 0x0010);
constexpr int kDeepest = 16;

struct Element {
    std::uint32_t tag = 0, length = 0;
    std::array<char, 2> type{};
};

/// Steps through a file; `ok` turns false at the first thing that does not fit and stays so.
class Walker {
public:
    Walker(const std::filesystem::path &path, std::uint64_t size) : m_file(path, std::ios::binary), m_size(size) {}
    bool ok() const { return m_ok; }
    std::uint64_t at() const { return m_at; }
    std::uint64_t left() const { return m_size - m_at; }
    bool atEnd() const { return m_at >= m_size; }

    bool read(void *to, std::size_t length)
    {
        if (!m_ok || length > left() || !m_file.read(static_cast<char *>(to), std::streamsize(length)))
            return m_ok = false;
        m_at += length;
        return true;
    }
    bool skip(std::uint64_t length)
    {
        if (!m_ok || length > left()) return m_ok = false;
        m_at += length;
        m_file.seekg(std::streamoff(m_at));
        return true;
    }
    bool element(Element &e, bool explicitType)
    {
        std::array<unsigned char, 8> h{};
        if (!read(h.data(), 8)) return false;
        e.tag = dicomTag(std::uint32_t(h[0] | h[1] << 8), std::uint32_t(h[2] | h[3] << 8));
        const auto long32 = [](const unsigned char *b) {
            return std::uint32_t(b[0]) | std::uint32_t(b[1]) << 8 | std::uint32_t(b[2]) << 16 |
                   std::uint32_t(b[3]) << 24;
        };
        e.type = {};
        if (!explicitType || e.tag >> 16 == 0xfffe) {
            e.length = long32(&h[4]);
            return true;
        }
        e.type = {char(h[4]), char(h[5])};
        static constexpr std::string_view longTypes = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ";
        const std::array<char, 3> key{e.type[0], e.type[1], ' '};
        const auto found = longTypes.find(std::string_view(key.data(), 3));
        if (found == std::string_view::npos || found % 3 != 0) {
            e.length = std::uint32_t(h[6] | h[7] << 8);
            return true;
        }
        std::array<unsigned char, 4> more{};
        if (!read(more.data(), 4)) return false;
        e.length = long32(more.data());
        return true;
    }
    /// Past the items of a sequence of undefined length.
    bool skipSequence(bool explicitType, int depth)
    {
        Element item;
        while (depth < kDeepest && element(item, explicitType)) {
            if (item.tag == kSequenceEnd) return true;
            if (item.tag != kItem) break;
            if (!(item.length == kUndefined ? skipItem(explicitType, depth + 1) : skip(item.length))) return false;
        }
        return m_ok = false;
    }

private:
    bool skipItem(bool explicitType, int depth)
    {
        Element e;
        while (depth < kDeepest && element(e, explicitType)) {
            if (e.tag == kItemEnd) return true;
            // "UN" of undefined length holds implicit elements whatever the file is.
            const bool inner = explicitType && std::string_view(e.type.data(), 2) != "UN";
            if (!(e.length == kUndefined ? skipSequence(inner, depth + 1) : skip(e.length))) return false;
        }
        return m_ok = false;
    }

    std::ifstream m_file;
    std::uint64_t m_size, m_at = 0;
    bool m_ok = true;
};

std::string withoutPadding(std::string value)
{
    while (!value.empty() && (value.back() == ' ' || value.back() == '\0'))
        value.pop_back();
    return value;
}
} // namespace

std::string DicomFile::text(std::uint32_t tag) const
{
    const auto found = values.find(tag);
    std::string value = found == values.end() ? std::string() : withoutPadding(found->second);
    std::replace_if(value.begin(), value.end(), [](unsigned char c) { return c < 32; }, ' ');
    return value;
}
std::vector<double> DicomFile::decimals(std::uint32_t tag) const
{
    std::vector<double> list;
    const std::string value = text(tag);
    for (std::size_t at = 0; at < value.size();) {
        const auto end = std::min(value.find('\\', at), value.size());
        std::string_view word(value.data() + at, end - at);
        while (!word.empty() && (word.front() == ' ' || word.front() == '+'))
            word.remove_prefix(1);
        while (!word.empty() && word.back() == ' ')
            word.remove_suffix(1);
        double number = 0;
        const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc{} || stop != word.data() + word.size()) return {};
        list.push_back(number);
        at = end + 1;
    }
    return list;
}
std::optional<int> DicomFile::number(std::uint32_t tag) const
{
    const auto found = values.find(tag);
    if (found == values.end() || found->second.size() < 2) return std::nullopt;
    return static_cast<unsigned char>(found->second[0]) | static_cast<unsigned char>(found->second[1]) << 8;
}

Result<DicomFile> readDicomFile(const std::filesystem::path &path)
{
    const auto size = plainFileSize(path);
    if (!size) return std::unexpected(size.error());
    Walker walker(path, *size);
    std::array<char, 4> mark{};
    if (!walker.skip(128) || !walker.read(mark.data(), 4) || std::string_view(mark.data(), 4) != "DICM")
        return fail(Errc::Io, text(quoted(path), " is no DICOM file. Choose the folder with the series."));
    const auto damaged = [&] {
        return fail(
            Errc::Io,
            text(quoted(path), " is damaged: its DICOM elements do not fit into the file. Copy or export it again."));
    };

    DicomFile file;
    file.path = path;
    bool explicitType = true, inMeta = true;
    std::uint32_t previous = 0;
    while (!walker.atEnd()) {
        Element e;
        const auto start = walker.at();
        if (!walker.element(e, inMeta || explicitType)) return damaged();
        if (inMeta && e.tag >> 16 != 0x0002) { // the data set begins here, in its own syntax
            inMeta = false;
            const std::string &syntax = file.transferSyntax;
            if (syntax == "1.2.840.10008.1.2.2" || syntax == "1.2.840.10008.1.2.1.99")
                return fail(Errc::Unsupported, text(quoted(path), " is stored in a rare way (", syntax,
                                                    "). Export it as explicit little-endian DICOM."));
            explicitType = syntax != "1.2.840.10008.1.2";
            if (!explicitType) {
                Walker again(path, *size);
                if (!again.skip(start)) return damaged();
                walker = std::move(again);
                if (!walker.element(e, false)) return damaged();
            }
        }
        if (e.tag <= previous) return damaged(); // elements ascend
        previous = e.tag;
        if (e.tag == tags::kPixels) {
            file.hasPixels = true;
            file.encapsulated = e.length == kUndefined;
            file.pixelOffset = walker.at();
            file.pixelBytes = e.length;
            if (!(file.encapsulated ? walker.skipSequence(explicitType, 0) : walker.skip(e.length))) return damaged();
            return file;
        }
        const bool wanted = std::find(tags::kWanted.begin(), tags::kWanted.end(), e.tag) != tags::kWanted.end();
        if (e.length == kUndefined) {
            if (!walker.skipSequence(explicitType && std::string_view(e.type.data(), 2) != "UN", 0)) return damaged();
        } else if ((wanted || e.tag == kTransferSyntax) && e.length <= 1024) {
            std::string value(e.length, '\0');
            if (!walker.read(value.data(), value.size())) return damaged();
            if (e.tag == kTransferSyntax)
                file.transferSyntax = withoutPadding(std::move(value));
            else
                file.values[e.tag] = std::move(value);
        } else if (!walker.skip(e.length)) {
            return damaged();
        }
    }
    return file;
}

} // namespace glio::io
