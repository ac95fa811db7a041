#pragma once
#include "glioscope/widgets/Availability.h"

#include <QFrame>

#include <cstdint>
#include <vector>

class QComboBox;
class QLabel;

namespace glio::widgets {

class ActionButton;
class CalmSlider;
class IconButton;
class LogSlider;
class NumberBox;
class RangeSlider;
class ReasonLine;
class Section;
class Segmented;
class Switch;

enum class BrushShape { Round, Square };

inline constexpr double brushLeastMm = 0.5, brushMostMm = 50.0, brushUsualMm = 8.0;

/// A sequence whose intensities can hold the brush back.
struct BrushSequence {
    QString id, name; ///< "T1c", "T1c"
};

/// Brush [brushSection]: size, shape, ball, intensities it is held to, edges it stops at. Starts as a round ball of
/// 8.0 mm without limits; the presenter answers brushReset with what it resets to.
class BrushPanel final : public QFrame {
    Q_OBJECT
public:
    explicit BrushPanel(QWidget *parent = nullptr);
    void setSizeMm(double mm); ///< [brushSize], [brushSizeSlider]
    void setShape(BrushShape shape);
    void setBall(bool on);
    void setRangeOn(bool on); ///< on shows the range's rows
    void setRangeSequences(const std::vector<BrushSequence> &sequences);
    void setRangeSequence(const QString &id);
    void setRangeLimits(double lowest, double highest, double step); ///< of the sequence chosen
    void setRange(double low, double high);
    void setRangeHistogram(const std::vector<std::int64_t> &counts); ///< equal bins over the limits
    void setEdgesOn(bool on);                                        ///< on shows the row of the strength
    void setStrength(int percent);
    void setAvailability(const Availability &availability); ///< of the whole section
    void setRangeAvailability(const Availability &availability);
    void setTakeAvailability(const Availability &availability);
    void setEdgesAvailability(const Availability &availability); ///< off: "Needs an image in this view."
    QSize minimumSizeHint() const override;

signals:
    void sizeWished(double mm);
    void shapeWished(glio::widgets::BrushShape shape);
    void ballWished(bool on);
    void rangeOnWished(bool on);
    void rangeSequenceWished(const QString &id);
    void rangeMoved(double low, double high);    ///< every step, while dragging too
    void rangeReleased(double low, double high); ///< the hand let go, or a key step was made
    void takeWished();                           ///< the intensities 5 mm round the cursor
    void edgesOnWished(bool on);
    void strengthWished(int percent);
    void resetWished();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitShape();
    void makeSize();
    void makeShape();
    void makeRange();
    void makeEdges();
    void showRangeText();
    Section *m_section;
    LogSlider *m_sizeSlider;
    NumberBox *m_size, *m_strengthBox;
    Segmented *m_shape;
    Switch *m_ball, *m_rangeOn, *m_edgesOn;
    QWidget *m_content, *m_rangeRows, *m_strengthRow;
    QComboBox *m_sequence;
    RangeSlider *m_range;
    QLabel *m_rangeText, *m_edgesNote, *m_shapeName, *m_ballName;
    ActionButton *m_take;
    CalmSlider *m_strength;
    ReasonLine *m_rangeReason, *m_edgesReason;
    IconButton *m_reset;
};

} // namespace glio::widgets
