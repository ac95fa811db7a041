#pragma once
#include "glioscope/widgets/Availability.h"

#include <QColor>
#include <QDialog>

#include <vector>

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace glio::widgets {

class ActionButton;

/// One label as the editor shows it.
struct LabelEditRow {
    QString id, name; ///< "ET", "Enhancing tumour"
    int value = 0;    ///< in the mask and its files
    QColor colour;
    bool edited = false;  ///< name or colour are not as shipped
    bool added = false;   ///< can be removed
    Availability removal; ///< of an added one
};

/// Names and colours of the labels of this mask [labelEditor]: each change is wished at once and is a step of the
/// history; there is nothing to accept. Rows are labelEditor.<id> with .name, .colour, .reset, .remove; below them
/// [labelEditor.newName], [labelEditor.add].
class LabelEditor final : public QDialog {
    Q_OBJECT
public:
    explicit LabelEditor(QWidget *parent = nullptr);
    void setRows(const std::vector<LabelEditRow> &rows);    ///< keeps what is being typed
    void setAvailability(const Availability &availability); ///< of every change
    void setAddAvailability(const Availability &availability);

signals:
    void renameWished(const QString &id, const QString &name);
    void colourWished(const QString &id);
    void resetWished(const QString &id); ///< name and colour as shipped
    void addWished(const QString &name);
    void removeWished(const QString &id);

private:
    void add();
    QVBoxLayout *m_rows;
    QLabel *m_reason;
    QLineEdit *m_newName;
    ActionButton *m_add;
    std::vector<QWidget *> m_changes; ///< what goes off when nothing may be changed
    Availability m_available, m_addAvailable;
};

} // namespace glio::widgets
