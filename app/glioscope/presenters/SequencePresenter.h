#pragma once
#include "presenters/Desk.h"

#include <QImage>
#include <QObject>

#include <vector>

namespace glio::app {
class ViewPresenter;

/// The sequence strip: thumbnails, guesses with their reasons, missing sequences.
class SequencePresenter final : public QObject {
    Q_OBJECT
public:
    SequencePresenter(const Desk &desk, ViewPresenter &views, QObject *parent = nullptr);
    void setThumbnails(std::vector<QImage> thumbnails); ///< by series
    void addThumbnail(QImage thumbnail) { m_thumbnails.push_back(std::move(thumbnail)); }
    const std::vector<QImage> &thumbnails() const { return m_thumbnails; }

signals:
    void fileWished(const QString &sequence); ///< choose a file for a missing sequence

private:
    void show();
    Desk m_desk;
    ViewPresenter &m_views;
    std::vector<QImage> m_thumbnails;
};

} // namespace glio::app
