#pragma once

namespace glio::client {
class EngineClient;
}

namespace glio::app {

class CaseMasks;
class CaseModel;
class CaseStore;
class Journal;
class MainWindow;
class Settings;

/// What every presenter works with. All of it outlives the presenters and belongs to the GUI thread.
struct Desk {
    CaseModel &model;
    CaseStore &store;
    Journal &journal;
    Settings &settings;
    client::EngineClient &engine;
    MainWindow &window;
    CaseMasks *masks; ///< of the open case; never null
};

} // namespace glio::app
