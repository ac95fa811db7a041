#pragma once
#include "model/CaseModel.h"

#include <QDateTime>
#include <QString>

#include <filesystem>
#include <map>
#include <vector>

namespace glio::app {

enum class CaseState { NotStarted, Draft, NeedsChecking, SecondReader, Approved, Missing, Rejected };

/// What the Cases page knows of a case without reading its images.
struct CaseRecord {
    struct File {
        std::filesystem::path path;
        Sequence sequence = Sequence::Other;
        bool chosenByUser = false;
        std::string reason;
        std::optional<DisplayRange> window;
    };
    std::string id, name;
    std::filesystem::path folder; ///< where its images lie
    std::vector<File> files;
    QDateTime opened;
    std::string date; ///< scan date where a file states one, else empty
    bool demo = false;
    CaseState state = CaseState::NotStarted;
    bool filesGone = false;     ///< found by `find`; `state` stays what it was
    std::string approvedReason; ///< typed when places were still open
    std::string signedBy;       ///< the reader who signed the mask off; empty: nobody
    std::string signedMask;     ///< which of the case's masks that was
    QDateTime signedAt;
    std::string rejectedBy, rejectedReason;        ///< not for training
    std::string notes;                             ///< of the case, as typed
    std::map<std::string, double> secondsByReader; ///< time spent on it
    double secondsSpent() const;
    MaskSource mask;
    std::string schemeId;
    std::map<std::string, double> volumesMl;
    Thresholds thresholds;
    std::vector<PlaceState> places;
    std::vector<PlaceVotes> votes;
    std::vector<std::string> placeNotes; ///< as typed, one a place; empty: none
    int openPlaces = -1;                 ///< -1: not looked for yet
    double openMl = 0;
    std::optional<PointMm> cursor;
    bool sameGrid = true;
    double longestSpacingMm = 0;
};

/// The program's memory of cases: one folder per case below dataHome()/cases with case.json, thumb-*.png, and after
/// Segment labels.nii.gz, probabilities.nii.gz (first look) and band.nii.gz (mean over the looks).
/// Thread: any; every call reads or writes files. Damaged records are left out, never an error for the rest.
class CaseStore {
public:
    explicit CaseStore(std::filesystem::path root = defaultRoot());
    static std::filesystem::path defaultRoot();

    void setRoot(std::filesystem::path root) { m_root = std::move(root); } ///< of another project
    static std::string textOf(const CaseRecord &record);                   ///< as `write` keeps it
    static std::optional<CaseRecord> recordOf(const std::string &text);    ///< nothing when it is no record
    std::filesystem::path folder(const std::string &id) const { return m_root / id; }
    /// Latest first.
    std::vector<CaseRecord> list() const;
    std::optional<CaseRecord> find(const std::string &id) const;
    Result<void> write(const CaseRecord &record) const;
    Result<void> forget(const std::string &id) const;
    /// Stable over runs: from the name and the images' absolute paths.
    static std::string idFor(const std::string &name, const std::vector<std::filesystem::path> &files);

private:
    std::filesystem::path m_root;
};

} // namespace glio::app
