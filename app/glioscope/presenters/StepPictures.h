#pragma once
#include "presenters/Desk.h"

#include <QHash>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <vector>

namespace glio {
struct Step;
}

namespace glio::app {

/// The small pictures of the history: made one after the other on a pool thread, for the rows that are seen, newest
/// first, and kept while the mask is open. Nothing is made while a stroke is in hand. A step whose voxels are on the
/// disk alone is read back by the worker.
class StepPictures final : public QObject {
    Q_OBJECT
public:
    explicit StepPictures(const Desk &desk, QObject *parent = nullptr);
    QImage picture(const Step &step) const; ///< null: not made yet
    /// These steps of the history are seen now; what was asked for before and is not begun is dropped.
    void want(const std::vector<qint64> &numbers);
    bool busy() const { return m_busy || m_pause.isActive(); }

signals:
    void made(qint64 number, const QImage &picture);

private:
    /// A step that replaces an undone one takes its number, never its time as well.
    using Key = std::pair<qint64, qint64>;
    static Key keyOf(const Step &step);
    void forget();
    void next();
    Desk m_desk;
    QHash<Key, QImage> m_pictures;
    std::vector<qint64> m_wanted; ///< the last one is next
    QTimer m_pause;
    int m_generation = 0; ///< counts what makes every picture wrong: another mask, other colours
    bool m_busy = false;
};

} // namespace glio::app
