#pragma once
#include <QToolButton>
#include <QWidget>

namespace glio::widgets {
class IconButton;

/// A small text with a chevron on a raised ground, which opens a menu.
class MenuButton final : public QToolButton {
    Q_OBJECT
public:
    explicit MenuButton(QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *) override;
};

/// The 28 px bar over a view: name, menu, at right a text, buttons. The line below is accent while the view is active.
class ViewHeader final : public QWidget {
    Q_OBJECT
public:
    ViewHeader(const QString &viewName, const QString &title, bool withReset, QWidget *parent);
    void setTitle(const QString &title);
    void setText(const QString &text);
    QString text() const { return m_text; }
    void setActive(bool active);
    void setMaximised(bool maximised);
    MenuButton *menuButton() const { return m_menu; }
    IconButton *resetButton() const { return m_reset; }
    IconButton *moreButton() const { return m_more; }
    QSize sizeHint() const override;

signals:
    void maximiseWished(); ///< the button or a double-click
    void pressed();

protected:
    void paintEvent(QPaintEvent *) override;
    void resizeEvent(QResizeEvent *) override;
    void mousePressEvent(QMouseEvent *) override;
    void mouseDoubleClickEvent(QMouseEvent *) override;

private:
    void arrange();
    QString m_title, m_text, m_menuText;
    bool m_active = false;
    MenuButton *m_menu;
    IconButton *m_reset = nullptr, *m_maximise, *m_more;
    int m_textRight = 0;
};

} // namespace glio::widgets
