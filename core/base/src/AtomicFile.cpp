#include "glioscope/base/AtomicFile.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace glio {
namespace {

Error systemError(const std::filesystem::path &path, const char *what, int number)
{
    if (number == ENOSPC || number == EDQUOT)
        return {Errc::DiskFull, path.string() + ": the disk is full. Free some space and try again."};
    if (number == EFBIG)
        return {Errc::DiskFull, path.string() + ": no file may grow that large here. Raise the limit and try again."};
    return {Errc::Io, path.string() + ": " + what + " (" + std::strerror(number) + ")."};
}

} // namespace

std::filesystem::path partPath(const std::filesystem::path &path)
{
    static std::atomic<unsigned> counter{0};
    const auto name = "." + path.filename().string() + "." + std::to_string(getpid()) + "-" + std::to_string(counter++);
    return path.parent_path() / (name + ".part");
}

Result<void> commitPart(const std::filesystem::path &part, const std::filesystem::path &path)
{
    const auto giveUp = [&](const char *what) -> Result<void> {
        const Error error = systemError(path, what, errno);
        std::error_code ignored;
        std::filesystem::remove(part, ignored);
        return std::unexpected(error);
    };
    const int file = open(part.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return giveUp("the new file could not be opened again");
    const bool synced = fsync(file) == 0;
    close(file);
    if (!synced) return giveUp("the new file could not be written to the disk");
    if (rename(part.c_str(), path.c_str()) != 0) return giveUp("the new file could not take its place");

    // Without this the rename itself may be lost with the power. Some network drives refuse it: the data is safe
    // anyway.
    const auto folder = path.parent_path().empty() ? std::filesystem::path(".") : path.parent_path();
    if (const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); directory >= 0) {
        fsync(directory);
        close(directory);
    }
    return {};
}

Result<void> writeFileAtomically(const std::filesystem::path &path, std::span<const std::byte> bytes)
{
    const auto part = partPath(path);
    const int file = open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return std::unexpected(systemError(path, "it cannot be written there", errno));
    std::size_t written = 0;
    while (written < bytes.size()) {
        const ssize_t n = write(file, bytes.data() + written, bytes.size() - written);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            const Error error = systemError(path, "writing stopped", n < 0 ? errno : EIO);
            close(file);
            unlink(part.c_str());
            return std::unexpected(error);
        }
        written += std::size_t(n);
    }
    if (close(file) != 0) {
        const Error error = systemError(path, "writing did not end well", errno);
        unlink(part.c_str());
        return std::unexpected(error);
    }
    return commitPart(part, path);
}

Result<void> writeFileAtomically(const std::filesystem::path &path, std::string_view text)
{
    return writeFileAtomically(path, std::as_bytes(std::span(text.data(), text.size())));
}

Result<std::string> readFile(const std::filesystem::path &path, std::size_t limitBytes)
{
    std::error_code code;
    if (std::filesystem::is_directory(path, code))
        return fail(Errc::Io, path.string() + ": this is a folder, not a file.");
    const auto size = std::filesystem::file_size(path, code);
    if (code) return fail(Errc::Io, path.string() + ": the file cannot be read (" + code.message() + ").");
    if (size > limitBytes)
        return fail(Errc::Io, path.string() + ": the file is larger than expected and was not read.");
    std::ifstream stream(path, std::ios::binary);
    std::string text(size, '\0');
    if (!stream || !stream.read(text.data(), std::streamsize(size)))
        return fail(Errc::Io, path.string() + ": the file cannot be read to its end.");
    return text;
}

} // namespace glio
