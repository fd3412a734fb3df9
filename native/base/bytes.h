// Little-endian loads and stores, and View: the checked window through which all parsing of foreign bytes goes.
#ifndef DISM_BASE_BYTES_H_
#define DISM_BASE_BYTES_H_

#include <cstdint>
#include <cstring>
#include <span>

#include "base/error.h"

namespace dism {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "loads and stores assume a little-endian host");

using ByteSpan = std::span<const uint8_t>;
using MutableByteSpan = std::span<uint8_t>;

template <typename T>
inline T LoadLe(const uint8_t* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline uint16_t LoadLe16(const uint8_t* p) { return LoadLe<uint16_t>(p); }
inline uint32_t LoadLe32(const uint8_t* p) { return LoadLe<uint32_t>(p); }
inline uint64_t LoadLe64(const uint8_t* p) { return LoadLe<uint64_t>(p); }

template <typename T>
inline void StoreLe(uint8_t* p, T v) {
  std::memcpy(p, &v, sizeof v);
}
inline void StoreLe16(uint8_t* p, uint16_t v) { StoreLe(p, v); }
inline void StoreLe32(uint8_t* p, uint32_t v) { StoreLe(p, v); }
inline void StoreLe64(uint8_t* p, uint64_t v) { StoreLe(p, v); }

// A window on foreign bytes. Every access names an offset and is checked; a failed one gives Truncated with the offset
// in the file (`base` + offset). `Has` before a group of unchecked reads keeps parsers short.
class View {
 public:
  View() = default;
  // base: where the window starts in the file or structure that errors should refer to.
  explicit View(ByteSpan bytes, uint64_t base = 0) : bytes_(bytes), base_(base) {}

  size_t size() const { return bytes_.size(); }
  uint64_t base() const { return base_; }
  ByteSpan bytes() const { return bytes_; }
  const uint8_t* data() const { return bytes_.data(); }

  bool Has(uint64_t offset, uint64_t length) const {
    return offset <= bytes_.size() && length <= bytes_.size() - offset;
  }

  Result<View> Slice(uint64_t offset, uint64_t length, const char* what) const {
    if (!Has(offset, length)) return Error(ErrorCode::kTruncated, what, base_ + offset);
    return View(bytes_.subspan(static_cast<size_t>(offset), static_cast<size_t>(length)), base_ + offset);
  }

  template <typename T>
  Result<T> Get(uint64_t offset, const char* what) const {
    if (!Has(offset, sizeof(T))) return Error(ErrorCode::kTruncated, what, base_ + offset);
    return LoadLe<T>(bytes_.data() + offset);
  }

  // Unchecked: only after Has() covered the range.
  uint16_t U16(uint64_t offset) const { return LoadLe16(bytes_.data() + offset); }
  uint32_t U32(uint64_t offset) const { return LoadLe32(bytes_.data() + offset); }
  uint64_t U64(uint64_t offset) const { return LoadLe64(bytes_.data() + offset); }

  Error Bad(uint64_t offset, const char* what) const { return Error(ErrorCode::kCorrupt, what, base_ + offset); }

 private:
  ByteSpan bytes_;
  uint64_t base_ = 0;
};

}  // namespace dism

#endif  // DISM_BASE_BYTES_H_
