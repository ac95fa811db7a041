#pragma once
#include "model/CaseFiles.h"

#include <QObject>

#include <functional>

class QWidget;

namespace glio::app {

/// Asks what becomes of images that have changed or are missing, one after the other. Thread: GUI.
class FileQuestions final : public QObject {
    Q_OBJECT
public:
    using Answer = std::function<void(std::optional<FileChoices>)>; ///< nothing: the case is not to be opened
    explicit FileQuestions(QWidget *window, QObject *parent = nullptr) : QObject(parent), m_window(window) {}
    /// `choices`: what was said before. `images`: how many the case has.
    void ask(std::vector<FileTrouble> troubles, FileChoices choices, bool hasMask, std::size_t images, Answer answer);

private:
    void next();
    void findFolder();
    QWidget *m_window;
    std::vector<FileTrouble> m_troubles;
    FileChoices m_choices;
    bool m_hasMask = false;
    std::size_t m_images = 0;
    Answer m_answer;
};

} // namespace glio::app
