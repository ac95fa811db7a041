#pragma once
#include "ReaderCases.h"

#include <functional>
#include <map>
#include <string>

namespace glio::bench {

/// What both readers' benchmarks are asked for: `--json`, `--phantoms N`, and cases as
/// `--case DIR --prediction FILE [--truth FILE] [--scheme ID]`, which may come again.
struct ReaderArguments {
    bool json = false;
    int phantoms = 10; ///< where no case is named
    std::vector<CasePaths> cases;
};

/// An option of one benchmark alone, with the value that follows it.
using OwnOption = std::function<Result<void>(const std::string &value)>;

/// Errors: InvalidArgument: no value, a name that nobody knows, an option of a case before any case, a case without the
/// mask to correct, no number.
Result<ReaderArguments> readerArguments(int argc, const char *const *argv, const std::map<std::string, OwnOption> &own);

/// Every case asked for; without one, so many held-out phantoms (120 x 120 x 80 voxels of 2 mm, tumours of 5 ml and
/// more, seeds from 7001: training and its tests draw from seeds below 1000). The first failure ends it.
Result<void> forEachCase(const ReaderArguments &arguments, const std::function<Result<void>(ReaderCase &)> &visit);

} // namespace glio::bench
