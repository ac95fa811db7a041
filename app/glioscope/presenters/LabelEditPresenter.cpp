#include "presenters/LabelEditPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "shell/MainWindow.h"
#include "support/Palette.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/annotation/EditedScheme.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/LabelEditor.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/Toast.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QAction>
#include <QColorDialog>
#include <QCursor>
#include <QMenu>
#include <QPixmap>

namespace glio::app {

using widgets::Availability;
using widgets::LabelEditor;

namespace {
const LabelDefinition *labelOf(const CaseModel &model, const QString &id)
{
    return model.scheme().label(std::string_view(id.toStdString()));
}
} // namespace

LabelEditPresenter::LabelEditPresenter(const Desk &desk, BrushPresenter &brush, QObject *parent)
    : QObject(parent), m_desk(desk), m_brush(brush)
{
    widgets::LabelList *labels = m_desk.window.correctPanel()->labels();
    labels->showEdit(QStringLiteral("Ctrl+L"));
    connect(labels, &widgets::LabelList::editWished, this, &LabelEditPresenter::openEditor);
    for (widgets::LabelList *list : {labels, m_desk.window.reviewPanel()->regions()})
        connect(list, &widgets::LabelList::colourWished, this, &LabelEditPresenter::chooseColour);
    const CaseModel *model = &m_desk.model;
    for (const auto signal : {&CaseModel::labelsChanged, &CaseModel::maskReplaced, &CaseModel::stepMade,
                              &CaseModel::historyMoved, &CaseModel::signOffChanged})
        connect(model, signal, this, &LabelEditPresenter::show);
    connect(model, &CaseModel::closed, this, [this] {
        if (m_editor) m_editor->close();
    });
}

void LabelEditPresenter::chooseColour(const QString &id)
{
    const LabelDefinition *label = labelOf(m_desk.model, id);
    if (!label) return;
    auto *dialog = new QColorDialog(toColour(labelColour(*label, m_desk.settings)), &m_desk.window);
    dialog->setObjectName("colourDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Colour of %1").arg(labelName(*label)));
    connect(dialog, &QColorDialog::colorSelected, this, [this, id](const QColor &colour) {
        const LabelDefinition *chosen = labelOf(m_desk.model, id);
        if (!m_desk.model.hasMask() || !chosen) {
            m_desk.settings.setValue("colours/own/" + id, colour.name());
            return;
        }
        const Rgb rgb{std::uint8_t(colour.red()), std::uint8_t(colour.green()), std::uint8_t(colour.blue())};
        if (!m_desk.model.recolourLabel(chosen->value, rgb) || chosen->added) return;
        m_desk.window.toast()->show(
            tr("The colour holds for this mask."), widgets::Tone::Plain, tr("In all cases"),
            [this, id, name = colour.name()] { m_desk.settings.setValue("colours/own/" + id, name); });
    });
    dialog->open();
}

void LabelEditPresenter::openMenu()
{
    const CaseModel &model = m_desk.model;
    auto *menu = new QMenu(&m_desk.window);
    menu->setObjectName("labelMenu");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool drawing = m_desk.window.mode() == widgets::Mode::Correct;
    for (const LabelDefinition &label : model.scheme().labels()) {
        QPixmap swatch(12, 12);
        swatch.fill(toColour(labelColour(label, m_desk.settings)));
        QAction *action = menu->addAction(QIcon(swatch), labelName(label));
        action->setObjectName(QStringLiteral("labelMenu.%1").arg(QString::fromStdString(label.id)));
        action->setCheckable(drawing);
        action->setChecked(drawing && label.value == m_brush.label());
        if (action->isChecked()) menu->setActiveAction(action);
        connect(action, &QAction::triggered, this, [this, drawing, value = label.value, id = label.id] {
            if (drawing)
                m_brush.selectLabel(value);
            else if (const auto centre = m_desk.model.centreOf(id))
                m_desk.model.setCursor(*centre);
        });
    }
    menu->addSeparator();
    QAction *edit = menu->addAction(tr("Names and colours…"));
    edit->setObjectName("labelMenu.edit");
    connect(edit, &QAction::triggered, this, &LabelEditPresenter::openEditor);
    QWidget *grid = m_desk.window.grid();
    QWidget *view = m_desk.window.grid()->activeView() ? m_desk.window.grid()->activeView() : grid;
    QPoint at = QCursor::pos();
    if (!grid->rect().contains(grid->mapFromGlobal(at))) at = view->mapToGlobal(view->rect().center());
    menu->popup(at);
}

void LabelEditPresenter::openEditor()
{
    if (!m_desk.model.isOpen()) return;
    if (!m_editor) {
        m_editor = new LabelEditor(&m_desk.window);
        m_editor->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_editor, &LabelEditor::renameWished, this, [this](const QString &id, const QString &name) {
            if (const LabelDefinition *label = labelOf(m_desk.model, id)) {
                // The translated name of a shipped label is no name of its own.
                const LabelDefinition *shipped = nullptr;
                if (const LabelScheme *scheme = findLabelScheme(m_desk.model.scheme().id()))
                    shipped = scheme->label(label->value);
                const bool same = shipped && name == labelName(*shipped);
                m_desk.model.renameLabel(label->value, same ? std::string() : name.toStdString());
            }
            show(); // also where it was refused
        });
        connect(m_editor, &LabelEditor::colourWished, this, &LabelEditPresenter::chooseColour);
        connect(m_editor, &LabelEditor::resetWished, this, [this](const QString &id) {
            if (const LabelDefinition *label = labelOf(m_desk.model, id)) m_desk.model.resetLabel(label->value);
        });
        connect(m_editor, &LabelEditor::addWished, this,
                [this](const QString &name) { m_desk.model.addLabel(name.toStdString()); });
        connect(m_editor, &LabelEditor::removeWished, this, [this](const QString &id) {
            if (const LabelDefinition *label = labelOf(m_desk.model, id)) m_desk.model.removeLabel(label->value);
        });
    }
    show();
    m_editor->show();
    m_editor->raise();
    m_editor->activateWindow();
}

void LabelEditPresenter::show()
{
    if (!m_editor) return;
    const CaseModel &model = m_desk.model;
    std::vector<widgets::LabelEditRow> rows;
    for (const LabelDefinition &label : model.scheme().labels()) {
        widgets::LabelEditRow row;
        row.id = QString::fromStdString(label.id);
        row.name = labelName(label);
        row.value = label.value;
        row.colour = toColour(labelColour(label, m_desk.settings));
        row.edited = (label.ownName && !label.added) || label.ownColour;
        row.added = label.added;
        if (label.added && model.document().labels().count(label.value) > 0)
            row.removal = Availability::no(tr("Erase what is marked with it first."));
        rows.push_back(row);
    }
    m_editor->setRows(rows);
    m_editor->setAvailability(!model.hasMask()    ? Availability::no(tr("There is no mask yet."))
                              : model.signedOff() ? Availability::no(tr("The mask is signed off. Reopen it first."))
                                                  : Availability::yes());
    m_editor->setAddAvailability(
        freeLabel(model.scheme()) == 0 ? Availability::no(tr("There are 255 labels, the most.")) : Availability::yes());
}

} // namespace glio::app
