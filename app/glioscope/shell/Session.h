#pragma once
#include "shell/Options.h"
#include "shell/Workstation.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace glio::app {

/// Carries out what the command line asks for, step by step as the window settles: open, segment, mode, picture, quit.
class Session final : public QObject {
    Q_OBJECT
public:
    Session(Workstation &workstation, Options options, QObject *parent = nullptr);
    void start();

private:
    void step();
    void showLayout();
    void finish(int code, const QString &sentence = {});
    Workstation &m_workstation;
    Options m_options;
    QTimer m_timer;
    QElapsedTimer m_clock, m_calm;
    enum class Phase { Open, Segment, Segmenting, Save, Saving, Show, Picture, Done } m_phase = Phase::Open;
    bool m_failed = false;
    QString m_failure;
};

} // namespace glio::app
