#include "codec/lzx/e8_filter.h"

#include <cstring>

#include "codec/lzx/format.h"

namespace dism::codec::lzx {

// Calls `convert(position, operand)` for every E8 byte before the tail. The four bytes behind one
// are its operand and are not searched themselves.
template <typename Convert>
static void ForEachCall(MutableByteSpan chunk, Convert convert) {
  if (chunk.size() <= kE8Tail) return;
  uint8_t* const begin = chunk.data();
  uint8_t* const end = begin + (chunk.size() - kE8Tail);
  uint8_t* p = begin;
  while (p < end) {
    p = static_cast<uint8_t*>(std::memchr(p, 0xE8, static_cast<size_t>(end - p)));
    if (p == nullptr) return;
    const int32_t operand = static_cast<int32_t>(LoadLe32(p + 1));
    StoreLe32(p + 1, static_cast<uint32_t>(convert(static_cast<int32_t>(p - begin), operand)));
    p += 5;
  }
}

void ApplyE8(MutableByteSpan chunk) {
  ForEachCall(chunk, [](int32_t position, int32_t relative) {
    if (relative < -position || relative >= kE8FileSize) return relative;
    return relative < kE8FileSize - position ? relative + position : relative - kE8FileSize;
  });
}

void UndoE8(MutableByteSpan chunk) {
  ForEachCall(chunk, [](int32_t position, int32_t absolute) {
    if (absolute < -position || absolute >= kE8FileSize) return absolute;
    return absolute >= 0 ? absolute - position : absolute + kE8FileSize;
  });
}

}  // namespace dism::codec::lzx
