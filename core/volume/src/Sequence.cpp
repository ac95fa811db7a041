#include "glioscope/volume/Sequence.h"

namespace glio {
namespace {
struct Names {
    Sequence sequence;
    std::string_view id, name;
};
constexpr std::array kNames{Names{Sequence::T1, "t1", "T1"}, Names{Sequence::T1c, "t1c", "T1c"},
                            Names{Sequence::T2, "t2", "T2"}, Names{Sequence::Flair, "flair", "FLAIR"},
                            Names{Sequence::Other, "other", "Other"}};
} // namespace

std::string_view sequenceId(Sequence sequence) { return kNames[std::size_t(sequence)].id; }
std::string_view sequenceName(Sequence sequence) { return kNames[std::size_t(sequence)].name; }

std::optional<Sequence> sequenceFromId(std::string_view id)
{
    for (const Names &names : kNames)
        if (names.id == id) return names.sequence;
    return std::nullopt;
}

} // namespace glio
