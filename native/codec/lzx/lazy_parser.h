// The parser of Balanced, and of all levels of large chunks: finds matches with hash chains and decides
// at once, looking one or two positions ahead.
#ifndef DISM_CODEC_LZX_LAZY_PARSER_H_
#define DISM_CODEC_LZX_LAZY_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/cancel.h"
#include "codec/lzx/item.h"

namespace dism::codec::lzx {

struct LazyConfig {
  uint32_t max_depth;    // candidates for each position, at least 1
  uint32_t nice_length;  // a match of this length is taken without looking further
  int look_ahead;        // 1 or 2 positions
};

class LazyParser {
 public:
  virtual ~LazyParser() = default;
  // Parses data[0..n), 1 <= n <= chunk size, which lies in a ChunkBuffer, into at most n items.
  // Returns their number, 0 when cancelled.
  virtual size_t Parse(const uint8_t* data, uint32_t n, Item* items, const CancelFlag* cancel) = 0;
};

std::unique_ptr<LazyParser> NewLazyParser(uint32_t chunk_size, const LazyConfig& config);
size_t LazyParserMemory(uint32_t chunk_size);

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_LAZY_PARSER_H_
