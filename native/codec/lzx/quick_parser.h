// The parser of the fastest level for chunks of 32 KiB: decides at once, looking one position ahead, and counts the
// symbols of what it decides.
#ifndef DISM_CODEC_LZX_QUICK_PARSER_H_
#define DISM_CODEC_LZX_QUICK_PARSER_H_

#include <cstdint>

#include "codec/lzx/block_splitter.h"
#include "codec/lzx/item.h"
#include "codec/match/hash_chains.h"

namespace dism::codec::lzx {

// The items of a chunk, with the counts of their symbols in segments of about kSegmentSize bytes.
struct CountedItems {
  static constexpr uint32_t kSegmentSize = 8192;
  static constexpr uint32_t kMaxSegments = kMinChunkSize / kSegmentSize;

  Item items[kMinChunkSize];
  CountedSegment segments[kMaxSegments + 1];  // the one behind the last only marks the end
  uint32_t num_segments;
};

class QuickParser {
 public:
  QuickParser() : chains_(kMinChunkSize) {}
  static size_t Memory() { return match::HashChains::Memory(kMinChunkSize); }

  // Parses data[0, n), 1 <= n <= 32 KiB, which lies in a ChunkBuffer.
  void Parse(const uint8_t* data, uint32_t n, CountedItems& list);

 private:
  match::HashChains chains_;
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_QUICK_PARSER_H_
