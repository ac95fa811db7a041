#include "glioscope/interchange/ModelRegistry.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Paths.h"

#include <algorithm>

namespace glio::interchange {
namespace {
namespace fs = std::filesystem;

void collect(const fs::path &folder, ModelSource source, ModelList &list)
{
    std::error_code code;
    std::vector<fs::path> directories;
    for (const auto &entry : fs::directory_iterator(folder, code)) {
        std::error_code ignored;
        const bool hidden = entry.path().filename().string().starts_with('.'); // a half-made one of another process
        if (!hidden && fs::exists(entry.path() / "model.json", ignored)) directories.push_back(entry.path());
    }
    std::ranges::sort(directories);
    for (const fs::path &directory : directories) {
        auto file = ModelFile::open(directory);
        if (!file) {
            list.broken.push_back({directory, file.error()});
            continue;
        }
        const auto sameName = [&](const InstalledModel &known) { return known.file.info().name == file->info().name; };
        if (std::ranges::none_of(list.models, sameName)) list.models.push_back({*std::move(file), source});
    }
}
} // namespace

ModelRegistry::ModelRegistry() : ModelRegistry(resourceDir() / "models", dataHome() / "models") {}
ModelRegistry::ModelRegistry(fs::path bundled, fs::path user) : m_bundled(std::move(bundled)), m_user(std::move(user))
{
}

ModelList ModelRegistry::list() const
{
    ModelList list;
    collect(m_user, ModelSource::User, list);
    collect(m_bundled, ModelSource::Bundled, list);
    return list;
}

Result<ModelFile> ModelRegistry::find(const std::string &nameOrDirectory) const
{
    std::error_code code;
    if (nameOrDirectory.find('/') != std::string::npos || nameOrDirectory == "." || nameOrDirectory == ".." ||
        fs::exists(fs::path(nameOrDirectory) / "model.json", code)) {
        if (!nameOrDirectory.empty()) return ModelFile::open(nameOrDirectory);
    }
    ModelList all = list();
    if (nameOrDirectory.empty()) {
        if (const auto chosen = readFile(m_bundled / "default.txt", 4096)) {
            const std::string name = chosen->substr(0, chosen->find_first_of(" \r\n"));
            for (InstalledModel &model : all.models)
                if (model.file.info().name == name) return std::move(model.file);
        }
        const auto bundled = std::ranges::find(all.models, ModelSource::Bundled, &InstalledModel::source);
        if (bundled != all.models.end()) return std::move(bundled->file);
        if (!all.models.empty()) return std::move(all.models.front().file);
        return fail(Errc::InvalidArgument, "No model is installed. Install one with: glio models install FOLDER.");
    }
    std::string names;
    for (InstalledModel &model : all.models) {
        if (model.file.info().name == nameOrDirectory) return std::move(model.file);
        names += (names.empty() ? "" : ", ") + model.file.info().name;
    }
    for (const BrokenModel &broken : all.broken)
        if (broken.directory.filename() == nameOrDirectory) return std::unexpected(broken.error);
    return fail(Errc::InvalidArgument, "There is no model called '" + nameOrDirectory + "'. " +
                                           (names.empty() ? "None is installed." : "There are: " + names + "."));
}

Result<ModelFile> ModelRegistry::install(const fs::path &directory, bool replace) const
{
    const auto source = ModelFile::open(directory);
    if (!source) return source;
    if (const auto weights = source->weights(); !weights) return std::unexpected(weights.error());
    const fs::path target = m_user / source->info().name;
    std::error_code code;
    if (fs::equivalent(directory, target, code)) return source;
    if (fs::exists(target, code) && !replace)
        return fail(Errc::InvalidArgument, "A model called '" + source->info().name +
                                               "' is already installed. Remove it first, or install with --replace.");
    const fs::path part = partPath(target), old = partPath(target);
    fs::create_directories(part, code);
    for (const char *name : {"model.json", "", "README.md", "card.md", "LICENSE"}) {
        const std::string file = *name ? name : source->info().weightsFile;
        if (!code && fs::exists(directory / file)) fs::copy_file(directory / file, part / file, code);
    }
    if (!code && fs::exists(target)) fs::rename(target, old, code);
    if (!code) fs::rename(part, target, code);
    std::error_code ignored;
    if (code) {
        if (!fs::exists(target, ignored) && fs::exists(old, ignored)) fs::rename(old, target, ignored);
        fs::remove_all(part, ignored);
        const bool full = code == std::errc::no_space_on_device;
        return fail(full ? Errc::DiskFull : Errc::Io,
                    target.string() + ": the model cannot be put there (" + code.message() + ").");
    }
    fs::remove_all(old, ignored);
    auto installed = ModelFile::open(target);
    if (installed)
        if (const auto weights = installed->weights(); !weights) return std::unexpected(weights.error());
    return installed;
}

Result<void> ModelRegistry::remove(const std::string &name) const
{
    for (const InstalledModel &model : list().models) {
        if (model.file.info().name != name) continue;
        if (model.source == ModelSource::Bundled)
            return fail(Errc::InvalidArgument,
                        "The model '" + name + "' belongs to the program and cannot be removed.");
        std::error_code code;
        const fs::path gone = partPath(model.file.directory());
        fs::rename(model.file.directory(), gone, code); // out of sight in one step
        if (!code) fs::remove_all(gone, code);
        if (code)
            return fail(Errc::Io, model.file.directory().string() + ": it cannot be removed (" + code.message() + ").");
        return {};
    }
    return fail(Errc::InvalidArgument, "There is no model called '" + name + "' to remove.");
}

} // namespace glio::interchange
