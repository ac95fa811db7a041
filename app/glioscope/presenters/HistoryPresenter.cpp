#include "presenters/HistoryPresenter.h"

#include "model/CaseModel.h"
#include "model/Journal.h"
#include "presenters/MeasurePresenter.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"
#include "support/StepText.h"

#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/HistoryDock.h"
#include "glioscope/widgets/HistoryList.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/TopBar.h"

#include <QDateTime>
#include <QListView>
#include <QLocale>

#include <algorithm>

namespace glio::app {

using widgets::Availability;

namespace {
constexpr char kDock[] = "historyDock"; // of Settings::state
}

HistoryPresenter::HistoryPresenter(const Desk &desk, MeasurePresenter &measures, QObject *parent)
    : QObject(parent), m_desk(desk), m_measures(measures), m_pictures(desk)
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
    connect(&m_measures, &MeasurePresenter::undoChanged, this, &HistoryPresenter::showActs);
    connect(model, &CaseModel::historyFailed, this, &HistoryPresenter::failed);
    widgets::TopBar *bar = m_desk.window.topBar();
    connect(bar, &widgets::TopBar::undoWished, this, &HistoryPresenter::undo);
    connect(bar, &widgets::TopBar::redoWished, this, &HistoryPresenter::redo);
    bind(m_desk.window.correctPanel()->history());
    connect(&m_pictures, &StepPictures::made, this, [this](qint64 number, const QImage &picture) {
        for (widgets::HistoryList *list : m_lists)
            list->setThumbnail(number, picture);
    });
    m_placeTimer.setSingleShot(true);
    m_placeTimer.setInterval(400); // once the hand lets go
    connect(&m_placeTimer, &QTimer::timeout, this, &HistoryPresenter::keepPlace);
    showActs();
    show();
}

void HistoryPresenter::bind(widgets::HistoryList *list)
{
    m_lists.push_back(list);
    connect(list, &widgets::HistoryList::goWished, this, [this](qint64 id) {
        const std::vector<Step> &steps = m_desk.model.document().steps();
        const auto found = std::ranges::find(steps, id, &Step::number);
        if (found != steps.end()) m_desk.model.goTo(std::size_t(found - steps.begin()) + 1);
    });
    connect(list, &widgets::HistoryList::shownChanged, this, &HistoryPresenter::wantPictures);
}

void HistoryPresenter::wantPictures()
{
    std::vector<qint64> numbers;
    for (const widgets::HistoryList *list : m_lists)
        for (const qint64 number : list->shownSteps())
            if (std::ranges::find(numbers, number) == numbers.end()) numbers.push_back(number);
    m_pictures.want(numbers);
}

void HistoryPresenter::toggleDock()
{
    if (m_dock && m_dock->isVisible()) {
        m_dock->close();
        return;
    }
    if (!m_desk.model.isOpen()) return;
    if (!m_dock) {
        m_dock = new widgets::HistoryDock(&m_desk.window);
        bind(m_dock->list());
        connect(m_dock, &widgets::HistoryDock::placed, &m_placeTimer, qOverload<>(&QTimer::start));
        show();
        m_dock->resize(widgets::Theme::px(330), widgets::Theme::px(460));
        const QRect views = m_desk.window.geometry();
        m_dock->move(views.right() - widgets::Theme::px(336 + 24) - m_dock->width(),
                     views.top() + widgets::Theme::px(96));
    }
    if (const QByteArray place = m_desk.settings.state(kDock); !place.isEmpty()) m_dock->restoreGeometry(place);
    m_dock->show();
    m_dock->activateWindow();
    m_dock->list()->view()->setFocus(Qt::ShortcutFocusReason);
}

void HistoryPresenter::keepPlace()
{
    if (m_dock) m_desk.settings.setState(kDock, m_dock->saveGeometry());
}

widgets::HistoryDock *HistoryPresenter::dock() const { return m_dock; }

void HistoryPresenter::undo()
{
    if (!m_measures.undo()) m_desk.model.undo();
}

void HistoryPresenter::redo()
{
    if (!m_measures.redo()) m_desk.model.redo();
}

void HistoryPresenter::setSavedThrough(std::int64_t number)
{
    m_savedThrough = number;
    const auto cap = std::size_t(std::max(m_desk.settings.value("saving/historyMb").toInt(), 16)) << 20;
    if (m_desk.model.document().historyBytes() <= cap) return;
    m_desk.model.setHistoryLoader(m_desk.journal.loader()); // or undo could not reach what is forgotten now
    m_desk.model.capHistory(cap, number);
}

void HistoryPresenter::showActs()
{
    widgets::TopBar *bar = m_desk.window.topBar();
    const MaskDocument &document = m_desk.model.document();
    const auto name = [&](std::size_t step) {
        const StepText text = stepText(document.steps()[step].act, m_desk.model.scheme());
        return text.detail.isEmpty() ? text.text : text.text + QStringLiteral(", ") + text.detail;
    };
    if (const QString measured = m_measures.undoText(); !measured.isEmpty())
        bar->setUndo(Availability::yes(), measured);
    else if (document.canUndo())
        bar->setUndo(Availability::yes(), name(document.position() - 1));
    else
        bar->setUndo(Availability::no(tr("There is nothing to undo.")), {});
    if (const QString measured = m_measures.redoText(); !measured.isEmpty())
        bar->setRedo(Availability::yes(), measured);
    else if (document.canRedo())
        bar->setRedo(Availability::yes(), name(document.position()));
    else
        bar->setRedo(Availability::no(tr("There is nothing to redo.")), {});
}

void HistoryPresenter::show()
{
    const MaskDocument &document = m_desk.model.document();
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
        row.pictured = step.changedVoxels > 0;
        row.thumbnail = m_pictures.picture(step);
        rows.push_back(row);
    }
    const QString mb = widgets::oneDecimal(double(document.historyBytes()) / 1e6);
    const QString note = steps.empty()       ? QString()
                         : steps.size() == 1 ? tr("1 step, %1 MB").arg(mb)
                                             : tr("%1 steps, %2 MB").arg(steps.size()).arg(mb);
    for (widgets::HistoryList *list : m_lists) {
        list->setRows(rows);
        list->setNote(note);
    }
}

} // namespace glio::app
