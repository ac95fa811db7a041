#include "glioscope/widgets/MeasurePanel.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>

#include <cmath>

namespace glio::widgets {

MeasurePanel::MeasurePanel(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Measurements"), this))
{
    setObjectName(QStringLiteral("measureSection"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    auto *add = new IconButton(QStringLiteral("plus"), tr("Add a ruler"), QStringLiteral("6"), 24, 14, m_section);
    add->setObjectName(QStringLiteral("addRuler"));
    auto *go = new IconButton(QStringLiteral("crosshair"), tr("Show where it was measured"), {}, 24, 14, m_section);
    go->setObjectName(QStringLiteral("measureGo"));
    m_section->header()->addWidget(go);
    m_section->header()->addWidget(add);
    m_rows = new QWidget(m_section);
    auto *rows = new QVBoxLayout(m_rows);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    m_what = makeLabel({}, "muted", m_rows, true);
    m_size = withFigures(makeLabel({}, "strong", m_rows));
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
    m_rulers = new QVBoxLayout;
    m_rulers->setContentsMargins(0, 0, 0, 0);
    m_rulers->setSpacing(0);
    m_section->body()->addWidget(m_rows);
    m_section->body()->addLayout(m_rulers);
    connect(add, &QToolButton::clicked, this, &MeasurePanel::addRulerWished);
    connect(go, &QToolButton::clicked, this, &MeasurePanel::goWished);
    setMeasurement({}, Availability::no(tr("Nothing to measure yet. Segment first.")));
}

void MeasurePanel::setMeasurement(const std::optional<Measurement> &measurement, const Availability &availability)
{
    m_rows->setVisible(measurement.has_value());
    findChild<IconButton *>(QStringLiteral("measureGo"))->setVisible(measurement.has_value());
    m_section->setReason(measurement ? QString() : availability.reason);
    if (!measurement) return;
    m_what->setText(measurement->what);
    m_size->setText(tr("%1 × %2 mm").arg(oneDecimal(measurement->longestMm), oneDecimal(measurement->acrossMm)));
    m_size->setToolTip(tr("Product %1 mm²").arg(std::lround(measurement->longestMm * measurement->acrossMm)));
    m_where->setText(measurement->where);
}

void MeasurePanel::setRulers(const std::vector<RulerRow> &rulers)
{
    for (QWidget *row : std::exchange(m_rulerRows, {}))
        row->deleteLater();
    for (const RulerRow &ruler : rulers) {
        auto *row = new QWidget(m_section);
        row->setObjectName(QStringLiteral("ruler.%1").arg(ruler.id));
        auto *layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        auto *text = new ActionButton(ruler.text, QStringLiteral("ruler"), {}, row);
        text->setKind("ghost");
        text->setSmall(true);
        auto *remove = new IconButton(QStringLiteral("x"), tr("Remove this ruler"), {}, 24, 14, row);
        layout->addWidget(text);
        layout->addStretch(1);
        layout->addWidget(remove);
        const int id = ruler.id;
        connect(text, &QPushButton::clicked, this, [this, id] { emit rulerWished(id); });
        connect(remove, &QToolButton::clicked, this, [this, id] { emit rulerRemoveWished(id); });
        m_rulers->addWidget(row);
        m_rulerRows.push_back(row);
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
