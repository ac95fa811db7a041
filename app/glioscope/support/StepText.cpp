#include "support/StepText.h"

#include "support/UserText.h"

#include "glioscope/volume/Sequence.h"
#include "glioscope/widgets/Controls.h"

#include <QCoreApplication>

namespace glio::app {
namespace {

struct Steps {
    Q_DECLARE_TR_FUNCTIONS(glio::app::StepText)
};

QString name(Label value, const LabelScheme &scheme)
{
    const LabelDefinition *label = scheme.label(value);
    return label ? labelName(*label) : Steps::tr("label %1").arg(value);
}

} // namespace

QString brushText(double diameterMm, bool square, bool throughSlices)
{
    const QString mm = widgets::oneDecimal(diameterMm);
    if (square) return throughSlices ? Steps::tr("%1 mm cube").arg(mm) : Steps::tr("%1 mm square").arg(mm);
    return throughSlices ? Steps::tr("%1 mm ball").arg(mm) : Steps::tr("%1 mm disc").arg(mm);
}

StepText stepText(const Act &act, const LabelScheme &scheme)
{
    const QString label = name(act.label, scheme), text = QString::fromStdString(act.text);
    const QString mm = Steps::tr("%1 mm").arg(widgets::oneDecimal(act.sizeMm));
    if (act.id == "paint") {
        const bool square = act.text == "square" || act.text == "cube";
        return {"brush", Steps::tr("Paint %1").arg(label),
                brushText(act.sizeMm, square, act.text == "ball" || act.text == "cube")};
    }
    if (act.id == "erase") {
        const bool square = act.text == "square" || act.text == "cube";
        return {"eraser", Steps::tr("Erase"), brushText(act.sizeMm, square, act.text == "ball" || act.text == "cube")};
    }
    if (act.id == "lasso") return {"lasso", Steps::tr("Lasso %1").arg(label), {}};
    if (act.id == "lasso.erase") return {"lasso", Steps::tr("Lasso, erase"), {}};
    if (act.id == "livewire") return {"live-wire", Steps::tr("Live wire %1").arg(label), {}};
    if (act.id == "livewire.erase") return {"live-wire", Steps::tr("Live wire, erase"), {}};
    if (act.id == "scribbles") return {"scribble", Steps::tr("Scribbles, %1").arg(label), {}};
    if (act.id == "range")
        return {"contrast", Steps::tr("Threshold to %1").arg(label),
                sequenceText(sequenceFromId(act.text).value_or(Sequence::Other))};
    if (act.id == "fill")
        return {"paint-bucket", Steps::tr("Fill %1").arg(label),
                text == "2d" ? Steps::tr("this slice") : Steps::tr("all slices")};
    if (act.id == "grow") return {"grow-region", Steps::tr("Grow %1").arg(label), {}};
    if (act.id == "points") return {"circle-dot", Steps::tr("Model points, %1").arg(label), {}};
    if (act.id == "scissors") return {"scissors", Steps::tr("Cut away in 3D"), {}};
    if (act.id == "smooth") return {"spline", Steps::tr("Smooth all labels"), mm};
    if (act.id == "between") return {"layers-2", Steps::tr("Fill between slices, %1").arg(label), {}};
    if (act.id == "copy") return {"copy", Steps::tr("Copy %1 to the next slice").arg(label), {}};
    if (act.id == "margin") return {"expand", Steps::tr("Margin of %1").arg(label), mm};
    if (act.id == "hollow") return {"expand", Steps::tr("Hollow %1").arg(label), mm};
    if (act.id == "snake") return {"blend", Steps::tr("Snake, %1").arg(label), {}};
    if (act.id == "propagate") return {"arrow-right", Steps::tr("Carry %1 on to other slices").arg(label), {}};
    if (act.id == "border")
        return {"band", Steps::tr("Model border of %1").arg(labelName(act.text, scheme)),
                Steps::tr("%1 %").arg(QString::number(act.sizeMm, 'f', 0))};
    if (act.id == "mirror") return {"mirror", Steps::tr("Mirror %1").arg(label), {}};
    if (act.id == "combine") return {"layers-2", Steps::tr("Combine with %1").arg(label), text};
    if (act.id == "islands.largest") return {"split", Steps::tr("Keep the largest island of %1").arg(label), {}};
    if (act.id == "islands.small")
        return {"split", Steps::tr("Remove small islands of %1").arg(label),
                Steps::tr("below %1 mL").arg(widgets::oneDecimal(act.sizeMm))};
    if (act.id == "islands.delete") return {"split", Steps::tr("Delete an island"), {}};
    if (act.id == "islands.relabel") return {"split", Steps::tr("Make an island %1").arg(label), {}};
    if (act.id == "islands.holes") return {"split", Steps::tr("Close holes in %1").arg(label), {}};
    if (act.id == "islands.split") return {"split", Steps::tr("Split %1").arg(label), {}};
    if (act.id == "segment") return {"bot", Steps::tr("Segment"), text};
    if (act.id == "import") return {"import", Steps::tr("Read a mask"), text};
    if (act.id == "mask.new") return {"plus", Steps::tr("Begin an empty mask"), text};
    if (act.id == "mask.copy") return {"copy", Steps::tr("Copy of the mask"), text};
    if (act.id == "mask.rename") return {"pencil", Steps::tr("Rename the mask"), text};
    if (act.id == "mask.blind") return {"eye-off", Steps::tr("Begin a blind reading"), text};
    if (act.id == "threshold")
        return {"band", Steps::tr("Move the border of %1").arg(labelName(act.text, scheme)),
                QString::number(act.sizeMm, 'f', 2)};
    if (act.id == "lock") return {"lock", Steps::tr("Lock %1").arg(label), {}};
    if (act.id == "unlock") return {"lock-open", Steps::tr("Unlock %1").arg(label), {}};
    if (act.id == "place") {
        if (act.text == "kept") return {"check", Steps::tr("Keep a place as drawn"), {}};
        if (act.text == "changed") return {"pencil", Steps::tr("Change a place"), {}};
        if (act.text == "asked") return {"user-round", Steps::tr("Ask a colleague about a place"), {}};
        return {"undo-2", Steps::tr("Open a place again"), {}};
    }
    if (act.id == "label.rename")
        return {"pencil", text.isEmpty() ? Steps::tr("Label named as at first") : Steps::tr("Rename a label"),
                text.isEmpty() ? label : text};
    if (act.id == "label.reset") return {"rotate-ccw", Steps::tr("Name and colour of %1 as at first").arg(label), {}};
    if (act.id == "label.colour") return {"palette", Steps::tr("Colour of %1").arg(label), {}};
    if (act.id == "label.add") return {"plus", Steps::tr("Add a label"), text};
    if (act.id == "label.remove") return {"trash-2", Steps::tr("Remove a label"), text};
    if (act.id == "signoff") return {"badge-check", Steps::tr("Sign off"), text};
    if (act.id == "reopen") return {"lock-open", Steps::tr("Reopen after sign-off"), text};
    const QString said = act.label == 0 ? labelName(std::string()) : label;
    if (act.id == "compare.mine") return {"check", Steps::tr("Keep mine: %1").arg(said), text};
    if (act.id == "compare.theirs") return {"combine", Steps::tr("Take theirs: %1").arg(said), text};
    if (act.id == "note") return {"pencil", Steps::tr("Note on a place"), {}};
    return {"pencil", QString::fromStdString(act.id), text};
}

} // namespace glio::app
