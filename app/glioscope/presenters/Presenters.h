#pragma once
#include "presenters/BrushPresenter.h"
#include "presenters/CaseNotesPresenter.h"
#include "presenters/CaseWalkPresenter.h"
#include "presenters/CasesPresenter.h"
#include "presenters/ComparePresenter.h"
#include "presenters/DoubtPresenter.h"
#include "presenters/HistoryPresenter.h"
#include "presenters/IntensityPresenter.h"
#include "presenters/JournalPresenter.h"
#include "presenters/LabelEditPresenter.h"
#include "presenters/LiveWirePresenter.h"
#include "presenters/MaskListPresenter.h"
#include "presenters/MeasurePresenter.h"
#include "presenters/OpenPresenter.h"
#include "presenters/PanelPresenters.h"
#include "presenters/PreferencesPresenter.h"
#include "presenters/ProjectPresenter.h"
#include "presenters/ProvenancePresenter.h"
#include "presenters/ReaderTablePresenter.h"
#include "presenters/ReviewPresenter.h"
#include "presenters/SegmentPresenter.h"
#include "presenters/SequencePresenter.h"
#include "presenters/SignOffPresenter.h"
#include "presenters/SliceAxisPresenter.h"
#include "presenters/SmartToolPresenter.h"
#include "presenters/ToolPresenter.h"
#include "presenters/TourPresenter.h"
#include "presenters/TrustPresenter.h"
#include "presenters/ViewPresenter.h"

namespace glio::app {

/// One of each, in the order in which they depend on each other.
struct Presenters {
    explicit Presenters(const Desk &desk)
        : views(desk),
          axes(desk),
          sequences(desk, views),
          masks(desk),
          labels(desk),
          overlay(desk),
          brush(desk, views),
          labelEdits(desk, brush),
          tools(desk, views, brush),
          measures(desk, views, tools),
          intensities(desk),
          provenance(desk),
          smart(desk, views, brush, tools),
          liveWire(desk, tools),
          history(desk, measures),
          journal(desk, history),
          band(desk),
          doubts(desk, views),
          compare(desk, views),
          readers(desk),
          review(desk, views, measures),
          notes(desk, review),
          segment(desk, views, doubts),
          signOff(desk, review, segment),
          open(desk, sequences, review, doubts),
          cases(desk),
          walk(desk, cases, open, segment),
          projects(desk, cases, open, review, segment),
          preferences(desk, segment),
          tour(desk, segment),
          trust(desk)
    {
    }
    ViewPresenter views;
    SliceAxisPresenter axes;
    SequencePresenter sequences;
    MaskListPresenter masks;
    LabelPresenter labels;
    OverlayPresenter overlay;
    BrushPresenter brush;
    LabelEditPresenter labelEdits;
    ToolPresenter tools;
    MeasurePresenter measures;
    IntensityPresenter intensities;
    ProvenancePresenter provenance;
    SmartToolPresenter smart;
    LiveWirePresenter liveWire;
    HistoryPresenter history;
    JournalPresenter journal;
    BandPresenter band;
    DoubtPresenter doubts;
    ComparePresenter compare;
    ReaderTablePresenter readers;
    ReviewPresenter review;
    CaseNotesPresenter notes;
    SegmentPresenter segment;
    SignOffPresenter signOff;
    OpenPresenter open;
    CasesPresenter cases;
    CaseWalkPresenter walk;
    ProjectPresenter projects;
    PreferencesPresenter preferences;
    TourPresenter tour;
    TrustPresenter trust;
};

} // namespace glio::app
