#include "presenters/PanelPresenters.h"

#include "model/CaseModel.h"
#include "shell/MainWindow.h"
#include "support/Palette.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/widgets/BandPanel.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/OverlayPanel.h"
#include "glioscope/widgets/ReviewPanel.h"

#include <algorithm>
#include <cmath>

namespace glio::app {

using widgets::Availability;

namespace {
/// Composite of its labels' ids: "ET + NET + CC".
QString membersText(const RegionDefinition &region, const LabelScheme &scheme)
{
    QStringList ids;
    for (const Label value : region.labels) {
        if (const LabelDefinition *label = scheme.label(value)) ids.push_back(QString::fromStdString(label->id));
    }
    return ids.join(QStringLiteral("\u2009+\u2009")); // thin spaces: the column is narrow
}
} // namespace

// --- regions --------------------------------------------------------------------------------------------------------
LabelPresenter::LabelPresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    m_lists = {m_desk.window.reviewPanel()->regions(), m_desk.window.correctPanel()->labels()};
    for (widgets::LabelList *list : m_lists)
        bind(list);
    // In Review a click looks for the region; in Correct it takes the label into the hand (BrushPresenter).
    connect(m_lists[0], &widgets::LabelList::activeWished, this, &LabelPresenter::centreOn);
    connect(&m_desk.model, &CaseModel::opened, this, &LabelPresenter::showRows);
    connect(&m_desk.model, &CaseModel::closed, this, &LabelPresenter::showRows);
    connect(&m_desk.model, &CaseModel::maskReplaced, this, &LabelPresenter::showRows);
    connect(&m_desk.model, &CaseModel::labelsChanged, this, &LabelPresenter::showRows);
    // Numbers follow the picture: a stroke does not wait for them.
    m_volumesTimer.setSingleShot(true);
    m_volumesTimer.setInterval(12);
    connect(&m_volumesTimer, &QTimer::timeout, this, &LabelPresenter::showVolumes);
    connect(&m_desk.model, &CaseModel::maskChanged, &m_volumesTimer, qOverload<>(&QTimer::start));
    connect(&m_desk.model, &CaseModel::locksChanged, this, &LabelPresenter::showLocks);
    connect(&m_desk.settings, &Settings::changed, this, [this](const QString &key) {
        if (key.startsWith("colours/")) showRows();
    });
    showRows();
}

void LabelPresenter::bind(widgets::LabelList *list)
{
    connect(list, &widgets::LabelList::visibleWished, this, [this](const QString &id, bool visible) {
        const LabelDefinition *label = m_desk.model.scheme().label(std::string_view(id.toStdString()));
        if (!label) return;
        OverlayState overlay = m_desk.model.overlay();
        if (visible)
            overlay.hidden.erase(label->value);
        else
            overlay.hidden.insert(label->value);
        m_desk.model.setOverlay(overlay);
        for (widgets::LabelList *each : m_lists)
            each->setVisibleLabel(id, visible);
    });
    connect(list, &widgets::LabelList::lockedWished, this, [this](const QString &id, bool locked) {
        const LabelDefinition *label = m_desk.model.scheme().label(std::string_view(id.toStdString()));
        if (!label) return;
        m_desk.model.setLocked(label->value, locked);
        showLocks(); // also where it was refused
    });
    connect(list, &widgets::LabelList::hovered, this, [this](const QString &id) {
        const LabelDefinition *label = m_desk.model.scheme().label(std::string_view(id.toStdString()));
        OverlayState overlay = m_desk.model.overlay();
        const Label highlighted = label ? label->value : Label{0};
        if (overlay.highlighted == highlighted) return;
        overlay.highlighted = highlighted;
        m_desk.model.setOverlay(overlay);
    });
    connect(list, &widgets::LabelList::centreWished, this, &LabelPresenter::centreOn);
}

void LabelPresenter::showRows()
{
    const CaseModel &model = m_desk.model;
    std::vector<widgets::LabelRow> rows;
    std::vector<widgets::CompositeRow> composites;
    int number = 0;
    for (const LabelDefinition &label : model.scheme().labels()) {
        widgets::LabelRow row;
        row.id = row.shortName = QString::fromStdString(label.id);
        row.name = labelName(label);
        row.colour = toColour(labelColour(label, m_desk.settings));
        row.pattern = label.pattern;
        row.visible = !model.overlay().hidden.contains(label.value);
        row.locked = model.isLocked(label.value);
        row.key = tr("Alt %1").arg(++number);
        rows.push_back(row);
    }
    for (const RegionDefinition &region : model.scheme().regions()) {
        if (region.labels.size() < 2) continue;
        composites.push_back({QString::fromStdString(region.id), labelName(region), membersText(region, model.scheme()),
                              std::nullopt, region.id == "WT"});
    }
    std::ranges::reverse(composites); // the core first, the whole below it
    for (widgets::LabelList *list : m_lists)
        list->setRows(rows, composites);
    m_lists[0]->setEmptyText(model.hasMask() ? QString() : tr("No mask yet. Segment, or drop a mask file here."));
    showVolumes();
}

void LabelPresenter::showLocks()
{
    for (const LabelDefinition &label : m_desk.model.scheme().labels())
        for (widgets::LabelList *list : m_lists)
            list->setLocked(QString::fromStdString(label.id), m_desk.model.isLocked(label.value));
}

void LabelPresenter::showVolumes()
{
    if (!m_desk.model.hasMask()) return;
    std::map<QString, double> ml;
    for (const auto &[id, value] : m_desk.model.volumesMl())
        ml[QString::fromStdString(id)] = value;
    for (widgets::LabelList *list : m_lists)
        list->setVolumes(ml);
}

void LabelPresenter::centreOn(const QString &id)
{
    if (const auto centre = m_desk.model.centreOf(id.toStdString())) m_desk.model.setCursor(*centre);
}

void LabelPresenter::toggleVisible(int number)
{
    const auto &labels = m_desk.model.scheme().labels();
    if (number < 1 || number > int(labels.size())) return;
    centreOn(QString::fromStdString(labels[std::size_t(number - 1)].id));
}

// --- overlay --------------------------------------------------------------------------------------------------------
OverlayPresenter::OverlayPresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    widgets::OverlayPanel *panel = m_desk.window.reviewPanel()->overlay();
    Settings *settings = &m_desk.settings;
    connect(panel, &widgets::OverlayPanel::overlayStyleWished, this,
            [settings](widgets::OverlayStyle style) { settings->setValue("overlay/style", int(style)); });
    connect(panel, &widgets::OverlayPanel::outlineWidthWished, this,
            [settings](double px) { settings->setValue("overlay/line", px); });
    connect(panel, &widgets::OverlayPanel::fillOpacityWished, this,
            [settings](int percent) { settings->setValue("overlay/fill", percent); });
    connect(panel, &widgets::OverlayPanel::patternsWished, this,
            [settings](bool on) { settings->setValue("colours/patterns", on); });
    connect(settings, &Settings::changed, this, [this](const QString &key) {
        if (key.startsWith("overlay/") || key == "colours/patterns") read();
    });
    connect(&m_desk.model, &CaseModel::opened, this, &OverlayPresenter::show);
    connect(&m_desk.model, &CaseModel::maskReplaced, this, &OverlayPresenter::show);
    read();
}

void OverlayPresenter::read()
{
    OverlayState overlay = m_desk.model.overlay();
    const Settings &settings = m_desk.settings;
    overlay.style = OverlayStyle(std::clamp(settings.value("overlay/style").toInt(), 0, 2));
    overlay.lineWidth = std::clamp(settings.value("overlay/line").toDouble(), 0.5, 4.0);
    overlay.fillOpacity = std::clamp(settings.value("overlay/fill").toInt(), 0, 100) / 100.0;
    overlay.patterns = settings.value("colours/patterns").toBool();
    m_desk.model.setOverlay(overlay);
    show();
}

void OverlayPresenter::show()
{
    widgets::OverlayPanel *panel = m_desk.window.reviewPanel()->overlay();
    const OverlayState &overlay = m_desk.model.overlay();
    panel->setOverlayStyle(widgets::OverlayStyle(overlay.style));
    panel->setOutlineWidth(overlay.lineWidth);
    panel->setFillOpacity(int(std::lround(overlay.fillOpacity * 100)));
    panel->setPatterns(overlay.patterns);
    panel->setAvailability(m_desk.model.hasMask() ? Availability::yes()
                                                  : Availability::no(tr("There is no mask to draw yet.")));
}

void OverlayPresenter::hold(bool held)
{
    OverlayState overlay = m_desk.model.overlay();
    if (overlay.held == held) return;
    overlay.held = held;
    m_desk.model.setOverlay(overlay);
}

void OverlayPresenter::toggleLabels()
{
    OverlayState overlay = m_desk.model.overlay();
    overlay.visible = !overlay.visible;
    m_desk.model.setOverlay(overlay);
}

void OverlayPresenter::stepFill(double share)
{
    const int percent = std::clamp(int(std::lround((m_desk.model.overlay().fillOpacity + share) * 100)), 0, 100);
    m_desk.settings.setValue("overlay/fill", percent);
}

// --- confidence band ------------------------------------------------------------------------------------------------
BandPresenter::BandPresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    widgets::BandPanel *panel = m_desk.window.reviewPanel()->band();
    connect(panel, &widgets::BandPanel::bandEnabledWished, this, [this](bool on) {
        BandState band = m_desk.model.band();
        band.enabled = on;
        m_desk.model.setBand(band);
    });
    connect(panel, &widgets::BandPanel::regionWished, this, [this](const QString &id) {
        BandState band = m_desk.model.band();
        band.regionId = id;
        m_desk.model.setBand(band);
    });
    connect(panel, &widgets::BandPanel::thresholdMoved, this, [this](double p) { m_desk.model.moveThreshold(p); });
    connect(panel, &widgets::BandPanel::applyWished, this, [this] { m_desk.model.applyThreshold(); });
    connect(panel, &widgets::BandPanel::resetWished, this, [this] { m_desk.model.resetThreshold(); });
    connect(panel, &widgets::BandPanel::heatMapWished, this, [this](bool on) {
        BandState band = m_desk.model.band();
        band.heatMap = on;
        m_desk.model.setBand(band);
    });
    const CaseModel *model = &m_desk.model;
    connect(model, &CaseModel::opened, this, &BandPresenter::show);
    connect(model, &CaseModel::closed, this, &BandPresenter::show);
    connect(model, &CaseModel::bandChanged, this, &BandPresenter::show);
    connect(model, &CaseModel::maskReplaced, this, &BandPresenter::show);
    connect(model, &CaseModel::labelsChanged, this, &BandPresenter::show);
    connect(model, &CaseModel::maskChanged, this, &BandPresenter::showVolumes);
    const auto lines = [this] {
        BandState band = m_desk.model.band();
        const double inner = std::clamp(m_desk.settings.value("segment/band").toDouble(), 0.6, 0.98);
        if (band.inner == inner) return;
        band.inner = inner;
        band.outer = 1.0 - inner;
        m_desk.model.setBand(band);
    };
    lines();
    connect(&m_desk.settings, &Settings::changed, this, [this, lines](const QString &key) {
        if (key == "segment/band") lines();
        if (key.startsWith("colours/")) show();
    });
    show();
}

void BandPresenter::show()
{
    widgets::BandPanel *panel = m_desk.window.reviewPanel()->band();
    const CaseModel &model = m_desk.model;
    const BandState &band = model.band();
    panel->setAvailability(
        !model.hasProbabilities() ? Availability::no(tr("No stored probabilities. Run Segment once."))
        : !model.answerFits() ? Availability::no(tr("The model's answer has other voxels or labels than this mask."))
                              : Availability::yes());
    panel->setBandEnabled(band.enabled && model.hasProbabilities());
    panel->setHeatMap(band.heatMap);
    std::vector<widgets::BandRegion> regions;
    for (const RegionDefinition &region : model.scheme().regions()) {
        const LabelDefinition *label = model.scheme().label(std::string_view(region.id));
        if (label && label->added) continue; // no model knows it
        regions.push_back({QString::fromStdString(region.id), labelName(region),
                           toColour(regionColour(region, model.scheme(), m_desk.settings))});
    }
    panel->setRegions(regions);
    panel->setRegion(band.regionId);
    panel->setLines(band.inner, band.outer);
    panel->setLooks(std::max(model.answerSource().looks, 1));
    if (const RegionField *field = model.bandLive().field(band.regionId.toStdString()))
        panel->setHistogram(field->histogram);
    showVolumes();
}

void BandPresenter::showVolumes()
{
    widgets::BandPanel *panel = m_desk.window.reviewPanel()->band();
    const CaseModel &model = m_desk.model;
    if (!model.hasProbabilities()) {
        panel->setVolumes({}, {}, {});
        panel->setApplyVisible(false);
        return;
    }
    const std::string region = model.band().regionId.toStdString();
    const auto volumes = model.volumesMl();
    const auto now = volumes.find(region);
    panel->setThreshold(model.bandThreshold());
    panel->setVolumes(model.bandLive().volumeMlAt(region, model.band().inner),
                      now == volumes.end() ? std::optional<double>{} : now->second,
                      model.bandLive().volumeMlAt(region, model.band().outer));
    panel->setApplyVisible(model.thresholdMoved());
    panel->setApplyAvailability(Availability::yes());
}

void BandPresenter::toggle()
{
    BandState band = m_desk.model.band();
    if (band.heatMap)
        band.heatMap = false;
    else
        band.enabled = !band.enabled;
    if (m_desk.model.hasProbabilities()) m_desk.model.setBand(band);
}

void BandPresenter::stepHeat(double share)
{
    BandState band = m_desk.model.band();
    band.heatOpacity = std::clamp(band.heatOpacity + share, 0.0, 1.0);
    m_desk.model.setBand(band);
}

void BandPresenter::stepThreshold(double amount)
{
    // Wider means a lower threshold.
    if (m_desk.model.hasProbabilities()) m_desk.model.moveThreshold(m_desk.model.bandThreshold() - amount);
}

} // namespace glio::app
