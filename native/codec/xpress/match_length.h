// Comparing two places of a buffer, eight bytes at a time.
#ifndef DISM_CODEC_XPRESS_MATCH_LENGTH_H_
#define DISM_CODEC_XPRESS_MATCH_LENGTH_H_

#include <bit>
#include <cstdint>

#include "base/bytes.h"

namespace dism::codec {

// How many of the bytes at a and b are equal, `length` of which are known to be, `limit` at most.
// May read up to 7 bytes past a + limit and b + limit.
inline uint32_t ExtendMatch(const uint8_t* a, const uint8_t* b, uint32_t length, uint32_t limit) {
  while (length < limit) {
    const uint64_t difference = LoadLe64(a + length) ^ LoadLe64(b + length);
    if (difference != 0) {
      length += static_cast<uint32_t>(std::countr_zero(difference)) >> 3;
      return length < limit ? length : limit;
    }
    length += 8;
  }
  return limit;
}

}  // namespace dism::codec

#endif  // DISM_CODEC_XPRESS_MATCH_LENGTH_H_
