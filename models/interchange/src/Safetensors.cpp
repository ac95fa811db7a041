#include "glioscope/interchange/Safetensors.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <set>

namespace glio::interchange {
namespace {
using Json = nlohmann::json;
constexpr std::uint64_t kLargestHeader = 100'000'000; // the format's own limit
constexpr std::size_t kPrefix = 8;

struct DtypeRow {
    Dtype dtype;
    std::string_view name;
    std::size_t size;
};
constexpr DtypeRow kDtypes[] = {{Dtype::Bool, "BOOL", 1}, {Dtype::U8, "U8", 1},   {Dtype::I8, "I8", 1},
                                {Dtype::U16, "U16", 2},   {Dtype::I16, "I16", 2}, {Dtype::F16, "F16", 2},
                                {Dtype::BF16, "BF16", 2}, {Dtype::U32, "U32", 4}, {Dtype::I32, "I32", 4},
                                {Dtype::F32, "F32", 4},   {Dtype::U64, "U64", 8}, {Dtype::I64, "I64", 8},
                                {Dtype::F64, "F64", 8}};

std::uint64_t readLength(const std::byte *bytes)
{
    std::uint64_t value = 0;
    for (int i = 7; i >= 0; --i)
        value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    return value;
}

/// JSON that gives no key twice in one object: which of two equal names is meant could differ from reader to reader.
Json parseStrictly(std::string_view text, bool &duplicate)
{
    std::vector<std::set<std::string>> open;
    const auto watch = [&](int, Json::parse_event_t event, Json &value) {
        if (event == Json::parse_event_t::object_start) open.emplace_back();
        if (event == Json::parse_event_t::object_end && !open.empty()) open.pop_back();
        if (event == Json::parse_event_t::key && !open.empty() && !open.back().insert(value.get<std::string>()).second)
            duplicate = true;
        return true;
    };
    return Json::parse(text, watch, false);
}

bool multiply(std::uint64_t a, std::uint64_t b, std::uint64_t &product)
{
    return !__builtin_mul_overflow(a, b, &product);
}
} // namespace

std::size_t dtypeSize(Dtype dtype) { return std::ranges::find(kDtypes, dtype, &DtypeRow::dtype)->size; }
std::string_view dtypeName(Dtype dtype) { return std::ranges::find(kDtypes, dtype, &DtypeRow::dtype)->name; }

std::int64_t TensorView::count() const
{
    std::int64_t n = 1;
    for (const std::int64_t edge : shape)
        n *= edge;
    return n;
}

Result<Safetensors> Safetensors::read(const std::filesystem::path &path)
{
    std::error_code code;
    const auto size = std::filesystem::file_size(path, code);
    if (code) return fail(Errc::Io, path.string() + ": the weights cannot be read (" + code.message() + ").");
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return fail(Errc::Io, path.string() + ": the weights cannot be opened.");
    std::vector<std::byte> bytes;
    try {
        bytes.resize(size);
    } catch (const std::exception &) {
        return fail(Errc::OutOfMemory, path.string() + ": there is not enough memory to read the weights.");
    }
    if (!stream.read(reinterpret_cast<char *>(bytes.data()), std::streamsize(size)))
        return fail(Errc::Io, path.string() + ": the weights cannot be read to their end.");
    return parse(std::move(bytes), path.string());
}

Result<Safetensors> Safetensors::parse(std::vector<std::byte> bytes, const std::string &origin)
{
    const auto damaged = [&](const std::string &what) {
        return fail(Errc::ModelDamaged, origin + ": " + what + " Get the file again from where it came.");
    };
    if (bytes.size() < kPrefix) return damaged("this is no safetensors file, it is too short.");
    const std::uint64_t length = readLength(bytes.data());
    if (length > kLargestHeader) return damaged("this is no safetensors file, or its header is over 100 MB.");
    if (length > bytes.size() - kPrefix) return damaged("the file ends within its header.");

    bool duplicate = false;
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()) + kPrefix, length);
    if (text.empty() || text.front() != '{') return damaged("the header does not start with a brace.");
    const Json header = parseStrictly(text, duplicate);
    if (!header.is_object()) return damaged("the header is not a JSON object.");
    if (duplicate) return damaged("the header gives a name twice.");

    Safetensors file;
    file.m_bytes = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    const std::span<const std::byte> data = std::span(*file.m_bytes).subspan(kPrefix + length);
    struct Placed {
        TensorView view;
        std::uint64_t begin, end;
    };
    std::vector<Placed> placed;
    for (const auto &[name, entry] : header.items()) {
        if (name == "__metadata__") {
            if (!entry.is_object()) return damaged("its metadata is not an object.");
            for (const auto &[key, value] : entry.items()) {
                if (!value.is_string()) return damaged("its metadata holds something other than text.");
                file.m_metadata.emplace(key, value.get<std::string>());
            }
            continue;
        }
        const std::string shown = "array '" + name.substr(0, 80) + "' ";
        if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") || !entry.contains("shape") ||
            !entry.contains("data_offsets"))
            return damaged(shown + "does not have exactly dtype, shape and data_offsets.");
        const Json &dtype = entry["dtype"], &shape = entry["shape"], &offsets = entry["data_offsets"];
        const auto row = dtype.is_string()
                             ? std::ranges::find(kDtypes, dtype.get_ref<const std::string &>(), &DtypeRow::name)
                             : std::end(kDtypes);
        if (row == std::end(kDtypes)) return damaged(shown + "has an unknown dtype.");
        if (!shape.is_array() || shape.size() > 16) return damaged(shown + "has no usable shape.");
        Placed item{.view = {.name = name, .dtype = row->dtype, .shape = {}, .bytes = {}}, .begin = 0, .end = 0};
        std::uint64_t wanted = row->size;
        for (const Json &edge : shape) {
            if (!edge.is_number_unsigned() || edge.get<std::uint64_t>() > std::uint64_t(INT64_MAX) ||
                !multiply(wanted, edge.get<std::uint64_t>(), wanted))
                return damaged(shown + "has a shape that no file can hold.");
            item.view.shape.push_back(edge.get<std::int64_t>());
        }
        if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
            !offsets[1].is_number_unsigned())
            return damaged(shown + "has no usable offsets.");
        item.begin = offsets[0].get<std::uint64_t>();
        item.end = offsets[1].get<std::uint64_t>();
        if (item.begin > item.end || item.end > data.size()) return damaged(shown + "lies outside the file.");
        if (item.end - item.begin != wanted) return damaged(shown + "has another size than its shape says.");
        item.view.bytes = data.subspan(item.begin, item.end - item.begin);
        placed.push_back(std::move(item));
    }
    std::ranges::stable_sort(
        placed, [](const Placed &a, const Placed &b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t reached = 0;
    for (Placed &item : placed) {
        if (item.begin < reached) return damaged("array '" + item.view.name.substr(0, 80) + "' overlaps another.");
        if (item.begin > reached)
            return damaged("there is a hole before array '" + item.view.name.substr(0, 80) + "'.");
        reached = item.end;
        file.m_tensors.push_back(std::move(item.view));
    }
    if (reached != data.size()) return damaged("there are bytes after the last array.");
    return file;
}

const TensorView *Safetensors::find(std::string_view name) const
{
    const auto it = std::ranges::find(m_tensors, name, &TensorView::name);
    return it == m_tensors.end() ? nullptr : &*it;
}

std::string Safetensors::sha256() const { return sha256Hex(*m_bytes); }

Result<std::vector<std::byte>> safetensorsBytes(std::span<const TensorView> tensors,
                                                const std::map<std::string, std::string> &metadata)
{
    // Wider elements first keep every array aligned without holes, which the format does not allow.
    std::vector<const TensorView *> order;
    for (const TensorView &tensor : tensors)
        order.push_back(&tensor);
    std::ranges::stable_sort(order, [](auto *a, auto *b) { return dtypeSize(a->dtype) > dtypeSize(b->dtype); });

    Json header = Json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const TensorView *tensor : order) {
        if (tensor->name == "__metadata__" || header.contains(tensor->name))
            return fail(Errc::InvalidArgument, "The array name '" + tensor->name + "' is taken.");
        std::uint64_t wanted = dtypeSize(tensor->dtype);
        for (const std::int64_t edge : tensor->shape)
            if (edge < 0 || !multiply(wanted, std::uint64_t(edge), wanted))
                return fail(Errc::InvalidArgument, "Array '" + tensor->name + "' has a shape that no file can hold.");
        if (wanted != tensor->bytes.size())
            return fail(Errc::InvalidArgument, "Array '" + tensor->name + "' has another size than its shape says.");
        header[tensor->name] = {
            {"dtype", dtypeName(tensor->dtype)}, {"shape", tensor->shape}, {"data_offsets", {offset, offset + wanted}}};
        offset += wanted;
    }
    std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' ');
    if (text.size() > kLargestHeader) return fail(Errc::InvalidArgument, "There are too many arrays for one file.");

    std::vector<std::byte> bytes(kPrefix + text.size() + offset);
    for (std::size_t i = 0; i < kPrefix; ++i)
        bytes[i] = std::byte(std::uint64_t(text.size()) >> (8 * i) & 0xff);
    std::memcpy(bytes.data() + kPrefix, text.data(), text.size());
    std::byte *next = bytes.data() + kPrefix + text.size();
    for (const TensorView *tensor : order) {
        if (!tensor->bytes.empty()) std::memcpy(next, tensor->bytes.data(), tensor->bytes.size());
        next += tensor->bytes.size();
    }
    return bytes;
}

Result<void> writeSafetensors(const std::filesystem::path &path, std::span<const TensorView> tensors,
                              const std::map<std::string, std::string> &metadata)
{
    const auto bytes = safetensorsBytes(tensors, metadata);
    if (!bytes) return std::unexpected(bytes.error());
    return writeFileAtomically(path, *bytes);
}

} // namespace glio::interchange
