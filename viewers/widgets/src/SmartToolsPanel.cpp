#include "glioscope/widgets/SmartToolsPanel.h"

#include "CorrectParts.h"
#include "SmartTools.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SmartToolRows.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QTimer>

namespace glio::widgets {

SmartToolsPanel::SmartToolsPanel(QWidget *parent)
    : QFrame(parent), m_section(new Section(tr("Smart tools"), this)), m_grid(new QGridLayout)
{
    setObjectName(QStringLiteral("smartTools"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(Theme::px(6));
    m_section->body()->addLayout(m_grid);
    int at = 0;
    for (const SmartTool &tool : smartTools()) {
        const QString id = QLatin1String(tool.id);
        auto *button = new SmartToolButton(tool, m_section);
        m_buttons[id] = button;
        m_grid->addWidget(button, at / 2, at % 2);
        ++at;
        setChoices(id, smartToolChoices(id));
        connect(button, &QPushButton::clicked, this, [this, id, button] {
            const std::vector<SmartChoice> &choices = m_choices.at(id);
            if (choices.empty()) {
                emit toolWished(id, {});
                return;
            }
            auto *menu = new QMenu(button);
            menu->setObjectName(button->objectName() + QStringLiteral(".menu"));
            menu->setAttribute(Qt::WA_DeleteOnClose);
            for (const SmartChoice &choice : choices) {
                QAction *entry = menu->addAction(choice.text);
                connect(entry, &QAction::triggered, this, [this, id, choice] { emit toolWished(id, choice.id); });
            }
            menu->popup(button->mapToGlobal(QPoint(0, button->height() + Theme::px(2))));
        });
    }
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, 1);
    m_reason = new ReasonLine(m_section);
    m_reason->setContentsMargins(0, Theme::px(4), 0, 0);
    m_section->body()->addWidget(m_reason);
    makeStrip();
    setTool({});
}

void SmartToolsPanel::makeStrip()
{
    m_strip = new QFrame(m_section);
    m_strip->setObjectName(QStringLiteral("smartOptions"));
    m_strip->setProperty("kind", "noteCard");
    auto *column = new QVBoxLayout(m_strip);
    column->setContentsMargins(Theme::px(10), Theme::px(8), Theme::px(10), Theme::px(9));
    column->setSpacing(Theme::px(6));
    auto *top = new QHBoxLayout;
    top->setSpacing(Theme::px(8));
    m_title = makeLabel({}, "medium", m_strip);
    m_title->setMinimumHeight(Theme::px(28));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_valueName = makeLabel({}, "muted", m_strip);
    m_value = new NumberBox(m_strip);
    m_value->setObjectName(QStringLiteral("smartValue"));
    m_value->setFixedWidth(Theme::px(80));
    m_valueName->setBuddy(m_value);
    top->addWidget(m_title, 1);
    top->addWidget(m_valueName);
    top->addWidget(m_value);
    column->addLayout(top);
    column->addWidget(m_area = new SmartAreaRow(m_strip));
    column->addWidget(m_range = new SmartRangeRow(m_strip));
    column->addWidget(m_snake = new SnakeRow(m_strip));
    m_progress = new QProgressBar(m_strip);
    m_progress->setObjectName(QStringLiteral("smartProgress"));
    m_progress->setProperty("kind", "thin");
    m_progress->setAccessibleName(tr("Progress of the tool"));
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    column->addWidget(m_progress);
    m_preview = makeLabel({}, "small", m_strip, true);
    m_preview->setObjectName(QStringLiteral("smartPreview"));
    column->addWidget(m_preview);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    m_apply = new ActionButton(tr("Apply"), QStringLiteral("check"), tr("Enter"), m_strip);
    m_apply->setObjectName(QStringLiteral("smartApply"));
    m_apply->setKind("primary");
    m_apply->setToolTip(tr("Makes this one step of the history  (Enter)"));
    m_drop = new ActionButton(tr("Drop"), {}, tr("Esc"), m_strip);
    m_drop->setObjectName(QStringLiteral("smartDrop"));
    m_drop->setToolTip(tr("Leaves the mask as it is  (Esc)"));
    acts->addWidget(m_apply, 1);
    acts->addWidget(m_drop);
    column->addLayout(acts);
    m_applyReason = new ReasonLine(m_strip);
    column->addWidget(m_applyReason);
    m_stripRoom = new QWidget(m_section); // hidden with the strip, so that it leaves no gap
    auto *room = new QVBoxLayout(m_stripRoom);
    room->setContentsMargins(0, Theme::px(8), 0, 0);
    room->addWidget(m_strip);
    m_section->body()->addWidget(m_stripRoom);
    for (QWidget *part : {static_cast<QWidget *>(m_value), static_cast<QWidget *>(m_apply),
                          static_cast<QWidget *>(m_drop), static_cast<QWidget *>(m_strip)})
        part->installEventFilter(this);
    connect(m_value, &QDoubleSpinBox::valueChanged, this, &SmartToolsPanel::valueWished);
    connect(m_apply, &QPushButton::clicked, this, &SmartToolsPanel::applyWished);
    connect(m_drop, &QPushButton::clicked, this, &SmartToolsPanel::dropWished);
}

bool SmartToolsPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (!enter && key != Qt::Key_Escape) return QFrame::eventFilter(watched, event);
    if (watched == m_value) m_value->interpretText(); // what was typed counts before it is applied
    if (enter && watched != m_drop)
        m_apply->click(); // says nothing while it is off
    else
        m_drop->click();
    return true;
}

void SmartToolsPanel::setTool(const QString &id, const QString &choice)
{
    if (!id.isEmpty() && !m_buttons.contains(id)) return;
    m_tool = id;
    m_choice = choice;
    for (const auto &[name, button] : m_buttons)
        button->setChecked(name == id);
    m_strip->setVisible(!id.isEmpty());
    m_stripRoom->setVisible(!id.isEmpty());
    m_area->setVisible(id == QLatin1String("border") || id == QLatin1String("range"));
    m_range->setVisible(id == QLatin1String("range"));
    m_snake->setVisible(id == QLatin1String("snake"));
    setProgress(-1);
    showTitle();
    setValueKind(smartToolValue(id, choice));
    setPreview({});
    setApplyAvailability({});
    if (!id.isEmpty()) QTimer::singleShot(0, this, &SmartToolsPanel::showStrip); // when it has its place
}

/// The strip lies below a long grid, and its panel scrolls.
void SmartToolsPanel::showStrip()
{
    for (QWidget *above = parentWidget(); above; above = above->parentWidget())
        if (auto *panel = qobject_cast<SidePanel *>(above)) panel->ensureShown(m_strip, m_strip->rect());
}

void SmartToolsPanel::showTitle()
{
    QString title = smartToolTitle(m_tool);
    if (const auto known = m_choices.find(m_tool); known != m_choices.end())
        for (const SmartChoice &choice : known->second)
            if (choice.id == m_choice) title = choice.text;
    m_title->setText(title);
    m_strip->setAccessibleName(title);
}

void SmartToolsPanel::setValueKind(const std::optional<SmartValue> &value)
{
    m_value->setVisible(value.has_value());
    m_valueName->setVisible(value && value->name != m_title->text());
    if (!value) return;
    const QSignalBlocker quiet(m_value);
    m_valueName->setText(value->name);
    m_value->setAccessibleName(value->name);
    m_value->setSuffix(QLatin1Char(' ') + value->unit);
    m_value->setDecimals(value->step < 1 ? 1 : 0);
    m_value->setRange(value->lowest, value->highest);
    m_value->setSingleStep(value->step);
    m_value->setValue(value->usual);
    m_value->setSigned(value->isSigned);
}

void SmartToolsPanel::setValue(double value)
{
    const QSignalBlocker quiet(m_value);
    m_value->setValue(value);
}

void SmartToolsPanel::setPreview(const QString &text)
{
    const QString shown = text.isEmpty() ? smartToolHint(m_tool, m_choice) : text;
    m_preview->setText(shown);
    m_preview->setVisible(!shown.isEmpty());
}

void SmartToolsPanel::setProgress(double share)
{
    m_progress->setVisible(share >= 0);
    if (share >= 0) m_progress->setValue(int(1000 * share));
}

void SmartToolsPanel::setApplyAvailability(const Availability &availability)
{
    applyAvailability(m_apply, availability);
    m_applyReason->setText(availability.available ? QString() : availability.reason);
}

void SmartToolsPanel::setToolAvailability(const QString &id, const Availability &availability)
{
    const auto button = m_buttons.find(id);
    if (button == m_buttons.end()) return;
    applyAvailability(button->second, availability);
    if (availability.available)
        m_off.erase(id);
    else
        m_off[id] = availability;
    showReasons();
}

void SmartToolsPanel::showReasons()
{
    // One line for each reason, in the order of the grid; all tools off for one reason: the reason alone.
    std::vector<std::pair<QString, QStringList>> byReason;
    for (const SmartTool &tool : smartTools()) {
        const auto off = m_off.find(QLatin1String(tool.id));
        if (off == m_off.end()) continue;
        const auto known = std::find_if(byReason.begin(), byReason.end(),
                                        [&](const auto &entry) { return entry.first == off->second.reason; });
        if (known == byReason.end())
            byReason.push_back({off->second.reason, {smartToolText(off->first)}});
        else
            known->second << smartToolText(off->first);
    }
    QStringList lines;
    for (const auto &[reason, names] : byReason)
        if (static_cast<std::size_t>(names.size()) == m_buttons.size())
            lines << reason;
        else if (names.size() == 1)
            lines << tr("%1 is off: %2").arg(names.front(), reason);
        else
            lines << tr("%1 are off: %2").arg(names.join(tr(", ")), reason);
    m_reason->setText(lines.join(QLatin1Char('\n')));
}

void SmartToolsPanel::setKey(const QString &id, const QString &key)
{
    if (const auto found = m_buttons.find(id); found != m_buttons.end()) found->second->setKey(key);
}

void SmartToolsPanel::setChoices(const QString &id, const std::vector<SmartChoice> &choices)
{
    const auto button = m_buttons.find(id);
    if (button == m_buttons.end()) return;
    m_choices[id] = choices;
    button->second->setHasMenu(!choices.empty());
}

QSize SmartToolsPanel::minimumSizeHint() const { return {Theme::px(285), QFrame::minimumSizeHint().height()}; }

} // namespace glio::widgets
