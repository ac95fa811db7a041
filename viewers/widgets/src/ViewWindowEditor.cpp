#include "ViewWindowEditor.h"

#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/Theme.h"

#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>

#include <cmath>
#include <limits>

namespace glio::widgets {

ViewWindowEditor::ViewWindowEditor(QWidget *parent)
    : QFrame(parent, Qt::Popup), m_width(new QDoubleSpinBox(this)), m_level(new QDoubleSpinBox(this))
{
    setObjectName(QStringLiteral("windowEditor"));
    setProperty("kind", "floating");
    m_width->setObjectName(QStringLiteral("windowWidth"));
    m_level->setObjectName(QStringLiteral("windowLevel"));
    m_width->setAccessibleName(tr("Window"));
    m_level->setAccessibleName(tr("Level"));
    for (QDoubleSpinBox *box : {m_width, m_level}) {
        box->setKeyboardTracking(false);
        box->setMinimumWidth(Theme::px(110));
    }
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(Theme::px(12), Theme::px(10), Theme::px(12), Theme::px(10));
    grid->setHorizontalSpacing(Theme::px(8));
    grid->setVerticalSpacing(Theme::px(6));
    grid->addWidget(new QLabel(tr("Window"), this), 0, 0);
    grid->addWidget(m_width, 0, 1);
    grid->addWidget(new QLabel(tr("Level"), this), 1, 0);
    grid->addWidget(m_level, 1, 1);
    auto *automatic = new ActionButton(tr("Auto"), {}, QStringLiteral("Ctrl+J"), this);
    auto *reset = new ActionButton(tr("Reset"), {}, {}, this);
    automatic->setSmall(true);
    reset->setSmall(true);
    auto *row = new QHBoxLayout;
    row->addWidget(automatic);
    row->addWidget(reset);
    grid->addLayout(row, 2, 0, 1, 2);
    connect(m_width, &QDoubleSpinBox::valueChanged, this,
            [this](double value) { emit changeWished(0, value - m_shownWidth); });
    connect(m_level, &QDoubleSpinBox::valueChanged, this,
            [this](double value) { emit changeWished(value - m_shownLevel, 0); });
    connect(automatic, &QPushButton::clicked, this, &ViewWindowEditor::autoWished);
    connect(reset, &QPushButton::clicked, this, &ViewWindowEditor::resetWished);
}

void ViewWindowEditor::setValues(double level, double width)
{
    m_shownLevel = level;
    m_shownWidth = width;
    const int decimals = width >= 20 ? 0 : width >= 2 ? 1 : 3;
    const double step = width >= 20 ? std::max(1.0, std::round(width / 50)) : width / 50;
    for (QDoubleSpinBox *box : {m_width, m_level}) {
        const QSignalBlocker quiet(box);
        box->setDecimals(decimals);
        box->setSingleStep(step);
    }
    const QSignalBlocker quietWidth(m_width), quietLevel(m_level);
    m_width->setRange(std::pow(10.0, -decimals), 1e9);
    m_level->setRange(-1e9, 1e9);
    m_width->setValue(width);
    m_level->setValue(level);
    // What the boxes show is rounded: changes are told against that.
    m_shownWidth = m_width->value();
    m_shownLevel = m_level->value();
}

} // namespace glio::widgets
