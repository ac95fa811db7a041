#pragma once
#include "glioscope/annotation/Probabilities.h"
#include "glioscope/protocol/Messages.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace glio::client {

/// One input: a snapshot of a sequence's voxels, in the file's units.
struct SequenceInput {
    Sequence sequence = Sequence::Other;
    ImageVolume image;
};

/// What to segment. Sequences may lie on different grids; `referenceGrid` is the grid of the result (absent: the
/// first of T1c, FLAIR, T1, T2). `looks` counts the first one; more than one means band and places after the mask.
struct PredictRequest {
    std::string model; ///< ModelInfo::id; empty: the default
    std::vector<SequenceInput> sequences;
    std::optional<Geometry> referenceGrid;
    int looks = 1;
    protocol::LookKind lookKind = protocol::LookKind::Flips;
    std::string device = "auto", precision = "auto";
    double overlap = 0.5;
    std::int64_t memoryLimitBytes = 0; ///< 0: what is free
};

/// Copies of the engine's output: nothing in it is shared with the engine any more.
struct SegmentationResult {
    LabelVolume labels;          ///< the mask of the first look, in scheme `probabilities.schemeId`
    Probabilities probabilities; ///< first look; `labels` is its decode() with report.thresholds, small islands dropped
    Probabilities mean;          ///< over all looks: the band; empty in firstResult and with one look, as are the next
    std::vector<Volume<std::uint8_t>> votes; ///< per label of the scheme: looks whose mask had it there
    std::optional<Volume<std::uint8_t>> entropyPercent, mutualInformationPercent; ///< 0..100
    protocol::PredictResult report; ///< model, device, precision, thresholds, volumes a look, seconds, looksDone
};
using SegmentationPtr = std::shared_ptr<const SegmentationResult>;

/// A segmentation under way. Owned by the client; deletes itself (deleteLater) after `finished`, so hold it in a
/// QPointer. Signals come in the client's thread in this order: progress*, firstResult, (progress | look)*, finished
/// once. `finished` with an error after `firstResult` (cancelled or lost while looking again): the first result stays
/// good.
class PredictJob final : public QObject {
    Q_OBJECT
public:
    qint64 id() const { return m_id; }
    int looks() const { return m_looks; }
    bool hasFirstResult() const { return m_hasFirstResult; }

public slots:
    /// Asks the engine to stop; `finished` then comes with Cancelled within 2 s, unless the work was just done. An
    /// engine that does not answer in 5 s is ended and started again.
    void cancel() { emit cancelRequested(m_id); }

signals:
    /// done 0..1 of the stage and its secondsLeft, < 0 while unknown; stage "firstLook", then "looks".
    void progress(double done, double secondsLeft, const QString &stage);
    void firstResult(const glio::client::SegmentationPtr &result);
    void look(int n, int of);
    void finished(const glio::Result<glio::client::SegmentationPtr> &result);
    void cancelRequested(qint64 id); ///< heard by the client

private:
    friend class EngineClient;
    PredictJob(qint64 id, int looks, QObject *parent) : QObject(parent), m_id(id), m_looks(looks) {}

    qint64 m_id;
    int m_looks;
    bool m_hasFirstResult = false;
};

} // namespace glio::client
