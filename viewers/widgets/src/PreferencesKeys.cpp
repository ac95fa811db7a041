#include "glioscope/widgets/PreferencesDialog.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTableWidget>

// The table of keys in the preferences, and the key that it waits for.
namespace glio::widgets {

void PreferencesDialog::makeKeyButtons(QVBoxLayout *page)
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, Theme::px(8), 0, 0);
    row->setSpacing(Theme::px(8));
    const auto button = [&](const QString &text, const QString &icon, const QString &name) {
        auto *made = new ActionButton(text, icon, {}, this);
        made->setObjectName(name);
        made->setSmall(true);
        made->setAutoDefault(false);
        row->addWidget(made);
        return made;
    };
    m_keyChange = button(tr("Change key"), QStringLiteral("keyboard"), QStringLiteral("prefKeyChange"));
    m_keyClear = button(tr("Take the key away"), QStringLiteral("x"), QStringLiteral("prefKeyClear"));
    m_keyReset = button(tr("As in the preset"), QStringLiteral("rotate-ccw"), QStringLiteral("prefKeyReset"));
    row->addStretch(1);
    m_keyNote = makeLabel({}, "small", this, true);
    m_keyNote->setObjectName(QStringLiteral("prefKeyNote"));
    page->insertLayout(page->count() - 1, row);
    page->insertWidget(page->count() - 1, m_keyNote);
    m_keyTable->installEventFilter(this);
    m_keyChange->installEventFilter(this);
    const auto id = [this] {
        const auto *item = m_keyTable->item(m_keyTable->currentRow(), 0);
        return item ? item->data(Qt::UserRole).toString() : QString();
    };
    connect(m_keyChange, &QPushButton::clicked, this, [this] { listen(true); });
    connect(m_keyClear, &QPushButton::clicked, this, [this, id] { emit keyWished(id(), {}); });
    connect(m_keyReset, &QPushButton::clicked, this, [this, id] { emit keyResetWished(id()); });
    connect(m_keyTable, &QTableWidget::cellDoubleClicked, this, [this] { listen(true); });
    connect(m_keyTable, &QTableWidget::currentCellChanged, this, [this] {
        listen(false);
        showKeyButtons();
    });
    showKeyButtons();
}

void PreferencesDialog::listen(bool on)
{
    const auto *item = m_keyTable->item(m_keyTable->currentRow(), 0);
    if (on && (!item || item->data(Qt::UserRole).toString().isEmpty())) return;
    if (on == m_listening) return;
    m_listening = on;
    m_keyNote->setText(on ? tr("Press the new key for: %1. Esc leaves it.").arg(item->text()) : QString());
    if (on) m_keyTable->setFocus(Qt::OtherFocusReason);
}

void PreferencesDialog::showKeyButtons()
{
    const auto *item = m_keyTable->item(m_keyTable->currentRow(), 0);
    const bool has = item && !item->data(Qt::UserRole).toString().isEmpty();
    const Availability chosen = has ? Availability::yes() : Availability::no(tr("Choose an act in the table first."));
    applyAvailability(m_keyChange, chosen);
    applyAvailability(m_keyClear, !has ? chosen
                                  : m_keyTable->item(m_keyTable->currentRow(), 1)->text().isEmpty()
                                      ? Availability::no(tr("This act has no key."))
                                      : chosen);
    applyAvailability(m_keyReset, !has ? chosen
                                  : item->data(Qt::UserRole + 1).toBool()
                                      ? chosen
                                      : Availability::no(tr("It is as in the preset.")));
}

bool PreferencesDialog::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && m_listening) {
        event->accept(); // or a shortcut of the window would take it
        return true;
    }
    if (event->type() == QEvent::FocusOut && watched == m_keyTable && m_listening) listen(false);
    if (event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (!m_listening) {
        if (watched != m_keyTable || (key->key() != Qt::Key_Return && key->key() != Qt::Key_Enter))
            return QDialog::eventFilter(watched, event);
        listen(true);
        return true;
    }
    if (key->key() >= Qt::Key_Shift && key->key() <= Qt::Key_ScrollLock) return true; // more is coming
    if (key->key() == Qt::Key_AltGr || key->key() == 0 || key->key() == Qt::Key_unknown) return true;
    const auto *item = m_keyTable->item(m_keyTable->currentRow(), 0);
    const QString id = item ? item->data(Qt::UserRole).toString() : QString();
    listen(false);
    if (key->key() == Qt::Key_Escape && key->modifiers() == Qt::NoModifier) return true;
    emit keyWished(id, QKeySequence(key->keyCombination()));
    return true;
}

void PreferencesDialog::setKeyRows(const std::vector<KeyGroup> &groups)
{
    m_keyGroups = groups;
    fillKeyTable(m_keySearch->text());
}

void PreferencesDialog::setKeyNote(const QString &text) { m_keyNote->setText(text); }

void PreferencesDialog::fillKeyTable(const QString &filter)
{
    listen(false);
    const auto *held = m_keyTable->item(m_keyTable->currentRow(), 0);
    const QString act = held ? held->text() : QString();
    const int heldRow = m_keyTable->currentRow();
    m_keyTable->setRowCount(0);
    for (const KeyGroup &group : m_keyGroups)
        for (const KeyRow &row : group.rows) {
            const QString keys = row.keys.join(QLatin1Char(' '));
            if (!filter.isEmpty() && !row.act.contains(filter, Qt::CaseInsensitive) &&
                !keys.contains(filter, Qt::CaseInsensitive))
                continue;
            const int at = m_keyTable->rowCount();
            m_keyTable->insertRow(at);
            auto *name = new QTableWidgetItem(row.act);
            name->setData(Qt::UserRole, row.id);
            name->setData(Qt::UserRole + 1, row.changed);
            m_keyTable->setItem(at, 0, name);
            m_keyTable->setItem(at, 1, new QTableWidgetItem(keys));
        }
    if (!act.isEmpty()) {
        const auto is = [&](int row) {
            return row >= 0 && row < m_keyTable->rowCount() && m_keyTable->item(row, 0)->text() == act;
        };
        int row = is(heldRow) ? heldRow : -1;
        for (int n = 0; row < 0 && n < m_keyTable->rowCount(); ++n)
            if (is(n)) row = n;
        if (row >= 0) m_keyTable->setCurrentCell(row, 0);
    }
    showKeyButtons();
}

} // namespace glio::widgets
