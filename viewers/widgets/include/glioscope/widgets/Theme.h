#pragma once
#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPixmap>

#include <array>

namespace glio::widgets {

/// Colours of ui.md section 11, by meaning.
enum class Token {
    View,
    Bg0,
    Bg1,
    Bg2,
    Bg3,
    Bg4,
    Line,
    Line2,
    Line3,
    T1,
    T2,
    T3,
    Ac,
    OnAc,
    AcBg,
    Doubt,
    DoubtBg,
    Warn,
    WarnBg,
    Err,
    ErrBg,
    Ok,
    OkBg,
    Grid,
    Letters,
};
inline constexpr int tokenCount = static_cast<int>(Token::Letters) + 1;

/// Sizes of ui.md section 11: px / line height at 100 %.
enum class TextSize { Note, Small, Body, Title, Page, Verdict };

/// The look: colour tokens from :/themes/*.json, the style sheet, fonts, tinted icons, one scale for every size.
/// Widgets that paint themselves read color(), px(), font() while painting and repaint on themeChanged().
/// Thread: GUI. One per process; usable before a QApplication exists except for icons and fonts.
class Theme final : public QObject {
    Q_OBJECT
public:
    static Theme &instance();

    /// Loads the shipped fonts, sets the application's font and style sheet. Call once after QApplication is made.
    void install();

    /// "reading-room" (default), "light" or "system" (follows the desktop). Unknown names fall back to reading-room.
    void setTheme(const QString &id);
    QString theme() const { return m_id; }
    bool isDark() const { return m_dark; }
    /// 100..200; clamped.
    void setScale(int percent);
    int scalePercent() const { return m_scale; }
    /// Off stops toasts sliding in, folds and the lock flash (ui.md section 13).
    void setMotion(bool on) { m_motion = on; }
    bool motion() const { return m_motion; }

    static QColor color(Token token);
    /// A size given in px at 100 %, scaled and rounded.
    static int px(double sizeAt100);
    static QFont font(TextSize size = TextSize::Body, QFont::Weight weight = QFont::Normal);

    /// The same with figures of one width, for numbers that change while one looks at them. (Inter also widens the
    /// hyphen there, so words keep the other one.)
    static QFont figures(TextSize size = TextSize::Body, QFont::Weight weight = QFont::Normal);

    /// Icon `name` (resources/icons/NAME.svg) that tints itself while painting: `normal` when off, accent when checked,
    /// 42 % when disabled. Follows theme changes by itself. An unknown name gives an empty icon and a log line.
    static QIcon icon(const QString &name, Token normal = Token::T2, Token checked = Token::Ac);
    /// One pixmap in one colour, `sizeAt100` scaled; cached per colour, size and device pixel ratio.
    static QPixmap pixmap(const QString &name, double sizeAt100, const QColor &colour, qreal devicePixelRatio = 1.0);

    /// The style sheet with colours and sizes filled in (for tests).
    QString styleSheet() const;

signals:
    void themeChanged(); ///< colours, scale or both; after the application's style sheet was set

private:
    Theme();
    void load(const QString &id);
    void refresh();
    QString m_id;
    bool m_dark = true, m_installed = false, m_motion = true;
    int m_scale = 100;
    std::array<QColor, tokenCount> m_colors;
};

} // namespace glio::widgets
