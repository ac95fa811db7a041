#include "presenters/BrushPresenter.h"

#include "model/CaseModel.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/Palette.h"
#include "support/Settings.h"
#include "support/StepText.h"
#include "support/UserText.h"

#include "glioscope/widgets/BrushPanel.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/LabelList.h"

#include <algorithm>
#include <cmath>

namespace glio::app {

using widgets::Availability;
using widgets::BrushPanel;

BrushPresenter::BrushPresenter(const Desk &desk, ViewPresenter &views, QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views)
{
    BrushPanel *panel = m_desk.window.correctPanel()->brush();
    Settings &settings = m_desk.settings;
    connect(panel, &BrushPanel::sizeWished, this, &BrushPresenter::setSize);
    connect(panel, &BrushPanel::shapeWished, this, [&settings](widgets::BrushShape shape) {
        settings.setValue("brush/square", shape == widgets::BrushShape::Square);
    });
    connect(panel, &BrushPanel::ballWished, this, [&settings](bool on) { settings.setValue("brush/ball", on); });
    connect(panel, &BrushPanel::edgesOnWished, this, [&settings](bool on) { settings.setValue("brush/edges", on); });
    connect(panel, &BrushPanel::strengthWished, this,
            [&settings](int percent) { settings.setValue("brush/strength", percent); });
    connect(panel, &BrushPanel::resetWished, this, [&settings] {
        for (const char *key : {"brush/size", "brush/square", "brush/ball", "brush/edges", "brush/strength"})
            settings.setValue(key, Settings::defaultOf(key));
    });
    connect(panel, &BrushPanel::rangeOnWished, this, [this](bool on) {
        m_rangeOn = on;
        if (on && !m_range) takeRange(m_desk.model.cursor());
        showRange();
        applyRules(false);
        emit changed();
        emit rulesChanged();
    });
    connect(panel, &BrushPanel::rangeSequenceWished, this, [this](const QString &id) {
        if (const auto sequence = sequenceFromId(id.toStdString())) m_rangeOf = *sequence;
        takeRange(m_desk.model.cursor());
    });
    const auto range = [this](double low, double high) {
        m_range = DisplayRange{float(low), float(high)};
        applyRules(false);
        emit changed();
        emit rulesChanged();
    };
    connect(panel, &BrushPanel::rangeMoved, this, range);
    connect(panel, &BrushPanel::rangeReleased, this, range);
    connect(panel, &BrushPanel::takeWished, this, [this] { takeRange(m_desk.model.cursor()); });
    connect(m_desk.window.correctPanel()->paintOver(), &widgets::PaintOverRow::choiceWished, this,
            [this](const QString &id) {
                m_over = id;
                showPaintOver();
                applyRules(false);
                emit changed();
                emit rulesChanged();
            });
    connect(m_desk.window.correctPanel()->labels(), &widgets::LabelList::activeWished, this, [this](const QString &id) {
        if (const LabelDefinition *label = m_desk.model.scheme().label(std::string_view(id.toStdString())))
            selectLabel(label->value);
    });
    connect(&settings, &Settings::changed, this, [this](const QString &key) {
        if (!key.startsWith("brush/")) return;
        read();
        show();
        emit changed();
        if (key == "brush/ball") emit rulesChanged();
    });
    const CaseModel *model = &m_desk.model;
    connect(model, &CaseModel::opened, this, [this] {
        m_rangeOn = false;
        m_range.reset();
        m_over = "unlocked";
        m_label = 0;
        show();
        applyRules(false);
    });
    connect(model, &CaseModel::maskReplaced, this, &BrushPresenter::show);
    connect(model, &CaseModel::seriesChanged, this, &BrushPresenter::show);
    connect(model, &CaseModel::labelsChanged, this, [this] {
        show();
        emit changed();
    });
    connect(model, &CaseModel::documentReplaced, this, [this] { applyRules(false); });
    read();
    show();
}

void BrushPresenter::read()
{
    const Settings &settings = m_desk.settings;
    m_diameterMm = std::clamp(settings.value("brush/size").toDouble(), widgets::brushLeastMm, widgets::brushMostMm);
    m_shape = settings.value("brush/square").toBool() ? BrushShape::Square : BrushShape::Round;
    m_ball = settings.value("brush/ball").toBool();
    m_edges = settings.value("brush/edges").toBool();
    m_strength = std::clamp(settings.value("brush/strength").toInt(), 0, 100);
}

QString BrushPresenter::shapeText() const
{
    return m_shape == BrushShape::Square ? (m_ball ? "cube" : "square") : (m_ball ? "ball" : "disc");
}

QString BrushPresenter::labelText() const
{
    const LabelDefinition *label = m_desk.model.scheme().label(m_label);
    return label ? labelName(*label) : QString();
}

QString BrushPresenter::rangeText() const
{
    if (!m_rangeOn || !m_range) return {};
    return tr("%1 %2 to %3")
        .arg(sequenceText(m_rangeOf))
        .arg(double(m_range->low), 0, 'f', 0)
        .arg(double(m_range->high), 0, 'f', 0);
}

bool BrushPresenter::followsPressure() const { return m_desk.settings.value("keys/penPressure").toBool(); }

double BrushPresenter::diameterMm(double pressure) const
{
    if (pressure < 0 || !followsPressure()) return m_diameterMm;
    const QString curve = m_desk.settings.value("keys/penCurve").toString();
    const double power = curve == "soft" ? 0.5 : curve == "firm" ? 2 : 1;
    const double least = std::clamp(m_desk.settings.value("keys/penLeast").toInt(), 5, 100) / 100.0;
    const double share = least + (1 - least) * std::pow(std::min(pressure, 1.0), power);
    return std::max(widgets::brushLeastMm, share * m_diameterMm);
}

void BrushPresenter::selectLabel(Label label)
{
    if (!m_desk.model.scheme().label(label) || label == m_label) return;
    m_label = label;
    show();
    emit labelChanged();
    emit changed();
}

void BrushPresenter::selectRow(int number)
{
    const auto &labels = m_desk.model.scheme().labels();
    if (number >= 1 && number <= int(labels.size())) selectLabel(labels[std::size_t(number - 1)].value);
}

void BrushPresenter::stepLabel(int steps)
{
    const auto &labels = m_desk.model.scheme().labels();
    const auto here = std::ranges::find(labels, m_label, &LabelDefinition::value) - labels.begin();
    const auto count = std::ptrdiff_t(labels.size());
    selectLabel(labels[std::size_t(((here + steps) % count + count) % count)].value);
}

void BrushPresenter::setSize(double mm)
{
    m_desk.settings.setValue("brush/size", std::clamp(mm, widgets::brushLeastMm, widgets::brushMostMm));
}

void BrushPresenter::stepSize(double share)
{
    const double next = share > 0 ? m_diameterMm * (1 + share) : m_diameterMm / (1 - share);
    setSize(std::round(10 * next) == std::round(10 * m_diameterMm) ? m_diameterMm + (share > 0 ? 0.1 : -0.1) : next);
}

int BrushPresenter::rangeSeries() const
{
    if (const int series = m_desk.model.seriesOf(m_rangeOf); series >= 0) return series;
    return m_views.activeSeries();
}

void BrushPresenter::takeRange(const PointMm &where)
{
    const CaseModel &model = m_desk.model;
    const int series = rangeSeries();
    if (series < 0) return;
    m_rangeOf = model.series()[std::size_t(series)].sequence;
    const ImageVolume &image = *model.series()[std::size_t(series)].image;
    std::vector<float> values;
    if (const auto ball = brushFootprint(image.geometry(), {10}, where, where)) {
        std::size_t at = 0;
        for (std::int64_t k = 0; k < ball->box.size[2]; ++k)
            for (std::int64_t j = 0; j < ball->box.size[1]; ++j)
                for (std::int64_t i = 0; i < ball->box.size[0]; ++i, ++at)
                    if (ball->inside[at])
                        values.push_back(
                            image.at({ball->box.start[0] + i, ball->box.start[1] + j, ball->box.start[2] + k}));
    }
    if (values.empty()) return;
    std::ranges::sort(values); // without the outermost twentieths: one bright vessel must not open the range
    m_range = DisplayRange{values[values.size() / 20], values[values.size() - 1 - values.size() / 20]};
    showRange();
    applyRules(false);
    emit changed();
    emit rulesChanged();
}

void BrushPresenter::applyRules(bool erasing)
{
    std::bitset<256> only;
    PaintOver over = PaintOver::Unlocked;
    if (m_over == "empty") {
        over = erasing ? PaintOver::Only : PaintOver::Empty;
        only.set(m_label);
    } else if (m_over.startsWith("only.")) {
        over = PaintOver::Only;
        if (const LabelDefinition *label = m_desk.model.scheme().label(std::string_view(m_over.mid(5).toStdString())))
            only.set(label->value);
    } else if (m_over.startsWith("in.")) {
        over = PaintOver::Only;
        if (const RegionDefinition *region = m_desk.model.scheme().region(m_over.mid(3).toStdString()))
            for (const Label label : region->labels)
                only.set(label);
    }
    std::optional<IntensityLimit> limit;
    if (m_rangeOn && m_range)
        if (const int series = rangeSeries(); series >= 0)
            limit = IntensityLimit{*m_desk.model.series()[std::size_t(series)].image, m_range->low, m_range->high};
    m_desk.model.setPaintOver(over, only, std::move(limit));
}

void BrushPresenter::show()
{
    const LabelScheme &scheme = m_desk.model.scheme();
    if (!scheme.label(m_label)) {
        m_label = scheme.labels().front().value;
        emit labelChanged();
    }
    m_desk.window.correctPanel()->labels()->setActive(QString::fromStdString(scheme.label(m_label)->id));
    BrushPanel *panel = m_desk.window.correctPanel()->brush();
    panel->setSizeMm(m_diameterMm);
    panel->setShape(m_shape == BrushShape::Square ? widgets::BrushShape::Square : widgets::BrushShape::Round);
    panel->setBall(m_ball);
    panel->setEdgesOn(m_edges);
    panel->setStrength(m_strength);
    panel->setEdgesAvailability(m_views.activeSeries() >= 0 ? Availability::yes()
                                                            : Availability::no(tr("Needs an image in this view.")));
    showPaintOver();
    showRange();
}

void BrushPresenter::showPaintOver()
{
    std::vector<widgets::PaintOverChoice> choices{{"unlocked", tr("Everything unlocked")},
                                                  {"empty", tr("Only where it is empty")}};
    for (const RegionDefinition &region : m_desk.model.scheme().regions())
        if (region.labels.size() > 1)
            choices.push_back(
                {"in." + QString::fromStdString(region.id), tr("Only inside: %1").arg(labelName(region))});
    for (const LabelDefinition &label : m_desk.model.scheme().labels())
        choices.push_back({"only." + QString::fromStdString(label.id), tr("Only over: %1").arg(labelName(label))});
    widgets::PaintOverRow *row = m_desk.window.correctPanel()->paintOver();
    row->setChoices(choices);
    row->setChoice(m_over);
    if (row->choice() != m_over) m_over = row->choice(); // another scheme has other labels
}

void BrushPresenter::showRange()
{
    BrushPanel *panel = m_desk.window.correctPanel()->brush();
    std::vector<widgets::BrushSequence> sequences;
    for (const Series &series : m_desk.model.series())
        sequences.push_back(
            {QString::fromStdString(std::string(sequenceId(series.sequence))), sequenceText(series.sequence)});
    panel->setRangeSequences(sequences);
    panel->setRangeOn(m_rangeOn);
    panel->setRangeAvailability(m_desk.model.isOpen() ? Availability::yes()
                                                      : Availability::no(tr("Open a case first.")));
    const int series = rangeSeries();
    if (series < 0) return;
    const Series &shown = m_desk.model.series()[std::size_t(series)];
    panel->setRangeSequence(QString::fromStdString(std::string(sequenceId(shown.sequence))));
    if (!m_rangeOn) return;
    const auto [least, most] = std::ranges::minmax_element(shown.image->voxels());
    const double low = *least, high = std::max<double>(*most, low + 1e-6);
    const double step = high - low > 50 ? 1 : (high - low) / 200;
    std::vector<std::int64_t> counts(64, 0);
    const auto voxels = shown.image->voxels();
    for (std::size_t n = 0; n < voxels.size(); n += 13) // a picture of the distribution, not a measurement
        ++counts[std::size_t(std::clamp((voxels[n] - low) / (high - low) * 64, 0.0, 63.0))];
    counts[0] = 0; // the air round the head would flatten the rest
    panel->setRangeLimits(low, high, step);
    panel->setRangeHistogram(counts);
    if (m_range) panel->setRange(m_range->low, m_range->high);
}

} // namespace glio::app
