// What a parser hands to the writer: the chunk as a sequence of literals and matches.
#ifndef DISM_CODEC_XPRESS_ITEM_H_
#define DISM_CODEC_XPRESS_ITEM_H_

#include <bit>
#include <cstdint>

#include "codec/xpress/format.h"

namespace dism::codec::xpress {

// A literal is its byte; a match is offset << 16 | (length - 3), with an offset of at least 1.
using Item = uint32_t;

inline Item MakeMatch(uint32_t offset, uint32_t length) { return offset << 16 | (length - kMinMatchLength); }
inline bool IsMatch(Item item) { return item > 0xFFFF; }
inline uint32_t MatchOffset(Item item) { return item >> 16; }
inline uint32_t MatchLength(Item item) { return (item & 0xFFFF) + kMinMatchLength; }

// Bits below the top bit of an offset: what its offset log says that follows.
inline uint32_t OffsetLog(uint32_t offset) { return static_cast<uint32_t>(std::bit_width(offset)) - 1; }

inline uint32_t MatchSymbol(uint32_t offset, uint32_t length) {
  const uint32_t adjusted = length - kMinMatchLength;
  return kFirstMatchSymbol + (OffsetLog(offset) << 4) + (adjusted < kLongLengthHeader ? adjusted : kLongLengthHeader);
}

inline uint32_t ItemSymbol(Item item) {
  return IsMatch(item) ? MatchSymbol(MatchOffset(item), MatchLength(item)) : item;
}

}  // namespace dism::codec::xpress

#endif  // DISM_CODEC_XPRESS_ITEM_H_
