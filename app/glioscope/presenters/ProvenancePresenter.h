#pragma once
#include "presenters/Desk.h"

#include "glioscope/annotation/MaskDocument.h"
#include "glioscope/render/SliceState.h"

#include <QObject>
#include <QTimer>

#include <vector>

namespace glio::app {

/// Who set the mask, in shares and as colours of the views.
class ProvenancePresenter final : public QObject {
    Q_OBJECT
public:
    explicit ProvenancePresenter(const Desk &desk, QObject *parent = nullptr);

private:
    void show();
    Desk m_desk;
    QTimer m_timer;
};

/// How a document's source map is drawn: one colour for each origin.
std::vector<render::LabelLook> provenanceLooks(const MaskDocument &document);

} // namespace glio::app
