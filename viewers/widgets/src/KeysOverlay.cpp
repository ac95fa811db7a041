#include "glioscope/widgets/KeysOverlay.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>

namespace glio::widgets {

KeysOverlay::KeysOverlay(QWidget *window) : QWidget(window)
{
    setObjectName(QStringLiteral("keysOverlay"));
    setAccessibleName(tr("Keys"));
    auto *card = new QFrame(this);
    m_card = card;
    card->setProperty("kind", "overlayCard");
    auto *layout = new QVBoxLayout(card);
    layout->setContentsMargins(Theme::px(24), Theme::px(20), Theme::px(24), Theme::px(16));
    layout->setSpacing(Theme::px(12));
    auto *top = new QHBoxLayout;
    top->setSpacing(Theme::px(10));
    top->addWidget(makeLabel(tr("Keys"), "page", card));
    m_preset = makeLabel({}, "hint", card);
    top->addWidget(m_preset, 0, Qt::AlignVCenter);
    top->addStretch(1);
    m_search = new QLineEdit(card);
    m_search->setObjectName(QStringLiteral("keysSearch"));
    m_search->setProperty("kind", "search");
    m_search->setPlaceholderText(tr("Find a key or an act"));
    m_search->setAccessibleName(tr("Find a key or an act"));
    m_search->setClearButtonEnabled(true);
    m_search->setFixedWidth(Theme::px(240));
    m_search->addAction(Theme::icon(QStringLiteral("search"), Token::T3), QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    auto *close = new IconButton(QStringLiteral("x"), tr("Close"), QStringLiteral("Esc"), 30, 16, card);
    close->setObjectName(QStringLiteral("keysClose"));
    top->addWidget(m_search);
    top->addWidget(close);
    layout->addLayout(top);
    m_scroll = new QScrollArea(card);
    m_scroll->setProperty("kind", "clear");
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(m_scroll, 1);
    auto *foot = new QHBoxLayout;
    foot->addWidget(
        makeLabel(tr("Letter keys act while a view or the window has the focus, never in text fields."), "hint", card));
    foot->addStretch(1);
    auto *change = new ActionButton(tr("Change keys"), QStringLiteral("keyboard"), {}, card);
    change->setObjectName(QStringLiteral("changeKeys"));
    change->setSmall(true);
    foot->addWidget(change);
    layout->addLayout(foot);
    window->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &KeysOverlay::rebuild);
    connect(close, &QToolButton::clicked, this, &KeysOverlay::dismiss);
    connect(change, &QPushButton::clicked, this, [this] {
        dismiss();
        emit changeKeysWished();
    });
    hide();
}

void KeysOverlay::setPreset(const QString &name) { m_preset->setText(tr("%1 preset").arg(name)); }

void KeysOverlay::setGroups(const std::vector<KeyGroup> &groups)
{
    m_groups = groups;
    rebuild();
}

void KeysOverlay::rebuild()
{
    const QString wanted = m_search->text().trimmed();
    auto *content = new QWidget;
    auto *columns = new QHBoxLayout(content);
    columns->setContentsMargins(0, 0, Theme::px(8), 0);
    columns->setSpacing(Theme::px(32));
    QVBoxLayout *sides[2];
    int filled[2] = {0, 0};
    for (auto *&side : sides) {
        side = new QVBoxLayout;
        side->setSpacing(0);
        columns->addLayout(side, 1);
    }
    bool first = true;
    for (const KeyGroup &group : m_groups) {
        std::vector<const KeyRow *> rows;
        for (const KeyRow &row : group.rows)
            if (wanted.isEmpty() || row.act.contains(wanted, Qt::CaseInsensitive) ||
                row.keys.join(QLatin1Char(' ')).contains(wanted, Qt::CaseInsensitive))
                rows.push_back(&row);
        if (rows.empty()) continue;
        const int to = first ? 0 : filled[0] <= filled[1] ? 0 : 1;
        first = false;
        auto *title = makeLabel(group.title, "noteTitle", content);
        title->setContentsMargins(0, filled[to] > 0 ? Theme::px(14) : 0, 0, Theme::px(4));
        sides[to]->addWidget(title);
        for (const KeyRow *row : rows) {
            auto *line = new QHBoxLayout;
            line->setSpacing(Theme::px(4));
            auto *act = makeLabel(row->act, "", content);
            act->setMinimumHeight(Theme::px(27));
            line->addWidget(act);
            line->addStretch(1);
            for (const QString &key : row->keys) {
                auto *cap = new KeyCap(key, content);
                cap->setMinimumWidth(Theme::px(20));
                line->addWidget(cap);
            }
            sides[to]->addLayout(line);
            auto *rule = makeLine(content);
            sides[to]->addWidget(rule);
        }
        filled[to] += static_cast<int>(rows.size()) + 2;
    }
    if (filled[0] + filled[1] == 0) sides[0]->addWidget(makeLabel(tr("No key does this."), "hint", content));
    for (auto *side : sides)
        side->addStretch(1);
    m_scroll->setWidget(content); // deletes the one before
}

void KeysOverlay::open()
{
    setGeometry(parentWidget()->rect());
    const int wide = std::min(Theme::px(880), width() - Theme::px(40)),
              tall = std::min(Theme::px(600), height() - Theme::px(40));
    m_card->setGeometry((width() - wide) / 2, (height() - tall) / 2, wide, tall);
    m_search->clear();
    show();
    raise();
    m_search->setFocus(Qt::PopupFocusReason);
}

void KeysOverlay::dismiss()
{
    if (!isVisible()) return;
    hide();
    emit closed();
}

void KeysOverlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), QColor(0, 0, 0, Theme::instance().isDark() ? 150 : 100));
}

void KeysOverlay::mousePressEvent(QMouseEvent *event)
{
    if (!m_card->geometry().contains(event->position().toPoint())) dismiss();
}

void KeysOverlay::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape || event->text() == QLatin1String("?"))
        dismiss();
    else
        QWidget::keyPressEvent(event);
}

bool KeysOverlay::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        // The field has the focus, so the key that opened the card must close it from here too.
        if (key->key() == Qt::Key_Escape || (key->text() == QLatin1String("?") && m_search->text().isEmpty())) {
            dismiss();
            return true;
        }
    }
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible()) {
        setGeometry(parentWidget()->rect());
        m_card->move((width() - m_card->width()) / 2, (height() - m_card->height()) / 2);
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace glio::widgets
