#pragma once
#include "glioscope/annotation/EditRules.h"
#include "glioscope/annotation/LabelDelta.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace glio {

/// Who set a voxel last.
enum class Origin : std::uint8_t { None, Model, ModelEdited, Manual, OtherReader };
struct VoxelSource {
    Origin origin = Origin::None;
    std::string name, version; ///< of the model, or the reader's name
    bool byHand() const
    {
        return origin == Origin::ModelEdited || origin == Origin::Manual || origin == Origin::OtherReader;
    }
    friend bool operator==(const VoxelSource &, const VoxelSource &) = default;
};

/// A named act, as the history lists it. The window makes the words from `id` ("paint", "erase", "segment" …).
struct Act {
    std::string id;
    Label label = 0;
    double sizeMm = 0;
    std::string text; ///< what else belongs to its name: brush shape, model, file
    friend bool operator==(const Act &, const Act &) = default;
};
struct StateChange {
    std::string key, before, after; ///< empty: not set
    friend bool operator==(const StateChange &, const StateChange &) = default;
};

/// One step of the history: what it changed, both ways.
struct Step {
    std::int64_t number = 0; ///< 1, 2, 3 … in the order made
    Act act;
    std::string reader;
    std::int64_t madeMs = 0; ///< UTC, since 1970
    std::int64_t changedVoxels = 0;
    double changeMl = 0; ///< labelled volume gained, below 0 lost
    VoxelBox box;        ///< to whole blocks
    LabelDelta labels, sources;
    std::vector<StateChange> state;
    bool loaded = true; ///< false: the deltas are on disk alone
    std::size_t bytes() const { return labels.bytes() + sources.bytes(); }
};

/// A mask with its history: labels, who set each voxel, locks and other named values, and every act that led here.
/// Nothing changes but by an act: `begin`, any number of writes, then `commit` (one step) or `abandon`. Each write goes
/// through the rules. Undo reaches to the very beginning: steps beyond the memory cap are read back from where they
/// were saved. Thread: one; snapshots of the maps may go to others.
class MaskDocument {
public:
    MaskDocument() : MaskDocument(Geometry{}) {}
    explicit MaskDocument(const Geometry &grid);

    const Geometry &grid() const { return m_labels.geometry(); }
    const LabelMap &labels() const { return m_labels; }
    /// Byte = index in `sources()`; 0: nobody set this voxel.
    const LabelMap &sourceMap() const { return m_sourceMap; }
    std::vector<VoxelSource> sources() const; ///< [0] is none
    /// Share of the labelled voxels, and of those a hand cleared, by origin. Sums to 1, or all 0 in an empty mask.
    std::map<Origin, double> provenance() const;

    // --- named values that undo with the rest: "lock.3", "scheme", "place.4" …
    std::string state(const std::string &key) const; ///< empty when not set
    const std::map<std::string, std::string> &states() const { return m_state; }

    void setReader(std::string name) { m_reader = std::move(name); }
    void setRules(EditRules rules) { m_rules = std::move(rules); }
    const EditRules &rules() const { return m_rules; }
    EditRules &rules() { return m_rules; }

    // --- an act
    void begin(Act act); ///< not while another is open
    bool isOpen() const { return m_open; }
    const Act &openAct() const { return m_act; }
    WriteResult write(const Selection &selection, Label label);
    WriteResult write(const LabelPatch &patch);
    /// A model's answer on our grid, for `box`: takes every voxel that is neither locked, finished nor set by hand.
    WriteResult writeModel(const LabelVolume &answer, const VoxelSource &model, const VoxelBox &box);
    /// Another reader's or a file's mask, whole.
    WriteResult writeOther(const LabelVolume &mask, const VoxelSource &source);
    /// All of another mask on the same grid, with who set each voxel; into a mask that has no step yet.
    void copyFrom(const MaskDocument &other);
    void setState(const std::string &key, const std::string &value);
    /// One step; null when nothing changed (then there is no step). Undone steps beyond are dropped: `dropped` tells
    /// how many. The pointer is good until the next change.
    const Step *commit(std::int64_t nowMs);
    void abandon(); ///< all as it was before `begin`

    // --- previews: what a write would give, without writing
    LabelMap preview(const Selection &selection, Label label, WriteResult *result = nullptr) const;
    LabelMap preview(const LabelPatch &patch, WriteResult *result = nullptr) const;
    /// `shown` gets the model's answer in `box` where it may be taken, and our labels elsewhere in it.
    void previewModel(LabelMap &shown, const LabelVolume &answer, const VoxelBox &box) const;

    // --- history
    const std::vector<Step> &steps() const { return m_steps; }
    std::size_t position() const { return m_position; } ///< steps that hold now
    bool canUndo() const { return m_position > 0; }
    bool canRedo() const { return m_position < m_steps.size(); }
    /// The box that changed. Errors: Io (a step could not be read back), Internal; the mask is then as it was.
    Result<VoxelBox> undo();
    Result<VoxelBox> redo();
    Result<VoxelBox> goTo(std::size_t position); ///< any point

    /// Reads a saved step's deltas back (labels, sources).
    using Loader = std::function<Result<std::pair<LabelDelta, LabelDelta>>(std::int64_t number)>;
    void setLoader(Loader loader) { m_loader = std::move(loader); }
    const Loader &loader() const { return m_loader; } ///< may be empty; Thread: a copy of it, any
    std::size_t historyBytes() const;
    /// Forgets the deltas of the oldest steps up to number `savedThrough` until the rest fits.
    void capHistory(std::size_t bytes, std::int64_t savedThrough);

    /// A document as it was saved. `labels` and `sourceMap` hold after `at` steps (0: both empty); the steps from there
    /// to `position` are applied. Errors: as `goTo`.
    static Result<MaskDocument> restored(LabelMap labels, LabelMap sourceMap, std::vector<Step> steps, std::size_t at,
                                         std::size_t position, Loader loader = {});

private:
    struct Edited;
    std::uint8_t sourceByte(const VoxelSource &source);
    std::uint8_t editedByte(std::uint8_t before);
    std::array<bool, 256> bytesByHand() const;
    Result<VoxelBox> step(bool forwards);
    void applyState(const Step &step, bool forwards);

    LabelMap m_labels, m_sourceMap;
    std::map<std::string, std::string> m_state;
    EditRules m_rules;
    std::string m_reader;
    std::vector<Step> m_steps;
    std::size_t m_position = 0;
    Loader m_loader;

    bool m_open = false;
    Act m_act;
    LabelMap m_labelsBefore, m_sourcesBefore;
    std::map<std::string, std::string> m_stateBefore;
};

} // namespace glio
