#pragma once
#include "model/CaseModel.h"
#include "model/CaseStore.h"
#include "presenters/Desk.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"

#include "engine/EngineClient.h"

#include <QTimer>

#include <memory>

namespace glio::app {

class CaseMasks;
class Journal;
struct Presenters;
class ShellPresenter;

/// Everything of one workstation window, put together: model, engine, window, presenters. Tests drive it as main does.
class Workstation final {
public:
    explicit Workstation(client::EngineClient::Options engine = {});
    ~Workstation();
    Workstation(const Workstation &) = delete;
    Workstation &operator=(const Workstation &) = delete;

    void startEngine() { m_engine.start(); }
    CaseModel &model() { return m_model; }
    Journal &journal() { return *m_journal; }
    CaseMasks &masks() { return *m_masks; }
    Settings &settings() { return m_settings; }
    client::EngineClient &engine() { return m_engine; }
    MainWindow &window() { return *m_window; }
    Presenters &presenters() { return *m_presenters; }
    ShellPresenter &shell() { return *m_shell; }
    /// Nothing is being read, written, segmented or looked for, and every view has drawn the open case.
    bool settled() const;

private:
    Settings m_settings;
    CaseStore m_store;
    std::unique_ptr<Journal> m_journal; ///< outlives the model: its documents read old steps from it
    CaseModel m_model;
    std::unique_ptr<CaseMasks> m_masks;
    client::EngineClient m_engine;
    QTimer m_trimTimer;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Presenters> m_presenters;
    std::unique_ptr<ShellPresenter> m_shell;
};

/// What must be done before QApplication is made: memory, name, version. Then, with it made: language and theme.
void prepareApplication();
void dressApplication(const Settings &settings);

} // namespace glio::app
