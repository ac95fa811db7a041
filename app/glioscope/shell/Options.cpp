#include "shell/Options.h"

#include <QCommandLineParser>
#include <QCoreApplication>

namespace glio::app {

Result<Options> parseOptions(const QStringList &arguments, QString &text)
{
    const auto tr = [](const char *source) { return QCoreApplication::translate("glio::app::Options", source); };
    QCommandLineParser parser;
    parser.setApplicationDescription(
        tr("Glioscope: segments brain tumours on MRI and shows where it is unsure. Research use only."));
    const QCommandLineOption help({"h", "help"}, tr("This text.")), version("version", tr("The version."));
    const QCommandLineOption demo("demo", tr("Open the demo case; it is made when missing."));
    const QCommandLineOption segment("segment", tr("Segment the case that is opened."));
    const QCommandLineOption mode("mode", tr("Start in cases, review, correct, doubts or learn."), "NAME");
    const QCommandLineOption theme("theme", tr("reading-room, light or system, for this run."), "NAME");
    const QCommandLineOption size("size", tr("Size of the window, such as 1600x1000."), "WxH");
    const QCommandLineOption screenshot(
        "screenshot", tr("Write a picture of the window to FILE once all is drawn, then quit."), "FILE");
    const QCommandLineOption save("save", tr("After --segment: labels, probabilities and report into DIR."), "DIR");
    const QCommandLineOption place("place", tr("Visit place number N before the picture."), "N", "0");
    const QCommandLineOption show("show", tr("Open keys, preferences or about before the picture."), "NAME");
    QCommandLineOption bench("bench", tr("Measure the budgets of viewing, JSON to FILE, then quit."), "FILE");
    bench.setFlags(QCommandLineOption::HiddenFromHelp);
    const QCommandLineOption layout("layout", tr("two-by-two, large, row, sequences or single."), "NAME");
    const QCommandLineOption set("set", tr("A preference for this run, such as general/scale=200."), "KEY=VALUE");
    parser.addOptions(
        {help, version, demo, segment, mode, theme, size, screenshot, save, place, show, bench, layout, set});
    parser.addPositionalArgument("FILES", tr("Images of one case, or its folder."), "[FILES|FOLDER...]");
    if (!parser.parse(arguments))
        return fail(Errc::InvalidArgument, parser.errorText().toStdString() + " See glioscope --help.");
    Options options;
    if (parser.isSet(help)) text = parser.helpText();
    if (parser.isSet(version)) text = QStringLiteral("glioscope %1\n").arg(GLIO_VERSION);
    options.paths = parser.positionalArguments();
    options.demo = parser.isSet(demo);
    options.segment = parser.isSet(segment);
    options.mode = parser.value(mode);
    if (!options.mode.isEmpty() && options.mode != "cases" && options.mode != "review" && options.mode != "correct" &&
        options.mode != "doubts" && options.mode != "learn") {
        return fail(Errc::InvalidArgument, "There is no mode '" + options.mode.toStdString() +
                                               "'. Modes: cases, review, correct, doubts, learn.");
    }
    options.theme = parser.value(theme);
    if (!options.theme.isEmpty() && options.theme != "reading-room" && options.theme != "light" &&
        options.theme != "system") {
        return fail(Errc::InvalidArgument,
                    "There is no theme '" + options.theme.toStdString() + "'. Themes: reading-room, light, system.");
    }
    options.screenshot = parser.value(screenshot);
    options.save = parser.value(save);
    options.place = parser.value(place).toInt();
    options.show = parser.value(show);
    options.bench = parser.value(bench);
    options.layout = parser.value(layout);
    if (!QStringList{"", "two-by-two", "large", "row", "sequences", "single"}.contains(options.layout)) {
        return fail(Errc::InvalidArgument, "There is no layout '" + options.layout.toStdString() +
                                               "'. Layouts: two-by-two, large, row, sequences, single.");
    }
    options.settings = parser.values(set);
    for (const QString &one : std::as_const(options.settings)) {
        if (one.indexOf('=') < 1)
            return fail(Errc::InvalidArgument,
                        "'" + one.toStdString() + "' sets nothing. Write it as general/scale=200.");
    }
    options.quiet = !options.screenshot.isEmpty() || !options.bench.isEmpty();
    if (parser.isSet(size)) {
        const QStringList parts = parser.value(size).split('x');
        options.size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
        if (options.size.isEmpty())
            return fail(Errc::InvalidArgument,
                        "'" + parser.value(size).toStdString() + "' is no size. Write it as 1600x1000.");
    }
    return options;
}

} // namespace glio::app
