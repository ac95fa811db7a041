#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Error.h"
#include "glioscope/volume/Sequence.h"

#include <QString>

namespace glio::app {

/// What users read about an error, chosen by its code (ui.md section 6); `message` of the error is for Details.
struct ErrorText {
    QString title; ///< what happened
    QString text;  ///< what is safe, what can be done
};
ErrorText segmentErrorText(const Error &error);
ErrorText fileErrorText(const Error &error, const QString &fileName);
ErrorText saveErrorText(const Error &error, const QString &where);

/// Translated names of labels and regions, by their stable ids.
QString labelName(const std::string &id, const std::string &fallback = {});
QString labelName(const LabelDefinition &label); ///< the reader's own name where there is one
QString labelName(const RegionDefinition &region);
QString labelName(const std::string &id, const LabelScheme &scheme); ///< of a label or region of this scheme
QString sequenceText(Sequence sequence);
/// "about 15 s", "about 2 min"; "" for 0.
QString durationText(double seconds);
/// "1.9 GB"
QString memoryText(double bytes);

} // namespace glio::app
