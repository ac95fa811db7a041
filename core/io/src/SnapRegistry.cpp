#include "SnapRegistry.h"

#include "Text.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace glio::io {
namespace {
constexpr std::size_t kDeepest = 64;
constexpr std::string_view kBlank = " \t\r\n";

void putUtf8(std::string &out, std::uint32_t code)
{
    const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | code >> 6);
        put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3f));
        put(0x80 | (code & 0x3f));
    } else {
        put(0xf0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3f));
        put(0x80 | (code >> 6 & 0x3f));
        put(0x80 | (code & 0x3f));
    }
}

std::string decoded(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto at = std::min(text.find('&'), text.size());
        out += text.substr(0, at);
        text.remove_prefix(at);
        if (text.empty()) break;
        const auto end = text.substr(0, 12).find(';');
        const auto name = end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
        std::uint32_t code = 0;
        if (name == "amp") code = '&';
        if (name == "lt") code = '<';
        if (name == "gt") code = '>';
        if (name == "quot") code = '"';
        if (name == "apos") code = '\'';
        if (name.starts_with('#')) {
            const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
            const auto digits = name.substr(hex ? 2 : 1);
            const auto [stop, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
            const bool valid = error == std::errc{} && stop == digits.data() + digits.size() && code <= 0x10ffff &&
                               !(code >= 0xd800 && code < 0xe000);
            if (!valid) code = 0;
        }
        if (code == 0) {
            out.push_back('&');
            text.remove_prefix(1);
        } else {
            putUtf8(out, code);
            text.remove_prefix(end + 1);
        }
    }
    return out;
}

class Reader {
public:
    Reader(std::string_view xml, const std::filesystem::path &path) : m_xml(xml), m_path(path) {}

    Result<SnapFolder> run()
    {
        SnapFolder root;
        std::vector<SnapFolder *> open; // map nodes stay where they are
        std::vector<std::string> names;
        bool registry = false;
        while (true) {
            m_at = m_xml.find('<', m_at);
            if (m_at == std::string_view::npos) break;
            if (starts("<!--")) {
                if (!skipPast("-->")) return damaged("a comment has no end");
            } else if (starts("<?")) {
                if (!skipPast("?>")) return damaged("a declaration has no end");
            } else if (starts("<!")) {
                if (!skipDoctype()) return damaged("its DOCTYPE has no end");
            } else if (starts("</")) {
                m_at += 2;
                const std::string name = word();
                if (names.empty() || name != names.back()) return damaged("</" + name + "> closes nothing");
                if (!skipPast(">")) return damaged("</" + name + "> has no end");
                names.pop_back();
                if (name == "folder" || name == "registry") open.pop_back();
                if (names.empty()) break;
            } else {
                ++m_at;
                const std::string name = word();
                std::map<std::string, std::string> attributes;
                bool closed = false;
                if (!readAttributes(attributes, closed)) return damaged("the element <" + name + "> is not complete");
                if (open.empty() && name != "registry")
                    return damaged("it begins with <" + name + ">, not with <registry>");
                SnapFolder *inside = open.empty() ? &root : open.back();
                if (name == "entry")
                    inside->entries[attributes["key"]] = attributes["value"];
                else if (name == "folder")
                    inside = &inside->folders[attributes["key"]];
                registry = true;
                if (closed) continue;
                if (names.size() >= kDeepest) return damaged("its folders lie too deep in each other");
                names.push_back(name);
                if (name == "folder" || name == "registry") open.push_back(inside);
            }
        }
        if (!registry) return damaged("it holds no registry");
        if (!names.empty()) return damaged("it ends inside <" + names.back() + ">");
        return root;
    }

private:
    bool starts(std::string_view text) const { return m_xml.substr(m_at).starts_with(text); }
    bool skipPast(std::string_view end)
    {
        const auto found = m_xml.find(end, m_at);
        if (found == std::string_view::npos) return false;
        m_at = found + end.size();
        return true;
    }
    void skipBlank() { m_at = std::min(m_xml.find_first_not_of(kBlank, m_at), m_xml.size()); }
    std::string word()
    {
        const auto end = std::min(m_xml.find_first_of(" \t\r\n=/><\"'", m_at), m_xml.size());
        const std::string name(m_xml.substr(m_at, end - m_at));
        m_at = end;
        return name.substr(0, 100);
    }
    /// Up to the '>' that is neither in quotes nor in the part in brackets.
    bool skipDoctype()
    {
        int brackets = 0;
        char quote = 0;
        for (; m_at < m_xml.size(); ++m_at) {
            const char c = m_xml[m_at];
            if (quote != 0) {
                if (c == quote) quote = 0;
                continue;
            }
            if (c == '"' || c == '\'') quote = c;
            if (c == '[') ++brackets;
            if (c == ']') --brackets;
            if (c == '>' && brackets <= 0) {
                ++m_at;
                return true;
            }
        }
        return false;
    }
    bool readAttributes(std::map<std::string, std::string> &attributes, bool &closed)
    {
        while (true) {
            skipBlank();
            if (starts("/>")) {
                m_at += 2;
                closed = true;
                return true;
            }
            if (starts(">")) {
                ++m_at;
                return true;
            }
            const std::string name = word();
            skipBlank();
            if (name.empty() || !starts("=")) return false;
            ++m_at;
            skipBlank();
            if (!starts("\"") && !starts("'")) return false;
            const char quote = m_xml[m_at++];
            const auto end = m_xml.find(quote, m_at);
            if (end == std::string_view::npos) return false;
            attributes[name] = decoded(m_xml.substr(m_at, end - m_at));
            m_at = end + 1;
        }
    }
    std::unexpected<Error> damaged(const std::string &what) const
    {
        const auto before = m_xml.substr(0, std::min(m_at, m_xml.size()));
        return fail(Errc::Io, text(quoted(m_path), " is no ITK-SNAP workspace that can be read: at line ",
                                   1 + std::count(before.begin(), before.end(), '\n'), ", ", what,
                                   ". Save it again from ITK-SNAP."));
    }

    std::string_view m_xml;
    const std::filesystem::path &m_path;
    std::size_t m_at = 0;
};
} // namespace

const SnapFolder *SnapFolder::folder(std::string_view name) const
{
    const auto found = folders.find(std::string(name));
    return found == folders.end() ? nullptr : &found->second;
}
std::string SnapFolder::entry(std::string_view name) const
{
    const auto found = entries.find(std::string(name));
    return found == entries.end() ? std::string() : found->second;
}

Result<SnapFolder> parseSnapRegistry(std::string_view xml, const std::filesystem::path &path)
{
    return Reader(xml, path).run();
}

} // namespace glio::io
