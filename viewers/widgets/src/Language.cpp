#include "glioscope/widgets/Language.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

// Resources of a static library are kept only when they are asked for by name; this must stand outside namespaces.
static void keepTranslations() { Q_INIT_RESOURCE(glio_translations); }

namespace glio::widgets {

QString installLanguage(const QString &code)
{
    keepTranslations();
    static QTranslator *ours = nullptr, *qt = nullptr;
    for (QTranslator *translator : {ours, qt})
        if (translator) {
            QCoreApplication::removeTranslator(translator);
            delete translator;
        }
    ours = new QTranslator(QCoreApplication::instance());
    qt = new QTranslator(QCoreApplication::instance());
    QString wanted = code.isEmpty() ? QLocale::system().name().section(QLatin1Char('_'), 0, 0) : code;
    if (!languages().contains(wanted)) wanted = QStringLiteral("en");
    if (ours->load(QStringLiteral(":/i18n/glioscope_%1.qm").arg(wanted))) QCoreApplication::installTranslator(ours);
    if (wanted != QLatin1String("en") &&
        qt->load(QStringLiteral("qtbase_%1").arg(wanted), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(qt);
    return wanted;
}

QStringList languages()
{
    keepTranslations();
    QStringList codes;
    for (const QString &file : QDir(QStringLiteral(":/i18n")).entryList({QStringLiteral("glioscope_*.qm")}))
        codes << file.section(QLatin1Char('_'), 1).chopped(3);
    return codes;
}

} // namespace glio::widgets
