#pragma once
#include "model/CaseModel.h"
#include "presenters/Desk.h"

#include <QObject>

namespace glio::app {

/// Says in plain words when the model's answer deserves less trust than usual: the case differs from those that the
/// model was checked on, or the mask is expected to fit badly. Also after a case was opened again.
class TrustPresenter final : public QObject {
    Q_OBJECT
public:
    explicit TrustPresenter(const Desk &desk, QObject *parent = nullptr);

    /// What to look at, by the strongest reason; empty without one.
    static QString reasonText(const std::vector<std::string> &reasons);
    /// "Expected Dice of the whole tumour: between 0.553 and 0.801, from 48 held-out cases."; empty when not known.
    static QString expectedText(const CaseTrust &trust);
    static QString differsText(); ///< ui.md section 14

private:
    void show();
    Desk m_desk;
};

} // namespace glio::app
