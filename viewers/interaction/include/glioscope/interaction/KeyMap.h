#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/interaction/Intent.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace glio::interaction {

/// Where a binding holds. A Doubts binding wins over an Everywhere one with the same key while Doubts is on.
enum class KeyContext { Everywhere, Doubts, Correct };

/// One key with its modifiers, as text in the order Ctrl+Shift+Alt+KEY: "Ctrl+Z", "PgUp", "Shift+Right", "[", "?",
/// "Space", "Return", "F2". Letters are upper case; a shifted symbol is written as the symbol alone ("?", "{", "<").
/// The same text is a valid QKeySequence.
using KeyChord = std::string;
/// Brings a chord into that form ("shift+ctrl+z" -> "Ctrl+Shift+Z"). Errors: InvalidArgument for an unknown key.
Result<KeyChord> normalised(std::string_view chord);

struct KeyBinding {
    KeyChord chord;
    Intent intent = Intent::Escape;
    double amount = 0;
    bool hold = false; ///< acts while pressed: tell the press and the release
    KeyContext context = KeyContext::Everywhere;
};

/// A preset's keys. Immutable value; `rebound` gives a changed copy.
class KeyMap {
public:
    const std::string &id() const { return m_id; }
    const std::string &name() const { return m_name; }
    const std::vector<KeyBinding> &bindings() const { return m_bindings; }

    /// What `chord` (normalised) means in `context`; nullptr when nothing.
    const KeyBinding *find(const KeyChord &chord, KeyContext context = KeyContext::Everywhere) const;
    /// All chords of an intent with that amount, first = the one to show in menus.
    std::vector<KeyChord> chords(Intent intent, std::optional<double> amount = {}) const;

    /// Pairs of bindings that share a chord and a context.
    struct Clash {
        KeyBinding first, second;
    };
    std::vector<Clash> clashes() const;
    /// A copy in which `intent`/`amount` has `chord` and nobody else has it in that context.
    KeyMap rebound(Intent intent, double amount, const KeyChord &chord, KeyContext context) const;
    /// A copy in which this one binding (its chord empty: a new one) has `chord` and nobody else has it in that
    /// context; an empty `chord` takes the key away. The act's other keys stay.
    KeyMap rebound(const KeyBinding &binding, const KeyChord &chord) const;

    /// Errors: InvalidArgument, with the place in the file. `origin` is named in messages.
    static Result<KeyMap> parse(std::string_view json, const std::string &origin);
    static Result<KeyMap> load(const std::filesystem::path &file); ///< Errors: Io, InvalidArgument

private:
    std::string m_id, m_name;
    std::vector<KeyBinding> m_bindings;
};

} // namespace glio::interaction
