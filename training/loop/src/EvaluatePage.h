#pragma once
#include "glioscope/loop/EvaluateReport.h"
#include "glioscope/report/Charts.h"
#include "glioscope/report/Page.h"

namespace glio::loop {

// Parts of the page, in EvaluatePage.cpp and EvaluateSections.cpp.
void addComparison(reporting::Page &page, const Evaluation &evaluation, const Comparison &comparison);
void addConfidence(reporting::Page &page, const Evaluation &evaluation, const Summary &summary);
void addMethods(reporting::Page &page, const Evaluation &evaluation, const Summary &summary);

std::string colourOf(const std::string &region); ///< CSS; labels have the palette's, unions the page's
reporting::Cell intervalCell(const MaybeInterval &value, int digits);
std::string plural(std::int64_t count, const std::string &one, const std::string &many);

} // namespace glio::loop
