#pragma once
#include "model/CaseReport.h"
#include "presenters/Desk.h"

#include <QObject>
#include <QThreadPool>

#include <functional>

namespace glio::app {
class MeasurePresenter;
class ViewPresenter;

/// What belongs to the case as a whole: measurements, keeping it in the store, saving and exporting, report.
class ReviewPresenter final : public QObject {
    Q_OBJECT
public:
    ReviewPresenter(const Desk &desk, ViewPresenter &views, const MeasurePresenter &measures,
                    QObject *parent = nullptr);

    void setRecord(CaseRecord record); ///< of the case just opened, before the model announces it
    const CaseRecord &record() const { return m_record; }
    SaveJob saveJob(bool withPicture) const;

    void keep(bool withVoxels); ///< writes case.json, with voxels the result too
    void exportMask();          ///< Ctrl+S: asks for a name the first time
    void exportMaskTo(const QString &file);
    void saveResults(); ///< labels, probabilities, report into a folder
    void saveResultsTo(const QString &folder);
    void makeReport();
    void makeReportIn(const QString &folder);                           ///< report.html, report.pdf and their pictures
    void askSecondReader();                                             ///< the case waits for a colleague
    void changeRecord(const std::function<void(CaseRecord &)> &change); ///< kept with the next `keep`
    void editRecord(const std::function<void(CaseRecord &)> &edit);     ///< of the open case, and keeps it
    bool saving() const { return m_saving > 0; }

signals:
    void reported(const QString &folder);
    void saved(const QString &where);
    void saveFailed(const glio::Error &error, const QString &where);
    void kept();

private:
    QString folderForSaving() const;
    ReportImages reportImages() const;
    Desk m_desk;
    ViewPresenter &m_views;
    const MeasurePresenter &m_measures;
    CaseRecord m_record;
    QString m_exportFile;
    std::string m_exportMask; ///< that went there
    int m_saving = 0;
    QThreadPool m_savePool; ///< last: its end waits for what is being written
};

} // namespace glio::app
