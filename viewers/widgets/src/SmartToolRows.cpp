#include "glioscope/widgets/SmartToolRows.h"

#include "CorrectParts.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/RangeSlider.h"

#include <QBoxLayout>
#include <QSignalBlocker>

#include <cmath>

namespace glio::widgets {
namespace {
constexpr double nameWidth = 74, valueWidth = 84; // px at 100 %

QVBoxLayout *makeColumn(QWidget *in)
{
    auto *column = new QVBoxLayout(in);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::px(2));
    return column;
}

QHBoxLayout *makeRow(QBoxLayout *to)
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::px(8));
    to->addLayout(row);
    return row;
}

ElidingComboBox *makeCombo(const char *object, const QString &name, QWidget *parent)
{
    auto *combo = new ElidingComboBox(parent);
    combo->setObjectName(QLatin1String(object));
    combo->setAccessibleName(name);
    combo->setToolTip(name);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(6);
    combo->setFocusPolicy(Qt::StrongFocus);
    letWheelPass(combo);
    return combo;
}

void fill(QComboBox *combo, const std::vector<SmartChoice> &choices, const QString &current)
{
    const QSignalBlocker quiet(combo);
    combo->clear();
    for (const SmartChoice &choice : choices)
        combo->addItem(choice.text, choice.id);
    if (const int index = combo->findData(current); index >= 0) combo->setCurrentIndex(index);
}
} // namespace

// --- SmartAreaRow ----------------------------------------------------------------------------------------------------
SmartAreaRow::SmartAreaRow(QWidget *parent) : QWidget(parent)
{
    auto *row = makeRow(makeColumn(this));
    auto *name = makeLabel(tr("Where"), "muted", this);
    name->setFixedWidth(Theme::px(nameWidth));
    m_choice = makeCombo("smartArea", tr("Where the tool works"), this);
    name->setBuddy(m_choice);
    row->addWidget(name);
    row->addWidget(m_choice, 1);
    connect(m_choice, &QComboBox::activated, this,
            [this](int index) { emit choiceWished(m_choice->itemData(index).toString()); });
}

QString SmartAreaRow::choice() const { return m_choice->currentData().toString(); }

void SmartAreaRow::setChoices(const std::vector<SmartChoice> &choices) { fill(m_choice, choices, choice()); }

void SmartAreaRow::setChoice(const QString &id)
{
    const QSignalBlocker quiet(m_choice);
    if (const int index = m_choice->findData(id); index >= 0) m_choice->setCurrentIndex(index);
}

// --- SmartRangeRow ---------------------------------------------------------------------------------------------------
SmartRangeRow::SmartRangeRow(QWidget *parent) : QWidget(parent)
{
    auto *column = makeColumn(this);
    auto *row = makeRow(column);
    m_sequence = makeCombo("smartRangeSequence", tr("Sequence of the intensities"), this);
    m_sequence->setFixedWidth(Theme::px(nameWidth));
    m_range = new RangeSlider(this);
    m_range->setObjectName(QStringLiteral("smartRange"));
    m_range->setAccessibleName(tr("Intensities that count"));
    row->addWidget(m_sequence, 0, Qt::AlignBottom);
    row->addWidget(m_range, 1);
    auto *below = makeRow(column);
    m_text = withFigures(makeLabel({}, "smallStrong", this));
    m_text->setObjectName(QStringLiteral("smartRangeText"));
    m_text->setMinimumWidth(Theme::px(valueWidth));
    auto *otsu = new ActionButton(tr("Propose"), QStringLiteral("sparkles"), {}, this);
    otsu->setObjectName(QStringLiteral("smartOtsu"));
    otsu->setSmall(true);
    otsu->setToolTip(tr("Parts bright from dark by Otsu's method"));
    below->addWidget(m_text, 1);
    below->addWidget(otsu);
    connect(m_sequence, &QComboBox::activated, this,
            [this](int index) { emit sequenceWished(m_sequence->itemData(index).toString()); });
    connect(m_range, &RangeSlider::moved, this, [this](double low, double high) {
        showText();
        emit rangeWished(low, high);
    });
    connect(otsu, &QPushButton::clicked, this, &SmartRangeRow::otsuWished);
}

void SmartRangeRow::setSequences(const std::vector<SmartChoice> &sequences, const QString &current)
{
    fill(m_sequence, sequences, current);
}

void SmartRangeRow::setLimits(double lowest, double highest, double step, const std::vector<std::int64_t> &histogram)
{
    m_range->setLimits(lowest, highest, step);
    m_range->setHistogram(histogram);
    showText();
}

void SmartRangeRow::setRange(double low, double high)
{
    m_range->setRange(low, high);
    showText();
}

void SmartRangeRow::showText()
{
    m_text->setText(tr("%1 to %2").arg(m_range->valueText(m_range->low()), m_range->valueText(m_range->high())));
}

// --- SnakeRow --------------------------------------------------------------------------------------------------------
SnakeRow::SnakeRow(QWidget *parent) : QWidget(parent)
{
    auto *column = makeColumn(this);
    m_expansion =
        addSlider(tr("Expansion"), QStringLiteral("snakeExpansion"), tr("Push outwards or inwards"), -100, 100);
    m_edges = addSlider(tr("Edges"), QStringLiteral("snakeEdges"), tr("Pull into edges"), 0, 200);
    auto *row = makeRow(column);
    const auto button = [&](const char *icon, const QString &name, const char *object) {
        auto *made = new IconButton(QLatin1String(icon), name, {}, 28, 15, this);
        made->setObjectName(QLatin1String(object));
        row->addWidget(made);
        return made;
    };
    m_play = button("pause", tr("Pause"), "snakePlay");
    m_step = button("arrow-right", tr("One step"), "snakeStep");
    m_reset = button("rotate-ccw", tr("Back to the start"), "snakeReset");
    row->addStretch(1);
    connect(m_play, &QToolButton::clicked, this, [this] { emit playWished(!m_playing); });
    connect(m_step, &QToolButton::clicked, this, &SnakeRow::stepWished);
    connect(m_reset, &QToolButton::clicked, this, &SnakeRow::resetWished);
    setPlaying(false);
}

QSlider *SnakeRow::addSlider(const QString &name, const QString &object, const QString &said, int least, int most)
{
    auto *row = makeRow(static_cast<QBoxLayout *>(layout()));
    auto *label = makeLabel(name, "muted", this);
    label->setFixedWidth(Theme::px(nameWidth));
    auto *slider = new CalmSlider(Qt::Horizontal, this);
    slider->setObjectName(object);
    slider->setAccessibleName(said);
    slider->setToolTip(said);
    slider->setRange(least, most);
    slider->setSingleStep(5);
    slider->setPageStep(20);
    slider->setMinimumSize(Theme::px(60), Theme::px(26));
    auto *value = withFigures(makeLabel({}, "smallStrong", this));
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    value->setText(QString::number(0.0, 'f', 2));
    value->setFixedWidth(Theme::px(40));
    label->setBuddy(slider);
    row->addWidget(label);
    row->addWidget(slider, 1);
    row->addWidget(value);
    connect(slider, &QSlider::valueChanged, this, [this, value](int hundredths) {
        value->setText(QString::number(hundredths / 100.0, 'f', 2));
        if (!signalsBlocked()) emit forcesWished(m_expansion->value() / 100.0, m_edges->value() / 100.0);
    });
    return slider;
}

void SnakeRow::setPlaying(bool playing)
{
    m_playing = playing;
    m_play->setIconName(playing ? QStringLiteral("pause") : QStringLiteral("play"));
    m_play->setNameAndKey(playing ? tr("Pause") : tr("Play"), {});
    m_step->setEnabled(!playing && m_play->isEnabled());
}

void SnakeRow::setReady(bool ready)
{
    m_play->setEnabled(ready);
    m_reset->setEnabled(ready);
    m_step->setEnabled(ready && !m_playing);
}

void SnakeRow::setForces(double expansion, double edges)
{
    const QSignalBlocker quiet(this);
    m_expansion->setValue(int(std::lround(100 * expansion)));
    m_edges->setValue(int(std::lround(100 * edges)));
}

} // namespace glio::widgets
