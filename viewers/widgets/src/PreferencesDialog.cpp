#include "glioscope/widgets/PreferencesDialog.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableWidget>

namespace glio::widgets {

PreferencesDialog::PreferencesDialog(QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("preferencesDialog"));
    setWindowTitle(tr("Preferences"));
    resize(Theme::px(820), Theme::px(580));
    auto *outer = new QHBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto *left = new QFrame(this);
    left->setProperty("kind", "panelLeft");
    left->setFixedWidth(Theme::px(208));
    auto *leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(Theme::px(10), Theme::px(14), Theme::px(10), Theme::px(10));
    leftLayout->setSpacing(Theme::px(10));
    m_search = new QLineEdit(left);
    m_search->setObjectName(QStringLiteral("prefSearch"));
    m_search->setPlaceholderText(tr("Find a setting"));
    m_search->setAccessibleName(tr("Find a setting"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(Theme::icon(QStringLiteral("search"), Token::T3), QLineEdit::LeadingPosition);
    m_list = new QListWidget(left);
    m_list->setObjectName(QStringLiteral("prefPages"));
    m_list->setAccessibleName(tr("Pages"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setIconSize({Theme::px(16), Theme::px(16)});
    leftLayout->addWidget(m_search);
    leftLayout->addWidget(m_list, 1);
    m_pages = new QStackedWidget(this);
    outer->addWidget(left);
    outer->addWidget(m_pages, 1);

    addPage(QStringLiteral("general"), QStringLiteral("settings"), tr("General"));
    addChoice(QStringLiteral("general/theme"), tr("Theme"), tr("Image views stay black in every theme."),
              {{QStringLiteral("reading-room"), tr("Reading room")},
               {QStringLiteral("light"), tr("Light")},
               {QStringLiteral("system"), tr("As the system")}});
    addChoice(QStringLiteral("general/scale"), tr("Interface size"), {},
              {{100, tr("100 %")}, {125, tr("125 %")}, {150, tr("150 %")}, {175, tr("175 %")}, {200, tr("200 %")}});
    addChoice(QStringLiteral("general/language"), tr("Language"), tr("Used after the next start."),
              {{QString(), tr("As the system")}, {QStringLiteral("en"), QStringLiteral("English")}});
    addToggle(QStringLiteral("general/reopen"), tr("Open the last case at start"), {});
    addToggle(QStringLiteral("general/motion"), tr("Reduce motion"), tr("Notes appear at once instead of sliding in."));

    addPage(QStringLiteral("views"), QStringLiteral("layout-grid"), tr("Views"));
    addChoice(QStringLiteral("views/convention"), tr("Side shown left"), tr("Neurological views carry an amber badge."),
              {{QStringLiteral("radiological"), tr("Radiological, patient's right")},
               {QStringLiteral("neurological"), tr("Neurological, patient's left")}});
    addChoice(QStringLiteral("views/interpolation"), tr("Smoothing of images"), {},
              {{QStringLiteral("linear"), tr("Linear")}, {QStringLiteral("cubic"), tr("Cubic")}});
    addChoice(QStringLiteral("views/crosshair"), tr("Crosshair"), {},
              {{QStringLiteral("neutral"), tr("One colour")}, {QStringLiteral("plane"), tr("Colour of the plane")}});
    addToggle(QStringLiteral("views/corners"), tr("Corner texts"),
              tr("Orientation letters and badge are always shown."));
    addToggle(QStringLiteral("views/smoothOutlines"), tr("Smooth outlines"),
              tr("For drawing only. Numbers always come from the mask itself."));
    addChoice(QStringLiteral("views/quality3d"), tr("3D quality"), {},
              {{QStringLiteral("fast"), tr("Fast")},
               {QStringLiteral("balanced"), tr("Balanced")},
               {QStringLiteral("fine"), tr("Fine")}});

    addPage(QStringLiteral("colours"), QStringLiteral("palette"), tr("Colours"));
    addChoice(QStringLiteral("colours/palette"), tr("Label colours"),
              tr("Distinct colours stay apart for every kind of colour vision."),
              {{QStringLiteral("distinct"), tr("Distinct")}, {QStringLiteral("classic"), tr("BraTS classic")}});
    addToggle(QStringLiteral("colours/patterns"), tr("Patterns for shapes"),
              tr("Each label gets a pattern besides its colour."));

    QVBoxLayout *keys = addPage(QStringLiteral("keys"), QStringLiteral("keyboard"), tr("Keys and mouse"));
    addChoice(QStringLiteral("keys/preset"), tr("Preset"), {},
              {{QStringLiteral("itksnap"), QStringLiteral("ITK-SNAP")},
               {QStringLiteral("slicer"), QStringLiteral("3D Slicer")},
               {QStringLiteral("mitk"), QStringLiteral("MITK")},
               {QStringLiteral("pacs"), QStringLiteral("PACS")}});
    addToggle(QStringLiteral("keys/penPressure"), tr("Pen pressure sets the brush size"),
              tr("Pressed fully, the brush has the size that is set."));
    addNumber(QStringLiteral("keys/penLeast"), tr("Size at the lightest touch"), {}, 5, 100, tr(" %"), {});
    addChoice(QStringLiteral("keys/penCurve"), tr("Feel of the pen"), {},
              {{QStringLiteral("soft"), tr("Soft, large early")},
               {QStringLiteral("even"), tr("Even")},
               {QStringLiteral("firm"), tr("Firm, large late")}});
    m_keySearch = new QLineEdit(this);
    m_keySearch->setObjectName(QStringLiteral("prefKeySearch"));
    m_keySearch->setPlaceholderText(tr("Find a key or an act"));
    m_keySearch->setAccessibleName(tr("Find a key or an act"));
    m_keySearch->setClearButtonEnabled(true);
    keys->insertWidget(keys->count() - 1, m_keySearch);
    keys->insertSpacing(keys->count() - 1, Theme::px(8));
    m_keyTable = new QTableWidget(0, 2, this);
    m_keyTable->setObjectName(QStringLiteral("prefKeyTable"));
    m_keyTable->setAccessibleName(tr("Keys of this preset"));
    m_keyTable->setHorizontalHeaderLabels({tr("Act"), tr("Key")});
    m_keyTable->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_keyTable->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_keyTable->horizontalHeader()->setHighlightSections(false);
    m_keyTable->verticalHeader()->hide();
    m_keyTable->setShowGrid(false);
    m_keyTable->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_keyTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_keyTable->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_keyTable->setMinimumHeight(Theme::px(190));
    keys->insertWidget(keys->count() - 1, m_keyTable);
    makeKeyButtons(keys);

    addPage(QStringLiteral("segment"), QStringLiteral("sparkles"), tr("Segment"));
    addChoice(QStringLiteral("segment/model"), tr("Model"), {}, {});
    addChoice(QStringLiteral("segment/device"), tr("Runs on"), {},
              {{QStringLiteral("auto"), tr("Chosen by itself")},
               {QStringLiteral("cpu"), tr("Processor")},
               {QStringLiteral("cuda"), tr("Graphics card")}});
    addChoice(QStringLiteral("segment/looks"), tr("Looks"),
              tr("More looks take longer and say more about doubt. One look gives no counts."),
              {{1, tr("1, quick")}, {4, QStringLiteral("4")}, {8, QStringLiteral("8")}});
    addNumber(QStringLiteral("segment/memoryGb"), tr("Memory limit"), {}, 0, 256, tr(" GB"),
              tr("Half of what is free"));
    addChoice(QStringLiteral("segment/band"), tr("Lines of the band"),
              tr("How sure the inner and how unsure the outer line is."),
              {{0.75, tr("Narrow")}, {0.90, tr("Usual")}, {0.95, tr("Wide")}});

    addPage(QStringLiteral("privacy"), QStringLiteral("shield-check"), tr("Privacy"));
    addToggle(QStringLiteral("privacy/patientName"), tr("Show patient name"),
              tr("Asked again in every session. Never in pictures or exports."));
    addToggle(QStringLiteral("privacy/snapshotStamp"), tr("Case name on pictures"),
              tr("The pseudonym of the case, not the patient's name."));

    addPage(QStringLiteral("saving"), QStringLiteral("save"), tr("Saving"));
    addText(QStringLiteral("saving/reader"), tr("Your name"), tr("Steps and sign-offs carry it."), 80);
    addFolder(QStringLiteral("saving/folder"), tr("Folder for results"), tr("Saving is always on."));
    addNumber(QStringLiteral("saving/historyMb"), tr("History kept in memory"), {}, 64, 4096, tr(" MB"), {});

    QVBoxLayout *engine = addPage(QStringLiteral("engine"), QStringLiteral("cpu"), tr("Engine"));
    m_engineState = makeLabel({}, "strong", this);
    m_engineState->setObjectName(QStringLiteral("prefEngineState"));
    m_engineDetail = makeLabel({}, "small", this, true);
    auto *restart = new ActionButton(tr("Start again"), QStringLiteral("refresh-cw"), {}, this);
    restart->setObjectName(QStringLiteral("prefEngineRestart"));
    m_engineLog = new QPlainTextEdit(this);
    m_engineLog->setObjectName(QStringLiteral("prefEngineLog"));
    m_engineLog->setReadOnly(true);
    m_engineLog->setAccessibleName(tr("Log of the engine"));
    m_engineLog->setMinimumHeight(Theme::px(260));
    auto *state = new QHBoxLayout;
    state->addWidget(m_engineState);
    state->addStretch(1);
    state->addWidget(restart);
    engine->insertLayout(engine->count() - 1, state);
    engine->insertWidget(engine->count() - 1, m_engineDetail);
    engine->insertSpacing(engine->count() - 1, Theme::px(8));
    engine->insertWidget(engine->count() - 1, m_engineLog);

    connect(m_list, &QListWidget::currentRowChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_search, &QLineEdit::textChanged, this, &PreferencesDialog::search);
    connect(m_keySearch, &QLineEdit::textChanged, this, &PreferencesDialog::fillKeyTable);
    connect(restart, &QPushButton::clicked, this, &PreferencesDialog::engineRestartWished);
    m_list->setCurrentRow(0);
}

QVBoxLayout *PreferencesDialog::addPage(const QString &id, const QString &icon, const QString &title)
{
    m_pageId = id;
    m_pageIds << id;
    auto *item = new QListWidgetItem(Theme::icon(icon), title, m_list);
    item->setData(Qt::UserRole, id);
    auto *scroll = new QScrollArea(m_pages);
    scroll->setProperty("kind", "clear");
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget;
    m_page = new QVBoxLayout(page);
    m_page->setContentsMargins(Theme::px(28), Theme::px(18), Theme::px(28), Theme::px(18));
    m_page->setSpacing(0);
    auto *top = new QHBoxLayout;
    top->addWidget(makeLabel(title, "page", page));
    top->addStretch(1);
    auto *reset = new ActionButton(tr("Reset"), QStringLiteral("rotate-ccw"), {}, page);
    reset->setObjectName(QStringLiteral("prefReset.%1").arg(id));
    reset->setKind("ghost");
    reset->setSmall(true);
    reset->setToolTip(tr("Set this page back to what it was at first"));
    reset->setVisible(id != QLatin1String("engine"));
    top->addWidget(reset);
    m_page->addLayout(top);
    m_page->addSpacing(Theme::px(10));
    m_page->addStretch(1);
    connect(reset, &QPushButton::clicked, this, [this, id] { emit resetWished(id); });
    scroll->setWidget(page);
    m_pages->addWidget(scroll);
    return m_page;
}

void PreferencesDialog::addControl(const QString &key, const QString &text, const QString &help, QWidget *control)
{
    control->setObjectName(QStringLiteral("pref.%1").arg(key));
    control->setAccessibleName(text);
    auto *row = new QWidget(this);
    auto *outer = new QVBoxLayout(row);
    outer->setContentsMargins(0, Theme::px(8), 0, 0);
    outer->setSpacing(Theme::px(2));
    auto *line = new QHBoxLayout;
    line->setSpacing(Theme::px(16));
    auto *texts = new QVBoxLayout;
    texts->setSpacing(Theme::px(1));
    auto *name = makeLabel(text, "", row);
    name->setBuddy(control);
    texts->addWidget(name);
    if (!help.isEmpty()) texts->addWidget(makeLabel(help, "hint", row, true));
    line->addLayout(texts, 1);
    line->addWidget(control, 0, Qt::AlignVCenter);
    outer->addLayout(line);
    auto *reason = new ReasonLine(row);
    outer->addWidget(reason);
    outer->addSpacing(Theme::px(7));
    outer->addWidget(makeLine(row));
    m_page->insertWidget(m_page->count() - 1, row);
    m_settings[key] = {control, row, reason, m_pageId, text + QLatin1Char(' ') + help};
}

void PreferencesDialog::addChoice(const QString &key, const QString &text, const QString &help,
                                  const std::vector<std::pair<QVariant, QString>> &choices)
{
    auto *box = new QComboBox(this);
    box->setMinimumWidth(Theme::px(200));
    for (const auto &[value, shown] : choices)
        box->addItem(shown, value);
    connect(box, &QComboBox::activated, this,
            [this, box, key](int index) { emit valueWished(key, box->itemData(index)); });
    addControl(key, text, help, box);
}

void PreferencesDialog::addToggle(const QString &key, const QString &text, const QString &help)
{
    auto *toggle = new Switch(text, this);
    connect(toggle, &Switch::clicked, this, [this, key](bool on) { emit valueWished(key, on); });
    addControl(key, text, help, toggle);
}

void PreferencesDialog::addNumber(const QString &key, const QString &text, const QString &help, int low, int high,
                                  const QString &suffix, const QString &zeroText)
{
    auto *box = new QSpinBox(this);
    box->setRange(low, high);
    box->setSuffix(suffix);
    if (!zeroText.isEmpty()) box->setSpecialValueText(zeroText);
    box->setMinimumWidth(Theme::px(200));
    connect(box, &QSpinBox::valueChanged, this, [this, key](int value) { emit valueWished(key, value); });
    addControl(key, text, help, box);
}

void PreferencesDialog::addText(const QString &key, const QString &text, const QString &help, int maxLength)
{
    auto *edit = new QLineEdit(this);
    edit->setMaxLength(maxLength);
    edit->setMinimumWidth(Theme::px(200));
    connect(edit, &QLineEdit::editingFinished, this,
            [this, edit, key] { emit valueWished(key, edit->text().trimmed()); });
    addControl(key, text, help, edit);
}

void PreferencesDialog::addFolder(const QString &key, const QString &text, const QString &help)
{
    auto *button = new ActionButton(tr("Choose"), QStringLiteral("folder-open"), {}, this);
    connect(button, &QPushButton::clicked, this, [this, key] { emit folderWished(key); });
    addControl(key, text, help, button);
}

void PreferencesDialog::setValue(const QString &key, const QVariant &value)
{
    const auto found = m_settings.find(key);
    if (found == m_settings.end()) return;
    QWidget *control = found->second.control;
    const QSignalBlocker quiet(control);
    if (auto *box = qobject_cast<QComboBox *>(control)) {
        for (int index = 0; index < box->count(); ++index) {
            const QVariant at = box->itemData(index);
            const bool number = at.typeId() == QMetaType::Double;
            if (number ? std::abs(at.toDouble() - value.toDouble()) < 1e-6 : at.toString() == value.toString())
                box->setCurrentIndex(index);
        }
    } else if (auto *toggle = qobject_cast<Switch *>(control)) {
        toggle->setChecked(value.toBool());
    } else if (auto *number = qobject_cast<QSpinBox *>(control)) {
        number->setValue(value.toInt());
    } else if (auto *edit = qobject_cast<QLineEdit *>(control)) {
        if (edit->text() != value.toString()) edit->setText(value.toString());
    } else {
        control->setToolTip(value.toString());
        found->second.reason->setText(value.toString());
    }
}

void PreferencesDialog::setChoices(const QString &key, const std::vector<std::pair<QVariant, QString>> &choices)
{
    const auto found = m_settings.find(key);
    auto *box = found == m_settings.end() ? nullptr : qobject_cast<QComboBox *>(found->second.control);
    if (!box) return;
    const QSignalBlocker quiet(box);
    const QVariant current = box->currentData();
    box->clear();
    for (const auto &[value, shown] : choices)
        box->addItem(shown, value);
    box->setCurrentIndex(std::max(0, box->findData(current)));
}

void PreferencesDialog::setAvailability(const QString &key, const Availability &availability)
{
    const auto found = m_settings.find(key);
    if (found == m_settings.end()) return;
    applyAvailability(found->second.control, availability);
    found->second.reason->setText(availability.available ? QString() : availability.reason);
}

void PreferencesDialog::setEngineState(const QString &text, const QString &detail)
{
    m_engineState->setText(text);
    m_engineDetail->setText(detail);
}

void PreferencesDialog::setEngineLog(const QString &text)
{
    m_engineLog->setPlainText(text);
    m_engineLog->moveCursor(QTextCursor::End);
}

void PreferencesDialog::showPage(const QString &id)
{
    m_list->setCurrentRow(std::max<int>(0, static_cast<int>(m_pageIds.indexOf(id))));
}

void PreferencesDialog::search(const QString &text)
{
    QSet<QString> pages;
    for (const auto &[key, setting] : m_settings) {
        const bool shown = text.isEmpty() || setting.text.contains(text, Qt::CaseInsensitive);
        setting.row->setVisible(shown);
        if (shown) pages << setting.page;
    }
    int firstShown = -1;
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem *item = m_list->item(row);
        const bool shown = text.isEmpty() || pages.contains(item->data(Qt::UserRole).toString()) ||
                           item->text().contains(text, Qt::CaseInsensitive);
        item->setHidden(!shown);
        if (shown && firstShown < 0) firstShown = row;
    }
    if (firstShown >= 0 && m_list->currentItem() && m_list->currentItem()->isHidden())
        m_list->setCurrentRow(firstShown);
}

} // namespace glio::widgets
