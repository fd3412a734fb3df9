#include "codec/incompressible.h"

#include <cstring>

#include "base/bytes.h"
#include "codec/fixed_log.h"

namespace dism::codec {

// Below this a chunk costs little, and the counts say less.
static constexpr uint32_t kMinSize = 4096;
static constexpr uint32_t kMaxSize = 32768;

// The entropy of n bytes (n a multiple of 4) in 1/256 bit.
static uint64_t Entropy(const uint8_t* data, uint32_t n) {
  constexpr int kNumBytes = 256;
  // Four histograms, so that runs of one byte do not wait for their own store.
  uint32_t counts[4][kNumBytes];
  std::memset(counts, 0, sizeof counts);
  for (uint32_t p = 0; p < n; p += 4) {
    for (int k = 0; k < 4; ++k) ++counts[k][data[p + k]];
  }
  uint64_t entropy = XLog2X(n);
  for (int b = 0; b < kNumBytes; ++b) entropy -= XLog2X(counts[0][b] + counts[1][b] + counts[2][b] + counts[3][b]);
  return entropy;
}

// The entropy is at least 7.96 bits a byte: Huffman codes could save 0.5 %, and their code lengths take that. Random
// bytes have 7.994 in a chunk of 32 KiB, and 7.82 in their first KiB, which alone shows of most chunks that they are not.
static bool HasFlatCounts(const uint8_t* data, uint32_t n) {
  constexpr uint32_t kFirst = 1024;
  static_assert(kFirst <= kMinSize);
  if (Entropy(data, kFirst) * 100 < uint64_t{kFirst} * 256 * 750) return false;
  const uint32_t counted = n & ~3u;
  return Entropy(data, counted) * 100 >= uint64_t{counted} * 256 * 796;
}

bool IncompressibleTest::Holds(const uint8_t* data, uint32_t n) {
  if (n < kMinSize || n > kMaxSize || !HasFlatCounts(data, n)) return false;
  // One repetition of four bytes in 1024 positions saves less than 0.2 %.
  const uint32_t allowed = n / 1024;
  uint32_t repetitions = 0;
  std::memset(last_, 0, sizeof last_);
  for (uint32_t p = 1; p < n; ++p) {
    const uint32_t bytes = LoadLe32(data + p);
    uint16_t& last = last_[bytes * 0x9E3779B1u >> (32 - kHashBits)];
    if (last != 0 && LoadLe32(data + last) == bytes && ++repetitions > allowed) return false;
    last = static_cast<uint16_t>(p);
  }
  return true;
}

}  // namespace dism::codec
