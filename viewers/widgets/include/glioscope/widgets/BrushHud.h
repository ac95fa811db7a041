#pragma once
#include <QColor>
#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace glio::widgets {

/// What the brush would do, in words.
struct BrushHudText {
    QColor swatch;
    QString label; ///< "Enhancing tumour"
    QString size;  ///< "8.0 mm ball"
    QString range; ///< "T1c 168 to 255"; empty: none
    bool erasing = false;
    QString pen{}; ///< "Pen 62 %"; empty: a mouse, or pressure changes nothing
    friend bool operator==(const BrushHudText &, const BrushHudText &) = default;
};

/// [brushHud]: a translucent chip over a view's canvas, 24 px below right of the pointer, on the other side where it
/// would leave the canvas. Shows for 1.5 s after a change; transparent for the mouse; nothing moves by itself.
class BrushHud final : public QWidget {
    Q_OBJECT
public:
    static constexpr int showsMs = 1500;
    explicit BrushHud(QWidget *canvas = nullptr);
    void setCanvas(QWidget *canvas);         ///< the pointer went into another view; hides it until it is shown again
    void setPointer(const QPoint &inCanvas); ///< follows, shown or not
    void setText(const BrushHudText &text);  ///< shows it where it says something new
    void showBlocked(const QString &text);   ///< "Oedema is locked", with a lock, in place of the text for 1.5 s
    void showBriefly();                      ///< on entering a view
    void setKept(bool kept);                 ///< the preference: stays until dismissed
    void dismiss();                          ///< the pointer left the views
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();
    void end();
    void say();
    QPointer<QWidget> m_canvas;
    QTimer m_timer;
    BrushHudText m_text;
    QString m_blocked;
    QPoint m_pointer;
    bool m_kept = false;
};

} // namespace glio::widgets
