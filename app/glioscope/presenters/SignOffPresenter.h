#pragma once
#include "presenters/Desk.h"

#include <QObject>
#include <QString>

#include <functional>

namespace glio::app {
class ReviewPresenter;
class SegmentPresenter;

/// The end of a case: sign-off, which locks the mask until it is opened again with a reason, and rejection. Says why
/// an act was refused, with *Reopen*; asks once for the reader's name.
class SignOffPresenter final : public QObject {
    Q_OBJECT
public:
    SignOffPresenter(const Desk &desk, ReviewPresenter &review, SegmentPresenter &segment, QObject *parent = nullptr);

    void approve(const QString &reason); ///< asks for the name where none was given yet
    void reject();                       ///< asks for the reason
    void rejectFor(const QString &reason);
    void askReopen(); ///< asks for the reason; a rejection is set back without one
    void reopen(const QString &reason);

private:
    void showFooter();
    void showRefusal();
    void withName(const std::function<void()> &then);
    void askReason(const QString &title, const QString &text, const QString &accept,
                   const std::function<void(const QString &)> &then);
    Desk m_desk;
    ReviewPresenter &m_review;
    SegmentPresenter &m_segment;
};

/// "12 May 14:02", with the year where it is another one.
QString shortTime(const QDateTime &at);

} // namespace glio::app
