#pragma once
#include "presenters/Desk.h"

#include <QObject>
#include <QPointer>

namespace glio::widgets {
class LabelEditor;
}

namespace glio::app {
class BrushPresenter;

/// Names and colours of the labels of the mask at hand, each change a step of its history: the editor (Ctrl+L) and the
/// swatches of both lists; and the label menu (L). Without a mask a colour is the reader's for all cases.
class LabelEditPresenter final : public QObject {
    Q_OBJECT
public:
    LabelEditPresenter(const Desk &desk, BrushPresenter &brush, QObject *parent = nullptr);
    void openEditor();
    void openMenu(); ///< at the pointer where it is over the views, else in the middle of the active one
    void chooseColour(const QString &id);

private:
    void show();
    Desk m_desk;
    BrushPresenter &m_brush;
    QPointer<widgets::LabelEditor> m_editor;
};

} // namespace glio::app
