#pragma once
#include "glioscope/annotation/LabelScheme.h"

#include <string>
#include <string_view>

namespace glio::io {

// Which region another program's label means, from its code or its name. A proposal for the user to confirm: "" rather
// than a guess when the words name nothing known, or two things. Ids are those of the label schemes: "ET", "NCR",
// "NET", "ED", "CC", "RC", and the unions "TC" and "WT". Thread: any.

/// By the words of a name, whatever its case and punctuation: "Enhancing Lesion" -> ET, "oedema" -> ED,
/// "non-enhancing tumor core" -> NET. Necrosis and non-enhancing tumour in one label is NET, as convertLabels has it.
std::string proposeRegion(std::string_view name);

/// By a segment's coded type: SNOMED CT (and its older SRT codes) and NCI Thesaurus, field.md 3.11; 99GLIO RC.
std::string proposeRegion(const CodedTerm &type);

} // namespace glio::io
