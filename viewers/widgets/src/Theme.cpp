#include "glioscope/widgets/Theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCache>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QIconEngine>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLayout>
#include <QPainter>
#include <QPixmapCache>
#include <QProxyStyle>
#include <QRegularExpression>
#include <QStyleFactory>
#include <QStyleHints>
#include <QSvgRenderer>

#include <cmath>

// A static library's resources are kept only when something asks for them by name; this must stand outside namespaces.
static void keepResources()
{
    Q_INIT_RESOURCE(glio_look);
    Q_INIT_RESOURCE(glio_fonts);
}

namespace glio::widgets {
namespace {

/// The same base on every desktop, without lines under the letters of menus (Alt and the letter open them as ever).
class QuietStyle final : public QProxyStyle {
public:
    QuietStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *data) const override
    {
        return hint == SH_UnderlineShortcut ? 0 : QProxyStyle::styleHint(hint, option, widget, data);
    }
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override
    {
        return metric == PM_LineEditIconSize ? Theme::px(16) : QProxyStyle::pixelMetric(metric, option, widget);
    }
};

constexpr const char *tokenNames[tokenCount] = {
    "view", "bg0",  "bg1",   "bg2",     "bg3",  "bg4",    "line", "line2", "line3", "t1",   "t2",   "t3",     "ac",
    "onac", "acbg", "doubt", "doubtbg", "warn", "warnbg", "err",  "errbg", "ok",    "okbg", "grid", "letters"};

QByteArray readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray svgSource(const QString &name)
{
    static QHash<QString, QByteArray> sources;
    auto found = sources.constFind(name);
    if (found == sources.constEnd()) {
        const QByteArray source = readAll(QStringLiteral(":/icons/%1.svg").arg(name));
        if (source.isEmpty()) qWarning("Theme: there is no icon '%s'", qPrintable(name));
        found = sources.insert(name, source);
    }
    return *found;
}

QPixmap render(const QString &name, QSize logical, const QColor &colour, qreal ratio, double opacity = 1.0)
{
    const QByteArray source = svgSource(name);
    if (source.isEmpty() || logical.isEmpty()) return {};
    const QString key = QStringLiteral("glio/%1/%2x%3/%4/%5/%6")
                            .arg(name)
                            .arg(logical.width())
                            .arg(logical.height())
                            .arg(colour.name(QColor::HexArgb))
                            .arg(ratio)
                            .arg(opacity);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    QByteArray tinted = source;
    tinted.replace("currentColor", colour.name().toLatin1());
    pixmap = QPixmap(logical * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setOpacity(opacity * colour.alphaF());
    QSvgRenderer svg(tinted);
    const double side = std::min(logical.width(), logical.height());
    svg.render(&painter, QRectF((logical.width() - side) / 2, (logical.height() - side) / 2, side, side));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

/// Asks the theme while painting, so that a change of theme needs no new icons anywhere.
class TintedIcon final : public QIconEngine {
public:
    TintedIcon(QString name, Token normal, Token checked)
        : m_name(std::move(name)), m_normal(normal), m_checked(checked)
    {
    }
    QIconEngine *clone() const override { return new TintedIcon(*this); }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        const QSize logical(std::lround(size.width() / scale), std::lround(size.height() / scale));
        const QColor colour = Theme::color(state == QIcon::On ? m_checked : m_normal);
        return render(m_name, logical, colour, scale, mode == QIcon::Disabled ? 0.42 : 1.0);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const qreal ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        painter->drawPixmap(rect, scaledPixmap(rect.size() * ratio, mode, state, ratio));
    }
    bool isNull() override { return svgSource(m_name).isEmpty(); }

private:
    QString m_name;
    Token m_normal, m_checked;
};

int scaled(int value, double ratio) { return value <= 1 ? value : static_cast<int>(std::lround(value * ratio)); }

void rescale(QLayout *layout, double ratio)
{
    const QMargins old = layout->contentsMargins();
    layout->setContentsMargins(scaled(old.left(), ratio), scaled(old.top(), ratio), scaled(old.right(), ratio),
                               scaled(old.bottom(), ratio));
    if (layout->spacing() > 0) layout->setSpacing(scaled(layout->spacing(), ratio));
    for (int n = 0; n < layout->count(); ++n) {
        QLayoutItem *item = layout->itemAt(n);
        if (QLayout *inner = item->layout()) {
            rescale(inner, ratio);
        } else if (QSpacerItem *spacer = item->spacerItem()) {
            const QSizePolicy policy = spacer->sizePolicy();
            spacer->changeSize(scaled(spacer->sizeHint().width(), ratio), scaled(spacer->sizeHint().height(), ratio),
                               policy.horizontalPolicy(), policy.verticalPolicy());
        }
    }
    layout->invalidate();
}

/// Sizes that were given in numbers once: they follow the scale while the window is open.
void rescale(QWidget *widget, double ratio)
{
    if (widget->layout()) rescale(widget->layout(), ratio);
    if (widget->isWindow()) return;
    const QSize low = widget->minimumSize(), high = widget->maximumSize();
    const auto limit = [&](int value) { return value >= QWIDGETSIZE_MAX ? value : scaled(value, ratio); };
    widget->setMaximumSize(limit(high.width()), limit(high.height()));
    widget->setMinimumSize(scaled(low.width(), ratio), scaled(low.height(), ratio));
    if (auto *button = qobject_cast<QAbstractButton *>(widget))
        button->setIconSize(
            QSize(scaled(button->iconSize().width(), ratio), scaled(button->iconSize().height(), ratio)));
}

} // namespace

Theme::Theme()
{
    keepResources();
    QPixmapCache::setCacheLimit(32 * 1024);
    load(QStringLiteral("reading-room"));
}

Theme &Theme::instance()
{
    static Theme theme;
    return theme;
}

void Theme::install()
{
    if (!m_installed) {
        // FreeType thickens the strokes of CFF fonts at small sizes and Qt asks it to; Inter then looks a weight too
        // heavy. All amounts zero: it draws what the designer drew. Read when Qt makes its first font engine.
        if (!qEnvironmentVariableIsSet("FREETYPE_PROPERTIES"))
            qputenv("FREETYPE_PROPERTIES", "cff:darkening-parameters=500,0,1000,0,1667,0,2333,0");
        for (const char *face : {"Regular", "Medium", "SemiBold"})
            if (QFontDatabase::addApplicationFont(QStringLiteral(":/fonts/Inter-%1.otf").arg(QLatin1String(face))) < 0)
                qWarning("Theme: the face Inter %s cannot be loaded; the system's font is used", face);
        QApplication::setStyle(new QuietStyle);
        m_installed = true;
        connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, [this] {
            if (m_id == QLatin1String("system")) {
                load(m_id);
                refresh();
            }
        });
        load(m_id);
    }
    refresh();
}

void Theme::setTheme(const QString &id)
{
    if (id == m_id) return;
    load(id);
    refresh();
}

void Theme::setScale(int percent)
{
    percent = std::clamp(percent, 100, 200);
    if (percent == m_scale) return;
    const double ratio = static_cast<double>(percent) / m_scale;
    m_scale = percent;
    if (m_installed)
        for (QWidget *widget : QApplication::allWidgets())
            rescale(widget, ratio);
    refresh();
}

void Theme::load(const QString &id)
{
    QString file = id;
    if (id == QLatin1String("system"))
        file = qGuiApp && QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Light
                   ? QStringLiteral("light")
                   : QStringLiteral("reading-room");
    QJsonObject theme = QJsonDocument::fromJson(readAll(QStringLiteral(":/themes/%1.json").arg(file))).object();
    m_id = id;
    if (theme.isEmpty()) {
        m_id = QStringLiteral("reading-room");
        theme = QJsonDocument::fromJson(readAll(QStringLiteral(":/themes/reading-room.json"))).object();
    }
    m_dark = theme.value(QLatin1String("dark")).toBool(true);
    const QJsonObject tokens = theme.value(QLatin1String("tokens")).toObject();
    for (int n = 0; n < tokenCount; ++n)
        m_colors[n] = QColor(tokens.value(QLatin1String(tokenNames[n])).toString());
}

QString Theme::styleSheet() const
{
    QString sheet = QString::fromUtf8(readAll(QStringLiteral(":/themes/glioscope.qss")));
    for (int n = 0; n < tokenCount; ++n)
        sheet.replace(QLatin1Char('@') + QLatin1String(tokenNames[n]) + QLatin1Char('@'), m_colors[n].name());
    const QColor accent = color(Token::Ac);
    sheet.replace(QLatin1String("@acHover@"), (m_dark ? accent.lighter(110) : accent.lighter(118)).name());
    sheet.replace(QLatin1String("@theme@"), m_dark ? QStringLiteral("reading-room") : QStringLiteral("light"));
    if (m_scale != 100) {
        static const QRegularExpression size(QStringLiteral("(\\d+)px"));
        QString scaled;
        qsizetype from = 0;
        for (auto it = size.globalMatch(sheet); it.hasNext();) {
            const auto match = it.next();
            scaled += QStringView(sheet).mid(from, match.capturedStart() - from);
            scaled += QString::number(px(match.captured(1).toInt())) + QLatin1String("px");
            from = match.capturedEnd();
        }
        scaled += QStringView(sheet).mid(from);
        sheet = scaled;
    }
    return sheet;
}

void Theme::refresh()
{
    if (!m_installed) return;
    QApplication::setFont(font(TextSize::Body));
    QPalette palette;
    palette.setColor(QPalette::Window, color(Token::Bg1));
    palette.setColor(QPalette::Base, color(Token::Bg0));
    palette.setColor(QPalette::Text, color(Token::T1));
    palette.setColor(QPalette::WindowText, color(Token::T1));
    palette.setColor(QPalette::ButtonText, color(Token::T1));
    palette.setColor(QPalette::PlaceholderText, color(Token::T3));
    palette.setColor(QPalette::Highlight, color(Token::Ac));
    palette.setColor(QPalette::HighlightedText, color(Token::OnAc));
    palette.setColor(QPalette::Link, color(Token::Ac));
    palette.setColor(QPalette::ToolTipBase, color(Token::Bg4));
    palette.setColor(QPalette::ToolTipText, color(Token::T1));
    QApplication::setPalette(palette);
    qApp->setStyleSheet(styleSheet());
    emit themeChanged();
}

QColor Theme::color(Token token) { return instance().m_colors[static_cast<int>(token)]; }

int Theme::px(double sizeAt100)
{
    const double scaled = sizeAt100 * instance().m_scale / 100.0;
    return sizeAt100 > 0 ? std::max(1, static_cast<int>(std::lround(scaled))) : static_cast<int>(std::lround(scaled));
}

QFont Theme::font(TextSize size, QFont::Weight weight)
{
    static constexpr int pixels[] = {11, 12, 13, 15, 18, 24};
    QFont font(QStringList{QStringLiteral("Inter"), QGuiApplication::font().family()});
    font.setPixelSize(px(pixels[static_cast<int>(size)]));
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QFont Theme::figures(TextSize size, QFont::Weight weight)
{
    QFont font = Theme::font(size, weight);
    font.setFeature("tnum", 1);
    return font;
}

QIcon Theme::icon(const QString &name, Token normal, Token checked)
{
    return QIcon(new TintedIcon(name, normal, checked));
}

QPixmap Theme::pixmap(const QString &name, double sizeAt100, const QColor &colour, qreal devicePixelRatio)
{
    const int side = px(sizeAt100);
    return render(name, {side, side}, colour, devicePixelRatio);
}

} // namespace glio::widgets
