// All matches of a 32 KiB window, found once and read by several passes of a parser.
#ifndef DISM_CODEC_MATCH_MATCH_CACHE_H_
#define DISM_CODEC_MATCH_MATCH_CACHE_H_

#include <cstddef>
#include <cstdint>

namespace dism::codec::match {

struct MatchCache {
  static constexpr uint32_t kWindow = 32768;
  static constexpr uint32_t kMaxLength = 257;
  // Lengths up to here have a lane of their own.
  static constexpr uint32_t kMaxShort = 8;
  static constexpr uint16_t kNone = 0xFFFF;
  // Long matches of a whole window. Ordinary chunks need about one for each position; where there
  // is no more room, the finders record only short ones.
  static constexpr uint32_t kListSize = 6 * kWindow;
  // Entries that one position may add. A finder that has less room left records none.
  static constexpr uint32_t kMaxListPerPosition = 72;

  // For position p, lanes[8 * p]: lane 0 is the longest length (0: no match), lane j >= 1 the
  // smallest known offset that gives a length of at least j + 1, or kNone. 16 bytes each, so that a
  // parser takes one vector load.
  alignas(64) uint16_t lanes[8 * (kWindow + 16)];
  // Matches longer than 8, for position p list[list_start[p]..list_start[p + 1]): length << 16 |
  // offset, both ascending, the last length equal to lane 0.
  uint32_t list_start[kWindow + 16];
  uint32_t list[kListSize];

  uint32_t longest(uint32_t p) const { return lanes[8 * p]; }
  // The smallest known offset of the longest match at p; longest(p) is not 0.
  uint32_t LongestOffset(uint32_t p) const {
    return longest(p) > kMaxShort ? list[list_start[p + 1] - 1] & 0xFFFF : lanes[8 * p + longest(p) - 1];
  }
  // An offset that gives at least `length` at p; length <= longest(p).
  uint32_t OffsetFor(uint32_t p, uint32_t length) const {
    if (length <= kMaxShort) return lanes[8 * p + length - 1];
    const uint32_t* entry = list + list_start[p];
    while (*entry >> 16 < length) ++entry;
    return *entry & 0xFFFF;
  }
};

}  // namespace dism::codec::match

#endif  // DISM_CODEC_MATCH_MATCH_CACHE_H_
