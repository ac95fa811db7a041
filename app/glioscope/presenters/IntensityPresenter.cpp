#include "presenters/IntensityPresenter.h"

#include "model/CaseModel.h"
#include "shell/MainWindow.h"
#include "support/UserText.h"

#include "glioscope/widgets/IntensityPanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/Toast.h"

#include <QClipboard>
#include <QGuiApplication>

namespace glio::app {

using widgets::Availability;

std::vector<NamedImage> namedImages(const CaseModel &model)
{
    std::vector<NamedImage> images;
    for (const Series &series : model.series())
        images.push_back({series.sequence,
                          series.sequence == Sequence::Other ? series.path.filename().string()
                                                             : sequenceText(series.sequence).toStdString(),
                          *series.image});
    return images;
}

IntensityPresenter::IntensityPresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(250); // when the hand rests
    connect(&m_timer, &QTimer::timeout, this, &IntensityPresenter::request);
    const CaseModel *model = &m_desk.model;
    for (const auto signal : {&CaseModel::maskChanged, &CaseModel::maskReplaced, &CaseModel::opened})
        connect(model, signal, &m_timer, qOverload<>(&QTimer::start));
    connect(model, &CaseModel::seriesChanged, &m_timer, qOverload<>(&QTimer::start));
    connect(model, &CaseModel::seriesAdded, &m_timer, qOverload<>(&QTimer::start));
    connect(model, &CaseModel::seriesRemoved, &m_timer, qOverload<>(&QTimer::start));
    connect(model, &CaseModel::closed, this, &IntensityPresenter::request);
    widgets::IntensityPanel *panel = m_desk.window.reviewPanel()->intensities();
    connect(panel, &widgets::IntensityPanel::opened, this, &IntensityPresenter::request);
    connect(panel, &widgets::IntensityPanel::copyWished, this, [this] {
        QGuiApplication::clipboard()->setText(QString::fromStdString(toTabs(m_table)));
        m_desk.window.toast()->show(tr("The intensities are copied as a table."), widgets::Tone::Ok);
    });
    request();
}

void IntensityPresenter::request()
{
    const CaseModel &model = m_desk.model;
    widgets::IntensityPanel *panel = m_desk.window.reviewPanel()->intensities();
    if (!model.hasMask()) {
        m_job.drop();
        m_table = {};
        show();
        panel->setAvailability(Availability::no(tr("Segment first.")));
        return;
    }
    if (!panel->isOpen()) {
        panel->setAvailability(Availability::yes());
        return;
    }
    m_job.request(
        [this, mask = model.labels(), scheme = &model.scheme(), images = namedImages(model)]() -> LatestJob::Apply {
            return [this, table = intensityTable(mask, *scheme, images)] {
                m_table = table;
                show();
                m_desk.window.reviewPanel()->intensities()->setAvailability(
                    m_table.rows.empty() ? Availability::no(tr("Nothing is marked.")) : Availability::yes());
            };
        });
}

void IntensityPresenter::show()
{
    widgets::IntensityTexts texts;
    for (const std::string &name : m_table.sequences)
        texts.sequences << QString::fromStdString(name);
    for (const IntensityTable::Row &row : m_table.rows) {
        widgets::IntensityTexts::Row shown{
            QString::fromStdString(row.id), labelName(row.id, m_desk.model.scheme()), {}, {}, {}};
        for (const measure::IntensityStatistics &cell : row.bySequence) {
            const auto figure = [&](double value) {
                return cell.voxels > 0 ? QString::fromStdString(intensityText(value)) : QString();
            };
            shown.means << figure(cell.mean);
            shown.deviations << figure(cell.deviation);
            shown.medians << figure(cell.median);
        }
        texts.rows.push_back(shown);
    }
    m_desk.window.reviewPanel()->intensities()->setTexts(texts);
}

} // namespace glio::app
