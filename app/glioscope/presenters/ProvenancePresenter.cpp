#include "presenters/ProvenancePresenter.h"

#include "model/CaseModel.h"
#include "model/Provenance.h"
#include "shell/MainWindow.h"
#include "support/Palette.h"

#include "glioscope/widgets/ProvenancePanel.h"
#include "glioscope/widgets/ReviewPanel.h"

namespace glio::app {

using widgets::Availability;

namespace {

struct OriginLook {
    const char *id;
    Rgb colour;
    LabelPattern pattern;
};

/// Colours that colour-blind readers tell apart too: those of the palette *Distinct*, with its patterns.
OriginLook lookOf(Origin origin)
{
    switch (origin) {
    case Origin::ModelEdited:
        return {"edited", {0xFF, 0xB3, 0x1A}, LabelPattern::Hatch45};
    case Origin::Manual:
        return {"manual", {0xD5, 0xFB, 0xEF}, LabelPattern::Dots};
    case Origin::OtherReader:
        return {"other", {0xDB, 0x3F, 0x5C}, LabelPattern::Hatch135};
    default:
        return {"model", {0x55, 0x92, 0xF5}, LabelPattern::None};
    }
}

} // namespace

std::vector<render::LabelLook> provenanceLooks(const MaskDocument &document)
{
    std::vector<render::LabelLook> looks;
    const std::vector<VoxelSource> sources = document.sources();
    for (std::size_t n = 1; n < sources.size(); ++n) {
        const OriginLook look = lookOf(sources[n].origin);
        looks.push_back({Label(n), look.colour, true, look.pattern});
    }
    return looks;
}

ProvenancePresenter::ProvenancePresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(250); // when the hand rests
    connect(&m_timer, &QTimer::timeout, this, &ProvenancePresenter::show);
    const CaseModel *model = &m_desk.model;
    for (const auto signal : {&CaseModel::maskChanged, &CaseModel::maskReplaced, &CaseModel::closed})
        connect(model, signal, &m_timer, qOverload<>(&QTimer::start));
    connect(model, &CaseModel::overlayChanged, this, &ProvenancePresenter::show);
    widgets::ProvenancePanel *panel = m_desk.window.reviewPanel()->provenance();
    connect(panel, &widgets::ProvenancePanel::opened, this, &ProvenancePresenter::show);
    connect(panel, &widgets::ProvenancePanel::shownWished, this, [this](bool shown) {
        OverlayState overlay = m_desk.model.overlay();
        overlay.byOrigin = shown;
        m_desk.model.setOverlay(overlay);
    });
    show();
}

void ProvenancePresenter::show()
{
    widgets::ProvenancePanel *panel = m_desk.window.reviewPanel()->provenance();
    const CaseModel &model = m_desk.model;
    panel->setShown(model.overlay().byOrigin);
    panel->setAvailability(model.hasMask() ? Availability::yes() : Availability::no(tr("Segment first.")));
    if (!panel->isOpen()) return;
    std::vector<widgets::ProvenanceRow> rows;
    if (model.hasMask()) {
        for (const ProvenanceShare &part : provenanceShares(model.document())) {
            const OriginLook look = lookOf(part.source.origin);
            rows.push_back({QStringLiteral("%1.%2").arg(look.id).arg(part.byte), sourceName(part.source),
                            shareText(part.share), toColour(look.colour)});
        }
    }
    panel->setRows(rows);
}

} // namespace glio::app
