#include "engine/core/EngineServer.h"
#include "glioscope/base/Memory.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace glio::engine {
namespace {

using protocol::MappedMemory;
using protocol::MemoryAccess;

/// Lays sections one after another into the output file.
class Output {
public:
    Output(MappedMemory memory, std::int64_t voxels) : m_memory(std::move(memory)), m_voxels(voxels) {}

    Result<void> add(std::vector<protocol::OutputSection> &sections, const char *name,
                     std::span<const Volume<std::uint8_t>> volumes)
    {
        const auto bytes = m_voxels * std::int64_t(volumes.size());
        const auto room = std::int64_t(m_memory.bytes().size());
        if (bytes > room - m_used)
            return fail(Errc::InvalidArgument, "The output's memory file has " + std::to_string(room) +
                                                   " bytes, too few for the section " + name + ".");
        sections.push_back({name, m_used, bytes, int(volumes.size())});
        for (const auto &volume : volumes) {
            if (std::int64_t(volume.voxels().size()) != m_voxels)
                return fail(Errc::Internal, std::string("The section ") + name + " lies on another grid.");
            std::memcpy(m_memory.edit().data() + m_used, volume.data(), std::size_t(m_voxels));
            m_used += m_voxels;
        }
        return {};
    }

private:
    MappedMemory m_memory;
    std::int64_t m_voxels, m_used = 0;
};

} // namespace

Result<ImageVolume> readSequence(const protocol::SequenceRef &sequence)
{
    const auto wanted = sequence.geometry.voxelCount() * std::int64_t(sizeof(float));
    if (sequence.memory.bytes != wanted)
        return fail(Errc::InvalidArgument, "The sequence " + std::string(sequenceId(sequence.sequence)) + " needs " +
                                               std::to_string(wanted) + " bytes; its memory file names " +
                                               std::to_string(sequence.memory.bytes) + ".");
    const auto memory = MappedMemory::open(sequence.memory, MemoryAccess::Read);
    if (!memory) return std::unexpected(memory.error());
    // A sparse file may be larger than memory; asking first is kinder than being killed while copying.
    if (const auto available = availableMemoryBytes(); available > 0 && wanted > available)
        return fail(Errc::OutOfMemory, "The sequence " + std::string(sequenceId(sequence.sequence)) + " takes " +
                                           std::to_string(wanted >> 20) + " MB; " + std::to_string(available >> 20) +
                                           " MB are free.");
    std::vector<float> voxels(std::size_t(sequence.geometry.voxelCount()));
    std::memcpy(voxels.data(), memory->bytes().data(), std::size_t(wanted));
    return ImageVolume(sequence.geometry, std::move(voxels));
}

Result<protocol::PredictResult> predict(SegmentBackend &backend, const protocol::PredictParams &params, Job &job)
{
    const auto begin = Job::Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Job::Clock::now() - begin).count(); };

    SegmentTask task{params, {}, {}};
    if (params.referenceGrid) {
        task.grid = *params.referenceGrid;
    } else {
        std::vector<Sequence> sequences;
        for (const auto &sequence : params.sequences)
            sequences.push_back(sequence.sequence);
        task.grid = params.sequences[std::size_t(protocol::referenceOf(sequences))].geometry;
    }
    auto file = MappedMemory::open(params.output, MemoryAccess::ReadWrite);
    if (!file) return std::unexpected(file.error());
    if (std::int64_t(file->bytes().size()) / (1 + 3 * protocol::kMaxClasses + 2) < task.grid.voxelCount())
        return fail(Errc::InvalidArgument, "The output's memory file is smaller than outputBytes of the grid.");
    Output output(std::move(*file), task.grid.voxelCount());
    for (const auto &sequence : params.sequences) {
        if (job.cancelled()) return fail(Errc::Cancelled, "The work was cancelled.");
        auto image = readSequence(sequence);
        if (!image) return std::unexpected(image.error());
        task.inputs.push_back({sequence.sequence, std::move(*image)});
    }

    job.progress("firstLook", 0);
    auto first = backend.firstLook(task, [&job](double done) { return job.progress("firstLook", done); });
    if (!first) return std::unexpected(first.error());
    protocol::PredictResult result = first->report;
    result.grid = task.grid;
    result.sections.clear();
    auto written = output.add(result.sections, "labels", {&first->labels, 1});
    if (written) written = output.add(result.sections, "probabilities", first->probabilities.classes);
    if (!written) return std::unexpected(written.error());
    result.schemeId = first->probabilities.schemeId;
    result.looksDone = 1;
    result.seconds = seconds();
    result.peakResidentBytes = peakResidentBytes();
    if (params.looks == 1) return result;

    job.notify(protocol::method::firstResult, toJson(protocol::FirstResultEvent{job.id(), result}));
    job.progress("looks", 0);
    const auto all = backend.moreLooks(
        task, *first, [&job](double done) { return job.progress("looks", done); },
        [&job](int look, int of) {
            job.notify(protocol::method::look, toJson(protocol::LookEvent{job.id(), look, of}));
            return !job.cancelled();
        });
    if (!all) return std::unexpected(all.error());
    written = output.add(result.sections, "mean", all->mean.classes);
    if (written) written = output.add(result.sections, "votes", all->votes);
    if (written) written = output.add(result.sections, "entropyPercent", {&all->entropyPercent, 1});
    if (written) written = output.add(result.sections, "mutualInformationPercent", {&all->mutualInformationPercent, 1});
    if (!written) return std::unexpected(written.error());
    result.volumesMl = all->volumesMl;
    result.volumeVariation = all->volumeVariation;
    result.looksDone = all->looks;
    result.seconds = seconds();
    result.peakResidentBytes = peakResidentBytes();
    return result;
}

} // namespace glio::engine
