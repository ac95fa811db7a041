#include "glioscope/widgets/ToolRail.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QPainter>

namespace glio::widgets {
namespace {
struct Entry {
    Tool tool;
    const char *name, *icon, *key;
    int kind; ///< tools of one kind stand together
};
constexpr Entry entries[] = {{Tool::Crosshair, "tool.crosshair", "crosshair", "1", 0},
                             {Tool::Pan, "tool.pan", "hand", "2", 0},
                             {Tool::Lasso, "tool.lasso", "lasso", "3", 1},
                             {Tool::LiveWire, "tool.liveWire", "live-wire", "⇧3", 1},
                             {Tool::Brush, "tool.brush", "brush", "4", 1},
                             {Tool::Grow, "tool.grow", "sparkles", "5", 1},
                             {Tool::Ruler, "tool.ruler", "ruler", "6", 1},
                             {Tool::Angle, "tool.angle", "angle", "⇧6", 1},
                             {Tool::Adaptive, "tool.adaptive", "wand-sparkles", "7", 2},
                             {Tool::Fill, "tool.fill", "paint-bucket", "8", 2},
                             {Tool::Points, "tool.points", "circle-dot", "9", 2},
                             {Tool::Scribble, "tool.scribble", "scribble", "⇧9", 2},
                             {Tool::Scissors, "tool.scissors", "scissors", "0", 2}};

QString toolText(Tool tool)
{
    switch (tool) {
    case Tool::Crosshair:
        return ToolRail::tr("Crosshair");
    case Tool::Pan:
        return ToolRail::tr("Zoom and pan");
    case Tool::Lasso:
        return ToolRail::tr("Lasso and polygon");
    case Tool::Brush:
        return ToolRail::tr("Brush");
    case Tool::Grow:
        return ToolRail::tr("Grow region");
    case Tool::Ruler:
        return ToolRail::tr("Ruler");
    case Tool::Angle:
        return ToolRail::tr("Angle");
    case Tool::Adaptive:
        return ToolRail::tr("Adaptive brush");
    case Tool::Fill:
        return ToolRail::tr("Fill");
    case Tool::Points:
        return ToolRail::tr("Model points");
    case Tool::Scissors:
        return ToolRail::tr("Scissors in 3D");
    case Tool::Scribble:
        return ToolRail::tr("Scribbles");
    case Tool::LiveWire:
        return ToolRail::tr("Live wire");
    }
    return {};
}
} // namespace

/// 36 x 36, the digit of its key in the corner.
class ToolButton final : public QToolButton {
public:
    ToolButton(const Entry &entry, QWidget *parent)
        : QToolButton(parent), m_key(QString::fromUtf8(entry.key)), m_icon(QLatin1String(entry.icon))
    {
        setObjectName(QLatin1String(entry.name));
        setCheckable(true);
        setFocusPolicy(Qt::StrongFocus);
        setAccessibleName(toolText(entry.tool));
        setKey(m_key);
    }
    void setKey(const QString &key)
    {
        m_key = key;
        setUsualToolTip(this, key.isEmpty() ? accessibleName() : QStringLiteral("%1  (%2)").arg(accessibleName(), key));
        m_key.replace(QStringLiteral("Shift+"), QStringLiteral("⇧"));
        if (m_key.size() > 2) m_key.clear(); // no room in the corner
        update();
    }
    QSize sizeHint() const override { return {Theme::px(36), Theme::px(36)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (isChecked() || (underMouse() && isEnabled())) {
            painter.setBrush(Theme::color(isChecked() ? Token::AcBg : Token::Bg3));
            QColor edge = Theme::color(Token::Ac);
            edge.setAlphaF(0.35f);
            painter.setPen(isChecked() ? QPen(edge) : QPen(Qt::NoPen));
            painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(7), Theme::px(7));
        }
        if (!isEnabled()) painter.setOpacity(0.42);
        const QColor colour = Theme::color(isChecked() ? Token::Ac : Token::T2);
        painter.drawPixmap((width() - Theme::px(20)) / 2, (height() - Theme::px(20)) / 2,
                           Theme::pixmap(m_icon, 20, colour, devicePixelRatioF()));
        QFont digit = Theme::font(TextSize::Note, QFont::Medium);
        digit.setPixelSize(Theme::px(9));
        painter.setFont(digit);
        painter.setPen(isChecked() ? colour : Theme::color(Token::T3));
        painter.drawText(rect().adjusted(0, 0, -Theme::px(3), -Theme::px(1)), Qt::AlignRight | Qt::AlignBottom, m_key);
    }

private:
    QString m_key, m_icon;
};

ToolRail::ToolRail(QWidget *parent) : QFrame(parent), m_layout(new QVBoxLayout(this)), m_group(new QButtonGroup(this))
{
    setObjectName(QStringLiteral("toolRail"));
    m_layout->setContentsMargins(0, Theme::px(8), 0, Theme::px(8));
    m_layout->setSpacing(Theme::px(2));
    int kind = 0;
    for (const Entry &entry : entries) {
        if (entry.kind != kind) {
            auto *line = new QFrame(this);
            line->setProperty("kind", "lineStrong");
            line->setFixedSize(Theme::px(24), 1);
            m_layout->addSpacing(Theme::px(5));
            m_layout->addWidget(line, 0, Qt::AlignHCenter);
            m_layout->addSpacing(Theme::px(5));
            m_lines.push_back(line);
            kind = entry.kind;
        }
        auto *button = new ToolButton(entry, this);
        m_buttons[entry.tool] = button;
        m_group->addButton(button, static_cast<int>(entry.tool));
        m_layout->addWidget(button, 0, Qt::AlignHCenter);
    }
    connect(m_group, &QButtonGroup::idClicked, this, [this](int id) { emit toolWished(static_cast<Tool>(id)); });
    m_layout->addStretch(1);
    auto *window =
        new IconButton(QStringLiteral("contrast"), tr("Automatic window"), QStringLiteral("Ctrl+J"), 36, 20, this);
    window->setObjectName(QStringLiteral("autoWindowButton"));
    auto *full = new IconButton(QStringLiteral("maximize"), tr("Full screen"), QStringLiteral("F4"), 36, 20, this);
    full->setObjectName(QStringLiteral("fullScreenButton"));
    m_layout->addWidget(window, 0, Qt::AlignHCenter);
    m_layout->addWidget(full, 0, Qt::AlignHCenter);
    connect(window, &QToolButton::clicked, this, &ToolRail::windowLevelWished);
    connect(full, &QToolButton::clicked, this, &ToolRail::fullScreenWished);
    const auto fit = [this] { setFixedWidth(Theme::px(48)); };
    connect(&Theme::instance(), &Theme::themeChanged, this, fit);
    fit();
    setTools({Tool::Crosshair, Tool::Pan, Tool::Ruler, Tool::Angle});
    setTool(Tool::Crosshair);
}

void ToolRail::setTools(const std::vector<Tool> &tools)
{
    int shownOfKind[3] = {0, 0, 0};
    for (const Entry &entry : entries) {
        const bool shown = std::find(tools.begin(), tools.end(), entry.tool) != tools.end();
        m_buttons.at(entry.tool)->setVisible(shown);
        shownOfKind[entry.kind] += shown;
    }
    m_lines[0]->setVisible(shownOfKind[0] > 0 && shownOfKind[1] > 0);
    m_lines[1]->setVisible(shownOfKind[2] > 0 && shownOfKind[0] + shownOfKind[1] > 0);
}

void ToolRail::setTool(Tool tool) { m_buttons.at(tool)->setChecked(true); }

void ToolRail::setKey(Tool tool, const QString &key) { m_buttons.at(tool)->setKey(key); }

void ToolRail::setToolAvailability(Tool tool, const Availability &availability)
{
    applyAvailability(m_buttons.at(tool), availability);
}

} // namespace glio::widgets
