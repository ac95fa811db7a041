#pragma once
#include "glioscope/widgets/Availability.h"

#include <QFrame>

#include <optional>

class QLabel;

namespace glio::widgets {

class ActionButton;
class IconButton;
class Pill;
class ReasonLine;

/// How the work on a case ended: shown in place of the acts that end it.
struct CaseEnd {
    enum class How { SignedOff, Rejected } how = How::SignedOff;
    QString text;      ///< "Signed off by Ada, 12 May 14:02"
    QString reason;    ///< typed with it; empty: none
    Availability back; ///< *Reopen*
};

/// Footer of Review: [makeReport], [rejectCase], [approveCase] and the reason line with the link "Approve anyway"
/// [approveAnyway]; once a case is signed off or rejected its state [caseEnd] and [reopenCase].
class ReviewFooter final : public QFrame {
    Q_OBJECT
public:
    explicit ReviewFooter(QWidget *parent = nullptr);
    void setReportAvailability(const Availability &availability);
    void setApproveAvailability(const Availability &availability, bool anywayOffered = false);
    void setRejectAvailability(const Availability &availability);
    void setEnd(const std::optional<CaseEnd> &end);

signals:
    void reportWished();
    void approveWished();
    void approveAnywayWished(const QString &reason); ///< the user typed it
    void rejectWished();
    void reopenWished(); ///< also: set a rejection back

private:
    void showParts();
    std::optional<CaseEnd> m_end;
    Availability m_approvable;
    bool m_anywayOffered = false;
    ActionButton *m_report, *m_approve, *m_reopen;
    IconButton *m_reject;
    QWidget *m_endRow;
    Pill *m_endPill;
    QLabel *m_endText, *m_endReason;
    ReasonLine *m_reason;
    QLabel *m_anyway;
};

} // namespace glio::widgets
