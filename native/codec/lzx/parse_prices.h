// Prices of all items of one block, in the form that the optimal parser adds up.
#ifndef DISM_CODEC_LZX_PARSE_PRICES_H_
#define DISM_CODEC_LZX_PARSE_PRICES_H_

#include <cstdint>

#include "codec/lzx/format.h"
#include "codec/lzx/item.h"

namespace dism::codec::lzx {

// A node of the parser is one number: the cost of the cheapest way to a position in 1/16 bit, and
// in its low 12 bits the last step of that way. So one unsigned minimum keeps cost and decision
// together. A price is a node whose cost is that of the step alone.
using Node = uint32_t;
constexpr int kNodeCostShift = 12;
constexpr int kNodeKindShift = 9;
constexpr Node kNodeLengthMask = (Node{1} << kNodeKindShift) - 1;
constexpr Node kNodeStepMask = (Node{1} << kNodeCostShift) - 1;
constexpr Node kNodeKindMask = kNodeStepMask & ~kNodeLengthMask;
enum NodeKind : Node {
  kExplicitMatch = 0,
  kRepeatMatch0 = 1,  // and 2, 3 for the other repeat offsets
  kLiteralStep = 4,
  kGapMatch = 5,  // repeat 0 from a gap arrival, see ParseGraph
};
// To be added to the price of a repeat match to make it one from a gap arrival.
constexpr Node kGapFromRepeat0 = (kGapMatch - kRepeatMatch0) << kNodeKindShift;
// "Not possible". Added to a cost below 2^31 it stays above all of them.
constexpr Node kNoNode = 0x80000000;

// Slots of a 32 KiB window; a 31st to 33rd row catch the formatted form of "no match" (0xFFFF + 2,
// slot 32).
constexpr int kParseSlots = 30;
constexpr int kPriceRows = 33;

// Rows of eight are aligned for vector loads.
struct ParsePrices {
  // For lengths 2..8, by slot, in lane length - 1; lane 0 is kNoNode. Rows of the repeat offsets
  // too.
  alignas(32) Node explicit_short[kPriceRows][8];
  // The same for repeat matches, in lane length - 2; lane 7 is kNoNode.
  alignas(32) Node repeat_short[kNumRepeatOffsets][8];
  Node literal[kNumLiterals];
  // Header 7 of each slot with its extra bits, and for slots 0..2 the kind: to be added to a
  // long_length entry.
  Node long_header[kPriceRows];
  // Beside the length symbol's price the length; kNoNode where there is no such symbol.
  // long_length(l) is valid for l in [-16, kMaxMatch + 22].
  static constexpr int kLongRoom = 16;
  Node long_length_storage[kLongRoom + 264 + kLongRoom];
  // By the low three bits of the formatted offset; added where the slot has three extra bits or
  // more.
  alignas(32) Node aligned[kNumAlignedSymbols];
  bool is_aligned;

  const Node* long_length() const { return long_length_storage + kLongRoom; }

  // From the counts of an earlier parse of the same block.
  void Set(const SymbolCounts& counts, bool aligned_block);
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_PARSE_PRICES_H_
