// Prices of symbols in 1/16 bit, from how often they occur.
#ifndef DISM_CODEC_LZX_PRICE_H_
#define DISM_CODEC_LZX_PRICE_H_

#include <algorithm>
#include <cstdint>

#include "codec/fixed_log.h"

namespace dism::codec::lzx {

constexpr int kPriceFractionBits = 4;
constexpr uint32_t kBitPrice = 1 << kPriceFractionBits;

// The entropy price of a symbol that occurs `count` times among `total` > 0 (log_total =
// Log2(total)): finer than the length of its codeword, and steadier from one pass to the next. A
// symbol that does not occur counts as half an occurrence. At least 2/16 bit, because nothing is
// free in a Huffman code, and at most max_bits.
inline uint32_t SymbolPrice(uint32_t count, uint32_t log_total, uint32_t max_bits) {
  constexpr int kShift = kLogFractionBits - kPriceFractionBits;
  const uint32_t bits =
      count == 0 ? log_total + (1u << kLogFractionBits) : log_total - std::min(log_total, Log2(count));
  const uint32_t price = (bits + (1u << (kShift - 1))) >> kShift;
  return std::clamp(price, 2u, max_bits * kBitPrice);
}

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_PRICE_H_
