// The first parse of the slow levels: lazy, by gains, over matches already found. Its counts give
// the first prices and the block boundaries; a good one is worth as much as another pass of the
// optimal parser.
#ifndef DISM_CODEC_LZX_CACHED_PARSER_H_
#define DISM_CODEC_LZX_CACHED_PARSER_H_

#include <cstddef>
#include <cstdint>

#include "codec/lzx/item.h"
#include "codec/match/match_cache.h"

namespace dism::codec::lzx {

// Parses data[0..n), which lies in a ChunkBuffer, into at most n items and returns their number.
// literal_costs is scratch, with room for n + MatchGain::kLiteralCostRoom.
size_t ParseCached(const uint8_t* data, uint32_t n, const match::MatchCache& matches, uint32_t* literal_costs,
                   Item* items);

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_CACHED_PARSER_H_
