#pragma once
#include "glioscope/widgets/SmartToolsPanel.h"

#include <QWidget>

#include <cstdint>
#include <vector>

class QSlider;

namespace glio::widgets {

class ElidingComboBox;
class IconButton;
class RangeSlider;

/// Where a smart tool works [smartArea]: "everywhere", "place", "lasso", "label.ET", "region.WT" …; the presenter says
/// which there are.
class SmartAreaRow final : public QWidget {
    Q_OBJECT
public:
    explicit SmartAreaRow(QWidget *parent = nullptr);
    void setChoices(const std::vector<SmartChoice> &choices); ///< the one at hand stays where it is among them
    void setChoice(const QString &id);                        ///< shows it; emits nothing
    QString choice() const;

signals:
    void choiceWished(const QString &id);

private:
    ElidingComboBox *m_choice;
};

/// The intensities of a threshold: sequence [smartRangeSequence], range [smartRange] and what Otsu's method proposes
/// [smartOtsu].
class SmartRangeRow final : public QWidget {
    Q_OBJECT
public:
    explicit SmartRangeRow(QWidget *parent = nullptr);
    void setSequences(const std::vector<SmartChoice> &sequences, const QString &current);
    void setLimits(double lowest, double highest, double step, const std::vector<std::int64_t> &histogram);
    void setRange(double low, double high); ///< shows it; emits nothing

signals:
    void sequenceWished(const QString &id);
    void rangeWished(double low, double high);
    void otsuWished();

private:
    void showText();
    ElidingComboBox *m_sequence;
    RangeSlider *m_range;
    QLabel *m_text;
};

/// How a snake moves: [snakePlay], [snakeStep], [snakeReset], and its forces [snakeExpansion] (-1..1) and [snakeEdges]
/// (0..2).
class SnakeRow final : public QWidget {
    Q_OBJECT
public:
    explicit SnakeRow(QWidget *parent = nullptr);
    void setPlaying(bool playing);
    void setReady(bool ready); ///< there is a shape that can move
    void setForces(double expansion, double edges);

signals:
    void playWished(bool on);
    void stepWished();
    void resetWished();
    void forcesWished(double expansion, double edges);

private:
    QSlider *addSlider(const QString &name, const QString &object, const QString &said, int least, int most);
    IconButton *m_play, *m_step, *m_reset;
    QSlider *m_expansion, *m_edges; ///< in hundredths
    bool m_playing = false;
};

} // namespace glio::widgets
