#include "presenters/HistoryPresenter.h"

#include "model/CaseModel.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"
#include "support/StepText.h"

#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/HistoryList.h"
#include "glioscope/widgets/TopBar.h"

#include <QDateTime>
#include <QLocale>

namespace glio::app {

using widgets::Availability;

HistoryPresenter::HistoryPresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(40); // after the picture: the list is not what the hand waits for
    connect(&m_timer, &QTimer::timeout, this, &HistoryPresenter::show);
    const CaseModel *model = &m_desk.model;
    for (const auto signal :
         {&CaseModel::documentReplaced, &CaseModel::stepMade, &CaseModel::historyMoved, &CaseModel::maskReplaced})
        connect(model, signal, this, [this] {
            showActs();
            m_timer.start();
        });
    connect(model, &CaseModel::historyFailed, this, &HistoryPresenter::failed);
    widgets::TopBar *bar = m_desk.window.topBar();
    connect(bar, &widgets::TopBar::undoWished, this, &HistoryPresenter::undo);
    connect(bar, &widgets::TopBar::redoWished, this, &HistoryPresenter::redo);
    connect(m_desk.window.correctPanel()->history(), &widgets::HistoryList::goWished, this, [this](qint64 id) {
        const std::vector<Step> &steps = m_desk.model.document().steps();
        const auto found = std::ranges::find(steps, id, &Step::number);
        if (found != steps.end()) m_desk.model.goTo(std::size_t(found - steps.begin()) + 1);
    });
    showActs();
    show();
}

void HistoryPresenter::undo() { m_desk.model.undo(); }
void HistoryPresenter::redo() { m_desk.model.redo(); }

void HistoryPresenter::setSavedThrough(std::int64_t number)
{
    m_savedThrough = number;
    const auto cap = std::size_t(std::max(m_desk.settings.value("saving/historyMb").toInt(), 16)) << 20;
    if (m_desk.model.document().historyBytes() > cap) m_desk.model.capHistory(cap, number);
}

void HistoryPresenter::showActs()
{
    widgets::TopBar *bar = m_desk.window.topBar();
    const MaskDocument &document = m_desk.model.document();
    const auto name = [&](std::size_t step) {
        const StepText text = stepText(document.steps()[step].act, m_desk.model.scheme());
        return text.detail.isEmpty() ? text.text : text.text + QStringLiteral(", ") + text.detail;
    };
    if (document.canUndo())
        bar->setUndo(Availability::yes(), name(document.position() - 1));
    else
        bar->setUndo(Availability::no(tr("There is nothing to undo.")), {});
    if (document.canRedo())
        bar->setRedo(Availability::yes(), name(document.position()));
    else
        bar->setRedo(Availability::no(tr("There is nothing to redo.")), {});
}

void HistoryPresenter::show()
{
    const MaskDocument &document = m_desk.model.document();
    widgets::HistoryList *list = m_desk.window.correctPanel()->history();
    std::vector<widgets::HistoryRow> rows;
    const QDate today = QDate::currentDate();
    QDate day = today;
    const std::vector<Step> &steps = document.steps();
    for (std::size_t n = steps.size(); n-- > 0;) {
        const Step &step = steps[n];
        const QDateTime made = QDateTime::fromMSecsSinceEpoch(step.madeMs);
        if (made.date() != day) {
            day = made.date();
            widgets::HistoryRow heading;
            heading.kind = widgets::HistoryRow::Kind::Heading;
            heading.text = day == today.addDays(-1) ? tr("Yesterday") : QLocale().toString(day, QLocale::ShortFormat);
            rows.push_back(heading);
        }
        const StepText text = stepText(step.act, m_desk.model.scheme());
        widgets::HistoryRow row;
        row.id = step.number;
        row.icon = text.icon;
        row.text = text.text;
        row.detail = text.detail;
        row.time = made.toString(QStringLiteral("HH:mm"));
        row.undone = n >= document.position();
        row.current = n + 1 == document.position();
        rows.push_back(row);
    }
    list->setRows(std::move(rows));
    const QString mb = widgets::oneDecimal(double(document.historyBytes()) / 1e6);
    list->setNote(steps.empty()       ? QString()
                  : steps.size() == 1 ? tr("1 step, %1 MB").arg(mb)
                                      : tr("%1 steps, %2 MB").arg(steps.size()).arg(mb));
}

} // namespace glio::app
