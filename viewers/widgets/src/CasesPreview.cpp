#include "glioscope/widgets/CasesPage.h"

#include "CasesParts.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/StackedBar.h"

namespace glio::widgets {
namespace {

/// A section with a line for each: icon and sentence. Hidden without any.
Section *makeChecks(const QString &title, const std::vector<CasePreview::Check> &lines, QWidget *parent)
{
    auto *checks = new Section(title, parent);
    for (const auto &check : lines) {
        auto *row = new QHBoxLayout;
        row->setContentsMargins(0, Theme::px(2), 0, Theme::px(2));
        row->setSpacing(Theme::px(10));
        auto *icon = new QLabel(checks);
        const Token colour = check.tone == QLatin1String("ok")      ? Token::Ok
                             : check.tone == QLatin1String("warn")  ? Token::Warn
                             : check.tone == QLatin1String("error") ? Token::Err
                             : check.tone == QLatin1String("doubt") ? Token::Doubt
                                                                    : Token::T3;
        const auto tint = [icon, name = check.icon, colour] {
            icon->setPixmap(Theme::pixmap(name, 15, Theme::color(colour), icon->devicePixelRatioF()));
        };
        tint();
        QObject::connect(&Theme::instance(), &Theme::themeChanged, icon, tint);
        row->addWidget(icon, 0, Qt::AlignTop);
        QLabel *text = makeLabel(check.text, "small", checks, true);
        text->setTextFormat(Qt::PlainText); // what a reader typed is no markup
        row->addWidget(text, 1);
        checks->body()->addLayout(row);
    }
    checks->setVisible(!lines.empty());
    return checks;
}

} // namespace

void CasesPage::setPreview(const std::optional<CasePreview> &preview)
{
    delete std::exchange(m_previewContent, nullptr);
    const bool any = preview.has_value();
    m_previewName->setVisible(any);
    m_previewState->setVisible(any);
    findChild<QFrame *>(QStringLiteral("previewFooter"))->setVisible(any);
    m_previewContent = new QWidget(m_previewScrollRoom);
    auto *layout = new QVBoxLayout(m_previewContent);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_previewBody->insertWidget(1, m_previewContent);
    if (!any) {
        m_previewId.clear();
        auto *hint = makeLabel(tr("Choose a case to see what is in it."), "hint", m_previewContent, true);
        hint->setContentsMargins(Theme::px(16), Theme::px(8), Theme::px(16), 0);
        layout->addWidget(hint);
        return;
    }
    m_previewId = preview->id;
    m_previewName->setText(preview->name);
    m_previewState->set(caseStateText(preview->state), caseStateIcon(preview->state), caseStateTone(preview->state));
    auto *grid = new QGridLayout;
    grid->setContentsMargins(Theme::px(16), Theme::px(4), Theme::px(16), Theme::px(12));
    grid->setSpacing(Theme::px(6));
    int cell = 0;
    for (const auto &thumb : preview->thumbs) {
        grid->addWidget(makeThumbTile(thumb, m_previewContent), cell / 2, cell % 2);
        ++cell;
    }
    layout->addLayout(grid);
    layout->addWidget(makeLine(m_previewContent));

    layout->addWidget(makeChecks(tr("Before you open it"), preview->checks, m_previewContent));
    layout->addWidget(makeChecks(tr("Work"), preview->work, m_previewContent));

    if (!preview->volumes.empty()) {
        auto *volumes = new Section(tr("Volumes"), m_previewContent);
        volumes->setProperty("state", "last");
        volumes->setNote(tr("mL"));
        auto *bar = new StackedBar(8, volumes);
        std::vector<StackedBar::Part> parts;
        double total = 0;
        for (const auto &volume : preview->volumes) {
            parts.push_back({volume.ml, volume.colour});
            total += volume.ml;
        }
        bar->setParts(parts, total);
        volumes->body()->addWidget(bar);
        volumes->body()->addSpacing(Theme::px(6));
        for (const auto &volume : preview->volumes) {
            auto *row = new QHBoxLayout;
            row->setSpacing(Theme::px(8));
            row->addWidget(makeColourSquare(volume.colour, volumes));
            auto *name = makeLabel(volume.name, "", volumes);
            name->setMinimumHeight(Theme::px(24));
            row->addWidget(name);
            row->addStretch(1);
            row->addWidget(makeLabel(oneDecimal(volume.ml), "", volumes));
            volumes->body()->addLayout(row);
        }
        layout->addWidget(volumes);
    }
    applyAvailability(m_previewOpen, preview->open);
    applyAvailability(m_previewCheck, preview->checkPlaces);
}

} // namespace glio::widgets
