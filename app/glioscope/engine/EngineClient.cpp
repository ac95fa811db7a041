#include "engine/EngineClient.h"

#include "engine/EngineProcess.h"

#include <QPointer>
#include <QPromise>
#include <QThreadPool>

#include <nlohmann/json.hpp>

#include <cstring>
#include <map>

namespace glio::client {
namespace {

using nlohmann::json;
using protocol::Message;
using protocol::PredictResult;
using protocol::SharedMemory;
using MemoryFiles = std::vector<SharedMemory>;

Error lostError(const QString &reason) { return {Errc::EngineLost, reason.toStdString()}; }

Error cancelledError() { return {Errc::Cancelled, "The work was cancelled."}; }

/// Runs `work` in the pool and `then(result)` in `context`'s thread, or never when `context` is gone by then.
template <class Work, class Then> void inPool(QThreadPool &pool, QObject *context, Work work, Then then)
{
    using Out = std::invoke_result_t<Work>;
    auto promise = std::make_shared<QPromise<Out>>();
    promise->start();
    promise->future().then(context, [then = std::move(then)](const Out &out) mutable { then(out); });
    pool.start([promise, work = std::move(work)]() mutable {
        promise->addResult(work());
        promise->finish();
    });
}

/// Voxels into memory files, the output's last.
struct Prepared {
    MemoryFiles inputs, output;
    protocol::PredictParams params;
};

Geometry gridOf(const PredictRequest &request)
{
    if (request.referenceGrid) return *request.referenceGrid;
    std::vector<Sequence> sequences;
    for (const auto &input : request.sequences)
        sequences.push_back(input.sequence);
    const int reference = protocol::referenceOf(sequences);
    return reference < 0 ? Geometry{} : request.sequences[std::size_t(reference)].image.geometry();
}

Result<Prepared> prepare(const PredictRequest &request)
{
    if (request.sequences.empty()) return fail(Errc::InvalidArgument, "There is no sequence to segment.");
    Prepared out;
    auto &params = out.params;
    params.model = request.model;
    params.referenceGrid = gridOf(request);
    params.looks = request.looks;
    params.lookKind = request.lookKind;
    params.device = request.device;
    params.precision = request.precision;
    params.overlap = request.overlap;
    params.memoryLimitBytes = request.memoryLimitBytes;
    for (const auto &input : request.sequences) {
        const auto bytes = std::as_bytes(input.image.voxels());
        auto memory = SharedMemory::create("glioscope-sequence", std::int64_t(bytes.size()));
        if (!memory) return std::unexpected(memory.error());
        std::memcpy(memory->bytes().data(), bytes.data(), bytes.size());
        params.sequences.push_back({input.sequence, input.image.geometry(), memory->ref()});
        out.inputs.push_back(std::move(*memory));
    }
    auto output = SharedMemory::create("glioscope-result", protocol::outputBytes(params.referenceGrid->voxelCount()));
    if (!output) return std::unexpected(output.error());
    params.output = output->ref();
    out.output.push_back(std::move(*output));
    return out;
}

Result<std::vector<Volume<std::uint8_t>>> copySection(const PredictResult &result, const char *name,
                                                      const Geometry &grid, const SharedMemory &memory)
{
    const protocol::OutputSection *section = result.section(name);
    if (!section) return std::vector<Volume<std::uint8_t>>{};
    const auto all = memory.bytes();
    const std::int64_t voxels = grid.voxelCount();
    if (section->bytes != voxels * section->classes || section->offset > std::int64_t(all.size()) - section->bytes)
        return fail(Errc::Internal, std::string("The engine's section ") + name + " does not fit the grid.");
    std::vector<Volume<std::uint8_t>> volumes;
    const auto *from = reinterpret_cast<const std::uint8_t *>(all.data()) + section->offset;
    for (int n = 0; n < section->classes; ++n, from += voxels)
        volumes.emplace_back(grid, std::vector<std::uint8_t>(from, from + voxels));
    return volumes;
}

/// `first`: what was copied already, or null. Section by section; those that are not there stay empty.
Result<SegmentationPtr> assemble(const PredictResult &result, const Geometry &grid, const SharedMemory &memory,
                                 const SegmentationPtr &first)
try {
    auto out = std::make_shared<SegmentationResult>();
    if (first) *out = *first; // shares the voxels
    out->report = result;
    if (!result.grid.sameGrid(grid)) return fail(Errc::Internal, "The engine's answer lies on another grid.");
    const auto take = [&](const char *name, std::vector<Volume<std::uint8_t>> &into) -> Result<void> {
        auto volumes = copySection(result, name, grid, memory);
        if (!volumes) return std::unexpected(volumes.error());
        into = std::move(*volumes);
        return {};
    };
    std::vector<Volume<std::uint8_t>> labels, entropy, information;
    Result<void> taken;
    if (!first) {
        taken = take("labels", labels);
        if (taken) taken = take("probabilities", out->probabilities.classes);
        if (taken && (labels.size() != 1 || out->probabilities.empty()))
            return fail(Errc::Internal, "The engine's answer holds no labels.");
        if (taken) out->labels = labels.front();
        out->probabilities.schemeId = result.schemeId;
    }
    if (taken) taken = take("mean", out->mean.classes);
    if (taken) taken = take("votes", out->votes);
    if (taken) taken = take("entropyPercent", entropy);
    if (taken) taken = take("mutualInformationPercent", information);
    if (!taken) return std::unexpected(taken.error());
    out->mean.schemeId = result.schemeId;
    if (entropy.size() == 1) out->entropyPercent = entropy.front();
    if (information.size() == 1) out->mutualInformationPercent = information.front();
    return SegmentationPtr(std::move(out));
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory, "There is not enough memory for the result.");
}

} // namespace

struct EngineClient::Impl {
    /// A request from its making to its answer.
    struct Request {
        std::string text; // the body; empty while voxels are being copied
        bool sent = false;
        std::function<void(const Result<Message::Json> &)> answered;
    };
    /// A segmentation: its request, its memory, its results on their way.
    struct Job {
        QPointer<PredictJob> handle;
        Geometry grid;
        MemoryFiles inputs, output;
        SegmentationPtr first;
        bool cancelled = false;
        bool assembling = false;                     // the first result is being copied
        std::optional<Result<PredictResult>> answer; // waits for that
    };

    Impl(EngineClient *client, Options options) : q(client), process(std::move(options), nullptr)
    {
        pool.setMaxThreadCount(1); // one after another: requests reach the engine in the order they were made
        connect(&process, &EngineProcess::stateChanged, q, [this](EngineState state) {
            if (state == EngineState::Ready) sendWaiting();
            emit q->stateChanged(state);
        });
        connect(&process, &EngineProcess::logLine, q, &EngineClient::logLine);
        connect(&process, &EngineProcess::lost, q, [this](const QString &reason) { lose(reason); });
        connect(&process, &EngineProcess::received, q, [this](const Message &message) { receive(message); });
    }

    qint64 ask(std::string_view method, const json &params, std::function<void(const Result<Message::Json> &)> answered)
    {
        const qint64 id = nextId++;
        requests[id] = {protocol::requestText(id, method, params), false, std::move(answered)};
        pass(id);
        return id;
    }

    /// Sends it, keeps it, or answers it later when there will be no engine.
    void pass(qint64 id)
    {
        if (process.state() == EngineState::Ready) {
            auto &request = requests.at(id);
            request.sent = true;
            process.send(request.text);
        } else if (process.state() == EngineState::Stopped) {
            QMetaObject::invokeMethod(
                q,
                [this, id] {
                    if (process.state() == EngineState::Stopped)
                        answer(id, std::unexpected(lostError(stoppedReason())));
                },
                Qt::QueuedConnection);
        }
    }

    QString stoppedReason() const
    {
        return process.stopReason().isEmpty() ? QStringLiteral("The engine is not running.") : process.stopReason();
    }

    void sendWaiting()
    {
        std::vector<qint64> waiting;
        for (const auto &[id, request] : requests)
            if (!request.sent && !request.text.empty()) waiting.push_back(id);
        for (const qint64 id : waiting)
            if (requests.contains(id)) pass(id);
    }

    void answer(qint64 id, const Result<Message::Json> &result)
    {
        const auto found = requests.find(id);
        if (found == requests.end()) return;
        const auto answered = std::move(found->second.answered);
        requests.erase(found);
        answered(result);
    }

    void lose(const QString &reason)
    {
        const bool all = process.state() == EngineState::Stopped || stopping;
        std::vector<qint64> lost;
        for (const auto &[id, request] : requests)
            if (request.sent || all) lost.push_back(id);
        for (const qint64 id : lost)
            answer(id, std::unexpected(lostError(reason)));
    }

    void receive(const Message &message)
    {
        using Kind = Message::Kind;
        if (message.kind == Kind::Reply || message.kind == Kind::ErrorReply) {
            const auto *id = std::get_if<std::int64_t>(&message.id);
            if (!id) return;
            if (message.kind == Kind::Reply)
                answer(*id, message.result);
            else
                answer(*id, std::unexpected(protocol::toError(message.error)));
            return;
        }
        if (message.kind != Kind::Notification) return;
        if (message.method == protocol::method::progress) {
            if (const auto event = protocol::fromJson<protocol::ProgressEvent>(*message.params))
                if (Job *job = jobOf(event->id)) {
                    release(job->inputs); // the engine has copied them
                    if (job->handle)
                        emit job->handle->progress(event->done, event->secondsLeft.value_or(-1),
                                                   QString::fromStdString(event->stage));
                }
        } else if (message.method == protocol::method::look) {
            if (const auto event = protocol::fromJson<protocol::LookEvent>(*message.params))
                if (Job *job = jobOf(event->id); job && job->handle) emit job->handle->look(event->look, event->of);
        } else if (message.method == protocol::method::firstResult) {
            if (const auto event = protocol::fromJson<protocol::FirstResultEvent>(*message.params))
                if (const auto *id = std::get_if<std::int64_t>(&event->id)) firstResult(*id, event->result);
        }
    }

    Job *jobOf(const protocol::RequestId &id)
    {
        const auto *number = std::get_if<std::int64_t>(&id);
        const auto found = number ? jobs.find(*number) : jobs.end();
        return found == jobs.end() ? nullptr : &found->second;
    }

    /// Unmapping many megabytes takes its time, so another thread does it.
    void release(MemoryFiles &files)
    {
        if (files.empty()) return;
        pool.start([gone = std::move(files)]() mutable { gone.clear(); });
        files.clear();
    }

    void firstResult(qint64 id, const PredictResult &result)
    {
        Job *job = jobOf(id);
        if (!job || job->assembling || job->first || job->output.empty()) return;
        job->assembling = true;
        inPool(
            pool, q,
            [result, grid = job->grid, memory = job->output.front()] {
                return assemble(result, grid, memory, nullptr);
            },
            [this, id](const Result<SegmentationPtr> &assembled) {
                Job *job = jobOf(id);
                if (!job) return;
                job->assembling = false;
                if (assembled) announce(*job, *assembled);
                if ((job = jobOf(id)) && job->answer) complete(id, *std::exchange(job->answer, std::nullopt));
            });
    }

    void announce(Job &job, const SegmentationPtr &result)
    {
        if (job.first) return;
        job.first = result;
        if (!job.handle) return;
        job.handle->m_hasFirstResult = true;
        emit job.handle->firstResult(result);
    }

    /// The request's one answer came, or never will.
    void complete(qint64 id, const Result<PredictResult> &answer)
    {
        Job *job = jobOf(id);
        if (!job) return;
        if (job->assembling) {
            job->answer = answer;
            return;
        }
        if (!answer) {
            const bool asWished = job->cancelled && answer.error().code == Errc::EngineLost;
            finish(id, std::unexpected(asWished ? cancelledError() : answer.error()));
            return;
        }
        inPool(
            pool, q,
            [result = *answer, grid = job->grid, memory = job->output.front(), first = job->first] {
                return assemble(result, grid, memory, first);
            },
            [this, id](const Result<SegmentationPtr> &assembled) {
                if (assembled)
                    if (Job *job = jobOf(id)) announce(*job, *assembled);
                finish(id, assembled);
            });
    }

    void finish(qint64 id, const Result<SegmentationPtr> &result)
    {
        const auto found = jobs.find(id);
        if (found == jobs.end()) return;
        Job job = std::move(found->second);
        jobs.erase(found);
        release(job.inputs);
        release(job.output);
        if (!job.handle) return;
        job.handle->deleteLater();
        emit job.handle->finished(result);
    }

    PredictJob *predict(PredictRequest request)
    {
        const qint64 id = nextId++;
        auto *handle = new PredictJob(id, request.looks, q);
        connect(handle, &PredictJob::cancelRequested, q, &EngineClient::cancel);
        Job &job = jobs[id];
        job.handle = handle;
        job.grid = gridOf(request);
        requests[id] = {{}, false, [this, id](const Result<Message::Json> &reply) {
                            if (!reply)
                                complete(id, std::unexpected(reply.error()));
                            else
                                complete(id, protocol::fromJson<PredictResult>(**reply));
                        }};
        if (process.state() == EngineState::Stopped) {
            pass(id);
            return handle;
        }
        auto work = [request = std::move(request)]() -> std::shared_ptr<Result<Prepared>> {
            try {
                return std::make_shared<Result<Prepared>>(prepare(request));
            } catch (const std::bad_alloc &) {
                return std::make_shared<Result<Prepared>>(fail(Errc::OutOfMemory, "There is not enough memory."));
            }
        };
        inPool(pool, q, std::move(work), [this, id](const std::shared_ptr<Result<Prepared>> &prepared) {
            Job *job = jobOf(id);
            if (!job || !requests.contains(id)) return; // cancelled or lost meanwhile
            if (!*prepared) {
                answer(id, std::unexpected(prepared->error()));
                return;
            }
            job->inputs = std::move((*prepared)->inputs);
            job->output = std::move((*prepared)->output);
            requests.at(id).text = protocol::requestText(id, protocol::method::predict, toJson((*prepared)->params));
            pass(id);
        });
        return handle;
    }

    PromptCall prompt(PromptRequest request)
    {
        const qint64 id = nextId++;
        auto promise = std::make_shared<QPromise<Result<PromptPatch>>>();
        promise->start();
        const auto parcel = std::make_shared<PromptParcel>(); // lives as long as the request
        requests[id] = {{}, false, [this, promise, parcel](const Result<Message::Json> &reply) {
                            Result<PromptPatch> out = std::unexpected(Error{});
                            if (!reply)
                                out = std::unexpected(reply.error());
                            else if (const auto wire = protocol::fromJson<protocol::PromptResult>(**reply))
                                out = unpack(*parcel, *wire);
                            else
                                out = std::unexpected(wire.error());
                            release(parcel->kept);
                            promise->addResult(std::move(out));
                            promise->finish();
                        }};
        const PromptCall call{id, promise->future()};
        if (process.state() == EngineState::Stopped) {
            pass(id);
            return call;
        }
        auto work = [request = std::move(request), memory = promptMemory] {
            return std::make_shared<Result<PromptParcel>>(pack(request, *memory));
        };
        inPool(pool, q, std::move(work), [this, id, parcel](const std::shared_ptr<Result<PromptParcel>> &packed) {
            if (!requests.contains(id)) return; // cancelled or lost meanwhile
            if (!*packed) {
                answer(id, std::unexpected(packed->error()));
                return;
            }
            *parcel = std::move(**packed);
            requests.at(id).text = protocol::requestText(id, protocol::method::prompt, toJson(parcel->params));
            pass(id);
        });
        return call;
    }

    void cancel(qint64 id)
    {
        const auto request = requests.find(id);
        Job *job = jobOf(id);
        if (request == requests.end() || (job && job->cancelled)) return;
        if (job) job->cancelled = true;
        if (!request->second.sent) { // the engine never heard of it
            QMetaObject::invokeMethod(
                q, [this, id] { answer(id, std::unexpected(cancelledError())); }, Qt::QueuedConnection);
            return;
        }
        process.send(protocol::notificationText(protocol::method::cancel, toJson(protocol::CancelParams{id})));
        QTimer::singleShot(process.options().cancelTimeoutMs, q, [this, id] {
            if (!requests.contains(id)) return;
            answer(id, std::unexpected(cancelledError()));
            process.kill(QStringLiteral("The engine did not stop its work."));
        });
    }

    template <class T, class Wire, class Pick>
    QFuture<Result<T>> future(const char *method, const json &params, Pick pick)
    {
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        ask(method, params, [promise, pick](const Result<Message::Json> &reply) {
            Result<T> out = std::unexpected(Error{});
            if (!reply) {
                out = std::unexpected(reply.error());
            } else if (auto wire = protocol::fromJson<Wire>(**reply)) {
                out = pick(std::move(*wire));
            } else {
                out = std::unexpected(wire.error());
            }
            promise->addResult(std::move(out));
            promise->finish();
        });
        return promise->future();
    }

    EngineClient *q;
    qint64 nextId = 1;
    bool stopping = false;
    std::map<qint64, Request> requests;
    std::map<qint64, Job> jobs;
    EngineProcess process;
    std::shared_ptr<PromptMemory> promptMemory = std::make_shared<PromptMemory>(); // the pool's
    QThreadPool pool;                                                              // last: its thread ends first
};

EngineClient::EngineClient(QObject *parent) : EngineClient(Options{}, parent) {}
EngineClient::EngineClient(Options options, QObject *parent)
    : QObject(parent), m_impl(std::make_unique<Impl>(this, std::move(options)))
{
}

EngineClient::~EngineClient()
{
    blockSignals(true); // who listens may be half gone; jobs still tell their end
    stop();
    const auto left = m_impl->jobs; // those whose result is being copied
    for (const auto &[id, job] : left)
        m_impl->finish(id, std::unexpected(lostError(QStringLiteral("The program ends."))));
}

EngineState EngineClient::state() const { return m_impl->process.state(); }
int EngineClient::restartTry() const { return m_impl->process.restartTry(); }
QString EngineClient::stopReason() const { return m_impl->process.stopReason(); }
qint64 EngineClient::processId() const { return m_impl->process.processId(); }
QStringList EngineClient::log() const { return {m_impl->process.log().begin(), m_impl->process.log().end()}; }
const protocol::InitializeResult &EngineClient::about() const { return m_impl->process.about(); }

void EngineClient::start() { m_impl->process.start(); }
void EngineClient::stop()
{
    m_impl->stopping = true;
    m_impl->process.stop(QStringLiteral("The engine was stopped."));
    m_impl->stopping = false;
}

QFuture<Result<std::vector<protocol::ModelInfo>>> EngineClient::models()
{
    return m_impl->future<std::vector<protocol::ModelInfo>, protocol::ModelsResult>(
        protocol::method::models, json::object(), [](protocol::ModelsResult wire) { return std::move(wire.models); });
}

QFuture<Result<protocol::EstimateResult>> EngineClient::estimate(const protocol::EstimateParams &params)
{
    return m_impl->future<protocol::EstimateResult, protocol::EstimateResult>(
        protocol::method::estimate, toJson(params), [](protocol::EstimateResult wire) { return wire; });
}

PredictJob *EngineClient::predict(PredictRequest request) { return m_impl->predict(std::move(request)); }
PromptCall EngineClient::prompt(PromptRequest request) { return m_impl->prompt(std::move(request)); }
void EngineClient::releasePrompts()
{
    m_impl->pool.start([memory = m_impl->promptMemory] { *memory = {}; });
}
void EngineClient::cancel(qint64 id) { m_impl->cancel(id); }

} // namespace glio::client
