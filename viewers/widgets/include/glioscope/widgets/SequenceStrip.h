#pragma once
#include <QFrame>
#include <QImage>

#include <vector>

class QListView;
class QStandardItemModel;

namespace glio::widgets {

/// A sequence of the case, or one that the model would like and that is missing.
struct StripSequence {
    QString id;     ///< the presenter's
    QString name;   ///< "T1c"
    QString detail; ///< "1.0 mm"
    QString reason; ///< why it was taken for this sequence; shown in the tooltip
    QImage thumbnail;
    bool missing = false; ///< drawn as a dashed amber frame with a plus
    bool unsure = false;  ///< the guess is weak; drawn with an amber mark
};
struct MaskItem {
    QString id, name, detail;
    bool visible = true;    ///< the one worked on: drawn; another one: drawn beside it, dashed
    bool active = false;    ///< the one that tools change
    bool selectable = true; ///< a click takes it up; false: it can only be looked at
};

/// Sequence strip [sequenceStrip], 136 wide, thumbnails 118 x 124, and the masks below [maskList].
class SequenceStrip final : public QFrame {
    Q_OBJECT
public:
    explicit SequenceStrip(QWidget *parent = nullptr);
    void setSequences(const std::vector<StripSequence> &items);
    void setActiveSequence(const QString &id);
    void setMasks(const std::vector<MaskItem> &items);
    /// The kinds offered in the context menu "This is …": id and shown name.
    void setKinds(const std::vector<std::pair<QString, QString>> &kinds) { m_kinds = kinds; }

signals:
    void sequenceWished(const QString &id);
    void missingSequenceWished(const QString &id);                   ///< a click on a missing one: choose a file
    void sequenceKindWished(const QString &id, const QString &kind); ///< the guess was wrong
    void sequenceRemoveWished(const QString &id);
    void maskWished(const QString &id);
    void maskVisibleWished(const QString &id, bool visible);
    void maskMenuWished(const QString &id, const QPoint &globalPos); ///< id empty: of the masks together

private:
    void fitHeights();
    void openMenu(const QPoint &at);
    void openMaskMenu(const QPoint &at);
    QListView *m_sequences, *m_masks;
    QWidget *m_maskTitle;
    QStandardItemModel *m_sequenceModel, *m_maskModel;
    std::vector<std::pair<QString, QString>> m_kinds;
};

} // namespace glio::widgets
