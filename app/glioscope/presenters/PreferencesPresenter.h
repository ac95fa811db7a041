#pragma once
#include "presenters/Desk.h"

#include "glioscope/interaction/KeyMap.h"
#include "glioscope/interaction/MouseMap.h"
#include "glioscope/widgets/KeysOverlay.h"
#include "glioscope/widgets/Mode.h"

#include <QKeySequence>
#include <QObject>
#include <QPointer>

#include <optional>
#include <vector>

namespace glio::widgets {
class PreferencesDialog;
}

namespace glio::app {
class SegmentPresenter;

/// Preferences: applies at once; theme, scale and keys are put to use here.
class PreferencesPresenter final : public QObject {
    Q_OBJECT
public:
    PreferencesPresenter(const Desk &desk, SegmentPresenter &segment, QObject *parent = nullptr);
    void open(const QString &page = {});
    const interaction::KeyMap &keyMap() const { return m_keys; }
    const interaction::MouseMap &mouseMap() const { return m_mouse; }
    /// Keys as rows with translated acts, grouped; those of `mode` first.
    std::vector<widgets::KeyGroup> keyGroups(widgets::Mode mode) const;
    QString presetName() const;
    /// This binding (`rowId` of keyGroups) gets another key; a key that another act had in the same place is taken from
    /// it. What happened, as a sentence; empty: nothing.
    QString rebind(const QString &rowId, const QKeySequence &key);
    void resetKey(const QString &rowId);

signals:
    void keysChanged();

private:
    void applyLook();
    void loadKeys();
    QString ownKeys() const;
    void showKeyRows();
    std::vector<widgets::KeyGroup> groupsOf(std::optional<widgets::Mode> mode) const;
    bool isChanged(const interaction::KeyBinding &binding) const;
    void fill();
    Desk m_desk;
    SegmentPresenter &m_segment;
    QPointer<widgets::PreferencesDialog> m_dialog;
    interaction::KeyMap m_keys, m_preset; ///< with what the reader changed; as shipped
    interaction::MouseMap m_mouse;
};

} // namespace glio::app
