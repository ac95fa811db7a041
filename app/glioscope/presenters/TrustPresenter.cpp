#include "presenters/TrustPresenter.h"

#include "shell/MainWindow.h"

#include "glioscope/widgets/Banner.h"

namespace glio::app {

TrustPresenter::TrustPresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    connect(&m_desk.model, &CaseModel::maskReplaced, this, &TrustPresenter::show);
    connect(&m_desk.model, &CaseModel::opened, this, &TrustPresenter::show);
    connect(&m_desk.model, &CaseModel::closed, this, &TrustPresenter::show);
}

QString TrustPresenter::differsText() { return tr("This case differs from those the model was checked on."); }

QString TrustPresenter::reasonText(const std::vector<std::string> &reasons)
{
    if (reasons.empty()) return {};
    const std::string &first = reasons.front();
    if (first == "sequences") return tr("Two sequences may be exchanged. Check which is which.");
    if (first == "position") return tr("The head lies unlike others. Check which side is up.");
    if (first == "sharpness") return tr("The images are blurred or moved. Check the borders.");
    if (first == "intensity") return tr("The grey values are unusual. Check the sequences.");
    if (first == "nothing") return tr("The model marked nothing. Look at all slices.");
    if (first == "answer") return tr("The mask is unusual. Check all of it.");
    return tr("The model sees something unusual. Check the mask.");
}

QString TrustPresenter::expectedText(const CaseTrust &trust)
{
    if (!trust.predictedDice) return {};
    return tr("Expected Dice of the whole tumour: between %1 and %2, from %3 held-out cases.")
        .arg(trust.diceLow, 0, 'f', 3)
        .arg(trust.diceHigh, 0, 'f', 3)
        .arg(trust.qualityCases);
}

void TrustPresenter::show()
{
    widgets::Banner *banner = m_desk.window.banner();
    const CaseTrust trust =
        m_desk.model.maskSource().origin == MaskOrigin::Model ? m_desk.model.maskSource().trust : CaseTrust{};
    if (trust.differs())
        banner->setMessage({"unusualCase", widgets::Tone::Warn, {}, differsText(), reasonText(trust.reasons), {}});
    else
        banner->clear("unusualCase");
    if (trust.doubtful() && !trust.differs()) // one warning at a time: the stronger one
        banner->setMessage({"doubtfulMask",
                            widgets::Tone::Warn,
                            {},
                            tr("This mask needs a closer look than most."),
                            expectedText(trust),
                            {}});
    else
        banner->clear("doubtfulMask");
}

} // namespace glio::app
