#include "glioscope/widgets/MeasurePanel.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>

#include <cmath>

namespace glio::widgets {
namespace {

constexpr int kValueRole = Qt::UserRole + 1, kIconRole = Qt::UserRole + 2, kIdRole = Qt::UserRole + 3;

/// Icon and name at the left, value at the right.
class MeasureDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {Theme::px(100), Theme::px(28)};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool chosen = option.state & QStyle::State_Selected, focused = option.state & QStyle::State_HasFocus;
        if (chosen || focused || option.state & QStyle::State_MouseOver) {
            painter->setPen(focused ? QPen(Theme::color(Token::Ac)) : QPen(Qt::NoPen));
            painter->setBrush(Theme::color(chosen ? Token::AcBg : Token::Bg2));
            painter->drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(6), Theme::px(6));
        }
        const QRect room = option.rect.adjusted(Theme::px(8), 0, -Theme::px(8), 0);
        painter->drawPixmap(QPointF(room.left(), room.center().y() - Theme::px(7)),
                            Theme::pixmap(index.data(kIconRole).toString(), 15, Theme::color(Token::T3),
                                          painter->device()->devicePixelRatioF()));
        painter->setFont(Theme::font(TextSize::Body));
        painter->setPen(Theme::color(Token::T1));
        painter->drawText(room.adjusted(Theme::px(25), 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                          index.data().toString());
        painter->setFont(Theme::figures(TextSize::Body));
        painter->setPen(Theme::color(Token::T2));
        painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, index.data(kValueRole).toString());
        painter->restore();
    }
};

} // namespace

MeasurePanel::MeasurePanel(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Measurements"), this))
{
    setObjectName(QStringLiteral("measureSection"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    const auto addButton = [this](const char *icon, const QString &text, const QString &key, const char *name) {
        auto *button = new IconButton(QLatin1String(icon), text, key, 28, 15, m_section);
        button->setObjectName(QLatin1String(name));
        m_section->header()->addWidget(button);
        return button;
    };
    m_go = addButton("crosshair", tr("Show where it was measured"), {}, "measureGo");
    m_remove = addButton("trash-2", tr("Remove this measurement"), QStringLiteral("Delete"), "removeMeasure");
    IconButton *angle = addButton("angle", tr("Add an angle"), QStringLiteral("Shift+6"), "addAngle");
    IconButton *add = addButton("ruler", tr("Add a ruler"), QStringLiteral("6"), "addRuler");
    m_rows = new QWidget(m_section);
    auto *rows = new QVBoxLayout(m_rows);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    m_what = makeLabel({}, "muted", m_rows, true);
    m_size = withFigures(makeLabel({}, "strong", m_rows));
    m_size->setObjectName(QStringLiteral("measureSize"));
    m_where = makeLabel({}, "muted", m_rows);
    const auto addLine = [&](QLabel *name, QLabel *value) {
        auto *line = new QHBoxLayout;
        line->addWidget(name, 1);
        line->addWidget(value, 0, Qt::AlignTop);
        name->setMinimumHeight(Theme::px(24));
        value->setMinimumHeight(Theme::px(24));
        rows->addLayout(line);
    };
    addLine(m_what, m_size);
    addLine(makeLabel(tr("Measured on"), "muted", m_rows), m_where);
    m_note = makeLabel({}, "hint", m_rows, true);
    m_note->setObjectName(QStringLiteral("measureNote"));
    rows->addWidget(m_note);
    auto *again = new QHBoxLayout;
    m_edited = makeLabel(tr("Edited by hand"), "hint", m_rows);
    m_edited->setObjectName(QStringLiteral("measureEdited"));
    m_propose = new ActionButton(tr("Propose again"), QStringLiteral("refresh-cw"), {}, m_rows);
    m_propose->setObjectName(QStringLiteral("proposeAgain"));
    m_propose->setKind("ghost");
    m_propose->setSmall(true);
    m_propose->setToolTip(tr("Measures the mask anew and drops what was moved by hand"));
    again->addWidget(m_edited, 1);
    again->addWidget(m_propose);
    rows->addLayout(again);
    m_list = new QListWidget(m_section);
    m_list->setObjectName(QStringLiteral("measureList"));
    m_list->setAccessibleName(tr("Rulers and angles"));
    m_list->setItemDelegate(new MeasureDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMouseTracking(true);
    m_list->installEventFilter(this);
    m_section->body()->addWidget(m_rows);
    m_section->body()->addWidget(m_list);
    connect(add, &QToolButton::clicked, this, &MeasurePanel::addRulerWished);
    connect(angle, &QToolButton::clicked, this, &MeasurePanel::addAngleWished);
    connect(m_go, &QToolButton::clicked, this, &MeasurePanel::goWished);
    connect(m_propose, &QPushButton::clicked, this, &MeasurePanel::proposeWished);
    connect(m_remove, &QToolButton::clicked, this, [this] { emit removeWished(chosenId()); });
    connect(m_list, &QListWidget::itemClicked, this,
            [this](const QListWidgetItem *item) { emit measureWished(item->data(kIdRole).toInt()); });
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        if (item) emit measureChosen(item->data(kIdRole).toInt());
    });
    setMeasurement({}, Availability::no(tr("Nothing to measure yet. Segment first.")));
    setMeasures({}, 0);
}

int MeasurePanel::chosenId() const
{
    const QListWidgetItem *item = m_list->currentItem();
    return item ? item->data(kIdRole).toInt() : 0;
}

void MeasurePanel::setMeasurement(const std::optional<Measurement> &measurement, const Availability &availability)
{
    m_rows->setVisible(measurement.has_value());
    m_go->setVisible(measurement.has_value());
    m_section->setReason(measurement ? QString() : availability.reason);
    if (!measurement) return;
    m_what->setText(measurement->what);
    m_size->setText(tr("%1 × %2 mm").arg(oneDecimal(measurement->longestMm), oneDecimal(measurement->acrossMm)));
    m_size->setToolTip(tr("Product %1 mm²").arg(std::lround(measurement->longestMm * measurement->acrossMm)));
    m_where->setText(measurement->where);
    m_note->setText(measurement->note);
    m_note->setVisible(!measurement->note.isEmpty());
    m_edited->setVisible(measurement->edited);
    m_propose->setVisible(measurement->edited);
}

void MeasurePanel::setMeasures(const std::vector<MeasureRow> &rows, int chosen)
{
    const QSignalBlocker quiet(m_list);
    const int count = int(rows.size());
    while (m_list->count() > count)
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < count)
        m_list->addItem(QString());
    QListWidgetItem *current = nullptr;
    for (int n = 0; n < count; ++n) { // rows stay what they are while an end is moved: the focus stays too
        QListWidgetItem *item = m_list->item(n);
        const MeasureRow &row = rows[std::size_t(n)];
        item->setText(row.name);
        item->setData(kValueRole, tr("%1, %2").arg(row.value, row.where));
        item->setData(kIconRole, row.icon);
        item->setData(kIdRole, row.id);
        item->setData(Qt::AccessibleTextRole, tr("%1, %2, %3").arg(row.name, row.value, row.where));
        if (row.id == chosen) current = item;
    }
    m_list->setCurrentItem(current);
    if (!current) m_list->clearSelection();
    m_list->setVisible(count > 0);
    m_list->setFixedHeight(Theme::px(28) * std::clamp(count, 1, 6) + 2);
    m_remove->setVisible(current != nullptr);
}

bool MeasurePanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_list || event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const int id = chosenId();
    if (id == 0) return false;
    const int far = key->modifiers() & Qt::ShiftModifier ? 5 : 1;
    const bool control = key->modifiers() & Qt::ControlModifier;
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit measureWished(id);
        return true;
    case Qt::Key_Space:
        emit nextEndWished(id);
        return true;
    case Qt::Key_Delete:
        emit removeWished(id);
        return true;
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (!control) return false;
        emit nudgeWished(id, key->key() == Qt::Key_Right ? far : -far, 0);
        return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (!control) return false;
        emit nudgeWished(id, 0, key->key() == Qt::Key_Up ? far : -far);
        return true;
    default:
        return false;
    }
}

PlacesSection::PlacesSection(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Places to check"), this))
{
    setObjectName(QStringLiteral("placesSection"));
    m_section->setProperty("state", "last");
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    m_start = new ActionButton(tr("Check places"), QStringLiteral("list-checks"), {}, m_section);
    m_start->setObjectName(QStringLiteral("startDoubts"));
    m_start->setKind("primary");
    m_start->setToolTip(tr("Visit the places one by one  (Ctrl+4)"));
    m_correct = new ActionButton(tr("Correct"), QStringLiteral("brush"), {}, m_section);
    m_correct->setObjectName(QStringLiteral("startCorrect"));
    m_correct->setToolTip(tr("Draw on the mask  (Ctrl+3)"));
    acts->addWidget(m_start, 1);
    acts->addWidget(m_correct);
    m_section->body()->addLayout(acts);
    m_text = makeLabel({}, "hint", m_section, true);
    m_text->setContentsMargins(0, Theme::px(10), 0, 0);
    m_text->hide();
    m_section->body()->addWidget(m_text);
    connect(m_start, &QPushButton::clicked, this, &PlacesSection::startDoubtsWished);
    connect(m_correct, &QPushButton::clicked, this, &PlacesSection::startCorrectWished);
}

void PlacesSection::setSummary(int open, int total, double atStakeMl, double largestOpenMl)
{
    m_start->setText(open > 0 ? tr("Check %n places", nullptr, open) : tr("Check places"));
    m_start->updateGeometry();
    m_section->setNote(open > 0 ? tr("%1 mL at stake").arg(oneDecimal(atStakeMl)) : QString());
    if (total == 0)
        m_text->setText({});
    else if (open == 0)
        m_text->setText(tr("All %n places are checked.", nullptr, total));
    else if (open == total)
        m_text->setText(tr("The largest one could move the volume by %1 mL.").arg(oneDecimal(largestOpenMl)));
    else
        m_text->setText(tr("%1 of %2 already checked. The largest one open could move the volume by %3 mL.")
                            .arg(total - open)
                            .arg(total)
                            .arg(oneDecimal(largestOpenMl)));
    m_text->setVisible(!m_text->text().isEmpty());
}

void PlacesSection::setLooking(int look, int of)
{
    if (of > 0) m_section->setNote(tr("Looking again, %1 of %2").arg(look).arg(of));
}

void PlacesSection::setDoubtsAvailability(const Availability &availability)
{
    applyAvailability(m_start, availability);
    m_section->setReason(availability.available ? QString() : availability.reason);
}

void PlacesSection::setCorrectAvailability(const Availability &availability)
{
    applyAvailability(m_correct, availability);
}

QWidget *PlacesSection::startButton() const { return m_start; }

} // namespace glio::widgets
