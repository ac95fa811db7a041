#pragma once
#include "glioscope/widgets/Availability.h"

#include <QColor>
#include <QFrame>
#include <QImage>

#include <array>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QStackedWidget;
class QStandardItemModel;
class QTableView;
class QVBoxLayout;

namespace glio::widgets {

class ActionButton;
class EmptyState;
class Pill;

enum class CaseState { NotStarted, Draft, NeedsChecking, SecondReader, Approved, SomethingMissing, Rejected };
QString caseStateText(CaseState state);
QString caseStateIcon(CaseState state);
QString caseStateTone(CaseState state); ///< `state` of a Pill

struct SequenceChip {
    QString name;
    bool missing = false;
};
struct CaseRow {
    QString id, name, date; ///< date as shown; "" when the files do not say
    QImage thumbnail;
    std::vector<SequenceChip> sequences;
    CaseState state = CaseState::NotStarted;
    QString stateText; ///< overrides caseStateText: "Sequence missing"
    QString toCheck;   ///< "6 places", "all checked"
    std::optional<double> tumourMl;
    QString mask; ///< "Model + 3 edits"
};
struct CaseFilter {
    QString id, name, icon;
    int count = 0;
};
struct RecentProject {
    QString id, name, detail;
};
struct CasePreview {
    struct Check {
        QString icon, tone, text; ///< "check", "ok", "All four sequences found"
    };
    struct Volume {
        QString name;
        QColor colour;
        double ml = 0;
    };
    struct Thumb {
        QString name, detail;
        QImage image;
    };
    QString id, name;
    CaseState state = CaseState::NotStarted;
    std::vector<Thumb> thumbs; ///< up to four
    std::vector<Check> checks;
    std::vector<Volume> volumes;
    std::vector<Check> work; ///< who did what: sign-off, time, notes
    Availability open, checkPlaces;
};

/// The Cases page [casesPage]: [openCase] [importDicom] [caseFilters] [demoCard] [tryDemo] · [caseSearch] [caseSort]
/// [caseTable] drop area [dropArea] · [casePreview] with [previewOpen] and [previewCheck].
class CasesPage final : public QFrame {
    Q_OBJECT
public:
    explicit CasesPage(QWidget *parent = nullptr);
    void setProject(const QString &title, const QString &summary);
    void setRows(const std::vector<CaseRow> &rows); ///< already filtered and sorted; none shows the first-start state
    void setSearchActive(bool active);              ///< no rows because of the search: another sentence
    void setSelected(const QString &id);
    void setFilters(const std::vector<CaseFilter> &filters, const QString &current);
    void setSorts(const std::vector<std::pair<QString, QString>> &idAndText, const QString &current);
    void setRecent(const std::vector<RecentProject> &recent);
    void setPreview(const std::optional<CasePreview> &preview);
    void setOpening(const QString &what); ///< said where the first case will be; empty: nothing is being opened
    void focusTable();                    ///< Enter opens the case that is chosen
    void setDemoVisible(bool visible);
    void setDemoText(const QString &text);
    void setDemoAvailability(const Availability &availability);
    void setImportAvailability(const Availability &availability);

signals:
    void openWished(); ///< the file dialog
    void importWished();
    void demoWished();
    void demoClosed();
    void filterWished(const QString &id);
    void searchChanged(const QString &text);
    void sortWished(const QString &id);
    void recentWished(const QString &id);
    void caseSelected(const QString &id);
    void caseOpenWished(const QString &id);
    void checkPlacesWished(const QString &id);
    void filesDropped(const QStringList &paths);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fitColumns();
    QWidget *makeLeft();
    QWidget *makeCentre();
    QWidget *makePreview();
    QLabel *m_title, *m_summary, *m_demoText, *m_recentTitle;
    QLineEdit *m_search;
    ActionButton *m_sort, *m_open, *m_import, *m_demo, *m_previewOpen, *m_previewCheck;
    QListView *m_filters, *m_recent;
    QStandardItemModel *m_filterModel, *m_recentModel, *m_caseModel;
    QTableView *m_table;
    QStackedWidget *m_tableStack;
    EmptyState *m_empty;
    QFrame *m_demoCard, *m_drop, *m_preview;
    QLabel *m_previewName;
    Pill *m_previewState;
    QVBoxLayout *m_previewBody;
    QWidget *m_previewContent = nullptr, *m_previewScrollRoom = nullptr;
    QString m_previewId;
    std::vector<std::pair<QString, QString>> m_sorts;
    QString m_sortId;
    bool m_searching = false;
    QString m_opening;
};

} // namespace glio::widgets
