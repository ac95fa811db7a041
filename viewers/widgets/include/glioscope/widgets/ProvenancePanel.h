#pragma once
#include "glioscope/widgets/Availability.h"

#include <QColor>
#include <QFrame>
#include <QString>

#include <vector>

class QVBoxLayout;

namespace glio::widgets {

class IconButton;
class Section;
class Switch;

/// A share of the mask by who set it last.
struct ProvenanceRow {
    QString id;    ///< "model", "edited" …
    QString name;  ///< "Model, then edited"
    QString share; ///< "12 %"
    QColor colour;
};

/// Who set the mask [provenanceSection], folded at first: a row for each origin with its share, and the switch
/// [provenanceShow] that colours the views by origin instead of by label.
class ProvenancePanel final : public QFrame {
    Q_OBJECT
public:
    explicit ProvenancePanel(QWidget *parent = nullptr);
    void setRows(const std::vector<ProvenanceRow> &rows);
    void setShown(bool shown);
    void setAvailability(const Availability &availability);
    bool isOpen() const; ///< unfolded: its numbers are wanted
    void setOpen(bool open);

signals:
    void opened(); ///< its numbers are wanted now
    void shownWished(bool shown);

private:
    Section *m_section;
    Switch *m_show;
    IconButton *m_fold;
    QWidget *m_list;
    QVBoxLayout *m_rows;
};

} // namespace glio::widgets
