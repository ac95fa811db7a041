#include "FileHeader.h"
#include "Text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>

namespace glio::io {
namespace {
constexpr std::size_t kLongestHeader = 1 << 20;

/// NIfTI's first four bytes are the size of its header, in either byte order.
bool looksLikeNifti(const Bytes &head)
{
    if (head.size() < 4) return false;
    std::int32_t size = 0;
    std::memcpy(&size, head.data(), 4);
    const auto swapped = std::int32_t(__builtin_bswap32(std::uint32_t(size)));
    for (const std::int32_t known : {348, 540})
        if (size == known || swapped == known) return true;
    return false;
}
/// The mark of gzip or of zlib at a place in a file.
bool isPackedAt(const std::filesystem::path &path, std::uint64_t offset)
{
    std::ifstream file(path, std::ios::binary);
    std::array<unsigned char, 2> mark{};
    file.seekg(std::streamoff(offset));
    if (!file.read(reinterpret_cast<char *>(mark.data()), 2)) return false;
    return (mark[0] == 0x1f && mark[1] == 0x8b) || ((mark[0] & 0x0f) == 8 && (256 * mark[0] + mark[1]) % 31 == 0);
}
bool hasEnding(const std::filesystem::path &path, std::initializer_list<std::string_view> endings)
{
    const std::string name = lowerCase(path.filename().string());
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return name.ends_with(e); });
}
} // namespace

std::string trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n";
    const auto begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(blank) - begin + 1));
}
std::string lowerCase(std::string_view text)
{
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return low;
}
std::vector<std::string> words(std::string_view text)
{
    std::vector<std::string> list;
    std::string word;
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '\r') {
            word.push_back(c);
        } else if (!word.empty()) {
            list.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) list.push_back(std::move(word));
    return list;
}
bool numbers(std::string_view text, std::vector<double> &out)
{
    out.clear();
    for (const auto &word : words(text)) {
        double value = 0;
        const char *begin = word.data() + (word.starts_with('+') ? 1 : 0);
        const auto [end, error] = std::from_chars(begin, word.data() + word.size(), value);
        if (error != std::errc{} || end != word.data() + word.size()) return false;
        out.push_back(value);
    }
    return !out.empty();
}
bool wholeNumbers(std::string_view text, std::vector<std::int64_t> &out)
{
    out.clear();
    for (const auto &word : words(text)) {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc{} || end != word.data() + word.size()) return false;
        out.push_back(value);
    }
    return !out.empty();
}

Result<HeaderText> readHeaderText(const std::filesystem::path &path, bool (*isLast)(const std::string &line))
{
    const auto size = plainFileSize(path);
    if (!size) return std::unexpected(size.error());
    const auto head = readRange(path, 0, std::min<std::uint64_t>(*size, kLongestHeader));
    if (!head) return std::unexpected(head.error());
    HeaderText header;
    header.fileSize = *size;
    std::string line;
    for (std::size_t n = 0; n < head->size(); ++n) {
        const char c = static_cast<char>(head->data()[n]);
        if (c != '\n') {
            if (c == 0) break; // voxels already: the end of the header was missed
            line.push_back(c);
            continue;
        }
        if (!line.empty() && line.back() == '\r') line.pop_back();
        header.lines.push_back(line);
        if (isLast(line)) {
            header.end = n + 1;
            return header;
        }
        line.clear();
    }
    if (!line.empty()) { // the last line of a text file may lack its end
        header.lines.push_back(line);
        header.end = head->size();
        if (isLast(line) || head->size() == *size) return header;
    }
    if (head->size() == *size && !header.lines.empty()) {
        header.end = *size;
        return header;
    }
    return fail(Errc::Io, text(quoted(path), " is damaged: its header has no end. Copy or download it again."));
}

Result<void> checkVoxelBytes(const std::filesystem::path &path, const std::filesystem::path &voxelFile,
                             std::uint64_t offset, std::uint64_t voxels, VoxelType type, std::string_view encoding)
{
    const auto size = plainFileSize(voxelFile);
    if (!size && voxelFile != path)
        return fail(size.error().code, text(quoted(path), " keeps its voxels in another file. ", size.error().message));
    if (!size) return std::unexpected(size.error());
    std::uint64_t bytes = 0, need = 0;
    if (__builtin_mul_overflow(voxels, voxelBytes(type), &bytes))
        return fail(Errc::Io, text(quoted(path), " is damaged: it claims more bytes than can be counted."));
    if (encoding == "gzip")
        need = bytes / 1032; // deflate packs no denser
    else if (encoding == "text")
        need = 2 * voxels - 1; // a digit and a blank each
    else if (encoding == "hex")
        need = 2 * bytes;
    else
        need = bytes;
    const std::uint64_t have = *size > offset ? *size - offset : 0;
    if (encoding == "gzip" && have > 2 && !isPackedAt(voxelFile, offset))
        return fail(Errc::Io,
                    text(quoted(path),
                         " is damaged: its voxels are not packed as its header claims. Copy or download it again."));
    if (need > have || have == 0)
        return fail(Errc::Io, text(quoted(path), " is shorter than its header claims: ", bytesText(bytes),
                                   " of voxels cannot lie in ", bytesText(have),
                                   ". It may have been cut off; copy or download it again."));
    return askForMemory(2 * bytes, path); // what the reader holds, and our copy
}

Result<Bytes> readVoxelBytes(const std::filesystem::path &path, const FileHeader &header)
{
    if (header.encoding == FileHeader::Encoding::Raw)
        return readFileRange(header.voxelFile, header.voxelOffset, header.voxelBytesTotal);
    const auto size = plainFileSize(header.voxelFile);
    if (!size) return std::unexpected(size.error());
    const auto length = header.packedSize ? header.packedSize : *size - std::min(*size, header.voxelOffset);
    const auto packed = readFileRange(header.voxelFile, header.voxelOffset, length);
    if (!packed) return std::unexpected(packed.error());
    return inflateBytes(packed->span(), header.skip, header.voxelBytesTotal, path);
}

Result<Format> formatOf(const std::filesystem::path &path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return Format::DicomFolder;
    const auto head = readHead(path, 512);
    if (!head) return std::unexpected(head.error());
    const std::string_view bytes(reinterpret_cast<const char *>(head->data()), head->size());
    if (bytes.starts_with("NRRD000")) return Format::Nrrd;
    if (bytes.size() >= 132 && bytes.substr(128, 4) == "DICM") return Format::DicomFile;
    if (looksLikeNifti(*head) || hasEnding(path, {".nii", ".nii.gz", ".hdr", ".img", ".hdr.gz", ".img.gz"}))
        return Format::Nifti;
    if (hasEnding(path, {".nrrd", ".nhdr"})) return Format::Nrrd;
    if (hasEnding(path, {".mha", ".mhd"})) return Format::Meta;
    if (bytes.find("ObjectType") != std::string_view::npos || bytes.find("NDims") != std::string_view::npos)
        return Format::Meta;
    return fail(Errc::Unsupported,
                text(quoted(path),
                     " is no image that can be read. Known are NIfTI (.nii, .nii.gz, .hdr/.img), NRRD, MHA, "
                     "MHD and folders of DICOM files."));
}

} // namespace glio::io
