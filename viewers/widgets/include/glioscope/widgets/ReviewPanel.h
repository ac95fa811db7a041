#pragma once
#include <QFrame>

class QScrollArea;
class QVBoxLayout;

namespace glio::widgets {

class SegmentPanel;
class LabelList;
class OverlayPanel;
class BandPanel;
class IntensityPanel;
class ComparePanel;
class MeasurePanel;
class PlacesSection;
class ProvenancePanel;
class NotesSection;
class ReviewFooter;

/// A side panel: sections on one scroll, and a fixed footer for the final act. Width by the mode (336, 400, 352),
/// resizable 300..480 by the splitter it stands in.
class SidePanel : public QFrame {
    Q_OBJECT
public:
    explicit SidePanel(double widthAt100, QWidget *parent = nullptr);
    void addSection(QWidget *section);             ///< takes it
    void moveSection(QWidget *section, int index); ///< 0: the top
    void addStretch();
    void setFooter(QWidget *footer); ///< takes it
    QSize sizeHint() const override;
    void ensureShown(QWidget *inside, const QRect &rect); ///< scrolls until `rect` of `inside` is in sight

private:
    double m_width;
    QScrollArea *m_scroll;
    QVBoxLayout *m_sections, *m_outer;
};

/// The panel of Review [reviewPanel], from top to bottom as in ui.md 4.2. Presenters talk to the parts.
class ReviewPanel final : public SidePanel {
    Q_OBJECT
public:
    explicit ReviewPanel(QWidget *parent = nullptr);
    SegmentPanel *segment() const { return m_segment; }
    LabelList *regions() const { return m_regions; }
    OverlayPanel *overlay() const { return m_overlay; }
    BandPanel *band() const { return m_band; }
    MeasurePanel *measure() const { return m_measure; }
    IntensityPanel *intensities() const { return m_intensities; }
    ProvenancePanel *provenance() const { return m_provenance; }
    ComparePanel *compare() const { return m_compare; }
    PlacesSection *places() const { return m_places; }
    NotesSection *notes() const { return m_notes; }
    ReviewFooter *footer() const { return m_footer; }

private:
    SegmentPanel *m_segment;
    LabelList *m_regions;
    OverlayPanel *m_overlay;
    BandPanel *m_band;
    MeasurePanel *m_measure;
    IntensityPanel *m_intensities;
    ProvenancePanel *m_provenance;
    ComparePanel *m_compare;
    PlacesSection *m_places;
    NotesSection *m_notes;
    ReviewFooter *m_footer;
};

} // namespace glio::widgets
