#pragma once
#include "glioscope/base/Error.h"

#include <QSize>
#include <QString>
#include <QStringList>

namespace glio::app {

/// `glioscope [FILES|FOLDER...] [OPTIONS]`
struct Options {
    QStringList paths;
    bool demo = false, segment = false, quiet = false;
    QString mode;       ///< cases, review, correct, doubts, learn; empty: what follows from the rest
    QString theme;      ///< reading-room, light, system; for this run only
    QString screenshot; ///< after everything is drawn; then quit
    QString save;       ///< folder for labels, probabilities and report after --segment
    QString bench;      ///< hidden: measures the budgets on the given case, JSON to this file
    int place = 0;      ///< visit this place before the picture
    QString show;       ///< keys, preferences, about: open it before the picture
    QSize size;
    QString layout;       ///< two-by-two, large, row, sequences, single; empty: the mode's own
    QStringList settings; ///< KEY=VALUE for this run only, such as general/scale=200
};

/// Errors: InvalidArgument with a sentence for what is unknown. `text` is set when --help or --version asks for it.
Result<Options> parseOptions(const QStringList &arguments, QString &text);

} // namespace glio::app
