#include "Bytes.h"
#include "NiftiLayout.h"
#include "Text.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/io/NiftiFile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <new>
#include <type_traits>

namespace glio::io {
namespace {
/// Removes a part file unless it was renamed into place.
struct PartFile {
    std::filesystem::path path;
    ~PartFile()
    {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

class HeaderBytes {
public:
    explicit HeaderBytes(std::size_t size) : m_bytes(size) {}
    template <class T> void put(std::size_t at, std::type_identity_t<T> value)
    {
        std::memcpy(m_bytes.data() + at, &value, sizeof(T));
    }
    void put(std::size_t at, std::size_t room, const std::string &value)
    {
        std::memcpy(m_bytes.data() + at, value.data(), std::min(room, value.size()));
    }
    std::span<const std::byte> span() const { return m_bytes; }

private:
    std::vector<std::byte> m_bytes;
};

struct Quaternion {
    double b = 0, c = 0, d = 0, qfac = 1;
};

/// Of a matrix with right angles, RAS. The third column is mirrored first where the axes are left-handed.
Quaternion quaternion(Matrix3 r)
{
    Quaternion q;
    const double det =
        r[0] * (r[4] * r[8] - r[5] * r[7]) - r[1] * (r[3] * r[8] - r[5] * r[6]) + r[2] * (r[3] * r[7] - r[4] * r[6]);
    if (det < 0) {
        q.qfac = -1;
        for (std::size_t row = 0; row < 3; ++row)
            r[3 * row + 2] = -r[3 * row + 2];
    }
    // Shepperd's method: divide by the largest of the four parts, so that half turns keep their digits.
    const std::array<double, 4> weights{1 + r[0] + r[4] + r[8], 1 + r[0] - r[4] - r[8], 1 - r[0] + r[4] - r[8],
                                        1 - r[0] - r[4] + r[8]};
    double a = 1;
    switch (std::max_element(weights.begin(), weights.end()) - weights.begin()) {
    case 0:
        a = std::sqrt(weights[0]) / 2;
        q.b = (r[7] - r[5]) / (4 * a), q.c = (r[2] - r[6]) / (4 * a), q.d = (r[3] - r[1]) / (4 * a);
        break;
    case 1:
        q.b = std::sqrt(weights[1]) / 2;
        a = (r[7] - r[5]) / (4 * q.b), q.c = (r[1] + r[3]) / (4 * q.b), q.d = (r[2] + r[6]) / (4 * q.b);
        break;
    case 2:
        q.c = std::sqrt(weights[2]) / 2;
        a = (r[2] - r[6]) / (4 * q.c), q.b = (r[1] + r[3]) / (4 * q.c), q.d = (r[5] + r[7]) / (4 * q.c);
        break;
    default:
        q.d = std::sqrt(weights[3]) / 2;
        a = (r[3] - r[1]) / (4 * q.d), q.b = (r[2] + r[6]) / (4 * q.d), q.c = (r[5] + r[7]) / (4 * q.d);
        break;
    }
    if (a < 0) q.b = -q.b, q.c = -q.c, q.d = -q.d;
    return q;
}

/// float and uint8 are the two kinds of voxels that this program writes.
HeaderBytes makeHeader(const Geometry &g, std::int64_t volumes, bool isFloat, const std::string &description)
{
    const auto &size = g.size();
    const bool version2 = std::max({size[0], size[1], size[2], volumes}) > 32767;
    const std::size_t headerBytes = version2 ? kNifti2HeaderBytes : kNifti1HeaderBytes;
    HeaderBytes h(headerBytes + 4); // four zero bytes: no extension follows

    std::array<double, 12> m{}; // RAS
    Matrix3 rotation{};
    for (std::size_t row = 0; row < 3; ++row) {
        const double sign = row < 2 ? -1 : 1;
        for (std::size_t c = 0; c < 3; ++c) {
            rotation[3 * row + c] = sign * g.direction()[3 * row + c];
            m[4 * row + c] = rotation[3 * row + c] * g.spacing()[c];
        }
        m[4 * row + 3] = sign * g.origin()[int(row)];
    }
    const bool rightAngles = !g.isSheared(1e-5);
    const Quaternion q = rightAngles ? quaternion(rotation) : Quaternion{};
    const std::array<std::int64_t, 8> dim{volumes > 1 ? 4 : 3, size[0], size[1], size[2], volumes, 1, 1, 1};
    const std::array<double, 8> pixdim{q.qfac, g.spacing()[0], g.spacing()[1], g.spacing()[2], 1, 1, 1, 1};
    const std::array<double, 6> quaternionFields{q.b, q.c, q.d, m[3], m[7], m[11]};
    const int qformCode = rightAngles ? 1 : 0, datatype = isFloat ? 16 : 2, bits = isFloat ? 32 : 8;
    const std::string text79 = description.substr(0, 79);
    if (version2) {
        h.put<std::int32_t>(0, 540);
        h.put(4, 8, std::string("n+2\0\r\n\032\n", 8));
        h.put<std::int16_t>(12, std::int16_t(datatype));
        h.put<std::int16_t>(14, std::int16_t(bits));
        for (std::size_t n = 0; n < 8; ++n)
            h.put<std::int64_t>(16 + 8 * n, dim[n]), h.put<double>(104 + 8 * n, pixdim[n]);
        h.put<std::int64_t>(168, std::int64_t(headerBytes + 4));
        h.put<double>(176, 1);
        h.put(240, 80, text79);
        h.put<std::int32_t>(344, qformCode);
        h.put<std::int32_t>(348, 1);
        for (std::size_t n = 0; n < 6; ++n)
            h.put<double>(352 + 8 * n, quaternionFields[n]);
        for (std::size_t n = 0; n < 12; ++n)
            h.put<double>(400 + 8 * n, m[n]);
        h.put<std::int32_t>(500, 2); // millimetres
    } else {
        h.put<std::int32_t>(0, 348);
        h.put<char>(38, 'r');
        for (std::size_t n = 0; n < 8; ++n)
            h.put<std::int16_t>(40 + 2 * n, std::int16_t(dim[n])), h.put<float>(76 + 4 * n, float(pixdim[n]));
        h.put<std::int16_t>(70, std::int16_t(datatype));
        h.put<std::int16_t>(72, std::int16_t(bits));
        h.put<float>(108, float(headerBytes + 4));
        h.put<float>(112, 1);
        h.put<char>(123, 2); // millimetres
        h.put(148, 80, text79);
        h.put<std::int16_t>(252, std::int16_t(qformCode));
        h.put<std::int16_t>(254, 1);
        for (std::size_t n = 0; n < 6; ++n)
            h.put<float>(256 + 4 * n, float(quaternionFields[n]));
        for (std::size_t n = 0; n < 12; ++n)
            h.put<float>(280 + 4 * n, float(m[n]));
        h.put(344, 4, std::string("n+1\0", 4));
    }
    return h;
}

template <class T>
Result<void> check(const std::filesystem::path &part, const std::filesystem::path &path,
                   std::span<const Volume<T>> series)
{
    const auto differs = [&] {
        return fail(Errc::Internal,
                    text(quoted(path), " was not saved: what was read back differs from what was written. The "
                                       "old file is untouched. Save again, to another disk if it happens twice."));
    };
    const auto header = readNiftiHeader(part);
    if (!header) return std::unexpected(header.error());
    if (header->volumes != std::int64_t(series.size()) || !header->geometry.sameGrid(series.front().geometry()))
        return differs();
    const auto volumeBytes = std::uint64_t(series.front().geometry().voxelCount()) * sizeof(T);
    const auto raw = readRange(part, std::uint64_t(header->voxelOffset), volumeBytes * series.size());
    if (!raw) return std::unexpected(raw.error());
    for (std::size_t n = 0; n < series.size(); ++n)
        if (std::memcmp(raw->data() + n * volumeBytes, series[n].data(), volumeBytes) != 0) return differs();
    return {};
}

template <class T>
Result<void> write(const std::filesystem::path &path, std::span<const Volume<T>> series,
                   const NiftiWriteOptions &options)
try {
    const std::string name = path.filename().string();
    const bool packed = name.ends_with(".nii.gz");
    if (!packed && !name.ends_with(".nii"))
        return fail(Errc::InvalidArgument, text(quoted(path), " has no NIfTI name. End it in .nii or .nii.gz."));
    if (series.empty()) return fail(Errc::InvalidArgument, text("There is nothing to write into ", quoted(path), "."));
    for (const auto &volume : series)
        if (!volume.geometry().sameGrid(series.front().geometry()))
            return fail(Errc::InvalidArgument, text("The volumes for ", quoted(path), " do not lie on one grid."));

    const auto header = makeHeader(series.front().geometry(), std::int64_t(series.size()), std::is_same_v<T, float>,
                                   options.description);
    const PartFile part{partPath(path)};
    Result<void> written;
    if (!packed && series.size() == 1) {
        written = writeNewFile(part.path, header.span(), std::as_bytes(series.front().voxels()));
    } else {
        const auto head = header.span();
        const auto volumeBytes = std::as_bytes(series.front().voxels()).size();
        Bytes whole;
        if (!whole.resize(head.size() + series.size() * volumeBytes)) throw std::bad_alloc();
        std::memcpy(whole.data(), head.data(), head.size());
        for (std::size_t n = 0; n < series.size(); ++n)
            std::memcpy(whole.data() + head.size() + n * volumeBytes, series[n].data(), volumeBytes);
        if (packed) {
            auto gzip = packBytes(whole.span(), options.compression);
            if (!gzip) return std::unexpected(gzip.error());
            whole = std::move(*gzip);
        }
        written = writeNewFile(part.path, whole.span());
    }
    if (!written) return written;
    if (auto same = check<T>(part.path, path, series); !same) return same;
    return commitPart(part.path, path);
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory,
                text("There is not enough memory to write ", quoted(path), ". Nothing was changed."));
}
} // namespace

Result<void> writeNifti(const std::filesystem::path &path, const ImageVolume &image, const NiftiWriteOptions &options)
{
    return write<float>(path, std::span(&image, 1), options);
}
Result<void> writeNifti(const std::filesystem::path &path, const LabelVolume &mask, const NiftiWriteOptions &options)
{
    return write<std::uint8_t>(path, std::span(&mask, 1), options);
}
Result<void> writeNifti(const std::filesystem::path &path, std::span<const LabelVolume> series,
                        const NiftiWriteOptions &options)
{
    return write<std::uint8_t>(path, series, options);
}
Result<void> writeNifti(const std::filesystem::path &path, std::span<const ImageVolume> series,
                        const NiftiWriteOptions &options)
{
    return write<float>(path, series, options);
}

} // namespace glio::io
