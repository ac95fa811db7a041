#include "FileHeader.h"
#include "Text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace glio::io {
namespace {
VoxelType typeOf(const std::string &name)
{
    struct Name {
        const char *name;
        VoxelType type;
    };
    static constexpr Name names[] = {{"signed char", VoxelType::Int8},
                                     {"int8", VoxelType::Int8},
                                     {"int8_t", VoxelType::Int8},
                                     {"uchar", VoxelType::UInt8},
                                     {"unsigned char", VoxelType::UInt8},
                                     {"uint8", VoxelType::UInt8},
                                     {"uint8_t", VoxelType::UInt8},
                                     {"short", VoxelType::Int16},
                                     {"short int", VoxelType::Int16},
                                     {"signed short", VoxelType::Int16},
                                     {"signed short int", VoxelType::Int16},
                                     {"int16", VoxelType::Int16},
                                     {"int16_t", VoxelType::Int16},
                                     {"ushort", VoxelType::UInt16},
                                     {"unsigned short", VoxelType::UInt16},
                                     {"unsigned short int", VoxelType::UInt16},
                                     {"uint16", VoxelType::UInt16},
                                     {"uint16_t", VoxelType::UInt16},
                                     {"int", VoxelType::Int32},
                                     {"signed int", VoxelType::Int32},
                                     {"int32", VoxelType::Int32},
                                     {"int32_t", VoxelType::Int32},
                                     {"uint", VoxelType::UInt32},
                                     {"unsigned int", VoxelType::UInt32},
                                     {"uint32", VoxelType::UInt32},
                                     {"uint32_t", VoxelType::UInt32},
                                     {"longlong", VoxelType::Int64},
                                     {"long long", VoxelType::Int64},
                                     {"long long int", VoxelType::Int64},
                                     {"signed long long", VoxelType::Int64},
                                     {"int64", VoxelType::Int64},
                                     {"int64_t", VoxelType::Int64},
                                     {"ulonglong", VoxelType::UInt64},
                                     {"unsigned long long", VoxelType::UInt64},
                                     {"unsigned long long int", VoxelType::UInt64},
                                     {"uint64", VoxelType::UInt64},
                                     {"uint64_t", VoxelType::UInt64},
                                     {"float", VoxelType::Float32},
                                     {"double", VoxelType::Float64}};
    for (const auto &known : names)
        if (name == known.name) return known.type;
    return VoxelType::Unknown;
}

/// "(1,0,0) none (0,1,0)": a vector for each axis, nothing for "none". False when it is no such list.
bool vectors(const std::string &value, std::vector<std::optional<std::array<double, 3>>> &out)
{
    out.clear();
    std::string spaced;
    for (const char c : value)
        spaced += c == '('   ? std::string(" ( ")
                  : c == ')' ? std::string(" ) ")
                  : c == ',' ? std::string(" ")
                             : std::string(1, c);
    const auto parts = words(spaced);
    for (std::size_t n = 0; n < parts.size(); ++n) {
        if (parts[n] == "none") {
            out.emplace_back();
            continue;
        }
        std::vector<double> v;
        if (parts[n] != "(" || n + 4 >= parts.size() || parts[n + 4] != ")" ||
            !numbers(parts[n + 1] + " " + parts[n + 2] + " " + parts[n + 3], v))
            return false;
        out.push_back(std::array<double, 3>{v[0], v[1], v[2]});
        n += 4;
    }
    return !out.empty();
}

/// Signs that turn a named space into LPS; nothing for spaces without a patient.
std::optional<std::array<double, 3>> toLps(const std::string &space)
{
    std::string s = lowerCase(space);
    if (s == "left-posterior-superior" || s == "lps") return std::array<double, 3>{1, 1, 1};
    if (s == "right-anterior-superior" || s == "ras") return std::array<double, 3>{-1, -1, 1};
    if (s == "left-anterior-superior" || s == "las") return std::array<double, 3>{1, -1, 1};
    return std::nullopt;
}

using Fields = std::map<std::string, std::string>;
std::string field(const Fields &fields, std::initializer_list<const char *> names)
{
    for (const char *name : names)
        if (const auto found = fields.find(name); found != fields.end()) return found->second;
    return {};
}

/// Axes in space, first to last; axes of values (colour, list of volumes) are left out.
std::vector<std::size_t> spaceAxes(const Fields &fields, std::size_t dimension,
                                   const std::vector<std::optional<std::array<double, 3>>> &directions)
{
    std::vector<std::size_t> axes;
    const auto kinds = words(lowerCase(field(fields, {"kinds"})));
    for (std::size_t n = 0; n < dimension; ++n) {
        bool inSpace = true;
        if (directions.size() == dimension)
            inSpace = directions[n].has_value();
        else if (kinds.size() == dimension)
            inSpace = kinds[n] == "space" || kinds[n] == "domain" || kinds[n] == "time" || kinds[n] == "none" ||
                      kinds[n] == "???";
        if (inSpace) axes.push_back(n);
    }
    return axes;
}
} // namespace

Result<FileHeader> readNrrdHeader(const std::filesystem::path &path)
{
    const auto source = readHeaderText(path, [](const std::string &line) { return line.empty(); });
    if (!source) return std::unexpected(source.error());
    const auto damaged = [&](const auto &...what) {
        return fail(Errc::Io, text(quoted(path), " is no NRRD file that can be read: ", what...,
                                   " Save it again from the program that made it."));
    };
    if (source->lines.empty() || !source->lines.front().starts_with("NRRD000"))
        return damaged("it does not begin with NRRD.");

    FileHeader header;
    header.format = Format::Nrrd;
    Fields fields;
    for (std::size_t n = 1; n < source->lines.size(); ++n) {
        const std::string &line = source->lines[n];
        if (line.empty()) break;
        if (line.starts_with('#')) continue;
        if (const auto at = line.find(":="); at != std::string::npos && at < line.find(": ")) {
            header.keys[line.substr(0, at)] = line.substr(at + 2);
            continue;
        }
        const auto at = line.find(": ");
        if (at == std::string::npos && !line.ends_with(':')) return damaged("line ", n + 1, " is no field.");
        const std::string name = lowerCase(line.substr(0, at == std::string::npos ? line.size() - 1 : at));
        if (!fields.emplace(name, at == std::string::npos ? std::string() : trimmed(line.substr(at + 2))).second)
            return damaged("the field \"", name, "\" occurs twice.");
    }

    header.type = typeOf(lowerCase(field(fields, {"type"})));
    if (header.type == VoxelType::Unknown) return damaged("the type \"", field(fields, {"type"}), "\" is not known.");
    std::vector<std::int64_t> dimension, sizes;
    if (!wholeNumbers(field(fields, {"dimension"}), dimension) || dimension.size() != 1 || dimension[0] < 2 ||
        dimension[0] > 4)
        return damaged("images of 2 to 4 dimensions are read, not of \"", field(fields, {"dimension"}), "\".");
    if (!wholeNumbers(field(fields, {"sizes"}), sizes) || std::int64_t(sizes.size()) != dimension[0])
        return damaged("its sizes do not fit its dimension.");
    std::uint64_t count = 1;
    for (const auto n : sizes)
        if (n < 1 || __builtin_mul_overflow(count, std::uint64_t(n), &count))
            return damaged("it claims ", n, " voxels along an axis.");

    std::vector<std::optional<std::array<double, 3>>> directions;
    const std::string directionText = field(fields, {"space directions"});
    if (!directionText.empty() && (!vectors(directionText, directions) || directions.size() != sizes.size()))
        return damaged("its space directions do not fit its dimension.");
    const auto space = toLps(field(fields, {"space"}));
    const auto sign = space.value_or(std::array<double, 3>{1, 1, 1});
    auto axes = spaceAxes(fields, sizes.size(), directions);
    const bool fourDomains = axes.size() == 4;
    if (fourDomains) { // four domains: the last counts volumes
        header.volumes = sizes[axes[3]];
        axes.pop_back();
    } else if (sizes.size() > axes.size()) {
        if (sizes.size() - axes.size() > 1) return damaged("more than one of its axes lies outside space.");
        std::size_t outside = 0;
        while (std::find(axes.begin(), axes.end(), outside) != axes.end())
            ++outside;
        header.volumes = sizes[outside];
        if (outside != 0 && outside != sizes.size() - 1)
            return damaged("its axis outside space lies between the others.");
        header.interleaved = outside == 0;
        const auto kinds = words(lowerCase(field(fields, {"kinds"})));
        const std::string kind = outside < kinds.size() ? kinds[outside] : "";
        header.colour = kind.starts_with("rgb") || kind.starts_with("hsv") || kind.starts_with("xyz");
    }
    if (axes.empty() || axes.size() > 3) return damaged("it has no axes in space.");

    Size3 size{1, 1, 1};
    Spacing3 spacing{1, 1, 1};
    Matrix3 direction{1, 0, 0, 0, 1, 0, 0, 0, 1};
    const auto spacings = words(field(fields, {"spacings"}));
    for (std::size_t n = 0; n < axes.size(); ++n) {
        size[n] = sizes[axes[n]];
        std::vector<double> value;
        if (!directions.empty() && directions[axes[n]]) {
            const auto &v = *directions[axes[n]];
            spacing[n] = std::hypot(v[0], v[1], v[2]);
            for (std::size_t row = 0; row < 3; ++row)
                direction[3 * row + n] = sign[row] * v[row] / spacing[n] + 0.0;
        } else if (axes[n] < spacings.size() && numbers(spacings[axes[n]], value) && std::isfinite(value[0]) &&
                   value[0] != 0) {
            spacing[n] = std::abs(value[0]);
        }
    }
    if (axes.size() == 2 && !directions.empty()) { // one slice: the third axis stands on it
        const auto at = [&](std::size_t r, std::size_t c) { return direction[3 * r + c]; };
        direction[2] = at(1, 0) * at(2, 1) - at(2, 0) * at(1, 1);
        direction[5] = at(2, 0) * at(0, 1) - at(0, 0) * at(2, 1);
        direction[8] = at(0, 0) * at(1, 1) - at(1, 0) * at(0, 1);
    }
    PointMm origin;
    std::vector<std::optional<std::array<double, 3>>> origins;
    if (const std::string value = field(fields, {"space origin"}); !value.empty()) {
        if (!vectors(value, origins) || origins.size() != 1 || !origins[0])
            return damaged("its space origin is no point.");
        origin = {sign[0] * (*origins[0])[0], sign[1] * (*origins[0])[1], sign[2] * (*origins[0])[2]};
    }
    const auto geometry = Geometry::make(size, spacing, origin, direction);
    if (!geometry) return fail(Errc::Geometry, text(quoted(path), " has no usable grid: ", geometry.error().message));
    header.geometry = *geometry;
    header.orientationStated = space.has_value() && !directions.empty();
    header.description = field(fields, {"content"});

    const std::string encoding = lowerCase(field(fields, {"encoding"}));
    const bool gzip = encoding == "gzip" || encoding == "gz";
    const bool plainText = encoding == "txt" || encoding == "text" || encoding == "ascii";
    if (!gzip && !plainText && encoding != "raw" && encoding != "hex")
        return fail(Errc::Unsupported,
                    text(quoted(path), " is packed as \"", encoding, "\", which is not read here. Save it with gzip."));
    header.compressed = gzip;
    header.bigEndian = lowerCase(field(fields, {"endian"})) == "big";
    if (encoding == "raw" && voxelBytes(header.type) > 1 && field(fields, {"endian"}).empty())
        return damaged("it does not say its byte order (endian).");

    const std::string dataFile = field(fields, {"data file", "datafile"});
    std::vector<std::int64_t> skip{0};
    const std::string skipText = field(fields, {"byte skip", "byteskip"});
    if (!skipText.empty() && (!wholeNumbers(skipText, skip) || skip.size() != 1 || skip[0] < -1))
        return damaged("its byte skip is no number.");
    if (const std::string lines = field(fields, {"line skip", "lineskip"}); !lines.empty() && lines != "0")
        return fail(Errc::Unsupported,
                    text(quoted(path), " skips lines before its voxels, which is not read here. Save it without."));
    if (dataFile.starts_with("LIST") || dataFile.find('%') != std::string::npos ||
        dataFile.find(' ') != std::string::npos)
        return fail(Errc::Unsupported,
                    text(quoted(path), " spreads its voxels over several files. Save it as one .nrrd file."));
    const auto voxelFile = dataFile.empty() ? path : path.parent_path() / dataFile;
    header.voxelFile = voxelFile;
    header.voxelBytesTotal = count * voxelBytes(header.type);
    header.voxelOffset = dataFile.empty() ? source->end : 0;
    header.encoding = gzip                ? FileHeader::Encoding::Packed
                      : encoding == "raw" ? FileHeader::Encoding::Raw
                                          : FileHeader::Encoding::Text;
    if (header.encoding == FileHeader::Encoding::Text) // ITK brings an axis outside space to the front
        header.interleaved = axes.size() < sizes.size() && header.volumes > 1 && !fourDomains;
    if (gzip)
        header.skip = std::uint64_t(std::max<std::int64_t>(skip[0], 0));
    else if (skip[0] > 0)
        header.voxelOffset += std::uint64_t(skip[0]);
    const auto enough = checkVoxelBytes(path, voxelFile, header.voxelOffset, count, header.type,
                                        gzip        ? "gzip"
                                        : plainText ? "text"
                                                    : encoding);
    if (!enough) return std::unexpected(enough.error());
    if (skip[0] == -1 && header.encoding == FileHeader::Encoding::Raw) { // the voxels are the end of the file
        const auto held = plainFileSize(voxelFile);
        if (!held) return std::unexpected(held.error());
        header.voxelOffset = *held - header.voxelBytesTotal;
    }
    return header;
}

} // namespace glio::io
