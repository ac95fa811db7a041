#pragma once
#include "glioscope/widgets/Availability.h"

#include <QFrame>

class QLabel;
class QSlider;

namespace glio::widgets {

class Section;
class Segmented;
class IconButton;

enum class OverlayStyle { Fill, Outline, Both };

/// Overlay section [overlaySection]: [overlayStyle], [outlineWidth], [fillOpacity], [overlayPattern].
class OverlayPanel final : public QFrame {
    Q_OBJECT
public:
    explicit OverlayPanel(QWidget *parent = nullptr);
    void setOverlayStyle(OverlayStyle style);
    void setOutlineWidth(double px); ///< 1.5 or 2.5
    void setFillOpacity(int percent);
    void setPatterns(bool on);
    void setAvailability(const Availability &availability);
    /// 285 wide: what is only a help leaves when there is no room for it.
    QSize minimumSizeHint() const override;

signals:
    void overlayStyleWished(glio::widgets::OverlayStyle style);
    void outlineWidthWished(double px);
    void fillOpacityWished(int percent); ///< while the slider moves
    void patternsWished(bool on);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    Section *m_section;
    Segmented *m_style, *m_width;
    QSlider *m_fill;
    QLabel *m_fillText;
    IconButton *m_patterns;
    QLabel *m_lineName;
};

} // namespace glio::widgets
