#pragma once
#include "glioscope/base/Error.h"
#include "presenters/Desk.h"

#include <QObject>

namespace glio::app {
class HistoryPresenter;

/// Sends every step to the journal, says what is saved, and what is in memory only and why.
class JournalPresenter final : public QObject {
    Q_OBJECT
public:
    JournalPresenter(const Desk &desk, HistoryPresenter &history, QObject *parent = nullptr);
    void retry();
    void saveElsewhere(); ///< asks for a folder
    void saveElsewhereIn(const QString &folder);
    void showStart(); ///< once the window stands: open elsewhere, or begun anew

private:
    void showFailure(const Error &error);
    Desk m_desk;
    HistoryPresenter &m_history;
    QString m_openCase;
};

} // namespace glio::app
