#include "glioscope/widgets/LabelList.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTimer>

namespace glio::widgets {
namespace {
constexpr double eyeWidth = 24, lockWidth = 24, keyWidth = 40,
                 editWidth = 28;  // the columns right of the volumes, px at 100 %
constexpr double nameWidth = 132; // a reader's own name may be longer than there is room for

/// Colour of a label with its pattern; a click asks for another colour.
class Swatch final : public QAbstractButton {
public:
    Swatch(const QColor &colour, LabelPattern pattern, QWidget *parent)
        : QAbstractButton(parent), m_colour(colour), m_pattern(pattern)
    {
        setFocusPolicy(Qt::TabFocus);
    }
    void set(const QColor &colour, LabelPattern pattern)
    {
        m_colour = colour;
        m_pattern = pattern;
        update();
    }
    QSize sizeHint() const override { return {Theme::px(12), Theme::px(28)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const double side = Theme::px(12);
        const QRectF box(0, (height() - side) / 2, side, side);
        painter.setPen(Theme::instance().isDark() ? QPen(Qt::NoPen) : QPen(QColor(0, 0, 0, 77)));
        painter.setBrush(m_colour);
        const double inset = Theme::instance().isDark() ? 0 : 0.5;
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), Theme::px(3), Theme::px(3));
    }

private:
    QColor m_colour;
    LabelPattern m_pattern;
};

QString volumeText(const std::optional<double> &ml) { return ml ? oneDecimal(*ml) : QStringLiteral("–"); }
} // namespace

class LabelRowWidget final : public QFrame {
public:
    LabelRowWidget(const QString &listName, const LabelRow &row, LabelList *list) : QFrame(list), id(row.id)
    {
        setProperty("kind", "labelRow");
        setObjectName(QStringLiteral("%1.%2").arg(listName, row.id));
        setAccessibleName(row.name);
        auto *layout = new QHBoxLayout(this);
        layout->setContentsMargins(Theme::px(8), 0, Theme::px(8), 0);
        layout->setSpacing(0);
        swatch = new Swatch(row.colour, row.pattern, this);
        swatch->setObjectName(objectName() + QStringLiteral(".swatch"));
        swatch->setAccessibleName(LabelList::tr("Colour of %1").arg(row.name));
        swatch->setToolTip(LabelList::tr("Change the colour"));
        name = makeLabel(row.name, "", this);
        name->setText(name->fontMetrics().elidedText(row.name, Qt::ElideRight, Theme::px(nameWidth)));
        if (name->text() != row.name) name->setToolTip(row.name);
        name->setMinimumHeight(Theme::px(28));
        shortName = makeLabel(row.shortName, "note", this);
        volume = withFigures(makeLabel(volumeText(row.ml), "", this));
        eye = new IconButton(QStringLiteral("eye"), {}, {}, eyeWidth, 16, this);
        eye->setObjectName(objectName() + QStringLiteral(".eye"));
        lock = new IconButton(QStringLiteral("lock-open"), {}, {}, lockWidth, 16, this);
        lock->setObjectName(objectName() + QStringLiteral(".lock"));
        for (IconButton *button : {eye, lock})
            button->setProperty("kind", "quiet");
        key = new KeyCap(row.key, this);
        key->setFixedWidth(Theme::px(keyWidth));
        layout->addWidget(swatch);
        layout->addSpacing(Theme::px(8));
        layout->addWidget(name);
        layout->addSpacing(Theme::px(8));
        layout->addWidget(shortName);
        layout->addStretch(1);
        layout->addWidget(volume);
        layout->addSpacing(Theme::px(6));
        layout->addWidget(eye);
        layout->addWidget(lock);
        layout->addItem(keyRoom = new QSpacerItem(Theme::px(6), 0, QSizePolicy::Fixed));
        layout->addWidget(key);
        show(row.visible, row.locked);
    }
    void show(bool isVisible, bool isLocked)
    {
        visible = isVisible;
        locked = isLocked;
        eye->setIconName(visible ? QStringLiteral("eye") : QStringLiteral("eye-off"));
        eye->setNameAndKey(
            visible ? LabelList::tr("Hide %1").arg(name->text()) : LabelList::tr("Show %1").arg(name->text()), {});
        lock->setIcon(
            Theme::icon(locked ? QStringLiteral("lock") : QStringLiteral("lock-open"), locked ? Token::T1 : Token::T3));
        lock->setNameAndKey(locked ? LabelList::tr("Unlock %1").arg(name->text())
                                   : LabelList::tr("Lock %1 against every tool").arg(name->text()),
                            {});
        setStyleProperty(name, "kind", visible ? "" : "muted");
    }
    using QFrame::show;
    void showKey(bool shown)
    {
        key->setVisible(shown && !key->text().isEmpty());
        keyRoom->changeSize(shown ? Theme::px(6) : 0, 0, QSizePolicy::Fixed);
        layout()->invalidate();
    }
    void setTint(const char *state) { setStyleProperty(this, "state", QString::fromLatin1(state)); }

    QString id;
    bool visible = true, locked = false, active = false;
    Swatch *swatch;
    QLabel *name, *shortName, *volume;
    IconButton *eye, *lock;
    KeyCap *key;
    QSpacerItem *keyRoom;
    std::function<void(bool)> onHover;
    std::function<void()> onClick, onDoubleClick;

protected:
    void enterEvent(QEnterEvent *event) override
    {
        if (!active) setTint("hover");
        onHover(true);
        QFrame::enterEvent(event);
    }
    void leaveEvent(QEvent *event) override
    {
        if (!active) setTint("");
        onHover(false);
        QFrame::leaveEvent(event);
    }
    void mouseReleaseEvent(QMouseEvent *event) override
    {
        if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) onClick();
    }
    void mouseDoubleClickEvent(QMouseEvent *) override { onDoubleClick(); }
};

LabelList::LabelList(const QString &objectName, const QString &title, QWidget *parent)
    : QFrame(parent), m_section(new Section(title, this))
{
    setObjectName(objectName);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    m_unit = makeLabel(tr("mL"), "hint", m_section);
    m_section->header()->addWidget(m_unit);
    m_section->header()->addItem(m_headerRoom = new QSpacerItem(0, 0, QSizePolicy::Fixed));
    m_rows = new QVBoxLayout;
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_section->setInset(8); // the tint of a row reaches beyond the text
    m_rows->setSpacing(0);
    m_section->body()->addLayout(m_rows);
    m_empty = makeLabel({}, "small", m_section, true);
    m_empty->setContentsMargins(Theme::px(8), 0, Theme::px(8), 0);
    m_section->body()->addWidget(m_empty);
    m_empty->hide();
}

void LabelList::setRows(const std::vector<LabelRow> &labels, const std::vector<CompositeRow> &composites)
{
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_labels.clear();
    m_line = nullptr;
    m_compositeRows.clear();
    m_compositeRooms.clear();
    m_compositeValues.clear();
    for (const LabelRow &row : labels) {
        auto *widget = new LabelRowWidget(objectName(), row, this);
        m_rows->addWidget(widget);

        const QString id = row.id;
        connect(widget->eye, &QToolButton::clicked, this,
                [this, widget, id] { emit visibleWished(id, !widget->visible); });
        connect(widget->lock, &QToolButton::clicked, this,
                [this, widget, id] { emit lockedWished(id, !widget->locked); });
        connect(widget->swatch, &QAbstractButton::clicked, this, [this, id] { emit colourWished(id); });
        widget->onHover = [this, id](bool in) { emit hovered(in ? id : QString()); };
        widget->onClick = [this, id] { emit activeWished(id); };
        widget->onDoubleClick = [this, id] { emit centreWished(id); };
        m_labels.push_back(widget);
    }
    if (!composites.empty()) {
        auto *room = new QWidget(this);
        auto *line = new QVBoxLayout(room);
        line->setContentsMargins(Theme::px(8), Theme::px(6), Theme::px(8), Theme::px(4));
        line->addWidget(makeLine(room));
        m_rows->addWidget(room);
        m_line = room;
    }
    for (const CompositeRow &row : composites) {
        auto *widget = new QWidget(this);
        widget->setObjectName(QStringLiteral("%1.%2").arg(objectName(), row.id));
        auto *layout = new QHBoxLayout(widget);
        layout->setContentsMargins(Theme::px(8), 0, Theme::px(8), 0);
        layout->setSpacing(Theme::px(8));
        auto *name = makeLabel(row.name, "muted", widget);
        name->setMinimumHeight(Theme::px(24));
        auto *value = withFigures(makeLabel(volumeText(row.ml), row.strong ? "strong" : "", widget));
        layout->addWidget(name);
        auto *members = makeLabel(row.members, "note", widget);
        members->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        layout->addWidget(members, 1);
        layout->addStretch(0);
        layout->addWidget(value);
        auto *room = new QSpacerItem(0, 0, QSizePolicy::Fixed);
        layout->addItem(room);
        m_compositeRooms.push_back(room);
        m_compositeValues[row.id] = value;
        m_compositeRows.push_back(widget);
        m_rows->addWidget(widget);
    }
    fitColumns();
}

void LabelList::showEdit(const QString &key)
{
    if (m_edit) return;
    m_edit =
        new IconButton(QStringLiteral("pencil"), tr("Names and colours of the labels"), key, editWidth, 15, m_section);
    m_edit->setObjectName(objectName() + QStringLiteral(".edit"));
    m_edit->setProperty("kind", "quiet");
    m_section->header()->addWidget(m_edit);
    connect(m_edit, &QToolButton::clicked, this, &LabelList::editWished);
    fitColumns();
}

void LabelList::addBelow(QWidget *row) { m_section->body()->addWidget(row); }

/// Below 300 px there is no room for the keys; the volumes stay in one column either way.
void LabelList::fitColumns()
{
    const bool keys = width() >= Theme::px(318);
    for (LabelRowWidget *row : m_labels)
        row->showKey(keys);
    const int room = Theme::px(6 + eyeWidth + lockWidth) + (keys ? Theme::px(6 + keyWidth) : 0);
    m_headerRoom->changeSize(room - (m_edit ? Theme::px(editWidth) : 0), 0, QSizePolicy::Fixed);
    m_section->header()->invalidate();
    for (std::size_t n = 0; n < m_compositeRooms.size(); ++n) {
        const auto labels = m_compositeRows[n]->findChildren<QLabel *>();
        // Made in the order name, value, members: the members are left out where there is no room for them whole.
        const int taken = labels[0]->sizeHint().width() + labels[1]->sizeHint().width() + room + Theme::px(32);
        labels[2]->setVisible(taken + labels[2]->sizeHint().width() <= width() - Theme::px(16)); // the section fills us
        m_compositeRooms[n]->changeSize(room, 0, QSizePolicy::Fixed);
        m_compositeRows[n]->layout()->invalidate();
    }
}

QSize LabelList::minimumSizeHint() const { return {Theme::px(285), QFrame::minimumSizeHint().height()}; }

void LabelList::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    fitColumns();
}

void LabelList::setVolumes(const std::map<QString, double> &mlById)
{
    for (LabelRowWidget *row : m_labels)
        if (const auto found = mlById.find(row->id); found != mlById.end())
            row->volume->setText(volumeText(found->second));
    bool refit = false;
    for (const auto &[id, label] : m_compositeValues)
        if (const auto found = mlById.find(id); found != mlById.end()) {
            const QString text = volumeText(found->second);
            refit = refit || text.size() != label->text().size();
            label->setText(text);
        }
    if (refit) fitColumns(); // a longer number may leave no room for the members beside it
}

void LabelList::setVisibleLabel(const QString &id, bool visible)
{
    for (LabelRowWidget *row : m_labels)
        if (row->id == id) row->show(visible, row->locked);
}

void LabelList::setLocked(const QString &id, bool locked)
{
    for (LabelRowWidget *row : m_labels)
        if (row->id == id) row->show(row->visible, locked);
}

void LabelList::setActive(const QString &id)
{
    for (LabelRowWidget *row : m_labels) {
        row->active = row->id == id;
        row->setTint(row->active ? "active" : "");
    }
}

void LabelList::flashLock(const QString &id)
{
    for (LabelRowWidget *row : m_labels) {
        if (row->id != id) continue;
        row->lock->setIcon(Theme::icon(QStringLiteral("lock"), Token::Warn));
        QTimer::singleShot(300, row, [row] { row->show(row->visible, row->locked); });
    }
}

void LabelList::setEmptyText(const QString &text)
{
    m_empty->setText(text);
    m_empty->setVisible(!text.isEmpty());
    m_unit->setVisible(text.isEmpty());
    if (m_line) m_line->setVisible(text.isEmpty());
    for (LabelRowWidget *row : m_labels)
        row->setVisible(text.isEmpty());
    for (QWidget *row : m_compositeRows)
        row->setVisible(text.isEmpty());
}

} // namespace glio::widgets
