#include "glioscope/widgets/StackedBar.h"

#include "glioscope/widgets/Theme.h"

#include <QPainter>
#include <QPainterPath>

namespace glio::widgets {

StackedBar::StackedBar(double heightAt100, QWidget *parent) : QWidget(parent), m_height(heightAt100)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void StackedBar::setParts(const std::vector<Part> &parts, double total)
{
    m_parts = parts;
    m_total = total > 0 ? total : 1;
    update();
}

QSize StackedBar::sizeHint() const { return {Theme::px(120), Theme::px(m_height)}; }
QSize StackedBar::minimumSizeHint() const { return {Theme::px(40), Theme::px(m_height)}; }

void StackedBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath clip;
    clip.addRoundedRect(rect(), height() / 2.0, height() / 2.0);
    painter.setClipPath(clip);
    painter.fillRect(rect(), Theme::color(Token::Bg4));
    double x = 0;
    for (const Part &part : m_parts) {
        const double wide = width() * part.value / m_total;
        if (wide <= 0) continue;
        painter.fillRect(QRectF(x, 0, std::max(1.0, wide - 1), height()), part.colour);
        painter.fillRect(QRectF(x + wide - 1, 0, 1, height()), Theme::color(Token::Bg1));
        x += wide;
    }
}

} // namespace glio::widgets
