#include "model/Provenance.h"

#include <QCoreApplication>

namespace glio::app {
namespace {

struct Provenance {
    Q_DECLARE_TR_FUNCTIONS(glio::app::Provenance)
};

} // namespace

std::vector<ProvenanceShare> provenanceShares(const MaskDocument &document)
{
    const std::vector<VoxelSource> sources = document.sources();
    const std::array<std::int64_t, 256> counts = document.sourceMap().counts();
    double all = 0;
    for (std::size_t n = 1; n < sources.size(); ++n)
        all += double(counts[n]);
    std::vector<ProvenanceShare> shares;
    for (std::size_t n = 1; n < sources.size(); ++n)
        if (counts[n] > 0) shares.push_back({Label(n), sources[n], double(counts[n]) / all});
    return shares;
}

QString sourceName(const VoxelSource &source)
{
    const QString name = QString::fromStdString(source.name), version = QString::fromStdString(source.version);
    const QString model = version.isEmpty() ? name : QStringLiteral("%1 %2").arg(name, version);
    switch (source.origin) {
    case Origin::Model:
        return model.isEmpty() ? Provenance::tr("Model") : model;
    case Origin::ModelEdited:
        return model.isEmpty() ? Provenance::tr("Model, then by hand") : Provenance::tr("%1, then by hand").arg(model);
    case Origin::Manual:
        return name.isEmpty() ? Provenance::tr("By hand") : Provenance::tr("By hand, %1").arg(name);
    default:
        return name.isEmpty() ? Provenance::tr("Another reader") : name;
    }
}

QString shareText(double share)
{
    return share < 0.01 ? Provenance::tr("below 1 %") : Provenance::tr("%1 %").arg(100 * share, 0, 'f', 0);
}

} // namespace glio::app
