#include "shell/Workstation.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"
#include "presenters/Presenters.h"
#include "presenters/ShellPresenter.h"

#include "glioscope/widgets/Language.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/ViewGrid.h"
#include "glioscope/widgets/VolumeView.h"

#include <QApplication>
#include <QIcon>
#include <QThreadPool>
#include <malloc.h>

namespace glio::app {

Workstation::Workstation(client::EngineClient::Options engine) : m_engine(std::move(engine), nullptr)
{
    const QString reader = m_settings.reader();
    const QString chosen = m_settings.value("saving/project").toString();
    m_journal = std::make_unique<Journal>(reader, chosen.isEmpty() ? Journal::defaultFolder()
                                                                   : std::filesystem::path(chosen.toStdString()));
    m_model.setReader(reader);
    m_masks = std::make_unique<CaseMasks>(m_model, *m_journal);
    m_window = std::make_unique<MainWindow>();
    const Desk desk{m_model, m_store, *m_journal, m_settings, m_engine, *m_window, m_masks.get()};
    m_presenters = std::make_unique<Presenters>(desk);
    m_shell = std::make_unique<ShellPresenter>(desk, *m_presenters);
    // Surfaces are the last and largest thing to be built: what their filters left free (some 60 MB) goes back then.
    m_trimTimer.setSingleShot(true);
    m_trimTimer.setInterval(300);
    QObject::connect(m_window->grid()->volume(), &widgets::VolumeView::surfacesReady, &m_trimTimer,
                     qOverload<>(&QTimer::start));
    QObject::connect(&m_trimTimer, &QTimer::timeout, [this] {
        if (m_model.acting())
            m_trimTimer.start(); // it locks the heap: not under a hand that draws
        else
            QThreadPool::globalInstance()->start([] { malloc_trim(0); });
    });
}

Workstation::~Workstation()
{
    m_engine.stop();
    m_model.close(); // an end by itself: what is kept says so
    m_shell.reset();
    m_presenters.reset();
    m_window.reset();
    QThreadPool::globalInstance()->waitForDone(); // saves under way end whole
}

bool Workstation::settled() const
{
    return m_journal->pending() == 0 && !m_presenters->open.busy() && !m_presenters->review.saving() &&
           !m_presenters->segment.busy() && !m_presenters->doubts.looking() && !m_presenters->compare.busy() &&
           m_presenters->views.drawn();
}

void prepareApplication()
{
    // Whole volumes go back to the system when they are let go: glibc would otherwise keep blocks of up to 32 MB.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
    QCoreApplication::setOrganizationName("glioscope");
    QCoreApplication::setApplicationName("glioscope");
    QCoreApplication::setApplicationVersion(GLIO_VERSION);
    QGuiApplication::setDesktopFileName("glioscope");
}

void dressApplication(const Settings &settings)
{
    widgets::installLanguage(settings.value("general/language").toString()); // English too: its plural forms
    widgets::Theme &theme = widgets::Theme::instance();
    theme.setScale(settings.value("general/scale").toInt());
    theme.setTheme(settings.value("general/theme").toString());
    theme.install();
    QGuiApplication::setWindowIcon(QIcon(":/icons/app-icon.svg"));
}

} // namespace glio::app
