#pragma once
#include "model/LiveMask.h"

#include "glioscope/annotation/MaskDocument.h"
#include "glioscope/annotation/Places.h"
#include "glioscope/volume/Sequence.h"
#include "glioscope/volume/Statistics.h"
#include "glioscope/volume/Volume.h"

#include <QDateTime>
#include <QObject>
#include <QString>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace glio::app {

/// One image file of the case.
struct Series {
    std::filesystem::path path;
    Sequence sequence = Sequence::Other;
    QString reason; ///< why it was taken for this sequence
    bool chosenByUser = false;
    bool certain = true; ///< false: the name leaves it open, the strip asks to look
    std::shared_ptr<const ImageVolume> image;
    DisplayRange autoRange, window; ///< window: what the reader last set, kept per series
    PointMm headLow, headHigh;      ///< box of the head, LPS mm
};

/// The series whose head the 3D view shows: T1c, else T1, else the first. `all` is not empty.
const Series &seriesOfHead(const std::vector<Series> &all);

enum class MaskOrigin { None, File, Model, Drawn };

/// How far a model's answer can be trusted, as the engine told it with the mask.
struct CaseTrust {
    std::optional<double> predictedDice; ///< of the whole tumour
    double diceLow = 0, diceHigh = 0;    ///< 8 held-out cases in 10 lay between
    int qualityCases = 0;                ///< held-out cases behind it
    std::optional<double> unusualScore;
    double unusualLimit = 1;
    std::vector<std::string> reasons; ///< strongest first, see protocol::UnusualInfo
    int calibrationCases = 0;         ///< held-out cases behind the probabilities
    bool differs() const { return unusualScore && *unusualScore > unusualLimit; }
    bool doubtful() const { return predictedDice && *predictedDice < kDoubtfulDice; }
    static constexpr double kDoubtfulDice = 0.7; ///< below this most readers would draw anew rather than correct
};

/// Where a mask came from, for captions and reports.
struct MaskSource {
    MaskOrigin origin = MaskOrigin::None;
    std::filesystem::path file;
    QString modelName, modelVersion, modelSha256, device, precision;
    double seconds = 0;
    double peakRssMb = 0;
    int looks = 0;
    QDateTime made;
    CaseTrust trust;
};

/// Who ended the work on a mask, and when.
struct SignOff {
    QString reader;
    QDateTime at;
};

enum class PlaceState { Open, Kept, Changed, Asked };

/// How many looks said the place's first and second label, on average over its voxels. Both 0: not known.
struct PlaceVotes {
    int first = 0, second = 0;
};

struct BandState {
    bool enabled = false;
    QString regionId = "WT";
    double inner = 0.90, outer = 0.10;
    bool heatMap = false;
    double heatOpacity = 0.6;
};

enum class OverlayStyle { Fill, Outline, Both };
struct OverlayState {
    OverlayStyle style = OverlayStyle::Both;
    double lineWidth = 1.5;
    double fillOpacity = 0.34;
    bool patterns = false;
    bool visible = true;    ///< S switches
    bool held = false;      ///< H held down hides everything
    bool byOrigin = false;  ///< coloured by who set it, in place of the labels
    std::set<Label> hidden; ///< eyes closed
    Label highlighted = 0;
};

/// One open case: series, mask, probabilities, band, places, cursor. Thread: the GUI's. Views get shared snapshots.
/// Every setter that changes something emits its signal once; setting the same value again is silent.
class CaseModel final : public QObject {
    Q_OBJECT
public:
    explicit CaseModel(QObject *parent = nullptr);

    bool isOpen() const { return !m_series.empty(); }
    const QString &name() const { return m_name; }
    const QString &id() const { return m_id; } ///< stable folder name in the case store
    const std::vector<Series> &series() const { return m_series; }
    int seriesOf(Sequence sequence) const; ///< -1 when missing
    std::vector<Sequence> missingSequences() const;
    /// The grid that slices are counted on and that results come back on: the finest series'.
    const Geometry &referenceGrid() const;
    /// The series do not all share one grid; they are shown and used where they lie in space.
    bool gridsDiffer() const;

    bool orientationStated() const { return m_orientationStated; }

    void open(QString id, QString name, std::vector<Series> series, bool orientationStated = true);
    void addSeries(Series series);
    void removeSeries(int series); ///< from the case, not from the disk; the last one stays
    void close();
    void setSequence(int series, Sequence sequence);
    void setWindow(int series, DisplayRange window);

    // --- mask, history and probabilities. The mask is changed by acts alone, each one a step that undoes.
    bool hasMask() const { return m_source.origin != MaskOrigin::None; }
    const LabelMap &labels() const { return m_shown; } ///< what the views show: the mask, or a preview of it
    const MaskDocument &document() const { return m_document; }
    bool previewing() const { return m_previewing; }
    const LabelScheme &scheme() const { return *m_scheme; }
    const MaskSource &maskSource() const { return m_source; }
    bool hasProbabilities() const { return !m_live.empty(); }
    bool answerFits() const; ///< the model's answer has the voxels and labels of the mask at hand
    const LiveMask &live() const { return m_live; }
    std::map<std::string, double> volumesMl() const; ///< of what is shown
    /// The volumes when the present model or file had just given the mask; empty before.
    const std::map<std::string, double> &draftVolumesMl() const { return m_draftVolumes; }
    /// A mask read from a file; probabilities and places go.
    void setMask(const LabelVolume &mask, const LabelScheme &scheme, MaskSource source);
    /// A model's answer: every voxel that is neither locked nor set by hand takes it. In another scheme than the mask's
    /// it begins a mask of its own.
    void setLive(LiveMask live, MaskSource source);
    /// As it was kept: history and mask from the journal, then probabilities without writing the mask again.
    /// `source` of this mask, `answer` of the model's answer `live`.
    void restore(MaskDocument document, std::optional<LiveMask> live, MaskSource source, MaskSource answer);
    /// Another mask of the case takes this one's place, with its history; the model's answer stays with the case.
    /// `scheme`: its labels, where its history does not say.
    void takeUp(MaskDocument document, MaskSource source, const LabelScheme &scheme);
    /// A blind reading: the model's probabilities and places are put aside until they are wanted again.
    void setAnswerHidden(bool hidden);
    bool answerHidden() const { return m_hiddenAnswer.has_value(); }
    /// Of the model's answer, seen or hidden; of the mask where there is none.
    const MaskSource &answerSource() const;
    /// Later looks: probabilities for band and places; the mask of the first look stays until the threshold is moved.
    void setBandLive(LiveMask live, int looks);
    /// Per label of the scheme: looks whose mask had it there. Empty with one look or when read back from the store.
    void setVotes(std::vector<Volume<std::uint8_t>> votes) { m_votes = std::move(votes); }
    const std::vector<Volume<std::uint8_t>> &votes() const { return m_votes; }
    const LiveMask &bandLive() const { return m_bandLive.empty() ? m_live : m_bandLive; }

    // --- sign-off: a step of the history, after which nothing changes the mask until `reopen`, a step of its own
    std::optional<SignOff> signedOff() const;
    bool signOff(const std::string &reason = {}); ///< false: there is no mask, or it is signed off already
    bool reopen(const std::string &reason);
    /// True while a sign-off holds the mask; `changeRefused` then tells the reader. Every act below asks it by itself.
    bool refuseChange();

    // --- acts
    void setReader(const QString &name);
    const std::string &reader() const { return m_reader; }
    /// Starts an empty mask of our own where there is none.
    void beginDrawing();
    void beginAct(Act act); ///< refused: no act is open, and what is written goes nowhere
    WriteResult write(const Selection &selection, Label label); ///< shown at once
    WriteResult write(const LabelPatch &patch);
    bool commitAct(); ///< false: nothing changed, there is no step
    void abandonAct();
    bool acting() const { return m_document.isOpen(); }
    void setPreview(LabelMap shown); ///< a tool's answer before it is taken
    void dropPreview();
    bool undo();
    bool redo();
    bool goTo(std::size_t position);
    void setLocked(Label label, bool locked);
    bool setNamed(Act act, const std::string &key, const std::string &value); ///< a named value of the mask: one step

    // --- labels: each a named step; refused (false) while there is no mask, in an act, or once signed off
    bool renameLabel(Label label, const std::string &name);     ///< empty: as shipped again
    bool recolourLabel(Label label, std::optional<Rgb> colour); ///< none: as the palette has it again
    bool resetLabel(Label label);                               ///< name and colour as shipped, in one step
    bool addLabel(const std::string &name);                     ///< also false when there are 255
    /// Only one that was added, and only once the mask holds none of it: undoing must bring back all that went.
    bool removeLabel(Label label);
    bool isLocked(Label label) const { return m_document.rules().locked[label]; }
    /// What may be painted over, as long as this session lasts; locks stay what they are.
    void setPaintOver(PaintOver over, std::bitset<256> onlyOver, std::optional<IntensityLimit> intensity);
    void setHistoryLoader(MaskDocument::Loader loader) { m_document.setLoader(std::move(loader)); }
    void capHistory(std::size_t bytes, std::int64_t savedThrough) { m_document.capHistory(bytes, savedThrough); }

    // --- threshold
    /// Preview threshold of the band's region. Cost: the box that can change.
    void moveThreshold(double threshold);
    double bandThreshold() const;
    bool thresholdMoved() const;
    void applyThreshold();                                                  ///< *Make this the mask*
    void resetThreshold();                                                  ///< back to what was made the mask last
    const Thresholds &modelThresholds() const { return m_modelThresholds; } ///< before anybody moved them
    const LabelVolume &modelMask() const { return m_modelMask; }            ///< what the model said at these
    bool saved() const { return m_saved; }
    void setSaved(bool saved);

    // --- band, overlay, places, cursor
    const BandState &band() const { return m_band; }
    void setBand(const BandState &band);
    const OverlayState &overlay() const { return m_overlay; }
    void setOverlay(const OverlayState &overlay);
    const Places &places() const { return m_places; }
    const std::vector<PlaceState> &placeStates() const { return m_placeStates; }
    bool placesKnown() const { return m_placesKnown; }
    void setPlaces(Places places, std::vector<PlaceState> states = {}, std::vector<PlaceVotes> votes = {});
    const std::vector<PlaceVotes> &placeVotes() const { return m_placeVotes; }
    /// One step of the history: the state, and with `patch` the mask there too. `how`: part of the step's name.
    void settlePlace(int row, PlaceState state, const LabelPatch *patch = nullptr, const std::string &note = {});
    /// What the reader wrote about a place; another text is a step of its own, and an answer to the place keeps it.
    std::string placeNote(int row) const;
    void setPlaceNote(int row, const std::string &note);
    int openPlaces() const;
    double openMl() const;
    /// One step about voxels where another mask says otherwise: `choice` is kept under `key`, and with `patch` its
    /// labels are taken as `source`'s, through locks and settled places. No step when a patch could change nothing.
    WriteResult settleDispute(Act act, const std::string &key, const std::string &choice,
                              const LabelPatch *patch = nullptr, const VoxelSource &source = {});
    const PointMm &cursor() const { return m_cursor; }
    void setCursor(const PointMm &cursor);
    Label labelUnderCursor() const;
    /// The voxel of a region that lies nearest to its centre of mass, LPS mm; nothing when the mask has none of it.
    std::optional<PointMm> centreOf(const std::string &regionId) const;
    /// Still where opening put it: nobody has looked anywhere yet.
    bool cursorUntouched() const { return isOpen() && m_cursor == m_firstCursor; }
    /// Value of a series at the cursor; nothing outside its grid.
    std::optional<float> valueAtCursor(int series) const;

signals:
    void opened();
    void closed();
    void seriesChanged(int series); ///< sequence or reason
    void seriesAdded(int series);
    void seriesRemoved(int series); ///< the later ones moved up
    void windowChanged(int series);
    void maskChanged();                           ///< voxels or volumes; also after each threshold move
    void maskReplaced();                          ///< another mask altogether
    void documentReplaced();                      ///< another mask document: another journal
    void actComing();                             ///< another act begins, or the history is about to move
    void stepMade();                              ///< the last of document().steps() is new
    void historyMoved();                          ///< undo, redo, a jump
    void historyFailed(const glio::Error &error); ///< an undo could not be done; nothing changed
    void locksChanged();
    void labelsChanged(); ///< names, colours, or which labels there are: an edit, its undo, another mask
    void signOffChanged();
    void changeRefused(); ///< the mask is signed off
    void bandChanged();
    void overlayChanged();
    void placesChanged();
    void cursorChanged();
    void savedChanged();

private:
    QString m_id, m_name;
    std::vector<Series> m_series;
    void replaceDocument(const Geometry &grid);
    void dropLive();
    std::map<std::string, double> draftVolumes() const;
    void showMask();     ///< what is shown is the mask again
    void followStates(); ///< scheme, locks, places and thresholds from the document's named values
    void protectFinished();
    void followScheme(const LabelScheme *shipped = nullptr);
    void forgetLabelEdits(const LabelScheme &next);
    void followSignOff();
    bool moved(const Result<VoxelBox> &box);
    struct Answer {
        LiveMask live, bandLive;
        Thresholds modelThresholds;
        LabelVolume modelMask;
        std::vector<Volume<std::uint8_t>> votes;
        Places places;
        std::vector<PlaceVotes> placeVotes;
        bool placesKnown = false, band = false;
    };
    std::optional<Answer> m_hiddenAnswer;
    MaskSource m_answerSource;
    MaskDocument m_document;
    LabelMap m_shown;
    bool m_previewing = false;
    std::string m_reader, m_signed; ///< m_signed: what signOffChanged last told
    std::map<std::string, double> m_draftVolumes;
    const LabelScheme *m_scheme;
    LiveMask m_live, m_bandLive;
    Thresholds m_modelThresholds; ///< as the model gave them
    LabelVolume m_modelMask;
    std::vector<Volume<std::uint8_t>> m_votes;
    std::vector<PlaceVotes> m_placeVotes;
    Thresholds m_applied;
    MaskSource m_source;
    BandState m_band;
    OverlayState m_overlay;
    Places m_places;
    std::vector<PlaceState> m_placeStates;
    bool m_placesKnown = false, m_saved = true, m_orientationStated = true;
    PointMm m_cursor, m_firstCursor;
};

} // namespace glio::app
