#pragma once
#include <QString>

class QAbstractItemDelegate;
class QListView;
class QAbstractItemModel;
class QWidget;

namespace glio::widgets {

/// A list whose rows the delegate draws whole: no frame, no selection, no editing, hover followed. Set its delegate.
QListView *makeList(const char *name, const QString &accessible, QAbstractItemModel *model, QWidget *parent);

} // namespace glio::widgets
