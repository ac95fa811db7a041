#include "glioscope/widgets/OverlayPanel.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QSignalBlocker>
#include <QSlider>

namespace glio::widgets {

OverlayPanel::OverlayPanel(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Overlay"), this))
{
    setObjectName(QStringLiteral("overlaySection"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    auto *hint = makeLabel(tr("hides while held"), "hint", m_section);
    hint->setToolTip(tr("Hold H to hide, S to switch"));
    m_section->header()->addWidget(new KeyCap(QStringLiteral("H"), m_section));
    m_section->header()->addWidget(hint);

    m_style = new Segmented({tr("Fill"), tr("Outline"), tr("Both")}, m_section);
    m_style->setObjectName(QStringLiteral("overlayStyle"));
    m_style->setAccessibleName(tr("How regions are drawn"));
    m_style->setToolTip(tr("Hold H to hide, S to switch"));
    m_width = new Segmented({QStringLiteral("1.5"), tr("2.5 px")}, m_section);
    m_width->setObjectName(QStringLiteral("outlineWidth"));
    m_width->setAccessibleName(tr("Width of the outline"));
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::px(8));
    row->addWidget(m_style);
    row->addStretch(1);
    m_lineName = makeLabel(tr("Line"), "small", m_section);
    row->addWidget(m_lineName);
    row->addWidget(m_width);
    m_section->body()->addLayout(row);

    m_fill = new QSlider(Qt::Horizontal, m_section);
    m_fill->setObjectName(QStringLiteral("fillOpacity"));
    m_fill->setAccessibleName(tr("Opacity of the fill"));
    m_fill->setToolTip(tr("Fill less and more  (A, D)"));
    m_fill->setRange(0, 100);
    m_fill->setPageStep(10);
    m_fill->setMinimumHeight(Theme::px(28));
    m_fill->setMinimumWidth(Theme::px(60));
    m_fillText = withFigures(makeLabel({}, "", m_section));
    m_fillText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_fillText->setFixedWidth(Theme::px(40));
    auto *fill = new QHBoxLayout;
    fill->setContentsMargins(0, 0, 0, 0);
    fill->setSpacing(Theme::px(8));
    auto *fillName = makeLabel(tr("Fill"), "muted", m_section);
    fillName->setFixedWidth(Theme::px(74));
    fillName->setMinimumHeight(Theme::px(28));
    fill->addWidget(fillName);
    fill->addWidget(m_fill, 1);
    fill->addWidget(m_fillText);
    m_section->body()->addLayout(fill);

    m_patterns = new IconButton(QStringLiteral("pattern-hatch"), tr("Patterns for shapes"), {}, 28, 18, m_section);
    m_patterns->setCheckable(true);
    m_patterns->setObjectName(QStringLiteral("overlayPattern"));
    m_patterns->setToolTip(tr("Patterns for shapes: labels can be told apart without colour"));
    fill->addWidget(m_patterns);

    connect(m_style, &Segmented::indexWished, this,
            [this](int index) { emit overlayStyleWished(static_cast<OverlayStyle>(index)); });
    connect(m_width, &Segmented::indexWished, this,
            [this](int index) { emit outlineWidthWished(index == 0 ? 1.5 : 2.5); });
    connect(m_fill, &QSlider::valueChanged, this, [this](int percent) {
        m_fillText->setText(tr("%1 %").arg(percent));
        emit fillOpacityWished(percent);
    });
    connect(m_patterns, &QToolButton::clicked, this, &OverlayPanel::patternsWished);
    setOverlayStyle(OverlayStyle::Both);
    setOutlineWidth(1.5);
    setFillOpacity(34);
}

QSize OverlayPanel::minimumSizeHint() const { return {Theme::px(285), QFrame::minimumSizeHint().height()}; }

void OverlayPanel::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    m_lineName->setVisible(width() >= Theme::px(318));
}

void OverlayPanel::setOverlayStyle(OverlayStyle style) { m_style->setIndex(static_cast<int>(style)); }

void OverlayPanel::setOutlineWidth(double px) { m_width->setIndex(px < 2 ? 0 : 1); }

void OverlayPanel::setFillOpacity(int percent)
{
    const QSignalBlocker quiet(m_fill);
    m_fill->setValue(percent);
    m_fillText->setText(tr("%1 %").arg(percent));
}

void OverlayPanel::setPatterns(bool on) { m_patterns->setChecked(on); }

void OverlayPanel::setAvailability(const Availability &availability)
{
    for (QWidget *control : {static_cast<QWidget *>(m_style), static_cast<QWidget *>(m_width),
                             static_cast<QWidget *>(m_fill), static_cast<QWidget *>(m_patterns)})
        applyAvailability(control, availability);
    m_section->setReason(availability.available ? QString() : availability.reason);
}

} // namespace glio::widgets
