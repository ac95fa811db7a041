#include "glioscope/widgets/Dialogs.h"

#include "glioscope/widgets/Controls.h"

#include <QApplication>
#include <QBoxLayout>
#include <QCheckBox>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>

namespace glio::widgets {
namespace {
QVBoxLayout *frameOf(QDialog *dialog)
{
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(Theme::px(24), Theme::px(20), Theme::px(24), Theme::px(20));
    layout->setSpacing(Theme::px(10));
    return layout;
}
QLabel *markOf(QWidget *parent, double side)
{
    auto *mark = new QLabel(parent);
    mark->setPixmap(Theme::pixmap(QStringLiteral("app-icon"), side, Qt::white, parent->devicePixelRatioF()));
    return mark;
}
} // namespace

AboutDialog::AboutDialog(const QString &version, const std::vector<LicenceEntry> &licences, QWidget *parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("aboutDialog"));
    setWindowTitle(tr("About Glioscope"));
    resize(Theme::px(820), Theme::px(600)); // lines of licences are 80 letters long
    auto *layout = frameOf(this);
    auto *top = new QHBoxLayout;
    top->setSpacing(Theme::px(16));
    top->addWidget(markOf(this, 56), 0, Qt::AlignTop);
    auto *names = new QVBoxLayout;
    names->setSpacing(Theme::px(2));
    names->addWidget(makeLabel(tr("Glioscope"), "verdict", this));
    auto *versionLabel = makeLabel(tr("Version %1").arg(version), "small", this);
    versionLabel->setObjectName(QStringLiteral("aboutVersion"));
    names->addWidget(versionLabel);
    names->addWidget(makeLabel(tr("Marks brain tumours on MRI and says where it is unsure."), "muted", this));
    top->addLayout(names, 1);
    layout->addLayout(top);

    auto *notice = new QFrame(this);
    notice->setProperty("kind", "card");
    auto *noticeRow = new QHBoxLayout(notice);
    noticeRow->setContentsMargins(Theme::px(14), Theme::px(12), Theme::px(14), Theme::px(12));
    noticeRow->setSpacing(Theme::px(10));
    auto *shield = new QLabel(notice);
    shield->setPixmap(
        Theme::pixmap(QStringLiteral("shield-check"), 18, Theme::color(Token::Warn), devicePixelRatioF()));
    noticeRow->addWidget(shield, 0, Qt::AlignTop);
    auto *noticeText = makeLabel(tr("Research use only. Not for diagnosis. Glioscope is not a medical device. Check "
                                    "every result against the images before you use it."),
                                 "", notice, true);
    noticeText->setObjectName(QStringLiteral("aboutNotice"));
    noticeRow->addWidget(noticeText, 1);
    layout->addWidget(notice);

    layout->addWidget(makeLabel(tr("What it is made of"), "strong", this));
    auto *list = new QListWidget(this);
    list->setObjectName(QStringLiteral("aboutLicences"));
    list->setAccessibleName(tr("Parts and their licences"));
    list->setFixedWidth(Theme::px(220));
    auto *text = new QPlainTextEdit(this);
    text->setObjectName(QStringLiteral("aboutLicenceText"));
    text->setReadOnly(true);
    text->setAccessibleName(tr("Licence text"));
    for (const LicenceEntry &entry : licences)
        list->addItem(QStringLiteral("%1   %2").arg(entry.name, entry.licence));
    connect(list, &QListWidget::currentRowChanged, this, [text, licences](int row) {
        if (row >= 0 && row < static_cast<int>(licences.size())) text->setPlainText(licences[row].text);
    });
    list->setCurrentRow(0);
    auto *parts = new QHBoxLayout;
    parts->setSpacing(Theme::px(10));
    parts->addWidget(list);
    parts->addWidget(text, 1);
    layout->addLayout(parts, 1);
    auto *foot = new QHBoxLayout;
    foot->addWidget(makeLabel(tr("Free software under the Apache License 2.0."), "hint", this));
    foot->addStretch(1);
    auto *close = new ActionButton(tr("Close"), {}, {}, this);
    close->setObjectName(QStringLiteral("aboutClose"));
    foot->addWidget(close);
    layout->addLayout(foot);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

NoticeDialog::NoticeDialog(QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("noticeDialog"));
    setWindowTitle(tr("Research use only"));
    setFixedWidth(Theme::px(480));
    auto *layout = frameOf(this);
    auto *top = new QHBoxLayout;
    top->setSpacing(Theme::px(16));
    top->addWidget(markOf(this, 44), 0, Qt::AlignTop);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(Theme::px(6));
    texts->addWidget(makeLabel(tr("Research use only. Not for diagnosis."), "stateTitle", this, true));
    texts->addWidget(
        makeLabel(tr("Glioscope is not a medical device. Check every result against the images before you use it."),
                  "muted", this, true));
    texts->addWidget(makeLabel(tr("Your images stay on this computer."), "muted", this, true));
    top->addLayout(texts, 1);
    layout->addLayout(top);
    layout->addSpacing(Theme::px(6));
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    acts->addStretch(1);
    auto *quit = new ActionButton(tr("Quit"), {}, {}, this);
    quit->setObjectName(QStringLiteral("noticeQuit"));
    auto *confirm = new ActionButton(tr("I understand"), QStringLiteral("check"), {}, this);
    confirm->setObjectName(QStringLiteral("noticeConfirm"));
    confirm->setKind("primary");
    confirm->setDefault(true);
    acts->addWidget(quit);
    acts->addWidget(confirm);
    layout->addLayout(acts);
    connect(quit, &QPushButton::clicked, this, &QDialog::reject);
    connect(confirm, &QPushButton::clicked, this, &QDialog::accept);
    confirm->setFocus();
}

ChoiceDialog::ChoiceDialog(const QString &title, const QString &text, const std::vector<Choice> &choices,
                           const QString &alsoText, QWidget *parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("choiceDialog"));
    setWindowTitle(title);
    setMinimumWidth(Theme::px(440));
    auto *layout = frameOf(this);
    layout->addWidget(makeLabel(title, "title", this, true));
    if (!text.isEmpty()) layout->addWidget(makeLabel(text, "muted", this, true));
    auto *rows = new QHBoxLayout;
    rows->setSpacing(Theme::px(10));
    const bool pictures =
        std::any_of(choices.begin(), choices.end(), [](const Choice &choice) { return !choice.image.isNull(); });
    auto *column = new QVBoxLayout;
    column->setSpacing(Theme::px(8));
    for (const Choice &choice : choices) {
        QAbstractButton *button = nullptr;
        if (pictures) {
            auto *tile = new QToolButton(this);
            tile->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
            tile->setIcon(QPixmap::fromImage(choice.image));
            tile->setIconSize({Theme::px(180), Theme::px(180)});
            tile->setText(choice.title);
            rows->addWidget(tile);
            button = tile;
        } else {
            auto *row = new ActionButton(
                choice.detail.isEmpty() ? choice.title : QStringLiteral("%1: %2").arg(choice.title, choice.detail), {},
                {}, this);
            row->setLeftAligned(true);
            column->addWidget(row);
            button = row;
        }
        button->setObjectName(QStringLiteral("choice.%1").arg(choice.id));
        button->setToolTip(choice.detail);
        button->setFocusPolicy(Qt::StrongFocus);
        connect(button, &QAbstractButton::clicked, this, [this, id = choice.id] {
            m_chosen = id;
            accept();
        });
    }
    if (pictures)
        layout->addLayout(rows);
    else
        layout->addLayout(column);
    if (!alsoText.isEmpty()) {
        m_also = new QCheckBox(alsoText, this);
        m_also->setObjectName(QStringLiteral("choiceAlso"));
        layout->addWidget(m_also);
    }
}

bool ChoiceDialog::also() const { return m_also && m_also->isChecked(); }

ReasonDialog::ReasonDialog(const QString &title, const QString &text, const QString &acceptText, QWidget *parent)
    : QDialog(parent), m_edit(new QLineEdit(this))
{
    setObjectName(QStringLiteral("reasonDialog"));
    setWindowTitle(title);
    setMinimumWidth(Theme::px(420));
    auto *layout = frameOf(this);
    layout->addWidget(makeLabel(title, "title", this));
    layout->addWidget(makeLabel(text, "muted", this, true));
    m_edit->setObjectName(QStringLiteral("reasonText"));
    m_edit->setAccessibleName(tr("Reason"));
    m_edit->setMaxLength(200);
    layout->addWidget(m_edit);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    acts->addStretch(1);
    auto *cancel = new ActionButton(tr("Cancel"), {}, {}, this);
    cancel->setObjectName(QStringLiteral("reasonCancel"));
    cancel->setAutoDefault(false);
    auto *accept = new ActionButton(acceptText, {}, {}, this);
    accept->setObjectName(QStringLiteral("reasonAccept"));
    accept->setKind("primary");
    accept->setDefault(true);
    acts->addWidget(cancel);
    acts->addWidget(accept);
    layout->addLayout(acts);
    const auto check = [this, accept] {
        applyAvailability(accept,
                          reason().isEmpty() ? Availability::no(tr("A reason is needed.")) : Availability::yes());
    };
    connect(m_edit, &QLineEdit::textChanged, this, check);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(accept, &QPushButton::clicked, this, &QDialog::accept);
    check();
}

QString ReasonDialog::reason() const { return m_edit->text().trimmed(); }

NameDialog::NameDialog(const QString &title, const QString &text, const QString &name, const QString &acceptText,
                       QWidget *parent)
    : QDialog(parent), m_edit(new QLineEdit(name, this))
{
    setObjectName(QStringLiteral("nameDialog"));
    setWindowTitle(title);
    setMinimumWidth(Theme::px(420));
    auto *layout = frameOf(this);
    layout->addWidget(makeLabel(title, "title", this));
    layout->addWidget(makeLabel(text, "muted", this, true));
    m_edit->setObjectName(QStringLiteral("nameText"));
    m_edit->setAccessibleName(tr("Your name"));
    m_edit->setMaxLength(80);
    m_edit->selectAll();
    layout->addWidget(m_edit);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    acts->addStretch(1);
    auto *cancel = new ActionButton(tr("Cancel"), {}, {}, this);
    cancel->setObjectName(QStringLiteral("nameCancel"));
    cancel->setAutoDefault(false);
    auto *accept = new ActionButton(acceptText, {}, {}, this);
    accept->setObjectName(QStringLiteral("nameAccept"));
    accept->setKind("primary");
    accept->setDefault(true);
    acts->addWidget(cancel);
    acts->addWidget(accept);
    layout->addLayout(acts);
    const auto check = [this, accept] {
        applyAvailability(accept,
                          this->name().isEmpty() ? Availability::no(tr("A name is needed.")) : Availability::yes());
    };
    connect(m_edit, &QLineEdit::textChanged, this, check);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(accept, &QPushButton::clicked, this, &QDialog::accept);
    check();
}

QString NameDialog::name() const { return m_edit->text().trimmed(); }

DetailsDialog::DetailsDialog(const QString &title, const QString &text, const QString &log, QWidget *parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("detailsDialog"));
    setWindowTitle(title);
    resize(Theme::px(640), Theme::px(420));
    auto *layout = frameOf(this);
    layout->addWidget(makeLabel(title, "title", this, true));
    if (!text.isEmpty()) layout->addWidget(makeLabel(text, "muted", this, true));
    auto *view = new QPlainTextEdit(log, this);
    view->setObjectName(QStringLiteral("detailsLog"));
    view->setReadOnly(true);
    view->setAccessibleName(tr("Log"));
    layout->addWidget(view, 1);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::px(8));
    auto *copy = new ActionButton(tr("Copy"), QStringLiteral("copy"), {}, this);
    copy->setObjectName(QStringLiteral("detailsCopy"));
    auto *close = new ActionButton(tr("Close"), {}, {}, this);
    acts->addWidget(copy);
    acts->addStretch(1);
    acts->addWidget(close);
    layout->addLayout(acts);
    connect(copy, &QPushButton::clicked, this, [title, text, log] {
        QApplication::clipboard()->setText(title + QLatin1Char('\n') + text + QStringLiteral("\n\n") + log);
    });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace glio::widgets
