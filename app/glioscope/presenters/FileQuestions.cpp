#include "presenters/FileQuestions.h"

#include "support/UserText.h"

#include "glioscope/widgets/Dialogs.h"

#include <QFileDialog>

namespace glio::app {

using project::SeriesState;
using widgets::ChoiceDialog;

void FileQuestions::ask(std::vector<FileTrouble> troubles, FileChoices choices, bool hasMask, std::size_t images,
                        Answer answer)
{
    m_troubles = std::move(troubles);
    m_choices = std::move(choices);
    m_hasMask = hasMask;
    m_images = images;
    m_answer = std::move(answer);
    next();
}

void FileQuestions::next()
{
    if (m_troubles.empty()) {
        if (m_answer) std::exchange(m_answer, {})(m_choices);
        return;
    }
    const FileTrouble &trouble = m_troubles.front();
    const QString name = trouble.sequence == Sequence::Other ? QString::fromStdString(trouble.path.filename().string())
                                                             : sequenceText(trouble.sequence);
    const bool changed = trouble.state == SeriesState::Changed;
    std::vector<ChoiceDialog::Choice> choices;
    if (changed)
        choices.push_back({"use",
                           tr("Use it"),
                           m_hasMask ? tr("The mask stays as it is. Check it against the new image.")
                                     : tr("From now on it is the image of this case."),
                           {}});
    choices.push_back({"find", tr("Find it"), tr("Point at the folder where the image lies now."), {}});
    if (m_images > m_choices.leaveOut.size() + 1)
        choices.push_back({"leave", tr("Leave out"), tr("The case opens without it."), {}});
    choices.push_back({"cancel", tr("Cancel"), {}, {}});
    const QString title = !changed    ? tr("%1 is not where it was.").arg(name)
                          : m_hasMask ? tr("%1 has changed since this mask was drawn.").arg(name)
                                      : tr("%1 has changed since this case was last open.").arg(name);
    auto *dialog = new ChoiceDialog(title, QString::fromStdString(trouble.path.string()), choices, {}, m_window);
    dialog->setObjectName(changed ? "fileChangedDialog" : "fileMissingDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, [this, dialog](int) {
        const QString chosen = dialog->chosen();
        if (chosen == "find") {
            findFolder();
            return;
        }
        if (chosen != "use" && chosen != "leave") {
            if (m_answer) std::exchange(m_answer, {})(std::nullopt);
            return;
        }
        (chosen == "use" ? m_choices.use : m_choices.leaveOut).insert(m_troubles.front().path);
        m_troubles.erase(m_troubles.begin());
        next();
    });
    dialog->open();
}

void FileQuestions::findFolder()
{
    auto *dialog = new QFileDialog(m_window, tr("Folder where the images lie now"));
    dialog->setObjectName("findFolderDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) {
        m_choices.folders.emplace_back(folder.toStdString());
        m_troubles.clear(); // one folder may hold them all; what is not there is asked for again
        next();
    });
    connect(dialog, &QDialog::rejected, this, [this] { next(); });
    dialog->open();
}

} // namespace glio::app
