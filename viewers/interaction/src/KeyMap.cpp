#include "glioscope/interaction/KeyMap.h"

#include "glioscope/base/AtomicFile.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

namespace glio::interaction {
namespace {

constexpr std::array<std::string_view, 36> namedKeys{
    "Space", "Return", "Esc", "Tab",   "Backspace", "Del",  "Home", "End", "PgUp", "PgDown", "Left", "Right",
    "Up",    "Down",   "Ins", "F1",    "F2",        "F3",   "F4",   "F5",  "F6",   "F7",     "F8",   "F9",
    "F10",   "F11",    "F12", "Enter", "Plus",      "Menu", "Help", "F13", "F14",  "F15",    "F16",  "Print"};

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char &c : out)
        c = char(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

std::string keyName(std::string_view key)
{
    const std::string small = lower(key);
    if (small == "pgdn" || small == "pagedown") return "PgDown";
    if (small == "pageup") return "PgUp";
    if (small == "escape") return "Esc";
    if (small == "delete") return "Del";
    for (const std::string_view name : namedKeys)
        if (lower(name) == small) return std::string(name);
    if (key.size() == 1 && key[0] > ' ' && key[0] < 127)
        return std::string(1, char(std::toupper(static_cast<unsigned char>(key[0]))));
    return {};
}

std::optional<KeyContext> contextFromName(std::string_view name)
{
    if (name == "everywhere") return KeyContext::Everywhere;
    if (name == "doubts") return KeyContext::Doubts;
    if (name == "correct") return KeyContext::Correct;
    return std::nullopt;
}

} // namespace

Result<KeyChord> normalised(std::string_view chord)
{
    bool control = false, shift = false, alt = false;
    std::string_view rest = chord;
    // The last part may itself be "+".
    for (std::size_t plus; (plus = rest.find('+')) != std::string_view::npos && plus + 1 < rest.size() && plus > 0;) {
        const std::string part = lower(rest.substr(0, plus));
        if (part == "ctrl" || part == "control")
            control = true;
        else if (part == "shift")
            shift = true;
        else if (part == "alt")
            alt = true;
        else
            return fail(Errc::InvalidArgument,
                        "\"" + std::string(chord) + "\" has an unknown modifier \"" + part + "\".");
        rest.remove_prefix(plus + 1);
    }
    const std::string key = keyName(rest);
    if (key.empty()) return fail(Errc::InvalidArgument, "\"" + std::string(chord) + "\" names no key.");
    KeyChord result;
    if (control) result += "Ctrl+";
    if (shift) result += "Shift+";
    if (alt) result += "Alt+";
    return result + key;
}

const KeyBinding *KeyMap::find(const KeyChord &chord, KeyContext context) const
{
    const KeyBinding *everywhere = nullptr;
    for (const KeyBinding &binding : m_bindings) {
        if (binding.chord != chord) continue;
        if (binding.context == context) return &binding;
        if (binding.context == KeyContext::Everywhere) everywhere = &binding;
    }
    return everywhere;
}

std::vector<KeyChord> KeyMap::chords(Intent intent, std::optional<double> amount) const
{
    std::vector<KeyChord> found;
    for (const KeyBinding &binding : m_bindings)
        if (binding.intent == intent && (!amount || binding.amount == *amount)) found.push_back(binding.chord);
    return found;
}

std::vector<KeyMap::Clash> KeyMap::clashes() const
{
    std::vector<Clash> found;
    for (std::size_t i = 0; i < m_bindings.size(); ++i)
        for (std::size_t j = i + 1; j < m_bindings.size(); ++j)
            if (m_bindings[i].chord == m_bindings[j].chord && m_bindings[i].context == m_bindings[j].context)
                found.push_back({m_bindings[i], m_bindings[j]});
    return found;
}

KeyMap KeyMap::rebound(Intent intent, double amount, const KeyChord &chord, KeyContext context) const
{
    KeyMap changed = *this;
    bool hold = false;
    for (const KeyBinding &binding : m_bindings)
        if (binding.intent == intent && binding.amount == amount) hold = binding.hold;
    std::erase_if(changed.m_bindings, [&](const KeyBinding &binding) {
        return (binding.chord == chord && binding.context == context) ||
               (binding.intent == intent && binding.amount == amount && binding.context == context);
    });
    changed.m_bindings.push_back({chord, intent, amount, hold, context});
    return changed;
}

KeyMap KeyMap::rebound(const KeyBinding &binding, const KeyChord &chord) const
{
    KeyMap changed = *this;
    const auto same = [&](const KeyBinding &other) {
        return other.chord == binding.chord && other.intent == binding.intent && other.amount == binding.amount &&
               other.context == binding.context;
    };
    std::erase_if(changed.m_bindings, [&](const KeyBinding &other) {
        return !same(other) && other.chord == chord && other.context == binding.context;
    });
    const auto found = std::ranges::find_if(changed.m_bindings, same);
    if (chord.empty()) {
        if (found != changed.m_bindings.end()) changed.m_bindings.erase(found);
        return changed;
    }
    if (found != changed.m_bindings.end()) {
        found->chord = chord; // in its place: what menus show stays what they show
    } else {
        changed.m_bindings.push_back(binding);
        changed.m_bindings.back().chord = chord;
    }
    return changed;
}

Result<KeyMap> KeyMap::parse(std::string_view json, const std::string &origin)
{
    const auto bad = [&origin](const std::string &what) { return fail(Errc::InvalidArgument, origin + ": " + what); };
    const auto root = nlohmann::json::parse(json, nullptr, false);
    if (!root.is_object()) return bad("is not a JSON object.");
    KeyMap map;
    if (!root.contains("id") || !root["id"].is_string() || !root.contains("keys") || !root["keys"].is_array())
        return bad("a key map needs \"id\" and a list \"keys\".");
    map.m_id = root["id"].get<std::string>();
    map.m_name = root.contains("name") && root["name"].is_string() ? root["name"].get<std::string>() : map.m_id;
    std::size_t number = 0;
    for (const auto &entry : root["keys"]) {
        const std::string place = "keys[" + std::to_string(number++) + "]";
        if (!entry.is_object() || !entry.contains("key") || !entry["key"].is_string() || !entry.contains("intent") ||
            !entry["intent"].is_string())
            return bad(place + " needs \"key\" and \"intent\".");
        const auto chord = normalised(entry["key"].get<std::string>());
        if (!chord) return bad(place + ": " + chord.error().message);
        const auto intent = intentFromName(entry["intent"].get<std::string>());
        if (!intent) return bad(place + ": \"" + entry["intent"].get<std::string>() + "\" is no intent.");
        KeyBinding binding;
        binding.chord = *chord;
        binding.intent = *intent;
        if (entry.contains("amount")) {
            if (!entry["amount"].is_number()) return bad(place + ": \"amount\" is no number.");
            binding.amount = entry["amount"].get<double>();
        }
        if (entry.contains("hold")) {
            if (!entry["hold"].is_boolean()) return bad(place + ": \"hold\" is neither true nor false.");
            binding.hold = entry["hold"].get<bool>();
        }
        if (entry.contains("context")) {
            const auto context =
                entry["context"].is_string() ? contextFromName(entry["context"].get<std::string>()) : std::nullopt;
            if (!context) return bad(place + ": \"context\" must be everywhere, doubts or correct.");
            binding.context = *context;
        }
        map.m_bindings.push_back(std::move(binding));
    }
    return map;
}

Result<KeyMap> KeyMap::load(const std::filesystem::path &file)
{
    const auto text = readFile(file, 1 << 20);
    if (!text) return std::unexpected(text.error());
    return parse(*text, file.string());
}

} // namespace glio::interaction
