#include "glioscope/widgets/ReviewFooter.h"

#include "glioscope/widgets/CasesPage.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/Dialogs.h"

#include <QBoxLayout>

namespace glio::widgets {

ReviewFooter::ReviewFooter(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("reviewFooter"));
    setProperty("kind", "footer");
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(Theme::px(16), Theme::px(12), Theme::px(16), Theme::px(12));
    outer->setSpacing(0);

    m_endRow = new QWidget(this);
    m_endRow->setObjectName(QStringLiteral("caseEnd"));
    auto *end = new QVBoxLayout(m_endRow);
    end->setContentsMargins(0, 0, 0, Theme::px(10));
    end->setSpacing(Theme::px(4));
    m_endPill = new Pill(m_endRow);
    m_endText = makeLabel({}, "", m_endRow, true);
    m_endText->setObjectName(QStringLiteral("caseEndText"));
    m_endReason = makeLabel({}, "hint", m_endRow, true);
    m_endReason->setObjectName(QStringLiteral("caseEndReason"));
    end->addWidget(m_endPill, 0, Qt::AlignLeft);
    end->addWidget(m_endText);
    end->addWidget(m_endReason);
    outer->addWidget(m_endRow);

    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    m_report = new ActionButton(tr("Report"), QStringLiteral("file-text"), {}, this);
    m_report->setObjectName(QStringLiteral("makeReport"));
    m_reject = new IconButton(QStringLiteral("circle-x"), tr("Reject this case: not for training"), {}, 32, 18, this);
    m_reject->setObjectName(QStringLiteral("rejectCase"));
    m_approve = new ActionButton(tr("Approve"), QStringLiteral("badge-check"), {}, this);
    m_approve->setObjectName(QStringLiteral("approveCase"));
    m_reopen = new ActionButton(tr("Reopen"), QStringLiteral("lock-open"), {}, this);
    m_reopen->setObjectName(QStringLiteral("reopenCase"));
    acts->addWidget(m_report, 1);
    acts->addWidget(m_approve, 1);
    acts->addWidget(m_reopen, 1);
    acts->addWidget(m_reject);
    outer->addLayout(acts);
    auto *line = new QHBoxLayout;
    line->setContentsMargins(0, 0, 0, 0);
    m_reason = new ReasonLine(this);
    m_anyway = new QLabel(this);
    m_anyway->setObjectName(QStringLiteral("approveAnyway"));
    m_anyway->setProperty("kind", "link");
    m_anyway->setTextFormat(Qt::RichText);
    m_anyway->setText(
        QStringLiteral("<a href='#' style='text-decoration:none'>%1</a>").arg(tr("Approve anyway").toHtmlEscaped()));
    line->addWidget(m_reason, 1);
    line->addWidget(m_anyway, 0, Qt::AlignBottom);
    outer->addLayout(line);
    connect(m_report, &QPushButton::clicked, this, &ReviewFooter::reportWished);
    connect(m_approve, &QPushButton::clicked, this, &ReviewFooter::approveWished);
    connect(m_reject, &QToolButton::clicked, this, &ReviewFooter::rejectWished);
    connect(m_reopen, &QPushButton::clicked, this, &ReviewFooter::reopenWished);
    connect(m_anyway, &QLabel::linkActivated, this, [this] {
        ReasonDialog dialog(tr("Approve with open places"), tr("Say why. The reason is kept with the case."),
                            tr("Approve"), window());
        if (dialog.exec() == QDialog::Accepted) emit approveAnywayWished(dialog.reason());
    });
    showParts();
}

void ReviewFooter::setReportAvailability(const Availability &availability)
{
    applyAvailability(m_report, availability);
}

void ReviewFooter::setApproveAvailability(const Availability &availability, bool anywayOffered)
{
    applyAvailability(m_approve, availability);
    m_approvable = availability;
    m_anywayOffered = anywayOffered;
    showParts();
}

void ReviewFooter::setRejectAvailability(const Availability &availability)
{
    applyAvailability(m_reject, availability);
}

void ReviewFooter::setEnd(const std::optional<CaseEnd> &end)
{
    m_end = end;
    if (end) {
        const CaseState state = end->how == CaseEnd::How::SignedOff ? CaseState::Approved : CaseState::Rejected;
        m_endPill->set(caseStateText(state), caseStateIcon(state), caseStateTone(state));
        m_endText->setText(end->text);
        m_endReason->setText(end->reason);
        m_reopen->setText(end->how == CaseEnd::How::SignedOff ? tr("Reopen") : tr("Set back"));
        m_reopen->setIconName(end->how == CaseEnd::How::SignedOff ? QStringLiteral("lock-open")
                                                                  : QStringLiteral("undo-2"));
        applyAvailability(m_reopen, end->back);
    }
    showParts();
}

void ReviewFooter::showParts()
{
    m_endRow->setVisible(m_end.has_value());
    m_endReason->setVisible(m_end && !m_end->reason.isEmpty());
    m_reopen->setVisible(m_end.has_value());
    m_approve->setVisible(!m_end);
    m_reject->setVisible(!m_end);
    m_reason->setText(m_end ? m_end->back.reason : m_approvable.available ? QString() : m_approvable.reason);
    m_anyway->setVisible(!m_end && !m_approvable.available && m_anywayOffered);
}

} // namespace glio::widgets
