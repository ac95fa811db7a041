#pragma once
#include "glioscope/widgets/JobCard.h"

#include <QStatusBar>

#include <array>
#include <optional>
#include <utility>
#include <vector>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QToolButton;

namespace glio::widgets {

/// LPS mm as a reader says it: "R 31.0  P 6.0  S 29.0 mm". Exactly 0.0 takes L, P, S.
QString positionText(const std::array<double, 3> &lpsMm);

/// Status bar [statusBar], 26 high: cursor, value per sequence, label under the cross; at right the running job
/// [statusJob], the saved state and the research notice, which is always there.
class StatusBar final : public QStatusBar {
    Q_OBJECT
public:
    explicit StatusBar(QWidget *parent = nullptr);
    void setCursor(const std::optional<std::array<double, 3>> &lpsMm);
    using QWidget::setCursor;
    void setValues(const std::vector<std::pair<QString, QString>> &nameAndValue); ///< {"T1c", "61"}
    void setUnderCross(const QString &labelName);                                 ///< "" hides it
    void setContext(const QString &strong, const QString &plain); ///< Cases page: project, "46 cases"; empty hides
    void setNote(const QString &text);                            ///< "All four views are linked"
    void setSaved(const QString &text);                           ///< "Saved 4 s ago"
    void setJob(const std::optional<JobView> &job);

signals:
    void jobWished(); ///< click on the running job

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitLeft(); ///< the values go first where there is no room

    QWidget *m_left;
    bool m_hasValues = false;
    QLabel *m_cursor, *m_values, *m_under, *m_contextStrong, *m_context, *m_note, *m_saved;
    QToolButton *m_job;
    QProgressBar *m_bar;
};

} // namespace glio::widgets
