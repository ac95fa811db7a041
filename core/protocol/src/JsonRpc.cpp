#include "glioscope/protocol/JsonRpc.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace glio::protocol {
namespace {

using nlohmann::json;

constexpr int kFirstErrcCode = -32020;
constexpr Errc kAllErrc[] = {Errc::InvalidArgument, Errc::Unsupported,   Errc::Geometry,     Errc::Io,
                             Errc::DiskFull,        Errc::ModelMismatch, Errc::ModelDamaged, Errc::OutOfMemory,
                             Errc::Cancelled,       Errc::EngineLost};
constexpr int kDeepest = 64;

// The parser's tree is copied and freed recursively: a body of brackets alone would overflow the stack.
bool tooDeep(std::string_view body)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"')
            inString = true;
        else if (c == '[' || c == '{') {
            if (++depth > kDeepest) return true;
        } else if (c == ']' || c == '}')
            --depth;
    }
    return false;
}

std::unexpected<BadMessage> bad(RequestId id, int code, std::string sentence)
{
    return std::unexpected(BadMessage{std::move(id), RpcError{code, std::move(sentence), Errc::InvalidArgument}});
}

Message::Json shared(json value) { return std::make_shared<const json>(std::move(value)); }

std::string text(const json &value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

} // namespace

std::string describe(const RequestId &id)
{
    if (const auto *number = std::get_if<std::int64_t>(&id)) return std::to_string(*number);
    if (const auto *name = std::get_if<std::string>(&id)) return '"' + *name + '"';
    return "null";
}

int rpcCode(Errc code)
{
    const auto found = std::ranges::find(kAllErrc, code);
    return found == std::end(kAllErrc) ? int(InternalError) : kFirstErrcCode - int(found - std::begin(kAllErrc));
}

RpcError rpcError(const Error &error) { return {rpcCode(error.code), error.message, error.code}; }

Error toError(const RpcError &error) { return {error.errc, error.message}; }

json toJson(const RequestId &id)
{
    if (const auto *number = std::get_if<std::int64_t>(&id)) return *number;
    if (const auto *name = std::get_if<std::string>(&id)) return *name;
    return nullptr;
}

Result<RequestId> requestIdFromJson(const json &value)
{
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t(INT64_MAX))
        return fail(Errc::InvalidArgument, "The id is too large a number.");
    if (value.is_number_integer()) return RequestId(value.get<std::int64_t>());
    if (value.is_string() && value.get_ref<const std::string &>().size() <= 128)
        return RequestId(value.get<std::string>());
    return fail(Errc::InvalidArgument, "The id is neither a whole number nor a string of at most 128 bytes.");
}

std::expected<Message, BadMessage> parseMessage(std::string_view body)
{
    if (tooDeep(body)) return bad({}, ParseError, "The message is nested deeper than 64 levels.");
    json root = json::parse(body, nullptr, false);
    if (root.is_discarded()) return bad({}, ParseError, "The message is not valid JSON.");
    if (root.is_array()) return bad({}, InvalidRequest, "Batches are not supported; send one message at a time.");
    if (!root.is_object()) return bad({}, InvalidRequest, "The message is not a JSON object.");

    Message message;
    const bool hasId = root.contains("id");
    const bool hasMethod = root.contains("method");
    if (hasId && !(root["id"].is_null() && !hasMethod)) {
        auto id = requestIdFromJson(root["id"]);
        if (!id) return bad({}, InvalidRequest, id.error().message);
        message.id = std::move(*id);
    }
    const auto version = root.find("jsonrpc");
    if (version == root.end() || *version != "2.0")
        return bad(message.id, InvalidRequest, "The member jsonrpc is not \"2.0\".");

    if (hasMethod) {
        if (!root["method"].is_string()) return bad(message.id, InvalidRequest, "The member method is not a string.");
        message.kind = hasId ? Message::Kind::Request : Message::Kind::Notification;
        message.method = root["method"].get<std::string>();
        json params = root.contains("params") ? std::move(root["params"]) : json::object();
        if (!params.is_object() && !params.is_array())
            return bad(message.id, InvalidRequest, "The member params is neither an object nor an array.");
        message.params = shared(std::move(params));
        message.result = shared(nullptr);
        return message;
    }
    if (!hasId) return bad({}, InvalidRequest, "The message has neither a method nor an id.");
    message.params = shared(nullptr);
    if (const auto error = root.find("error"); error != root.end()) {
        if (!error->is_object()) return bad(message.id, InvalidRequest, "The member error is not an object.");
        message.kind = Message::Kind::ErrorReply;
        message.result = shared(nullptr);
        if (error->contains("code") && (*error)["code"].is_number_integer())
            message.error.code = (*error)["code"].get<int>();
        if (error->contains("message") && (*error)["message"].is_string())
            message.error.message = (*error)["message"].get<std::string>();
        std::string name;
        if (error->contains("data") && (*error)["data"].is_object() && (*error)["data"].contains("errc") &&
            (*error)["data"]["errc"].is_string())
            name = (*error)["data"]["errc"].get<std::string>();
        for (const Errc code : kAllErrc) // the name first; the number for a peer that sends no data
            if (name.empty() ? rpcCode(code) == message.error.code : name == errcName(code)) message.error.errc = code;
        return message;
    }
    if (!root.contains("result"))
        return bad(message.id, InvalidRequest, "The reply has neither a result nor an error.");
    message.kind = Message::Kind::Reply;
    message.result = shared(std::move(root["result"]));
    return message;
}

std::string requestText(const RequestId &id, std::string_view method, const json &params)
{
    return text({{"jsonrpc", "2.0"}, {"id", toJson(id)}, {"method", method}, {"params", params}});
}

std::string notificationText(std::string_view method, const json &params)
{
    return text({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
}

std::string replyText(const RequestId &id, const json &result)
{
    return text({{"jsonrpc", "2.0"}, {"id", toJson(id)}, {"result", result}});
}

std::string errorText(const RequestId &id, const RpcError &error)
{
    return text(
        {{"jsonrpc", "2.0"},
         {"id", toJson(id)},
         {"error", {{"code", error.code}, {"message", error.message}, {"data", {{"errc", errcName(error.errc)}}}}}});
}

} // namespace glio::protocol
