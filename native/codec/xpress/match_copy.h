// Copying a match inside the output, as LZ decoders do.
#ifndef DISM_CODEC_XPRESS_MATCH_COPY_H_
#define DISM_CODEC_XPRESS_MATCH_COPY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace dism::codec {

// How many bytes past the end of the match CopyMatch may write.
inline constexpr size_t kMatchCopySlack = 31;

// Copies `length` bytes (at least 1) from `offset` back; source and destination may overlap.
// out - offset and out + length + kMatchCopySlack are inside the buffer.
inline void CopyMatch(uint8_t* out, size_t offset, size_t length) {
  const uint8_t* from = out - offset;
  uint8_t* const end = out + length;
  if (offset >= 16) {
    // Most matches are short: two steps without asking.
    std::memcpy(out, from, 16);
    std::memcpy(out + 16, from + 16, 16);
    for (out += 32, from += 32; out < end; out += 16, from += 16) std::memcpy(out, from, 16);
  } else if (offset == 1) {
    const uint8_t value = *from;
    do {
      std::memset(out, value, 16);
      out += 16;
    } while (out < end);
  } else if (offset >= 8) {
    do {
      std::memcpy(out, from, 8);
      out += 8;
      from += 8;
    } while (out < end);
  } else {
    do {
      *out++ = *from++;
    } while (out < end);
  }
}

}  // namespace dism::codec

#endif  // DISM_CODEC_XPRESS_MATCH_COPY_H_
