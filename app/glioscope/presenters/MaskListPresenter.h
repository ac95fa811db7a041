#pragma once
#include "glioscope/base/Error.h"
#include "presenters/Desk.h"

#include <QObject>
#include <QString>

class QMenu;
class QPoint;

namespace glio::app {

/// The masks of the case in the strip [maskList] and in the File menu: which one is worked on, a new one, a copy,
/// names, and the blind reading, during which the others and the model's answer are neither listed nor shown.
class MaskListPresenter final : public QObject {
    Q_OBJECT
public:
    explicit MaskListPresenter(const Desk &desk, QObject *parent = nullptr);

    /// The acts on the masks, in `menu` at once. `id`: of a mask of the list; empty: of the one at hand.
    void fillMenu(QMenu *menu, const QString &id);
    void workOn(const QString &id);
    void addEmpty();
    void addCopy();
    void askName();
    void askBlind(); ///< who reads; then the blind reading begins
    /// The mask that is compared with, for its eye in the list; empty: none.
    void setCompared(const QString &id);

signals:
    void compareWished(const QString &id); ///< empty: no longer
    void failed(const glio::Error &error); ///< a mask could not be read; nothing has changed

private:
    void show();
    void showBlind();
    bool told(const Result<void> &done); ///< false: it failed, and was said
    QString nameOf(const std::string &id) const;
    QString freeName(const QString &wish) const; ///< "Copy of X 2" where "Copy of X" is taken
    Desk m_desk;
    QString m_compared;
};

} // namespace glio::app
