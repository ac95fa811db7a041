#pragma once
#include "glioscope/loop/EvaluateSummary.h"

namespace glio::loop {

/// The result file; its keys are a promise (resources/docs/user/EVALUATION.md). Numbers that do not exist are null.
/// `command`: what was typed, for the record.
std::string evaluationJson(const Evaluation &evaluation, const Summary &summary, const Comparison *comparison,
                           const std::string &command);

/// One self-contained page. Holds case names and, when pictures were asked for, slices; no path and no other name.
/// `date`: as it shall be printed.
std::string evaluationPage(const Evaluation &evaluation, const Summary &summary, const Comparison *comparison,
                           const std::string &date);

} // namespace glio::loop
