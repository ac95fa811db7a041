#pragma once
#include "glioscope/render/SliceAxis.h"

#include <QWidget>

namespace glio::widgets {

/// The 24 px slice slider: labels per slice, doubt per slice, slices edited by hand; handle at the present slice.
/// Top = superior, anterior or right. Click jumps, drag scrubs; wheel and keys step.
class SliceSlider final : public QWidget {
    Q_OBJECT
public:
    explicit SliceSlider(QWidget *parent = nullptr);
    void setAxis(render::SliceAxis axis);
    const render::SliceAxis &axis() const { return m_axis; }
    void setSlice(int slice);
    int slice() const { return m_slice; }
    void setPlaneName(const QString &name); ///< for the tooltip and screen readers

    /// Middle of a slice in widget pixels, and the slice at a pixel (clamped).
    double yOfSlice(int slice) const;
    int sliceAtY(double y) const;
    /// Opacity of the doubt lane for a slice: 0 without doubt, else 0.35..1 by its share of the largest.
    double doubtOpacity(int slice) const;
    /// Tooltip of a slice: "Axial 97. Tumour 4.1 cm², 2 places to check, edited."
    QString description(int slice) const;
    QSize sizeHint() const override;

signals:
    void sliceWished(int slice);     ///< 0-based voxel index
    void sliceStepWished(int steps); ///< positive towards the top

protected:
    void paintEvent(QPaintEvent *) override;
    void mousePressEvent(QMouseEvent *) override;
    void mouseMoveEvent(QMouseEvent *) override;
    void wheelEvent(QWheelEvent *) override;
    void keyPressEvent(QKeyEvent *) override;
    bool event(QEvent *) override;

private:
    void scrub(double y);
    render::SliceAxis m_axis;
    int m_slice = 0;
    double m_wheelRest = 0;
    QString m_planeName;
};

} // namespace glio::widgets
