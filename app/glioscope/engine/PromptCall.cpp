#include "engine/PromptCall.h"

#include <cstring>

namespace glio::client {

using protocol::SharedMemory;

Result<PromptParcel> pack(const PromptRequest &request, PromptMemory &memory)
try {
    if (request.sequences.empty()) return fail(Errc::InvalidArgument, "There is no sequence to click in.");
    if (memory.caseKey != request.caseKey || memory.files.empty()) {
        memory = {};
        for (const auto &input : request.sequences) {
            const auto bytes = std::as_bytes(input.image.voxels());
            auto file = SharedMemory::create("glioscope-sequence", std::int64_t(bytes.size()));
            if (!file) {
                memory = {};
                return std::unexpected(file.error());
            }
            std::memcpy(file->bytes().data(), bytes.data(), bytes.size());
            memory.sequences.push_back({input.sequence, input.image.geometry(), file->ref()});
            memory.files.push_back(std::move(*file));
        }
        memory.caseKey = request.caseKey;
    }
    PromptParcel parcel;
    const Geometry &grid = request.mask.geometry();
    for (const char *name : {"glioscope-mask", "glioscope-result"}) {
        auto file = SharedMemory::create(name, grid.voxelCount());
        if (!file) return std::unexpected(file.error());
        parcel.kept.push_back(std::move(*file));
    }
    const LabelVolume mask = request.mask.toVolume();
    std::memcpy(parcel.kept[0].bytes().data(), mask.data(), std::size_t(grid.voxelCount()));
    parcel.params = {.model = request.model,
                     .caseKey = request.caseKey,
                     .sequences = memory.sequences,
                     .grid = grid,
                     .mask = parcel.kept[0].ref(),
                     .clicks = request.clicks,
                     .device = request.device,
                     .precision = request.precision,
                     .output = parcel.kept[1].ref()};
    parcel.kept.insert(parcel.kept.end(), memory.files.begin(), memory.files.end());
    return parcel;
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory, "There is not enough memory to hand the case to the engine.");
}

Result<PromptPatch> unpack(const PromptParcel &parcel, const protocol::PromptResult &result)
{
    PromptPatch out{.patch = {.box = {result.start, result.size}, .labels = {}}, .report = result};
    const VoxelBox &box = out.patch.box;
    if (box.empty()) return PromptPatch{.patch = {}, .report = result};
    if (box.intersected(VoxelBox::whole(parcel.params.grid)) != box)
        return fail(Errc::Internal, "The engine's answer does not fit the mask's grid.");
    const auto *first = reinterpret_cast<const Label *>(parcel.output().bytes().data());
    out.patch.labels.assign(first, first + box.count());
    return out;
}

} // namespace glio::client
