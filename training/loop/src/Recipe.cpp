#include "glioscope/loop/Recipe.h"
#include "glioscope/nets/NetShape.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Paths.h"
#include "glioscope/loop/Precision.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace glio::loop {
namespace {

using Json = nlohmann::ordered_json;

// One list of keys for both ways: `visit(key, field)` reads or writes.
template <class Visit> void visitFields(Stage &s, Visit visit)
{
    visit("spacingMm", s.spacingMm);
    visit("window", s.window);
    visit("steps", s.steps);
    visit("minutes", s.minutes);
    visit("learningRate", s.learningRate);
    visit("warmupSteps", s.warmupSteps);
    visit("batch", s.batch);
    visit("accumulate", s.accumulate);
}
template <class Visit> void visitFields(ScheduleRecipe &s, Visit visit)
{
    visit("kind", s.kind);
    visit("power", s.power);
    visit("warmupShare", s.warmupShare);
    visit("startDivisor", s.startDivisor);
    visit("endDivisor", s.endDivisor);
    visit("plateauPatience", s.plateauPatience);
    visit("plateauFactor", s.plateauFactor);
    visit("plateauRegion", s.plateauRegion);
}
template <class Visit> void visitFields(ScoreRecipe &s, Visit visit)
{
    visit("weights", s.weights);
    visit("floors", s.floors);
    visit("floorAfter", s.floorAfter);
}
template <class Visit> void visitFields(DataRecipe &d, Visit visit)
{
    visit("phantoms", d.phantoms);
    visit("phantomShare", d.phantomShare);
    visit("reuse", d.reuse);
    visit("procedural", d.procedural);
    visit("colin27", d.colin27);
    visit("anatomies", d.anatomies);
    visit("validationAnatomies", d.validationAnatomies);
    visit("shapes", d.shapes);
    visit("headShare", d.headShare);
    visit("phantomDegrade", d.phantomDegrade);
    visit("scheme", d.scheme);
    visit("validationShare", d.validationShare);
    visit("validation", d.validation);
    visit("keepOut", d.keepOut);
    visit("validationPhantoms", d.validationPhantoms);
    visit("memoryMb", d.memoryMb);
}
template <class Visit> void visitFields(LossRecipe &l, Visit visit)
{
    visit("kind", l.kind);
    visit("crossEntropy", l.crossEntropy);
    visit("dice", l.dice);
    visit("labelCrossEntropy", l.labelCrossEntropy);
    visit("diceOverClasses", l.diceOverClasses);
    visit("diceOverRegions", l.diceOverRegions);
    visit("deepSupervision", l.deepSupervision);
    visit("dropLowest", l.dropLowest);
    visit("tverskyAlpha", l.tverskyAlpha);
    visit("tverskyBeta", l.tverskyBeta);
    visit("tverskyGamma", l.tverskyGamma);
    visit("tverskySmooth", l.tverskySmooth);
    visit("classWeights", l.classWeights);
    visit("classWeightCap", l.classWeightCap);
}
template <class Visit> void visitFields(PromptRecipe &p, Visit visit)
{
    visit("share", p.share);
    visit("mostClicks", p.mostClicks);
    visit("ownMask", p.ownMask);
    visit("noMask", p.noMask);
    visit("mostShift", p.mostShift);
    visit("clickLoss", p.clickLoss);
}
template <class Visit> void visitFields(augment::SpatialOptions &o, Visit visit)
{
    visit("flip", o.flip);
    visit("flipOther", o.flipOther);
    visit("probability", o.probability);
    visit("rotationDegrees", o.rotationDegrees);
    visit("logScale", o.logScale);
    visit("logScaleCommon", o.logScaleCommon);
    visit("shear", o.shear);
}
template <class Visit> void visitFields(augment::IntensityOptions &o, Visit visit)
{
    visit("bias", o.bias);
    visit("blur", o.blur);
    visit("thickSlices", o.thickSlices);
    visit("shift", o.shift);
    visit("noise", o.noise);
    visit("gamma", o.gamma);
    visit("contrastLow", o.contrastLow);
    visit("contrastHigh", o.contrastHigh);
    visit("brightness", o.brightness);
}
template <class Visit> void visitFields(augment::DropOptions &o, Visit visit)
{
    visit("onlyT1cAndFlair", o.onlyT1cAndFlair);
    visit("noT2", o.noT2);
    visit("noT1NoT2", o.noT1NoT2);
    visit("each", o.each);
}
template <class Visit> void visitFields(augment::AugmentOptions &a, Visit visit)
{
    visit("kind", a.kind);
    visit("spatial", a.spatial);
    visit("intensity", a.intensity);
    visit("drop", a.drop);
}
template <class Visit> void visitFields(Recipe &r, Visit visit)
{
    visit("name", r.name);
    visit("title", r.title);
    visit("version", r.version);
    visit("seed", r.seed);
    visit("network", r.network);
    visit("data", r.data);
    visit("foregroundShare", r.foregroundShare);
    visit("patchJitter", r.patchJitter);
    visit("augment", r.augment);
    visit("loss", r.loss);
    visit("prompts", r.prompts);
    visit("optimizer", r.optimizer);
    visit("weightDecay", r.weightDecay);
    visit("clip", r.clip);
    visit("beta1", r.beta1);
    visit("beta2", r.beta2);
    visit("momentum", r.momentum);
    visit("finalRate", r.finalRate);
    visit("schedule", r.schedule);
    visit("score", r.score);
    visit("earlyStop", r.earlyStop);
    visit("skipLimit", r.skipLimit);
    visit("ema", r.ema);
    visit("validateMinutes", r.validateMinutes);
    visit("validateSteps", r.validateSteps);
    visit("checkpointMinutes", r.checkpointMinutes);
    visit("threads", r.threads);
    visit("producers", r.producers);
    visit("precision", r.precision);
    visit("trainingData", r.trainingData);
    visit("licence", r.licence);
    visit("stages", r.stages);
}

constexpr std::array<std::string_view, 6> kRegionNames{"WT", "TC", "ET", "NET", "CC", "ED"};

struct Bad {
    std::string message;
};

template <class T>
concept HasFields = requires(T &value) { visitFields(value, [](const char *, auto &) {}); };

template <class T> Json toJson(const T &value)
{
    if constexpr (HasFields<T>) {
        Json object = Json::object();
        visitFields(const_cast<T &>(value), [&object](const char *key, auto &field) { object[key] = toJson(field); });
        return object;
    } else if constexpr (std::is_same_v<T, nets::NetSpec>) {
        return {{"architecture", value.architecture}, {"options", Json::parse(value.optionsJson())}};
    } else if constexpr (std::is_same_v<T, std::vector<Stage>>) {
        Json list = Json::array();
        for (const Stage &stage : value)
            list.push_back(toJson(stage));
        return list;
    } else {
        return value;
    }
}

template <class T> void fromJson(const Json &json, T &value, const std::string &path)
{
    const auto wrong = [&path](const char *kind) { throw Bad{"\"" + path + "\" must be " + kind + "."}; };
    if constexpr (HasFields<T>) {
        if (!json.is_object()) wrong("an object");
        std::vector<std::string> known;
        visitFields(value, [&](const char *key, auto &field) {
            known.emplace_back(key);
            if (const auto found = json.find(key); found != json.end())
                fromJson(*found, field, path.empty() ? key : path + '.' + key);
        });
        for (const auto &[key, unused] : json.items())
            if (std::ranges::find(known, key) == known.end() && !key.starts_with("//"))
                throw Bad{"There is no key \"" + (path.empty() ? key : path + '.' + key) + "\" in a recipe."};
    } else if constexpr (std::is_same_v<T, nets::NetSpec>) {
        if (!json.is_object() || (json.contains("architecture") && !json["architecture"].is_string()))
            wrong("an object");
        for (const auto &[key, unused] : json.items())
            if (key != "architecture" && key != "options")
                throw Bad{"There is no key \"" + path + '.' + key + "\" in a recipe."};
        const auto spec = nets::NetSpec::parse(json.value("architecture", value.architecture),
                                               json.value("options", Json::object()).dump());
        if (!spec) throw Bad{"\"" + path + "\": " + spec.error().message};
        value = *spec;
    } else if constexpr (std::is_same_v<T, std::vector<Stage>>) {
        if (!json.is_array() || json.empty()) wrong("a list of at least one stage");
        value.assign(json.size(), Stage{});
        for (std::size_t n = 0; n < json.size(); ++n)
            fromJson(json[n], value[n], path + '.' + std::to_string(n));
    } else if constexpr (std::is_same_v<T, std::map<std::string, double>>) {
        if (!json.is_object()) wrong("an object of numbers by region");
        value.clear();
        for (const auto &[key, number] : json.items()) {
            if (std::ranges::find(kRegionNames, key) == kRegionNames.end())
                throw Bad{"\"" + path + "\" knows the regions WT, TC, ET, NET, CC and ED, not \"" + key + "\"."};
            fromJson(number, value[key], path + '.' + key);
        }
    } else if constexpr (std::is_same_v<T, bool>) {
        if (!json.is_boolean()) wrong("true or false");
        value = json.get<bool>();
    } else if constexpr (std::is_same_v<T, std::string>) {
        if (!json.is_string()) wrong("text");
        value = json.get<std::string>();
    } else if constexpr (std::is_same_v<T, Size3>) {
        if (!json.is_array() || json.size() != 3) wrong("a list of three whole numbers");
        for (std::size_t a = 0; a < 3; ++a)
            fromJson(json[a], value[a], path + '.' + std::to_string(a));
    } else if constexpr (std::is_integral_v<T>) {
        if (!json.is_number_integer() ||
            (std::is_unsigned_v<T> && json.is_number_integer() && !json.is_number_unsigned()))
            wrong(std::is_unsigned_v<T> ? "a whole number, 0 or above" : "a whole number");
        value = json.get<T>();
    } else {
        if (!json.is_number()) wrong("a number");
        value = json.get<T>();
    }
}

void need(bool good, const std::string &message)
{
    if (!good) throw Bad{message};
}

void check(const Recipe &r)
{
    need(!r.name.empty(), "\"name\" must not be empty.");
    need(r.precision == "auto" || precisionNamed(r.precision), "\"precision\" must be auto, fp32, bf16 or fp16.");
    need(r.optimizer == "adamw" || r.optimizer == "sgd", "\"optimizer\" must be adamw or sgd.");
    need(r.momentum >= 0 && r.momentum < 1, "\"momentum\" must be from 0 to below 1.");
    constexpr std::array kinds{"cosine", "onecycle", "poly", "constant", "plateau"};
    need(std::ranges::find(kinds, r.schedule.kind) != kinds.end(),
         "\"schedule.kind\" must be cosine, onecycle, poly, constant or plateau.");
    need(r.schedule.warmupShare > 0 && r.schedule.warmupShare < 1,
         "\"schedule.warmupShare\" must be above 0 and below 1.");
    need(r.schedule.startDivisor >= 1 && r.schedule.endDivisor >= 1,
         "\"schedule.startDivisor\" and endDivisor must be 1 or above.");
    need(r.schedule.plateauFactor > 0 && r.schedule.plateauFactor < 1,
         "\"schedule.plateauFactor\" must be above 0 and below 1.");
    need(r.schedule.plateauRegion == "score" ||
             std::ranges::find(kRegionNames, r.schedule.plateauRegion) != kRegionNames.end(),
         "\"schedule.plateauRegion\" must be a region (WT, TC, ET, NET, CC, ED) or score.");
    double sum = 0;
    for (const auto &[region, weight] : r.score.weights) {
        need(weight >= 0, "\"score.weights\" must be 0 or above.");
        sum += weight;
    }
    need(sum > 0, "\"score.weights\" must hold at least one number above 0.");
    need(r.earlyStop >= 0, "\"earlyStop\" must be 0 or above.");
    need(r.skipLimit >= 1, "\"skipLimit\" must be 1 or above.");
    need(r.ema >= 0 && r.ema < 1, "\"ema\" must be from 0 to below 1.");
    need(r.clip > 0, "\"clip\" must be above 0.");
    need(r.weightDecay >= 0, "\"weightDecay\" must be 0 or above.");
    need(r.foregroundShare >= 0 && r.foregroundShare <= 1, "\"foregroundShare\" must be from 0 to 1.");
    need(r.data.reuse >= 1, "\"data.reuse\" must be 1 or above.");
    need(r.data.phantomShare >= 0 && r.data.phantomShare <= 1, "\"data.phantomShare\" must be from 0 to 1.");
    need(r.data.validationShare >= 0 && r.data.validationShare < 1,
         "\"data.validationShare\" must be from 0 to below 1.");
    need(r.data.headShare >= 0 && r.data.headShare <= 1, "\"data.headShare\" must be from 0 to 1.");
    need(r.threads >= 0 && r.threads <= 1024, "\"threads\" must be from 0 to 1024.");
    constexpr std::array losses{"glioscope", "nnunet", "regions", "focal-tversky"};
    need(std::ranges::find(losses, r.loss.kind) != losses.end(),
         "\"loss.kind\" must be glioscope, nnunet, regions or focal-tversky.");
    need(r.loss.crossEntropy >= 0 && r.loss.dice >= 0 && r.loss.crossEntropy + r.loss.dice > 0,
         "\"loss.crossEntropy\" and dice must be 0 or above, and one of them above 0.");
    need(r.loss.labelCrossEntropy >= 0, "\"loss.labelCrossEntropy\" must be 0 or above.");
    need(r.loss.tverskyAlpha >= 0 && r.loss.tverskyBeta >= 0 && r.loss.tverskyGamma > 0 && r.loss.tverskySmooth >= 0,
         "\"loss.tverskyAlpha\", Beta and Smooth must be 0 or above, Gamma above 0.");
    need(r.loss.classWeights == "none" || r.loss.classWeights == "enet", "\"loss.classWeights\" must be none or enet.");
    need(r.loss.classWeightCap >= 1, "\"loss.classWeightCap\" must be 1 or above.");
    need(r.producers >= 0 && r.producers <= 256, "\"producers\" must be from 0 to 256.");
    need(r.augment.kind == "glioscope" || r.augment.kind == "nnunet", "\"augment.kind\" must be glioscope or nnunet.");
    const auto shape = nets::netShape(r.network);
    if (!shape) throw Bad{"\"network\": " + shape.error().message};
    need(shape->inputs == 4 && shape->classes == 5, "\"network\" must have 4 inputs and 5 classes here.");
    const PromptRecipe &p = r.prompts;
    need(p.share >= 0 && p.share <= 1, "\"prompts.share\" must be from 0 to 1.");
    need(p.mostClicks >= 1 && p.mostClicks <= 100, "\"prompts.mostClicks\" must be from 1 to 100.");
    need(p.ownMask >= 0 && p.noMask >= 0 && p.ownMask + p.noMask <= 1,
         "\"prompts.ownMask\" and noMask must be 0 or above and together at most 1.");
    need(p.mostShift >= 0 && p.mostShift <= 20, "\"prompts.mostShift\" must be from 0 to 20.");
    need(p.clickLoss >= 0, "\"prompts.clickLoss\" must be 0 or above.");
    need(p.share == 0 || r.network.architecture == "improved-unet3d",
         "\"prompts.share\" above 0 needs the architecture improved-unet3d.");
    const std::int64_t multiple = shape->sizeMultiple;
    for (std::size_t n = 0; n < r.stages.size(); ++n) {
        const Stage &s = r.stages[n];
        const std::string at = "\"stages." + std::to_string(n) + ".";
        need(s.spacingMm >= 0.5 && s.spacingMm <= 16, at + "spacingMm\" must be from 0.5 to 16.");
        need(s.steps > 0 || s.minutes > 0, at + "minutes\" or steps must be above 0.");
        need(s.learningRate > 0 && s.learningRate < 10, at + "learningRate\" must be above 0 and below 10.");
        need(s.batch >= 1 && s.batch <= 256, at + "batch\" must be from 1 to 256.");
        need(s.accumulate >= 1 && s.accumulate <= 1024, at + "accumulate\" must be from 1 to 1024.");
        need(s.warmupSteps >= 0, at + "warmupSteps\" must be 0 or above.");
        for (const std::int64_t edge : s.window)
            need(edge >= multiple && edge <= 1024 && edge % multiple == 0, at + "window\" must hold multiples of " +
                                                                               std::to_string(multiple) +
                                                                               " up to 1024, as this network needs.");
    }
}

Result<Recipe> fromText(const Json &json, const std::string &origin)
{
    Recipe recipe;
    try {
        fromJson(json, recipe, "");
        check(recipe);
    } catch (const Bad &bad) {
        return fail(Errc::InvalidArgument, origin + ": " + bad.message);
    }
    return recipe;
}

} // namespace

std::string recipeJson(const Recipe &recipe) { return toJson(recipe).dump(2) + '\n'; }

Result<Recipe> parseRecipe(const std::string &text, const std::string &origin)
{
    const Json json = Json::parse(text, nullptr, false, true);
    if (json.is_discarded() || !json.is_object()) return fail(Errc::InvalidArgument, origin + " is not a JSON object.");
    return fromText(json, origin);
}

Result<Recipe> withSettings(const Recipe &recipe, const std::vector<std::string> &settings)
{
    Json json = toJson(recipe);
    for (const std::string &setting : settings) {
        const auto equals = setting.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail(Errc::InvalidArgument, "\"" + setting + "\" is not of the form key=value.");
        const std::string text = setting.substr(equals + 1);
        Json value = Json::parse(text, nullptr, false);
        if (value.is_discarded()) value = text;
        Json *at = &json;
        std::string key = setting.substr(0, equals);
        const std::string whole = key;
        for (bool last = false; !last;) {
            const auto dot = key.find('.');
            last = dot == std::string::npos;
            const std::string part = key.substr(0, dot);
            key = last ? "" : key.substr(dot + 1);
            Json *next = nullptr;
            if (at->is_array() && !part.empty() && part.find_first_not_of("0123456789") == std::string::npos &&
                part.size() < 6) {
                if (const std::size_t n = std::stoul(part); n < at->size()) next = &(*at)[n];
            } else if (at->is_object() && (at->contains(part) || (last && (whole.starts_with("network.options.") ||
                                                                           whole.starts_with("score.weights.") ||
                                                                           whole.starts_with("score.floors."))))) {
                next = &(*at)[part];
            }
            if (!next) return fail(Errc::InvalidArgument, "There is no key \"" + whole + "\" in a recipe.");
            at = next;
        }
        // The options of one architecture mean nothing to another.
        if (whole == "network.architecture" && *at != value) json["network"]["options"] = Json::object();
        *at = value;
    }
    return fromText(json, "The recipe");
}

std::vector<std::string> recipeNames()
{
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto &entry : std::filesystem::directory_iterator(resourceDir() / "recipes", ignored))
        if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

Result<Recipe> findRecipe(const std::string &nameOrFile)
{
    const auto names = recipeNames();
    const bool named = std::ranges::find(names, nameOrFile) != names.end();
    const std::filesystem::path path =
        named ? resourceDir() / "recipes" / (nameOrFile + ".json") : std::filesystem::path(nameOrFile);
    const auto text = readFile(path, 1 << 20);
    if (!text) {
        std::string list;
        for (const auto &name : names)
            list += (list.empty() ? "" : ", ") + name;
        return fail(Errc::Io, "There is no recipe \"" + nameOrFile + "\". Give a file, or one of: " + list + ".");
    }
    return parseRecipe(*text, path.filename().string());
}

Recipe smokeRecipe(Recipe recipe)
{
    nets::UNet3DOptions options;
    options.widths = {8, 16, 32};
    options.supervision = 1;
    recipe.network = options.spec();
    recipe.stages = {
        Stage{.spacingMm = 6, .window = {24, 24, 24}, .steps = 12, .learningRate = 3e-3, .warmupSteps = 3}};
    recipe.data.procedural = 1;
    recipe.data.colin27 = false;
    recipe.data.validationPhantoms = 2;
    recipe.validateSteps = 6;
    return recipe;
}

} // namespace glio::loop
