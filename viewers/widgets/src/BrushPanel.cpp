#include "glioscope/widgets/BrushPanel.h"

#include "CorrectParts.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/RangeSlider.h"

#include <QBoxLayout>
#include <QSignalBlocker>

#include <cmath>

namespace glio::widgets {
namespace {
constexpr double nameWidth = 74, valueWidth = 72; // the columns left and right of the sliders, px at 100 %

QHBoxLayout *makeRow(QBoxLayout *to)
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::px(8));
    to->addLayout(row);
    return row;
}

QLabel *makeName(const QString &text, QWidget *parent)
{
    auto *name = makeLabel(text, "muted", parent);
    name->setMinimumHeight(Theme::px(28));
    return name;
}

QVBoxLayout *makeColumn(QWidget *in)
{
    auto *column = new QVBoxLayout(in);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    return column;
}
} // namespace

BrushPanel::BrushPanel(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Brush"), this))
{
    setObjectName(QStringLiteral("brushSection"));
    makeColumn(this)->addWidget(m_section);
    m_reset = new IconButton(QStringLiteral("rotate-ccw"), tr("Reset the brush"), {}, 28, 14, m_section);
    m_reset->setObjectName(QStringLiteral("brushReset"));
    m_section->header()->addWidget(m_reset);
    m_content = new QWidget(m_section);
    makeColumn(m_content);
    m_section->body()->addWidget(m_content);
    makeSize();
    makeShape();
    makeRange();
    makeEdges();
    connect(m_reset, &QToolButton::clicked, this, &BrushPanel::resetWished);
    setSizeMm(brushUsualMm);
    setShape(BrushShape::Round);
    setBall(true);
    setRangeOn(false);
    setEdgesOn(false);
    setStrength(50);
    showRangeText();
    fitShape();
}

void BrushPanel::makeSize()
{
    auto *row = makeRow(static_cast<QBoxLayout *>(m_content->layout()));
    auto *name = makeName(tr("Size"), m_content);
    name->setFixedWidth(Theme::px(nameWidth));
    m_sizeSlider = new LogSlider(brushLeastMm, brushMostMm, 0.1, m_content);
    m_sizeSlider->setObjectName(QStringLiteral("brushSizeSlider"));
    m_sizeSlider->setAccessibleName(tr("Size of the brush"));
    m_sizeSlider->setToolTip(tr("Brush smaller and larger  (-, +)"));
    m_sizeSlider->setMinimumSize(Theme::px(60), Theme::px(28));
    m_size = new NumberBox(m_content);
    m_size->setObjectName(QStringLiteral("brushSize"));
    m_size->setAccessibleName(tr("Size of the brush in millimetres"));
    m_size->setToolTip(tr("Diameter of the brush"));
    m_size->setRange(brushLeastMm, brushMostMm);
    m_size->setSuffix(tr(" mm"));
    m_size->setFixedWidth(Theme::px(valueWidth));
    name->setBuddy(m_size);
    row->addWidget(name);
    row->addWidget(m_sizeSlider, 1);
    row->addWidget(m_size);
    connect(m_sizeSlider, &LogSlider::wished, this, [this](double mm) {
        setSizeMm(mm);
        emit sizeWished(mm);
    });
    connect(m_size, &QDoubleSpinBox::valueChanged, this, [this](double mm) {
        m_sizeSlider->setShown(mm);
        emit sizeWished(mm);
    });
}

void BrushPanel::makeShape()
{
    auto *row = makeRow(static_cast<QBoxLayout *>(m_content->layout()));
    m_shapeName = makeName(tr("Shape"), m_content);
    m_shape = new Segmented({tr("Round"), tr("Square")}, m_content);
    m_shape->setObjectName(QStringLiteral("brushShape"));
    m_shape->setAccessibleName(tr("Shape of the brush"));
    m_ball = new Switch(tr("Ball in 3D"), m_content);
    m_ball->setObjectName(QStringLiteral("brush3d"));
    m_ball->setToolTip(tr("Paints the slices beside this one too"));
    row->addWidget(m_shapeName);
    row->addWidget(m_shape);
    row->addStretch(1);
    m_ballName = makeName({}, m_content);
    m_ballName->setBuddy(m_ball);
    row->addWidget(m_ballName);
    row->addWidget(m_ball);
    connect(m_shape, &Segmented::indexWished, this,
            [this](int index) { emit shapeWished(static_cast<BrushShape>(index)); });
    connect(m_ball, &Switch::clicked, this, &BrushPanel::ballWished);
}

void BrushPanel::makeRange()
{
    auto *column = static_cast<QVBoxLayout *>(m_content->layout());
    m_rangeOn = new Switch(tr("Only these intensities"), m_content);
    m_rangeOn->setObjectName(QStringLiteral("brushRangeOn"));
    m_rangeOn->setToolTip(tr("Paints only where the image lies between two values"));
    addRow(column, tr("Only these intensities"), m_rangeOn);
    m_rangeRows = new QWidget(m_content);
    auto *rows = makeColumn(m_rangeRows);
    auto *row = makeRow(rows);
    m_sequence = new ElidingComboBox(m_rangeRows);
    m_sequence->setObjectName(QStringLiteral("brushRangeSequence"));
    m_sequence->setAccessibleName(tr("Sequence of the intensities"));
    m_sequence->setFixedWidth(Theme::px(nameWidth));
    m_sequence->setFocusPolicy(Qt::StrongFocus);
    letWheelPass(m_sequence);
    m_range = new RangeSlider(m_rangeRows);
    m_range->setObjectName(QStringLiteral("brushRange"));
    m_rangeText = withFigures(makeLabel({}, "smallStrong", m_rangeRows));
    m_rangeText->setObjectName(QStringLiteral("brushRangeText"));
    m_rangeText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_rangeText->setMinimumSize(Theme::px(valueWidth), Theme::px(28));
    row->addWidget(m_sequence, 0, Qt::AlignBottom);
    row->addWidget(m_range, 1);
    row->addWidget(m_rangeText, 0, Qt::AlignBottom);
    auto *takeRow = makeRow(rows);
    takeRow->setContentsMargins(0, Theme::px(3), 0, Theme::px(3));
    m_take = new ActionButton(tr("Take from here"), QStringLiteral("pipette"), {}, m_rangeRows);
    m_take->setObjectName(QStringLiteral("brushTake"));
    m_take->setSmall(true);
    m_take->setToolTip(tr("Takes the intensities 5 mm round the cursor"));
    auto *note = makeLabel(tr("5 mm round the cursor"), "hint", m_rangeRows);
    note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    takeRow->addWidget(note, 1);
    takeRow->addWidget(m_take);
    column->addWidget(m_rangeRows);
    m_rangeReason = new ReasonLine(m_content);
    column->addWidget(m_rangeReason);
    connect(m_rangeOn, &Switch::clicked, this, [this](bool on) {
        setRangeOn(on);
        emit rangeOnWished(on);
    });
    connect(m_sequence, &QComboBox::activated, this,
            [this](int index) { emit rangeSequenceWished(m_sequence->itemData(index).toString()); });
    connect(m_range, &RangeSlider::moved, this, [this](double low, double high) {
        showRangeText();
        emit rangeMoved(low, high);
    });
    connect(m_range, &RangeSlider::released, this, &BrushPanel::rangeReleased);
    connect(m_take, &QPushButton::clicked, this, &BrushPanel::takeWished);
}

void BrushPanel::makeEdges()
{
    auto *column = static_cast<QVBoxLayout *>(m_content->layout());
    m_edgesOn = new Switch(tr("Follow edges"), m_content);
    m_edgesOn->setObjectName(QStringLiteral("brushEdges"));
    m_edgesOn->setToolTip(tr("The stroke stops at a strong edge"));
    auto *row = addRow(column, tr("Follow edges"), m_edgesOn);
    m_edgesNote = makeLabel(tr("stops at a strong edge"), "note", m_content);
    m_edgesNote->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->insertWidget(2, m_edgesNote);
    m_strengthRow = new QWidget(m_content);
    auto *strength = makeRow(makeColumn(m_strengthRow));
    auto *name = makeName(tr("Strength"), m_strengthRow);
    name->setFixedWidth(Theme::px(nameWidth));
    m_strength = new CalmSlider(Qt::Horizontal, m_strengthRow);
    m_strength->setObjectName(QStringLiteral("brushStrength"));
    m_strength->setAccessibleName(tr("How weak an edge stops the stroke"));
    m_strength->setToolTip(tr("Stronger stops at weaker edges"));
    m_strength->setRange(0, 100);
    m_strength->setPageStep(10);
    m_strength->setMinimumSize(Theme::px(60), Theme::px(28));
    m_strengthBox = new NumberBox(m_strengthRow);
    m_strengthBox->setObjectName(QStringLiteral("brushStrengthBox"));
    m_strengthBox->setAccessibleName(tr("Strength from 0 to 100"));
    m_strengthBox->setRange(0, 100);
    m_strengthBox->setDecimals(0);
    m_strengthBox->setSingleStep(1);
    m_strengthBox->setFixedWidth(Theme::px(valueWidth));
    name->setBuddy(m_strengthBox);
    strength->addWidget(name);
    strength->addWidget(m_strength, 1);
    strength->addWidget(m_strengthBox);
    column->addWidget(m_strengthRow);
    m_edgesReason = new ReasonLine(m_content);
    column->addWidget(m_edgesReason);
    connect(m_edgesOn, &Switch::clicked, this, [this](bool on) {
        setEdgesOn(on);
        emit edgesOnWished(on);
    });
    connect(m_strength, &QSlider::valueChanged, this, [this](int percent) {
        setStrength(percent);
        emit strengthWished(percent);
    });
    connect(m_strengthBox, &QDoubleSpinBox::valueChanged, this, [this](double percent) {
        setStrength(static_cast<int>(std::lround(percent)));
        emit strengthWished(static_cast<int>(std::lround(percent)));
    });
}

/// In a narrow panel the shapes stand right behind their name and the ball is a ball without "3D".
void BrushPanel::fitShape()
{
    const bool narrow = width() < Theme::px(318);
    m_shapeName->setMinimumWidth(narrow ? 0 : Theme::px(nameWidth));
    m_ballName->setText(narrow ? tr("Ball") : tr("Ball (3D)"));
}

void BrushPanel::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    fitShape();
}

QSize BrushPanel::minimumSizeHint() const { return {Theme::px(285), QFrame::minimumSizeHint().height()}; }

void BrushPanel::setSizeMm(double mm)
{
    const QSignalBlocker quiet(m_size);
    m_size->setValue(mm);
    m_sizeSlider->setShown(mm);
}

void BrushPanel::setShape(BrushShape shape) { m_shape->setIndex(static_cast<int>(shape)); }
void BrushPanel::setBall(bool on) { m_ball->setChecked(on); }

void BrushPanel::setRangeOn(bool on)
{
    m_rangeOn->setChecked(on);
    m_rangeRows->setVisible(on && m_rangeOn->isEnabled());
}

void BrushPanel::setRangeSequences(const std::vector<BrushSequence> &sequences)
{
    const QSignalBlocker quiet(m_sequence);
    const QString current = m_sequence->currentData().toString();
    m_sequence->clear();
    for (const BrushSequence &sequence : sequences)
        m_sequence->addItem(sequence.name, sequence.id);
    setRangeSequence(current);
}

void BrushPanel::setRangeSequence(const QString &id)
{
    const QSignalBlocker quiet(m_sequence);
    m_sequence->setCurrentIndex(m_sequence->count() > 0 ? std::max(0, m_sequence->findData(id)) : -1);
}

void BrushPanel::setRangeLimits(double lowest, double highest, double step)
{
    m_range->setLimits(lowest, highest, step);
    showRangeText();
}

void BrushPanel::setRange(double low, double high)
{
    m_range->setRange(low, high);
    showRangeText();
}

void BrushPanel::setRangeHistogram(const std::vector<std::int64_t> &counts) { m_range->setHistogram(counts); }

void BrushPanel::showRangeText()
{
    m_rangeText->setText(tr("%1 to %2").arg(m_range->valueText(m_range->low()), m_range->valueText(m_range->high())));
}

void BrushPanel::setEdgesOn(bool on)
{
    m_edgesOn->setChecked(on);
    m_strengthRow->setVisible(on && m_edgesOn->isEnabled());
}

void BrushPanel::setStrength(int percent)
{
    const QSignalBlocker quietSlider(m_strength), quietBox(m_strengthBox);
    m_strength->setValue(percent);
    m_strengthBox->setValue(percent);
}

void BrushPanel::setAvailability(const Availability &availability)
{
    m_content->setVisible(availability.available);
    applyAvailability(m_reset, availability);
    m_section->setReason(availability.available ? QString() : availability.reason);
}

void BrushPanel::setRangeAvailability(const Availability &availability)
{
    applyAvailability(m_rangeOn, availability);
    m_rangeReason->setText(availability.available ? QString() : availability.reason);
    setRangeOn(m_rangeOn->isChecked());
}

void BrushPanel::setTakeAvailability(const Availability &availability) { applyAvailability(m_take, availability); }

void BrushPanel::setEdgesAvailability(const Availability &availability)
{
    applyAvailability(m_edgesOn, availability);
    m_edgesReason->setText(availability.available ? QString() : availability.reason);
    m_edgesNote->setVisible(availability.available);
    setEdgesOn(m_edgesOn->isChecked());
}

} // namespace glio::widgets
