#pragma once
#include <QColor>
#include <QWidget>

#include <vector>

namespace glio::widgets {

/// Thin rounded bar of coloured parts with 1 px gaps; what is left over is bg4.
class StackedBar final : public QWidget {
    Q_OBJECT
public:
    struct Part {
        double value = 0;
        QColor colour;
    };
    explicit StackedBar(double heightAt100, QWidget *parent = nullptr);
    void setParts(const std::vector<Part> &parts, double total);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double m_height, m_total = 1;
    std::vector<Part> m_parts;
};

} // namespace glio::widgets
