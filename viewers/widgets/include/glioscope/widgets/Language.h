#pragma once
#include <QString>
#include <QStringList>

namespace glio::widgets {

/// Loads the sentences of a language ("en", "de"; "" = the system's, else English) and Qt's own texts. English needs it
/// too: its plural forms live there. Call after QApplication is made and before windows are. Returns what was loaded.
QString installLanguage(const QString &code);

/// Codes that are shipped.
QStringList languages();

} // namespace glio::widgets
