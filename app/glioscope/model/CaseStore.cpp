#include "model/CaseStore.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Paths.h"
#include "glioscope/base/Sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace glio::app {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr std::array kStateIds{"not-started", "draft",   "needs-checking", "second-reader",
                               "approved",    "missing", "rejected"};
constexpr std::array kPlaceIds{"open", "kept", "changed", "asked"};
constexpr std::array kOriginIds{"none", "file", "model", "drawn"};

template <class Enum, std::size_t N> Enum fromId(const std::array<const char *, N> &ids, const std::string &id)
{
    const auto found = std::ranges::find_if(ids, [&](const char *known) { return id == known; });
    return found == ids.end() ? Enum{} : Enum(found - ids.begin());
}

json trustJson(const CaseTrust &trust)
{
    json object{{"calibration_cases", trust.calibrationCases}};
    if (trust.predictedDice)
        object["quality"] = {*trust.predictedDice, trust.diceLow, trust.diceHigh, trust.qualityCases};
    if (trust.unusualScore)
        object["unusual"] = {{"score", *trust.unusualScore}, {"limit", trust.unusualLimit}, {"reasons", trust.reasons}};
    return object;
}

/// What is not as it should be counts as not known.
CaseTrust trustFrom(const json &object)
{
    CaseTrust trust;
    try {
        trust.calibrationCases = object.value("calibration_cases", 0);
        if (const auto quality = object.find("quality"); quality != object.end()) {
            trust.predictedDice = quality->at(0).get<double>();
            trust.diceLow = quality->at(1).get<double>();
            trust.diceHigh = quality->at(2).get<double>();
            trust.qualityCases = quality->at(3).get<int>();
        }
        if (const auto unusual = object.find("unusual"); unusual != object.end()) {
            trust.unusualScore = unusual->at("score").get<double>();
            trust.unusualLimit = unusual->at("limit").get<double>();
            trust.reasons = unusual->at("reasons").get<std::vector<std::string>>();
        }
    } catch (const json::exception &) {
        return {};
    }
    return trust;
}

json toJson(const CaseRecord &record)
{
    json files = json::array();
    for (const CaseRecord::File &file : record.files) {
        json entry{{"path", file.path.string()},
                   {"sequence", sequenceId(file.sequence)},
                   {"chosen", file.chosenByUser},
                   {"reason", file.reason}};
        if (file.window) entry["window"] = {file.window->low, file.window->high};
        files.push_back(std::move(entry));
    }
    json places = json::array();
    for (const PlaceState state : record.places)
        places.push_back(kPlaceIds[std::size_t(state)]);
    json votes = json::array();
    for (const PlaceVotes &vote : record.votes)
        votes.push_back({vote.first, vote.second});
    const MaskSource &mask = record.mask;
    json object{{"version", 1},
                {"id", record.id},
                {"name", record.name},
                {"folder", record.folder.string()},
                {"files", std::move(files)},
                {"opened", record.opened.toUTC().toString(Qt::ISODate).toStdString()},
                {"date", record.date},
                {"demo", record.demo},
                {"approved_reason", record.approvedReason},
                {"signed_by", record.signedBy},
                {"signed_mask", record.signedMask},
                {"signed_at", record.signedAt.toUTC().toString(Qt::ISODate).toStdString()},
                {"rejected_by", record.rejectedBy},
                {"rejected_reason", record.rejectedReason},
                {"notes", record.notes},
                {"seconds_by_reader", record.secondsByReader},
                {"state", kStateIds[std::size_t(record.state)]},
                {"scheme", record.schemeId},
                {"volumes_ml", record.volumesMl},
                {"thresholds", record.thresholds},
                {"places", std::move(places)},
                {"place_votes", std::move(votes)},
                {"place_notes", record.placeNotes},
                {"open_places", record.openPlaces},
                {"open_ml", record.openMl},
                {"same_grid", record.sameGrid},
                {"longest_spacing_mm", record.longestSpacingMm},
                {"mask",
                 {{"origin", kOriginIds[std::size_t(mask.origin)]},
                  {"file", mask.file.string()},
                  {"model", mask.modelName.toStdString()},
                  {"version", mask.modelVersion.toStdString()},
                  {"sha256", mask.modelSha256.toStdString()},
                  {"device", mask.device.toStdString()},
                  {"precision", mask.precision.toStdString()},
                  {"seconds", mask.seconds},
                  {"peak_rss_mb", mask.peakRssMb},
                  {"looks", mask.looks},
                  {"trust", trustJson(mask.trust)},
                  {"made", mask.made.toUTC().toString(Qt::ISODate).toStdString()}}}};
    if (record.cursor) object["cursor_lps_mm"] = {record.cursor->x, record.cursor->y, record.cursor->z};
    return object;
}

QDateTime dateFrom(const json &object, const char *key)
{
    return QDateTime::fromString(QString::fromStdString(object.value(key, "")), Qt::ISODate);
}

CaseRecord fromJson(const json &object)
{
    CaseRecord record;
    record.id = object.at("id").get<std::string>();
    record.name = object.at("name").get<std::string>();
    record.folder = object.value("folder", "");
    for (const json &entry : object.at("files")) {
        CaseRecord::File file;
        file.path = entry.at("path").get<std::string>();
        file.sequence = sequenceFromId(entry.value("sequence", "other")).value_or(Sequence::Other);
        file.chosenByUser = entry.value("chosen", false);
        file.reason = entry.value("reason", "");
        if (entry.contains("window")) {
            file.window = DisplayRange{entry["window"].at(0).get<float>(), entry["window"].at(1).get<float>()};
        }
        record.files.push_back(std::move(file));
    }
    record.opened = dateFrom(object, "opened");
    record.date = object.value("date", "");
    record.demo = object.value("demo", false);
    record.approvedReason = object.value("approved_reason", "");
    record.signedBy = object.value("signed_by", "");
    record.signedMask = object.value("signed_mask", "");
    record.signedAt = dateFrom(object, "signed_at");
    record.rejectedBy = object.value("rejected_by", "");
    record.rejectedReason = object.value("rejected_reason", "");
    record.notes = object.value("notes", "");
    record.secondsByReader = object.value("seconds_by_reader", std::map<std::string, double>{});
    record.state = fromId<CaseState>(kStateIds, object.value("state", ""));
    record.schemeId = object.value("scheme", "");
    record.volumesMl = object.value("volumes_ml", std::map<std::string, double>{});
    record.thresholds = object.value("thresholds", Thresholds{});
    for (const json &state : object.value("places", json::array())) {
        record.places.push_back(fromId<PlaceState>(kPlaceIds, state.get<std::string>()));
    }
    for (const json &vote : object.value("place_votes", json::array())) {
        record.votes.push_back({vote.at(0).get<int>(), vote.at(1).get<int>()});
    }
    record.placeNotes = object.value("place_notes", std::vector<std::string>{});
    record.openPlaces = object.value("open_places", -1);
    record.openMl = object.value("open_ml", 0.0);
    record.sameGrid = object.value("same_grid", true);
    record.longestSpacingMm = object.value("longest_spacing_mm", 0.0);
    if (const auto mask = object.find("mask"); mask != object.end()) {
        MaskSource &source = record.mask;
        source.origin = fromId<MaskOrigin>(kOriginIds, mask->value("origin", ""));
        source.file = mask->value("file", "");
        source.modelName = QString::fromStdString(mask->value("model", ""));
        source.modelVersion = QString::fromStdString(mask->value("version", ""));
        source.modelSha256 = QString::fromStdString(mask->value("sha256", ""));
        source.device = QString::fromStdString(mask->value("device", ""));
        source.precision = QString::fromStdString(mask->value("precision", ""));
        source.seconds = mask->value("seconds", 0.0);
        source.peakRssMb = mask->value("peak_rss_mb", 0.0);
        source.looks = mask->value("looks", 0);
        if (const auto trust = mask->find("trust"); trust != mask->end()) source.trust = trustFrom(*trust);
        source.made = dateFrom(*mask, "made");
    }
    if (const auto at = object.find("cursor_lps_mm"); at != object.end()) {
        record.cursor = PointMm{at->at(0).get<double>(), at->at(1).get<double>(), at->at(2).get<double>()};
    }
    return record;
}

} // namespace

CaseStore::CaseStore(fs::path root) : m_root(std::move(root)) {}

fs::path CaseStore::defaultRoot() { return dataHome() / "cases"; }

std::optional<CaseRecord> CaseStore::find(const std::string &id) const
{
    const auto text = readFile(folder(id) / "case.json", std::size_t{4} << 20);
    return text ? recordOf(*text) : std::nullopt;
}

std::string CaseStore::textOf(const CaseRecord &record) { return toJson(record).dump(2) + "\n"; }

std::optional<CaseRecord> CaseStore::recordOf(const std::string &text)
{
    try {
        CaseRecord record = fromJson(json::parse(text));
        std::error_code ignored;
        record.filesGone =
            !std::ranges::all_of(record.files, [&](const auto &file) { return fs::exists(file.path, ignored); });
        if (record.state == CaseState::Missing) record.state = CaseState::NotStarted; // as older versions kept it
        return record;
    } catch (const json::exception &) {
        return std::nullopt; // written by another version or damaged: the images can be opened again by hand
    }
}

double CaseRecord::secondsSpent() const
{
    double sum = 0;
    for (const auto &[reader, seconds] : secondsByReader)
        sum += seconds;
    return sum;
}

std::vector<CaseRecord> CaseStore::list() const
{
    std::vector<CaseRecord> records;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(m_root, error)) {
        if (auto record = find(entry.path().filename().string())) records.push_back(std::move(*record));
    }
    std::ranges::sort(records, [](const auto &a, const auto &b) { return a.opened > b.opened; });
    return records;
}

Result<void> CaseStore::write(const CaseRecord &record) const
{
    std::error_code error;
    fs::create_directories(folder(record.id), error);
    if (error) {
        return fail(Errc::Io, "The folder " + folder(record.id).string() + " cannot be made: " + error.message() +
                                  ". Check the free space and the rights of your data folder.");
    }
    return writeFileAtomically(folder(record.id) / "case.json", textOf(record));
}

Result<void> CaseStore::forget(const std::string &id) const
{
    if (id.empty() || id.find('/') != std::string::npos || id.starts_with('.')) {
        return fail(Errc::InvalidArgument, "No case is named '" + id + "'.");
    }
    std::error_code error;
    fs::remove_all(folder(id), error);
    if (error)
        return fail(Errc::Io, "The folder " + folder(id).string() + " cannot be removed: " + error.message() + ".");
    return {};
}

std::string CaseStore::idFor(const std::string &name, const std::vector<fs::path> &files)
{
    std::vector<std::string> paths;
    for (const fs::path &file : files) {
        std::error_code error;
        const fs::path whole = fs::weakly_canonical(file, error);
        paths.push_back((error ? file : whole).string());
    }
    std::ranges::sort(paths);
    std::string all;
    for (const std::string &path : paths)
        all += path + '\n';
    std::string id;
    for (const char c : name.substr(0, 40)) {
        id += std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ? c : '_';
    }
    if (id.empty()) id = "case";
    return id + "-" + sha256Hex(std::as_bytes(std::span(all))).substr(0, 12);
}

} // namespace glio::app
