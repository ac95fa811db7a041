#include "support/Settings.h"

#include "glioscope/base/Paths.h"

#include <QHash>

namespace glio::app {

namespace {
const QHash<QString, QVariant> &defaults()
{
    static const QHash<QString, QVariant> values{
        {"general/language", ""},
        {"general/theme", "reading-room"},
        {"general/scale", 100},
        {"general/reopen", false},
        {"general/motion", false},
        {"views/convention", "radiological"},
        {"views/interpolation", "linear"},
        {"views/crosshair", "neutral"},
        {"views/corners", true},
        {"views/smoothOutlines", true},
        {"views/quality3d", "balanced"},
        {"colours/palette", "distinct"},
        {"colours/patterns", false},
        {"keys/preset", "itksnap"},
        {"keys/penPressure", true},
        {"keys/penLeast", 20},
        {"keys/penCurve", "even"},
        {"segment/model", ""},
        {"segment/device", "auto"},
        {"segment/looks", 4},
        {"segment/memoryGb", 0},
        {"segment/band", 0.90},
        {"privacy/patientName", false},
        {"privacy/snapshotStamp", true},
        {"saving/folder", ""},
        {"saving/historyMb", 256},
        {"saving/reader", ""},
        {"saving/project", ""},
        {"project/current", ""},
        {"project/recent", QStringList()},
        {"brush/size", 8.0},
        {"brush/square", false},
        {"brush/ball", true},
        {"brush/edges", false},
        {"brush/strength", 50},
        {"hints/closed", ""},
        {"overlay/style", 2},
        {"overlay/line", 1.5},
        {"overlay/fill", 34},
        {"cases/sort", "check"},
        {"cases/demoClosed", false},
        {"tour/done", false},
        {"notice/confirmed", false},
    };
    return values;
}
} // namespace

Settings::Settings(QObject *parent)
    : QObject(parent), m_store(QString::fromStdString((configHome() / "settings.ini").string()), QSettings::IniFormat)
{
}

QVariant Settings::defaultOf(const QString &key) { return defaults().value(key); }

QVariant Settings::value(const QString &key) const
{
    if (const auto override = m_overrides.constFind(key); override != m_overrides.constEnd()) return *override;
    const QVariant fallback = defaultOf(key);
    QVariant value = m_store.value(key, fallback);
    if (fallback.isValid() && value.metaType() != fallback.metaType())
        value.convert(fallback.metaType()); // ini keeps text
    return value;
}

void Settings::setOverride(const QString &key, const QVariant &newValue)
{
    if (value(key) == newValue) return;
    m_overrides[key] = newValue;
    emit changed(key, newValue);
}

void Settings::setValue(const QString &key, const QVariant &newValue)
{
    if (value(key) == newValue) return;
    m_overrides.remove(key);
    m_store.setValue(key, newValue);
    emit changed(key, value(key));
}

void Settings::resetPage(const QString &page)
{
    for (auto it = defaults().begin(); it != defaults().end(); ++it) {
        if (it.key().startsWith(page + '/')) setValue(it.key(), it.value());
    }
    for (const QString &key : m_store.allKeys()) { // what has no default, such as own colours
        if (!key.startsWith(page + '/') || defaults().contains(key)) continue;
        m_store.remove(key);
        emit changed(key, {});
    }
}

QString Settings::reader() const
{
    const QString chosen = value("saving/reader").toString().trimmed();
    return chosen.isEmpty() ? qEnvironmentVariable("USER", QStringLiteral("reader")) : chosen;
}

QByteArray Settings::state(const QString &name) const { return m_store.value("state/" + name).toByteArray(); }
void Settings::setState(const QString &name, const QByteArray &value) { m_store.setValue("state/" + name, value); }

} // namespace glio::app
