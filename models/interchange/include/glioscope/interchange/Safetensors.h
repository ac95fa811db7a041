#pragma once
#include "glioscope/base/Error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glio::interchange {

enum class Dtype { Bool, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 };
std::size_t dtypeSize(Dtype dtype);
std::string_view dtypeName(Dtype dtype); ///< "F32", as in the file

/// One array of a file: row-major, little-endian. The bytes belong to the file object or to the caller.
struct TensorView {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    std::int64_t count() const; ///< product of the shape
};

/// A safetensors file in memory: 8 bytes header length, JSON header, data. Reading runs nothing and trusts nothing:
/// every size is checked against the file before it is used. Copies share the bytes. Immutable, any thread.
class Safetensors {
public:
    /// Errors: Io; ModelDamaged for a header over 100 MB or longer than the file, JSON that is not an object of arrays,
    /// a name given twice, an unknown dtype, negative or overflowing shapes, offsets out of range, sizes that do not
    /// fit shape x dtype, arrays that overlap, holes between them or bytes left over.
    static Result<Safetensors> read(const std::filesystem::path &path);
    static Result<Safetensors> parse(std::vector<std::byte> bytes, const std::string &origin);

    const std::vector<TensorView> &tensors() const { return m_tensors; } ///< in the order of their data
    const TensorView *find(std::string_view name) const;
    const std::map<std::string, std::string> &metadata() const { return m_metadata; }
    std::string sha256() const; ///< of the very bytes that were parsed

private:
    std::shared_ptr<const std::vector<std::byte>> m_bytes;
    std::vector<TensorView> m_tensors;
    std::map<std::string, std::string> m_metadata;
};

/// The file's bytes, data in the order given and each array aligned to 8 bytes where dtypes allow.
/// Errors: InvalidArgument (sizes that do not fit, a name given twice or called "__metadata__").
Result<std::vector<std::byte>> safetensorsBytes(std::span<const TensorView> tensors,
                                                const std::map<std::string, std::string> &metadata = {});
/// Written atomically. Errors: as above, Io, DiskFull.
Result<void> writeSafetensors(const std::filesystem::path &path, std::span<const TensorView> tensors,
                              const std::map<std::string, std::string> &metadata = {});

} // namespace glio::interchange
