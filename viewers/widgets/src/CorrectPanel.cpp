#include "glioscope/widgets/CorrectPanel.h"

#include "CorrectParts.h"
#include "glioscope/widgets/BrushPanel.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/HistoryList.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/SmartToolsPanel.h"

#include <QBoxLayout>
#include <QSignalBlocker>

namespace glio::widgets {

// --- PaintOverRow ----------------------------------------------------------------------------------------------------
PaintOverRow::PaintOverRow(QWidget *parent) : QWidget(parent)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(Theme::px(8), Theme::px(4), Theme::px(8), 0); // the rows above reach 8 px further out
    layout->setSpacing(Theme::px(8));
    auto *name = makeLabel(tr("Paint over"), "muted", this);
    m_choice = new ElidingComboBox(this);
    m_choice->setObjectName(QStringLiteral("paintOver"));
    m_choice->setAccessibleName(tr("What a stroke may cover"));
    m_choice->setToolTip(tr("What a stroke may cover"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(8);
    m_choice->setMinimumWidth(Theme::px(176));
    m_choice->setFocusPolicy(Qt::StrongFocus);
    letWheelPass(m_choice);
    name->setBuddy(m_choice);
    layout->addWidget(name);
    layout->addStretch(1);
    layout->addWidget(m_choice);
    connect(m_choice, &QComboBox::activated, this,
            [this](int index) { emit choiceWished(m_choice->itemData(index).toString()); });
    setChoices({{QStringLiteral("unlocked"), tr("Everything unlocked")}});
}

void PaintOverRow::setChoices(const std::vector<PaintOverChoice> &choices)
{
    const QSignalBlocker quiet(m_choice);
    const QString current = choice();
    m_choice->clear();
    for (const PaintOverChoice &entry : choices)
        m_choice->addItem(entry.text, entry.id);
    setChoice(current);
}

void PaintOverRow::setChoice(const QString &id)
{
    const QSignalBlocker quiet(m_choice);
    if (const int index = m_choice->findData(id); index >= 0) m_choice->setCurrentIndex(index);
}

QString PaintOverRow::choice() const { return m_choice->currentData().toString(); }

// --- CorrectFooter ---------------------------------------------------------------------------------------------------
CorrectFooter::CorrectFooter(QWidget *parent) : QFrame(parent)
{
    setProperty("kind", "footer");
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(Theme::px(16), Theme::px(12), Theme::px(16), Theme::px(12));
    outer->setSpacing(0);
    auto *row = new QHBoxLayout;
    row->setSpacing(Theme::px(8));
    m_change = withFigures(new QLabel(this));
    m_change->setObjectName(QStringLiteral("changeSinceDraft"));
    m_change->setProperty("kind", "small");
    m_change->setTextFormat(Qt::RichText); // the number stands out
    m_change->setMinimumWidth(Theme::px(40));
    m_done = new ActionButton(tr("Done"), {}, {}, this);
    m_done->setObjectName(QStringLiteral("doneCorrect"));
    m_done->setToolTip(tr("Back to where you came from"));
    row->addWidget(m_change, 1);
    row->addWidget(m_done);
    outer->addLayout(row);
    m_reason = new ReasonLine(this);
    outer->addWidget(m_reason);
    connect(m_done, &QPushButton::clicked, this, &CorrectFooter::doneWished);
    connect(&Theme::instance(), &Theme::themeChanged, this, &CorrectFooter::showChange);
}

void CorrectFooter::setChange(std::optional<double> ml)
{
    m_changeMl = ml;
    showChange();
}

void CorrectFooter::showChange()
{
    if (!m_changeMl) {
        m_change->clear();
        return;
    }
    QString number = oneDecimal(*m_changeMl);
    if (number.mid(1) == QLatin1String("0.0")) number.remove(0, 1); // no "−0.0" for a rounding error
    if (*m_changeMl > 0 && number != QLatin1String("0.0")) number.prepend(QLatin1Char('+'));
    const QString strong =
        QStringLiteral("<span style='color:%1'>%2</span>").arg(Theme::color(Token::T1).name(), tr("%1 mL").arg(number));
    m_change->setText(tr("Changed since the draft: %1").arg(strong));
    m_change->setAccessibleName(tr("Changed since the draft: %1").arg(tr("%1 mL").arg(number)));
}

void CorrectFooter::setDoneAvailability(const Availability &availability)
{
    applyAvailability(m_done, availability);
    m_reason->setText(availability.available ? QString() : availability.reason);
}

// --- CorrectPanel ----------------------------------------------------------------------------------------------------
CorrectPanel::CorrectPanel(QWidget *parent) : SidePanel(336, parent)
{
    setObjectName(QStringLiteral("correctPanel"));
    addSection(m_labels = new LabelList(QStringLiteral("labelList"), tr("Labels"), this));
    m_labels->addBelow(m_paintOver = new PaintOverRow(m_labels));
    addSection(m_brush = new BrushPanel(this));
    addSection(m_smartTools = new SmartToolsPanel(this));
    addSection(m_history = new HistoryList(this)); // takes what height is left
    setFooter(m_footer = new CorrectFooter(this));
}

} // namespace glio::widgets
