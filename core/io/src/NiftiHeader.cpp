#include "Bytes.h"
#include "NiftiLayout.h"
#include "Text.h"

#include "glioscope/io/NiftiFile.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

namespace glio::io {
namespace {
/// Fields of a header at fixed places, in either byte order.
class Fields {
public:
    Fields(std::span<const std::byte> bytes, bool swapBytes) : m_bytes(bytes), m_swap(swapBytes) {}
    template <class T> T get(std::size_t at) const
    {
        std::array<std::byte, sizeof(T)> raw{};
        if (at + sizeof(T) <= m_bytes.size()) std::memcpy(raw.data(), m_bytes.data() + at, sizeof(T));
        if (m_swap) std::reverse(raw.begin(), raw.end());
        return std::bit_cast<T>(raw);
    }
    std::string string(std::size_t at, std::size_t length) const
    {
        std::string s;
        for (std::size_t n = at; n < at + length && n < m_bytes.size(); ++n) {
            const auto c = static_cast<unsigned char>(m_bytes[n]);
            if (c == 0) break;
            s.push_back(c >= 32 && c != 127 ? char(c) : ' ');
        }
        while (!s.empty() && s.back() == ' ')
            s.pop_back();
        return s;
    }

private:
    std::span<const std::byte> m_bytes;
    bool m_swap;
};

/// What both versions say, as doubles and 64-bit integers.
struct Raw {
    std::array<std::int64_t, 8> dim{};
    std::array<double, 8> pixdim{};
    std::array<double, 6> quaternion{}; // b, c, d, x, y, z
    std::array<double, 12> sform{};     // rows x, y, z
    int qformCode = 0, sformCode = 0, datatype = 0, units = 0;
    double voxelOffset = 0;
};

Raw read1(const Fields &f, NiftiHeader &header)
{
    Raw raw;
    for (std::size_t n = 0; n < 8; ++n) {
        raw.dim[n] = f.get<std::int16_t>(40 + 2 * n);
        raw.pixdim[n] = f.get<float>(76 + 4 * n);
    }
    raw.datatype = f.get<std::int16_t>(70);
    raw.voxelOffset = f.get<float>(108);
    raw.units = std::to_integer<int>(f.get<std::byte>(123));
    header.description = f.string(148, 80);
    if (header.version == 0) return raw; // Analyze: these places mean something else
    header.slope = f.get<float>(112);
    header.intercept = f.get<float>(116);
    raw.qformCode = f.get<std::int16_t>(252);
    raw.sformCode = f.get<std::int16_t>(254);
    for (std::size_t n = 0; n < 6; ++n)
        raw.quaternion[n] = f.get<float>(256 + 4 * n);
    for (std::size_t n = 0; n < 12; ++n)
        raw.sform[n] = f.get<float>(280 + 4 * n);
    header.intentName = f.string(328, 16);
    return raw;
}

Raw read2(const Fields &f, NiftiHeader &header)
{
    Raw raw;
    for (std::size_t n = 0; n < 8; ++n) {
        raw.dim[n] = f.get<std::int64_t>(16 + 8 * n);
        raw.pixdim[n] = f.get<double>(104 + 8 * n);
    }
    raw.datatype = f.get<std::int16_t>(12);
    raw.voxelOffset = double(f.get<std::int64_t>(168));
    header.slope = f.get<double>(176);
    header.intercept = f.get<double>(184);
    header.description = f.string(240, 80);
    raw.qformCode = f.get<std::int32_t>(344);
    raw.sformCode = f.get<std::int32_t>(348);
    for (std::size_t n = 0; n < 6; ++n)
        raw.quaternion[n] = f.get<double>(352 + 8 * n);
    for (std::size_t n = 0; n < 12; ++n)
        raw.sform[n] = f.get<double>(400 + 8 * n);
    raw.units = f.get<std::int32_t>(500);
    header.intentName = f.string(508, 16);
    return raw;
}

VoxelType typeOf(int code)
{
    switch (code) {
    case 1:
        return VoxelType::Bit;
    case 2:
        return VoxelType::UInt8;
    case 4:
        return VoxelType::Int16;
    case 8:
        return VoxelType::Int32;
    case 16:
        return VoxelType::Float32;
    case 32:
        return VoxelType::Complex64;
    case 64:
        return VoxelType::Float64;
    case 128:
        return VoxelType::Rgb24;
    case 256:
        return VoxelType::Int8;
    case 512:
        return VoxelType::UInt16;
    case 768:
        return VoxelType::UInt32;
    case 1024:
        return VoxelType::Int64;
    case 1280:
        return VoxelType::UInt64;
    case 1536:
        return VoxelType::Float128;
    case 1792:
        return VoxelType::Complex128;
    case 2048:
        return VoxelType::Complex256;
    case 2304:
        return VoxelType::Rgba32;
    default:
        return VoxelType::Unknown;
    }
}

double millimetres(int units)
{
    switch (units & 7) {
    case 1:
        return 1000; // metres
    case 3:
        return 0.001; // micrometres
    default:
        return 1;
    }
}

/// Rows of a RAS matrix (3 x 4) as our geometry.
Result<Geometry> fromRas(const Size3 &size, std::array<double, 12> m, double unit)
{
    for (double &v : m) {
        if (!std::isfinite(v)) return fail(Errc::Geometry, "The matrix holds a value that is no number.");
        v *= unit;
    }
    for (int c = 0; c < 8; ++c)
        m[std::size_t(c)] = 0.0 - m[std::size_t(c)]; // rows x and y: RAS to LPS, and no -0
    const auto column = [&](int c) {
        return std::array<double, 3>{m[std::size_t(c)], m[std::size_t(4 + c)], m[std::size_t(8 + c)]};
    };
    const auto length = [](const std::array<double, 3> &v) { return std::hypot(v[0], v[1], v[2]); };
    Spacing3 spacing{length(column(0)), length(column(1)), length(column(2))};
    if (size[2] == 1 && spacing[2] == 0) { // a single slice often says nothing of the third axis
        const auto a = column(0), b = column(1);
        const std::array<double, 3> n{a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
        if (length(n) > 0)
            for (int r = 0; r < 3; ++r)
                m[std::size_t(4 * r + 2)] = n[std::size_t(r)] / length(n);
        spacing[2] = 1;
    }
    for (const double s : spacing)
        if (!(s > 1e-6 && s < 1e6)) return fail(Errc::Geometry, "The matrix has an axis without a sensible length.");
    Matrix3 direction{};
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t c = 0; c < 3; ++c)
            direction[3 * r + c] = m[4 * r + c] / spacing[c];
    return Geometry::make(size, spacing, {m[3], m[7], m[11]}, direction);
}

/// Spacing from pixdim: its size counts, and 1 mm where there is none.
double spacingOf(double pixdim)
{
    const double s = std::abs(pixdim);
    return std::isfinite(s) && s > 1e-6 && s < 1e6 ? s : 1.0;
}

Result<Geometry> fromQform(const Size3 &size, const Raw &raw, double unit)
{
    const auto [b0, c0, d0, x, y, z] = raw.quaternion;
    double b = b0, c = c0, d = d0;
    double a2 = 1 - (b * b + c * c + d * d);
    if (!std::isfinite(a2)) return fail(Errc::Geometry, "The quaternion holds a value that is no number.");
    if (a2 < 1e-7) { // half a turn, or rounding: the standard's own repair
        const double scale = 1 / std::sqrt(b * b + c * c + d * d);
        b *= scale, c *= scale, d *= scale;
        a2 = 0;
    }
    const double a = std::sqrt(a2);
    const double k = raw.pixdim[0] < 0 ? -1 : 1;
    const double si = spacingOf(raw.pixdim[1]), sj = spacingOf(raw.pixdim[2]), sk = k * spacingOf(raw.pixdim[3]);
    return fromRas(size,
                   {(a * a + b * b - c * c - d * d) * si, 2 * (b * c - a * d) * sj, 2 * (b * d + a * c) * sk, x,
                    2 * (b * c + a * d) * si, (a * a + c * c - b * b - d * d) * sj, 2 * (c * d - a * b) * sk, y,
                    2 * (b * d - a * c) * si, 2 * (c * d + a * b) * sj, (a * a + d * d - c * c - b * b) * sk, z},
                   unit);
}

/// Errors: Geometry when not even the sizes make a grid.
Result<void> place(NiftiHeader &header, const Raw &raw, const Size3 &size)
{
    const double unit = millimetres(raw.units);
    if (raw.sformCode > 0)
        if (auto geometry = fromRas(size, raw.sform, unit)) {
            header.geometry = *geometry;
            header.placement = Placement::Sform;
            return {};
        }
    if (raw.qformCode > 0)
        if (auto geometry = fromQform(size, raw, unit)) {
            header.geometry = *geometry;
            header.placement = Placement::Qform;
            return {};
        }
    auto geometry = Geometry::make(
        size, {unit * spacingOf(raw.pixdim[1]), unit * spacingOf(raw.pixdim[2]), unit * spacingOf(raw.pixdim[3])});
    if (!geometry) return std::unexpected(geometry.error());
    header.geometry = *geometry;
    header.placement = Placement::Spacing;
    return {};
}

std::string lowerName(const std::filesystem::path &path)
{
    std::string name = path.filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return name;
}

/// The other file of a .hdr/.img pair; empty when `path` is no such name.
struct Pair {
    std::filesystem::path header, voxels;
};
std::optional<Pair> pairOf(const std::filesystem::path &path)
{
    const std::string name = lowerName(path);
    for (const std::string packed : {"", ".gz"}) {
        const bool isHeader = name.ends_with(".hdr" + packed), isVoxels = name.ends_with(".img" + packed);
        if (!isHeader && !isVoxels) continue;
        const std::string whole = path.filename().string();
        const std::string stem = whole.substr(0, whole.size() - 4 - packed.size());
        const bool upper = std::isupper(static_cast<unsigned char>(whole[stem.size() + 1])) != 0;
        const auto other = [&](const char *low, const char *up) {
            for (const char *gz : {packed.c_str(), packed.empty() ? ".gz" : ""}) {
                auto candidate = path.parent_path() / (stem + (upper ? up : low) + gz);
                std::error_code ignored;
                if (std::filesystem::exists(candidate, ignored)) return candidate;
            }
            return path.parent_path() / (stem + (upper ? up : low) + packed);
        };
        return isHeader ? Pair{path, other(".img", ".IMG")} : Pair{other(".hdr", ".HDR"), path};
    }
    return std::nullopt;
}

/// The whole of what is claimed against the size of the file; deflate packs no denser than 1032 to 1.
Result<void> checkSize(const NiftiHeader &header, const std::filesystem::path &path)
{
    const auto size = plainFileSize(header.voxelFile);
    if (!size) return std::unexpected(size.error());
    std::uint64_t need = 0;
    if (__builtin_mul_overflow(std::uint64_t(header.geometry.voxelCount()), voxelBytes(header.type), &need) ||
        __builtin_mul_overflow(need, std::uint64_t(header.volumes), &need) ||
        __builtin_add_overflow(need, std::uint64_t(header.voxelOffset), &need))
        return fail(Errc::Io, text(quoted(path), " is damaged: it claims more bytes than can be counted."));
    if (header.compressed ? need / 1032 <= *size : need <= *size) return {};
    return fail(Errc::Io, text(quoted(path), " is shorter than its header claims: ", bytesText(need), " cannot lie in ",
                               bytesText(*size), ". It may have been cut off; copy or download it again."));
}

std::unexpected<Error> notNifti(const std::filesystem::path &path)
{
    return fail(Errc::Io, text(quoted(path),
                               " is not a NIfTI file, whatever its name says. Choose the scan itself, or convert it."));
}
} // namespace

bool hasNiftiName(const std::filesystem::path &path)
{
    const std::string name = lowerName(path);
    return name.ends_with(".nii") || name.ends_with(".nii.gz") || pairOf(path).has_value();
}

Result<NiftiHeader> readNiftiHeader(const std::filesystem::path &path)
{
    const auto pair = pairOf(path);
    const auto headerFile = pair ? pair->header : path;
    const auto bytes = readHead(headerFile, kNifti2HeaderBytes);
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->size() < kNifti1HeaderBytes)
        return fail(Errc::Io, text(quoted(headerFile), " holds only ", bytesText(bytes->size()),
                                   ", less than a NIfTI header. It may have been cut off; copy or download it again."));

    NiftiHeader header;
    bool swapBytes = false;
    const auto sizeField = Fields(bytes->span(), false).get<std::int32_t>(0);
    const auto sizeSwapped = Fields(bytes->span(), true).get<std::int32_t>(0);
    if (sizeField == 540 || sizeSwapped == 540) {
        header.version = 2;
        swapBytes = sizeField != 540;
    } else if (sizeField == 348 || sizeSwapped == 348) {
        swapBytes = sizeField != 348;
    } else {
        return notNifti(headerFile);
    }
    header.bigEndian = swapBytes == (std::endian::native == std::endian::little);
    const Fields fields(bytes->span(), swapBytes);

    const std::string magic = fields.string(header.version == 2 ? 4 : 344, 3);
    const std::string single = header.version == 2 ? "n+2" : "n+1", split = header.version == 2 ? "ni2" : "ni1";
    bool oneFile = magic == single;
    if (!oneFile && magic != split) {
        if (header.version == 2 || !pair) return notNifti(headerFile);
        header.version = 0; // Analyze 7.5
    }
    if (pair && oneFile) oneFile = headerFile == pair->header && !std::filesystem::exists(pair->voxels);
    if (!oneFile && !pair)
        return fail(Errc::Io, text(quoted(path),
                                   " is the header of a file pair. Give it the name .hdr, with its .img beside it."));
    if (header.version == 2 && bytes->size() < kNifti2HeaderBytes)
        return fail(Errc::Io, text(quoted(headerFile), " ends inside its header. Copy or download it again."));

    const Raw raw = header.version == 2 ? read2(fields, header) : read1(fields, header);
    if (raw.dim[0] < 1 || raw.dim[0] > 7)
        return fail(Errc::Io, text(quoted(headerFile), " is damaged: it claims ", raw.dim[0],
                                   " dimensions. Copy or download it again."));
    Size3 size{1, 1, 1};
    for (std::size_t axis = 0; axis < std::size_t(raw.dim[0]); ++axis) {
        const std::int64_t n = raw.dim[axis + 1];
        if (n < 1 && !(n == 0 && axis >= 3))
            return fail(Errc::Io, text(quoted(headerFile), " is damaged: it claims ", n, " voxels along axis ",
                                       axis + 1, ". Copy or download it again."));
        if (axis < 3)
            size[axis] = n;
        else if (__builtin_mul_overflow(header.volumes, std::max<std::int64_t>(n, 1), &header.volumes))
            return fail(Errc::Io, text(quoted(headerFile), " is damaged: it claims more volumes than can be counted."));
    }
    header.type = typeOf(raw.datatype);
    if (voxelBytes(header.type) == 0)
        return fail(Errc::Unsupported,
                    text(quoted(headerFile), " stores voxels of type ", raw.datatype, " (", voxelTypeName(header.type),
                         "), which cannot be read. Save it as int16 or float32."));
    if (!std::isfinite(header.slope) || !std::isfinite(header.intercept) || header.slope == 0) {
        header.slope = 1; // the standard: a slope of 0 means that there is none
        header.intercept = 0;
    }
    if (auto placed = place(header, raw, size); !placed)
        return fail(Errc::Geometry, text(quoted(headerFile), " has no usable grid: ", placed.error().message));

    const double least = oneFile ? double(header.version == 2 ? kNifti2HeaderBytes : kNifti1HeaderBytes) : 0;
    if (!std::isfinite(raw.voxelOffset) || raw.voxelOffset < 0 || raw.voxelOffset > 9e15)
        return fail(Errc::Io, text(quoted(headerFile), " is damaged: its voxels would start at byte ", raw.voxelOffset,
                                   ". Copy or download it again."));
    header.voxelOffset = std::int64_t(std::max(raw.voxelOffset, least));
    header.voxelFile = oneFile ? headerFile : pair->voxels;
    const auto packed = isGzip(header.voxelFile);
    if (!packed) return std::unexpected(packed.error());
    header.compressed = *packed;
    if (auto enough = checkSize(header, headerFile); !enough) return std::unexpected(enough.error());
    return header;
}

} // namespace glio::io
