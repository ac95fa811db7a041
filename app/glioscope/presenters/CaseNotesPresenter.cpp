#include "presenters/CaseNotesPresenter.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"
#include "presenters/ReviewPresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/widgets/NotesSection.h"
#include "glioscope/widgets/ReviewPanel.h"

#include <QApplication>

#include <cmath>

namespace glio::app {

using widgets::Availability;

namespace {
constexpr int kTickMs = 1000, kTypingRestMs = 700;
constexpr double kKeepEverySeconds = 20;
} // namespace

CaseNotesPresenter::CaseNotesPresenter(const Desk &desk, ReviewPresenter &review, QObject *parent)
    : QObject(parent), m_desk(desk), m_review(review)
{
    m_time.start();
    qApp->installEventFilter(this);
    widgets::NotesSection *section = m_desk.window.reviewPanel()->notes();
    connect(&m_desk.model, &CaseModel::opened, this, &CaseNotesPresenter::take);
    connect(m_desk.masks, &CaseMasks::blindChanged, this, [this] {
        if (m_caseId.empty()) return;
        flush();
        take();
    });
    connect(&m_desk.model, &CaseModel::closed, this, [this, section] {
        flush();
        m_caseId.clear();
        section->setText({});
        section->setAvailability(Availability::no(tr("Open a case first.")));
    });
    connect(section, &widgets::NotesSection::textEdited, this, [this](const QString &text) {
        if (m_caseId.empty()) return;
        m_notes = text.toStdString();
        m_typed = true;
        m_review.changeRecord([this](CaseRecord &record) { record.notes = m_notes; });
        m_typing.start();
    });
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingRestMs);
    connect(&m_typing, &QTimer::timeout, this, [this] {
        flush();
        m_review.keep(false);
    });
    m_tick.setInterval(kTickMs);
    connect(&m_tick, &QTimer::timeout, this, &CaseNotesPresenter::count);
    m_tick.start();
    section->setAvailability(Availability::no(tr("Open a case first.")));
}

bool CaseNotesPresenter::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::MouseButtonPress:
    case QEvent::MouseMove:
    case QEvent::Wheel:
        m_clock.input(m_time.elapsed());
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

void CaseNotesPresenter::take()
{
    const CaseRecord &record = m_review.record();
    m_caseId = m_desk.model.id().toStdString();
    m_reader = m_desk.model.reader();
    m_notes = record.notes;
    m_typed = false;
    const auto before = record.secondsByReader.find(m_reader);
    m_keptSeconds = before == record.secondsByReader.end() ? 0 : before->second;
    m_clock.restart(m_keptSeconds);
    m_clock.input(m_time.elapsed()); // to open a case is an act
    widgets::NotesSection *section = m_desk.window.reviewPanel()->notes();
    const bool blind = m_desk.masks->blind();
    section->setText(blind ? QString() : QString::fromStdString(m_notes));
    section->setAvailability(blind                       ? Availability::no(tr("Ends when the blind reading ends."))
                             : m_desk.journal.readOnly() ? Availability::no(tr("My cases can only be read here."))
                                                         : Availability::yes());
}

void CaseNotesPresenter::count()
{
    if (m_caseId.empty()) return;
    if (m_reader != m_desk.model.reader()) { // another name from now on: what was counted is the former's
        flush();
        m_reader = m_desk.model.reader();
        const auto &all = m_review.record().secondsByReader;
        m_keptSeconds = all.contains(m_reader) ? all.at(m_reader) : 0;
        m_clock.restart(m_keptSeconds);
    }
    m_clock.tick(m_time.elapsed(), m_desk.window.isActiveWindow() || QApplication::activeModalWidget());
    if (m_clock.seconds() == m_keptSeconds) return;
    m_review.changeRecord([this](CaseRecord &record) { record.secondsByReader[m_reader] = m_clock.seconds(); });
    if (m_clock.seconds() - m_keptSeconds >= kKeepEverySeconds) flush();
}

void CaseNotesPresenter::flush()
{
    if (m_caseId.empty()) return;
    m_typing.stop();
    if (std::exchange(m_typed, false)) m_desk.journal.keepValue(m_caseId, "notes", m_notes);
    if (m_clock.seconds() == m_keptSeconds) return;
    m_keptSeconds = m_clock.seconds();
    m_desk.journal.keepValue(m_caseId, "seconds." + m_reader, std::to_string(std::llround(m_keptSeconds)));
}

} // namespace glio::app
