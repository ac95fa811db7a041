#include "ReaderArguments.h"

#include <algorithm>
#include <charconv>

namespace glio::bench {
namespace {

constexpr std::uint64_t kFirstSeed = 7001;
constexpr double kSmallestMl = 5, kPhantomSpacingMm = 2;
constexpr Size3 kPhantomSize{120, 120, 80};

double tumourMl(const ReaderCase &patient)
{
    const auto voxels = patient.truth.voxels();
    return double(std::int64_t(voxels.size()) - std::ranges::count(voxels, Label{0})) *
           patient.truth.geometry().voxelVolumeMm3() / 1000;
}

Result<int> wholeNumber(const std::string &text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 1)
        return fail(Errc::InvalidArgument, "'" + text + "' is no number of phantoms.");
    return number;
}

} // namespace

Result<ReaderArguments> readerArguments(int argc, const char *const *argv, const std::map<std::string, OwnOption> &own)
{
    ReaderArguments all;
    for (int n = 1; n < argc; ++n) {
        const std::string name = argv[n];
        if (name == "--json") {
            all.json = true;
            continue;
        }
        if (n + 1 == argc) return fail(Errc::InvalidArgument, "No value follows " + name + ".");
        const std::string value = argv[++n];
        if (const auto found = own.find(name); found != own.end()) {
            if (const auto done = found->second(value); !done) return std::unexpected(done.error());
        } else if (name == "--case") {
            all.cases.push_back({.folder = value});
        } else if (name == "--phantoms") {
            const auto number = wholeNumber(value);
            if (!number) return std::unexpected(number.error());
            all.phantoms = *number;
        } else if (all.cases.empty()) {
            return fail(Errc::InvalidArgument, name + " is not known, or comes before the --case that it belongs to.");
        } else if (name == "--truth") {
            all.cases.back().truth = value;
        } else if (name == "--prediction") {
            all.cases.back().prediction = value;
        } else if (name == "--scheme") {
            all.cases.back().scheme = value;
        } else {
            return fail(Errc::InvalidArgument, name + " is not known.");
        }
    }
    for (const CasePaths &paths : all.cases)
        if (paths.prediction.empty())
            return fail(Errc::InvalidArgument, paths.folder.string() + " needs the model's mask: --prediction FILE.");
    return all;
}

Result<void> forEachCase(const ReaderArguments &arguments, const std::function<Result<void>(ReaderCase &)> &visit)
{
    for (const CasePaths &paths : arguments.cases) {
        auto patient = readCase(paths);
        if (!patient) return std::unexpected(patient.error());
        if (auto done = visit(*patient); !done) return done;
    }
    int made = 0;
    for (std::uint64_t seed = kFirstSeed; arguments.cases.empty() && made < arguments.phantoms; ++seed) {
        auto patient = phantomCase(seed, kPhantomSize, kPhantomSpacingMm);
        if (!patient) return std::unexpected(patient.error());
        if (tumourMl(*patient) < kSmallestMl) continue;
        if (auto done = visit(*patient); !done) return done;
        ++made;
    }
    return {};
}

} // namespace glio::bench
