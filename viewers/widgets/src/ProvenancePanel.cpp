#include "glioscope/widgets/ProvenancePanel.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QPainter>

namespace glio::widgets {
namespace {

class Swatch final : public QWidget {
public:
    Swatch(const QColor &colour, QWidget *parent) : QWidget(parent), m_colour(colour)
    {
        setFixedSize(Theme::px(12), Theme::px(12));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QColor(0, 0, 0, 77));
        painter.setBrush(m_colour);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(3), Theme::px(3));
    }

private:
    QColor m_colour;
};

} // namespace

ProvenancePanel::ProvenancePanel(QWidget *parent) : QFrame(parent), m_section(new Section(tr("Who set it"), this))
{
    setObjectName(QStringLiteral("provenanceSection"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_section);
    m_list = new QWidget(m_section);
    m_list->setObjectName(QStringLiteral("provenanceList"));
    m_rows = new QVBoxLayout(m_list);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(0);
    m_section->body()->addWidget(m_list);
    m_show = new Switch(tr("Colour the views by who set it"), m_section);
    m_show->setCheckable(true);
    m_show->setObjectName(QStringLiteral("provenanceShow"));
    m_show->setToolTip(tr("The views show who set each part, in place of the labels"));
    addRow(m_section->body(), tr("Colour the views by this"), m_show);
    connect(m_show, &QAbstractButton::clicked, this, &ProvenancePanel::shownWished);
    m_fold = new IconButton(QStringLiteral("chevron-down"), tr("Show who set the mask"), {}, 28, 15, m_section);
    m_fold->setObjectName(QStringLiteral("foldProvenance"));
    m_section->header()->addWidget(m_fold);
    connect(m_fold, &QToolButton::clicked, this, [this] { setOpen(!isOpen()); });
    setOpen(false);
}

void ProvenancePanel::setRows(const std::vector<ProvenanceRow> &rows)
{
    qDeleteAll(m_list->findChildren<QWidget *>(Qt::FindDirectChildrenOnly));
    for (const ProvenanceRow &row : rows) {
        auto *line = new QWidget(m_list);
        line->setMinimumHeight(Theme::px(28));
        auto *layout = new QHBoxLayout(line);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(Theme::px(8));
        layout->addWidget(new Swatch(row.colour, line));
        layout->addWidget(makeLabel(row.name, "", line), 1);
        QLabel *share = withFigures(makeLabel(row.share, "", line));
        share->setObjectName(QStringLiteral("provenance.%1").arg(row.id));
        share->setAccessibleName(QStringLiteral("%1, %2").arg(row.name, row.share));
        layout->addWidget(share);
        m_rows->addWidget(line);
        line->show();
    }
}

void ProvenancePanel::setShown(bool shown) { m_show->setChecked(shown); }

void ProvenancePanel::setAvailability(const Availability &availability)
{
    applyAvailability(m_show, availability);
    m_section->setReason(availability.reason);
}

bool ProvenancePanel::isOpen() const { return !m_section->isFolded(); }

void ProvenancePanel::setOpen(bool open)
{
    m_section->setFolded(!open);
    m_fold->setIconName(open ? QStringLiteral("chevron-up") : QStringLiteral("chevron-down"));
    m_fold->setNameAndKey(open ? tr("Hide who set the mask") : tr("Show who set the mask"), {});
    if (open) emit opened();
}

} // namespace glio::widgets
