#pragma once
#include "engine/core/SegmentBackend.h"

#include <atomic>
#include <chrono>
#include <new>
#include <thread>

namespace glio::test {

/// A backend without a net, for tests alone: label 1 where the first sequence is above 0.5. The model's name chooses
/// how it behaves: "fake" at once; "slow:MS" takes MS a look, asking the sink every 5 ms; "deaf:MS" never asks it;
/// "memory" runs out of memory by exception, "refuse" by answer; "throw" throws; "prints" writes on stdout; "abort"
/// dies.
class FakeBackend final : public engine::SegmentBackend {
public:
    std::atomic<int> running{0}, mostRunning{0};

    std::vector<protocol::DeviceInfo> devices() override { return {{"cpu", "Fake", 1 << 30, {"fp32"}}}; }

    Result<protocol::ModelsResult> models() override
    {
        protocol::ModelInfo model;
        model.id = model.name = "fake";
        model.version = "1";
        model.schemeId = "brats-ped-2024";
        model.sequences = {Sequence::T1c, Sequence::Flair};
        return protocol::ModelsResult{{model}};
    }

    Result<protocol::EstimateResult> estimate(const protocol::EstimateParams &params) override
    {
        protocol::EstimateResult result;
        result.secondsFirstLook = 1;
        result.secondsAll = params.looks;
        result.peakBytes = params.grid.voxelCount() * 16;
        result.model = "fake";
        return result;
    }

    Result<engine::FirstLook> firstLook(const engine::SegmentTask &task, const ProgressSink &progress) override
    {
        const Running here(*this);
        const std::string &model = task.params.model;
        if (model == "memory") throw std::bad_alloc();
        if (model == "refuse") return fail(Errc::OutOfMemory, "This needs 9 GB; 1 GB are free.");
        if (model == "throw") throw std::runtime_error("The fake threw.");
        if (model == "abort") std::abort();
        if (model == "prints") std::puts("a library talks on stdout"), std::fflush(stdout);
        if (auto worked = work(model, progress); !worked) return std::unexpected(worked.error());
        engine::FirstLook first;
        first.labels = LabelVolume(task.grid);
        const auto labels = first.labels.edit();
        const auto image = task.inputs.front().image.voxels();
        for (std::size_t i = 0; i < labels.size() && i < image.size(); ++i)
            labels[i] = image[i] > 0.5f;
        first.probabilities.schemeId = "brats-ped-2024";
        for (int label = 0; label < 4; ++label)
            first.probabilities.classes.emplace_back(task.grid, std::uint8_t(label * 10));
        first.report.modelName = "fake";
        first.report.device = "cpu";
        first.report.precision = "fp32";
        return first;
    }

    Result<engine::AllLooks> moreLooks(const engine::SegmentTask &task, const engine::FirstLook &first,
                                       const ProgressSink &progress,
                                       const std::function<bool(int, int)> &eachLook) override
    {
        const Running here(*this);
        for (int look = 2; look <= task.params.looks; ++look) {
            if (auto worked = work(task.params.model, progress); !worked) return std::unexpected(worked.error());
            if (!eachLook(look, task.params.looks)) return fail(Errc::Cancelled, "Cancelled.");
        }
        engine::AllLooks all;
        all.mean = first.probabilities;
        all.votes.assign(4, Volume<std::uint8_t>(task.grid, std::uint8_t(task.params.looks)));
        all.entropyPercent = Volume<std::uint8_t>(task.grid, 7);
        all.mutualInformationPercent = Volume<std::uint8_t>(task.grid, 9);
        all.looks = task.params.looks;
        all.volumesMl["WT"].assign(std::size_t(task.params.looks), 1.5);
        return all;
    }

    std::string promptCase; ///< the last that was read
    int promptReads = 0;

    /// A box of one voxel at the first click, with its label or none.
    Result<engine::PromptAnswer> prompt(const engine::PromptTask &task, const ProgressSink &progress) override
    {
        const Running here(*this);
        if (promptCase != task.params.caseKey) {
            const auto inputs = task.inputs();
            if (!inputs) return std::unexpected(inputs.error());
            promptCase = task.params.caseKey;
            ++promptReads;
        }
        if (auto worked = work(task.params.model, progress); !worked) return std::unexpected(worked.error());
        engine::PromptAnswer answer;
        answer.report.modelName = "fake";
        answer.report.schemeId = "brats-ped-2024";
        if (task.params.clicks.empty()) return answer;
        const auto &click = task.params.clicks.front();
        const Geometry &grid = task.mask.geometry();
        answer.patch.box = {grid.nearestVoxel({click.at[0], click.at[1], click.at[2]}), {1, 1, 1}};
        answer.patch.labels = {click.belongs ? Label(click.label) : Label{0}};
        return answer;
    }

private:
    struct Running {
        explicit Running(FakeBackend &b) : backend(b)
        {
            const int now = ++backend.running;
            if (now > backend.mostRunning) backend.mostRunning = now;
        }
        ~Running() { --backend.running; }
        FakeBackend &backend;
    };

    static Result<void> work(const std::string &model, const ProgressSink &progress)
    {
        using namespace std::chrono;
        const bool deaf = model.starts_with("deaf:");
        const int ms = deaf || model.starts_with("slow:") ? std::stoi(model.substr(5)) : 0;
        const auto begin = steady_clock::now();
        for (;;) {
            const double spent = duration<double, std::milli>(steady_clock::now() - begin).count();
            if (spent >= ms) break;
            if (!deaf && !report(progress, spent / ms)) return fail(Errc::Cancelled, "The work was cancelled.");
            std::this_thread::sleep_for(5ms);
        }
        if (!deaf && !report(progress, 1)) return fail(Errc::Cancelled, "The work was cancelled.");
        return {};
    }
};

} // namespace glio::test
