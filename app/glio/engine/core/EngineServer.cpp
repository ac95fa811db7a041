#include "engine/core/EngineServer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace glio::engine {
namespace {

using nlohmann::json;
using protocol::RpcError;

struct Nothing {};
json toJson(const Nothing &) { return json::object(); }

RpcError cancelledError() { return protocol::rpcError({Errc::Cancelled, "The work was cancelled."}); }

} // namespace

EngineServer::EngineServer(SegmentBackend &backend, Send send) : EngineServer(backend, std::move(send), Options{}) {}

EngineServer::EngineServer(SegmentBackend &backend, Send send, Options options)
    : m_backend(backend),
      m_send(std::move(send)),
      m_options(options),
      m_watchdog([this] { watch(); }),
      m_light(std::make_unique<Lane>()),
      m_heavy(std::make_unique<Lane>())
{
    bindMethods();
}

EngineServer::~EngineServer()
{
    cancelAll(nullptr);
    m_heavy.reset();
    m_light.reset();
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_changed.notify_all();
    m_watchdog.join();
}

template <class Params, class Out>
void EngineServer::bind(const char *name, Where where, std::function<Result<Out>(const Params &, Job &)> work)
{
    m_methods[name] = {where, [work = std::move(work)](const json &params, Job &job) -> Answer {
                           Params typed;
                           if constexpr (!std::is_same_v<Params, Nothing>) {
                               auto read = protocol::fromJson<Params>(params);
                               if (!read)
                                   return std::unexpected(
                                       RpcError{protocol::InvalidParams, read.error().message, Errc::InvalidArgument});
                               typed = std::move(*read);
                           }
                           const auto out = work(typed, job);
                           if (!out) return std::unexpected(protocol::rpcError(out.error()));
                           return toJson(*out);
                       }};
}

void EngineServer::bindMethods()
{
    using namespace protocol;
    bind<InitializeParams, InitializeResult>(
        method::initialize, Where::AtOnce, [this](const InitializeParams &params, Job &) -> Result<InitializeResult> {
            if (params.protocolVersion != kProtocolVersion)
                return fail(Errc::Unsupported, "This engine speaks protocol version " +
                                                   std::to_string(kProtocolVersion) + ", not " +
                                                   std::to_string(params.protocolVersion) +
                                                   "; install glioscope and glio of the same version.");
            if (m_initialized) return fail(Errc::InvalidArgument, "The engine is initialised already.");
            m_initialized = true;
            std::fprintf(stderr, "engine: initialised by %s\n", params.client.empty() ? "?" : params.client.c_str());
            return InitializeResult{kProtocolVersion,
                                    "glio",
                                    GLIO_VERSION,
                                    {"estimate", "predict", "looks", "prompt", "cancel"},
                                    m_backend.devices()};
        });
    bind<Nothing, Nothing>(method::ping, Where::AtOnce, [](const Nothing &, Job &) { return Result<Nothing>{}; });
    bind<Nothing, Nothing>(method::shutdown, Where::AtOnce, [this](const Nothing &, Job &job) {
        cancelAll(&job);
        m_ended = true;
        return Result<Nothing>{};
    });
    bind<Nothing, ModelsResult>(method::models, Where::Light,
                                [this](const Nothing &, Job &) { return m_backend.models(); });
    bind<EstimateParams, EstimateResult>(method::estimate, Where::Light, [this](const EstimateParams &params, Job &) {
        return m_backend.estimate(params);
    });
    bind<PredictParams, PredictResult>(method::predict, Where::Heavy, [this](const PredictParams &params, Job &job) {
        return predict(m_backend, params, job);
    });
    bind<PromptParams, PromptResult>(method::prompt, Where::Heavy, [this](const PromptParams &params, Job &job) {
        return prompt(m_backend, params, job);
    });
}

void EngineServer::receive(const protocol::FrameEvent &event)
{
    using Kind = protocol::FrameEvent::Kind;
    if (m_ended) return;
    if (event.kind != Kind::Body) {
        const int code = event.kind == Kind::TooLarge ? protocol::MessageTooLarge : protocol::ParseError;
        m_send(protocol::errorText({}, {code, event.text, Errc::InvalidArgument}));
        return;
    }
    const auto message = protocol::parseMessage(event.text);
    if (!message) {
        m_send(protocol::errorText(message.error().id, message.error().error));
        return;
    }
    switch (message->kind) {
    case protocol::Message::Kind::Request:
        request(*message);
        break;
    case protocol::Message::Kind::Notification:
        notification(*message);
        break;
    case protocol::Message::Kind::Reply:
    case protocol::Message::Kind::ErrorReply:
        break; // the engine asks nothing, so nobody waits for this
    }
}

void EngineServer::request(const protocol::Message &message)
{
    const auto found = m_methods.find(message.method);
    if (found == m_methods.end()) {
        m_send(protocol::errorText(message.id, {protocol::MethodNotFound,
                                                "There is no method named \"" + message.method.substr(0, 100) + "\".",
                                                Errc::Unsupported}));
        return;
    }
    const bool always = message.method == protocol::method::initialize || message.method == protocol::method::ping ||
                        message.method == protocol::method::shutdown;
    if (!m_initialized && !always) {
        m_send(protocol::errorText(
            message.id, {protocol::NotInitialized, "The first request must be initialize.", Errc::InvalidArgument}));
        return;
    }
    const auto job = std::make_shared<Job>(message.id, m_send);
    {
        const std::lock_guard lock(m_mutex);
        if (!m_live.emplace(message.id, job).second) {
            // Under the id itself this would be a second reply to the request that has it.
            m_send(protocol::errorText(
                {}, {protocol::InvalidRequest,
                     "The id " + protocol::describe(message.id) + " belongs to a request that is not answered yet.",
                     Errc::InvalidArgument}));
            return;
        }
    }
    const Method &method = found->second;
    if (method.where == Where::AtOnce) {
        run(job, method.handler, *message.params);
        return;
    }
    Lane &lane = method.where == Where::Light ? *m_light : *m_heavy;
    const bool added = lane.add([this, job, &method, params = message.params] { run(job, method.handler, *params); });
    if (!added) {
        job->replyError(protocol::rpcError({Errc::Unsupported, "Too many requests are waiting already."}));
        forget(*job);
    }
}

void EngineServer::run(const std::shared_ptr<Job> &job, const Handler &handler, const json &params)
{
    Answer answer;
    job->start();
    if (job->cancelled()) {
        answer = std::unexpected(cancelledError());
    } else {
        try {
            answer = handler(params, *job);
        } catch (const std::bad_alloc &) {
            answer = std::unexpected(protocol::rpcError({Errc::OutOfMemory, "There is not enough memory for this."}));
        } catch (const std::exception &error) {
            answer = std::unexpected(protocol::rpcError({Errc::Internal, error.what()}));
        }
    }
    if (!answer && answer.error().errc != Errc::Cancelled)
        std::fprintf(stderr, "engine: request %s: %s: %s\n", protocol::describe(job->id()).c_str(),
                     errcName(answer.error().errc), answer.error().message.c_str());
    // Forgotten first: who has the reply may use the id again at once.
    forget(*job);
    answer ? job->reply(*answer) : job->replyError(answer.error());
}

void EngineServer::forget(const Job &job)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_live.find(job.id());
    if (found != m_live.end() && found->second.get() == &job) m_live.erase(found);
}

void EngineServer::notification(const protocol::Message &message)
{
    if (message.method != protocol::method::cancel) return; // unknown notifications are ignored, as JSON-RPC wants
    if (const auto params = protocol::fromJson<protocol::CancelParams>(*message.params))
        cancel(params->id);
    else
        std::fprintf(stderr, "engine: $/cancel: %s\n", params.error().message.c_str());
}

void EngineServer::cancel(const protocol::RequestId &id)
{
    std::shared_ptr<Job> job;
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_live.find(id);
        if (found == m_live.end() || found->second->cancelled()) return; // answered already, or never asked
        job = found->second;
        job->cancel();
        if (job->started())
            m_dying.emplace_back(Job::Clock::now() + std::chrono::milliseconds(m_options.cancelGraceMs), job);
        else
            m_live.erase(found); // waits behind another: nothing has to stop, so it is answered now
    }
    if (job->started())
        m_changed.notify_all();
    else
        job->replyError(cancelledError());
}

void EngineServer::cancelAll(const Job *except)
{
    std::vector<std::shared_ptr<Job>> jobs;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[id, job] : m_live)
            if (job.get() != except) jobs.push_back(job);
        for (const auto &job : jobs)
            m_live.erase(job->id());
    }
    for (const auto &job : jobs) {
        job->cancel();
        job->replyError(cancelledError());
    }
}

void EngineServer::watch()
{
    std::unique_lock lock(m_mutex);
    while (!m_stop) {
        const auto next = std::ranges::min_element(m_dying, {}, [](const auto &entry) { return entry.first; });
        if (next == m_dying.end()) {
            m_changed.wait(lock);
            continue;
        }
        const auto until = next->first; // by value: the list may change while waiting
        if (m_changed.wait_until(lock, until) != std::cv_status::timeout) continue;
        const auto now = Job::Clock::now();
        std::vector<std::shared_ptr<Job>> late;
        std::erase_if(m_dying, [&](const auto &entry) {
            if (entry.first > now) return false;
            late.push_back(entry.second);
            return true;
        });
        for (const auto &job : late)
            if (const auto found = m_live.find(job->id()); found != m_live.end() && found->second == job)
                m_live.erase(found);
        lock.unlock();
        for (const auto &job : late)
            job->replyError(cancelledError());
        lock.lock();
    }
}

} // namespace glio::engine
