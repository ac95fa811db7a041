#include "model/CaseModel.h"

#include "glioscope/annotation/EditedScheme.h"

#include <QString>

// What CaseModel does with its labels: names, colours and labels of the reader's own, as steps of the history.
namespace glio::app {

/// The labels as shipped and what the document says about them. `shipped`: where the document names no scheme.
void CaseModel::followScheme(const LabelScheme *shipped)
{
    const LabelScheme *base = findLabelScheme(m_document.state("scheme"));
    if (!base) base = shipped ? shipped : findLabelScheme(m_scheme->id());
    const LabelScheme *scheme = &editedScheme(base ? *base : defaultLabelScheme(), m_document.states());
    if (scheme == m_scheme) return;
    m_scheme = scheme;
    emit labelsChanged();
}

/// In an act that brings another scheme: there the same values mean something else.
void CaseModel::forgetLabelEdits(const LabelScheme &next)
{
    if (next.id() == m_scheme->id()) return;
    for (const auto &[key, value] : std::map(m_document.states()))
        if (key.starts_with(kLabelKey)) m_document.setState(key, "");
}

bool CaseModel::renameLabel(Label label, const std::string &name)
{
    const LabelDefinition *known = m_scheme->label(label);
    const std::string clean = QString::fromStdString(name).simplified().left(60).toStdString();
    if (!known || known->name == clean || (known->added && clean.empty())) return false;
    return hasMask() && setNamed({"label.rename", label, 0, clean}, labelNameKey(label), clean);
}

bool CaseModel::recolourLabel(Label label, std::optional<Rgb> colour)
{
    if (!m_scheme->label(label)) return false;
    return hasMask() &&
           setNamed({"label.colour", label, 0, ""}, labelColourKey(label), colour ? colourText(*colour) : "");
}

bool CaseModel::resetLabel(Label label)
{
    const LabelDefinition *known = m_scheme->label(label);
    if (!known || acting() || !(known->ownName || known->ownColour) || refuseChange()) return false;
    beginAct({"label.reset", label, 0, ""});
    if (!known->added) m_document.setState(labelNameKey(label), "");
    m_document.setState(labelColourKey(label), "");
    return commitAct();
}

bool CaseModel::addLabel(const std::string &name)
{
    const Label label = freeLabel(*m_scheme);
    const std::string clean = QString::fromStdString(name).simplified().left(60).toStdString();
    if (label == 0 || clean.empty() || !hasMask() || acting() || refuseChange()) return false;
    beginAct({"label.add", label, 0, clean});
    m_document.setState(labelAddedKey(label), "1");
    m_document.setState(labelNameKey(label), clean);
    return commitAct();
}

bool CaseModel::removeLabel(Label label)
{
    const LabelDefinition *known = m_scheme->label(label);
    if (!known || !known->added || acting() || m_document.labels().count(label) > 0 || refuseChange()) return false;
    beginAct({"label.remove", label, 0, known->name});
    for (const std::string &key :
         {labelAddedKey(label), labelNameKey(label), labelColourKey(label), "lock." + std::to_string(label)})
        m_document.setState(key, "");
    return commitAct();
}

} // namespace glio::app
