#pragma once
#include "glioscope/widgets/Availability.h"
#include "glioscope/widgets/JobCard.h"

#include <QFrame>

#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QVBoxLayout;

namespace glio::widgets {

class ActionButton;
class ReasonLine;

/// One line of the pre-flight.
struct PreflightRow {
    enum class State { Found, Missing, Unsure, Note, Refused };
    QString id; ///< "T1", or a word of the presenter's; the row is named preflight.<id>
    State state = State::Found;
    QString text;   ///< "FLAIR is missing. Without FLAIR it finds oedema less well."
    QString action; ///< text of a link at the right, "Choose a file"; empty: none
};
struct ModelChoice {
    QString id, name;
    Availability availability;
};

/// Top of the Review panel while there is no mask or a job runs, its end otherwise: what will run, on what, for how
/// long, and one button [segmentButton]. Names: segmentSection, segmentModel, segmentButton, preflight.<id>. While a
/// job runs the job card stands in its place.
class SegmentPanel final : public QFrame {
    Q_OBJECT
public:
    explicit SegmentPanel(QWidget *parent = nullptr);
    void setPreflight(const std::vector<PreflightRow> &rows);
    void setModels(const std::vector<ModelChoice> &models, const QString &current);
    void setDevice(const QString &text);                          ///< "CPU, 2 cores, bf16"
    void setEstimate(const QString &time, const QString &memory); ///< "about 15 s", "1.9 GB of 5.0 GB free"
    void setAvailability(const Availability &availability);
    void setHasMask(bool hasMask); ///< true: a small section "Segment again" instead of the primary button
    void setJob(const std::optional<JobView> &job);
    QWidget *segmentButton() const;                        ///< the first coach mark points here
    bool leads() const { return m_running || !m_hasMask; } ///< belongs to the top of the panel now

signals:
    void segmentWished();
    void modelWished(const QString &id);
    void modelDetailsWished();
    void preflightActionWished(const QString &id);
    void stopWished();
    void placeChanged(); ///< `leads` may have changed

private:
    void showRows();
    QLabel *m_title, *m_intro, *m_device, *m_time, *m_memory;
    QVBoxLayout *m_rows;
    std::vector<QWidget *> m_rowWidgets;
    QComboBox *m_model;
    std::vector<ModelChoice> m_models;
    ActionButton *m_segment;
    ReasonLine *m_reason;
    JobCard *m_job;
    QWidget *m_preflight, *m_line;
    bool m_hasMask = false, m_running = false;
};

} // namespace glio::widgets
