#pragma once
#include "presenters/Desk.h"

#include "glioscope/base/Error.h"

#include <QObject>
#include <QTimer>

namespace glio::app {

/// The history of the mask: the list in Correct, undo and redo of every act, with their names on the buttons.
class HistoryPresenter final : public QObject {
    Q_OBJECT
public:
    explicit HistoryPresenter(const Desk &desk, QObject *parent = nullptr);
    void undo();
    void redo();
    /// Steps up to this number are safe on disk: those beyond the memory cap may leave the memory.
    void setSavedThrough(std::int64_t number);

signals:
    void failed(const glio::Error &error);

private:
    void show();
    void showActs();
    Desk m_desk;
    QTimer m_timer;
    std::int64_t m_savedThrough = 0;
};

} // namespace glio::app
