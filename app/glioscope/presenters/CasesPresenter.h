#pragma once
#include "model/CaseStore.h"
#include "presenters/Desk.h"
#include "support/LatestJob.h"

#include <QHash>
#include <QImage>
#include <QObject>

namespace glio::app {

/// The Cases page: known cases with their states, search, sort, filters, preview.
class CasesPresenter final : public QObject {
    Q_OBJECT
public:
    explicit CasesPresenter(const Desk &desk, QObject *parent = nullptr);
    void reload(); ///< reads the store off the GUI thread
    bool loading() const { return m_reload.busy(); }
    const std::vector<CaseRecord> &records() const { return m_records; }
    /// As the list showed them when it was last in sight: to approve a case moves no other one.
    const std::vector<QString> &order() const { return m_order; }

signals:
    void openWished(const QString &id, bool checkPlaces);
    void orderChanged();

private:
    void show();
    void showPreview();
    Desk m_desk;
    LatestJob m_reload;
    std::vector<CaseRecord> m_records;
    std::vector<QString> m_order;
    QHash<QString, std::vector<QImage>> m_thumbnails;
    QString m_filter = "all", m_search, m_selected;
};

} // namespace glio::app
