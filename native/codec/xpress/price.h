// Prices in fractions of a bit, as integers: the same on every machine.
#ifndef DISM_CODEC_XPRESS_PRICE_H_
#define DISM_CODEC_XPRESS_PRICE_H_

#include <array>
#include <bit>
#include <cstdint>

namespace dism::codec {

// A bit costs this much. 1/64 bit is below what matters to a choice; sums over 64 KiB stay below 2^26.
inline constexpr unsigned kPriceShift = 6;
inline constexpr uint32_t kBitPrice = 1u << kPriceShift;

namespace internal {

// log2(1 + i / 256) in units of 1/64 bit, rounded down, by repeated squaring.
constexpr std::array<uint8_t, 256> MakeLogTable() {
  std::array<uint8_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint64_t x = uint64_t{256 + i} << 22;  // 1 to 2 in units of 2^-30
    uint32_t log = 0;
    for (unsigned bit = 0; bit < kPriceShift; ++bit) {
      x = x * x >> 30;
      log <<= 1;
      if (x >> 31) {
        log |= 1;
        x >>= 1;
      }
    }
    table[i] = static_cast<uint8_t>(log);
  }
  return table;
}
inline constexpr std::array<uint8_t, 256> kLogTable = MakeLogTable();

}  // namespace internal

// log2(x) in units of 1/64 bit; x is 1 or more.
inline uint32_t LogPrice(uint32_t x) {
  const unsigned top = static_cast<unsigned>(std::bit_width(x)) - 1;
  const uint32_t mantissa = static_cast<uint32_t>((uint64_t{x} << 8) >> top) & 255;
  return top * kBitPrice + internal::kLogTable[mantissa];
}

}  // namespace dism::codec

#endif  // DISM_CODEC_XPRESS_PRICE_H_
