#include "presenters/SignOffPresenter.h"

#include "model/CaseModel.h"
#include "model/Journal.h"
#include "presenters/ReviewPresenter.h"
#include "presenters/SegmentPresenter.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"

#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/Dialogs.h"
#include "glioscope/widgets/ReviewFooter.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/Toast.h"

#include <QLocale>

namespace glio::app {

using widgets::Availability;
using widgets::CaseEnd;
using widgets::Tone;

QString shortTime(const QDateTime &at)
{
    const bool thisYear = at.date().year() == QDate::currentDate().year();
    return QLocale().toString(at, thisYear ? QStringLiteral("d MMM HH:mm") : QStringLiteral("d MMM yyyy HH:mm"));
}

SignOffPresenter::SignOffPresenter(const Desk &desk, ReviewPresenter &review, SegmentPresenter &segment,
                                   QObject *parent)
    : QObject(parent), m_desk(desk), m_review(review), m_segment(segment)
{
    const widgets::ReviewFooter *footer = m_desk.window.reviewPanel()->footer();
    connect(footer, &widgets::ReviewFooter::approveWished, this, [this] { approve({}); });
    connect(footer, &widgets::ReviewFooter::approveAnywayWished, this, &SignOffPresenter::approve);
    connect(footer, &widgets::ReviewFooter::rejectWished, this, &SignOffPresenter::reject);
    connect(footer, &widgets::ReviewFooter::reopenWished, this, &SignOffPresenter::askReopen);
    const CaseModel *model = &m_desk.model;
    for (const auto signal :
         {&CaseModel::opened, &CaseModel::closed, &CaseModel::maskReplaced, &CaseModel::placesChanged})
        connect(model, signal, this, &SignOffPresenter::showFooter);
    connect(model, &CaseModel::signOffChanged, this, [this] {
        m_desk.window.banner()->clear("signedOff");
        showFooter();
    });
    connect(model, &CaseModel::changeRefused, this, &SignOffPresenter::showRefusal);
    connect(&m_segment, &SegmentPresenter::availabilityChanged, this, &SignOffPresenter::showFooter);
    connect(&m_desk.settings, &Settings::changed, this, [this](const QString &key, const QVariant &) {
        if (key != "saving/reader") return;
        m_desk.model.setReader(m_desk.settings.reader());
        m_desk.journal.setReader(m_desk.settings.reader());
    });
    connect(m_desk.window.banner(), &widgets::Banner::actionWished, this,
            [this](const QString &message, const QString &action) {
                if (message == "signedOff" && action == "reopen") askReopen();
            });
    showFooter();
}

void SignOffPresenter::showFooter()
{
    widgets::ReviewFooter *footer = m_desk.window.reviewPanel()->footer();
    const CaseModel &model = m_desk.model;
    const CaseRecord &record = m_review.record();
    const Availability write = !model.isOpen()             ? Availability::no(tr("Open a case first."))
                               : m_desk.journal.readOnly() ? Availability::no(tr("My cases can only be read here."))
                                                           : Availability::yes();
    footer->setReportAvailability(model.hasMask() ? Availability::yes() : Availability::no(tr("Segment first.")));
    footer->setRejectAvailability(write);
    if (!write.available && model.isOpen())
        footer->setApproveAvailability(write);
    else if (!model.hasMask())
        footer->setApproveAvailability(Availability::no(tr("Segment first.")));
    else if (m_segment.busy())
        footer->setApproveAvailability(Availability::no(tr("Segment is running.")));
    else if (model.hasProbabilities() && !model.placesKnown())
        footer->setApproveAvailability(Availability::no(tr("The places are being looked for.")));
    else if (model.openPlaces() > 0)
        footer->setApproveAvailability(Availability::no(tr("Check the %1 open places first.").arg(model.openPlaces())),
                                       true);
    else
        footer->setApproveAvailability(Availability::yes());
    if (const auto signOff = model.signedOff()) {
        const QString reason = QString::fromStdString(model.document().state("signed.reason"));
        footer->setEnd(CaseEnd{CaseEnd::How::SignedOff,
                               tr("Signed off by %1, %2").arg(signOff->reader, shortTime(signOff->at)),
                               reason.isEmpty() ? QString() : tr("With open places: %1").arg(reason), write});
    } else if (model.isOpen() && record.state == CaseState::Rejected) {
        footer->setEnd(
            CaseEnd{CaseEnd::How::Rejected,
                    tr("Rejected by %1. Nothing is learned from it.").arg(QString::fromStdString(record.rejectedBy)),
                    QString::fromStdString(record.rejectedReason), write});
    } else {
        footer->setEnd(std::nullopt);
    }
}

void SignOffPresenter::showRefusal()
{
    const auto signOff = m_desk.model.signedOff();
    if (!signOff) return;
    m_desk.window.banner()->setMessage({"signedOff",
                                        Tone::Warn,
                                        "lock",
                                        tr("This case is signed off. Its mask does not change."),
                                        tr("Signed off by %1, %2").arg(signOff->reader, shortTime(signOff->at)),
                                        {{"reopen", tr("Reopen"), true}}});
}

void SignOffPresenter::withName(const std::function<void()> &then)
{
    if (!m_desk.settings.value("saving/reader").toString().trimmed().isEmpty()) {
        then();
        return;
    }
    auto *dialog = new widgets::NameDialog(tr("Who signs off?"),
                                           tr("Your name is kept with the case. Preferences, Saving changes it."),
                                           m_desk.settings.reader(), tr("Go on"), &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, then, id = m_desk.model.id()] {
        m_desk.settings.setValue("saving/reader", dialog->name());
        if (m_desk.model.id() == id) then();
    });
    dialog->open();
}

void SignOffPresenter::askReason(const QString &title, const QString &text, const QString &accept,
                                 const std::function<void(const QString &)> &then)
{
    auto *dialog = new widgets::ReasonDialog(title, text, accept, &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, then, id = m_desk.model.id()] {
        if (m_desk.model.id() == id) then(dialog->reason());
    });
    dialog->open();
}

void SignOffPresenter::approve(const QString &reason)
{
    if (!m_desk.model.hasMask() || m_desk.journal.readOnly() || m_segment.busy()) return;
    withName([this, reason] {
        if (!m_desk.model.signOff(reason.toStdString())) return;
        m_review.editRecord([](CaseRecord &record) {
            record.rejectedBy.clear();
            record.rejectedReason.clear();
        });
        m_review.keep(true);
        showFooter();
        m_desk.window.toast()->show(tr("Signed off. The mask is locked."), Tone::Ok);
    });
}

void SignOffPresenter::reject()
{
    if (!m_desk.model.isOpen() || m_desk.journal.readOnly() || m_desk.model.refuseChange()) return;
    askReason(tr("Reject this case"), tr("Say why. Nothing will be learned from it."), tr("Reject"),
              [this](const QString &reason) { rejectFor(reason); });
}

void SignOffPresenter::rejectFor(const QString &reason)
{
    if (!m_desk.model.isOpen() || m_desk.model.refuseChange()) return;
    withName([this, reason] {
        m_review.editRecord([&](CaseRecord &record) {
            record.state = CaseState::Rejected;
            record.rejectedBy = m_desk.model.reader();
            record.rejectedReason = reason.toStdString();
        });
        showFooter();
    });
}

void SignOffPresenter::askReopen()
{
    if (m_desk.journal.readOnly()) return;
    if (m_desk.model.signedOff()) {
        askReason(tr("Reopen this case"), tr("Say why. The reason is kept with the case."), tr("Reopen"),
                  [this](const QString &reason) { reopen(reason); });
        return;
    }
    if (m_review.record().state != CaseState::Rejected) return;
    m_review.editRecord([](CaseRecord &record) {
        record.state = CaseState::NotStarted; // what it is follows from the mask
        record.rejectedBy.clear();
        record.rejectedReason.clear();
    });
    showFooter();
}

void SignOffPresenter::reopen(const QString &reason)
{
    if (!m_desk.model.reopen(reason.toStdString())) return;
    m_review.keep(false);
    showFooter();
}

} // namespace glio::app
