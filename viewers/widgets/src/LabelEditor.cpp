#include "glioscope/widgets/LabelEditor.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>

namespace glio::widgets {
namespace {

/// A colour on a button.
class ColourButton final : public QAbstractButton {
public:
    ColourButton(const QColor &colour, QWidget *parent) : QAbstractButton(parent), m_colour(colour) {}
    QSize sizeHint() const override { return {Theme::px(28), Theme::px(28)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setOpacity(isEnabled() ? 1 : 0.42);
        painter.setPen(QPen(Theme::color(Token::Line3), 1));
        painter.setBrush(m_colour);
        const double side = Theme::px(18);
        painter.drawRoundedRect(QRectF((width() - side) / 2, (height() - side) / 2, side, side), Theme::px(4),
                                Theme::px(4));
    }

private:
    QColor m_colour;
};

/// A name that is wished once it is typed, and is the old one again after Esc.
class NameEdit final : public QLineEdit {
public:
    NameEdit(const QString &name, QWidget *parent) : QLineEdit(name, parent), was(name) { setMaxLength(60); }
    QString was;

protected:
    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() == Qt::Key_Escape && text() != was)
            setText(was);
        else
            QLineEdit::keyPressEvent(event);
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) event->accept();
    }
};

} // namespace

LabelEditor::LabelEditor(QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("labelEditor"));
    setWindowTitle(tr("Labels of this mask"));
    resize(Theme::px(460), Theme::px(430));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(20), Theme::px(16), Theme::px(20), Theme::px(16));
    layout->setSpacing(Theme::px(6));
    layout->addWidget(makeLabel(windowTitle(), "title", this));
    layout->addWidget(makeLabel(tr("Each change is a step of the history."), "hint", this));
    auto *scroll = new QScrollArea(this);
    scroll->setProperty("kind", "clear");
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, Theme::px(8), 0);
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(Theme::px(4));
    column->addLayout(m_rows);
    column->addStretch(1);
    scroll->setWidget(content);
    layout->addWidget(scroll, 1);
    m_reason = makeLabel({}, "small", this, true);
    m_reason->setObjectName(QStringLiteral("labelEditor.reason"));
    m_reason->hide();
    layout->addWidget(m_reason);
    auto *foot = new QHBoxLayout;
    m_newName = new QLineEdit(this);
    m_newName->setObjectName(QStringLiteral("labelEditor.newName"));
    m_newName->setPlaceholderText(tr("Name of a new label"));
    m_newName->setAccessibleName(tr("Name of a new label"));
    m_newName->setMaxLength(60);
    m_add = new ActionButton(tr("Add"), QStringLiteral("plus"), {}, this);
    m_add->setObjectName(QStringLiteral("labelEditor.add"));
    m_add->setAutoDefault(false);
    auto *close = new ActionButton(tr("Close"), {}, {}, this);
    close->setAutoDefault(false);
    foot->addWidget(m_newName, 1);
    foot->addWidget(m_add);
    foot->addSpacing(Theme::px(12));
    foot->addWidget(close);
    layout->addLayout(foot);
    connect(m_add, &QPushButton::clicked, this, &LabelEditor::add);
    connect(m_newName, &QLineEdit::returnPressed, this, &LabelEditor::add);
    connect(m_newName, &QLineEdit::textChanged, this, [this] { setAddAvailability(m_addAvailable); });
    connect(close, &QPushButton::clicked, this, &QDialog::close);
}

void LabelEditor::add()
{
    const QString name = m_newName->text().trimmed();
    if (name.isEmpty() || !m_add->isEnabled()) return;
    m_newName->clear();
    emit addWished(name);
}

void LabelEditor::setRows(const std::vector<LabelEditRow> &rows)
{
    const QWidget *focus = focusWidget();
    const QString focused = focus ? focus->objectName() : QString();
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        item->widget()->hide();
        item->widget()->disconnect();
        item->widget()->setObjectName({});
        for (QWidget *part : item->widget()->findChildren<QWidget *>()) {
            part->disconnect(); // a name that loses the focus by going wishes nothing
            part->setObjectName({});
        }
        item->widget()->deleteLater(); // the change may come from one of its own buttons
        delete item;
    }
    m_changes.clear();
    for (const LabelEditRow &row : rows) {
        auto *widget = new QWidget(this);
        widget->setObjectName(QStringLiteral("labelEditor.%1").arg(row.id));
        auto *line = new QHBoxLayout(widget);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(Theme::px(6));
        auto *colour = new ColourButton(row.colour, widget);
        colour->setObjectName(widget->objectName() + QStringLiteral(".colour"));
        colour->setAccessibleName(tr("Colour of %1").arg(row.name));
        colour->setToolTip(tr("Change the colour"));
        auto *name = new NameEdit(row.name, widget);
        name->setObjectName(widget->objectName() + QStringLiteral(".name"));
        name->setAccessibleName(tr("Name of label %1").arg(row.value));
        auto *value = withFigures(makeLabel(QString::number(row.value), "hint", widget));
        value->setMinimumWidth(Theme::px(24));
        value->setToolTip(tr("The value in the mask and its files"));
        auto *reset =
            new IconButton(QStringLiteral("rotate-ccw"), tr("Name and colour as at first"), {}, 28, 15, widget);
        reset->setObjectName(widget->objectName() + QStringLiteral(".reset"));
        applyAvailability(reset, row.edited ? Availability::yes() : Availability::no(tr("It is as at first.")));
        line->addWidget(colour);
        line->addWidget(name, 1);
        line->addWidget(value);
        line->addWidget(reset);
        connect(colour, &QAbstractButton::clicked, this, [this, id = row.id] { emit colourWished(id); });
        connect(reset, &QToolButton::clicked, this, [this, id = row.id] { emit resetWished(id); });
        connect(name, &QLineEdit::editingFinished, this, [this, name, id = row.id] {
            const QString text = name->text().simplified();
            if (text == name->was) return;
            name->was = text;
            emit renameWished(id, text);
        });
        auto *remove = new IconButton(QStringLiteral("trash-2"), tr("Remove %1").arg(row.name), {}, 28, 15, widget);
        remove->setObjectName(widget->objectName() + QStringLiteral(".remove"));
        applyAvailability(remove, row.added ? row.removal : Availability::no(tr("It belongs to the label scheme.")));
        connect(remove, &QToolButton::clicked, this, [this, id = row.id] { emit removeWished(id); });
        line->addWidget(remove);
        m_changes.insert(m_changes.end(), {colour, name});
        m_rows->addWidget(widget);
    }
    setAvailability(m_available);
    if (!focused.isEmpty())
        if (auto *again = findChild<QWidget *>(focused)) again->setFocus(Qt::OtherFocusReason);
}

void LabelEditor::setAvailability(const Availability &availability)
{
    m_available = availability;
    for (QWidget *widget : m_changes)
        applyAvailability(widget, availability);
    m_reason->setText(availability.reason);
    m_reason->setVisible(!availability.available);
    setAddAvailability(m_addAvailable);
}

void LabelEditor::setAddAvailability(const Availability &availability)
{
    m_addAvailable = availability;
    const Availability named =
        m_newName->text().trimmed().isEmpty() ? Availability::no(tr("Type a name first.")) : availability;
    applyAvailability(m_newName, m_available.available ? availability : m_available);
    applyAvailability(m_add, m_available.available ? named : m_available);
}

} // namespace glio::widgets
