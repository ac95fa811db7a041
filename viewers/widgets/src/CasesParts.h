#pragma once
#include "glioscope/widgets/CasesPage.h"

class QHeaderView;
class QListView;
class QStandardItemModel;
class QStyledItemDelegate;

namespace glio::widgets {

/// What the cells of the Cases page's models hold beside their text, and the table's columns.
enum CasesRole {
    IdRole = Qt::UserRole + 1,
    ImageRole,
    ChipsRole,
    StateRole,
    CountRole,
    DetailRole,
    IconRole,
    CurrentRole
};
enum CasesColumn {
    ThumbColumn,
    CaseColumn,
    DateColumn,
    SequencesColumn,
    StateColumn,
    CheckColumn,
    VolumeColumn,
    MaskColumn,
    ColumnCount
};

QStyledItemDelegate *makeCaseDelegate(QObject *parent); ///< rows of the table
QHeaderView *makeCaseHeader(QWidget *parent);           ///< stands exactly over what the delegate draws
/// A list of the left column: icon, name and count a row, or two lines where there is a detail.
QListView *makeSideList(const char *name, const QString &accessible, QStandardItemModel *model, QWidget *parent);
QWidget *makeThumbTile(const CasePreview::Thumb &thumb, QWidget *parent); ///< with name and voxel size on it
QWidget *makeColourSquare(const QColor &colour, QWidget *parent);

} // namespace glio::widgets
