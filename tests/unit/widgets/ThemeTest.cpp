#include "WidgetsFixture.h"

#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/OverlayPanel.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <QDir>
#include <QDirIterator>
#include <QFontInfo>
#include <QRegularExpression>
#include <QSlider>

#include <cmath>

using namespace glio::widgets;

namespace {
double luminance(const QColor &colour)
{
    const auto linear = [](double v) { return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}
double contrast(Token a, Token b)
{
    const double la = luminance(Theme::color(a)), lb = luminance(Theme::color(b));
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}
} // namespace

TEST_CASE("both themes give every token a colour that can be read on its ground", "[widgets][theme]")
{
    application();
    const char *name = GENERATE("reading-room", "light");
    Theme::instance().setTheme(QLatin1String(name));
    CAPTURE(name);
    for (int n = 0; n < tokenCount; ++n)
        CHECK(Theme::color(static_cast<Token>(n)).isValid());
    for (Token ground : {Token::Bg0, Token::Bg1, Token::Bg2}) {
        CHECK(contrast(Token::T1, ground) >= 4.5);
        CHECK(contrast(Token::T2, ground) >= 4.5);
        CHECK(contrast(Token::T3, ground) >= 4.5);
    }
    CHECK(contrast(Token::OnAc, Token::Ac) >= 4.5);
    CHECK(contrast(Token::Doubt, Token::DoubtBg) >= 4.5);
    CHECK(contrast(Token::Warn, Token::WarnBg) >= 4.5);
    CHECK(contrast(Token::Err, Token::ErrBg) >= 4.5);
    CHECK(contrast(Token::Ok, Token::OkBg) >= 4.5);
    CHECK(contrast(Token::Line3, Token::Bg1) >= 3.0);
    Theme::instance().setTheme("reading-room");
}

TEST_CASE("the style sheet names no token that the theme does not know, and no picture that is not there",
          "[widgets][theme]")
{
    application();
    const char *name = GENERATE("reading-room", "light");
    Theme::instance().setTheme(QLatin1String(name));
    const QString sheet = Theme::instance().styleSheet();
    CHECK(sheet.size() > 4000);
    CHECK_FALSE(sheet.contains('@'));
    for (auto it = QRegularExpression("url\\((:[^)]+)\\)").globalMatch(sheet); it.hasNext();) {
        const QString path = it.next().captured(1);
        INFO(path.toStdString());
        CHECK(QFile::exists(path));
    }
    Theme::instance().setTheme("reading-room");
}

TEST_CASE("the shipped Inter is the font of the application", "[widgets][theme]")
{
    application();
    CHECK(QFontInfo(Theme::font()).family() == "Inter");
    CHECK(QFontInfo(Theme::font(TextSize::Title, QFont::DemiBold)).weight() == QFont::DemiBold);
    CHECK(Theme::font(TextSize::Note).pixelSize() == 11);
}

TEST_CASE("every icon that the sources ask for is shipped", "[widgets][theme][icons]")
{
    application();
    // Names stand as string literals next to the calls that take an icon; what looks like one must exist.
    const QRegularExpression call("(?:Theme::(?:icon|pixmap)\\(|setIconName\\(|IconButton\\()\\s*(?:QStringLiteral\\(|"
                                  "QLatin1String\\()?\"([a-z0-9-]+)\"");
    int asked = 0;
    for (const char *folder : {"/viewers/widgets", "/app/glioscope"}) {
        QDirIterator files(QStringLiteral(GLIO_SOURCE_DIR) + folder, {"*.cpp", "*.h"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            REQUIRE(file.open(QIODevice::ReadOnly));
            for (auto it = call.globalMatch(QString::fromUtf8(file.readAll())); it.hasNext();) {
                const QString icon = it.next().captured(1);
                INFO(file.fileName().toStdString() << " asks for " << icon.toStdString());
                CHECK(QFile::exists(":/icons/" + icon + ".svg"));
                ++asked;
            }
        }
    }
    CHECK(asked > 30);
}

TEST_CASE("an icon takes the colour it is asked for and fades when it is disabled", "[widgets][theme][icons]")
{
    application();
    const QImage image = Theme::pixmap("square", 24, QColor("#FF0000")).toImage();
    const QColor middleOfTop = image.pixelColor(12, 4);
    CHECK(middleOfTop.red() > 200);
    CHECK(middleOfTop.green() < 40);
    const QIcon icon = Theme::icon("square");
    const auto strongest = [](const QImage &of) {
        int most = 0;
        for (int y = 0; y < of.height(); ++y)
            for (int x = 0; x < of.width(); ++x)
                most = std::max(most, of.pixelColor(x, y).alpha());
        return most;
    };
    const int normal = strongest(icon.pixmap(QSize(24, 24), 1.0, QIcon::Normal).toImage());
    const int disabled = strongest(icon.pixmap(QSize(24, 24), 1.0, QIcon::Disabled).toImage());
    CHECK(normal > 240);
    CHECK(std::abs(disabled - 0.42 * 255) < 12);
    CHECK(icon.pixmap(QSize(24, 24), 1.0, QIcon::Normal, QIcon::On).toImage() !=
          icon.pixmap(QSize(24, 24), 1.0, QIcon::Normal, QIcon::Off).toImage());
}

TEST_CASE("the scale reaches sizes, the sheet and widgets that are already there, and comes back", "[widgets][theme]")
{
    application();
    QWidget window;
    OverlayPanel panel(&window);
    auto *slider = panel.findChild<QSlider *>("fillOpacity");
    REQUIRE(slider);
    const int before = slider->minimumHeight();
    Theme::instance().setScale(200);
    CHECK(Theme::px(28) == 56);
    CHECK(Theme::px(1) == 2);
    CHECK(slider->minimumHeight() == 2 * before);
    CHECK(Theme::instance().styleSheet().contains("font-size: 26px"));
    Theme::instance().setScale(500);
    CHECK(Theme::instance().scalePercent() == 200);
    Theme::instance().setScale(100);
    CHECK(slider->minimumHeight() == before);
    CHECK(Theme::instance().styleSheet().contains("font-size: 13px"));
}

TEST_CASE("a theme that does not exist falls back to the reading room", "[widgets][theme]")
{
    application();
    Theme::instance().setTheme("midnight");
    CHECK(Theme::instance().theme() == "reading-room");
    CHECK(Theme::instance().isDark());
}
