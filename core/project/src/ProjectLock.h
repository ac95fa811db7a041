#pragma once
#include "glioscope/project/ProjectTypes.h"

#include <memory>
#include <optional>

namespace glio::project {

/// The hold on a project: an open-file-description lock on `project.lock`, which ends with the process however that
/// ends. The holder's name lies in the file.
class ProjectLock {
public:
    struct Outcome {
        std::unique_ptr<ProjectLock> lock; ///< null: not ours
        std::optional<Holder> holder;      ///< then by whom, where that is known
        std::string sentence;              ///< then why
    };
    static Outcome take(const std::filesystem::path &folder, const Holder &us);
    ~ProjectLock();
    ProjectLock(const ProjectLock &) = delete;
    ProjectLock &operator=(const ProjectLock &) = delete;

    /// The file that is locked is still the one with the name.
    bool isInPlace() const;

private:
    ProjectLock(int file, std::filesystem::path path) : m_file(file), m_path(std::move(path)) {}
    int m_file;
    std::filesystem::path m_path;
};

/// "by Ada on ws3 since 2026-11-25 08:19"; local time.
std::string holderText(const Holder &holder);
std::string hostName();

} // namespace glio::project
