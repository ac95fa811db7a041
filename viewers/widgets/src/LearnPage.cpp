#include "glioscope/widgets/LearnPage.h"

#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/StackedBar.h"

#include <QBoxLayout>

namespace glio::widgets {

LearnPage::LearnPage(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("learnPage"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    auto *left = new QFrame(this);
    left->setProperty("kind", "panelLeft");
    left->setFixedWidth(Theme::px(316));
    auto *leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(0);
    auto *cases = new Section(tr("Cases"), left);
    cases->setObjectName(QStringLiteral("runCases"));
    m_bar = new StackedBar(8, cases);
    m_progress = makeLabel({}, "small", cases, true);
    m_progress->setObjectName(QStringLiteral("learnProgress"));
    cases->body()->addWidget(m_bar);
    cases->body()->addSpacing(Theme::px(8));
    cases->body()->addWidget(m_progress);
    auto *models = new Section(tr("Models"), left);
    models->setObjectName(QStringLiteral("modelList"));
    models->setProperty("state", "last");
    m_models = models->body();
    leftLayout->addWidget(cases);
    leftLayout->addWidget(models);
    leftLayout->addStretch(1);
    layout->addWidget(left);

    auto *centre = new QVBoxLayout;
    centre->setContentsMargins(Theme::px(40), 0, Theme::px(40), 0);
    centre->addStretch(1);
    auto *tile = new QLabel(this);
    tile->setProperty("kind", "iconTile");
    tile->setAlignment(Qt::AlignCenter);
    tile->setFixedSize(Theme::px(52), Theme::px(52));
    const auto tint = [tile] {
        tile->setPixmap(
            Theme::pixmap(QStringLiteral("graduation-cap"), 26, Theme::color(Token::Ac), tile->devicePixelRatioF()));
    };
    tint();
    connect(&Theme::instance(), &Theme::themeChanged, tile, tint);
    centre->addWidget(tile, 0, Qt::AlignHCenter);
    centre->addSpacing(Theme::px(8));
    centre->addWidget(makeLabel(tr("Learning from your corrections comes with a later version"), "stateTitle", this), 0,
                      Qt::AlignHCenter);
    auto *card = new QFrame(this);
    card->setProperty("kind", "card");
    card->setMaximumWidth(Theme::px(560));
    auto *needs = new QVBoxLayout(card);
    needs->setContentsMargins(Theme::px(20), Theme::px(16), Theme::px(20), Theme::px(16));
    needs->setSpacing(Theme::px(8));
    needs->addWidget(makeLabel(tr("What it will need"), "strong", card));
    const std::pair<const char *, QString> lines[] = {
        {"badge-check", tr("At least 5 approved cases, better 20 or more.")},
        {"lock", tr("Some cases held out. No run learns from them; they prove that a model is better.")},
        {"clock", tr("About an hour on this computer. You can go on working.")},
        {"shield-check", tr("Nothing else. Your images never leave this computer.")}};
    for (const auto &[icon, text] : lines) {
        auto *row = new QHBoxLayout;
        row->setSpacing(Theme::px(10));
        auto *picture = new QLabel(card);
        const auto tintLine = [picture, name = QString(QLatin1String(icon))] {
            picture->setPixmap(Theme::pixmap(name, 16, Theme::color(Token::T2), picture->devicePixelRatioF()));
        };
        tintLine();
        connect(&Theme::instance(), &Theme::themeChanged, picture, tintLine);
        row->addWidget(picture, 0, Qt::AlignTop);
        row->addWidget(makeLabel(text, "muted", card, true), 1);
        needs->addLayout(row);
    }
    centre->addSpacing(Theme::px(8));
    auto *middle = new QHBoxLayout;
    middle->addStretch(1);
    middle->addWidget(card, 8);
    middle->addStretch(1);
    centre->addLayout(middle);
    centre->addStretch(2);
    layout->addLayout(centre, 1);
    setApprovedCases(0, 5);
}

void LearnPage::setApprovedCases(int approved, int needed)
{
    m_bar->setParts({{static_cast<double>(approved), Theme::color(Token::Ac)}}, std::max(approved, needed));
    m_progress->setText(approved >= needed ? tr("%n cases are approved.", nullptr, approved)
                                           : tr("%n cases are approved.", nullptr, approved) + QLatin1Char(' ') +
                                                 tr("At least %n are needed.", nullptr, needed));
}

void LearnPage::setModels(const std::vector<ModelRow> &models)
{
    for (QWidget *row : std::exchange(m_rows, {}))
        row->deleteLater();
    for (const ModelRow &model : models) {
        auto *row = new QWidget(this);
        row->setObjectName(QStringLiteral("modelList.%1").arg(model.id));
        auto *grid = new QVBoxLayout(row);
        grid->setContentsMargins(0, Theme::px(4), 0, Theme::px(4));
        grid->setSpacing(Theme::px(1));
        auto *top = new QHBoxLayout;
        top->setSpacing(Theme::px(8));
        top->addWidget(makeLabel(model.name, "medium", row));
        auto *pill = new Pill(row);
        pill->set(model.state, {}, model.tone);
        top->addWidget(pill);
        top->addStretch(1);
        auto *card = new IconButton(QStringLiteral("info"), tr("What this model was made from"), {}, 28, 16, row);
        top->addWidget(card);
        grid->addLayout(top);
        grid->addWidget(makeLabel(model.detail, "hint", row, true));
        connect(card, &QToolButton::clicked, this, [this, id = model.id] { emit modelWished(id); });
        m_models->addWidget(row);
        m_rows.push_back(row);
    }
}

} // namespace glio::widgets
