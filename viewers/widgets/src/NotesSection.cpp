#include "glioscope/widgets/NotesSection.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QPlainTextEdit>
#include <QSignalBlocker>

namespace glio::widgets {

NotesSection::NotesSection(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Notes"), this))
{
    setObjectName(QStringLiteral("notesSection"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    m_edit = new QPlainTextEdit(m_section);
    m_edit->setObjectName(QStringLiteral("caseNotes"));
    m_edit->setAccessibleName(tr("Notes on this case"));
    m_edit->setPlaceholderText(tr("What another reader should know"));
    m_edit->setTabChangesFocus(true);
    m_edit->setFixedHeight(Theme::px(88));
    m_section->body()->addWidget(m_edit);
    auto *fold = new IconButton(QStringLiteral("pencil"), tr("Write a note"), {}, 24, 14, m_section);
    fold->setObjectName(QStringLiteral("writeNote"));
    m_section->header()->addWidget(fold);
    m_section->setFoldable(true);
    connect(fold, &QToolButton::clicked, this, [this] {
        m_section->setFolded(false);
        m_edit->setFocus(Qt::OtherFocusReason);
        emit opened();
    });
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] { emit textEdited(m_edit->toPlainText()); });
    setText({});
}

void NotesSection::setText(const QString &text)
{
    if (m_edit->toPlainText() != text) {
        const QSignalBlocker quiet(m_edit);
        m_edit->setPlainText(text);
    }
    m_section->setFolded(text.isEmpty());
}

void NotesSection::setAvailability(const Availability &availability)
{
    applyAvailability(m_edit, availability);
    applyAvailability(findChild<IconButton *>(QStringLiteral("writeNote")), availability);
    m_section->setReason(m_edit->toPlainText().isEmpty() ? QString() : availability.reason);
}

} // namespace glio::widgets
