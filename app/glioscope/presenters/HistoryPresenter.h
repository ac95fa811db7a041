#pragma once
#include "presenters/Desk.h"
#include "presenters/StepPictures.h"

#include "glioscope/base/Error.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <vector>

namespace glio::widgets {
class HistoryDock;
class HistoryList;
} // namespace glio::widgets

namespace glio::app {
class MeasurePresenter;

/// The history of the mask: the list in Correct and in its floating dock, undo and redo of every act, with their names
/// on the buttons.
class HistoryPresenter final : public QObject {
    Q_OBJECT
public:
    HistoryPresenter(const Desk &desk, MeasurePresenter &measures, QObject *parent = nullptr);
    /// What was done last: an act on the mask, or a ruler, angle or diameter that was drawn, moved or removed since.
    void undo();
    void redo();
    /// Steps up to this number are safe on disk: those beyond the memory cap may leave the memory.
    void setSavedThrough(std::int64_t number);
    /// Opens the dock where it was last, or closes it. Without a case there is nothing to open.
    void toggleDock();
    widgets::HistoryDock *dock() const; ///< null until it was opened first
    bool busy() const { return m_timer.isActive() || m_pictures.busy(); }
    const StepPictures &pictures() const { return m_pictures; }

signals:
    void failed(const glio::Error &error);

private:
    void bind(widgets::HistoryList *list);
    void show();
    void showActs();
    void wantPictures();
    void keepPlace();
    Desk m_desk;
    MeasurePresenter &m_measures;
    QTimer m_timer, m_placeTimer;
    StepPictures m_pictures;
    std::vector<widgets::HistoryList *> m_lists; ///< the panel's, the dock's
    QPointer<widgets::HistoryDock> m_dock;
    std::int64_t m_savedThrough = 0;
};

} // namespace glio::app
