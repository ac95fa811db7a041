#include "engine/core/EngineServer.h"

#include <cstring>

namespace glio::engine {

using protocol::MappedMemory;
using protocol::MemoryAccess;

Result<protocol::PromptResult> prompt(SegmentBackend &backend, const protocol::PromptParams &params, Job &job)
{
    const std::int64_t voxels = params.grid.voxelCount();
    if (params.mask.bytes != voxels)
        return fail(Errc::InvalidArgument, "The mask needs " + std::to_string(voxels) +
                                               " bytes; its memory file names " + std::to_string(params.mask.bytes) +
                                               ".");
    const auto mask = MappedMemory::open(params.mask, MemoryAccess::Read);
    if (!mask) return std::unexpected(mask.error());
    const auto output = MappedMemory::open(params.output, MemoryAccess::ReadWrite);
    if (!output) return std::unexpected(output.error());
    if (std::int64_t(output->bytes().size()) < voxels)
        return fail(Errc::InvalidArgument, "The output's memory file is smaller than the mask.");

    const auto *first = reinterpret_cast<const std::uint8_t *>(mask->bytes().data());
    PromptTask task{params, LabelVolume(params.grid, std::vector<Label>(first, first + voxels)), {}};
    task.inputs = [&params, &job]() -> Result<std::vector<SegmentInput>> {
        std::vector<SegmentInput> inputs;
        for (const auto &sequence : params.sequences) {
            if (job.cancelled()) return fail(Errc::Cancelled, "The work was cancelled.");
            auto image = readSequence(sequence);
            if (!image) return std::unexpected(image.error());
            inputs.push_back({sequence.sequence, std::move(*image)});
        }
        return inputs;
    };
    const auto answer = backend.prompt(task, [&job](double done) { return job.progress("prompt", done); });
    if (!answer) return std::unexpected(answer.error());
    const LabelPatch &patch = answer->patch;
    const VoxelBox whole = VoxelBox::whole(params.grid);
    if (std::int64_t(patch.labels.size()) != patch.box.count() ||
        patch.box.intersected(whole).count() != patch.box.count())
        return fail(Errc::Internal, "The answer to the clicks does not lie on the mask's grid.");
    std::memcpy(output->edit().data(), patch.labels.data(), patch.labels.size());
    protocol::PromptResult result = answer->report;
    result.start = patch.box.start;
    result.size = patch.box.size;
    return result;
}

} // namespace glio::engine
