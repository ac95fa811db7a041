#include "model/CaseModel.h"

// The end of the work on a mask: named values of its history, so that it is kept, shown and undone with the rest.
namespace glio::app {
namespace {

constexpr const char *kSigned = "signed", *kReason = "signed.reason", *kReopened = "reopened";

std::string nowText() { return QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString(); }

} // namespace

std::optional<SignOff> CaseModel::signedOff() const
{
    const QString text = QString::fromStdString(m_document.state(kSigned));
    const qsizetype bar = text.lastIndexOf('|'); // a name may hold one, a time never does
    if (bar < 0) return std::nullopt;
    return SignOff{text.left(bar), QDateTime::fromString(text.mid(bar + 1), Qt::ISODate).toLocalTime()};
}

bool CaseModel::refuseChange()
{
    if (m_document.state(kSigned).empty()) return false;
    emit changeRefused();
    return true;
}

bool CaseModel::signOff(const std::string &reason)
{
    if (!hasMask() || signedOff()) return false;
    if (acting()) commitAct(); // a stroke in hand is part of what is signed
    beginAct({"signoff", 0, 0, m_reader});
    m_document.setState(kSigned, m_reader + '|' + nowText());
    m_document.setState(kReason, reason);
    m_document.setState(kReopened, "");
    return commitAct();
}

bool CaseModel::reopen(const std::string &reason)
{
    if (!signedOff() || acting()) return false;
    emit actComing();
    dropPreview();
    m_document.begin({"reopen", 0, 0, reason});
    m_document.setState(kSigned, "");
    m_document.setState(kReason, "");
    m_document.setState(kReopened, m_reader + '|' + nowText() + '|' + reason);
    return commitAct();
}

void CaseModel::followSignOff()
{
    std::string now = m_document.state(kSigned);
    if (now == m_signed) return;
    m_signed = std::move(now);
    emit signOffChanged();
}

} // namespace glio::app
