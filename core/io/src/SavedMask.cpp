#include "glioscope/io/SavedMask.h"

#include "FileHeader.h"
#include "Text.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Sha256.h"
#include "glioscope/io/ImageFile.h"

#include <algorithm>
#include <cstring>

namespace glio::io {
namespace {
namespace fs = std::filesystem;

constexpr double kToleranceMm = 1e-3;
constexpr std::size_t kLongestId = 60; // with "scheme=" it must fit NIfTI's 79 bytes

/// A folder of its own for the new file, so that the file has its real name (the format goes by it), no sidecar beside
/// it speaks for it, and what a crash leaves behind is not taken for a mask.
class Staging {
public:
    explicit Staging(const fs::path &path) : folder(partPath(path)), file(folder / path.filename()) {}
    ~Staging()
    {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
    Staging(const Staging &) = delete;
    Staging &operator=(const Staging &) = delete;

    /// The error with the file's final name in it.
    Error named(Error error, const fs::path &path) const
    {
        const std::string from = file.string(), to = path.string();
        for (auto at = error.message.find(from); at != std::string::npos; at = error.message.find(from, at + to.size()))
            error.message.replace(at, from.size(), to);
        return error;
    }

    const fs::path folder, file;
};

std::string point(const PointMm &p)
{
    std::ostringstream out;
    out.precision(6);
    out << '(' << p.x << ", " << p.y << ", " << p.z << ')';
    return std::move(out).str();
}
} // namespace

Result<void> verifyMask(const fs::path &file, const LabelVolume &labels, const LabelScheme &scheme,
                        const fs::path &name)
{
    const auto differs = [&](const auto &...what) {
        return fail(Errc::Internal, text(quoted(name), " does not hold the mask that was to be saved: ", what...,
                                         " Save again, to another disk if it happens twice."));
    };
    const auto back = readMask(file);
    if (!back) return std::unexpected(back.error());
    const auto &was = labels.geometry(), &is = back->labels.geometry();
    if (is.size() != was.size())
        return differs("its grid has ", is.size()[0], " x ", is.size()[1], " x ", is.size()[2], " voxels, not ",
                       was.size()[0], " x ", was.size()[1], " x ", was.size()[2], ".");
    for (int corner = 0; corner < 8; ++corner) {
        const auto at = [&](int axis) { return (corner >> axis & 1) != 0 ? was.size()[std::size_t(axis)] - 1 : 0; };
        const Index3 voxel{at(0), at(1), at(2)};
        if (!(length(was.toWorld(voxel) - is.toWorld(voxel)) <= kToleranceMm))
            return differs("a corner lies at ", point(is.toWorld(voxel)), " mm, not at ", point(was.toWorld(voxel)),
                           " mm.");
    }
    if (!is.sameGrid(was, kToleranceMm)) return differs("its voxels have another thickness.");
    if (std::memcmp(back->labels.data(), labels.data(), labels.voxels().size_bytes()) != 0) {
        std::int64_t different = 0;
        for (std::size_t n = 0; n < labels.voxels().size(); ++n)
            different += back->labels.voxels()[n] != labels.voxels()[n];
        return differs(different, " voxels differ.");
    }
    if (back->schemeId != scheme.id())
        return differs("it states the label scheme \"", back->schemeId, "\", not \"", scheme.id(), "\".");
    return {};
}

Result<SaveReport> saveMask(const fs::path &path, const LabelVolume &labels, const LabelScheme &scheme,
                            const SaveOptions &options)
try {
    const std::string name = lowerCase(path.filename().string());
    const auto ends = [&](std::string_view ending) { return name.size() > ending.size() && name.ends_with(ending); };
    if (!ends(".nii") && !ends(".nii.gz") && !ends(".nrrd") && !ends(".mha"))
        return fail(Errc::InvalidArgument, text(quoted(path), " has an ending that masks are not saved with. Use "
                                                              ".nii.gz, .nii, .seg.nrrd, .nrrd or .mha."));
    const auto fits = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
    if (scheme.id().size() > kLongestId || !std::ranges::all_of(scheme.id(), fits))
        return fail(Errc::InvalidArgument,
                    text("The label scheme \"", scheme.id().substr(0, 100), "\" cannot be written into ", quoted(path),
                         ". Its id may have up to ", kLongestId, " letters, digits, '-', '_' and '.'."));
    std::error_code error;
    if (fs::is_directory(path, error))
        return fail(Errc::InvalidArgument, text(quoted(path), " is a folder. Choose another name for the mask."));

    SaveReport report;
    report.path = path;
    for (const auto &label : scheme.labels())
        report.voxels[label.value] = 0;
    std::array<std::int64_t, 256> counts{};
    for (const Label value : labels.voxels())
        ++counts[value];
    for (std::size_t value = 1; value < counts.size(); ++value) {
        if (counts[value] == 0) continue;
        report.voxels[Label(value)] = counts[value];
        if (!scheme.label(Label(value)))
            report.remarks.push_back(text(counts[value], " voxels have the value ", value, ", which the scheme ",
                                          scheme.id(), " does not have; they were saved as they are."));
    }

    const Staging staging(path);
    if (!fs::create_directory(staging.folder, error))
        return fail(error == std::errc::no_space_on_device ? Errc::DiskFull : Errc::Io,
                    text(quoted(path), " cannot be saved there (", error.message(),
                         "). Choose another folder or ask for the right to write."));
    Result<void> written;
    if (ends(".seg.nrrd")) {
        const SegNrrdOptions fields{.description = options.description, .schemeId = scheme.id()};
        written =
            writeSegNrrd(staging.file, labels,
                         options.segments.empty() ? segmentsOf(scheme, options.status) : options.segments, fields);
    } else {
        written = writeLabels(staging.file, labels, {.description = options.description, .schemeId = scheme.id()});
    }
    if (!written) return std::unexpected(staging.named(written.error(), path));
    if (options.beforeReadBack) options.beforeReadBack(staging.file);
    if (const auto same = verifyMask(staging.file, labels, scheme, path); !same) {
        auto told = staging.named(same.error(), path);
        told.message += " The old file is untouched.";
        return std::unexpected(std::move(told));
    }
    const auto hash = sha256OfFile(staging.file);
    if (!hash) return std::unexpected(staging.named(hash.error(), path));
    report.sha256 = *hash;
    report.bytes = std::uint64_t(fs::file_size(staging.file, error));
    if (const auto done = commitPart(staging.file, path); !done)
        return std::unexpected(staging.named(done.error(), path));
    return report;
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory,
                text("There is not enough memory to save ", quoted(path), ". The old file is untouched."));
}

} // namespace glio::io
