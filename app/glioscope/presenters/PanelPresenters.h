#pragma once
#include "presenters/Desk.h"
#include "support/LatestJob.h"

#include <QObject>
#include <QTimer>

#include <array>

namespace glio::widgets {
class LabelList;
}

namespace glio::app {

/// Regions: volumes, eyes, locks, colours by palette; hover emphasises, double-click centres.
class LabelPresenter final : public QObject {
    Q_OBJECT
public:
    explicit LabelPresenter(const Desk &desk, QObject *parent = nullptr);
    void toggleVisible(int number); ///< 1-based row of the list

private:
    void showRows();
    void showVolumes();
    void showLocks();
    void bind(widgets::LabelList *list);
    void centreOn(const QString &id);
    Desk m_desk;
    std::array<widgets::LabelList *, 2> m_lists{}; ///< Review's, Correct's
    QTimer m_volumesTimer;
};

/// How masks are drawn: fill, outline, both, line width, opacity, patterns; hold-to-hide. Kept in the settings.
class OverlayPresenter final : public QObject {
    Q_OBJECT
public:
    explicit OverlayPresenter(const Desk &desk, QObject *parent = nullptr);
    void hold(bool held);        ///< H
    void toggleLabels();         ///< S
    void stepFill(double share); ///< A, D

private:
    void show();
    void read();
    Desk m_desk;
};

/// Confidence band: region, live threshold, three volumes, *Make this the mask*, heat map.
class BandPresenter final : public QObject {
    Q_OBJECT
public:
    explicit BandPresenter(const Desk &desk, QObject *parent = nullptr);
    void toggle();                     ///< W
    void stepHeat(double share);       ///< Q, E
    void stepThreshold(double amount); ///< { and }; positive = wider

private:
    void show();
    void showVolumes();
    Desk m_desk;
};

} // namespace glio::app
