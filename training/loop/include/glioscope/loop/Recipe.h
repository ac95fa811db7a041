#pragma once
#include "glioscope/augment/Augment.h"
#include "glioscope/base/Error.h"
#include "glioscope/nets/NetSpec.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace glio::loop {

/// One stretch of training at one spacing with the weights of the stage before. Ends by `steps` when that is above 0,
/// else by `minutes` of wall clock.
struct Stage {
    double spacingMm = 2;
    Size3 window{64, 80, 64}; ///< voxels; multiples of the net's size multiple
    std::int64_t steps = 0;
    double minutes = 10;
    double learningRate = 2e-3; ///< at the top; warm-up before, cosine after
    int warmupSteps = 30;
    int batch = 1;
    int accumulate = 1; ///< batches that make up one step: their gradients' mean
};

/// How the learning rate runs over a stage: see RateSchedule. With a patience above 0 it is also lowered when the
/// watched region's Dice has not risen for that many validations.
struct ScheduleRecipe {
    std::string kind = "cosine"; ///< "cosine", "onecycle", "poly", "constant", "plateau"
    double power = 0.9;          ///< of poly
    double warmupShare = 0.15, startDivisor = 25, endDivisor = 1e4; ///< of onecycle
    int plateauPatience = 0;                                        ///< validations; 0: 10 for "plateau", else never
    double plateauFactor = 0.5;
    std::string plateauRegion = "WT"; ///< or "score", the combined score
};

/// What "best" means: the weighted mean over regions of the validation's Dice. Regions that no validation case has
/// count nothing.
struct ScoreRecipe {
    std::map<std::string, double> weights{{"WT", 1}, {"TC", 1}, {"ET", 1}};
    std::map<std::string, double> floors; ///< least Dice by region
    int floorAfter = 20;                  ///< validations of a stage before the floors count
};

struct DataRecipe {
    bool phantoms = false;     ///< made on the fly; with a folder given, beside its cases
    double phantomShare = 0.5; ///< of the samples, when there are both
    int reuse = 3;             ///< samples out of each phantom, every time changed anew
    int procedural = 12;       ///< heads from formulas to put tumours into
    bool colin27 = true;
    std::string anatomies;           ///< folder of further heads
    std::string validationAnatomies; ///< folder of heads that only validation phantoms take, beside other drawn ones
    std::string shapes;              ///< folder of label maps whose shapes tumours may take; every eighth only judges
    double headShare = 0.4;          ///< phantoms with skull and scalp
    bool phantomDegrade = false;     ///< phantoms degraded when made (else only by `augment`, anew each time)
    std::string scheme;              ///< of the masks; empty: detected, refused when ambiguous
    double validationShare = 0.2;    ///< of the folder's patients, kept out of training
    std::string validation;          ///< folder of cases to judge by, instead of a share; no patient may be in both
    std::string keepOut;          ///< folder of cases kept for the final word: training refuses to see their patients
    int validationPhantoms = 12;  ///< other heads, other seeds
    std::int64_t memoryMb = 2048; ///< of prepared cases kept in memory
};

struct LossRecipe {
    std::string kind = "glioscope"; ///< "glioscope", "nnunet", "regions", "focal-tversky": see LossOptions
    double crossEntropy = 1.5, dice = 1.0;
    bool diceOverClasses = true, diceOverRegions = true, deepSupervision = true, dropLowest = false;
    double labelCrossEntropy = 0.2; ///< "regions" alone
    double tverskyAlpha = 0.3, tverskyBeta = 0.7, tverskyGamma = 0.75, tverskySmooth = 1;
    std::string classWeights = "none"; ///< "enet": from the labels' shares in the stage's first windows
    double classWeightCap = 10;        ///< no label above so many times the background's
};

/// Training with a reader's clicks: the net then has prompt channels (models/inference PromptChannels.h), filled for
/// `share` of the samples and 0 for the others, so that the same weights segment without any. A prompted sample starts
/// from a mask (the net's own answer without prompts, a spoiled truth, or nothing), gets clicks at its errors, is asked
/// without a gradient what it makes of them, and gets more at what is then wrong (samplers Clicks.h).
struct PromptRecipe {
    double share = 0; ///< 0: a net without prompts
    int mostClicks = 10;
    double ownMask = 0.45, noMask = 0.1; ///< shares of the starting masks; the rest is spoiled truth
    double mostShift = 3;                ///< voxels that spoiling moves a border, at most
    double clickLoss = 0.5;              ///< weight of the cross-entropy inside the clicks' balls
};

/// Everything that decides a run, as OUT/recipe.json keeps it.
struct Recipe {
    std::string name = "model", title = "A model trained here", version = "1";
    std::uint64_t seed = 1;
    nets::NetSpec network;
    DataRecipe data;
    double foregroundShare = 0.67, patchJitter = 0.25;
    augment::AugmentOptions augment;
    LossRecipe loss;
    PromptRecipe prompts;
    std::string optimizer = "adamw"; ///< "adamw", "sgd" (Nesterov)
    double weightDecay = 1e-3, clip = 5, beta1 = 0.9, beta2 = 0.999, momentum = 0.99;
    double finalRate = 0.01; ///< the cosine's end, as a share of the learning rate
    ScheduleRecipe schedule;
    ScoreRecipe score;
    int earlyStop = 0;              ///< a stage ends after so many validations without a better score; 0: never
    int skipLimit = 100;            ///< so many steps in a row without a finite loss end the run
    double ema = 0.995;             ///< weights averaged by min(ema, (1 + n) / (10 + n)); 0: not averaged
    double validateMinutes = 2;     ///< between validations by wall clock
    std::int64_t validateSteps = 0; ///< when above 0: between validations by steps instead
    double checkpointMinutes = 1;
    int producers = 0;              ///< threads that make samples; 0: half of the processors, at least 1
    int threads = 0;                ///< of the step; 0: all
    std::string precision = "auto"; ///< "auto", "fp32", "bf16", "fp16"
    std::string trainingData = "Made by glio train.", licence = "Apache-2.0"; ///< for model.json
    std::vector<Stage> stages{Stage{}};
};

/// The whole recipe as JSON: what `parseRecipe` reads. Every key is there, so it is also the list of keys.
std::string recipeJson(const Recipe &recipe);

/// `text` may leave keys out: they keep their defaults. Errors: InvalidArgument names the key that is unknown, of the
/// wrong kind or out of range.
Result<Recipe> parseRecipe(const std::string &text, const std::string &origin);

/// A recipe with some keys changed: "data.reuse=2", "stages.0.minutes=5". The value is JSON, else text. Errors: as
/// above.
Result<Recipe> withSettings(const Recipe &recipe, const std::vector<std::string> &settings);

/// By name out of resources/recipes, or a file. Errors: Io (the sentence lists the names there are), InvalidArgument.
Result<Recipe> findRecipe(const std::string &nameOrFile);
std::vector<std::string> recipeNames();

/// The same cut down to a minute: a small net, few coarse steps, two phantoms to judge by.
Recipe smokeRecipe(Recipe recipe);

} // namespace glio::loop
