#pragma once
#include "glioscope/widgets/Availability.h"

#include <QColor>
#include <QFrame>
#include <QWidget>

#include <array>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;

namespace glio::widgets {

class ActionButton;
class IconButton;
class Section;
class Switch;

/// Slider from Tighter (left, high threshold) to Wider (right, low threshold) over a histogram of undecided voxels,
/// with a solid tick at the inner line and a dashed one at the outer. Value = threshold p, 0.02..0.98, step 0.01.
/// Arrows move 1 step, PgUp/PgDn 10, Home/End to the ends; double-click goes back to 0.50.
class BandSlider final : public QWidget {
    Q_OBJECT
public:
    explicit BandSlider(QWidget *parent = nullptr);
    void setThreshold(double p); ///< shows it; emits nothing
    double threshold() const { return m_threshold; }
    void setLines(double inner, double outer); ///< p of the ticks, 0.90 and 0.10
    /// counts[q] = voxels whose byte is q (annotation/Decode.h histogram()); bars are drawn on a root scale.
    void setHistogram(const std::array<std::int64_t, 256> &counts);
    void setBarColour(const QColor &colour); ///< of the region
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void moved(double p);    ///< every step, while dragging too
    void released(double p); ///< the hand let go, or a key step was made

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void wish(double p);
    double toX(double p) const;
    double fromX(double x) const;
    double m_threshold = 0.5, m_inner = 0.9, m_outer = 0.1;
    std::vector<float> m_bars; ///< 60 heights 0..1, left = tighter
    QColor m_colour;
    bool m_dragging = false;
};

struct BandRegion {
    QString id, name; ///< "WT", "Whole tumour"
    QColor colour;
};

/// Confidence band [bandSection]: [bandEnabled], [bandRegion], [bandThreshold], three volumes, [bandApply], [heatMap].
class BandPanel final : public QFrame {
    Q_OBJECT
public:
    explicit BandPanel(QWidget *parent = nullptr);
    void setAvailability(const Availability &availability); ///< off: "No stored probabilities. Run Segment once."
    void setBandEnabled(bool on);
    void setRegions(const std::vector<BandRegion> &regions);
    void setRegion(const QString &id);
    void setHistogram(const std::array<std::int64_t, 256> &counts);
    void setThreshold(double p);
    void setLines(double inner, double outer);
    void setVolumes(std::optional<double> innerMl, std::optional<double> nowMl, std::optional<double> outerMl);
    void setApplyVisible(bool visible); ///< true once the slider was moved
    void setApplyAvailability(const Availability &availability);
    void setHeatMap(bool on);
    /// One look only: the key says "The model wavers between the lines." instead of speaking of looks.
    void setLooks(int looks);

signals:
    void bandEnabledWished(bool on);
    void regionWished(const QString &id);
    void thresholdMoved(double p);
    void thresholdReleased(double p);
    void applyWished();
    void resetWished(); ///< back to the mask as it is
    void heatMapWished(bool on);

private:
    void showColour();
    Section *m_section;
    Switch *m_enabled;
    IconButton *m_heatMap;
    QComboBox *m_region;
    BandSlider *m_slider;
    std::array<QLabel *, 3> m_volumes;
    QLabel *m_insideText, *m_outsideText;
    class LineKey *m_insideKey, *m_outsideKey;
    ActionButton *m_apply, *m_reset;
    QWidget *m_content;
    std::vector<BandRegion> m_regions;
};

} // namespace glio::widgets
