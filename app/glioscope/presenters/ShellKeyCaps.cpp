#include "presenters/ShellPresenter.h"

#include "presenters/Presenters.h"
#include "shell/MainWindow.h"

#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/SmartToolsPanel.h"
#include "glioscope/widgets/Toast.h"
#include "glioscope/widgets/ToolRail.h"

#include <QAbstractButton>

// Keys and the controls that they stand for.
namespace glio::app {

using interaction::Intent;

QString ShellPresenter::smartButton(Intent intent)
{
    const std::string_view name = interaction::intentName(intent).substr(5); // "SmartSnake"
    return "smart." + QString::fromUtf8(name.data(), qsizetype(name.size())).toLower();
}

/// Rail and panel say the keys that hold now.
void ShellPresenter::showKeysOnTools()
{
    const auto key = [this](Intent intent) {
        const auto chords = m_p.preferences.keyMap().chords(intent);
        return chords.empty() ? QString() : QString::fromStdString(chords.front());
    };
    using interaction::Tool;
    for (const auto &[intent, tool] :
         {std::pair{Intent::ToolCrosshair, Tool::Crosshair}, std::pair{Intent::ToolPan, Tool::Pan},
          std::pair{Intent::ToolLasso, Tool::Lasso}, std::pair{Intent::ToolBrush, Tool::Brush},
          std::pair{Intent::ToolGrow, Tool::Grow}, std::pair{Intent::ToolRuler, Tool::Ruler},
          std::pair{Intent::ToolAngle, Tool::Angle}, std::pair{Intent::ToolAdaptive, Tool::Adaptive},
          std::pair{Intent::ToolFill, Tool::Fill}, std::pair{Intent::ToolPoints, Tool::Points},
          std::pair{Intent::ToolScissors, Tool::Scissors}, std::pair{Intent::ToolScribble, Tool::Scribble},
          std::pair{Intent::ToolLiveWire, Tool::LiveWire}})
        m_desk.window.toolRail()->setKey(widgets::Tool(tool), key(intent));
    for (Intent intent = Intent::SmartBetween; intent <= Intent::SmartRange; intent = Intent(int(intent) + 1))
        m_desk.window.correctPanel()->smartTools()->setKey(smartButton(intent).mid(6), key(intent));
    for (const auto &[intent, id] : {std::pair{Intent::ToolGrow, "grow"}, std::pair{Intent::ToolPoints, "points"},
                                     std::pair{Intent::ToolFill, "fill"}, std::pair{Intent::ToolScissors, "scissors"},
                                     std::pair{Intent::ToolScribble, "scribbles"}})
        m_desk.window.correctPanel()->smartTools()->setKey(id, key(intent));
}

/// As a click on the control of that name; one that is off says why.
void ShellPresenter::press(const QString &name)
{
    auto *button = m_desk.window.findChild<QAbstractButton *>(name);
    if (!button) return;
    if (button->isEnabled())
        button->click();
    else
        m_desk.window.toast()->show(button->toolTip(), widgets::Tone::Plain);
}

} // namespace glio::app
