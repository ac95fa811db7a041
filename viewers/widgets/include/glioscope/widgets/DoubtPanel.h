#pragma once
#include "glioscope/widgets/Availability.h"
#include "glioscope/widgets/ReviewPanel.h"

#include <QFrame>
#include <QImage>

#include <array>
#include <map>
#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QListView;
class QStandardItemModel;
class QToolButton;

namespace glio::widgets {

class ActionButton;
class BandSlider;
class EmptyState;
class Section;
class Switch;

enum class PlaceState { Open, Kept, Changed, Asked };
enum class PlaceSort { VolumeAtStake, Slice, Label };

/// A row of the list, 64 high.
struct DoubtRow {
    int id = 0, rank = 0;
    QImage thumbnail; ///< square, of the sequence that shows it best
    QString question; ///< "Oedema or normal?"
    QString where;    ///< "Right, axial 90 to 104"
    double atStakeMl = 0;
    PlaceState state = PlaceState::Open;
};

/// The section about the place in view [placeDetail].
struct PlaceDetail {
    QString title; ///< "Place 1"
    QString looks; ///< "The model looked 4 times: oedema twice, normal tissue twice."
    double tighterMl = 0, nowMl = 0, widerMl = 0;
    double threshold = 0.5, inner = 0.9, outer = 0.1;
    std::optional<std::array<std::int64_t, 256>> histogram;
    QColor colour;
    QString calibration; ///< "" : none
    QString note;        ///< the reader's own words about it
    Availability noting;
};

/// Panel of Doubts [doubtPanel], 400 wide: header with progress, [doubtList] (rows doubtList.row.<id>), Checked below,
/// [placeDetail].
class DoubtPanel final : public SidePanel {
    Q_OBJECT
public:
    explicit DoubtPanel(QWidget *parent = nullptr);
    /// Open ones first in the order given, then the checked ones. `smallCount`: places too small to visit.
    void setRows(const std::vector<DoubtRow> &rows, int smallCount, double smallMl);
    void setThumbnail(int id, const QImage &image); ///< arrives later than the row
    void setActive(int id);                         ///< 0: none
    void setProgress(int kept, int changed, int total, double openMl);
    void setSort(PlaceSort sort);
    void setDetail(const std::optional<PlaceDetail> &detail);
    void setBandEnabled(bool on);
    void setLooking(int look, int of); ///< looks still running; 0, 0 ends it
    /// Shown when there is nothing to visit: "Segment first.", or the good news.
    void setEmptyText(const QString &title, const QString &text);

signals:
    void placeWished(int id);
    void sortWished(glio::widgets::PlaceSort sort);
    void thresholdMoved(double p);
    void thresholdReleased(double p);
    void bandEnabledWished(bool on);
    void noteWished(const QString &note); ///< about the place in detail, when the typing ends

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *m_header;
    QLabel *m_count, *m_openMl, *m_small, *m_looking;
    class StackedBar *m_strip;
    QToolButton *m_sort, *m_checkedTitle;
    QListView *m_list, *m_checkedList;
    QStandardItemModel *m_model, *m_checked;
    Section *m_detail;
    QLabel *m_looks, *m_tighter, *m_now, *m_wider, *m_calibration;
    QWidget *m_calibrationNote;
    QLineEdit *m_noteEdit;
    BandSlider *m_slider;
    Switch *m_band;
    EmptyState *m_empty;
    QWidget *m_footRoom;
    PlaceSort m_sorted = PlaceSort::VolumeAtStake;
    double m_tighterMl = 0, m_nowMl = 0, m_widerMl = 0;
    void fitLists();
    void showVolumes();
};

enum class PlaceAct { Back, Keep, Fix, TakeOuter, TakeInner, Ask, Next };

/// Action bar under the views [doubtActions], 52 high: [doubtBack] [doubtKeep] [doubtFix] [doubtOuter] [doubtInner]
/// [doubtAsk] [doubtNext]. Only Back and Next are shown until the presenter shows more.
class DoubtActions final : public QFrame {
    Q_OBJECT
public:
    explicit DoubtActions(QWidget *parent = nullptr);
    void setShown(PlaceAct act, bool shown);
    void setAvailability(PlaceAct act, const Availability &availability);
    QSize minimumSizeHint() const override; ///< narrow: the keys go, then the texts; tooltips keep both

signals:
    void actWished(glio::widgets::PlaceAct act);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    std::map<PlaceAct, ActionButton *> m_buttons;
};

} // namespace glio::widgets
