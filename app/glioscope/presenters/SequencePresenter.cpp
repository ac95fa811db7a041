#include "presenters/SequencePresenter.h"

#include "model/CaseModel.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/UserText.h"

#include "glioscope/widgets/SequenceStrip.h"

#include <algorithm>

namespace glio::app {

SequencePresenter::SequencePresenter(const Desk &desk, ViewPresenter &views, QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views)
{
    widgets::SequenceStrip *strip = m_desk.window.strip();
    std::vector<std::pair<QString, QString>> kinds;
    for (const Sequence sequence : {Sequence::T1, Sequence::T1c, Sequence::T2, Sequence::Flair, Sequence::Other}) {
        const std::string_view id = sequenceId(sequence);
        kinds.emplace_back(QString::fromUtf8(id.data(), qsizetype(id.size())), sequenceText(sequence));
    }
    strip->setKinds(kinds);
    connect(strip, &widgets::SequenceStrip::sequenceWished, this,
            [this](const QString &id) { m_views.showSequence(id.toInt()); });
    connect(strip, &widgets::SequenceStrip::missingSequenceWished, this,
            [this](const QString &id) { emit fileWished(id.mid(8)); });
    connect(strip, &widgets::SequenceStrip::sequenceKindWished, this, [this](const QString &id, const QString &kind) {
        if (const auto sequence = sequenceFromId(kind.toStdString())) m_desk.model.setSequence(id.toInt(), *sequence);
    });
    connect(strip, &widgets::SequenceStrip::sequenceRemoveWished, this,
            [this](const QString &id) { m_desk.model.removeSeries(id.toInt()); });
    connect(&m_desk.model, &CaseModel::seriesRemoved, this, [this](int series) {
        if (series < int(m_thumbnails.size())) m_thumbnails.erase(m_thumbnails.begin() + series);
        show();
    });
    connect(&m_views, &ViewPresenter::activeSeriesChanged, this,
            [strip](int series) { strip->setActiveSequence(QString::number(series)); });
    const CaseModel *model = &m_desk.model;
    connect(model, &CaseModel::opened, this, &SequencePresenter::show);
    connect(model, &CaseModel::closed, this, &SequencePresenter::show);
    connect(model, &CaseModel::seriesAdded, this, &SequencePresenter::show);
    connect(model, &CaseModel::seriesChanged, this, &SequencePresenter::show);
}

void SequencePresenter::setThumbnails(std::vector<QImage> thumbnails) { m_thumbnails = std::move(thumbnails); }

void SequencePresenter::show()
{
    std::vector<widgets::StripSequence> items;
    const CaseModel &model = m_desk.model;
    for (std::size_t n = 0; n < model.series().size(); ++n) {
        const Series &series = model.series()[n];
        widgets::StripSequence item;
        item.id = QString::number(n);
        item.name = sequenceText(series.sequence);
        item.detail = tr("%1 mm").arg(std::ranges::max(series.image->geometry().spacing()), 0, 'f', 1);
        item.reason = series.reason + '\n' + QString::fromStdString(series.path.filename().string());
        if (n < m_thumbnails.size()) item.thumbnail = m_thumbnails[n];
        item.unsure = !series.certain && series.sequence != Sequence::Other;
        items.push_back(item);
    }
    if (model.isOpen()) {
        for (const Sequence missing : model.missingSequences()) {
            widgets::StripSequence item;
            const std::string_view id = sequenceId(missing);
            item.id = "missing." + QString::fromUtf8(id.data(), qsizetype(id.size()));
            item.name = sequenceText(missing);
            item.reason = tr("%1 is missing. Click to choose a file.").arg(item.name);
            item.missing = true;
            items.push_back(item);
        }
    }
    m_desk.window.strip()->setSequences(items);
    m_desk.window.strip()->setActiveSequence(QString::number(m_views.activeSeries()));
}

} // namespace glio::app
