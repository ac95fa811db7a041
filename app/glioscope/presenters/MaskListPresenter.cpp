#include "presenters/MaskListPresenter.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"
#include "presenters/SignOffPresenter.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"

#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/Dialogs.h"
#include "glioscope/widgets/SequenceStrip.h"
#include "glioscope/widgets/Toast.h"

#include <QMenu>

#include <algorithm>

namespace glio::app {

using project::MaskKind;
using project::MaskRow;
using widgets::Tone;

MaskListPresenter::MaskListPresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    widgets::SequenceStrip *strip = m_desk.window.strip();
    connect(strip, &widgets::SequenceStrip::maskWished, this, &MaskListPresenter::workOn);
    connect(strip, &widgets::SequenceStrip::maskVisibleWished, this, [this](const QString &id, bool visible) {
        if (id.toStdString() != m_desk.masks->current()) {
            emit compareWished(visible ? id : QString());
            return;
        }
        OverlayState overlay = m_desk.model.overlay();
        overlay.visible = visible;
        m_desk.model.setOverlay(overlay);
    });
    connect(strip, &widgets::SequenceStrip::maskMenuWished, this, [this](const QString &id, const QPoint &at) {
        auto *menu = new QMenu(&m_desk.window);
        menu->setObjectName("maskListMenu");
        menu->setAttribute(Qt::WA_DeleteOnClose);
        fillMenu(menu, id);
        menu->popup(at);
    });
    connect(m_desk.masks, &CaseMasks::changed, this, &MaskListPresenter::show);
    connect(m_desk.masks, &CaseMasks::blindChanged, this, &MaskListPresenter::showBlind);
    const CaseModel *model = &m_desk.model;
    connect(model, &CaseModel::overlayChanged, this, &MaskListPresenter::show);
    connect(model, &CaseModel::bandChanged, this, &MaskListPresenter::show); // the model's answer came or went
    connect(m_desk.window.banner(), &widgets::Banner::actionWished, this,
            [this](const QString &message, const QString &action) {
                if (message == "blindReading" && action == "end") m_desk.masks->endBlind();
            });
}

QString MaskListPresenter::nameOf(const std::string &id) const
{
    if (id == CaseMasks::kDraftId) return tr("First draft");
    const MaskRow *row = m_desk.masks->find(id);
    return row && !row->name.empty() ? QString::fromStdString(row->name) : tr("Working");
}

QString MaskListPresenter::freeName(const QString &wish) const
{
    const auto taken = [&](const QString &name) {
        return std::ranges::any_of(m_desk.masks->list(), [&](const MaskRow &row) { return nameOf(row.id) == name; });
    };
    QString name = wish;
    for (int n = 2; taken(name); ++n)
        name = QStringLiteral("%1 %2").arg(wish).arg(n);
    return name;
}

void MaskListPresenter::show()
{
    std::vector<widgets::MaskItem> items;
    const CaseModel &model = m_desk.model;
    const CaseMasks &masks = *m_desk.masks;
    if (model.hasMask()) {
        for (const MaskRow &row : masks.list()) {
            const bool current = row.id == masks.current();
            if (masks.blind() && !current) continue;
            widgets::MaskItem item{QString::fromStdString(row.id), nameOf(row.id), {}, false, current, true};
            if (current) {
                const MaskSource &source = model.maskSource();
                item.visible = model.overlay().visible;
                item.detail = source.origin == MaskOrigin::File
                                  ? QString::fromStdString(source.file.filename().string())
                              : source.origin == MaskOrigin::Drawn ? tr("Drawn by hand")
                              : source.modelName.isEmpty()         ? tr("Model")
                                                                   : source.modelName;
            } else {
                item.visible = item.id == m_compared;
                item.detail = row.kind == MaskKind::Import ? tr("From a file") : QString::fromStdString(row.reader);
                if (row.madeMs > 0 && item.detail.isEmpty())
                    item.detail = shortTime(QDateTime::fromMSecsSinceEpoch(row.madeMs));
            }
            items.push_back(item);
        }
        if (model.hasProbabilities() && !masks.blind())
            items.push_back({CaseMasks::kDraftId, nameOf(CaseMasks::kDraftId), model.answerSource().modelName,
                             m_compared == CaseMasks::kDraftId, false, false});
    }
    m_desk.window.strip()->setMasks(items);
}

void MaskListPresenter::setCompared(const QString &id)
{
    if (id == m_compared) return;
    m_compared = id;
    show();
}

void MaskListPresenter::fillMenu(QMenu *menu, const QString &id)
{
    const CaseMasks &masks = *m_desk.masks;
    const std::string mask = id.isEmpty() ? masks.current() : id.toStdString();
    const bool current = mask == masks.current(), draft = mask == CaseMasks::kDraftId;
    const bool can = m_desk.model.hasMask() && !m_desk.journal.readOnly();
    const auto add = [&](const QString &text, const char *name, bool enabled, auto act) {
        QAction *action = menu->addAction(text);
        action->setObjectName(QLatin1String(name));
        action->setEnabled(enabled);
        if (!enabled)
            action->setToolTip(m_desk.journal.readOnly() ? tr("%1 can only be read here.").arg(m_desk.journal.name())
                               : masks.blind()           ? tr("Ends when the blind reading ends.")
                                                         : tr("Segment or draw first."));
        connect(action, &QAction::triggered, this, act);
    };
    menu->setToolTipsVisible(true);
    if (!current) {
        if (!draft) add(tr("Work on this mask"), "mask.workOn", can, [this, id] { workOn(id); });
        const bool compared = id == m_compared;
        add(compared ? tr("End the comparison") : tr("Compare with this mask"), "mask.compare", m_desk.model.hasMask(),
            [this, id, compared] { emit compareWished(compared ? QString() : id); });
        if (!draft) {
            add(tr("Put away"), "mask.putAway", can, [this, mask] {
                const QString name = nameOf(mask);
                if (QString::fromStdString(mask) == m_compared) emit compareWished({});
                m_desk.masks->putAway(mask);
                m_desk.window.toast()->show(tr("%1 is put away. It stays in the project.").arg(name), Tone::Ok);
            });
        }
        menu->addSeparator();
    }
    add(tr("New empty mask"), "mask.new", can && !masks.blind(), [this] { addEmpty(); });
    add(tr("Copy of %1").arg(nameOf(masks.current())), "mask.copy", can && !masks.blind(), [this] { addCopy(); });
    if (current) add(tr("Rename…"), "mask.rename", can, [this] { askName(); });
    menu->addSeparator();
    if (masks.blind())
        add(tr("End the blind reading"), "mask.endBlind", true, [this] { m_desk.masks->endBlind(); });
    else
        add(tr("Blind second reading…"), "mask.blind", m_desk.model.isOpen() && !m_desk.journal.readOnly(),
            [this] { askBlind(); });
}

bool MaskListPresenter::told(const Result<void> &done)
{
    if (!done) emit failed(done.error());
    return done.has_value();
}

void MaskListPresenter::workOn(const QString &id)
{
    if (m_desk.masks->blind()) return;
    // Two that are compared change places: what was compared with is what one saw beside it.
    const QString former = QString::fromStdString(m_desk.masks->current());
    if (!told(m_desk.masks->takeUp(id.toStdString()))) return;
    if (id == m_compared) emit compareWished(former);
    m_desk.window.toast()->show(tr("You work on %1 now.").arg(nameOf(id.toStdString())), Tone::Ok);
}

void MaskListPresenter::addEmpty()
{
    told(m_desk.masks->add(freeName(tr("New mask")).toStdString(), CaseMasks::Content::Empty));
}

void MaskListPresenter::addCopy()
{
    const QString name = freeName(tr("Copy of %1").arg(nameOf(m_desk.masks->current())));
    told(m_desk.masks->add(name.toStdString(), CaseMasks::Content::CopyOfCurrent));
}

void MaskListPresenter::askName()
{
    auto *dialog = new widgets::NameDialog(tr("Name of this mask"), tr("The list and the reports show it."),
                                           nameOf(m_desk.masks->current()), tr("Rename"), &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, id = m_desk.masks->current()] {
        if (m_desk.masks->current() == id) m_desk.masks->rename(dialog->name().toStdString());
    });
    dialog->open();
}

void MaskListPresenter::askBlind()
{
    auto *dialog = new widgets::NameDialog(
        tr("Who reads this case blind?"),
        tr("An empty mask is begun. Other masks and the model stay hidden until the reading ends."), {}, tr("Begin"),
        &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, id = m_desk.model.id()] {
        if (m_desk.model.id() != id) return;
        if (!told(m_desk.masks->mayChange())) return;
        emit compareWished({});
        m_desk.settings.setValue("saving/reader", dialog->name()); // who sits here now signs what comes
        told(m_desk.masks->beginBlind(dialog->name().toStdString()));
    });
    dialog->open();
}

void MaskListPresenter::showBlind()
{
    widgets::Banner *banner = m_desk.window.banner();
    if (!m_desk.masks->blind()) {
        banner->clear("blindReading");
        return;
    }
    widgets::BannerMessage message{"blindReading",
                                   Tone::Warn,
                                   "eye-off",
                                   tr("Blind reading by %1.").arg(QString::fromStdString(m_desk.model.reader())),
                                   tr("Other masks and the model stay hidden until it ends."),
                                   {{"end", tr("End the blind reading")}}};
    message.closable = false;
    banner->setMessage(message);
}

} // namespace glio::app
