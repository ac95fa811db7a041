#pragma once
#include <QWidget>

#include <cstdint>
#include <vector>

namespace glio::widgets {

/// Slider with two handles over a histogram: the values between the handles count. Values are whatever the histogram is
/// of (grey values of a sequence); they lie on steps from the lowest limit on. The handles may meet and never cross.
/// Arrows move the handle at hand 1 step, PgUp/PgDn 10, Home/End as far as it may go; Tab goes to the other handle.
class RangeSlider final : public QWidget {
    Q_OBJECT
public:
    enum class Handle { Low, High };
    explicit RangeSlider(QWidget *parent = nullptr);
    void setLimits(double lowest, double highest, double step = 1); ///< highest > lowest, step > 0; else left alone
    void setRange(double low, double high);                         ///< shows it, within the limits; emits nothing
    double low() const { return m_low; }
    double high() const { return m_high; }
    double lowest() const { return m_lowest; }
    double highest() const { return m_highest; }
    double step() const { return m_step; }
    Handle handle() const { return m_handle; } ///< the one the keys move
    void setHandle(Handle handle);
    void moveHandle(Handle handle, double value); ///< as if by hand: emits moved()
    /// counts[n] = voxels in the n-th of equal bins over the limits; drawn on a root scale. Empty: no histogram.
    void setHistogram(const std::vector<std::int64_t> &counts);
    QString valueText(double value) const; ///< with as many decimals as the step has
    int trackY() const;                    ///< where the track lies, for what stands beside it
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void moved(double low, double high);    ///< every step, while dragging too
    void released(double low, double high); ///< the hand let go, or a key step was made

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    bool focusNextPrevChild(bool next) override;

private:
    double toX(double value) const;
    double fromX(double x) const;
    double snapped(double value) const;
    void say();
    double m_lowest = 0, m_highest = 255, m_step = 1, m_low = 0, m_high = 255;
    std::vector<float> m_bars; ///< heights 0..1
    Handle m_handle = Handle::Low;
    bool m_dragging = false;
};

} // namespace glio::widgets
