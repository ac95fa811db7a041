#pragma once
#include "glioscope/base/Error.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace glio::protocol {

/// A request's id, chosen by the caller: a whole number or a string. monostate is JSON's null: the reply to something
/// whose id could not be read.
using RequestId = std::variant<std::monostate, std::int64_t, std::string>;
std::string describe(const RequestId &id); ///< for logs

/// JSON-RPC 2.0 codes, our own of the transport, and one a meaning of Errc (`rpcCode`).
enum RpcCode : int {
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    InternalError = -32603,
    NotInitialized = -32002,
    MessageTooLarge = -32003
};

/// The error member of a reply. `data.errc` on the wire is the Errc's name, so a client need not know the numbers.
struct RpcError {
    int code = InternalError;
    std::string message;
    Errc errc = Errc::Internal;
};

/// InvalidArgument -32020, Unsupported -32021, Geometry -32022, Io -32023, DiskFull -32024, ModelMismatch -32025,
/// ModelDamaged -32026, OutOfMemory -32027, Cancelled -32028, EngineLost -32029, Internal -32603.
int rpcCode(Errc code);
RpcError rpcError(const Error &error);
/// The reply's error as ours: by `data.errc`, else by its number, else Internal.
Error toError(const RpcError &error);

/// One message as it came; `params` and `result` are never null pointers (JSON null when absent).
struct Message {
    enum class Kind { Request, Notification, Reply, ErrorReply };
    using Json = std::shared_ptr<const nlohmann::json>;
    Kind kind = Kind::Notification;
    RequestId id;
    std::string method;
    Json params, result;
    RpcError error;
};

/// What was wrong with a message, and the id to answer it with (null when it could not be read).
struct BadMessage {
    RequestId id;
    RpcError error;
};

/// Reads one body. Never throws; refuses nesting deeper than 64 and batches (InvalidRequest).
std::expected<Message, BadMessage> parseMessage(std::string_view body);

/// Bodies, without framing. Bytes that are not UTF-8 are replaced, so these never throw for content.
std::string requestText(const RequestId &id, std::string_view method, const nlohmann::json &params);
std::string notificationText(std::string_view method, const nlohmann::json &params);
std::string replyText(const RequestId &id, const nlohmann::json &result);
std::string errorText(const RequestId &id, const RpcError &error);

nlohmann::json toJson(const RequestId &id);
/// Errors: InvalidArgument for what is neither a whole number nor a string of at most 128 bytes.
Result<RequestId> requestIdFromJson(const nlohmann::json &json);

} // namespace glio::protocol
