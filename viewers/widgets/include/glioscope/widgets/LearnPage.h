#pragma once
#include <QFrame>

#include <vector>

class QLabel;
class QVBoxLayout;

namespace glio::widgets {

/// A model of the list [modelList].
struct ModelRow {
    QString id, name, state, tone, detail; ///< "PED 1", "bundled", "", "made on phantoms, 40 cases"
};

/// The Learn page [learnPage] in its first form: what learning needs, how much of it is there, and the models
/// installed.
class LearnPage final : public QFrame {
    Q_OBJECT
public:
    explicit LearnPage(QWidget *parent = nullptr);
    void setApprovedCases(int approved, int needed); ///< 5 is the least
    void setModels(const std::vector<ModelRow> &models);

signals:
    void modelWished(const QString &id); ///< show its card

private:
    QLabel *m_progress;
    class StackedBar *m_bar;
    QVBoxLayout *m_models;
    std::vector<QWidget *> m_rows;
};

} // namespace glio::widgets
