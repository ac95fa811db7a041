#include "glioscope/widgets/IntensityPanel.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QTableWidget>

namespace glio::widgets {

IntensityPanel::IntensityPanel(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Intensities"), this))
{
    setObjectName(QStringLiteral("intensitySection"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    m_table = new QTableWidget(m_section);
    m_table->setObjectName(QStringLiteral("intensityTable"));
    m_table->setAccessibleName(tr("Intensities by region and sequence"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setWordWrap(true);
    m_table->setFont(Theme::figures(TextSize::Note));
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setMinimumSectionSize(Theme::px(40));
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_section->body()->addWidget(m_table);
    m_section->body()->addWidget(makeLabel(tr("Mean, standard deviation, median."), "hint", m_section, true));
    m_copy = new ActionButton(tr("Copy as table"), QStringLiteral("copy"), {}, m_section);
    m_copy->setObjectName(QStringLiteral("copyIntensities"));
    m_copy->setSmall(true);
    m_copy->setToolTip(tr("Copies all figures, columns separated by tabs"));
    auto *acts = new QHBoxLayout;
    acts->addStretch(1);
    acts->addWidget(m_copy);
    m_section->body()->addLayout(acts);
    connect(m_copy, &QPushButton::clicked, this, &IntensityPanel::copyWished);
    m_fold = new IconButton(QStringLiteral("chevron-down"), tr("Show the intensities"), {}, 28, 15, m_section);
    m_fold->setObjectName(QStringLiteral("foldIntensities"));
    m_section->header()->addWidget(m_fold);
    connect(m_fold, &QToolButton::clicked, this, [this] { setOpen(!isOpen()); });
    setTexts({});
    setOpen(false);
}

void IntensityPanel::setTexts(const IntensityTexts &texts)
{
    const int rows = int(texts.rows.size()), columns = int(texts.sequences.size());
    m_table->clear();
    m_table->setRowCount(rows);
    m_table->setColumnCount(columns);
    m_table->setHorizontalHeaderLabels(texts.sequences);
    for (int r = 0; r < rows; ++r) {
        const IntensityTexts::Row &row = texts.rows[std::size_t(r)];
        auto *head = new QTableWidgetItem(row.id);
        head->setToolTip(row.name);
        m_table->setVerticalHeaderItem(r, head);
        m_table->setRowHeight(r, Theme::px(58));
        for (int c = 0; c < columns; ++c) {
            const bool known = !row.means.value(c).isEmpty();
            auto *cell = new QTableWidgetItem(
                known ? tr("%1\n± %2\n%3").arg(row.means[c], row.deviations.value(c), row.medians.value(c))
                      : QStringLiteral("–"));
            cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            if (known)
                cell->setToolTip(tr("%1 in %2: mean %3, standard deviation %4, median %5")
                                     .arg(row.name, texts.sequences[c], row.means[c], row.deviations.value(c),
                                          row.medians.value(c)));
            m_table->setItem(r, c, cell);
        }
    }
    m_table->setFixedHeight(Theme::px(58) * rows + Theme::px(36));
}

void IntensityPanel::setAvailability(const Availability &availability)
{
    applyAvailability(m_copy, availability);
    m_table->setVisible(availability.available);
    m_section->setReason(availability.reason);
}

bool IntensityPanel::isOpen() const { return !m_section->isFolded(); }

void IntensityPanel::setOpen(bool open)
{
    m_section->setFolded(!open);
    m_fold->setIconName(open ? QStringLiteral("chevron-up") : QStringLiteral("chevron-down"));
    m_fold->setNameAndKey(open ? tr("Hide the intensities") : tr("Show the intensities"), {});
    if (open) emit opened();
}

} // namespace glio::widgets
