#pragma once
#include "glioscope/widgets/Availability.h"

#include <QFrame>

class QPlainTextEdit;

namespace glio::widgets {

class Section;

/// Notes on the case [notesSection]: one text [caseNotes], folded while there is none.
class NotesSection final : public QFrame {
    Q_OBJECT
public:
    explicit NotesSection(QWidget *parent = nullptr);
    void setText(const QString &text); ///< of another case; emits nothing
    void setAvailability(const Availability &availability);

signals:
    void textEdited(const QString &text);
    void opened(); ///< unfolded by hand: it should come into sight

private:
    Section *m_section;
    QPlainTextEdit *m_edit;
};

} // namespace glio::widgets
