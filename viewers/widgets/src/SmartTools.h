#pragma once
#include "glioscope/widgets/SmartToolsPanel.h"

#include <QPushButton>

#include <span>

namespace glio::widgets {

/// What is known about a tool before anybody asks: its place in the grid is its place in this list.
struct SmartTool {
    const char *id, *icon, *key;
};
std::span<const SmartTool> smartTools();
QString smartToolText(const QString &id);  ///< "Fill between": on the button
QString smartToolTitle(const QString &id); ///< "Fill between slices": tooltip and strip
QString smartToolHint(const QString &id, const QString &choice);
std::vector<SmartChoice> smartToolChoices(const QString &id);
std::optional<SmartValue> smartToolValue(const QString &id, const QString &choice);

/// Button of the grid: icon, text that ends in "…" where it must, key cap or the arrow of a menu at the right.
/// Checked = the tool at hand; a click asks and does not check.
class SmartToolButton final : public QPushButton {
    Q_OBJECT
public:
    SmartToolButton(const SmartTool &tool, QWidget *parent);
    void setHasMenu(bool has);
    void setKey(const QString &key); ///< "5": on the button where it fits, and in the tooltip
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void nextCheckState() override {}

private:
    QString m_icon, m_key;
    bool m_hasMenu = false;
};

} // namespace glio::widgets
