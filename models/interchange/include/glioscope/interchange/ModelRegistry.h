#pragma once
#include "glioscope/interchange/ModelFile.h"

namespace glio::interchange {

enum class ModelSource { Bundled, User };

struct InstalledModel {
    ModelFile file;
    ModelSource source = ModelSource::Bundled;
};
struct BrokenModel {
    std::filesystem::path directory;
    Error error;
};
struct ModelList {
    std::vector<InstalledModel> models; ///< the user's first, then bundled ones of other names; each by name
    std::vector<BrokenModel> broken;    ///< folders that hold a model.json that cannot be used
};

/// The models on this machine: resourceDir()/models/* (bundled) and dataHome()/models/* (the user's, which win by
/// name).
class ModelRegistry {
public:
    ModelRegistry(); ///< the folders above
    ModelRegistry(std::filesystem::path bundled, std::filesystem::path user);

    ModelList list() const;
    /// `nameOrDirectory`: an installed name, or a folder that holds model.json; "" = the default model (the one
    /// called "default" in bundled/default.txt, else the first bundled, else the user's first).
    /// Errors: InvalidArgument (no such model; the sentence lists those there are) and those of ModelFile::open.
    Result<ModelFile> find(const std::string &nameOrDirectory) const;
    /// Verifies the weights, then copies the folder's two files and card into the user's models, whole or not at all.
    /// Errors: those of ModelFile, InvalidArgument (an installed one has that name and `replace` is false), DiskFull.
    Result<ModelFile> install(const std::filesystem::path &directory, bool replace = false) const;
    /// Errors: InvalidArgument (not there, or bundled: those stay).
    Result<void> remove(const std::string &name) const;

private:
    std::filesystem::path m_bundled, m_user;
};

} // namespace glio::interchange
