#pragma once
#include <QDialog>
#include <QImage>

#include <vector>

class QCheckBox;
class QLabel;
class QLineEdit;

namespace glio::widgets {

struct LicenceEntry {
    QString name, licence, text; ///< "Qt 6", "LGPL-3.0", full text or the notice
};

/// About: version, the research notice in its long form, licences of everything inside [aboutDialog].
class AboutDialog final : public QDialog {
    Q_OBJECT
public:
    AboutDialog(const QString &version, const std::vector<LicenceEntry> &licences, QWidget *parent = nullptr);
};

/// The research notice, shown once and confirmed [noticeDialog]: accepted() = "I understand" [noticeConfirm]; it has no
/// other way out but Quit.
class NoticeDialog final : public QDialog {
    Q_OBJECT
public:
    explicit NoticeDialog(QWidget *parent = nullptr);
};

/// A question that must be answered, with its choices as rows or pictures [choiceDialog]: "Is this T1 or T1c?",
/// "Value 4 means two things. Which is it here?". Buttons are named choice.<id>.
class ChoiceDialog final : public QDialog {
    Q_OBJECT
public:
    struct Choice {
        QString id, title, detail;
        QImage image; ///< optional
    };
    ChoiceDialog(const QString &title, const QString &text, const std::vector<Choice> &choices,
                 const QString &alsoText = {}, QWidget *parent = nullptr);
    QString chosen() const { return m_chosen; } ///< "" when closed
    bool also() const;                          ///< the box under the choices ("for all cases")

private:
    QString m_chosen;
    QCheckBox *m_also = nullptr;
};

/// Asks for a typed reason [reasonDialog]: accepts only a text that is not blank.
class ReasonDialog final : public QDialog {
    Q_OBJECT
public:
    ReasonDialog(const QString &title, const QString &text, const QString &acceptText, QWidget *parent = nullptr);
    QString reason() const;

private:
    QLineEdit *m_edit;
};

/// Asks once for the name that sign-offs and steps carry [nameDialog]: accepts only a name that is not blank.
class NameDialog final : public QDialog {
    Q_OBJECT
public:
    NameDialog(const QString &title, const QString &text, const QString &name, const QString &acceptText,
               QWidget *parent = nullptr);
    QString name() const;

private:
    QLineEdit *m_edit;
};

/// Details of something that went wrong: text with Copy [detailsDialog].
class DetailsDialog final : public QDialog {
    Q_OBJECT
public:
    DetailsDialog(const QString &title, const QString &text, const QString &log, QWidget *parent = nullptr);
};

} // namespace glio::widgets
