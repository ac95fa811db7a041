#pragma once
#include <expected>
#include <string>
#include <utility>

namespace glio {

/// What went wrong, by what a caller can do about it.
enum class Errc {
    InvalidArgument,
    Unsupported,
    Geometry,
    Io,
    DiskFull,
    ModelMismatch,
    ModelDamaged,
    OutOfMemory,
    Cancelled,
    EngineLost,
    Internal
};

/// The one error type. `message` is an English sentence that names the file or value, the reason and what to do;
/// it goes to the log and the command line. The window chooses its own translated text by `code`.
struct Error {
    Errc code = Errc::Internal;
    std::string message;
    friend bool operator==(const Error &, const Error &) = default;
};

template <class T> using Result = std::expected<T, Error>;

/// `return fail(Errc::Io, "...")` from any function that returns a Result.
inline std::unexpected<Error> fail(Errc code, std::string message)
{
    return std::unexpected(Error{code, std::move(message)});
}

/// The stable name used in JSON and in logs ("InvalidArgument", "Geometry", ...).
constexpr const char *errcName(Errc code)
{
    switch (code) {
    case Errc::InvalidArgument:
        return "InvalidArgument";
    case Errc::Unsupported:
        return "Unsupported";
    case Errc::Geometry:
        return "Geometry";
    case Errc::Io:
        return "Io";
    case Errc::DiskFull:
        return "DiskFull";
    case Errc::ModelMismatch:
        return "ModelMismatch";
    case Errc::ModelDamaged:
        return "ModelDamaged";
    case Errc::OutOfMemory:
        return "OutOfMemory";
    case Errc::Cancelled:
        return "Cancelled";
    case Errc::EngineLost:
        return "EngineLost";
    case Errc::Internal:
        break;
    }
    return "Internal";
}

} // namespace glio
