#include "glioscope/widgets/SegmentPanel.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QSignalBlocker>
#include <QStandardItemModel>

namespace glio::widgets {
namespace {
struct StateLook {
    const char *icon;
    Token colour;
    const char *textKind;
};
StateLook look(PreflightRow::State state)
{
    switch (state) {
    case PreflightRow::State::Found:
        return {"check", Token::Ok, "small"};
    case PreflightRow::State::Missing:
        return {"triangle-alert", Token::Warn, "small"};
    case PreflightRow::State::Unsure:
        return {"circle-help", Token::Warn, "small"};
    case PreflightRow::State::Note:
        return {"info", Token::T3, "small"};
    case PreflightRow::State::Refused:
        return {"circle-x", Token::Err, "small"};
    }
    return {"info", Token::T3, "small"};
}
} // namespace

SegmentPanel::SegmentPanel(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("segmentSection"));
    setProperty("kind", "section");
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(Theme::px(16), Theme::px(14), Theme::px(16), Theme::px(14));
    outer->setSpacing(0);
    m_preflight = new QWidget(this);
    outer->addWidget(m_preflight);
    auto *body = new QVBoxLayout(m_preflight);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(0);
    m_title = makeLabel(tr("Segment this case"), "title", m_preflight);
    m_intro = makeLabel(tr("The model marks the tumour and says where it is unsure."), "small", m_preflight, true);
    body->addWidget(m_title);
    body->addSpacing(Theme::px(2));
    body->addWidget(m_intro);
    body->addSpacing(Theme::px(10));
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(Theme::px(5));
    m_rows->setContentsMargins(0, 0, 0, Theme::px(8));
    body->addLayout(m_rows);
    m_line = makeLine(m_preflight);
    body->addWidget(m_line);
    body->addSpacing(Theme::px(6));

    m_model = new ElidingComboBox(m_preflight);
    m_model->setObjectName(QStringLiteral("segmentModel"));
    m_model->setAccessibleName(tr("Model"));
    m_model->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // long names do not widen the panel
    m_model->setMinimumContentsLength(8);
    auto *details =
        new IconButton(QStringLiteral("info"), tr("What this model was made from"), {}, 28, 16, m_preflight);
    details->setObjectName(QStringLiteral("segmentModelDetails"));
    auto *row = new QHBoxLayout;
    row->setSpacing(Theme::px(6));
    auto *name = makeLabel(tr("Model"), "muted", m_preflight);
    name->setFixedWidth(Theme::px(68));
    row->addWidget(name);
    row->addWidget(m_model, 1);
    row->addWidget(details);
    body->addLayout(row);
    m_device = makeLabel({}, "", m_preflight);
    m_time = makeLabel({}, "", m_preflight);
    m_memory = makeLabel({}, "", m_preflight);
    const auto addLine = [&](const QString &text, QLabel *value, const char *objectName) {
        value->setObjectName(QLatin1String(objectName));
        auto *room = new QWidget(m_preflight);
        auto *line = new QHBoxLayout(room);
        line->setContentsMargins(0, 0, 0, 0);
        auto *label = makeLabel(text, "muted", room);
        label->setMinimumHeight(Theme::px(26));
        line->addWidget(label);
        line->addStretch(1);
        line->addWidget(value);
        body->addWidget(room);
    };
    addLine(tr("Runs on"), m_device, "segmentDevice");
    addLine(tr("Takes"), m_time, "segmentTime");
    addLine(tr("Memory"), m_memory, "segmentMemory");
    body->addSpacing(Theme::px(8));
    m_segment = new ActionButton(tr("Segment"), QStringLiteral("sparkles"), tr("Ctrl Return"), m_preflight);
    m_segment->setObjectName(QStringLiteral("segmentButton"));
    m_segment->setKind("primary");
    m_segment->setToolTip(tr("Mark the tumour with this model  (Ctrl+Return)"));
    body->addWidget(m_segment);
    m_reason = new ReasonLine(m_preflight);
    body->addWidget(m_reason);
    m_job = new JobCard(this);
    m_job->hide();
    outer->addWidget(m_job);

    connect(m_segment, &QPushButton::clicked, this, &SegmentPanel::segmentWished);
    connect(details, &QToolButton::clicked, this, &SegmentPanel::modelDetailsWished);
    connect(m_model, &QComboBox::activated, this,
            [this](int index) { emit modelWished(m_model->itemData(index).toString()); });
    connect(m_job, &JobCard::stopWished, this, &SegmentPanel::stopWished);
}

void SegmentPanel::setPreflight(const std::vector<PreflightRow> &rows)
{
    for (QWidget *row : std::exchange(m_rowWidgets, {}))
        row->deleteLater();
    for (const PreflightRow &row : rows) {
        const StateLook shown = look(row.state);
        auto *widget = new QWidget(m_preflight);
        widget->setObjectName(QStringLiteral("preflight.%1").arg(row.id));
        widget->setAccessibleName(row.text);
        auto *layout = new QHBoxLayout(widget);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(Theme::px(9));
        auto *icon = new QLabel(widget);
        const auto tint = [icon, shown] {
            icon->setPixmap(
                Theme::pixmap(QLatin1String(shown.icon), 16, Theme::color(shown.colour), icon->devicePixelRatioF()));
        };
        tint();
        connect(&Theme::instance(), &Theme::themeChanged, icon, tint);
        layout->addWidget(icon, 0, Qt::AlignTop);
        layout->addWidget(makeLabel(row.text, shown.textKind, widget, true), 1);
        if (!row.action.isEmpty()) {
            auto *act = new ActionButton(row.action, {}, {}, widget);
            act->setObjectName(QStringLiteral("preflight.%1.act").arg(row.id));
            act->setSmall(true);
            const QString id = row.id;
            connect(act, &QPushButton::clicked, this, [this, id] { emit preflightActionWished(id); });
            layout->addWidget(act, 0, Qt::AlignTop);
        }
        m_rows->addWidget(widget);
        m_rowWidgets.push_back(widget);
        widget->setProperty("found", row.state == PreflightRow::State::Found);
    }
    showRows();
}

/// Once there is a mask, the way to another one is short: only what is wrong is said, and only what is known.
void SegmentPanel::showRows()
{
    for (QWidget *row : m_rowWidgets)
        row->setVisible(!m_hasMask || !row->property("found").toBool());
    m_line->setVisible(!m_hasMask);
    m_device->parentWidget()->setVisible(!m_hasMask && !m_device->text().isEmpty());
    m_time->parentWidget()->setVisible(!m_time->text().isEmpty());
    m_memory->parentWidget()->setVisible(!m_hasMask && !m_memory->text().isEmpty());
}

void SegmentPanel::setModels(const std::vector<ModelChoice> &models, const QString &current)
{
    const QSignalBlocker quiet(m_model);
    m_models = models;
    m_model->clear();
    for (const ModelChoice &model : models) {
        m_model->addItem(model.name, model.id);
        const int row = m_model->count() - 1;
        if (!model.availability.available) {
            if (auto *items = qobject_cast<QStandardItemModel *>(m_model->model())) items->item(row)->setEnabled(false);
            m_model->setItemData(row, model.availability.reason, Qt::ToolTipRole);
        }
    }
    m_model->setCurrentIndex(m_model->findData(current));
    m_model->setEnabled(!models.empty());
    m_model->setToolTip(models.empty() ? tr("No model is installed.") : QString());
}

void SegmentPanel::setDevice(const QString &text)
{
    m_device->setText(text);
    showRows();
}

void SegmentPanel::setEstimate(const QString &time, const QString &memory)
{
    m_time->setText(time);
    m_memory->setText(memory);
    showRows();
}

void SegmentPanel::setAvailability(const Availability &availability)
{
    applyAvailability(m_segment, availability);
    m_reason->setText(availability.available ? QString() : availability.reason);
}

void SegmentPanel::setHasMask(bool hasMask)
{
    m_title->setText(hasMask ? tr("Segment again") : tr("Segment this case"));
    m_intro->setVisible(!hasMask);
    m_segment->setKind(hasMask ? "" : "primary");
    m_hasMask = hasMask;
    showRows();
    emit placeChanged();
}

void SegmentPanel::setJob(const std::optional<JobView> &job)
{
    m_job->setVisible(job.has_value());
    m_preflight->setVisible(!job);
    if (job) m_job->setJob(*job);
    const bool running = job.has_value();
    if (std::exchange(m_running, running) != running) emit placeChanged();
}

QWidget *SegmentPanel::segmentButton() const { return m_segment; }

} // namespace glio::widgets
