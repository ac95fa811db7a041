#pragma once
#include "glioscope/render/SliceGeometry.h"

#include <QHash>
#include <QList>
#include <QWidget>

#include <memory>

namespace glio::widgets {
class SliceView;
class VolumeView;

/// Pair: the first two sequence views side by side.
enum class GridLayout { TwoByTwo, LargeAndThree, ThreeInARow, FourSequences, Single, Pair };

/// All views of the case page with their arrangement. Gaps of 2 px; dragging a gap moves it, double-clicking it brings
/// the default back. Owns the views; `sequenceView(n)` are the four of the *four sequences of one plane* layout.
/// The grid maximises by itself on `maximise`; a view's own `maximiseWished` is connected to it.
class ViewGrid final : public QWidget {
    Q_OBJECT
public:
    explicit ViewGrid(QWidget *parent = nullptr);
    ~ViewGrid() override;

    SliceView *slice(render::Plane plane) const;
    SliceView *sequenceView(int number) const; ///< 0..3
    VolumeView *volume() const;
    QList<SliceView *> allSlices() const; ///< the three planes, then the four sequence views
    QList<SliceView *> visibleSlices() const;

    /// Arrange. `mainView` is the large or single one in the layouts that have one (a slice view or the 3D view).
    void setLayoutKind(GridLayout layout);
    GridLayout layoutKind() const;
    void setMainView(QWidget *view);
    QWidget *mainView() const;
    void maximise(QWidget *view); ///< nullptr ends it
    QWidget *maximised() const;

    void setActiveView(QWidget *view);
    QWidget *activeView() const;
    void focusNextView(); ///< F2: next visible view, round

    /// Shares of the splitters, for keeping the state; and back.
    QByteArray saveSplits() const;
    void restoreSplits(const QByteArray &splits);

signals:
    void layoutKindChanged(glio::widgets::GridLayout layout);
    void activeViewChanged(QWidget *view);
    void maximisedChanged(QWidget *view);

protected:
    void resizeEvent(QResizeEvent *) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *) override;

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::widgets
