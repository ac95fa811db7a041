#pragma once
#include "glioscope/widgets/Availability.h"
#include "glioscope/widgets/KeysOverlay.h"

#include <QDialog>
#include <QKeySequence>
#include <QVariant>

#include <map>
#include <vector>

class QLineEdit;
class QListWidget;
class QStackedWidget;
class QTableWidget;
class QVBoxLayout;

namespace glio::widgets {

/// Preferences [preferencesDialog]: list left, page right, search on top, applies at once, Reset per page.
/// A setting is named by its key; each control is named pref.<key>. Keys and their values:
///   general/language (code, "" = system) · general/theme (reading-room|light|system) · general/scale (100..200)
///   general/reopen (bool) · general/motion (bool, reduce motion)
///   views/convention (radiological|neurological) · views/interpolation (linear|cubic) · views/crosshair
///   (neutral|plane) views/corners (bool) · views/smoothOutlines (bool) · views/quality3d (fast|balanced|fine)
///   colours/palette (distinct|classic) · colours/patterns (bool)
///   keys/preset (itksnap|slicer|mitk|pacs) · keys/penPressure (bool) · keys/penLeast (percent)
///   keys/penCurve (soft|even|firm)
///   segment/model (id) · segment/device (auto|cpu|cuda) · segment/looks (1|4|8) · segment/memoryGb (int, 0 =
///   automatic) segment/band (0.90|0.75|0.95: the inner line) privacy/patientName (bool) · privacy/snapshotStamp (bool)
///   saving/reader (text) · saving/folder (path) · saving/historyMb (int)
class PreferencesDialog final : public QDialog {
    Q_OBJECT
public:
    explicit PreferencesDialog(QWidget *parent = nullptr);
    void setValue(const QString &key, const QVariant &value); ///< shows it; emits nothing; unknown keys are ignored
    /// Replaces the choices of a combo box: value and shown text.
    void setChoices(const QString &key, const std::vector<std::pair<QVariant, QString>> &choices);
    void setAvailability(const QString &key, const Availability &availability);
    void setKeyRows(const std::vector<KeyGroup> &groups); ///< keeps the row that is chosen
    void setKeyNote(const QString &text);                 ///< what a new key did: [prefKeyNote]
    void setEngineState(const QString &text, const QString &detail);
    void setEngineLog(const QString &text);
    void
    showPage(const QString &id); ///< "general", "views", "colours", "keys", "segment", "privacy", "saving", "engine"

signals:
    void valueWished(const QString &key, const QVariant &value);
    void resetWished(const QString &pageId);
    void engineRestartWished();
    void folderWished(const QString &key); ///< Choose … next to a folder
    /// The next key that was pressed after [prefKeyChange], Enter or a double click on the row; none takes it away.
    void keyWished(const QString &rowId, const QKeySequence &key);
    void keyResetWished(const QString &rowId);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Setting {
        QWidget *control = nullptr, *row = nullptr;
        class ReasonLine *reason = nullptr;
        QString page, text;
    };
    QVBoxLayout *addPage(const QString &id, const QString &icon, const QString &title);
    void addChoice(const QString &key, const QString &text, const QString &help,
                   const std::vector<std::pair<QVariant, QString>> &choices);
    void addToggle(const QString &key, const QString &text, const QString &help);
    void addNumber(const QString &key, const QString &text, const QString &help, int low, int high,
                   const QString &suffix, const QString &zeroText);
    void addFolder(const QString &key, const QString &text, const QString &help);
    void addText(const QString &key, const QString &text, const QString &help, int maxLength);
    void addControl(const QString &key, const QString &text, const QString &help, QWidget *control);
    void search(const QString &text);
    void fillKeyTable(const QString &filter);
    void makeKeyButtons(QVBoxLayout *page);
    void showKeyButtons();
    void listen(bool on);

    QLineEdit *m_search, *m_keySearch = nullptr;
    QListWidget *m_list;
    QStackedWidget *m_pages;
    QStringList m_pageIds;
    QVBoxLayout *m_page = nullptr;
    QString m_pageId;
    std::map<QString, Setting> m_settings;
    QTableWidget *m_keyTable = nullptr;
    std::vector<KeyGroup> m_keyGroups;
    class ActionButton *m_keyChange = nullptr, *m_keyClear = nullptr, *m_keyReset = nullptr;
    class QLabel *m_keyNote = nullptr;
    bool m_listening = false;
    class QLabel *m_engineState = nullptr, *m_engineDetail = nullptr;
    class QPlainTextEdit *m_engineLog = nullptr;
};

} // namespace glio::widgets
