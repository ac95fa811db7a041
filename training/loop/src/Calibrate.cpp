#include "glioscope/loop/Calibrate.h"

#include "CalibrationCases.h"
#include "IslandSearch.h"

#include "glioscope/base/Sha256.h"
#include "glioscope/data/TrainingCase.h"
#include "glioscope/uncertainty/Temperature.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace glio::loop {
namespace {
using Json = nlohmann::ordered_json;
using interchange::ModelInfo;
using uncertainty::Features;
constexpr int kVoxelsPerCase = 40000;
constexpr std::size_t kNetDirections = 12;
constexpr double kLeastGain = 0.005; ///< of lesion-wise Dice on left-out patients

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

/// Sums of what a set of answers was worth.
struct Figures {
    std::map<std::string, metrics::ProbabilityCounts> counts;
    std::map<std::string, std::pair<double, int>> dice, lesionDice;

    void add(const JudgedCase &one)
    {
        for (const auto &[region, value] : one.counts)
            counts[region] += value;
        for (const auto &[from, to] : {std::pair{&one.dice, &dice}, {&one.lesionDice, &lesionDice}})
            for (const auto &[region, value] : *from)
                (*to)[region].first += value, ++(*to)[region].second;
    }
    Json json() const
    {
        Json all;
        for (const auto &[region, value] : counts) {
            const auto scores = metrics::calibrationScores(value);
            const auto mean = [&region](const auto &sums) {
                const auto &sum = sums.at(region);
                return rounded(sum.first / std::max(1, sum.second));
            };
            all[region] = {{"ece", rounded(scores.ece)},
                           {"probability_ece", rounded(scores.probabilityEce)},
                           {"brier", rounded(scores.brier)},
                           {"nll", rounded(scores.nll)},
                           {"dice", mean(dice)},
                           {"lesionwise_dice", mean(lesionDice)}};
        }
        return all;
    }
};

class Calibrator {
public:
    Calibrator(const CalibrateRequest &request, const interchange::ModelFile &model)
        : m_request(request), m_model(model), m_info(model.info()), m_scheme(*findLabelScheme(m_info.schemeId))
    {
    }

    Result<std::string> run()
    {
        const auto start = std::chrono::steady_clock::now();
        auto seen = seeCases(m_request, m_model, [this](double done, const std::string &what) {
            return tell(0.8 * done, "Looking at " + what);
        });
        if (!seen) return std::unexpected(seen.error());
        m_seen = *std::move(seen);
        for (const SeenCase &one : m_seen.cases)
            if (one.kind == CaseKind::Clean) m_clean.push_back(&one);
        if (m_clean.size() < 8) return fail(Errc::InvalidArgument, "Calibration needs at least 8 cases.");
        for (const auto &step : {&Calibrator::temperatures, &Calibrator::islands, &Calibrator::figures,
                                 &Calibrator::quality, &Calibrator::usual})
            if (const auto done = (this->*step)(); !done) return std::unexpected(done.error());
        m_report["seconds"] = rounded(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        return write();
    }

private:
    bool tell(double done, const std::string &what) const
    {
        return !m_request.progress || m_request.progress(done, what);
    }
    static Result<void> stopped() { return fail(Errc::Cancelled, "The calibration was cancelled."); }

    /// Fold of a case: patients stay together.
    int fold(const SeenCase &one) const { return one.patient % m_folds; }

    Result<void> temperatures()
    {
        m_folds = std::min(5, std::max(2, m_seen.patients));
        const auto roles = uncertainty::labelRoles(m_scheme);
        const int labels = int(roles.size());
        uncertainty::TemperatureFit fit(roles);
        std::array<int, 256> number{};
        for (int n = 0; n < labels; ++n)
            number[m_scheme.labels()[std::size_t(n)].value] = n + 1;
        for (std::size_t c = 0; c < m_clean.size(); ++c) {
            if (!tell(0.8 + 0.04 * double(c) / double(m_clean.size()), "Temperatures")) return stopped();
            const auto look = m_clean[c]->look.whole(labels);
            const auto truth = data::labelsOnGrid(m_clean[c]->truth, look.grid);
            if (!truth) return std::unexpected(truth.error());
            const bool wholeOnly = m_clean[c]->regions.size() == 1;
            const auto voxels = std::size_t(look.grid.voxelCount());
            std::vector<float> p(std::size_t(labels), 0.0f);
            std::vector<std::size_t> chosen; // section D: everything else is background that is right anyway
            for (std::size_t v = 0; v < voxels; ++v) {
                float sum = 0;
                for (int n = 0; n < labels; ++n)
                    sum += look.values[std::size_t(n) * voxels + v];
                if (sum > 1e-3f || truth->data()[v] != 0) chosen.push_back(v);
            }
            const std::size_t step = std::max<std::size_t>(1, chosen.size() / kVoxelsPerCase);
            for (std::size_t at = 0; at < chosen.size(); at += step) {
                for (int n = 0; n < labels; ++n)
                    p[std::size_t(n)] = look.values[std::size_t(n) * voxels + chosen[at]];
                const int label = number[truth->data()[chosen[at]]];
                fit.add(p, label > 0 && wholeOnly ? uncertainty::TemperatureFit::kUnnamedTumour : label);
            }
            fit.endCase();
        }
        for (int f = 0; f < m_folds; ++f) {
            std::vector<int> left;
            for (std::size_t c = 0; c < m_clean.size(); ++c)
                if (fold(*m_clean[c]) == f) left.push_back(int(c));
            m_foldInfo.push_back(m_info);
            m_foldInfo.back().temperatures = fit.fit(left);
        }
        m_after = m_info;
        m_after.temperatures = fit.fit();
        for (double *t : {&m_after.temperatures.tumour, &m_after.temperatures.core, &m_after.temperatures.label})
            *t = rounded(*t);
        m_report["temperatures"] = {{"tumour", m_after.temperatures.tumour},
                                    {"core", m_after.temperatures.core},
                                    {"label", m_after.temperatures.label}};
        return {};
    }

    Result<void> islands()
    {
        std::vector<SearchCase> cases;
        for (const SeenCase *one : m_clean) {
            ModelInfo open = m_after; // all islands, calibrated
            open.islands.clear();
            open.thresholds.clear();
            open.smallestIslandMl = 0;
            auto answer = inference::Segmenter::finish(one->look.whole(int(m_scheme.labels().size())), open, nullptr,
                                                       one->truth.geometry());
            if (!answer) return std::unexpected(answer.error());
            cases.push_back(
                {std::make_shared<const Probabilities>(std::move(answer->probabilities)), one->truth, one->regions});
            if (!tell(0.84, "Thresholds and islands")) return stopped();
        }
        IslandSearch search(std::move(cases), m_after);
        for (int f = -1; f < m_folds; ++f) {
            std::vector<int> with;
            for (std::size_t c = 0; c < m_clean.size(); ++c)
                if (f < 0 || fold(*m_clean[c]) != f) with.push_back(int(c));
            const auto found = search.fit(with, [&](double done) {
                return tell(0.85 + 0.05 * (f + 1 + done) / (m_folds + 1), "Thresholds and islands");
            });
            if (!found) return std::unexpected(found.error());
            ModelInfo &info = f < 0 ? m_after : m_foldInfo[std::size_t(f)];
            info.thresholds = found->thresholds;
            info.islands = found->islands;
            info.smallestIslandMl = 0;
        }
        if (const auto done = dropWhatDoesNotHold(search); !done) return done;
        m_report["thresholds"] = m_after.thresholds;
        for (const auto &[region, rule] : m_after.islands)
            m_report["islands"][region] = {{"smallest_ml", rule.smallestMl},
                                           {"least_mean_probability", rule.leastMeanProbability}};
        if (m_after.islands.empty()) m_report["islands"] = Json::object();
        return {};
    }

    /// A region keeps its threshold and rule only when they were worth something on the patients that were left out:
    /// a few cases are easily learnt by heart.
    Result<void> dropWhatDoesNotHold(IslandSearch &search)
    {
        for (const std::string region : {"WT", "TC", "ET"}) {
            double gain = 0, cases = 0;
            for (int f = 0; f < m_folds; ++f) {
                std::vector<int> left;
                for (std::size_t c = 0; c < m_clean.size(); ++c)
                    if (fold(*m_clean[c]) == f) left.push_back(int(c));
                ModelInfo without = m_foldInfo[std::size_t(f)];
                without.thresholds.erase(region);
                without.islands.erase(region);
                const auto with = search.score(left, m_foldInfo[std::size_t(f)]), plain = search.score(left, without);
                if (!with) return std::unexpected(with.error());
                if (!plain) return std::unexpected(plain.error());
                if (!with->contains(region)) continue;
                gain += double(left.size()) * (with->at(region) - plain->at(region));
                cases += double(left.size());
            }
            gain /= std::max(1.0, cases);
            m_report["gain_on_left_out"][region] = rounded(gain);
            if (gain >= kLeastGain) continue;
            for (int f = -1; f < m_folds; ++f) {
                ModelInfo &info = f < 0 ? m_after : m_foldInfo[std::size_t(f)];
                info.thresholds.erase(region);
                info.islands.erase(region);
            }
        }
        return {};
    }

    Result<void> figures()
    {
        Figures before, after;
        for (std::size_t c = 0; c < m_clean.size(); ++c) {
            if (!tell(0.9 + 0.04 * double(c) / double(m_clean.size()), "Before and after")) return stopped();
            const auto was = judgeCase(*m_clean[c], m_info);
            if (!was) return std::unexpected(was.error());
            const auto is = judgeCase(*m_clean[c], m_foldInfo[std::size_t(fold(*m_clean[c]))], &was->band);
            if (!is) return std::unexpected(is.error());
            before.add(*was);
            after.add(*is);
        }
        m_report["cases"] = {{"clean", m_clean.size()},     {"patients", m_seen.patients},
                             {"phantoms", m_seen.phantoms}, {"files", m_seen.files},
                             {"passes", m_seen.passes},     {"from_cache", m_seen.fromCache}};
        m_report["before"] = before.json();
        m_report["after"] = after.json();
        m_report["after_is"] = "cross-validated over patients, " + std::to_string(m_folds) + " folds";
        return {};
    }

    Result<void> quality()
    {
        std::vector<Features> features;
        std::vector<double> dice;
        std::vector<int> patients;
        std::size_t done = 0;
        for (const SeenCase &one : m_seen.cases) {
            if (!tell(0.94 + 0.04 * double(done++) / double(m_seen.cases.size()), "Expected Dice")) return stopped();
            auto judged = judgeCase(one, m_after);
            if (!judged) return std::unexpected(judged.error());
            m_answers.push_back(judged->answer);
            if (one.kind == CaseKind::Faulty || judged->answer.empty() || !judged->dice.contains("WT")) continue;
            features.push_back(std::move(judged->answer));
            dice.push_back(judged->dice.at("WT"));
            patients.push_back(one.patient);
        }
        m_after.quality = uncertainty::fitLinear(features, dice, patients);
        const auto &q = m_after.quality;
        m_report["quality"] = nullptr;
        if (!q.empty())
            m_report["quality"] = {{"cases", q.cases},
                                   {"patients", q.patients},
                                   {"correlation", rounded(q.correlation)},
                                   {"mean_error", rounded(q.meanError)},
                                   {"low", rounded(q.low)},
                                   {"high", rounded(q.high)}};
        return {};
    }

    /// Images of a case with the net's features as `model` turns them.
    static Features imagesOf(const uncertainty::UnusualModel &model, const inference::Segmenter::RawLook &look)
    {
        Features images = look.images;
        for (auto &feature : model.netFeatures(look.pooled))
            images.push_back(std::move(feature));
        return images;
    }

    static uncertainty::FeatureCloud answerCloud(std::vector<Features> answers)
    {
        for (Features &one : answers) // nearly always 1: one more island is no reason
            std::erase_if(one, [](const auto &feature) { return feature.first == "islands"; });
        return uncertainty::fitCloud(answers, 0.975, 0.1);
    }

    uncertainty::UnusualModel fitUsual(const std::vector<const inference::Segmenter::RawLook *> &looks,
                                       const std::vector<Features> &answers) const
    {
        uncertainty::UnusualModel model;
        std::size_t most = 0;
        for (const auto *look : looks)
            most = std::max(most, look->images.size());
        std::vector<const inference::Segmenter::RawLook *> whole; // a missing sequence would leave holes
        for (const auto *look : looks)
            if (look->images.size() == most && !look->pooled.empty()) whole.push_back(look);
        if (whole.size() < 12) return model;
        std::vector<std::vector<double>> pooled;
        for (const auto *look : whole)
            pooled.push_back(look->pooled);
        model.setNet(pooled, kNetDirections);
        std::vector<Features> images;
        for (const auto *look : whole)
            images.push_back(imagesOf(model, *look));
        model.images = uncertainty::fitCloud(images);
        model.answer = answerCloud(answers);
        model.cases = int(whole.size());
        return model;
    }

    Result<void> usual()
    {
        if (!tell(0.98, "Usual cases")) return stopped();
        m_report["unusual"] = nullptr;
        std::vector<const inference::Segmenter::RawLook *> all, half;
        std::vector<Features> allAnswers;
        std::vector<int> answeredBy; ///< their patients
        for (const auto &look : m_seen.described)
            all.push_back(&look), half.push_back(&look);
        for (std::size_t c = 0; c < m_seen.cases.size(); ++c) {
            const SeenCase &one = m_seen.cases[c];
            if (one.kind != CaseKind::Clean) continue;
            all.push_back(&one.look.raw);
            const bool usualAnswer = !m_answers[c].empty() && hasTumour(one);
            if (usualAnswer) allAnswers.push_back(m_answers[c]), answeredBy.push_back(one.patient);
            if (!judgesFaults(one)) half.push_back(&one.look.raw);
        }
        m_usual = fitUsual(all, allAnswers);
        if (m_usual.images.empty()) return {};
        auto measured = fitUsual(half, {});
        std::vector<double> clean;
        std::map<std::string, std::vector<double>> faulty;
        for (std::size_t c = 0; c < m_seen.cases.size(); ++c) {
            const SeenCase &one = m_seen.cases[c];
            if (one.kind == CaseKind::Degraded || (one.kind == CaseKind::Clean && !judgesFaults(one))) continue;
            if (one.kind == CaseKind::Clean && !hasTumour(one)) continue; // the very thing that "no_tumour" means
            std::vector<Features> others; // answers are few: only the patient's own is left out
            for (std::size_t a = 0; a < allAnswers.size(); ++a)
                if (answeredBy[a] != one.patient) others.push_back(allAnswers[a]);
            measured.answer = answerCloud(others);
            const double score = uncertainty::unusual(measured, imagesOf(measured, one.look.raw), m_answers[c]).score;
            (one.fault ? faulty[faultName(*one.fault)] : clean).push_back(score);
        }
        Json faults;
        for (const auto &[name, scores] : faulty) {
            m_usual.auroc[name] = rounded(uncertainty::auroc(scores, clean));
            faults[name] = {{"auroc", m_usual.auroc[name]},
                            {"noticed", std::ranges::count_if(scores, [](double s) { return s > 1; })},
                            {"of", scores.size()}};
        }
        m_report["unusual"] = {{"cases", m_usual.cases},
                               {"answers", allAnswers.size()},
                               {"false_alarms", std::ranges::count_if(clean, [](double s) { return s > 1; })},
                               {"of", clean.size()},
                               {"faults", faults}};
        return {};
    }
    static bool hasTumour(const SeenCase &one)
    {
        return std::ranges::any_of(one.truth.voxels(), [](Label label) { return label != 0; });
    }
    /// Phantoms with an even number have faulty copies; they are left out of what measures them.
    bool judgesFaults(const SeenCase &one) const
    {
        return std::ranges::any_of(m_seen.cases, [&](const SeenCase &other) {
            return other.kind == CaseKind::Faulty && other.patient == one.patient;
        });
    }

    Result<std::string> write()
    {
        m_after.version = nextVersion(m_info.version);
        m_after.calibrationCases = int(m_clean.size());
        Json figures;
        for (const char *key : {"cases", "before", "after", "after_is", "quality", "unusual"})
            figures[key] = m_report[key];
        m_after.calibrationJson = figures.dump();
        std::map<std::string, std::string> extra;
        m_after.unusualFile.clear();
        m_after.unusualSha256.clear();
        if (!m_usual.images.empty()) {
            const std::string text = uncertainty::unusualJson(m_usual);
            m_after.unusualFile = "unusual.json";
            m_after.unusualSha256 = sha256Hex(std::as_bytes(std::span(text)));
            extra[m_after.unusualFile] = text;
        }
        m_report["model"] = {{"name", m_info.name},
                             {"version_before", m_info.version},
                             {"version", m_after.version},
                             {"sha256", m_info.weightsSha256}};
        m_report["out"] = nullptr;
        if (!m_request.out.empty()) {
            const auto written = interchange::rewriteModel(m_model, m_request.out, m_after, extra);
            if (!written) return std::unexpected(written.error());
            if (const auto back = written->unusual(); !back) return std::unexpected(back.error());
            m_report["out"] = m_request.out.string();
        }
        return m_report.dump(2) + '\n';
    }

    const CalibrateRequest &m_request;
    const interchange::ModelFile &m_model;
    ModelInfo m_info, m_after;
    const LabelScheme &m_scheme;
    SeenCases m_seen;
    std::vector<const SeenCase *> m_clean;
    std::vector<ModelInfo> m_foldInfo;
    std::vector<Features> m_answers; ///< by number of m_seen.cases, under m_after
    uncertainty::UnusualModel m_usual;
    int m_folds = 5;
    Json m_report;
};
} // namespace

Result<std::string> calibrate(const CalibrateRequest &request)
{
    const auto model = interchange::ModelFile::open(request.model);
    if (!model) return std::unexpected(model.error());
    const LabelScheme *scheme = findLabelScheme(model->info().schemeId);
    if (!scheme || !scheme->region("WT") || !scheme->region("TC"))
        return fail(Errc::InvalidArgument,
                    "The model's label scheme has no whole tumour and core, so its answers cannot be calibrated.");
    return Calibrator(request, *model).run();
}

std::string nextVersion(const std::string &version)
{
    const auto dot = version.rfind('.');
    const auto digits = [](std::string_view text) {
        return !text.empty() && text.size() < 9 && text.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (dot == std::string::npos || !digits(std::string_view(version).substr(dot + 1))) return version + ".1";
    return version.substr(0, dot + 1) + std::to_string(std::stoi(version.substr(dot + 1)) + 1);
}

} // namespace glio::loop
