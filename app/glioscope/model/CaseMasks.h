#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/project/ProjectTypes.h"
#include "model/CaseModel.h"

#include <QObject>

#include <functional>
#include <string>
#include <vector>

namespace glio::app {
class Journal;

/// The scheme that a kept mask is in, with its own labels; the default one where neither it nor its record says.
/// Lives as long as the program. Thread: any.
const LabelScheme &schemeOf(const MaskDocument &document, const project::MaskRow &row);

/// Labels in another scheme and on another grid (nearest label). Errors: InvalidArgument (labels that the scheme cannot
/// say), OutOfMemory. Thread: any.
Result<LabelMap> broughtTo(const LabelMap &labels, const LabelScheme &from, const LabelScheme &to,
                           const Geometry &grid);

/// The masks of the open case: the one at hand, which CaseModel holds, and the others, which the project holds with
/// their histories. A mask is never deleted; one that is put away is no longer listed. Thread: the GUI's.
class CaseMasks final : public QObject {
    Q_OBJECT
public:
    CaseMasks(CaseModel &model, Journal &journal, QObject *parent = nullptr);

    /// In the order they were made; the one at hand is among them, also before its first step.
    const std::vector<project::MaskRow> &list() const { return m_list; }
    const std::string &current() const;
    const project::MaskRow *find(const std::string &id) const;
    /// What the model said, before hands came to it; an id that `labelsOf` knows beside those of the list.
    static constexpr const char *kDraftId = "draft";

    /// A mask's labels on the grid of the mask at hand (nearest label where the grids differ) and in its scheme.
    /// Errors: InvalidArgument (not of this case, labels that the scheme cannot say), Io, Geometry.
    Result<LabelMap> labelsOf(const std::string &id) const { return reading(id)(); }
    /// The same as work for any thread, with what is at hand now.
    std::function<Result<LabelMap>()> reading(const std::string &id) const;

    /// `why`: empty, or a sentence that says why the mask at hand must stay for now (a job that writes into it).
    void setHolder(std::function<std::string()> why) { m_holder = std::move(why); }
    /// Another mask can be taken up or begun. Errors: Unsupported (a job holds the one at hand, or nothing can be
    /// kept), Io (its last steps are not on the disk yet, and would be lost with it).
    Result<void> mayChange() const;

    /// This one is worked on from now on; the one before stays as it is. Errors: as mayChange, Io; nothing has changed
    /// then.
    Result<void> takeUp(const std::string &id);
    enum class Content { Empty, CopyOfCurrent };
    /// Another mask of the present reader, which becomes the one at hand. `name` as the list shows it.
    Result<void> add(const std::string &name, Content content); ///< Errors: as mayChange
    /// A mask that came from elsewhere, beside the one at hand. In the scheme of the one at hand, or turned into it.
    /// Its id. Errors: InvalidArgument (the labels cannot be turned into this scheme).
    Result<std::string> addBeside(const LabelVolume &mask, const LabelScheme &scheme, const std::string &name);
    /// The one at hand; a step of its history. False: it has that name, or is signed off.
    bool rename(const std::string &name);
    void putAway(const std::string &id); ///< from the list, not from the disk; not the one at hand

    /// A reading that nothing else may sway: an empty mask, and of the other masks and the model nothing is shown,
    /// in this session or the next, until it ends.
    Result<void> beginBlind(const std::string &reader); ///< Errors: as mayChange
    void endBlind();
    bool blind() const { return m_blind; }
    void restoreBlind(); ///< the case was left during one

signals:
    void changed();      ///< the list, a name, or which is at hand
    void blindChanged(); ///< begun or ended

private:
    void followCurrent();
    void followName();
    void setBlind(bool blind);
    void begin(project::MaskRow row, MaskDocument document);
    CaseModel &m_model;
    Journal &m_journal;
    std::vector<project::MaskRow> m_list;
    std::function<std::string()> m_holder;
    bool m_blind = false;
};

/// Where a kept mask came from, by its voxels. `answer`: of the model's answer that the case keeps.
MaskSource sourceOfMask(const project::MaskRow &row, const MaskDocument &document, const MaskSource &answer);

} // namespace glio::app
