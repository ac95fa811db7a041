#include "support/UserText.h"

#include <QCoreApplication>

#include <cmath>

namespace glio::app {

namespace {
QString tr(const char *text) { return QCoreApplication::translate("glio::app::UserText", text); }
} // namespace

ErrorText segmentErrorText(const Error &error)
{
    switch (error.code) {
    case Errc::OutOfMemory:
        return {tr("Segmenting took more memory than is free."),
                tr("Nothing was changed. Close other programs or use smaller pieces.")};
    case Errc::EngineLost:
        return {tr("The engine stopped."), tr("Your mask is safe. Segment again once it is ready.")};
    case Errc::ModelMismatch:
        return {tr("This model cannot be used here."),
                tr("Nothing was changed. Choose another model or add the sequence it needs.")};
    case Errc::ModelDamaged:
        return {tr("This model file has changed since it was made."), tr("Nothing was changed. Choose another model.")};
    case Errc::Cancelled:
        return {tr("Segmenting was stopped."), tr("Nothing was changed.")};
    case Errc::Geometry:
        return {tr("These images do not lie over each other."),
                tr("Nothing was changed. Check the positions in the files.")};
    case Errc::DiskFull:
        return {tr("The disk is full."), tr("The mask is kept in memory. Free some space and save it.")};
    default:
        break;
    }
    return {tr("Segmenting did not work."), tr("Nothing was changed. See the details for the reason.")};
}

ErrorText fileErrorText(const Error &error, const QString &fileName)
{
    switch (error.code) {
    case Errc::Unsupported:
        return {tr("%1 is of a kind that cannot be read.").arg(fileName), QString::fromStdString(error.message)};
    case Errc::OutOfMemory:
        return {tr("%1 is larger than the free memory.").arg(fileName), QString::fromStdString(error.message)};
    case Errc::Geometry:
        return {tr("%1 has no usable position in space.").arg(fileName), QString::fromStdString(error.message)};
    case Errc::InvalidArgument:
        return {tr("%1 cannot be used here.").arg(fileName), QString::fromStdString(error.message)};
    default:
        break;
    }
    return {tr("%1 cannot be read.").arg(fileName), QString::fromStdString(error.message)};
}

ErrorText saveErrorText(const Error &error, const QString &where)
{
    if (error.code == Errc::DiskFull) {
        return {tr("The disk is full."), tr("The old file is untouched. Free some space or save elsewhere.")};
    }
    return {tr("%1 cannot be written.").arg(where), QString::fromStdString(error.message)};
}

QString labelName(const std::string &id, const std::string &fallback)
{
    if (id == "ET") return tr("Enhancing tumour");
    if (id == "NET") return tr("Non-enhancing");
    if (id == "NCR") return tr("Necrotic core");
    if (id == "CC") return tr("Cyst");
    if (id == "ED") return tr("Oedema");
    if (id == "RC") return tr("Resection cavity");
    if (id == "WT") return tr("Whole tumour");
    if (id == "TC") return tr("Tumour core");
    if (id.empty()) return tr("Normal");
    return QString::fromStdString(fallback.empty() ? id : fallback);
}

QString labelName(const LabelDefinition &label)
{
    return label.ownName ? QString::fromStdString(label.name) : labelName(label.id, label.name);
}

QString labelName(const RegionDefinition &region)
{
    return region.ownName ? QString::fromStdString(region.name) : labelName(region.id, region.name);
}

QString labelName(const std::string &id, const LabelScheme &scheme)
{
    if (const RegionDefinition *region = scheme.region(id)) return labelName(*region);
    const LabelDefinition *label = scheme.label(std::string_view(id));
    return label ? labelName(*label) : labelName(id);
}

QString sequenceText(Sequence sequence)
{
    if (sequence == Sequence::Other) return tr("Other");
    return QString::fromUtf8(sequenceName(sequence).data(), qsizetype(sequenceName(sequence).size()));
}

QString durationText(double seconds)
{
    if (!(seconds > 0)) return {};
    if (seconds < 10) return tr("about %1 s").arg(int(std::ceil(seconds)));
    if (seconds < 60) return tr("about %1 s").arg(int(std::ceil(seconds / 5) * 5));
    return tr("about %1 min").arg(int(std::ceil(seconds / 60)));
}

QString memoryText(double bytes) { return tr("%1 GB").arg(bytes / 1e9, 0, 'f', 1); }

} // namespace glio::app
