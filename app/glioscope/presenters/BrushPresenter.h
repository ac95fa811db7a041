#pragma once
#include "presenters/Desk.h"

#include "glioscope/annotation/Brush.h"
#include "glioscope/volume/Sequence.h"
#include "glioscope/volume/Statistics.h"

#include <QObject>

#include <optional>

namespace glio::app {
class ViewPresenter;

/// The brush as it is set, the label at hand and what may be painted over. Kept in the settings; the intensity range
/// belongs to the case.
class BrushPresenter final : public QObject {
    Q_OBJECT
public:
    BrushPresenter(const Desk &desk, ViewPresenter &views, QObject *parent = nullptr);

    double diameterMm() const { return m_diameterMm; }
    /// What a pen that presses so hard (0 to 1) draws; below 0, or with the preference off: as set.
    double diameterMm(double pressure) const;
    bool followsPressure() const;
    BrushShape shape() const { return m_shape; }
    bool throughSlices() const { return m_ball; }
    QString shapeText() const; ///< "ball", "disc", "cube", "square": in a step's name
    bool followsEdges() const { return m_edges; }
    double strength() const { return m_strength / 100.0; }
    QString rangeText() const; ///< "T1c 168 to 255"; empty without a limit

    Label label() const { return m_label; }
    QString labelText() const;
    void selectLabel(Label label);
    void selectRow(int number);  ///< 1-based row of the list
    void stepLabel(int steps);   ///< round the list
    void stepSize(double share); ///< +0.1: a tenth larger
    void setSize(double mm);
    /// Locks and editable area for what comes now; erasing with *Only where it is empty* would do nothing, so that it
    /// then takes the label at hand alone.
    void applyRules(bool erasing);
    void takeRange(const PointMm &where); ///< the intensities 5 mm round a point

signals:
    void changed(); ///< brush, label or rules: the HUD says it
    void labelChanged();
    void rulesChanged(); ///< what may be painted over, between which intensities, through slices or not

private:
    void show();
    void showPaintOver();
    void showRange();
    void read();
    int rangeSeries() const;
    Desk m_desk;
    ViewPresenter &m_views;
    double m_diameterMm = 8;
    BrushShape m_shape = BrushShape::Round;
    bool m_ball = true, m_edges = false, m_rangeOn = false;
    int m_strength = 50;
    QString m_over = "unlocked";
    Sequence m_rangeOf = Sequence::Other;
    std::optional<DisplayRange> m_range;
    Label m_label = 0;
};

} // namespace glio::app
