#pragma once
#include "model/CaseSummary.h"

class QPainter;

namespace glio::app {

/// The report of a case in `folder`: report.html with its pictures beside it, report.pdf (one page of A4), and
/// report.json. Each file is written beside and renamed over. Errors: Io, DiskFull. Thread: any, on a snapshot.
Result<void> writeReport(const SaveJob &job, const std::filesystem::path &folder);

QString reportHtml(const CaseSummary &summary);
/// Draws the page on a painter whose unit is a point (1/72 inch), A4 upright: 595 x 842. What does not fit is named
/// with a reference to report.html; nothing is ever cut in the middle.
void paintReport(QPainter &painter, const CaseSummary &summary);

} // namespace glio::app
