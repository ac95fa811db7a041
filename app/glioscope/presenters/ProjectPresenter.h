#pragma once
#include "presenters/Desk.h"

#include "glioscope/project/ProjectTypes.h"
#include "glioscope/widgets/CasesPage.h"

#include <QObject>

#include <vector>

namespace glio::app {
class CasesPresenter;
class OpenPresenter;
class ReviewPresenter;
class SegmentPresenter;

/// Projects of one's own beside *My cases*: NAME.glio folders with their cases, masks and derived files. One is open at
/// a time; another takes the place of its list, and no case stays open.
class ProjectPresenter final : public QObject {
    Q_OBJECT
public:
    ProjectPresenter(const Desk &desk, CasesPresenter &cases, OpenPresenter &open, ReviewPresenter &review,
                     SegmentPresenter &segment, QObject *parent = nullptr);
    void askNew();
    void askOpen();
    bool make(const QString &folder); ///< ".glio" is added where it is missing
    bool open(const QString &folder); ///< empty: My cases. False: a note says why, and all is as it was
    void openLast();                  ///< where the last session left off
    std::vector<widgets::RecentProject> recent() const;

signals:
    void changed();

private:
    bool change(const QString &folder, project::IfMissing ifMissing);
    void showRecent();
    Desk m_desk;
    CasesPresenter &m_cases;
    OpenPresenter &m_open;
    ReviewPresenter &m_review;
    SegmentPresenter &m_segment;
};

} // namespace glio::app
