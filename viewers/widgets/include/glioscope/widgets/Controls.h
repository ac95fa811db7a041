#pragma once
#include "glioscope/widgets/Availability.h"
#include "glioscope/widgets/Theme.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QComboBox>
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include <vector>

class QHBoxLayout;
class QVBoxLayout;

namespace glio::widgets {

/// Push button with an icon, a text and, where it has one, its key on a small cap. kind: "primary", "ghost" or "".
class ActionButton final : public QPushButton {
    Q_OBJECT
public:
    explicit ActionButton(const QString &text, const QString &iconName = {}, const QString &key = {},
                          QWidget *parent = nullptr);
    void setKind(const char *kind);
    void setSmall(bool on);
    void setKey(const QString &key);
    void setKeyShown(bool shown);
    void setTextShown(bool shown); ///< false: the icon alone, where it has one; the text stays its name
    void setIconName(const QString &name);
    void setIconAtEnd(bool on);
    void setLeftAligned(bool on);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString shownText() const { return m_textShown ? text() : QString(); }
    QString m_iconName, m_key;
    bool m_small = false, m_iconAtEnd = false, m_left = false, m_keyShown = true, m_textShown = true;
};

/// Icon-only button: tooltip with its key, accessible name. `size` and `icon` in px at 100 %.
class IconButton final : public QToolButton {
    Q_OBJECT
public:
    IconButton(const QString &iconName, const QString &name, const QString &key, double size = 30, double icon = 18,
               QWidget *parent = nullptr);
    void setIconName(const QString &name);
    void setNameAndKey(const QString &name, const QString &key); ///< accessible name and tooltip
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

private:
    double m_size, m_iconSize;
};

/// On/off switch, 28 x 16.
class Switch final : public QAbstractButton {
    Q_OBJECT
public:
    explicit Switch(const QString &accessibleName, QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// Row of exclusive choices in one frame (kind "segmented"). Values are the index.
class Segmented final : public QFrame {
    Q_OBJECT
public:
    explicit Segmented(const QStringList &texts, QWidget *parent = nullptr);
    void setIndex(int index); ///< shows it; emits nothing
    int index() const;
    QToolButton *button(int index) const;
signals:
    void indexWished(int index);

private:
    QButtonGroup *m_group;
};

/// A combo box that ends a text which does not fit in "…".
class ElidingComboBox final : public QComboBox {
    Q_OBJECT
public:
    using QComboBox::QComboBox;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// A key drawn as a cap.
class KeyCap final : public QLabel {
    Q_OBJECT
public:
    explicit KeyCap(const QString &key, QWidget *parent = nullptr);
};

/// Icon and word on a coloured ground; state: "", "ok", "warn", "error", "doubt", "accent".
class Pill final : public QWidget {
    Q_OBJECT
public:
    explicit Pill(QWidget *parent = nullptr);
    void set(const QString &text, const QString &iconName, const QString &state);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }
    /// For delegates: paints a pill with its left edge at `left`, centred on `middleY`; returns its width.
    static int paint(QPainter &painter, int left, int middleY, const QString &text, const QString &iconName,
                     const QString &state);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text, m_icon, m_state;
};

/// A section of a side panel: title row (with room for widgets at its right) and rows below; folds on a click on the
/// title.
class Section final : public QFrame {
    Q_OBJECT
public:
    explicit Section(const QString &title, QWidget *parent = nullptr);
    void setTitle(const QString &title);
    QHBoxLayout *header() const { return m_header; } ///< add what stands at the right
    QVBoxLayout *body() const { return m_body; }
    void setInset(double at100);         ///< the body may reach this far beyond the title on both sides
    void setNote(const QString &text);   ///< small grey text at the right of the title
    void setReason(const QString &text); ///< line under the body that says why something is off; empty hides it
    void setFolded(bool folded);
    bool isFolded() const { return m_folded; }
    void setFoldable(bool foldable) { m_foldable = foldable; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QFrame *m_headerRow;
    QHBoxLayout *m_header;
    QVBoxLayout *m_body;
    QWidget *m_content;
    QLabel *m_title, *m_note;
    class ReasonLine *m_reason;
    bool m_folded = false, m_foldable = false;
};

/// Info icon and a sentence in small grey text; hidden while empty.
class ReasonLine final : public QWidget {
    Q_OBJECT
public:
    explicit ReasonLine(QWidget *parent = nullptr);
    void setText(const QString &text);
    QString text() const;

private:
    QLabel *m_icon, *m_text;
};

/// Plain label with a text style by `kind` ("", "small", "hint", "title", "page", "verdict", "note", "strong").
QLabel *makeLabel(const QString &text, const char *kind, QWidget *parent = nullptr, bool wraps = false);
/// Gives a label that shows numbers figures of one width; returns it.
QLabel *withFigures(QLabel *label);
/// Label left, value or control right, height 28.
QHBoxLayout *addRow(QVBoxLayout *to, const QString &label, QWidget *control);
/// Sets a property that the style sheet selects by, and polishes the widget again.
void setStyleProperty(QWidget *widget, const char *name, const QVariant &value);
/// 1 px line.
QFrame *makeLine(QWidget *parent = nullptr);
/// "77.6" with the locale's grouping off and a decimal point; mL and mm are shown to 0.1 everywhere.
QString oneDecimal(double value);

} // namespace glio::widgets
