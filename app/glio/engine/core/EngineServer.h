#pragma once
#include "engine/core/Job.h"
#include "engine/core/Lane.h"
#include "engine/core/SegmentBackend.h"
#include "glioscope/protocol/Framing.h"

#include <map>
#include <memory>

namespace glio::engine {

/// The engine behind its pipes: bodies in, bodies out. Initialise first; every request gets exactly one reply; what
/// cannot be read is answered and survived. One heavy job (predict, prompt) at a time in its own thread, models and
/// estimate in another, everything else is answered at once in the caller's.
class EngineServer {
public:
    struct Options {
        int cancelGraceMs = 1500; ///< a cancelled job that still runs then is answered for; its result is dropped
    };

    /// `backend` must outlive the server.
    EngineServer(SegmentBackend &backend, Send send);
    EngineServer(SegmentBackend &backend, Send send, Options options);
    ~EngineServer(); ///< cancels what runs and waits for it; unanswered requests are answered Cancelled

    /// One finding of the frame parser. Thread: one at a time.
    void receive(const protocol::FrameEvent &event);
    /// True once "shutdown" was answered: nothing more will be.
    bool ended() const { return m_ended; }

private:
    using Answer = std::expected<nlohmann::json, protocol::RpcError>;
    using Handler = std::function<Answer(const nlohmann::json &params, Job &job)>;
    enum class Where { AtOnce, Light, Heavy };
    struct Method {
        Where where;
        Handler handler;
    };
    template <class Params, class Out>
    void bind(const char *name, Where where, std::function<Result<Out>(const Params &, Job &)> work);
    void bindMethods();

    void request(const protocol::Message &message);
    void notification(const protocol::Message &message);
    void run(const std::shared_ptr<Job> &job, const Handler &handler, const nlohmann::json &params);
    void forget(const Job &job);
    void cancel(const protocol::RequestId &id);
    void cancelAll(const Job *except);
    void watch(); // the watchdog's thread

    SegmentBackend &m_backend;
    const Send m_send;
    const Options m_options;
    std::map<std::string, Method, std::less<>> m_methods;
    bool m_initialized = false, m_ended = false;

    std::mutex m_mutex; // guards the four below
    std::map<protocol::RequestId, std::shared_ptr<Job>> m_live;
    std::vector<std::pair<Job::Clock::time_point, std::shared_ptr<Job>>> m_dying;
    std::condition_variable m_changed;
    bool m_stop = false;

    std::thread m_watchdog;
    std::unique_ptr<Lane> m_light, m_heavy; // last: their threads end first
};

/// "inference/predict": sequences are float32 (i fastest) in memory files, the answer's sections go into the output
/// file. The first look is announced by "job/firstResult" before further looks begin.
Result<protocol::PredictResult> predict(SegmentBackend &backend, const protocol::PredictParams &params, Job &job);

/// "inference/prompt": the mask is uint8 in a memory file, the labels of the answer's box go to the output's begin.
Result<protocol::PromptResult> prompt(SegmentBackend &backend, const protocol::PromptParams &params, Job &job);

/// A sequence out of its memory file. Errors: InvalidArgument, Io, OutOfMemory.
Result<ImageVolume> readSequence(const protocol::SequenceRef &sequence);

} // namespace glio::engine
