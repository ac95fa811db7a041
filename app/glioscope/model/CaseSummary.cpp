#include "model/CaseSummary.h"

#include "support/UserText.h"

#include "glioscope/annotation/Decode.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace glio::app {

namespace {

QString tr(const char *text) { return QCoreApplication::translate("glio::app::CaseSummary", text); }
QString one(double value) { return QString::number(value, 'f', 1); }

/// "+1.2", "−0.4", "0.0": a true minus sign.
QString signedMl(double value)
{
    const QString text = one(std::abs(value));
    return text == "0.0" ? text : (value > 0 ? QStringLiteral("+") : QStringLiteral("−")) + text;
}

QString maskText(const MaskSource &source)
{
    switch (source.origin) {
    case MaskOrigin::Model:
        return source.modelVersion.isEmpty() ? source.modelName
                                             : tr("%1, version %2").arg(source.modelName, source.modelVersion);
    case MaskOrigin::Drawn:
        return tr("drawn by hand");
    case MaskOrigin::File:
        return QString::fromStdString(source.file.filename().string());
    case MaskOrigin::None:
        break;
    }
    return tr("none");
}

QString sliceText(const ReportImages &images, render::Plane plane, const PointMm &point)
{
    const int slice = render::sliceAt(images.reference, plane, point) + 1;
    switch (plane) {
    case render::Plane::Coronal:
        return tr("coronal %1").arg(slice);
    case render::Plane::Sagittal:
        return tr("sagittal %1").arg(slice);
    case render::Plane::Axial:
        break;
    }
    return tr("axial %1").arg(slice);
}

void addFacts(CaseSummary &summary, const SaveJob &job)
{
    const auto add = [&](const QString &name, const QString &value) {
        if (!value.isEmpty()) summary.facts.emplace_back(name, value);
    };
    const MaskSource &source = job.source;
    add(tr("Scan date"),
        job.record.date.empty() ? tr("not stated in the files") : QString::fromStdString(job.record.date));
    add(tr("Reader"), job.reader);
    add(tr("Mask"), job.maskReader.isEmpty() || job.maskReader == job.reader
                        ? maskText(source)
                        : tr("%1, begun by %2").arg(maskText(source), job.maskReader));
    QStringList parts;
    for (const ProvenanceShare &part : job.provenance)
        parts << QStringLiteral("%1 %2").arg(sourceName(part.source), shareText(part.share));
    add(tr("Set by"), parts.join(QStringLiteral("; ")));
    if (source.origin == MaskOrigin::Model) add(tr("Looks"), QString::number(std::max(source.looks, 1)));
    if (!job.placeStates.empty()) {
        const auto open = std::ranges::count(job.placeStates, PlaceState::Open);
        const auto checked = std::ssize(job.placeStates) - open;
        add(tr("Places"),
            open == 0 ? tr("all %1 checked").arg(checked) : tr("%1 checked, %2 open").arg(checked).arg(open));
    }
    if (job.record.state == CaseState::Approved)
        add(tr("State"),
            job.record.approvedReason.empty()
                ? tr("approved")
                : tr("approved with open places: %1").arg(QString::fromStdString(job.record.approvedReason)));
    add(tr("Signed"), job.signedText);
    add(tr("Made"), QLocale(QLocale::English).toString(job.made, QStringLiteral("d MMM yyyy, HH:mm")));
}

void addWarnings(CaseSummary &summary, const SaveJob &job)
{
    const CaseTrust &trust = job.source.trust;
    if (job.source.origin == MaskOrigin::Model && trust.differs())
        summary.warnings << tr("This case differs from those the model was checked on.");
    if (job.source.origin == MaskOrigin::Model && trust.predictedDice)
        summary.warnings << tr("Expected Dice of the whole tumour: between %1 and %2, from %3 held-out cases.")
                                .arg(trust.diceLow, 0, 'f', 3)
                                .arg(trust.diceHigh, 0, 'f', 3)
                                .arg(trust.qualityCases);
    if (!job.images.orientationStated) summary.warnings << tr("Left and right are not stated in these files.");
}

void addVolumes(CaseSummary &summary, const SaveJob &job, const LabelScheme &scheme)
{
    const auto now = regionVolumesMl(job.mask, scheme);
    const bool draft = !job.draftVolumesMl.empty();
    summary.volumes.heading =
        draft ? QStringList{tr("Region"), tr("mL"), tr("Change")} : QStringList{tr("Region"), tr("mL")};
    for (const RegionDefinition &region : scheme.regions()) {
        const auto ml = now.find(region.id);
        const double value = ml == now.end() ? 0 : ml->second;
        QStringList row{labelName(region), one(value)};
        if (draft) {
            const auto before = job.draftVolumesMl.find(region.id);
            row << signedMl(value - (before == job.draftVolumesMl.end() ? 0 : before->second));
        }
        summary.volumes.rows.push_back(row);
    }
}

void addDiameters(CaseSummary &summary, const SaveJob &job)
{
    const RanoReading &reading = job.diameters;
    const std::vector<std::size_t> shown = reading.shown();
    if (shown.empty()) return;
    summary.diameters.heading = {tr("Lesion"), tr("Longest mm"), tr("Across mm"), tr("Product mm²"), tr("Slice")};
    for (const std::size_t n : shown) {
        const measure::Bidimensional &size = reading.lesions[n].size;
        const int number = int(summary.diameters.rows.size()) + 1;
        summary.diameters.rows.push_back(
            {reading.regionId == "WT" ? tr("Tumour %1").arg(number) : tr("Enhancing %1").arg(number),
             one(size.longest.lengthMm()), one(size.across.lengthMm()), QString::number(std::lround(size.productMm2())),
             sliceText(job.images, render::Plane::Axial, size.longest.middle())});
        if (measure::angleBetweenDegrees(size.longest, size.across) < 85)
            summary.warnings << tr("The two diameters are not at right angles.");
    }
    const int measurable = reading.measurable();
    QStringList note;
    note << (reading.edited ? tr("Set by the reader.") : tr("Proposed from the mask."));
    if (measurable == 0)
        note << tr("Not measurable by RANO: under 10 × 10 mm or on one slice only.");
    else if (measurable == 1)
        note << tr("One measurable lesion.");
    else
        note << tr("%1 measurable lesions. The largest two add up to %2 mm².")
                    .arg(measurable)
                    .arg(std::lround(reading.sumMm2()));
    note << tr("Rules: RANO, Wen et al. 2010.");
    summary.diametersNote = note.join(' ');
}

void addMeasures(CaseSummary &summary, const SaveJob &job)
{
    if (job.measures.drawn.empty()) return;
    summary.measures.heading = {tr("Measured"), tr("Value"), tr("Slice")};
    for (const Measure &measure : job.measures.drawn) {
        const bool angle = measure.kind == MeasureKind::Angle;
        summary.measures.rows.push_back(
            {angle ? tr("Angle %1").arg(measure.number) : tr("Ruler %1").arg(measure.number),
             angle ? tr("%1°").arg(one(measure.value())) : tr("%1 mm").arg(one(measure.value())),
             sliceText(job.images, measure.plane, measure.middle())});
    }
}

void addIntensities(CaseSummary &summary, const SaveJob &job, const LabelScheme &scheme)
{
    const IntensityTable table = intensityTable(job.mask, scheme, job.images.images);
    if (table.rows.empty()) return;
    summary.intensities.heading << tr("Region");
    for (const std::string &name : table.sequences)
        summary.intensities.heading << QString::fromStdString(name);
    for (const IntensityTable::Row &row : table.rows) {
        QStringList cells{labelName(row.id, scheme)};
        for (const measure::IntensityStatistics &cell : row.bySequence)
            cells << (cell.voxels == 0 ? QStringLiteral("–")
                                       : tr("%1 ± %2 (%3)")
                                             .arg(QString::fromStdString(intensityText(cell.mean)),
                                                  QString::fromStdString(intensityText(cell.deviation)),
                                                  QString::fromStdString(intensityText(cell.median))));
        summary.intensities.rows.push_back(cells);
    }
}

} // namespace

CaseSummary summarise(const SaveJob &job)
{
    CaseSummary summary;
    summary.title = QString::fromStdString(job.record.name);
    summary.notice = tr("Research use only. Not for diagnosis.");
    summary.madeBy = tr("Glioscope %1").arg(QCoreApplication::applicationVersion());
    addFacts(summary, job);
    addWarnings(summary, job);
    if (const LabelScheme *scheme = job.scheme()) {
        addVolumes(summary, job, *scheme);
        addIntensities(summary, job, *scheme);
    }
    addDiameters(summary, job);
    addMeasures(summary, job);
    summary.notes = job.notes;
    if (const LabelScheme *scheme = job.scheme()) {
        for (const render::LabelLook &look : job.images.looks) {
            const LabelDefinition *label = scheme->label(look.value);
            if (label && job.mask.count(look.value) > 0)
                summary.outlines.emplace_back(labelName(*label), QColor(look.colour.r, look.colour.g, look.colour.b));
        }
    }
    summary.pictures = keyPictures(job.mask, job.diameters, job.images);
    return summary;
}

} // namespace glio::app
