#include "glioscope/widgets/StatusBar.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QProgressBar>

#include <cmath>

namespace glio::widgets {
namespace {
QString rich(const QString &plain, const QString &strong)
{
    return QStringLiteral("%1<span style='color:%2;font-weight:500'>%3</span>")
        .arg(plain.toHtmlEscaped(), Theme::color(Token::T1).name(), strong.toHtmlEscaped());
}
} // namespace

QString positionText(const std::array<double, 3> &lpsMm)
{
    const auto axis = [](double value, char plus, char minus) {
        const double rounded = std::round(value * 10) / 10;
        return QStringLiteral("%1 %2").arg(QLatin1Char(rounded < 0 ? minus : plus)).arg(std::abs(rounded), 0, 'f', 1);
    };
    return QStringLiteral("%1  %2  %3 mm")
        .arg(axis(lpsMm[0], 'L', 'R'), axis(lpsMm[1], 'P', 'A'), axis(lpsMm[2], 'S', 'I'));
}

StatusBar::StatusBar(QWidget *parent) : QStatusBar(parent)
{
    setObjectName(QStringLiteral("statusBar"));
    setSizeGripEnabled(false);
    const auto label = [&](const char *name) {
        auto *made = new QLabel(this);
        made->setObjectName(QLatin1String(name));
        made->setTextFormat(Qt::RichText);
        made->hide();
        return made;
    };
    auto *left = new QWidget(this);
    auto *leftRow = new QHBoxLayout(left);
    leftRow->setContentsMargins(Theme::px(12), 0, 0, 0);
    leftRow->setSpacing(Theme::px(16));
    for (QLabel **slot : {&m_contextStrong, &m_context, &m_cursor, &m_values, &m_under, &m_note})
        leftRow->addWidget(*slot = label(""));
    leftRow->addStretch(1);
    m_contextStrong->setObjectName(QStringLiteral("statusContext"));
    m_cursor->setObjectName(QStringLiteral("statusCursor"));
    m_cursor->setTextFormat(Qt::RichText);
    withFigures(m_cursor);
    withFigures(m_values);
    m_values->setObjectName(QStringLiteral("statusValues"));
    m_under->setObjectName(QStringLiteral("statusUnderCross"));
    m_note->setObjectName(QStringLiteral("statusNote"));
    m_left = left;
    addWidget(left, 1);
    left->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);

    auto *right = new QWidget(this);
    auto *rightRow = new QHBoxLayout(right);
    rightRow->setContentsMargins(0, 0, Theme::px(10), 0);
    rightRow->setSpacing(Theme::px(16));
    m_job = new QToolButton(right);
    m_job->setObjectName(QStringLiteral("statusJob"));
    m_job->setAccessibleName(tr("Running job"));
    m_job->setProperty("kind", "menuText");
    m_job->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_job->setFocusPolicy(Qt::StrongFocus);
    m_job->hide();
    m_bar = new QProgressBar(right);
    m_bar->setProperty("kind", "thin");
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(Theme::px(96));
    m_bar->hide();
    m_saved = label("statusSaved");
    auto *notice = new QWidget(right);
    auto *noticeRow = new QHBoxLayout(notice);
    noticeRow->setContentsMargins(0, 0, 0, 0);
    noticeRow->setSpacing(Theme::px(6));
    auto *shield = new QLabel(notice);
    auto *noticeText = new QLabel(tr("Research use only. Not for diagnosis."), notice);
    noticeText->setObjectName(QStringLiteral("statusNotice"));
    noticeRow->addWidget(shield);
    noticeRow->addWidget(noticeText);
    rightRow->addWidget(m_job);
    rightRow->addWidget(m_bar);
    rightRow->addWidget(m_saved);
    rightRow->addWidget(notice);
    right->setMinimumWidth(1); // a long job must not widen the window
    addPermanentWidget(right);
    connect(m_job, &QToolButton::clicked, this, &StatusBar::jobWished);
    const auto fit = [this, shield] {
        setFixedHeight(Theme::px(26));
        shield->setPixmap(
            Theme::pixmap(QStringLiteral("shield-check"), 14, Theme::color(Token::T2), devicePixelRatioF()));
    };
    connect(&Theme::instance(), &Theme::themeChanged, this, fit);
    fit();
}

void StatusBar::setCursor(const std::optional<std::array<double, 3>> &lpsMm)
{
    m_cursor->setVisible(lpsMm.has_value());
    if (lpsMm)
        m_cursor->setText(rich({}, positionText(*lpsMm)).replace(QLatin1String("  "), QLatin1String("&nbsp;&nbsp;")));
}

void StatusBar::setValues(const std::vector<std::pair<QString, QString>> &nameAndValue)
{
    QStringList parts;
    for (const auto &[name, value] : nameAndValue)
        parts << rich(name + QLatin1Char(' '), value);
    m_values->setText(parts.join(QStringLiteral("&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;")));
    m_hasValues = !nameAndValue.empty();
    fitLeft();
}

void StatusBar::setUnderCross(const QString &labelName)
{
    m_under->setText(rich(tr("Under the cross: "), labelName));
    m_under->setVisible(!labelName.isEmpty());
    fitLeft();
}

void StatusBar::setContext(const QString &strong, const QString &plain)
{
    m_contextStrong->setText(rich({}, strong));
    m_contextStrong->setVisible(!strong.isEmpty());
    m_context->setText(plain.toHtmlEscaped());
    m_context->setVisible(!plain.isEmpty());
}

void StatusBar::setNote(const QString &text)
{
    m_note->setText(text.toHtmlEscaped());
    m_note->setVisible(!text.isEmpty());
}

void StatusBar::setSaved(const QString &text)
{
    m_saved->setText(text.toHtmlEscaped());
    m_saved->setVisible(!text.isEmpty() && width() >= Theme::px(1000));
}

void StatusBar::resizeEvent(QResizeEvent *event)
{
    QStatusBar::resizeEvent(event);
    const bool roomy = width() >= Theme::px(1000);
    m_saved->setVisible(roomy && !m_saved->text().isEmpty());
    m_bar->setVisible(roomy && !m_job->isHidden());
    fitLeft();
}

void StatusBar::fitLeft()
{
    m_values->setVisible(m_hasValues);
    if (m_hasValues && m_left->sizeHint().width() > m_left->width()) m_values->hide();
}

void StatusBar::setJob(const std::optional<JobView> &job)
{
    m_job->setVisible(job.has_value());
    m_bar->setVisible(job.has_value() && width() >= Theme::px(1000));
    if (!job) return;
    QStringList words{job->title};
    if (!job->step.isEmpty()) words << job->step;
    if (!job->timeLeft.isEmpty()) words << job->timeLeft;
    m_job->setText(words.join(QStringLiteral(" · ")));
    m_job->setAccessibleName(m_job->text());
    m_job->setToolTip(job->safe);
    m_bar->setRange(0, job->fraction < 0 ? 0 : 1000);
    m_bar->setValue(static_cast<int>(std::lround(1000 * std::clamp(job->fraction, 0.0, 1.0))));
}

} // namespace glio::widgets
