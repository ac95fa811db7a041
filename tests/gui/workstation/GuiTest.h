#pragma once
#include "presenters/Presenters.h"
#include "presenters/ShellPresenter.h"
#include "shell/Workstation.h"

#include "glioscope/annotation/Probabilities.h"
#include "glioscope/volume/Volume.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <memory>

namespace glio::gui {

/// A home of its own (settings, cases, cache), so that tests neither see nor touch the user's.
class TestHome {
public:
    TestHome();
    std::filesystem::path path() const { return m_folder.path().toStdString(); }
    /// A small phantom head in BraTS names, thick slices; `withoutFlair` leaves that file out. Made once a home.
    std::filesystem::path phantomCase(bool withoutFlair = false);
    std::filesystem::path truth() const { return path() / "truth.nii.gz"; }

private:
    QTemporaryDir m_folder;
};

/// Probabilities of a soft ball in the middle of `grid`, radius 20 mm, enhancing core of 10 mm.
Probabilities ballProbabilities(const Geometry &grid);

/// A whole workstation on the screen, ready for events.
struct Desk {
    explicit Desk(client::EngineClient::Options engine = {});
    app::Workstation workstation;
    app::MainWindow &window() { return workstation.window(); }
    app::CaseModel &model() { return workstation.model(); }
    bool open(const std::filesystem::path &folder);
    bool settle(int timeoutMs = 60'000);
    /// The widget with that stable name; the test fails with the name when there is none.
    template <class Widget> Widget *find(const QString &name)
    {
        auto *widget = window().findChild<Widget *>(name);
        if (!widget) qFatal("no widget is named %s", qPrintable(name));
        return widget;
    }
    void wheel(QWidget *canvas, int steps);
    /// `n` frames more than now in every visible slice view within a second.
    qint64 frames();
};

/// Puts a model's answer on the screen without an engine: `ballProbabilities`, its places found.
void showBall(Desk &desk);

} // namespace glio::gui
