#pragma once
#include <QHash>
#include <QObject>
#include <QSettings>
#include <QVariant>

#include <filesystem>

namespace glio::app {

/// What the user chose, kept in configHome()/settings.ini; the keys and their values are those of PreferencesDialog.
/// `value` gives the default of a key that was never set. Thread: GUI.
class Settings final : public QObject {
    Q_OBJECT
public:
    explicit Settings(QObject *parent = nullptr);

    QVariant value(const QString &key) const;
    static QVariant defaultOf(const QString &key);
    void setValue(const QString &key, const QVariant &value); ///< emits changed when it differs
    /// For this run only: nothing is stored.
    void setOverride(const QString &key, const QVariant &value);
    /// Back to the defaults of one page ("general", "views" …).
    void resetPage(const QString &page);

    /// Window geometry and the like: not shown in the preferences.
    QByteArray state(const QString &name) const;
    void setState(const QString &name, const QByteArray &value);

    QString reader() const; ///< the name that steps and sign-offs carry; the system's user until one was chosen
    int looks() const { return value("segment/looks").toInt(); }
    bool isRadiological() const { return value("views/convention").toString() != "neurological"; }

signals:
    void changed(const QString &key, const QVariant &value);

private:
    QSettings m_store;
    QHash<QString, QVariant> m_overrides;
};

} // namespace glio::app
