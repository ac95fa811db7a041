#include "FileHeader.h"
#include "Text.h"

#include <array>
#include <cmath>

namespace glio::io {
namespace {
VoxelType typeOf(const std::string &name)
{
    struct Name {
        const char *name;
        VoxelType type;
    };
    static constexpr Name names[] = {
        {"MET_CHAR", VoxelType::Int8},         {"MET_UCHAR", VoxelType::UInt8},   {"MET_SHORT", VoxelType::Int16},
        {"MET_USHORT", VoxelType::UInt16},     {"MET_INT", VoxelType::Int32},     {"MET_UINT", VoxelType::UInt32},
        {"MET_LONG", VoxelType::Int32},        {"MET_ULONG", VoxelType::UInt32},  {"MET_LONG_LONG", VoxelType::Int64},
        {"MET_ULONG_LONG", VoxelType::UInt64}, {"MET_FLOAT", VoxelType::Float32}, {"MET_DOUBLE", VoxelType::Float64},
    };
    for (const auto &known : names)
        if (name == known.name) return known.type;
    return VoxelType::Unknown;
}

/// "Key = value"; the key alone when there is no "=".
std::string keyOf(const std::string &line) { return trimmed(std::string_view(line).substr(0, line.find('='))); }

bool isTrue(const std::string &value)
{
    return !value.empty() && (value[0] == 'T' || value[0] == 't' || value[0] == '1');
}
} // namespace

Result<FileHeader> readMetaHeader(const std::filesystem::path &path)
{
    const auto source = readHeaderText(path, [](const std::string &line) { return keyOf(line) == "ElementDataFile"; });
    if (!source) return std::unexpected(source.error());
    const auto damaged = [&](const auto &...what) {
        return fail(Errc::Io, text(quoted(path), " is no MetaImage file that can be read: ", what...,
                                   " Save it again from the program that made it."));
    };
    std::map<std::string, std::string> fields;
    for (const auto &line : source->lines) {
        const auto at = line.find('=');
        if (trimmed(line).empty()) continue;
        if (at == std::string::npos) return damaged("a line of its header has no \"=\".");
        if (line.size() > 4096)
            return damaged("a line of its header is too long."); // the reader behind has fixed buffers
        if (!fields.emplace(keyOf(line), trimmed(std::string_view(line).substr(at + 1))).second)
            return damaged("the field \"", keyOf(line), "\" occurs twice.");
    }
    const auto field = [&](std::initializer_list<const char *> names) {
        for (const char *name : names)
            if (const auto found = fields.find(name); found != fields.end()) return found->second;
        return std::string();
    };
    if (!fields.contains("ElementDataFile")) return damaged("it does not say where its voxels are (ElementDataFile).");
    if (const auto kind = field({"ObjectType"}); !kind.empty() && kind != "Image")
        return damaged("it holds an object of type \"", kind, "\", not an image.");

    FileHeader header;
    header.format = Format::Meta;
    header.type = typeOf(field({"ElementType"}));
    if (header.type == VoxelType::Unknown) return damaged("the type \"", field({"ElementType"}), "\" is not known.");
    std::vector<std::int64_t> dimension, sizes, channels{1}, skip{0}, packedSize{0};
    if (!wholeNumbers(field({"NDims"}), dimension) || dimension.size() != 1 || dimension[0] < 2 || dimension[0] > 4)
        return damaged("images of 2 to 4 dimensions are read, not of \"", field({"NDims"}), "\".");
    const auto n = std::size_t(dimension[0]);
    if (!wholeNumbers(field({"DimSize"}), sizes) || sizes.size() != n)
        return damaged("its DimSize does not fit its NDims.");
    std::uint64_t count = 1;
    for (const auto length : sizes) // its reader counts in int
        if (length < 1 || length > 2'147'483'647 || __builtin_mul_overflow(count, std::uint64_t(length), &count))
            return damaged("it claims ", length, " voxels along an axis.");
    if (const auto value = field({"ElementNumberOfChannels"});
        !value.empty() &&
        (!wholeNumbers(value, channels) || channels.size() != 1 || channels[0] < 1 || channels[0] > 1024))
        return damaged("its number of channels is \"", value, "\".");
    if (__builtin_mul_overflow(count, std::uint64_t(channels[0]), &count))
        return damaged("it claims more voxels than can be counted.");
    if (n == 4) header.volumes = sizes[3];
    if (channels[0] > 1) {
        if (n == 4) return damaged("it has both channels and volumes.");
        header.volumes = channels[0];
        header.interleaved = true;
        header.colour = header.type == VoxelType::UInt8 && (channels[0] == 3 || channels[0] == 4);
    }

    Size3 size{1, 1, 1};
    Spacing3 spacing{1, 1, 1};
    std::array<double, 3> origin{};
    Matrix3 direction{1, 0, 0, 0, 1, 0, 0, 0, 1};
    std::vector<double> spacings, origins, matrix;
    const auto spacingText = field({"ElementSpacing", "ElementSize"});
    if (!spacingText.empty() && (!numbers(spacingText, spacings) || spacings.size() != n))
        return damaged("its spacing does not fit its dimension.");
    const auto originText = field({"Offset", "Position", "Origin"});
    if (!originText.empty() && (!numbers(originText, origins) || origins.size() != n))
        return damaged("its origin does not fit its dimension.");
    const auto matrixText = field({"TransformMatrix", "Rotation", "Orientation"});
    if (!matrixText.empty() && (!numbers(matrixText, matrix) || matrix.size() != n * n))
        return damaged("its matrix does not fit its dimension.");
    const std::size_t inSpace = std::min<std::size_t>(n, 3);
    for (std::size_t axis = 0; axis < inSpace; ++axis) {
        size[axis] = sizes[axis];
        if (!spacings.empty()) spacing[axis] = std::abs(spacings[axis]);
        if (!origins.empty()) origin[axis] = origins[axis];
        if (!matrix.empty()) // a row is the direction of an axis
            for (std::size_t row = 0; row < inSpace; ++row)
                direction[3 * row + axis] = matrix[axis * n + row];
    }
    const auto geometry = Geometry::make(size, spacing, {origin[0], origin[1], origin[2]}, direction);
    if (!geometry) return fail(Errc::Geometry, text(quoted(path), " has no usable grid: ", geometry.error().message));
    header.geometry = *geometry;
    header.orientationStated = !matrix.empty();
    header.description = field({"Comment"});
    header.bigEndian = isTrue(field({"BinaryDataByteOrderMSB", "ElementByteOrderMSB"}));
    header.compressed = isTrue(field({"CompressedData"}));
    const bool plainText = !field({"BinaryData"}).empty() && !isTrue(field({"BinaryData"}));

    if (const auto value = field({"HeaderSize"});
        !value.empty() && (!wholeNumbers(value, skip) || skip.size() != 1 || skip[0] < -1))
        return damaged("its HeaderSize is no number.");
    const std::string dataFile = field({"ElementDataFile"});
    const bool local = dataFile == "LOCAL" || dataFile == "Local" || dataFile == "local";
    if (dataFile.empty() || dataFile.starts_with("LIST") || dataFile.find('%') != std::string::npos)
        return fail(Errc::Unsupported,
                    text(quoted(path), " spreads its voxels over several files. Save it as one .mha file."));
    const auto voxelFile = local ? path : path.parent_path() / dataFile;
    header.voxelFile = voxelFile;
    header.voxelOffset = (local ? source->end : 0) + (skip[0] > 0 ? std::uint64_t(skip[0]) : 0);
    header.encoding = header.compressed ? FileHeader::Encoding::Packed
                      : plainText       ? FileHeader::Encoding::Text
                                        : FileHeader::Encoding::Raw;
    if (const auto value = field({"CompressedDataSize"}); header.compressed && !value.empty()) {
        const auto held = plainFileSize(voxelFile);
        if (!held) return std::unexpected(held.error());
        if (!wholeNumbers(value, packedSize) || packedSize.size() != 1 || packedSize[0] < 0 ||
            std::uint64_t(packedSize[0]) > *held)
            return fail(Errc::Io, text(quoted(path), " is shorter than its header claims: ", value,
                                       " bytes of compressed voxels are not there. Copy or download it again."));
        header.packedSize = std::uint64_t(packedSize[0]);
    }
    const auto enough = checkVoxelBytes(path, voxelFile, header.voxelOffset, count, header.type,
                                        header.compressed ? "gzip"
                                        : plainText       ? "text"
                                                          : "raw");
    if (!enough) return std::unexpected(enough.error());
    header.voxelBytesTotal = count * voxelBytes(header.type);
    if (skip[0] == -1) { // the voxels are the end of the file
        if (header.encoding != FileHeader::Encoding::Raw)
            return damaged("its HeaderSize of -1 goes with plain voxels alone.");
        const auto held = plainFileSize(voxelFile);
        if (!held) return std::unexpected(held.error());
        header.voxelOffset = *held - header.voxelBytesTotal;
    }
    return header;
}

} // namespace glio::io
