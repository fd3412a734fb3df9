// The 24-byte resource header ("reshdr") that locates a resource in a WIM. FORMAT.md, "Resource
// header".
#ifndef DISM_WIM_RESOURCE_HEADER_H_
#define DISM_WIM_RESOURCE_HEADER_H_

#include <cstdint>

#include "base/bytes.h"

namespace dism::wim {

inline constexpr uint8_t kResourceFree = 0x01;
inline constexpr uint8_t kResourceMetadata = 0x02;
inline constexpr uint8_t kResourceCompressed = 0x04;
inline constexpr uint8_t kResourceSpanned = 0x08;
inline constexpr uint8_t kResourceSolid = 0x10;

struct ResourceHeader {
  static constexpr size_t kSize = 24;
  uint64_t stored_size = 0;  // 56 bits on disk
  uint8_t flags = 0;
  uint64_t offset = 0;
  uint64_t original_size = 0;

  bool operator==(const ResourceHeader&) const = default;
  bool IsEmpty() const { return offset == 0 && stored_size == 0; }

  // p: kSize bytes.
  static ResourceHeader Parse(const uint8_t* p) {
    const uint64_t first = LoadLe64(p);
    return {first & 0x00FFFFFFFFFFFFFF, static_cast<uint8_t>(first >> 56), LoadLe64(p + 8), LoadLe64(p + 16)};
  }
  void Write(uint8_t* p) const {
    StoreLe64(p, stored_size | static_cast<uint64_t>(flags) << 56);
    StoreLe64(p + 8, offset);
    StoreLe64(p + 16, original_size);
  }
};

}  // namespace dism::wim

#endif  // DISM_WIM_RESOURCE_HEADER_H_
