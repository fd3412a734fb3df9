// The cheapest way through a block: dynamic programming over positions, forwards, with the repeat
// offsets of the cheapest arrival carried along. This is the inner loop of the slow levels; it
// exists plain and with AVX2, and both make the same decisions.
#ifndef DISM_CODEC_LZX_PARSE_GRAPH_H_
#define DISM_CODEC_LZX_PARSE_GRAPH_H_

#include <cstdint>

#include "base/bytes.h"
#include "codec/lzx/item.h"
#include "codec/lzx/parse_prices.h"
#include "codec/match/match_cache.h"

namespace dism::codec::lzx {

// Costs are relative: every so many positions that of the current one is subtracted from all that
// are open, so that they fit into the 19 bits above the step.
constexpr uint32_t kRebaseInterval = 512;

// The three repeat offsets as 16-bit lanes, the first lowest.
using PackedOffsets = uint64_t;
inline PackedOffsets PackOffsets(const RepeatOffsets& r) {
  return uint64_t{r.offset[0]} | uint64_t{r.offset[1]} << 16 | uint64_t{r.offset[2]} << 32;
}
inline RepeatOffsets UnpackOffsets(PackedOffsets packed) {
  return {{static_cast<uint32_t>(packed & 0xFFFF), static_cast<uint32_t>(packed >> 16 & 0xFFFF),
           static_cast<uint32_t>(packed >> 32 & 0xFFFF)}};
}

// The state of one chunk's parse.
//
// Invariants while position i is being left, within the block start..end:
//   nodes    nodes[i + 1 .. i + kMaxMatch] hold the cheapest ways found so far to those positions;
//   the AVX2 variant keeps
//            the first eight of them in a register instead. Everything behind is all ones, so no
//            look ahead is stale.
//   steps    steps[j] for start < j <= i: the low 12 bits of node j when it was final.
//   arrivals arrivals[j] for start <= j <= i: the repeat offsets there, after the step that led to
//   it.
// steps and arrivals trace the way back: the offset of a match that arrives at j is the first of
// arrivals[j].
//
// A position knows only the cheapest way to it, which may have lost an offset that is about to come back: where a match
// ends at a changed byte and goes on behind it. So there is a second arrival, behind the longest match of a position and
// one literal, when the same offset matches there again:
//   gap_costs the cost of the cheapest such arrival at j, in entry j modulo its size, as long as j is ahead of i;
//   gap_steps what it comes from.
// Its only use is a repeat match with that offset (kGapMatch). It saves 0.25 % of Windows files, 0.1 to 0.5 % of others.
struct ParseGraph {
  static constexpr uint32_t kWindow = match::MatchCache::kWindow;

  const uint8_t* data;  // in a ChunkBuffer
  const match::MatchCache* matches;
  ParsePrices prices;
  // Whether a match that continues the one relaxed at the position before offers only its last few
  // lengths again: 0.01 % larger, 3 % less time.
  bool shorten_continued;

  alignas(64) Node nodes[kWindow + 512];
  PackedOffsets arrivals[kWindow + 1];
  uint16_t steps[kWindow + 1];

  struct GapStep {
    uint16_t from;  // the position of the match
    uint16_t offset;
  };
  static constexpr uint32_t kGapRing = 512;  // more than the longest match, a literal and one
  alignas(32) Node gap_costs[kGapRing];      // kNoNode or above: none
  GapStep gap_steps[kWindow + 1];

  Node& gap_cost(uint32_t p) { return gap_costs[p % kGapRing]; }
};

// Whether a match that ends at `match_end` goes on behind one byte, for at least the two of the shortest match.
inline bool ContinuesBehindGap(const uint8_t* data, uint32_t match_end, uint32_t offset) {
  return LoadLe16(data + match_end + 1) == LoadLe16(data + match_end + 1 - offset);
}

// Offers the longest match at i, whose offset matches again behind a literal, as a gap arrival. `cost` is that of i.
inline void OfferGap(ParseGraph& graph, uint32_t i, Node cost, uint32_t length, uint32_t offset) {
  const ParsePrices& prices = graph.prices;
  const uint32_t formatted = offset + kOffsetBias;
  const uint32_t slot = SlotOf(formatted);
  const Node low_bits = slot >= kFirstAlignedSlot ? prices.aligned[formatted % kNumAlignedSymbols] : 0;
  const Node match = length < kMinLongMatch ? prices.explicit_short[slot][length - 1]
                                            : prices.long_header[slot] + prices.long_length()[length];
  const uint32_t p = i + length + 1;
  const Node arrival = (cost + match + low_bits + prices.literal[graph.data[p - 1]]) & ~kNodeStepMask;
  Node& best = graph.gap_cost(p);
  if (arrival >= best) return;
  best = arrival;
  graph.gap_steps[p] = {static_cast<uint16_t>(i), static_cast<uint16_t>(offset)};
}

// Finds the way from `start` to `end` > start; no match leads behind `end`. `offsets` is what the
// block begins with, and becomes what it ends with.
void FindPathPortable(ParseGraph& graph, uint32_t start, uint32_t end, RepeatOffsets& offsets);
#if defined(__x86_64__)
void FindPathAvx2(ParseGraph& graph, uint32_t start, uint32_t end, RepeatOffsets& offsets);
#endif

// Writes the items of the way that was found; `items` has room for end - start. Returns their number.
uint32_t TracePath(const ParseGraph& graph, uint32_t start, uint32_t end, Item* items);

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_PARSE_GRAPH_H_
