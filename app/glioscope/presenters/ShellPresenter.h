#pragma once
#include "presenters/Desk.h"

#include "glioscope/base/Error.h"
#include "glioscope/interaction/KeyMap.h"
#include "glioscope/widgets/Availability.h"
#include "glioscope/widgets/Mode.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <map>
#include <vector>

class QAction;
class QKeyEvent;
class QMenu;

namespace glio::widgets {
class KeysOverlay;
}

namespace glio::app {
struct Presenters;

/// The window as a whole: menus, modes, keys, engine chip and its banners, errors, status bar, toasts.
class ShellPresenter final : public QObject {
    Q_OBJECT
public:
    ShellPresenter(const Desk &desk, Presenters &presenters, QObject *parent = nullptr);

    void setMode(widgets::Mode mode);
    void act(interaction::Intent intent, double amount);
    void showKeys();
    void showNoticeOnce(); ///< the research notice of the first run
    void about();
    void saveSnapshot();
    void saveSnapshotTo(const QString &file);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeMenus();
    void addAct(QMenu *menu, const QString &text, interaction::Intent intent, double amount, const QString &name);
    void updateActs();
    void press(const QString &name);
    void showKeysOnTools();
    static QString smartButton(interaction::Intent intent); ///< its name: "smart.snake"
    bool handleKey(QKeyEvent *event, bool press);
    void showEngine();
    void showStatus();
    void showNote();
    void showSaved();
    void fileProblem(const Error &error, const QString &name);
    void segmentProblem(const Error &error);
    void showModel(const QString &id);

    widgets::Availability modeAvailability(widgets::Mode mode) const;

    Desk m_desk;
    Presenters &m_p;
    struct Act {
        QAction *action;
        interaction::Intent intent;
        double amount;
    };
    std::vector<Act> m_acts;
    std::vector<QAction *> m_maskActions, m_caseActions;
    QPointer<widgets::KeysOverlay> m_keys;
    std::vector<interaction::Intent> m_held;
    widgets::Mode m_cameFrom = widgets::Mode::Review; ///< where *Done* leads
    QTimer m_statusTimer, m_savedTimer, m_keepTimer;
    qint64 m_savedAt = 0;
    QString m_opening, m_problemDetails;
};

} // namespace glio::app
