// Binary logarithms in integers, so that every machine and every variant of the code chooses the
// same blocks and matches.
#ifndef DISM_CODEC_FIXED_LOG_H_
#define DISM_CODEC_FIXED_LOG_H_

#include <array>
#include <bit>
#include <cstdint>

namespace dism::codec {

constexpr int kLogFractionBits = 16;
// Counts in a 32 KiB chunk are rarely larger; the table takes 8 KiB.
constexpr uint32_t kLogTableSize = 2048;

// log2(x) * 2^16, rounded down: each squaring of the mantissa gives the next bit.
constexpr uint32_t ComputeLog2(uint32_t x) {
  const int exponent = std::bit_width(x) - 1;
  uint64_t mantissa = uint64_t{x} << (31 - exponent);  // [1, 2) with 31 fraction bits
  uint32_t log = static_cast<uint32_t>(exponent);
  for (int i = 0; i < kLogFractionBits; ++i) {
    mantissa = mantissa * mantissa >> 31;
    const uint32_t bit = static_cast<uint32_t>(mantissa >> 32);
    mantissa >>= bit;
    log = log << 1 | bit;
  }
  return log;
}

struct LogTables {
  std::array<uint32_t, kLogTableSize> log2;      // * 2^16; [0] is unused
  std::array<uint32_t, kLogTableSize> x_log2_x;  // * 2^8
};
constexpr LogTables MakeLogTables() {
  LogTables t{};
  t.log2[0] = 0;
  t.x_log2_x[0] = 0;
  for (uint32_t x = 1; x < kLogTableSize; ++x) {
    t.log2[x] = ComputeLog2(x);
    t.x_log2_x[x] = static_cast<uint32_t>((uint64_t{x} * t.log2[x] + 128) >> 8);
  }
  return t;
}
inline constexpr LogTables kLogTables = MakeLogTables();
static_assert(kLogTables.log2[8] == 3 << 16 && kLogTables.x_log2_x[8] == 24 << 8);

// log2(x) * 2^16 for x >= 1. Above the table the low bits of x are ignored.
inline uint32_t Log2(uint32_t x) {
  if (x < kLogTableSize) return kLogTables.log2[x];
  const int shift = std::bit_width(x) - 11;
  return kLogTables.log2[x >> shift] + (static_cast<uint32_t>(shift) << kLogFractionBits);
}

// x * log2(x) * 2^8.
inline uint64_t XLog2X(uint32_t x) {
  if (x < kLogTableSize) return kLogTables.x_log2_x[x];
  return uint64_t{x} * Log2(x) >> 8;
}

}  // namespace dism::codec

#endif  // DISM_CODEC_FIXED_LOG_H_
