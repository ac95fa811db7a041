#include "glioscope/widgets/ReviewPanel.h"

#include "glioscope/widgets/BandPanel.h"
#include "glioscope/widgets/ComparePanel.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/IntensityPanel.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/NotesSection.h"
#include "glioscope/widgets/OverlayPanel.h"
#include "glioscope/widgets/ProvenancePanel.h"
#include "glioscope/widgets/ReviewFooter.h"
#include "glioscope/widgets/SegmentPanel.h"

#include <QBoxLayout>
#include <QScrollArea>

namespace glio::widgets {

SidePanel::SidePanel(double widthAt100, QWidget *parent) : QFrame(parent), m_width(widthAt100)
{
    setProperty("kind", "panel");
    m_outer = new QVBoxLayout(this);
    m_outer->setContentsMargins(1, 0, 0, 0); // the line at the left
    m_outer->setSpacing(0);
    m_scroll = new QScrollArea(this);
    m_scroll->setProperty("kind", "panel");
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto *body = new QWidget;
    body->setProperty("kind", "panelBody");
    m_sections = new QVBoxLayout(body);
    m_sections->setContentsMargins(0, 0, 0, 0);
    m_sections->setSpacing(0);
    m_scroll->setWidget(body);
    m_outer->addWidget(m_scroll, 1);
    const auto fit = [this] {
        setMinimumWidth(Theme::px(300));
        setMaximumWidth(Theme::px(480));
        updateGeometry();
    };
    connect(&Theme::instance(), &Theme::themeChanged, this, fit);
    fit();
}

void SidePanel::addSection(QWidget *section) { m_sections->addWidget(section); }

void SidePanel::moveSection(QWidget *section, int index)
{
    if (m_sections->indexOf(section) == index) return;
    m_sections->removeWidget(section);
    m_sections->insertWidget(index, section);
}

void SidePanel::addStretch() { m_sections->addStretch(1); }

void SidePanel::setFooter(QWidget *footer) { m_outer->addWidget(footer); }

void SidePanel::ensureShown(QWidget *inside, const QRect &rect)
{
    const QRect there(inside->mapTo(m_scroll->widget(), rect.topLeft()), rect.size());
    m_scroll->ensureVisible(there.center().x(), there.bottom(), 0, rect.height() / 2);
    m_scroll->ensureVisible(there.center().x(), there.top(), 0, rect.height() / 2);
}

QSize SidePanel::sizeHint() const { return {Theme::px(m_width), Theme::px(600)}; }

ReviewPanel::ReviewPanel(QWidget *parent) : SidePanel(336, parent)
{
    setObjectName(QStringLiteral("reviewPanel"));
    addSection(m_segment = new SegmentPanel(this));
    addSection(m_regions = new LabelList(QStringLiteral("regionList"), tr("Regions"), this));
    addSection(m_overlay = new OverlayPanel(this));
    addSection(m_band = new BandPanel(this));
    addSection(m_measure = new MeasurePanel(this));
    addSection(m_intensities = new IntensityPanel(this));
    addSection(m_provenance = new ProvenancePanel(this));
    addSection(m_compare = new ComparePanel(this));
    addSection(m_places = new PlacesSection(this));
    addSection(m_notes = new NotesSection(this));
    addStretch();
    setFooter(m_footer = new ReviewFooter(this));
    // After the layout has made room for what unfolded.
    connect(
        m_notes, &NotesSection::opened, this, [this] { ensureShown(m_notes, m_notes->rect()); }, Qt::QueuedConnection);
    connect(m_segment, &SegmentPanel::placeChanged, this,
            [this] { moveSection(m_segment, m_segment->leads() ? 0 : 8); });
}

} // namespace glio::widgets
