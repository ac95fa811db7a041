#include "presenters/OpenPresenter.h"

#include "model/CaseMasks.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/io/GeometryGuard.h"
#include "glioscope/widgets/Dialogs.h"

#include <QFileInfo>

// Masks that come from files: what their values mean, and on which voxels they lie.
namespace glio::app {

namespace fs = std::filesystem;

void OpenPresenter::takeMask(LabelVolume mask, const fs::path &file, const SchemeDetection &detection)
{
    if (detection.candidates.empty()) return;
    const QString known = m_desk.settings.value("schemes/always").toString();
    const bool remembered =
        std::ranges::any_of(detection.candidates, [&](const auto &c) { return c.id == known.toStdString(); });
    if (detection.certain || detection.candidates.size() == 1 || remembered) {
        useMask(std::move(mask), file,
                remembered && !detection.certain ? known : QString::fromStdString(detection.candidates.front().id));
        return;
    }
    std::vector<widgets::ChoiceDialog::Choice> choices;
    for (const SchemeCandidate &candidate : detection.candidates) {
        const LabelScheme *scheme = findLabelScheme(candidate.id);
        if (!scheme) continue;
        QStringList meanings;
        for (const LabelDefinition &label : scheme->labels())
            meanings.push_back(tr("%1 = %2").arg(label.value).arg(labelName(label.id, label.name)));
        choices.push_back(
            {QString::fromStdString(candidate.id), QString::fromStdString(scheme->name()), meanings.join(", "), {}});
    }
    auto *dialog = new widgets::ChoiceDialog(tr("What do the values of this mask mean?"),
                                             tr("%1 does not say it, and its values fit more than one meaning.")
                                                 .arg(QString::fromStdString(file.filename().string())),
                                             choices, tr("For all cases"), &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, [this, dialog, mask, file, id = m_desk.model.id()](int) {
        if (dialog->chosen().isEmpty() || m_desk.model.id() != id) return;
        if (dialog->also()) m_desk.settings.setValue("schemes/always", dialog->chosen());
        useMask(mask, file, dialog->chosen());
    });
    dialog->open();
}

void OpenPresenter::useMask(LabelVolume mask, const fs::path &file, const QString &schemeId)
{
    const LabelScheme *scheme = findLabelScheme(schemeId.toStdString());
    if (!scheme || !m_desk.model.isOpen()) return;
    const Geometry &grid = m_desk.model.referenceGrid();
    const io::GridComparison comparison = io::compareGrids(mask.geometry(), grid);
    if (comparison.relation == io::GridRelation::Same) {
        putMask(mask, file, *scheme);
        return;
    }
    if (comparison.relation == io::GridRelation::OtherOrder || comparison.relation == io::GridRelation::Part) {
        // The same voxels of the world: on the images' grid nothing of them moves.
        if (auto same = io::resampleMaskTo(mask, grid);
            same && std::ranges::all_of(same->kept, [](const io::LabelKept &label) { return label.share > 0.999; })) {
            putMask(same->labels, file, *scheme);
            return;
        }
    }
    auto *dialog = new widgets::ChoiceDialog(
        tr("This mask does not lie on the images' voxels."), gridText(comparison),
        {{"own", tr("Use it as it is"), tr("It keeps its own voxels and is shown where it lies."), {}},
         {"grid", tr("Put it on the images' voxels"), tr("Each voxel takes the nearest label. The file stays."), {}},
         {"leave", tr("Leave it out"), {}, {}}},
        {}, &m_desk.window);
    dialog->setObjectName("maskGridDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, [this, dialog, mask, file, scheme, id = m_desk.model.id()](int) {
        if (m_desk.model.id() != id) return;
        if (dialog->chosen() == "own") putMask(mask, file, *scheme);
        if (dialog->chosen() != "grid") return;
        if (const auto moved = io::resampleMaskTo(mask, m_desk.model.referenceGrid()))
            putMask(moved->labels, file, *scheme);
        else
            emit fileFailed(moved.error(), QString::fromStdString(file.filename().string()));
    });
    dialog->open();
}

void OpenPresenter::putMask(const LabelVolume &mask, const fs::path &file, const LabelScheme &scheme)
{
    const CaseModel &model = m_desk.model;
    const QString name = QString::fromStdString(file.filename().string());
    if (!model.hasMask() || model.document().steps().empty()) {
        workWith(mask, file, scheme);
        return;
    }
    const auto beside = [this, mask, scheme = &scheme, name] {
        if (const auto added = m_desk.masks->addBeside(mask, *scheme, name.toStdString()); !added)
            emit fileFailed(added.error(), name);
        else
            emit maskAdded(QString::fromStdString(*added), name);
    };
    if (m_desk.masks->blind() || model.signedOff()) { // what is at hand stays as it is
        beside();
        return;
    }
    auto *dialog = new widgets::ChoiceDialog(
        tr("This case has a mask already."), tr("What shall %1 be?").arg(name),
        {{"beside", tr("A mask beside it"), tr("To compare with, or to work on later. Yours stays as it is."), {}},
         {"into",
          tr("The mask you work on"),
          model.document().grid().sameGrid(mask.geometry())
              ? tr("It replaces what is marked now. One undo brings that back.")
              : tr("Its voxels are others, so it is a mask of its own. Yours stays in the list."),
          {}}},
        {}, &m_desk.window);
    dialog->setObjectName("maskBesideDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, [=, this, scheme = &scheme, id = model.id()](int) {
        if (m_desk.model.id() != id) return;
        if (dialog->chosen() == "beside") beside();
        if (dialog->chosen() == "into") workWith(mask, file, *scheme);
    });
    dialog->open();
}

void OpenPresenter::workWith(const LabelVolume &mask, const fs::path &file, const LabelScheme &scheme)
{
    MaskSource source;
    source.origin = MaskOrigin::File;
    source.file = file;
    m_desk.model.setMask(mask, scheme, source);
}

QString OpenPresenter::gridText(const io::GridComparison &comparison)
{
    const QString mm = QString::number(comparison.shiftMm, 'f', 1);
    switch (comparison.relation) {
    case io::GridRelation::Shifted:
        return tr("It lies %1 mm away from the images.").arg(mm);
    case io::GridRelation::Rotated:
        return tr("It is turned by %1 degrees against the images.").arg(comparison.degrees, 0, 'f', 1);
    case io::GridRelation::Mirrored:
        return tr("It is mirrored: left and right may be exchanged. Check before you use it.");
    case io::GridRelation::SameBoxOtherSpacing:
        return tr("It covers the same place with voxels of another size.");
    case io::GridRelation::Elsewhere:
        return tr("Only %1 % of it lies inside the images.").arg(100 * comparison.overlap, 0, 'f', 0);
    default:
        return tr("It covers another part of the head than the images.");
    }
}

void OpenPresenter::addMask(const QString &path)
{
    if (!m_desk.model.isOpen()) return;
    ++m_busy;
    runAsync(
        this, [file = fs::path(path.toStdString())] { return loadMask(file); },
        [this, path, id = m_desk.model.id()](Result<LoadedMask> loaded) {
            --m_busy;
            if (m_desk.model.id() != id) return;
            if (!loaded)
                emit fileFailed(loaded.error(), QFileInfo(path).fileName());
            else
                takeMask(std::move(loaded->mask), loaded->file, loaded->scheme);
        });
}

} // namespace glio::app
