#include "model/CaseReport.h"

#include "glioscope/annotation/EditedScheme.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/io/SavedMask.h"

#include <nlohmann/json.hpp>

#include <QBuffer>
#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <map>

namespace glio::app {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

QString tr(const char *text) { return QCoreApplication::translate("glio::app::CaseReport", text); }

/// The same keys as the command line's report.
json qualityJson(const CaseTrust &trust)
{
    if (!trust.predictedDice) return nullptr;
    return {{"predicted_dice", {{"WT", *trust.predictedDice}}},
            {"interval", {trust.diceLow, trust.diceHigh}},
            {"cases", trust.qualityCases}};
}
json unusualJson(const CaseTrust &trust)
{
    if (!trust.unusualScore) return nullptr;
    return {{"score", *trust.unusualScore}, {"limit", trust.unusualLimit}, {"reasons", trust.reasons}};
}

json measurementsJson(const SaveJob &job)
{
    const auto pointJson = [](const PointMm &p) { return json{p.x, p.y, p.z}; };
    json lesions = json::array(), drawn = json::array();
    for (const measure::Lesion &lesion : job.diameters.lesions) {
        lesions.push_back({{"longest_mm", lesion.size.longest.lengthMm()},
                           {"across_mm", lesion.size.across.lengthMm()},
                           {"product_mm2", lesion.size.productMm2()},
                           {"longest_lps_mm", {pointJson(lesion.size.longest.a), pointJson(lesion.size.longest.b)}},
                           {"across_lps_mm", {pointJson(lesion.size.across.a), pointJson(lesion.size.across.b)}},
                           {"measurable", lesion.measurable}});
    }
    for (const Measure &one : job.measures.drawn) {
        json points = json::array();
        for (const PointMm &p : one.points)
            points.push_back(pointJson(p));
        const bool angle = one.kind == MeasureKind::Angle;
        drawn.push_back({{"kind", angle ? "angle" : "ruler"},
                         {"number", one.number},
                         {angle ? "degrees" : "mm", one.value()},
                         {"points_lps_mm", points}});
    }
    return {{"region", job.diameters.regionId},
            {"edited", job.diameters.edited},
            {"sum_of_products_mm2", job.diameters.sumMm2()},
            {"lesions", lesions},
            {"drawn", drawn}};
}

json reportOf(const SaveJob &job)
{
    const LabelScheme *scheme = job.scheme();
    const MaskSource &source = job.source;
    json volumes = json::object();
    if (scheme) {
        for (const auto &[id, ml] : regionVolumesMl(job.mask, *scheme))
            volumes[id] = ml;
    }
    json labels = json::array(); // those that the reader named, coloured or added
    if (scheme) {
        for (const LabelDefinition &label : scheme->labels())
            if (label.ownName || label.ownColour || label.added)
                labels.push_back({{"value", label.value},
                                  {"id", label.id},
                                  {"name", label.name},
                                  {"colour", colourText(label.colour)}});
    }
    json places = json::array();
    static constexpr std::array kStates{"open", "kept", "changed", "asked"};
    for (std::size_t n = 0; n < job.places.list.size(); ++n) {
        const Place &place = job.places.list[n];
        places.push_back(
            {{"id", place.id},
             {"at_stake_ml", place.atStakeMl},
             {"labels", {place.labelA, place.labelB}},
             {"side", place.side},
             {"centre_lps_mm", {place.centre.x, place.centre.y, place.centre.z}},
             {"state", kStates[std::size_t(n < job.placeStates.size() ? job.placeStates[n] : PlaceState::Open)]}});
    }
    json sequences = json::object();
    for (const CaseRecord::File &file : job.record.files) {
        sequences[std::string(sequenceId(file.sequence))] = file.path.filename().string();
    }
    json provenance = json::array();
    static constexpr std::array kOrigins{"none", "model", "model-edited", "manual", "other-reader"};
    for (const ProvenanceShare &part : job.provenance)
        provenance.push_back({{"origin", kOrigins[std::size_t(part.source.origin)]},
                              {"name", part.source.name},
                              {"version", part.source.version},
                              {"share", part.share}});
    const auto textOrNull = [](const QString &text) {
        return text.isEmpty() ? json(nullptr) : json(text.toStdString());
    };
    const auto numberOrNull = [](double value) { return value > 0 ? json(value) : json(nullptr); };
    return {{"case", job.record.name},
            {"notice", "Research use only. Not for diagnosis."},
            {"scheme", job.schemeId},
            {"own_labels", labels},
            {"volumes_ml", volumes},
            {"thresholds", job.record.thresholds},
            {"model",
             {{"name", textOrNull(source.modelName)},
              {"version", textOrNull(source.modelVersion)},
              {"sha256", textOrNull(source.modelSha256)}}},
            {"seconds", numberOrNull(source.seconds)},
            {"peak_rss_mb", numberOrNull(source.peakRssMb)},
            {"device", textOrNull(source.device)},
            {"precision", textOrNull(source.precision)},
            {"looks", source.looks},
            {"calibration", {{"cases", source.trust.calibrationCases}}},
            {"quality", qualityJson(source.trust)},
            {"unusual", unusualJson(source.trust)},
            {"measurements", measurementsJson(job)},
            {"sequences", sequences},
            {"places", places},
            {"provenance", provenance},
            {"small_places", {{"count", job.places.smallCount}, {"ml", job.places.smallMl}}},
            {"made_by", "glioscope " + QCoreApplication::applicationVersion().toStdString()}};
}

Result<void> makeFolder(const fs::path &folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return fail(Errc::Io,
                    "The folder " + folder.string() + " cannot be made: " + error.message() + ". Choose another one.");
    }
    return {};
}

} // namespace

Result<void> writeReportJson(const SaveJob &job, const fs::path &file)
{
    return writeFileAtomically(file, reportOf(job).dump(2) + "\n");
}

Result<void> writeResult(const SaveJob &job, const fs::path &folder)
{
    if (const auto made = makeFolder(folder); !made) return made;
    const io::WriteOptions options{.schemeId = job.schemeId};
    if (const auto done = io::writeLabels(folder / "labels.nii.gz", job.mask.toVolume(), options); !done) return done;
    if (job.modelMask) {
        if (const auto done = io::writeLabels(folder / "model.nii.gz", *job.modelMask, options); !done) return done;
    }
    const auto series = [&](const Probabilities &probabilities, const char *name) {
        return io::writeSeries(folder / name, std::span<const LabelVolume>(probabilities.classes), options);
    };
    if (job.probabilities) {
        if (const auto done = series(*job.probabilities, "probabilities.nii.gz"); !done) return done;
    }
    if (job.band) {
        if (const auto done = series(*job.band, "band.nii.gz"); !done) return done;
    }
    return writeReportJson(job, folder / "report.json");
}

Result<void> exportMask(const SaveJob &job, const fs::path &file)
{
    const LabelScheme *scheme = job.scheme();
    if (file.extension() == ".mhd" || !scheme) // two files cannot be swapped at once
        return io::writeLabels(file, job.mask.toVolume(), {.schemeId = job.schemeId});
    const auto saved = io::saveMask(file, job.mask.toVolume(), *scheme);
    return saved ? Result<void>{} : std::unexpected(saved.error());
}

Result<void> writeReportPage(const SaveJob &job, const fs::path &folder)
{
    if (const auto made = makeFolder(folder); !made) return made;
    if (const auto done = writeReportJson(job, folder / "report.json"); !done) return done;
    if (!job.picture.isNull()) {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        job.picture.save(&buffer, "PNG");
        const auto done =
            writeFileAtomically(folder / "views.png", std::string_view(bytes.constData(), std::size_t(bytes.size())));
        if (!done) return done;
    }
    const LabelScheme *scheme = job.scheme();
    QString rows;
    if (scheme) {
        const auto volumes = regionVolumesMl(job.mask, *scheme);
        for (const RegionDefinition &region : scheme->regions()) {
            const auto ml = volumes.find(region.id);
            rows += QStringLiteral("<tr><td>%1</td><td class=\"n\">%2</td></tr>")
                        .arg(QString::fromStdString(region.name).toHtmlEscaped(),
                             QString::number(ml == volumes.end() ? 0.0 : ml->second, 'f', 1));
        }
    }
    const MaskSource &source = job.source;
    const QString places = job.places.list.empty() ? tr("No place to check is listed.")
                                                   : tr("Places to check: %1.").arg(job.places.list.size());
    QString warning; // plain words, as in the window
    if (source.origin == MaskOrigin::Model && source.trust.differs())
        warning = tr("This case differs from those the model was checked on.");
    if (source.origin == MaskOrigin::Model && source.trust.predictedDice)
        warning += (warning.isEmpty() ? QString() : QStringLiteral(" ")) +
                   tr("Expected Dice of the whole tumour: between %1 and %2, from %3 held-out cases.")
                       .arg(source.trust.diceLow, 0, 'f', 3)
                       .arg(source.trust.diceHigh, 0, 'f', 3)
                       .arg(source.trust.qualityCases);
    const QString page =
        QStringLiteral(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>%1</title><style>"
            "body{font:14px/20px Inter,system-ui,sans-serif;margin:32px;color:#1A1E24;max-width:1000px}"
            "table{border-collapse:collapse;margin:16px 0}td,th{padding:4px 16px 4px "
            "0;text-align:left}.n{text-align:right;"
            "font-variant-numeric:tabular-nums}img{max-width:100%;border-radius:9px}.notice{color:#8A5A00}</style></"
            "head><body>"
            "<h1>%1</h1><p class=\"notice\">%2</p>%3<table><tr><th>%4</th><th class=\"n\">mL</th></tr>%5</table>"
            "<p>%6</p><p>%7</p></body></html>")
            .arg(QString::fromStdString(job.record.name).toHtmlEscaped(),
                 tr("Research use only. Not for diagnosis.").toHtmlEscaped(),
                 job.picture.isNull() ? QString() : QStringLiteral("<img src=\"views.png\" alt=\"\">"), tr("Region"),
                 rows, warning.isEmpty() ? places : warning.toHtmlEscaped() + QStringLiteral("</p><p>") + places,
                 source.origin == MaskOrigin::Model ? tr("Made by %1 %2 on %3.")
                                                          .arg(source.modelName, source.modelVersion, source.device)
                                                          .toHtmlEscaped()
                 : source.origin == MaskOrigin::Drawn ? tr("The mask was drawn by hand.")
                                                      : tr("The mask was read from a file."));
    return writeFileAtomically(folder / "index.html", page.toStdString());
}

} // namespace glio::app
