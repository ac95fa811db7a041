#pragma once
#include "glioscope/interaction/Intent.h"

#include <QString>

namespace glio::app {

/// User text of what a key asks for. Every intent has one.
QString intentText(interaction::Intent intent, double amount);

/// A key with its modifiers as key maps write it; empty for a modifier alone.
QString chordText(int key, Qt::KeyboardModifiers modifiers);

} // namespace glio::app
