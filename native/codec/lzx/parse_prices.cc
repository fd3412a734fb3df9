#include "codec/lzx/parse_prices.h"

#include <algorithm>

#include "codec/lzx/price.h"

namespace dism::codec::lzx {

// Prices of one tree. The bounds are what a symbol may cost that occurs rarely or not at all: about
// the longest codeword.
static void PriceTree(const uint32_t* counts, int n, uint32_t max_bits, uint32_t* prices) {
  uint32_t total = 0;
  for (int s = 0; s < n; ++s) total += counts[s];
  if (total == 0) {
    // Nothing is known: half of the worst.
    std::fill(prices, prices + n, max_bits * kBitPrice / 2);
    return;
  }
  const uint32_t log_total = Log2(total);
  for (int s = 0; s < n; ++s) prices[s] = SymbolPrice(counts[s], log_total, max_bits);
}

void ParsePrices::Set(const SymbolCounts& counts, bool aligned_block) {
  // Costs between two rebasings of the parser must stay below 2^19: 15 bits for a literal guarantee
  // that.
  constexpr uint32_t kMaxMainBits = 15;
  constexpr uint32_t kMaxLengthBits = 14;
  constexpr int kNumMain = kNumLiterals + kParseSlots * kNumLengthHeaders;
  uint32_t main[kNumMain];
  uint32_t length[kNumLengthSymbols];
  uint32_t low_bits[kNumAlignedSymbols];
  PriceTree(counts.main, kNumMain, kMaxMainBits, main);
  PriceTree(counts.length, kNumLengthSymbols, kMaxLengthBits, length);
  PriceTree(counts.aligned, kNumAlignedSymbols, kMaxAlignedCodeword, low_bits);
  is_aligned = aligned_block;

  for (int b = 0; b < kNumLiterals; ++b) {
    literal[b] = main[b] << kNodeCostShift | kLiteralStep << kNodeKindShift | 1;
  }
  for (int slot = 0; slot < kPriceRows; ++slot) {
    std::fill(explicit_short[slot], explicit_short[slot] + 8, kNoNode);
    long_header[slot] = kNoNode;
    if (slot >= kParseSlots) continue;
    const uint32_t* const headers = main + kNumLiterals + slot * kNumLengthHeaders;
    if (slot < kNumRepeatOffsets) {
      const Node kind = static_cast<Node>(kRepeatMatch0 + slot) << kNodeKindShift;
      for (uint32_t l = kMinMatch; l < kMinLongMatch; ++l) {
        repeat_short[slot][l - 2] = headers[l - kMinMatch] << kNodeCostShift | kind | l;
      }
      repeat_short[slot][7] = kNoNode;
      long_header[slot] = headers[kLongLengthHeader] << kNodeCostShift | kind;
      continue;
    }
    uint32_t extra = kOffsetSlots[slot].extra_bits;
    if (aligned_block && extra >= kMinAlignedExtraBits) extra -= kMinAlignedExtraBits;
    for (uint32_t l = kMinMatch; l < kMinLongMatch; ++l) {
      explicit_short[slot][l - 1] = (headers[l - kMinMatch] + extra * kBitPrice) << kNodeCostShift | l;
    }
    long_header[slot] = (headers[kLongLengthHeader] + extra * kBitPrice) << kNodeCostShift;
  }
  std::fill(std::begin(long_length_storage), std::end(long_length_storage), kNoNode);
  for (uint32_t l = kMinLongMatch; l <= kMaxMatch; ++l) {
    long_length_storage[kLongRoom + l] = length[l - kMinLongMatch] << kNodeCostShift | l;
  }
  for (int a = 0; a < kNumAlignedSymbols; ++a) aligned[a] = aligned_block ? low_bits[a] << kNodeCostShift : 0;
}

}  // namespace dism::codec::lzx
