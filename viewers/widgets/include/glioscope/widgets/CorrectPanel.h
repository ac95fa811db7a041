#pragma once
#include "glioscope/widgets/Availability.h"
#include "glioscope/widgets/ReviewPanel.h"

#include <optional>
#include <vector>

class QComboBox;
class QLabel;

namespace glio::widgets {

class ActionButton;
class BrushPanel;
class HistoryList;
class LabelList;
class ReasonLine;
class SmartToolsPanel;

/// What a stroke may cover.
struct PaintOverChoice {
    QString id, text; ///< "unlocked", "Everything unlocked"
};

/// Row "Paint over" with its combo box [paintOver]. Holds one choice, "Everything unlocked", until it is given others.
class PaintOverRow final : public QWidget {
    Q_OBJECT
public:
    explicit PaintOverRow(QWidget *parent = nullptr);
    void setChoices(const std::vector<PaintOverChoice> &choices); ///< keeps the choice where it is still there
    void setChoice(const QString &id);                            ///< shows it; an unknown id changes nothing
    QString choice() const;

signals:
    void choiceWished(const QString &id);

private:
    QComboBox *m_choice;
};

/// Footer of Correct: [changeSinceDraft], [doneCorrect].
class CorrectFooter final : public QFrame {
    Q_OBJECT
public:
    explicit CorrectFooter(QWidget *parent = nullptr);
    void setChange(std::optional<double> ml); ///< since the draft; none: there is no draft, and nothing is said
    void setDoneAvailability(const Availability &availability);

signals:
    void doneWished(); ///< back to the mode one came from

private:
    void showChange();
    QLabel *m_change;
    ActionButton *m_done;
    ReasonLine *m_reason;
    std::optional<double> m_changeMl;
};

/// The panel of Correct [correctPanel], from top to bottom as in ui.md 4.3. Presenters talk to the parts.
class CorrectPanel final : public SidePanel {
    Q_OBJECT
public:
    explicit CorrectPanel(QWidget *parent = nullptr);
    LabelList *labels() const { return m_labels; }
    PaintOverRow *paintOver() const { return m_paintOver; }
    BrushPanel *brush() const { return m_brush; }
    SmartToolsPanel *smartTools() const { return m_smartTools; }
    HistoryList *history() const { return m_history; }
    CorrectFooter *footer() const { return m_footer; }

private:
    LabelList *m_labels;
    PaintOverRow *m_paintOver;
    BrushPanel *m_brush;
    SmartToolsPanel *m_smartTools;
    HistoryList *m_history;
    CorrectFooter *m_footer;
};

} // namespace glio::widgets
