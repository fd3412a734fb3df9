// The look-up of the three repeat offsets, as the parsers do it that decide as they go.
#ifndef DISM_CODEC_LZX_REPEAT_SEARCH_H_
#define DISM_CODEC_LZX_REPEAT_SEARCH_H_

#include <algorithm>
#include <bit>
#include <cstdint>

#include "base/bytes.h"
#include "codec/lzx/item.h"
#include "codec/match/match_length.h"

namespace dism::codec::lzx {

// Calls consider(length, k) for each repeat offset k with a match at `here`, of at most `max` bytes. `bytes` are the
// eight bytes at `here`. Returns the longest length, 0 when there is no match.
template <typename Length, typename Consider>
DISM_ALWAYS_INLINE uint32_t SearchRepeats(const uint8_t* here, uint64_t bytes, uint32_t max,
                                          const RepeatOffsets& repeats, Consider consider) {
  // One branch for all three, which are seldom taken one by one.
  const uint16_t two = static_cast<uint16_t>(bytes);
  const int any = int{LoadLe16(here - repeats.offset[0]) == two} | int{LoadLe16(here - repeats.offset[1]) == two} |
                  int{LoadLe16(here - repeats.offset[2]) == two};
  if (any == 0) return 0;
  uint32_t longest = 0;
  for (uint32_t k = 0; k < kNumRepeatOffsets; ++k) {
    const uint8_t* const there = here - repeats.offset[k];
    const uint64_t difference = bytes ^ LoadLe64(there);
    if ((difference & 0xFFFF) != 0) continue;
    uint32_t length = difference != 0 ? static_cast<uint32_t>(std::countr_zero(difference)) >> 3
                                      : Length::Extend(here, there, 8, max);
    length = std::min(length, max);
    consider(length, k);
    longest = std::max(longest, length);
  }
  return longest;
}

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_REPEAT_SEARCH_H_
